import { forecastYears, percentAt, type YearValue } from "../../standards/pathway/guiding.ts";
import type { Month } from "../../standards/pathway/months.ts";
import { type PathForecast, pathForecast } from "../../standards/pathway/path-forecast.ts";
import { type TargetYears, targetYears } from "../../standards/pathway/target-line.ts";
import type { RuleSet } from "../../standards/rules/rule-set.ts";
import type { Entry } from "../../store/records.ts";
import type { PathwayAnswer } from "../answers/pathway.ts";

/** The way of the guiding indicators: targets, declared years, and where they lead. */

export interface GuidingPath {
  readonly indicator: RuleSet["guiding"][number];
  readonly targets: TargetYears;
  readonly actual: readonly (YearValue & { readonly evidence: string })[];
  /** By month, of the indicator that meters give. */
  readonly forecast: PathForecast | null;
}

/** Of each guiding indicator that has a target, from the rule set or the ledger. */
export function guidingPaths(of: {
  readonly rules: RuleSet | null;
  readonly goalYear: number;
  readonly targets: readonly Entry[];
  readonly declared: readonly Entry[];
  /** Zero-factor power over power consumed, month by month up to the last known one. */
  readonly zeroFactor: readonly (Month | null)[];
  readonly days: readonly number[];
}): GuidingPath[] {
  return (of.rules?.guiding ?? []).flatMap((indicator): GuidingPath[] => {
    const mine = (entries: readonly Entry[]) =>
      entries.flatMap((e) =>
        e.amount === null || e.subject !== indicator.id
          ? []
          : [
              {
                year: Number(e.from.slice(0, 4)),
                value: e.amount,
                from: `ledger entry ${e.id}`,
                evidence: e.evidence,
              },
            ],
      );
    const targets = targetYears(
      (indicator.targets ?? []).map((t) => ({
        year: t.year ?? of.goalYear,
        value: t.value,
        from: of.rules?.id ?? "",
      })),
      mine(of.targets),
    );
    if (targets.years.length === 0) return [];
    return [
      {
        indicator,
        targets,
        actual: mine(of.declared).map(({ year, value, evidence }) => ({ year, value, evidence })),
        forecast: indicator.id === "clean-energy-share" ? pathForecast(of.zeroFactor, of.days) : null,
      },
    ];
  });
}

/** As /pathway answers it. */
export function describeGuiding(
  path: GuidingPath,
  goalYear: number,
  monthsAhead: number,
): PathwayAnswer["guiding"][number] {
  const { indicator, targets, actual, forecast } = path;
  const target = targets.years.findLast((t) => t.year <= goalYear) ?? targets.years.at(-1) ?? null;
  const metered = forecast === null ? null : percentAt(forecast, monthsAhead);
  const yearly = forecastYears(actual, goalYear);
  const foretold =
    forecast !== null && metered !== null
      ? {
          year: goalYear,
          method: forecast.method,
          value: metered.value,
          range: metered.p10 === null || metered.p90 === null ? null : { p10: metered.p10, p90: metered.p90 },
          missingMonths: forecast.missingMonths,
        }
      : yearly === null
        ? null
        : { year: goalYear, method: yearly.method, value: yearly.value, range: null, missingMonths: null };
  return {
    id: indicator.id,
    name: { ...indicator.name },
    unit: "%",
    target: targets.years.map(({ year, value }) => ({ year, value })),
    actual: actual.map((a) => ({ ...a })),
    forecast: foretold,
    gapPoints: foretold === null || target === null ? null : Math.max(0, target.value - foretold.value),
  };
}
