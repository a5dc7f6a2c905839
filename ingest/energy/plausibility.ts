import { HOUR_MS, QUARTER_MS } from "../../park/calendar.ts";
import { riseOf } from "./decimal.ts";
import type { ExchangeBook } from "./exchange-book.ts";
import type { JudgingState, Taken } from "./judging-state.ts";
import type { Lookback } from "./lookback.ts";
import { linearPieces, sumOf } from "./rises.ts";

/** What may lie between two readings beyond a plain rise. */
export interface Latitude {
  /** A rollover, under the conditions of rule 3. */
  readonly rollover?: boolean;
  /** A fall by at most a tick. */
  readonly tick?: boolean;
}

/** Where a rise is counted from: a reading, what was counted at it, and the entries of the look-back up to it. */
export interface Origin {
  readonly timeMs: number;
  readonly counted: number;
  readonly entries: number;
  readonly lookback: Lookback;
}

const STRICT: Latitude = {};

/** plausible(x, y) and the rises it is made of. Asks the state, changes nothing. */
export class Plausibility {
  readonly #book: ExchangeBook;
  readonly #state: JudgingState;

  constructor(book: ExchangeBook, state: JudgingState) {
    this.#book = book;
    this.#state = state;
  }

  /** Energy from x to y as displayed, with `rollovers` in between; negative when the display fell. */
  rise(x: Taken, y: Taken, rollovers = 0): number {
    const { terms } = this.#book;
    const { fromMs, modulus, modulusMicro } = terms.at(y.timeMs);
    if (x.timeMs >= fromMs) {
      if (rollovers === 0) return riseOf(x.register, y.register);
      return Number(BigInt(y.register) - BigInt(x.register) + modulusMicro * BigInt(rollovers));
    }
    return sumOf(linearPieces(x, y, rollovers === 0 ? 0 : (modulus ?? 0) * rollovers, terms));
  }

  /** True when y is below x by at most a tick. */
  isTickBelow(x: Taken, y: Taken): boolean {
    const rise = this.rise(x, y);
    return rise < 0 && -rise <= this.#book.terms.tickMicro(x.timeMs, y.timeMs);
  }

  /** True when no limit is declared for some part of the span. */
  isUnlimited(x: Taken, y: Taken): boolean {
    return this.#book.terms.limitMicro(x.timeMs, y.timeMs) === Number.POSITIVE_INFINITY;
  }

  /** plausible(last trusted, y). */
  fromLast(y: Taken, latitude = STRICT): boolean {
    const { last } = this.#state;
    return last !== null && this.#from(last, y, this.#state.lookback.size, latitude);
  }

  /** plausible(z, y): the last trusted reading left out. */
  fromBefore(y: Taken, latitude = STRICT): boolean {
    const { before } = this.#state;
    return before !== null && this.#from(before, y, this.#state.lookback.size - 1, latitude);
  }

  /** plausible(last trusted, y) with so many rollovers between, under the conditions of rule 3. */
  rolled(y: Taken, rollovers: number): boolean {
    const { last } = this.#state;
    return last !== null && this.#rolled(last, y, rollovers, this.#state.lookback.size);
  }

  /** plausible(last trusted, y) for a rise that is known, no exchange between. */
  risen(rise: number, y: Taken): boolean {
    const { last } = this.#state;
    return last !== null && rise >= 0 && this.within(rise, this.#origin(last, this.#state.lookback.size), y);
  }

  /** plausible(b, c) when b begins a new run: what was counted before the step still counts. */
  afterStep(b: Taken, c: Taken): boolean {
    if (this.#book.between(b.timeMs, c.timeMs)) return this.#book.rise(b, c) !== null;
    return this.within(this.rise(b, c), this.#origin(b, this.#state.lookback.size), c);
  }

  /** plausible(b, c) when b follows z, the last trusted reading left out; an exchange may lie before b. */
  afterBefore(z: Taken, b: Taken, c: Taken): boolean {
    const { lookback } = this.#state;
    const entries = lookback.size - 1;
    if (this.#book.between(z.timeMs, b.timeMs)) {
      return this.within(this.rise(b, c), { timeMs: b.timeMs, counted: 0, entries: 0, lookback }, c);
    }
    const plain = this.rise(z, b);
    const counted = lookback.counted(entries - 1) + (plain >= 0 ? plain : this.rise(z, b, 1));
    return this.within(this.rise(b, c), { timeMs: b.timeMs, counted, entries, lookback }, c);
  }

  /** The three limits of plausible(x, y): from x, and over at least 15 minutes and an hour of what was counted. */
  within(rise: number, x: Origin, y: Taken): boolean {
    const { terms } = this.#book;
    if (rise < 0 || rise > terms.limitMicro(x.timeMs, y.timeMs)) return false;
    for (const spanMs of [QUARTER_MS, HOUR_MS]) {
      if (x.timeMs <= y.timeMs - spanMs) continue;
      const index = x.lookback.lastAtOrBefore(y.timeMs - spanMs, x.entries);
      if (index < 0) continue;
      const fromMs = x.lookback.timeMs(index);
      if (fromMs >= x.timeMs) continue;
      if (x.counted - x.lookback.counted(index) + rise > terms.limitMicro(fromMs, y.timeMs)) return false;
    }
    return true;
  }

  #from(x: Taken, y: Taken, entries: number, latitude: Latitude): boolean {
    if (this.#book.between(x.timeMs, y.timeMs)) return this.#book.rise(x, y) !== null;
    const rise = this.rise(x, y);
    if (rise >= 0) return this.within(rise, this.#origin(x, entries), y);
    if (latitude.tick === true && this.isTickBelow(x, y)) return true;
    return latitude.rollover === true && this.#rolled(x, y, 1, entries);
  }

  #rolled(x: Taken, y: Taken, rollovers: number, entries: number): boolean {
    if (this.#book.terms.at(y.timeMs).modulus === null || this.isUnlimited(x, y)) return false;
    return this.within(this.rise(x, y, rollovers), this.#origin(x, entries), y);
  }

  #origin(x: Taken, entries: number): Origin {
    const { lookback } = this.#state;
    return { timeMs: x.timeMs, counted: lookback.counted(entries - 1), entries, lookback };
  }
}
