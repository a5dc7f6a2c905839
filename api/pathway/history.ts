import { DAY_MS } from "../../park/calendar.ts";
import type { Boundary } from "../../park/schema.ts";
import type { Scope } from "../../park/topology.ts";
import type { SetUsed } from "../../standards/factors/book.ts";
import type { Month } from "../../standards/pathway/months.ts";
import type { StandardsDeps } from "../standards/deps.ts";
import type { Evaluated, Reading } from "../standards/figures-of.ts";
import { greenParts } from "../standards/green-sums.ts";
import { daysPassed, knownPart, rollingYear } from "../standards/rolling.ts";
import { readSpans, type Span, type SpanEnergy } from "../standards/spans.ts";
import { intensityOf, monthAmounts, zeroFactorMonth } from "./year.ts";

/** What is known of a boundary: its months, at most three years back, and the year up to now as its indicator has it. */

/** Fewer days say nothing of a month's intensity, or of a PV array's yield. */
export const LEAST_DAYS = 7;
const MONTHS_BACK = 36;

export interface PathMonth {
  readonly span: SpanEnergy;
  /** The whole month; null where too little of it is known. */
  readonly month: Month | null;
  readonly value: number | null;
  /** Zero-factor power over power consumed. */
  readonly zeroFactor: Month | null;
}

interface History {
  readonly months: readonly PathMonth[];
  /** The twelve months up to now, from the first day known. */
  readonly known: Span;
  readonly present: SpanEnergy;
  readonly intensity: Evaluated;
  readonly directKwh: number;
  /** Days of `known` that have passed; 0 where nothing is known. */
  readonly days: number;
  readonly hasContracts: boolean;
  readonly simulated: boolean;
  readonly settled: boolean;
  readonly factorSets: readonly SetUsed[];
}

/** @throws StoreError */
export async function readHistory(
  deps: StandardsDeps,
  boundary: Boundary,
  scope: Scope,
  reading: Reading,
  nowMs: number,
): Promise<History> {
  const { park } = deps;
  const calendar = park.calendar;
  const rolling = rollingYear(park, nowMs);
  const { year, month } = calendar.parts(rolling.toMs - 1);
  const back = { fromMs: calendar.at(year, month - MONTHS_BACK + 1, 1), toMs: rolling.toMs };
  const all = await knownPart(deps, scope, back, nowMs);
  const spans = calendar
    .buckets(all?.fromMs ?? calendar.at(year, month, 1), rolling.toMs, "1M")
    .map((startMs) => ({ fromMs: startMs, toMs: Math.min(calendar.next(startMs, "1M"), rolling.toMs) }));
  const ofYear = await knownPart(deps, scope, rolling, nowMs);
  const known = ofYear ?? rolling;
  const history = await readSpans(deps, scope, [...spans, known], nowMs);
  const sets = new Map<string, SetUsed>();
  const evaluated = (span: SpanEnergy): Evaluated => {
    const intensity = intensityOf(deps, boundary, reading, span);
    for (const set of intensity.book.used()) sets.set(set.id, set);
    return intensity;
  };
  const months = history.spans.slice(0, spans.length).map((span): PathMonth => {
    const intensity = evaluated(span);
    const days = Math.round((calendar.next(span.fromMs, "1M") - span.fromMs) / DAY_MS);
    return {
      span,
      value: span.daysKnown > 0 ? intensity.value : null,
      month: monthAmounts(intensity, span.daysKnown, days, LEAST_DAYS),
      zeroFactor: zeroFactorMonth(span, intensity, span.daysKnown, days, LEAST_DAYS),
    };
  });
  const present = history.spans.at(-1);
  if (present === undefined) throw new Error("no span was read");
  const intensity = evaluated(present);
  const running = months.at(-1);
  if (running !== undefined && months.every((m) => m.month === null)) {
    // No month has enough days of its own, as in a park that begins or in the first week of one: the days there are
    // stand for the running month together, so that where it leads is told, provisionally, from the first day on.
    const days = Math.round((calendar.next(running.span.fromMs, "1M") - running.span.fromMs) / DAY_MS);
    months[months.length - 1] = {
      ...running,
      month: monthAmounts(intensity, present.daysKnown, days, 1),
      zeroFactor: zeroFactorMonth(present, intensity, present.daysKnown, days, 1),
    };
  }
  const matched = await deps.matching.days(known.fromMs, known.toMs, nowMs);
  const green = greenParts(park, scope, matched, history.contracts, known, present.flows.use.value, nowMs);
  return {
    months,
    known,
    present,
    intensity,
    directKwh: green.pvKwh + green.lineContractKwh,
    days: ofYear === null ? 0 : daysPassed(known, nowMs),
    hasContracts: history.contracts.months.length > 0,
    simulated: history.simulated,
    settled: history.settled,
    factorSets: [...sets.values()].sort((a, b) => (`${a.family} ${a.id}` < `${b.family} ${b.id}` ? -1 : 1)),
  };
}
