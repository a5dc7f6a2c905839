import { CHANNEL_NAMES, type Channel } from "../../park/quantities.ts";
import type { ReadingRow } from "../../store/telemetry.ts";
import { lowerBound, moved } from "../columns.ts";

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
    const known = new Known(row.timeMs);
    known.put(row);
    this.#meters.set(row.meter, known);
  }

  /** The row stored at the instant, null when there is none, "unknown" when only the store can tell. */
  at(meter: string, timeMs: number): ReadingRow | null | "unknown" {
    if (this.#heldCount > 0) {
      const held = this.#held.get(meter)?.get(timeMs);
      if (held !== undefined) return held;
    }
    const known = this.#meters.get(meter);
    if (known === undefined || timeMs > known.lastMs) return null;
    return timeMs < known.fromMs ? "unknown" : known.rowAt(meter, timeMs);
  }

  /** A row is durable as it stands. */
  put(row: ReadingRow): void {
    let known = this.#meters.get(row.meter);
    if (known === undefined) {
      known = new Known(Number.NEGATIVE_INFINITY);
      this.#meters.set(row.meter, known);
    }
    if (row.timeMs < known.fromMs) return;
    known.put(row);
    // In blocks, so that shifting is not paid for with every reading.
    if (known.length > this.#perMeter * 1.25) known.keepLast(this.#perMeter);
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

  /** True while the row of this instant waits for its time. */
  isHeld(meter: string, timeMs: number): boolean {
    return this.#held.get(meter)?.has(timeMs) === true;
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

const INDEX = new Map<string, number>(CHANNEL_NAMES.map((channel, i) => [channel, i]));

/** Recent rows of one meter: a column a channel, as a row as an object takes ten times the memory. */
class Known {
  /** Every stored reading from here on is known, or held. */
  fromMs: number;
  length = 0;
  #times = new Float64Array(16);
  #simulated = new Uint8Array(16);
  /** By the channel's index; NaN where a row has no value of it, null where none has. */
  readonly #values: (Float64Array | null)[] = CHANNEL_NAMES.map(() => null);
  /** Of the few rows that have any. */
  readonly #superseded = new Map<number, ReadingRow["superseded"]>();

  constructor(fromMs: number) {
    this.fromMs = fromMs;
  }

  get lastMs(): number {
    return this.length === 0 ? Number.NEGATIVE_INFINITY : (this.#times[this.length - 1] ?? 0);
  }

  rowAt(meter: string, timeMs: number): ReadingRow | null {
    const i = lowerBound(this.#times, this.length, timeMs);
    if (i === this.length || this.#times[i] !== timeMs) return null;
    const values: Partial<Record<Channel, number>> = {};
    CHANNEL_NAMES.forEach((channel, c) => {
      const value = this.#values[c]?.[i] ?? Number.NaN;
      if (!Number.isNaN(value)) values[channel] = value;
    });
    const superseded = this.#superseded.get(timeMs) ?? {};
    return { meter, timeMs, values, superseded, simulated: this.#simulated[i] === 1 };
  }

  put({ timeMs, values, superseded, simulated }: ReadingRow): void {
    let i = this.length;
    if (timeMs <= this.lastMs) i = lowerBound(this.#times, this.length, timeMs);
    if (i === this.length || this.#times[i] !== timeMs) this.#makeRoom(i);
    this.#times[i] = timeMs;
    this.#simulated[i] = simulated ? 1 : 0;
    for (const column of this.#values) if (column !== null) column[i] = Number.NaN;
    for (const channel in values) {
      const c = INDEX.get(channel) ?? 0;
      const value = values[channel as Channel]; // a key of a record of channels
      let column = this.#values[c];
      if (column === null || column === undefined) {
        column = new Float64Array(this.#times.length).fill(Number.NaN);
        this.#values[c] = column;
      }
      column[i] = value ?? Number.NaN;
    }
    for (const _ in superseded) {
      this.#superseded.set(timeMs, superseded);
      break;
    }
  }

  /** Forgets the oldest rows; what lies before the others is unknown from now on. */
  keepLast(count: number): void {
    const cut = this.length - count;
    this.fromMs = (this.#times[cut - 1] ?? this.fromMs) + 1;
    for (const column of [this.#times, this.#simulated, ...this.#values])
      column?.copyWithin(0, cut, this.length);
    this.length = count;
    for (const timeMs of this.#superseded.keys()) if (timeMs < this.fromMs) this.#superseded.delete(timeMs);
  }

  #makeRoom(i: number): void {
    const size = this.length === this.#times.length ? this.length * 2 : this.#times.length;
    this.#times = moved(this.#times, size, i, this.length);
    this.#simulated = moved(this.#simulated, size, i, this.length);
    this.#values.forEach((column, c) => {
      if (column !== null) this.#values[c] = moved(column, size, i, this.length);
    });
    this.length++;
  }
}
