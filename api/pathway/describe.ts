import { LEVERS, type Lever } from "../../park/levers.ts";
import { DIRECT_SUPPLY_IN_PRINCIPLE } from "../../standards/indicators.ts";
import { gapTo } from "../../standards/pathway/gap.ts";
import { leverParts } from "../../standards/pathway/lever-parts.ts";
import { rollingCount, rollingRatio } from "../../standards/pathway/months.ts";
import {
  type ForecastPoint,
  type PathForecast,
  shiftForecast,
} from "../../standards/pathway/path-forecast.ts";
import { PATH_REMARKS } from "../../standards/pathway/remarks.ts";
import { type LeverAmounts, NO_AMOUNTS } from "../../standards/pathway/scenario.ts";
import { targetAt } from "../../standards/pathway/target-line.ts";
import { type Remark, uniqueRemarks } from "../../standards/remark.ts";
import type { PathwayAnswer } from "../answers/pathway.ts";
import { factorUsed } from "../standards/deps.ts";
import { describeGuiding } from "./guiding.ts";
import { amountAlone, LEVER_UNITS, leverRemarks, unitEffect } from "./levers.ts";
import type { Path } from "./path.ts";

/** A path in words and figures, as /pathway answers it. */

/** The answer without a scenario: made once for a path. */
export function describePath(path: Path): PathwayAnswer {
  const { park, boundary, nowMs, line, forecast, goal } = path;
  const iso = (timeMs: number): string => park.calendar.iso(timeMs);
  const target = targetAt(line, nowMs);
  const series = path.months.map((m) => m.month);
  const gap =
    goal === null ? null : gapTo(goal.target, goal.goalYear.year, goal.goalYear.year.factors.otherKgPerKwh);
  return {
    boundary: boundary.id,
    name: boundary.name ?? null,
    standard: boundary.standard,
    asOf: iso(nowMs),
    simulated: path.simulated,
    settled: path.settled,
    provisional: path.provisional,
    target: line.map((p) => ({ time: iso(p.timeMs), tco2PerTce: p.value })),
    declared: boundary.declared.map((d) => ({
      time: iso(park.calendar.at(d.year + 1, 1, 1) - 1000),
      tco2PerTce: d.tco2PerTce,
      evidence: d.evidence,
    })),
    actual: path.months.flatMap(({ span, value }, at) => {
      if (span.daysKnown === 0) return [];
      const rolling = rollingRatio(series, at);
      return [
        {
          month: park.calendar.monthKey(span.fromMs),
          time: iso(Math.min(span.toMs, nowMs)),
          tco2PerTce: value,
          rolling: rolling === null ? null : { tco2PerTce: rolling, months: rollingCount(series, at) },
          coverage: span.coverage,
        },
      ];
    }),
    now: {
      tco2PerTce: path.value,
      from: iso(path.presentFrom),
      to: iso(Math.min(path.present.toMs, nowMs)),
      days: Math.round(path.days * 100) / 100,
      target,
      aboveTarget: path.value === null || target === null ? null : path.value - target,
    },
    projects: boundary.projects.map((p) => ({
      ...p,
      shiftsForecast: park.calendar.dateKey(path.monthEnds[0] ?? nowMs) <= p.from,
    })),
    forecast: forecast === null ? null : describeForecast(path, forecast),
    gap:
      goal === null || gap === null
        ? null
        : {
            year: goal.year,
            targetTco2PerTce: goal.target,
            forecastTco2PerTce: goal.goalYear.with(NO_AMOUNTS, true).tco2PerTce,
            annualTce: goal.goalYear.year.consumptionTce,
            ...gap,
            factor: factorUsed(path.factor),
          },
    levers: LEVERS.map((lever) => describeLever(path, lever)),
    scenario: null,
    guiding: path.guiding.map((one) =>
      describeGuiding(one, goal?.year ?? park.calendar.parts(nowMs).year, goal?.monthsAhead ?? 0),
    ),
    factorSets: [...path.factorSets],
    remarks: remarksOf(path),
  };
}

/** The answer with a scenario in it. */
export function withScenario(
  path: Path,
  answer: PathwayAnswer,
  amounts: LeverAmounts,
  gasPower: "zero" | "other",
): PathwayAnswer {
  const { goal, forecast } = path;
  if (goal === null || forecast === null) return answer;
  const zero = gasPower === "zero";
  const { goalYear } = goal;
  const before = goalYear.aboveT(NO_AMOUNTS, zero);
  const outcome = goalYear.with(amounts, zero);
  const after = goalYear.aboveT(amounts, zero);
  const parts = leverParts(amounts, (some) => goalYear.aboveT(some, zero));
  const factorKg = goalYear.year.factors.otherKgPerKwh;
  const change = {
    numerator: (outcome.carbonT - goalYear.year.carbonT) / 12,
    denominator: (outcome.consumptionTce - goalYear.year.consumptionTce) / 12,
  };
  // Full from the first month of the target's year on; until then month by month an even part.
  const rampMonths = Math.max(0, goal.monthsAhead - 12);
  const shiftAt = (monthsAhead: number) => {
    const part = monthsAhead > rampMonths ? 1 : monthsAhead / (rampMonths + 1);
    return { numerator: change.numerator * part, denominator: change.denominator * part };
  };
  const shifted = shiftForecast(forecast, shiftAt);
  return {
    ...answer,
    scenario: {
      amounts: { ...amounts },
      gasPower,
      tco2PerTce: outcome.tco2PerTce,
      carbonT: outcome.carbonT,
      consumptionTce: outcome.consumptionTce,
      met: after <= 0,
      zeroFactorShare: outcome.zeroFactorShare,
      directShare: outcome.directShare,
      directShareInPrinciple: DIRECT_SUPPLY_IN_PRINCIPLE,
      foundTco2: before - after,
      foundKwh: ((before - after) * 1000) / factorKg,
      gapTco2: Math.max(0, after),
      gapKwh: (Math.max(0, after) * 1000) / factorKg,
      parts: LEVERS.map((lever) => ({
        id: lever,
        tco2: parts[lever],
        overLimit: amounts[lever] > (limitOf(path, lever)?.amount ?? Number.POSITIVE_INFINITY),
      })),
      unusedKwh: outcome.unusedKwh,
      points: drawn(path, shifted).map(({ time, tco2PerTce }) => ({ time, tco2PerTce })),
    },
    remarks: uniqueRemarks(answer.remarks, [PATH_REMARKS.partsShared]),
  };
}

const METHODS: Readonly<Record<PathForecast["method"], { readonly zh: string; readonly en: string }>> = {
  "seasonal-drift": {
    zh: "季节朴素法加年际变化：上年同月值加平均年变化",
    en: "seasonal naive with drift: the same month a year before plus the mean change from year to year",
  },
  "linear-trend": { zh: "月度值的最小二乘直线", en: "least-squares line through the monthly values" },
  persistence: { zh: "近 12 个月的值保持不变", en: "the value of the last twelve months stays" },
};

function describeForecast(path: Path, forecast: PathForecast): NonNullable<PathwayAnswer["forecast"]> {
  const { calendar } = path.park;
  const { test } = forecast;
  const running = calendar.parts(path.nowMs).year;
  const at = (year: number | undefined) => {
    if (year === undefined) return null;
    const endMs = calendar.at(year + 1, 1, 1);
    const point = forecast.points.find((p) => path.monthEnds[p.monthsAhead] === endMs);
    return point === undefined ? null : { year, ...forecastPoint(path, point) };
  };
  return {
    method: forecast.method,
    description: { ...METHODS[forecast.method] },
    points: drawn(path, forecast),
    yearEnd: at(running),
    targetYear: at(path.goal?.year),
    backTest:
      test === null
        ? null
        : {
            origins: test.origins,
            longestMonths: test.horizons.length,
            meanAbsolutePercent: test.meanAbsolutePercent,
            insideShare: test.insideShare,
            horizons: test.horizons.map((h) => ({
              months: h.horizonMonths,
              origins: h.origins,
              meanAbsoluteTco2PerTce: h.meanAbsolute,
            })),
          },
    missingMonths: forecast.missingMonths,
  };
}

/** From what is known now on, month by month. */
function drawn(path: Path, forecast: PathForecast): NonNullable<PathwayAnswer["forecast"]>["points"] {
  const now = path.value;
  const next = forecast.points.filter((p) => p.monthsAhead > 0);
  return [
    ...(now === null
      ? []
      : [
          {
            time: path.park.calendar.iso(path.nowMs),
            tco2PerTce: now,
            range: forecast.test === null ? null : { p10: now, p25: now, p75: now, p90: now },
          },
        ]),
    ...next.map((point) => forecastPoint(path, point)),
  ];
}

function forecastPoint(path: Path, { monthsAhead, value, range }: ForecastPoint) {
  const endMs = path.monthEnds[monthsAhead] ?? path.nowMs;
  // The last second of a month, so that it reads as that month.
  return { time: path.park.calendar.iso(endMs - 1000), tco2PerTce: value, range };
}

type Limit = NonNullable<PathwayAnswer["levers"][number]["limit"]>;

/** How far a lever goes: as declared; gas by what is metered; null where nobody says. */
function limitOf(path: Path, lever: Lever): Limit | null {
  const declared = path.boundary.levers[lever];
  if (declared !== undefined) return { amount: declared.limit, evidence: declared.evidence };
  return lever === "gasToPowerM3" && path.goal !== null
    ? { amount: path.goal.goalYear.year.gasM3, evidence: null }
    : null;
}

function describeLever(path: Path, lever: Lever): PathwayAnswer["levers"][number] {
  const { goal, boundary, storage } = path;
  const { unit, name, words } = LEVER_UNITS[lever];
  const goalYear = goal?.goalYear ?? null;
  const able = goalYear?.knows(lever) === true && (lever !== "gasToPowerM3" || goalYear.year.gasM3 > 0);
  const effect = able && goalYear !== null ? unitEffect(goalYear, lever, true) : null;
  const otherwise =
    able && goalYear !== null && lever === "gasToPowerM3" ? unitEffect(goalYear, lever, false) : null;
  return {
    id: lever,
    name: { ...name },
    unit: { ...words },
    unitAmount: unit,
    carbonTPerUnit: effect?.carbonT ?? null,
    tco2PerTcePerUnit: effect?.tco2PerTce ?? null,
    gapTPerUnit: effect?.gapT ?? null,
    otherwise:
      otherwise === null
        ? null
        : { carbonTPerUnit: otherwise.carbonT, tco2PerTcePerUnit: otherwise.tco2PerTce },
    limit: limitOf(path, lever),
    aloneAmount: able && goalYear !== null ? amountAlone(goalYear, lever) : null,
    remarks: leverRemarks(lever, goalYear, { boundary, kind: storage.kind, declared: storage.declared }),
  };
}

function remarksOf(path: Path): Remark[] {
  const { forecast, goal, boundary, monthEnds, nowMs, park } = path;
  const begun = boundary.projects.some((p) => p.from < park.calendar.dateKey(monthEnds[0] ?? nowMs));
  return uniqueRemarks(
    path.remarks,
    [path.targets, ...path.guiding.map((g) => g.targets)].flatMap((t) =>
      t.refused.map((r) => PATH_REMARKS.targetRefused(r.target.year)),
    ),
    forecast?.method === "persistence" ? [PATH_REMARKS.persistence] : [],
    forecast?.method === "linear-trend" ? [PATH_REMARKS.trendOnly] : [],
    forecast !== null && forecast.test === null ? [PATH_REMARKS.rangeMissing(forecast.missingMonths)] : [],
    forecast?.test === null || forecast === null
      ? []
      : [PATH_REMARKS.rangeScaled(forecast.test?.horizons.length ?? 0)],
    begun ? [PATH_REMARKS.projectsMeasured] : [],
    goal === null ? [] : [PATH_REMARKS.denominatorUnchanged],
  );
}
