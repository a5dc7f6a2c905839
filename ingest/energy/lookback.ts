import { HOUR_MS } from "../../park/calendar.ts";

/** Denser readings are kept one a slot: a register that reports each second needs no 3,600 of them. */
const SLOT_MS = 15_000;
const COMPACT_AT = 256;

/**
 * Energy counted at the trusted readings of the last hour since the last exchange, steps adding nothing: what the
 * plausibility over 15 minutes and over an hour looks back to. The two newest readings are always there.
 */
export class Lookback {
  #times: number[] = [];
  #counted: number[] = [];
  /** Entries before it are dropped already. */
  #head = 0;

  /** Entries kept. */
  get size(): number {
    return this.#times.length - this.#head;
  }

  /** Forgets everything and begins at a reading: the first, or the first after an exchange. */
  reset(timeMs: number): void {
    this.#times = [timeMs];
    this.#counted = [0];
    this.#head = 0;
  }

  /** Adds a trusted reading and what was counted since the one before it. */
  push(timeMs: number, micro: number): void {
    const counted = this.counted(this.size - 1) + micro;
    this.#times.push(timeMs);
    this.#counted.push(counted);
    const third = this.#times.length - 3;
    if (third > this.#head && slot(this.#times[third]) === slot(this.#times[third - 1])) {
      this.#times.splice(third, 1);
      this.#counted.splice(third, 1);
    }
    while (this.size > 1 && (this.#times[this.#head + 1] ?? timeMs) <= timeMs - HOUR_MS) this.#head++;
    if (this.#head >= COMPACT_AT) {
      this.#times = this.#times.slice(this.#head);
      this.#counted = this.#counted.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Takes the newest reading away again. */
  pop(): void {
    this.#times.pop();
    this.#counted.pop();
  }

  /** Energy counted at the entry of this index, from an origin of its own. */
  counted(index: number): number {
    return this.#counted[this.#head + index] ?? 0;
  }

  /** Time of the entry of this index. */
  timeMs(index: number): number {
    return this.#times[this.#head + index] ?? Number.NaN;
  }

  /** Index of the last of the first `size` entries at or before the instant, else of the first entry; −1 when size is 0. */
  lastAtOrBefore(timeMs: number, size: number): number {
    if (size === 0) return -1;
    let low = 0;
    let high = size - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.timeMs(middle) <= timeMs) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  copy(): Lookback {
    const other = new Lookback();
    other.#times = this.#times.slice(this.#head);
    other.#counted = this.#counted.slice(this.#head);
    return other;
  }

  /** Brings the counted energies' origin to the newest entry, so that they never outgrow exact integers. */
  rebase(): void {
    const origin = this.counted(this.size - 1);
    for (let i = 0; i < this.#counted.length; i++) this.#counted[i] = (this.#counted[i] ?? 0) - origin;
  }

  /** Steps of (milliseconds, energy) from the newest entry backwards: the same numbers whatever the origin. */
  steps(): number[] {
    const steps: number[] = [];
    for (let i = this.size - 1; i > 0; i--) {
      steps.push(this.timeMs(i) - this.timeMs(i - 1), this.counted(i) - this.counted(i - 1));
    }
    return steps;
  }

  /** The reverse of steps(). */
  static of(newestMs: number, steps: readonly number[]): Lookback {
    const look = new Lookback();
    look.#times.push(newestMs);
    look.#counted.push(0);
    for (let i = 0; i + 1 < steps.length; i += 2) {
      look.#times.push((look.#times[i / 2] ?? 0) - (steps[i] ?? 0));
      look.#counted.push((look.#counted[i / 2] ?? 0) - (steps[i + 1] ?? 0));
    }
    look.#times.reverse();
    look.#counted.reverse();
    return look;
  }
}

function slot(timeMs: number | undefined): number {
  return Math.floor((timeMs ?? Number.NaN) / SLOT_MS);
}
