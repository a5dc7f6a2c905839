import type { Boundary } from "../../park/schema.ts";
import type { FactorBook } from "../../standards/factors/book.ts";
import { guidingIndicators } from "../../standards/guiding.ts";
import { forecastYears, percentAt, type YearValue } from "../../standards/pathway/guiding.ts";
import type { Month } from "../../standards/pathway/months.ts";
import { type PathForecast, pathForecast } from "../../standards/pathway/path-forecast.ts";
import { type TargetYears, targetYears, type YearTarget } from "../../standards/pathway/target-line.ts";
import type { RuleSet } from "../../standards/rules/rule-set.ts";
import type { Entry } from "../../store/records.ts";
import type { PathwayAnswer } from "../answers/pathway.ts";
import type { StandardsDeps } from "../standards/deps.ts";
import { guidingData } from "../standards/guiding-data.ts";
import { readSpans } from "../standards/spans.ts";

/** The way of the guiding indicators: targets, the years known, and where they lead. */

interface GuidingYear extends YearValue {
  /** measured: from meters and declared amounts. declared: the indicator's own value. */
  readonly basis: "measured" | "declared";
  readonly evidence: string;
}

export interface GuidingPath {
  readonly indicator: RuleSet["guiding"][number];
  readonly targets: TargetYears;
  readonly actual: readonly GuidingYear[];
  /** By month, of the indicator that meters give. */
  readonly forecast: PathForecast | null;
}

const KINDS = ["waste", "water", "waste-heat", "indicator"] as const;
const YEARS_BACK = 5;

/** Guiding indicators of each calendar year of which the ledger says something, the running one as far as it is. @throws StoreError */
export async function guidingYears(
  deps: StandardsDeps,
  boundary: Boundary,
  rules: RuleSet | null,
  book: FactorBook,
  nowMs: number,
): Promise<ReadonlyMap<string, readonly GuidingYear[]>> {
  const found = new Map<string, GuidingYear[]>();
  if (rules === null) return found;
  const { calendar } = deps.park;
  const running = calendar.parts(nowMs).year;
  const entries = await deps.records.entries({ kinds: KINDS });
  const years = new Set(entries.map((e) => Number(e.from.slice(0, 4))));
  for (const year of [...years].sort((a, b) => a - b)) {
    if (year > running || year <= running - YEARS_BACK) continue;
    const toMs = Math.min(calendar.at(year + 1, 1, 1), calendar.next(calendar.floor(nowMs, "1d"), "1d"));
    const scope = { kind: "boundary", id: boundary.id } as const;
    const read = await readSpans(deps, scope, [{ fromMs: calendar.at(year, 1, 1), toMs }], nowMs);
    const span = read.spans[0];
    if (span === undefined) continue;
    const date = calendar.dateKey(toMs - 1);
    const data = await guidingData(deps, {
      boundary,
      span,
      zeroFactorShare: null,
      book,
      date,
      nowMs,
      withProducts: false,
    });
    for (const { id, value, basis, parts, declared } of guidingIndicators(rules, data, year)) {
      if (value === null || basis === null) continue;
      const uses = basis === "declared" ? declared : parts.flatMap((p) => p.declared);
      const evidence = [...new Set(uses.map((u) => u.evidence))].join("；");
      found.set(id, [...(found.get(id) ?? []), { year, value, basis, evidence }]);
    }
  }
  return found;
}

/** Of each guiding indicator that has a target, from the rule set or the ledger. */
export function guidingPaths(of: {
  readonly rules: RuleSet | null;
  readonly goalYear: number;
  readonly targets: readonly Entry[];
  readonly years: ReadonlyMap<string, readonly GuidingYear[]>;
  /** Zero-factor power over power consumed, month by month up to the last known one. */
  readonly zeroFactor: readonly (Month | null)[];
  readonly days: readonly number[];
}): GuidingPath[] {
  return (of.rules?.guiding ?? []).flatMap((indicator): GuidingPath[] => {
    const targets = targetYears(
      (indicator.targets ?? []).map((t) => ({
        year: t.year ?? of.goalYear,
        value: t.value,
        from: of.rules?.id ?? "",
      })),
      entryTargets(of.targets, indicator.id),
    );
    if (targets.years.length === 0) return [];
    return [
      {
        indicator,
        targets,
        actual: of.years.get(indicator.id) ?? [],
        forecast: indicator.id === "clean-energy-share" ? pathForecast(of.zeroFactor, of.days) : null,
      },
    ];
  });
}

/** The ledger's targets of an indicator: each is of a calendar year. */
export function entryTargets(entries: readonly Entry[], indicator: string): YearTarget[] {
  return entries.flatMap((e) =>
    e.kind !== "target" || e.amount === null || e.subject !== indicator
      ? []
      : [{ year: Number(e.from.slice(0, 4)), value: e.amount, from: `ledger entry ${e.id}` }],
  );
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
