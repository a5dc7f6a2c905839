import type { RegisterEvent } from "./engine.ts";
import { listed } from "./events.ts";
import type { Candidate, JudgingState, Taken } from "./judging-state.ts";
import { Plausibility } from "./plausibility.ts";
import type { ExchangeRise, Stand } from "./rises.ts";
import { RETURN_MS, type Surroundings, Trusting } from "./trusting.ts";
import { LONGEST_GAP_MS } from "./voids.ts";

/** The judging order 0–6, one reading after the other. */
export class Judging {
  readonly #around: Surroundings;
  /** The same object always: a restored state is copied into it. */
  readonly #state: JudgingState;
  readonly #plausibility: Plausibility;
  readonly #trusting: Trusting;

  constructor(around: Surroundings, state: JudgingState) {
    this.#around = around;
    this.#state = state;
    this.#plausibility = new Plausibility(around.book, state);
    this.#trusting = new Trusting(around, state, this.#plausibility);
  }

  get state(): JudgingState {
    return this.#state;
  }

  /** Goes on from another state: everything after its last trusted reading is made again. */
  restore(state: JudgingState): void {
    Object.assign(this.#state, state);
    this.#around.rows.withdrawn();
  }

  /** Takes the next reading. */
  take(reading: Stand & { readonly simulated: boolean }): void {
    this.#judge(this.#taken(reading));
    this.#passed(reading.timeMs);
    if (this.#state.candidates.length > 0) this.#dropOldCandidates();
  }

  /** E6: takes a reading that follows the last trusted one across the next exchange, its split moved between them. */
  takeMoved(reading: Stand & { readonly simulated: boolean }, rise: ExchangeRise): void {
    this.#around.book.place(reading.timeMs, 1);
    const taken = this.#taken(reading);
    const { last } = this.#state;
    if (last === null) return;
    this.#trusting.acceptAcross(last, taken, rise, last.timeMs);
    this.#passed(reading.timeMs);
  }

  /** Lists an event that was found outside of the judging order. */
  list(event: RegisterEvent): void {
    this.#state.events = listed(this.#state.events, event, this.#around.calendar);
  }

  /** Forgets events that begin before an instant. */
  dropEventsBefore(timeMs: number): void {
    this.#state.events = this.#state.events.filter((event) => event.timeMs >= timeMs);
  }

  /** Makes the rows of the last link again, as they stand. */
  repeatLastLink(): void {
    this.#trusting.repeatLastLink();
  }

  #taken(reading: Stand & { readonly simulated: boolean }): Taken {
    const { timeMs, display, simulated } = reading;
    const register = this.#around.book.terms.at(timeMs).multiplier.register(display);
    return { timeMs, display, simulated, register, ordinal: this.#state.taken };
  }

  #passed(timeMs: number): void {
    const state = this.#state;
    state.taken++;
    state.rawBeforeMs = state.lastRawMs;
    state.lastRawMs = timeMs;
  }

  #judge(reading: Taken): void {
    const state = this.#state;
    if (state.trial !== null) this.#decideTrial(reading);
    if (state.suspect === null) this.#judgeNext(reading);
    else this.#judgeSuspect(state.suspect, reading);
  }

  /** The last trusted reading was taken on condition; its next reading decides. */
  #decideTrial(next: Taken): void {
    const state = this.#state;
    const { trial, last } = state;
    state.trial = null;
    if (last === null) return;
    if (trial === "return") {
      const candidate = this.#plausibility.fromLast(next) ? this.#candidateFor(last, next) : null;
      if (candidate !== null) this.#return(candidate, last);
      return;
    }
    const fitsBefore = this.#plausibility.fromBefore(next, { tick: trial === "rollover" });
    if (fitsBefore && !this.#plausibility.fromLast(next)) this.#trusting.setLastAside();
  }

  /** Rules 0 to 3: b after the last trusted reading. */
  #judgeNext(b: Taken): void {
    const state = this.#state;
    const { book } = this.#around;
    const a = state.last;
    if (a === null) {
      this.#trusting.begin(b);
      if (this.#isRestored(b)) this.#trusting.pin(b);
      return;
    }
    if (b.timeMs - a.timeMs > LONGEST_GAP_MS) {
      this.#judgeAfterVoid(a, b);
      return;
    }
    if (book.between(a.timeMs, b.timeMs)) {
      const rise = book.rise(a, b);
      if (rise === null) state.suspect = b;
      else this.#trusting.acceptAcross(a, b, rise, null);
      return;
    }
    const rise = this.#plausibility.rise(a, b);
    if (this.#isRestored(b)) {
      this.#acceptRestored(a, b, rise);
      return;
    }
    if (rise >= 0) this.#judgeRise(a, b, rise);
    else if (this.#plausibility.isTickBelow(a, b)) this.#trusting.acceptTickBack(a, b);
    else if (this.#plausibility.rolled(b, 1)) {
      const kind = this.#plausibility.rolled(b, 2) ? "unknown" : "rollover";
      this.#trusting.accept(a, b, kind, this.#plausibility.rise(a, b, 1));
      state.trial = "rollover";
    } else state.suspect = b;
  }

  /** A gap too long to share: a step, or the first reading of all is on trial (rule 6), whatever b shows. */
  #judgeAfterVoid(a: Taken, b: Taken): void {
    if (this.#state.onlyFirst && !this.#isRestored(b)) {
      this.#state.suspect = b;
      return;
    }
    this.#trusting.step(a, b);
    if (this.#isRestored(b)) this.#trusting.pin(b);
  }

  #isRestored({ timeMs }: Taken): boolean {
    return this.#around.restored.has(timeMs);
  }

  /** E8: a person vouches for b, so that it counts whatever it would be taken for, and is never set aside again. */
  #acceptRestored(a: Taken, b: Taken, rise: number): void {
    if (rise >= 0) {
      const isUnknown = this.#plausibility.risen(rise, b) && this.#plausibility.rolled(b, 1);
      this.#trusting.accept(a, b, isUnknown ? "unknown" : "plain", rise);
    } else if (this.#plausibility.isTickBelow(a, b)) this.#trusting.acceptTickBack(a, b);
    else if (this.#plausibility.rolled(b, 1)) {
      const kind = this.#plausibility.rolled(b, 2) ? "unknown" : "rollover";
      this.#trusting.accept(a, b, kind, this.#plausibility.rise(a, b, 1));
    } else this.#trusting.step(a, b);
    this.#trusting.pin(b);
  }

  /** Rule 2, and what rule 5 makes of it where nothing limits a rise. */
  #judgeRise(a: Taken, b: Taken, rise: number): void {
    const state = this.#state;
    if (!this.#plausibility.risen(rise, b)) {
      state.suspect = b;
      return;
    }
    if (this.#plausibility.rolled(b, 1)) {
      this.#trusting.accept(a, b, "unknown", rise);
      return;
    }
    const fell = state.candidates.findLast((candidate) => candidate.fellMicro > 0)?.fellMicro;
    const returned =
      fell !== undefined &&
      rise >= fell &&
      this.#plausibility.isUnlimited(a, b) &&
      this.#candidateFor(b, null) !== null;
    this.#trusting.accept(a, b, "plain", rise);
    if (returned) state.trial = "return";
  }

  /** Rules 4 to 6: b did not fit, c decides. */
  #judgeSuspect(b: Taken, c: Taken): void {
    const state = this.#state;
    const a = state.last;
    if (a === null) return;
    const { book } = this.#around;
    const crossing = book.between(a.timeMs, b.timeMs);
    const below = crossing || this.#plausibility.rise(a, b) < 0;
    state.suspect = null;
    if (below && this.#lastWasSpike(b, c)) {
      if (crossing) this.#listConflict(a);
      this.#trusting.setLastAside();
      this.#judgeNext(b);
      this.#judge(c);
      return;
    }
    const onward = this.#plausibility.afterStep(b, c);
    if (this.#plausibility.fromLast(c, { rollover: true, tick: true }) && (below || !onward)) {
      if (book.between(a.timeMs, c.timeMs)) this.#listConflict(b);
      this.#trusting.setAside(b.timeMs, b.timeMs, 1);
      this.#judgeNext(c);
      return;
    }
    const candidate = this.#candidateFor(b, c);
    if (candidate !== null) {
      this.#return(candidate, b);
      this.#judge(c);
    } else if (!onward) {
      this.#trusting.setAside(b.timeMs, b.timeMs, 1);
      if (this.#isRestored(c)) this.#judgeNext(c);
      else state.suspect = c;
    } else {
      if (state.onlyFirst) this.#trusting.beginAgain(b);
      else this.#trusting.step(a, b);
      this.#judgeNext(c);
    }
  }

  /** Rule 4, first case: without a, b follows the reading before it, and c follows b. */
  #lastWasSpike(b: Taken, c: Taken): boolean {
    const { before: z, link } = this.#state;
    if (z === null || link === "unknown") return false;
    if (!this.#plausibility.fromBefore(b, { rollover: link === "rollover" })) return false;
    return this.#plausibility.afterBefore(z, b, c);
  }

  /** Rule 5: the latest step or rollover before which the register stood where d is, with e after d. */
  #candidateFor(d: Taken, e: Taken | null): Candidate | null {
    const { book } = this.#around;
    for (const candidate of this.#state.candidates.toReversed()) {
      const { last, lookback } = candidate;
      if (d.timeMs - last.timeMs > RETURN_MS) continue;
      const counted = lookback.counted(lookback.size - 1);
      const crossing = book.between(last.timeMs, d.timeMs);
      const rise = Math.max(0, this.#plausibility.rise(last, d));
      const origin = { timeMs: last.timeMs, counted, entries: lookback.size, lookback };
      const fits = crossing
        ? book.rise(last, d) !== null
        : this.#plausibility.isTickBelow(last, d) ||
          (this.#plausibility.rise(last, d) >= 0 && this.#plausibility.within(rise, origin, d));
      if (!fits) continue;
      if (e === null) return candidate;
      if (book.between(d.timeMs, e.timeMs)) {
        if (book.rise(d, e) !== null) return candidate;
        continue;
      }
      const onward = crossing
        ? { timeMs: d.timeMs, counted: 0, entries: 0, lookback }
        : { timeMs: d.timeMs, counted: counted + rise, entries: lookback.size, lookback };
      if (this.#plausibility.within(this.#plausibility.rise(d, e), onward, e)) return candidate;
    }
    return null;
  }

  #return(candidate: Candidate, d: Taken): void {
    this.#trusting.returnTo(candidate, d);
    this.#judgeNext(d);
    this.#state.trial = null;
  }

  #dropOldCandidates(): void {
    const state = this.#state;
    const waiting = state.suspect ?? (state.trial === "return" ? state.last : null);
    const sinceMs = (waiting?.timeMs ?? state.lastRawMs ?? 0) - RETURN_MS;
    if ((state.candidates[0]?.last.timeMs ?? sinceMs) < sinceMs) {
      state.candidates = state.candidates.filter((candidate) => candidate.last.timeMs >= sinceMs);
    }
  }

  #listConflict({ timeMs, display }: Taken): void {
    this.#trusting.list("conflict", timeMs, timeMs, 1, null, `display=${display}`);
  }
}
