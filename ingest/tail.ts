import type { RegisterReading } from "./energy/engine.ts";

/**
 * A register's recent readings in memory, with the state from which they go on: enough to judge them anew when a late
 * one comes, without a look into the store. Seventeen bytes a reading.
 */
export class Tail {
  #startMs: number;
  #state: string | null;
  /** The state of the next day start, which becomes the beginning when the day after it begins. */
  #next: { readonly startMs: number; readonly state: string } | null = null;
  #times = new Float64Array(64);
  #displays = new Float64Array(64);
  #flags = new Uint8Array(64);
  #length = 0;

  constructor(startMs: number, state: string | null) {
    this.#startMs = startMs;
    this.#state = state;
  }

  /** Every stored reading from here on is in the tail. */
  get startMs(): number {
    return this.#startMs;
  }

  /** State of the register before the first reading of the tail. */
  get state(): string | null {
    return this.#state;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a reading in its place, over another one at the same instant. False: it was there already, in every part. */
  put(reading: RegisterReading): boolean {
    const flags =
      (reading.conflict ? 1 : 0) | (reading.simulated ? 2 : 0) | (reading.handRead === true ? 4 : 0);
    const i = this.#lowerBound(reading.timeMs);
    if (i < this.#length && this.#times[i] === reading.timeMs) {
      if (this.#displays[i] === reading.display && this.#flags[i] === flags) return false;
    } else {
      if (this.#length === this.#times.length) this.#grow();
      for (const column of [this.#times, this.#displays, this.#flags])
        column.copyWithin(i + 1, i, this.#length);
      this.#length++;
    }
    this.#times[i] = reading.timeMs;
    this.#displays[i] = reading.display;
    this.#flags[i] = flags;
    return true;
  }

  /** The readings, ascending. */
  *readings(): Generator<RegisterReading> {
    for (let i = 0; i < this.#length; i++) {
      const flags = this.#flags[i] ?? 0;
      yield {
        timeMs: this.#times[i] ?? 0,
        display: this.#displays[i] ?? 0,
        conflict: (flags & 1) !== 0,
        simulated: (flags & 2) !== 0,
        ...((flags & 4) === 0 ? {} : { handRead: true }),
      };
    }
  }

  /** A day has begun with this state: the tail keeps the day before it and what follows. */
  dayBegan(startMs: number, state: string): void {
    if (this.#next !== null && startMs < this.#next.startMs) return;
    if (this.#next !== null && startMs > this.#next.startMs) {
      const cut = this.#lowerBound(this.#next.startMs);
      for (const column of [this.#times, this.#displays, this.#flags])
        column.copyWithin(0, cut, this.#length);
      this.#length -= cut;
      this.#startMs = this.#next.startMs;
      this.#state = this.#next.state;
    }
    if (startMs > this.#startMs) this.#next = { startMs, state };
  }

  #grow(): void {
    const size = this.#times.length * 2;
    const grow = <T extends Float64Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.#times = grow(this.#times, new Float64Array(size));
    this.#displays = grow(this.#displays, new Float64Array(size));
    this.#flags = grow(this.#flags, new Uint8Array(size));
  }

  #lowerBound(timeMs: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#times[middle] ?? 0) < timeMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
