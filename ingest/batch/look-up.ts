import { HOUR_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import type { ReadingRow, Telemetry } from "../../store/telemetry.ts";
import { readAll } from "../history.ts";
import type { ParsedMessage } from "../messages/parsed.ts";
import type { Seen } from "./seen.ts";

/** Rows between two late readings of a meter that are read along rather than asked around. */
const READ_ALONG_ROWS = 200;
const METERS_PER_QUERY = 100;

/**
 * What the store holds at the instants of late readings that memory does not know, by "meter time". Late readings of
 * a meter that lie close together are read as one span, and meters with the same span (a gateway that comes back) in
 * one query. @throws StoreError
 */
export async function lookUp(
  telemetry: Pick<Telemetry, "readReadings" | "readLastReadings">,
  park: Park,
  seen: Seen,
  batch: readonly { readonly parsed: ParsedMessage | null }[],
): Promise<Map<string, ReadingRow>> {
  const late = new Map<string, number[]>();
  for (const { parsed } of batch)
    for (const { meter, timeMs } of parsed?.readings ?? [])
      if (seen.at(meter, timeMs) === "unknown") {
        const times = late.get(meter);
        if (times === undefined) late.set(meter, [timeMs]);
        else times.push(timeMs);
      }
  const spans = new Map<string, { fromMs: number; toMs: number; meters: string[] }>();
  for (const [meter, times] of late) {
    times.sort((a, b) => a - b);
    const everyMs = park.meterById.get(meter)?.reportsEveryMs ?? HOUR_MS;
    let first: number | null = null;
    times.forEach((timeMs, i) => {
      first ??= timeMs;
      const next = times[i + 1];
      if (next !== undefined && next - timeMs <= everyMs * READ_ALONG_ROWS) return;
      const fromMs = Math.floor(first / HOUR_MS) * HOUR_MS;
      const toMs = (Math.floor(timeMs / HOUR_MS) + 1) * HOUR_MS;
      const span = spans.get(`${fromMs} ${toMs}`);
      if (span === undefined) spans.set(`${fromMs} ${toMs}`, { fromMs, toMs, meters: [meter] });
      else span.meters.push(meter);
      first = null;
    });
  }
  const found = new Map<string, ReadingRow>();
  for (const { fromMs, toMs, meters } of spans.values())
    for (let i = 0; i < meters.length; i += METERS_PER_QUERY)
      for (const row of await readAll(telemetry, meters.slice(i, i + METERS_PER_QUERY), fromMs, toMs))
        found.set(`${row.meter} ${row.timeMs}`, row);
  return found;
}
