import { DAY_MS } from "../park/calendar.ts";
import type { Park } from "../park/park.ts";
import type { Boundary } from "../park/schema.ts";
import { enterprisesOf, type Scope } from "../park/topology.ts";
import { carbonPerTce, energyConsumption } from "../standards/energy-consumption.ts";
import { type FactorBook, factorBook } from "../standards/factors/book.ts";
import type { Factor } from "../standards/factors/factor.ts";
import { LEAST_COVERAGE, nationalParkCarbon } from "../standards/park-carbon.ts";
import {
  type Forecast,
  forecastOf,
  gapTo,
  type PathPoint,
  targetAt,
  type YearStructure,
} from "../standards/pathway.ts";
import { uniqueRemarks } from "../standards/remark.ts";
import { REMARKS } from "../standards/remarks.ts";
import type { PathwayAnswer } from "./answers/pathway.ts";
import { factorUsed, type StandardsDeps } from "./standards/deps.ts";
import { factorDate } from "./standards/figures.ts";
import { leversOf, type PvYield } from "./standards/levers.ts";
import { boundaryOf, daysPassed, equivalentOf, rollingYear } from "./standards/rolling.ts";
import { readSpans, type Span, type SpanEnergy } from "./standards/spans.ts";

const YEAR_DAYS = 365;
/** Fewer days say nothing of a month's intensity, or of a PV array's yield. */
const LEAST_DAYS = 7;
/** How far back months are shown where nothing is declared. */
const MONTHS_BACK = 24;

/**
 * GET /pathway: where a boundary stands on the way to its target, what is missing, and what each lever gives.
 * @throws StoreError; RangeError for an unknown boundary.
 */
export async function pathwayAnswer(
  deps: StandardsDeps,
  query: { readonly boundary: string; readonly nowMs: number; readonly factors?: readonly string[] },
): Promise<PathwayAnswer> {
  const { park } = deps;
  const { nowMs } = query;
  const book = factorBook({ pins: query.factors ?? [] });
  const calendar = park.calendar;
  const boundary = boundaryOf(park, query.boundary);
  const scope: Scope = { kind: "boundary", id: boundary.id };
  const equivalent = equivalentOf(boundary, book, calendar.dateKey(nowMs));
  const rolling = rollingYear(park, nowMs);
  const months = monthsOf(park, boundary, rolling.toMs);
  const history = await readSpans(deps, scope, [...months, rolling], nowMs);
  const actual = history.spans
    .slice(0, months.length)
    .filter((s) => s.daysKnown > 0)
    .map((span) => ({ span, value: intensityOf(deps, span, equivalent, book).value }));

  const first = history.buckets.findIndex(
    (b, i) => b.startMs >= rolling.fromMs && history.measures.gridImport.amount(i, i + 1) !== null,
  );
  const known: Span = { fromMs: history.buckets[first]?.startMs ?? rolling.fromMs, toMs: rolling.toMs };
  const recent = known.fromMs === rolling.fromMs ? history : await readSpans(deps, scope, [known], nowMs);
  const present = recent.spans[recent.spans.length - 1];
  if (present === undefined) throw new Error("no span was read");
  const { carbon, consumption, value } = intensityOf(deps, present, equivalent, book);
  const days = first < 0 ? 0 : daysPassed(known, nowMs);

  const line = targetLine(park, boundary);
  const target = targetAt(line, nowMs);
  const points = actual.flatMap((m): PathPoint[] =>
    m.value === null || m.span.daysKnown < LEAST_DAYS
      ? []
      : [{ timeMs: (m.span.fromMs + Math.min(m.span.toMs, nowMs)) / 2, tco2PerTce: m.value }],
  );
  const forecast = forecastOf(points, value);
  const goal = [...boundary.targets].reverse().find((t) => endOfYear(park, t.year) > nowMs);
  const factor = book.require("park-method", "electricity/other", factorDate(deps, present));
  const year = yearOf(carbon, consumption.totalTce, days);
  const gap =
    goal === undefined || forecast === null || year === null
      ? null
      : {
          year: goal.year,
          targetTco2PerTce: goal.tco2PerTce,
          forecastTco2PerTce: forecast.at(endOfYear(park, goal.year)),
          annualTce: year.consumptionTce,
          ...gapTo(goal.tco2PerTce, forecast.at(endOfYear(park, goal.year)), year, factor.value),
          factor: factorUsed(factor),
        };
  const short = days < YEAR_DAYS - 1;
  return {
    boundary: boundary.id,
    name: boundary.name ?? null,
    standard: boundary.standard,
    simulated: history.simulated,
    settled: history.settled,
    provisional: carbon.provisional || short || present.coverage.missing > 1 - LEAST_COVERAGE,
    target: line.map((p) => ({ time: calendar.iso(p.timeMs), tco2PerTce: p.tco2PerTce })),
    declared: boundary.declared.map((d) => ({
      time: calendar.iso(endOfYear(park, d.year)),
      tco2PerTce: d.tco2PerTce,
      evidence: d.evidence,
    })),
    actual: actual.map(({ span, value: tco2PerTce }) => ({
      month: calendar.monthKey(span.fromMs),
      time: calendar.iso(Math.min(span.toMs, nowMs)),
      tco2PerTce,
      coverage: span.coverage,
    })),
    now: {
      tco2PerTce: value,
      from: calendar.iso(known.fromMs),
      to: calendar.iso(Math.min(known.toMs, nowMs)),
      days: Math.round(days * 100) / 100,
      target,
      aboveTarget: value === null || target === null ? null : value - target,
    },
    forecast: forecast === null ? null : forecastAnswer(park, forecast, nowMs, goal?.year ?? null),
    gap,
    levers: leversOf({
      year,
      factorKgPerKwh: factor.value,
      equivalentKgcePerKwh: equivalent?.value ?? null,
      pv: pvYield(park, scope, present, recent.measures.pv, recent.buckets, nowMs),
      gas: present.inputs.fuels.some((f) => f.fuel === "natural-gas"),
      date: factorDate(deps, present),
      book,
    }),
    factorSets: book.used(),
    remarks: uniqueRemarks(
      carbon.remarks,
      consumption.remarks,
      short ? [REMARKS.annualScaled] : [],
      forecast === null ? [] : [forecast.method === "persistence" ? REMARKS.persistence : REMARKS.trendOnly],
      gap === null ? [] : [REMARKS.denominatorUnchanged],
      history.contracts.months.length > 0 ? [REMARKS.contractsByKnownTime, REMARKS.contractsDeclared] : [],
    ),
  };
}

function intensityOf(deps: StandardsDeps, span: SpanEnergy, equivalent: Factor | null, book: FactorBook) {
  const options = { date: factorDate(deps, span), book };
  const carbon = nationalParkCarbon(span.inputs, options);
  const consumption = energyConsumption(span.inputs, equivalent, options);
  return { carbon, consumption, value: carbonPerTce(carbon.totalKg, consumption.totalTce) };
}

/** The last second of a year in the park's calendar, so that it reads as December. */
function endOfYear(park: Park, year: number): number {
  return park.calendar.at(year + 1, 1, 1) - 1000;
}

/** From the declared base year through the targets, each at its year's end. */
function targetLine(park: Park, boundary: Boundary): PathPoint[] {
  const years = new Map(boundary.targets.map((t) => [t.year, t.tco2PerTce]));
  const firstTarget = Math.min(...years.keys());
  const base = [...boundary.declared].sort((a, b) => b.year - a.year).find((d) => d.year < firstTarget);
  if (base !== undefined && years.size > 0) years.set(base.year, base.tco2PerTce);
  return [...years]
    .sort(([a], [b]) => a - b)
    .map(([year, tco2PerTce]) => ({ timeMs: endOfYear(park, year), tco2PerTce }));
}

/** Months after the last declared year (at most two years back), up to the running one. */
function monthsOf(park: Park, boundary: Boundary, toMs: number): Span[] {
  const calendar = park.calendar;
  const { year, month } = calendar.parts(toMs - 1);
  const declared = Math.max(...boundary.declared.map((d) => d.year));
  const back = calendar.at(year, month - MONTHS_BACK + 1, 1);
  const fromMs = boundary.declared.length === 0 ? back : Math.max(back, calendar.at(declared + 1, 1, 1));
  return calendar
    .buckets(fromMs, toMs, "1M")
    .map((startMs) => ({ fromMs: startMs, toMs: Math.min(calendar.next(startMs, "1M"), toMs) }));
}

/** Carbon and consumption of a year, scaled from the days known; null where they are not. */
function yearOf(
  carbon: ReturnType<typeof nationalParkCarbon>,
  tce: number | null,
  days: number,
): YearStructure | null {
  if (carbon.totalKg === null || tce === null || tce <= 0 || days <= 0) return null;
  const scale = YEAR_DAYS / days;
  const electricityKg = carbon.terms
    .filter((t) => t.id.startsWith("electricity"))
    .reduce((sum, t) => sum + (t.carbonKg ?? 0), 0);
  return {
    carbonT: (carbon.totalKg / 1000) * scale,
    consumptionTce: tce * scale,
    electricityCarbonT: (electricityKg / 1000) * scale,
  };
}

function forecastAnswer(
  park: Park,
  forecast: Forecast,
  nowMs: number,
  goalYear: number | null,
): NonNullable<PathwayAnswer["forecast"]> {
  const calendar = park.calendar;
  const endMs = goalYear === null ? nowMs + YEAR_DAYS * DAY_MS : endOfYear(park, goalYear);
  const times = [nowMs, ...calendar.buckets(nowMs, endMs, "1M").slice(1), endMs];
  return {
    method: forecast.method,
    description:
      forecast.method === "linear-trend"
        ? { zh: "月度值的最小二乘直线", en: "least-squares line through the monthly values" }
        : { zh: "现值保持不变", en: "today's value stays" },
    points: times.map((t) => ({ time: calendar.iso(t), tco2PerTce: forecast.at(t) })),
  };
}

/** Yearly kWh per kWp of the boundary's own PV, from the days known; null under a week, or where meters and arrays differ. */
function pvYield(
  park: Park,
  scope: Scope,
  span: SpanEnergy,
  pv: { readonly meters: readonly string[]; amount(first: number, end: number): number | null },
  buckets: readonly { readonly startMs: number; readonly endMs: number }[],
  nowMs: number,
): PvYield | null {
  const members = enterprisesOf(park, scope, nowMs);
  const arrays = park.assets.filter((a) => a.kind === "pv").filter((a) => members.has(a.enterprise));
  const metered = new Set(arrays.flatMap((a) => a.meters));
  const capacityKwp = arrays.reduce((sum, a) => sum + a.capacityKwp, 0);
  if (capacityKwp === 0 || pv.meters.some((m) => !metered.has(m)) || metered.size !== pv.meters.length)
    return null;
  let days = 0;
  let energyKwh = 0;
  buckets.forEach((bucket, i) => {
    // Whole days only: a running one would weigh the morning as a day.
    if (bucket.startMs < span.fromMs || bucket.endMs > nowMs) return;
    const amount = pv.amount(i, i + 1);
    if (amount === null) return;
    days++;
    energyKwh += amount;
  });
  return days < LEAST_DAYS ? null : { kwhPerKwp: (energyKwh / capacityKwp / days) * YEAR_DAYS };
}
