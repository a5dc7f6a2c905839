import type { ReadingRow } from "../store/telemetry.ts";

/**
 * What is stored at an instant, as far as memory knows (E9). Of each meter everything from an instant on is known: a
 * bounded number of recent readings. A reading beyond the last one is new without any look-up; only what lies before
 * the known part must be read from the store.
 */
export class Seen {
  readonly #perMeter: number;
  readonly #meters = new Map<string, Known>();
  /** Readings ahead of their time (E12), apart: they must not push what is recent out of memory. */
  readonly #held = new Map<string, Map<number, ReadingRow>>();
  #heldCount = 0;
  /** No held reading's time comes before this. */
  #nextHeldMs = Number.POSITIVE_INFINITY;

  /** @param totalRows how many readings of all meters together are kept. */
  constructor(meterCount: number, totalRows: number) {
    this.#perMeter = Math.max(16, Math.min(1024, Math.floor(totalRows / Math.max(1, meterCount))));
  }

  /** The last stored reading of a meter, at start: nothing is stored after it but what is held. */
  loadLast(row: ReadingRow): void {
    this.#meters.set(row.meter, { fromMs: row.timeMs, rows: [row] });
  }

  /** The row stored at the instant, null when there is none, "unknown" when only the store can tell. */
  at(meter: string, timeMs: number): ReadingRow | null | "unknown" {
    const held = this.#held.get(meter)?.get(timeMs);
    if (held !== undefined) return held;
    const known = this.#meters.get(meter);
    if (known === undefined) return null;
    if (timeMs < known.fromMs) return "unknown";
    const row = known.rows[lowerBound(known.rows, timeMs)];
    return row?.timeMs === timeMs ? row : null;
  }

  /** A row is durable as it stands. */
  put(row: ReadingRow): void {
    let known = this.#meters.get(row.meter);
    if (known === undefined) {
      known = { fromMs: Number.NEGATIVE_INFINITY, rows: [] };
      this.#meters.set(row.meter, known);
    }
    if (row.timeMs < known.fromMs) return;
    const { rows } = known;
    const last = rows.at(-1);
    if (last === undefined || last.timeMs < row.timeMs) rows.push(row);
    else {
      const i = lowerBound(rows, row.timeMs);
      rows.splice(i, rows[i]?.timeMs === row.timeMs ? 1 : 0, row);
    }
    // In blocks, so that shifting an array is not paid for with every reading.
    if (rows.length > this.#perMeter * 1.25) {
      const gone = rows.splice(0, rows.length - this.#perMeter);
      known.fromMs = (gone.at(-1)?.timeMs ?? known.fromMs) + 1;
    }
  }

  get heldCount(): number {
    return this.#heldCount;
  }

  /** A row ahead of its time is durable. */
  hold(row: ReadingRow): void {
    let rows = this.#held.get(row.meter);
    if (rows === undefined) {
      rows = new Map();
      this.#held.set(row.meter, rows);
    }
    if (!rows.has(row.timeMs)) this.#heldCount++;
    rows.set(row.timeMs, row);
    this.#nextHeldMs = Math.min(this.#nextHeldMs, row.timeMs);
  }

  /** Takes out the rows whose time has come: those up to `untilMs`. */
  release(untilMs: number): ReadingRow[] {
    const due: ReadingRow[] = [];
    if (untilMs < this.#nextHeldMs) return due;
    this.#nextHeldMs = Number.POSITIVE_INFINITY;
    for (const [meter, rows] of this.#held) {
      for (const [timeMs, row] of rows) {
        if (timeMs > untilMs) {
          this.#nextHeldMs = Math.min(this.#nextHeldMs, timeMs);
          continue;
        }
        rows.delete(timeMs);
        this.#heldCount--;
        due.push(row);
      }
      if (rows.size === 0) this.#held.delete(meter);
    }
    due.sort((a, b) => a.timeMs - b.timeMs);
    for (const row of due) this.put(row);
    return due;
  }
}

interface Known {
  /** Every stored reading from here on is in `rows`, or held. */
  fromMs: number;
  readonly rows: ReadingRow[];
}

/** Index of the first row at or after the instant. */
function lowerBound(rows: readonly ReadingRow[], timeMs: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.timeMs ?? Number.POSITIVE_INFINITY) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
