import { ReadingColumns } from "./columns.ts";
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
  readonly #readings = new ReadingColumns();

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
    return this.#readings.length;
  }

  /** Adds a reading in its place, over another one at the same instant. False: it was there already, in every part. */
  put(reading: RegisterReading): boolean {
    return this.#readings.put(reading);
  }

  /** The readings, ascending. */
  *readings(): Generator<RegisterReading> {
    for (let i = 0; i < this.#readings.length; i++) yield this.#readings.at(i);
  }

  /** A day has begun with this state: the tail keeps the day before it and what follows. */
  dayBegan(startMs: number, state: string): void {
    if (this.#next !== null && startMs < this.#next.startMs) return;
    if (this.#next !== null && startMs > this.#next.startMs) {
      this.#readings.dropFirst(this.#readings.indexOf(this.#next.startMs));
      this.#startMs = this.#next.startMs;
      this.#state = this.#next.state;
    }
    if (startMs > this.#startMs) this.#next = { startMs, state };
  }
}
