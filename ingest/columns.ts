import type { RegisterReading } from "./energy/engine.ts";

/** Columns of numbers that grow. */

/** The column with room for one more at an index: itself, or a longer one when `size` is more than it has. */
export function moved<T extends Float64Array | Uint8Array>(
  column: T,
  size: number,
  at: number,
  length: number,
): T {
  let target = column;
  if (size > column.length) {
    target = (column instanceof Float64Array ? new Float64Array(size) : new Uint8Array(size)) as T; // as it was
    target.set(column);
  }
  if (at < length) target.copyWithin(at + 1, at, length);
  return target;
}

/** Index of the first of `length` ascending values that is not below the one given. */
export function lowerBound(values: Float64Array, length: number, value: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? Number.POSITIVE_INFINITY) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

const CONFLICT = 1;
const SIMULATED = 2;
const HAND_READ = 4;
const USUAL = 256;

/** One register's readings in order of time, one an instant: seventeen bytes each. */
export class ReadingColumns {
  #times = new Float64Array(16);
  #displays = new Float64Array(16);
  #flags = new Uint8Array(16);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** NaN beyond the last one. */
  timeMs(i: number): number {
    return i < this.#length ? (this.#times[i] ?? Number.NaN) : Number.NaN;
  }

  /** −Infinity while there is none. */
  get lastMs(): number {
    return this.#length === 0 ? Number.NEGATIVE_INFINITY : (this.#times[this.#length - 1] ?? 0);
  }

  at(i: number): RegisterReading {
    const flags = this.#flags[i] ?? 0;
    const timeMs = this.#times[i] ?? 0;
    const display = this.#displays[i] ?? 0;
    const conflict = (flags & CONFLICT) !== 0;
    const simulated = (flags & SIMULATED) !== 0;
    return (flags & HAND_READ) === 0
      ? { timeMs, display, conflict, simulated }
      : { timeMs, display, conflict, simulated, handRead: true };
  }

  /** Index of the first reading at or after an instant. */
  indexOf(timeMs: number): number {
    return timeMs > this.lastMs ? this.#length : lowerBound(this.#times, this.#length, timeMs);
  }

  /** Adds a reading in its place, over another one at the same instant. False: it was there already, in every part. */
  put(reading: RegisterReading): boolean {
    const flags =
      (reading.conflict ? CONFLICT : 0) |
      (reading.simulated ? SIMULATED : 0) |
      (reading.handRead === true ? HAND_READ : 0);
    const i = this.indexOf(reading.timeMs);
    if (i < this.#length && this.#times[i] === reading.timeMs) {
      if (this.#displays[i] === reading.display && this.#flags[i] === flags) return false;
    } else {
      const isFull = this.#length === this.#times.length;
      const size = isFull ? Math.ceil(this.#length * 1.25) : this.#times.length;
      this.#times = moved(this.#times, size, i, this.#length);
      this.#displays = moved(this.#displays, size, i, this.#length);
      this.#flags = moved(this.#flags, size, i, this.#length);
      this.#length++;
    }
    this.#times[i] = reading.timeMs;
    this.#displays[i] = reading.display;
    this.#flags[i] = flags;
    return true;
  }

  /** Forgets the first readings. */
  dropFirst(count: number): void {
    if (count <= 0) return;
    if (count === this.#length) {
      this.clear();
      return;
    }
    for (const column of [this.#times, this.#displays, this.#flags])
      column.copyWithin(0, count, this.#length);
    this.#length -= count;
  }

  /** Forgets all, and the room for more than usual. */
  clear(): void {
    this.#length = 0;
    if (this.#times.length <= USUAL) return;
    this.#times = new Float64Array(USUAL);
    this.#displays = new Float64Array(USUAL);
    this.#flags = new Uint8Array(USUAL);
  }
}
