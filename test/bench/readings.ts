import { mulberry32 } from "../kit/replay.ts";

/** The readings that a publisher sends: of all meters in turn, some of them late. Deterministic. */

/** A late message comes after so many more readings of its meter at most. */
const MOST_READINGS_LATE = 120;

/** Hundredths of a kWh on a meter's display at its k-th reading: it rises with every reading. */
export function displayCenti(meter: number, k: number): number {
  return 100_000 + meter * 1_000 + k * (5 + (meter % 7)) + (k % 3);
}

/**
 * Indexes of messages in the order of sending: index i is message ⌊i / meters⌋ of meter i mod meters. A share is put
 * off by up to 120 readings of its meter. `next` answers null when `limit` messages were begun and all late ones are
 * out; `close` lets no new one begin. What came out by then is each of 0 … count − 1 once.
 */
export class SendingOrder {
  readonly #meters: number;
  readonly #lateShare: number;
  readonly #mostRoundsLate: number;
  readonly #random: () => number;
  readonly #late = new Map<number, number[]>();
  readonly #due: number[] = [];
  #limit: number;
  #begun = 0;

  constructor(options: {
    readonly meters: number;
    readonly lateShare: number;
    readonly limit: number;
    readonly seed: number;
    /** Readings in a message. */
    readonly perMessage?: number;
  }) {
    this.#meters = options.meters;
    this.#lateShare = options.lateShare;
    this.#limit = options.limit;
    this.#mostRoundsLate = Math.ceil(MOST_READINGS_LATE / (options.perMessage ?? 1));
    this.#random = mulberry32(options.seed);
  }

  /** Messages begun: sent, or put off. */
  get count(): number {
    return this.#begun;
  }

  close(): void {
    this.#limit = Math.min(this.#limit, this.#begun);
  }

  next(): number | null {
    for (;;) {
      const due = this.#due.pop();
      if (due !== undefined) return due;
      if (this.#begun >= this.#limit) return this.#takeLate();
      const index = this.#begun++;
      const round = Math.floor(index / this.#meters);
      if (index % this.#meters === 0) {
        this.#due.push(...(this.#late.get(round) ?? []));
        this.#late.delete(round);
      }
      if (this.#random() >= this.#lateShare) return index;
      const until = round + 1 + Math.floor(this.#random() * this.#mostRoundsLate);
      const list = this.#late.get(until);
      if (list === undefined) this.#late.set(until, [index]);
      else list.push(index);
    }
  }

  #takeLate(): number | null {
    for (const [round, list] of this.#late) {
      this.#late.delete(round);
      this.#due.push(...list);
      return this.#due.pop() ?? null;
    }
    return null;
  }
}
