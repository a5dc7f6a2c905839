import { QUARTER_MS } from "../../park/calendar.ts";
import { CHANNELS } from "../../park/quantities.ts";
import type { ExplainAnswer } from "../answers/explain.ts";
import { bucketsOf } from "../energy/buckets.ts";
import { registersOf } from "../energy/flows.ts";
import { Measure } from "../standards/measure.ts";
import { parseFigure } from "./ask.ts";
import type { ExplainDeps, ExplainQuery, Group, Row } from "./parts.ts";
import { readingsOf, registerTermsIn } from "./register.ts";

/** The largest row of some groups that opens something. */
export function largestRow(groups: readonly Group[]): Row | null {
  let found: Row | null = null;
  for (const row of groups.flatMap((g) => g.rows))
    if (row.opens !== null && Math.abs(row.result ?? 0) > Math.abs(found?.result ?? 0)) found = row;
  return found;
}

/**
 * What the display of a register showed around the last measured quarter-hour of its last day with any; none where the
 * row opens no register. @throws StoreError
 */
export async function lastReadings(
  deps: ExplainDeps,
  query: ExplainQuery,
  row: Row | null,
): Promise<ExplainAnswer["readings"]> {
  const figure = row?.opens === null || row === null ? null : parseFigure(row.opens.figure);
  if (figure?.kind !== "register") return [];
  const { park, reader } = deps;
  const terms = registerTermsIn(deps, query, figure.meter, figure.channel);
  if (terms.length === 0) return [];
  const untilMs = Math.min(query.toMs, query.nowMs);
  const days = await reader.days(registersOf(terms), query.fromMs, untilMs);
  const dayBuckets = bucketsOf(days, park.calendar, query.fromMs, untilMs, "1d");
  const byDay = new Measure(park, days, terms, dayBuckets, query.nowMs);
  const last = dayBuckets.findLastIndex((_, b) => byDay.amount(b, b + 1) !== null);
  const day = dayBuckets[last];
  if (day === undefined) return [];
  const table = await reader.quarterHours(registersOf(terms), day.startMs, day.endMs);
  const buckets = bucketsOf(table, park.calendar, day.startMs, day.endMs, "15m");
  const measure = new Measure(park, table, terms, buckets, query.nowMs);
  const at = buckets.findLastIndex(
    (b, i) =>
      b.startMs >= query.fromMs && b.startMs + QUARTER_MS <= untilMs && measure.quality(i) === "measured",
  );
  const bucket = buckets[at];
  if (bucket === undefined) return [];
  const { unit } = CHANNELS[figure.channel];
  return await readingsOf(deps, terms, bucket.startMs, measure.amount(at, at + 1), unit, measure.quality(at));
}
