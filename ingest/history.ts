import { DAY_MS } from "../park/calendar.ts";
import { type ReadingRow, StoreError, type Telemetry } from "../store/telemetry.ts";

/** Stored readings in bounded pages. */

type Reader = Pick<Telemetry, "readReadings">;

const PAGE_ROWS = 20_000;
const LONGEST_PAGE_MS = 366 * DAY_MS;

export interface Page {
  readonly rows: readonly ReadingRow[];
  /** Everything before this instant has been read. */
  readonly toMs: number;
}

/**
 * One meter's readings in [fromMs, toMs), page after page. Pages grow over empty times and shrink where readings are
 * dense. `onRequest` is told the end of each page before it is read. @throws StoreError
 */
export async function* pagesOf(
  telemetry: Reader,
  meter: string,
  fromMs: number,
  toMs: number,
  expectedEveryMs: number,
  onRequest: (pageToMs: number) => void = () => undefined,
): AsyncGenerator<Page> {
  let spanMs = Math.max(60_000, Math.min(LONGEST_PAGE_MS, (PAGE_ROWS / 4) * expectedEveryMs));
  let atMs = fromMs;
  while (atMs < toMs) {
    const endMs = Math.min(toMs, atMs + spanMs);
    onRequest(endMs);
    let rows: ReadingRow[];
    try {
      rows = await telemetry.readReadings({ meters: [meter], fromMs: atMs, toMs: endMs, limit: PAGE_ROWS });
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "too-much" || spanMs <= 1) throw error;
      spanMs = Math.max(1, Math.floor((endMs - atMs) / 4));
      continue;
    }
    yield { rows, toMs: endMs };
    atMs = endMs;
    if (rows.length < PAGE_ROWS / 8) spanMs = Math.min(LONGEST_PAGE_MS, spanMs * 2);
  }
}

/** More readings than the asker can use. */
export class TooManyReadings extends Error {
  constructor(atMost: number) {
    super(`more than ${atMost} readings`);
    this.name = "TooManyReadings";
  }
}

/**
 * Readings of many meters in [fromMs, toMs); asks for less at a time where the store says it is too much.
 * @throws StoreError, TooManyReadings when there are more than `atMost`
 */
export async function readAll(
  telemetry: Reader,
  meters: readonly string[],
  fromMs: number,
  toMs: number,
  atMost = Number.POSITIVE_INFINITY,
): Promise<ReadingRow[]> {
  const all: ReadingRow[] = [];
  const read = async (some: readonly string[], beginMs: number, endMs: number): Promise<void> => {
    try {
      for (const row of await telemetry.readReadings({
        meters: some,
        fromMs: beginMs,
        toMs: endMs,
        limit: PAGE_ROWS,
      }))
        all.push(row);
      if (all.length > atMost) throw new TooManyReadings(atMost);
    } catch (error) {
      const isTooMuch = error instanceof StoreError && error.code === "too-much";
      if (!isTooMuch || (some.length === 1 && endMs - beginMs <= 1)) throw error;
      const half = some.length >> 1;
      const middleMs = Math.floor(beginMs + (endMs - beginMs) / 2);
      await read(half > 0 ? some.slice(0, half) : some, beginMs, half > 0 ? endMs : middleMs);
      await read(half > 0 ? some.slice(half) : some, half > 0 ? beginMs : middleMs, endMs);
    }
  };
  await read(meters, fromMs, toMs);
  return all;
}
