import type { Calendar } from "../../park/calendar.ts";
import {
  assignBuckets,
  copyBuckets,
  fill,
  type OpenBuckets,
  openBuckets,
  type Piece,
  type RowSink,
  type Span,
} from "./buckets.ts";
import type { RegisterEvent } from "./engine.ts";
import { type Events, listed, listedAside, listedTickBack, unlisted } from "./events.ts";
import type { ExchangeBook } from "./exchange-book.ts";
import { Lookback } from "./lookback.ts";
import { type ExchangeRise, linearPieces, type Stand, sumOf } from "./rises.ts";
import type { Sharpness } from "./sharpness.ts";

const QUARTER_MS = 900_000;
const HOUR_MS = 3_600_000;
/** Rule 5 looks no further back. */
const RETURN_MS = 24 * HOUR_MS;
/** A register that steps more often than this within a day is beyond rule 5. */
const MOST_CANDIDATES = 12;

/** A reading on its way through judging: its register under the multiplier in force, and its number in the history. */
export interface Taken extends Stand {
  readonly register: bigint;
  readonly simulated: boolean;
  readonly ordinal: number;
}

/** A step or rollover that rule 5 can still withdraw: how everything stood at the trusted reading before it. */
export interface Candidate {
  readonly last: Taken;
  readonly open: OpenBuckets;
  readonly lookback: Lookback;
  /** How far the step fell, in 10⁻⁶ units; 0 for a step up or a rollover. */
  readonly fellMicro: number;
  readonly firstAfterMs: number;
}

/** How the last trusted reading follows the one before it: only these can still be undone. */
export type LinkKind = "plain" | "rollover" | "unknown";

/** What only the next reading decides about the last trusted one: rules 0, 3, and 5 without a limit. */
export type Trial = "tick" | "rollover" | "return";

/** Everything that judging knows; see `state.ts` for its text. */
export interface JudgingState {
  /** Last trusted reading (a), null before the first. */
  last: Taken | null;
  /** The trusted reading before it while the last one can still be set aside, and how they are linked. */
  before: Taken | null;
  link: LinkKind;
  open: OpenBuckets | null;
  openBefore: OpenBuckets | null;
  lookback: Lookback;
  suspect: Taken | null;
  trial: Trial | null;
  /** True while the first reading of all is the only trusted one (rule 6). */
  onlyFirst: boolean;
  candidates: readonly Candidate[];
  events: Events;
  /** Energy and time of the last link, null where it is unknown. */
  linkMicro: number | null;
  linkMs: number;
  /** Readings taken, and the times of the last two. */
  taken: number;
  lastRawMs: number | null;
  rawBeforeMs: number | null;
}

export function freshState(): JudgingState {
  return {
    last: null,
    before: null,
    link: "plain",
    open: null,
    openBefore: null,
    lookback: new Lookback(),
    suspect: null,
    trial: null,
    onlyFirst: false,
    candidates: [],
    events: [],
    linkMicro: null,
    linkMs: 0,
    taken: 0,
    lastRawMs: null,
    rawBeforeMs: null,
  };
}

export function copyState(state: JudgingState): JudgingState {
  return {
    ...state,
    open: state.open === null ? null : copyBuckets(state.open),
    openBefore: state.openBefore === null ? null : copyBuckets(state.openBefore),
    lookback: state.lookback.copy(),
  };
}

/** What judging needs from around it. */
export interface Surroundings {
  readonly calendar: Calendar;
  readonly sharpness: Sharpness;
  readonly book: ExchangeBook;
  readonly onChange: number | null;
  readonly rows: JudgedRows;
}

/** Takes finished rows. */
export interface JudgedRows extends RowSink {
  /** Rows after where the buckets now stand were taken back; those made again follow. */
  withdrawn(): void;
  /** From these buckets on rows may be taken back much later (rule 5): keep them. */
  keepSince(open: OpenBuckets): void;
}

interface Latitude {
  /** A rollover may lie between, under the conditions of rule 3. */
  readonly rollover?: boolean;
  /** Below by at most a tick counts as plausible. */
  readonly tick?: boolean;
}

const STRICT: Latitude = {};

/** The judging order 0–6, one reading after the other. */
export class Judging {
  readonly #around: Surroundings;
  #state: JudgingState;

  constructor(around: Surroundings, state: JudgingState) {
    this.#around = around;
    this.#state = state;
  }

  get state(): JudgingState {
    return this.#state;
  }

  /** Goes on from another state: everything after its last trusted reading is made again. */
  restore(state: JudgingState): void {
    this.#state = state;
    this.#around.rows.withdrawn();
  }

  /** Takes the next reading. */
  take(reading: Stand & { readonly simulated: boolean }): void {
    const state = this.#state;
    this.#judge(this.#taken(reading));
    this.#passed(reading.timeMs);
    if (state.candidates.length > 0) this.#dropOldCandidates();
  }

  /** E6: takes a reading that follows the last trusted one across the next exchange, its split moved between them. */
  takeMoved(reading: Stand & { readonly simulated: boolean }, rise: ExchangeRise): void {
    this.#around.book.place(reading.timeMs, 1);
    const taken = this.#taken(reading);
    const last = this.#state.last;
    if (last === null) return;
    this.#acceptAcross(last, taken, rise, last.timeMs);
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

  /** No later reading changes what lies before this instant; null before the first reading. */
  static revisableFromMs(state: JudgingState): number | null {
    const { last, before, link, trial, candidates } = state;
    if (last === null) return null;
    const undoable = before !== null && (link !== "unknown" || trial !== null) ? before : last;
    return Math.min(undoable.timeMs, candidates[0]?.last.timeMs ?? undoable.timeMs);
  }

  /** Makes the rows of the last link again, as they stand. */
  repeatLastLink(): void {
    const { before, last, openBefore, link } = this.#state;
    if (before === null || last === null || openBefore === null) return;
    this.#around.rows.withdrawn();
    this.#fill(copyBuckets(openBefore), before, last, this.#linkPieces(before, last, link));
  }

  #taken(reading: Stand & { readonly simulated: boolean }): Taken {
    const { timeMs, display, simulated } = reading;
    const register = this.#around.book.terms.at(timeMs).multiplier.micro(display);
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
    const { trial, last, before } = state;
    state.trial = null;
    if (last === null || before === null) return;
    if (trial === "return") {
      if (this.#plausible(next)) this.#withdraw(last, next);
      return;
    }
    const latitude = trial === "rollover" ? { tick: true } : STRICT;
    if (this.#plausibleFromBefore(next, latitude) && !this.#plausible(next)) this.#setLastAside();
  }

  /** Rules 0 to 3: b after a, both readings of one run. */
  #judgeNext(b: Taken): void {
    const state = this.#state;
    const { book } = this.#around;
    const a = state.last;
    if (a === null) {
      this.#begin(b, true);
      return;
    }
    if (book.between(a.timeMs, b.timeMs)) {
      const rise = book.rise(a, b);
      if (rise === null) state.suspect = b;
      else this.#acceptAcross(a, b, rise, null);
      return;
    }
    const terms = book.terms.at(b.timeMs);
    const rise = this.#rise(a, b);
    if (rise >= 0) {
      if (!this.#within(rise, a, b, state.lookback.size)) {
        state.suspect = b;
        return;
      }
      const { modulus } = terms;
      if (modulus !== null && this.#rolloverPlausible(a, b, 1)) {
        this.#accept(a, b, "unknown", rise);
        return;
      }
      const returned = state.candidates.length > 0 && this.#unlimited(a, b) && this.#returns(rise, b);
      this.#accept(a, b, "plain", rise);
      if (returned) state.trial = "return";
      return;
    }
    if (-rise <= book.terms.tickMicro(a.timeMs, b.timeMs)) {
      const detail = `shown=${b.display} counted=${a.display}`;
      const link = { fromMs: a.timeMs, toMs: b.timeMs, detail };
      state.events = listedTickBack(state.events, link, this.#around.calendar);
      const counted = { ...b, display: a.display, register: terms.multiplier.micro(a.display) };
      this.#accept(a, counted, "plain", this.#rise(a, counted));
      state.trial = "tick";
      return;
    }
    if (this.#rolloverPlausible(a, b, 1)) {
      const kind = this.#rolloverPlausible(a, b, 2) ? "unknown" : "rollover";
      this.#accept(a, b, kind, this.#riseRolled(a, b, 1));
      state.trial = "rollover";
      return;
    }
    state.suspect = b;
  }

  /** Rules 4 to 6: b did not fit, c decides. */
  #judgeSuspect(b: Taken, c: Taken): void {
    const state = this.#state;
    const a = state.last;
    if (a === null) return;
    const { book } = this.#around;
    const crossing = book.between(a.timeMs, b.timeMs);
    const below = crossing || this.#rise(a, b) < 0;
    state.suspect = null;
    if (below && state.before !== null && state.link !== "unknown" && this.#lastWasSpike(b, c, crossing)) {
      if (crossing) this.#list("conflict", a.timeMs, a.timeMs, 1, null, `display=${a.display}`);
      this.#setLastAside();
      this.#judgeNext(b);
      this.#judge(c);
      return;
    }
    const onward = this.#plausibleAfterStep(b, c);
    const above = !crossing && !below;
    if (this.#plausible(c, { rollover: true, tick: true }) && !(above && onward)) {
      if (book.between(a.timeMs, c.timeMs)) {
        this.#list("conflict", b.timeMs, b.timeMs, 1, null, `display=${b.display}`);
      }
      this.#setAside(b.timeMs, b.timeMs, 1);
      this.#judgeNext(c);
      return;
    }
    if (this.#withdraw(b, c)) {
      this.#judge(c);
      return;
    }
    if (!onward) {
      this.#setAside(b.timeMs, b.timeMs, 1);
      state.suspect = c;
      return;
    }
    if (state.onlyFirst) {
      this.#setAside(a.timeMs, a.timeMs, 1);
      this.#beginAgain(b);
    } else {
      this.#step(a, b);
    }
    this.#judgeNext(c);
  }

  /** Rule 4, first case: without a, b follows the reading before it, and c follows b. */
  #lastWasSpike(b: Taken, c: Taken, crossing: boolean): boolean {
    const { before: z, lookback, link } = this.#state;
    if (z === null) return false;
    const rolled = link === "rollover";
    if (!this.#plausibleFromBefore(b, rolled ? { rollover: true } : STRICT)) return false;
    const rise = this.#rise(b, c);
    if (rise < 0) return false;
    if (crossing) return rise <= this.#around.book.terms.limitMicro(b.timeMs, c.timeMs);
    const riseToB = this.#rise(z, b);
    const counted = riseToB >= 0 ? riseToB : this.#riseRolled(z, b, 1);
    const atB = lookback.counted(lookback.size - 2) + counted;
    return this.#withinFrom(rise, b.timeMs, c.timeMs, atB, lookback.size - 1, lookback);
  }

  /** plausible(b, c) when b begins a new run after a: what was counted before the step still counts. */
  #plausibleAfterStep(b: Taken, c: Taken): boolean {
    const { lookback } = this.#state;
    const { book } = this.#around;
    if (book.between(b.timeMs, c.timeMs)) return book.rise(b, c) !== null;
    const rise = this.#rise(b, c);
    if (rise < 0) return false;
    const counted = lookback.counted(lookback.size - 1);
    return this.#withinFrom(rise, b.timeMs, c.timeMs, counted, lookback.size, lookback);
  }

  /** plausible(last trusted, y). */
  #plausible(y: Taken, latitude: Latitude = STRICT): boolean {
    const { last, lookback } = this.#state;
    return last !== null && this.#plausibleFrom(last, y, lookback.size, latitude);
  }

  /** plausible(z, y): the last trusted reading left out. */
  #plausibleFromBefore(y: Taken, latitude: Latitude): boolean {
    const { before, lookback } = this.#state;
    return before !== null && this.#plausibleFrom(before, y, lookback.size - 1, latitude);
  }

  #plausibleFrom(x: Taken, y: Taken, entries: number, latitude: Latitude): boolean {
    const { book } = this.#around;
    if (book.between(x.timeMs, y.timeMs)) return book.rise(x, y) !== null;
    const rise = this.#rise(x, y);
    if (rise >= 0) return this.#within(rise, x, y, entries);
    if (latitude.tick === true && -rise <= book.terms.tickMicro(x.timeMs, y.timeMs)) return true;
    return latitude.rollover === true && this.#rolloverPlausible(x, y, 1, entries);
  }

  #rolloverPlausible(x: Taken, y: Taken, count: number, entries = this.#state.lookback.size): boolean {
    const { terms } = this.#around.book;
    if (terms.at(y.timeMs).modulus === null || this.#unlimited(x, y)) return false;
    const rise = this.#riseRolled(x, y, count);
    return rise >= 0 && this.#within(rise, x, y, entries);
  }

  #within(rise: number, x: Taken, y: Taken, entries: number): boolean {
    const { lookback } = this.#state;
    return this.#withinFrom(rise, x.timeMs, y.timeMs, lookback.counted(entries - 1), entries, lookback);
  }

  /** The three limits of plausible(x, y): from x, and over at least 15 minutes and an hour of what was counted. */
  #withinFrom(
    rise: number,
    xMs: number,
    yMs: number,
    countedAtX: number,
    entries: number,
    lookback: Lookback,
  ): boolean {
    const { terms } = this.#around.book;
    if (rise > terms.limitMicro(xMs, yMs)) return false;
    for (const spanMs of [QUARTER_MS, HOUR_MS]) {
      if (xMs <= yMs - spanMs) continue;
      const index = lookback.lastAtOrBefore(yMs - spanMs, entries);
      if (index < 0) continue;
      const fromMs = lookback.timeMs(index);
      if (fromMs >= xMs) continue;
      if (countedAtX - lookback.counted(index) + rise > terms.limitMicro(fromMs, yMs)) return false;
    }
    return true;
  }

  #unlimited(x: Taken, y: Taken): boolean {
    return this.#around.book.terms.limitMicro(x.timeMs, y.timeMs) === Number.POSITIVE_INFINITY;
  }

  /** Energy from x to y as displayed; negative when the display fell. */
  #rise(x: Taken, y: Stand & { readonly register: bigint }): number {
    const terms = this.#around.book.terms.at(y.timeMs);
    if (x.timeMs >= terms.fromMs) return Number(y.register - x.register);
    return sumOf(linearPieces(x, y, 0, this.#around.book.terms));
  }

  #riseRolled(x: Taken, y: Taken, count: number): number {
    const terms = this.#around.book.terms.at(y.timeMs);
    if (x.timeMs >= terms.fromMs) return Number(y.register - x.register + terms.modulusMicro * BigInt(count));
    return sumOf(linearPieces(x, y, (terms.modulus ?? 0) * count, this.#around.book.terms));
  }

  #linkPieces(a: Taken, b: Taken, kind: LinkKind): Piece[] | null {
    if (kind === "unknown") return null;
    const terms = this.#around.book.terms.at(b.timeMs);
    if (a.timeMs >= terms.fromMs) {
      const micro = kind === "plain" ? this.#rise(a, b) : this.#riseRolled(a, b, 1);
      return [{ fromMs: a.timeMs, toMs: b.timeMs, micro }];
    }
    const raise = kind === "plain" ? 0 : (terms.modulus ?? 0);
    return linearPieces(a, b, raise, this.#around.book.terms);
  }

  #fill(open: OpenBuckets, a: Taken, b: Taken, pieces: readonly Piece[] | null): void {
    const { terms } = this.#around.book;
    const { onChange, sharpness, calendar, rows } = this.#around;
    const gapMs = b.timeMs - a.timeMs;
    const calm =
      onChange !== null &&
      pieces !== null &&
      sharpness.calm(gapMs, sumOf(pieces), terms.tickMicro(a.timeMs, b.timeMs), onChange);
    const simulated = a.simulated || b.simulated;
    const span: Span = { fromMs: a.timeMs, toMs: b.timeMs, pieces, simulated, calm };
    fill(open, span, sharpness, calendar, rows);
  }

  /** b counts, linked to a within one run, or with an unknown number of rollovers between. */
  #accept(a: Taken, b: Taken, kind: LinkKind, micro: number): void {
    const state = this.#state;
    const { open } = state;
    if (open === null) return;
    if (kind === "rollover") {
      const terms = this.#around.book.terms.at(b.timeMs);
      const detail = `from=${a.display} to=${b.display} modulus=${terms.modulus}`;
      this.#list("rollover", a.timeMs, b.timeMs, 1, Number(terms.modulusMicro), detail);
      this.#addCandidate(a, b, 0);
    } else if (kind === "unknown") {
      this.#listUnknown(a, b);
    }
    if (state.openBefore === null) state.openBefore = copyBuckets(open);
    else assignBuckets(state.openBefore, open);
    this.#fill(open, a, b, this.#linkPieces(a, b, kind));
    this.#count(b.timeMs, kind === "unknown" ? 0 : micro);
    state.before = a;
    state.last = b;
    state.link = kind;
    state.onlyFirst = false;
    state.linkMicro = kind === "unknown" ? null : micro;
    state.linkMs = b.timeMs - a.timeMs;
  }

  #listUnknown(a: Taken, b: Taken): void {
    const fewest = this.#rise(a, b) >= 0 ? 0 : 1;
    const { terms } = this.#around.book;
    const { modulus, modulusMicro } = terms.at(b.timeMs);
    const left = terms.limitMicro(a.timeMs, b.timeMs) - this.#riseRolled(a, b, fewest);
    let most = fewest + Math.max(1, Math.floor(left / Number(modulusMicro)));
    while (most > fewest + 1 && !this.#rolloverPlausible(a, b, most)) most--;
    const detail = `from=${a.display} to=${b.display} modulus=${modulus} rollovers=${fewest}..${most}`;
    this.#list("unknown-rollovers", a.timeMs, b.timeMs, 1, this.#rise(a, b), detail);
  }

  /** b counts across one or more exchanges; a new run begins with it. */
  #acceptAcross(a: Taken, b: Taken, rise: ExchangeRise, movedFromMs: number | null): void {
    const state = this.#state;
    const { book, sharpness, calendar, rows, onChange } = this.#around;
    const { open } = state;
    if (open === null) return;
    const fresh = movedFromMs === null ? book.countUntil(b.timeMs) : 0;
    if (fresh > 0) book.place("in-place", fresh);
    for (const { exchange, micro } of rise.fitted) {
      const detail = `final=${exchange.final} initial=${exchange.initial} before=${a.display} after=${b.display}`;
      const timeMs = movedFromMs ?? exchange.atMs;
      this.#list("exchange", timeMs, movedFromMs === null ? timeMs : b.timeMs, 1, micro, detail);
    }
    for (const rolled of rise.rollovers)
      this.#list("rollover", rolled.atMs, rolled.atMs, 1, rolled.micro, "");
    for (const span of rise.spans) {
      const gapMs = span.toMs - span.fromMs;
      const tick = book.terms.tickMicro(span.fromMs, span.toMs);
      const calm = onChange !== null && sharpness.calm(gapMs, sumOf(span.pieces), tick, onChange);
      fill(open, { ...span, simulated: a.simulated || b.simulated, calm }, sharpness, calendar, rows);
    }
    state.candidates = [];
    this.#newRun(b);
    state.lookback.reset(b.timeMs);
    state.linkMicro = rise.micro;
    state.linkMs = b.timeMs - a.timeMs;
  }

  /** E7: what lies between is missing, counting goes on from b. */
  #step(a: Taken, b: Taken): void {
    const state = this.#state;
    if (state.open === null) return;
    const micro = this.#rise(a, b);
    this.#addCandidate(a, b, Math.max(0, -micro));
    this.#list("step", a.timeMs, b.timeMs, 1, micro, `from=${a.display} to=${b.display}`);
    this.#fill(state.open, a, b, null);
    this.#count(b.timeMs, 0);
    this.#newRun(b);
  }

  #count(timeMs: number, micro: number): void {
    const { lookback } = this.#state;
    if (this.#around.book.terms.limited) lookback.push(timeMs, micro);
    else lookback.reset(timeMs);
  }

  #newRun(b: Taken): void {
    const state = this.#state;
    state.before = null;
    state.openBefore = null;
    state.last = b;
    state.link = "plain";
    state.trial = null;
    state.suspect = null;
    state.onlyFirst = false;
    state.linkMicro = null;
    state.linkMs = 0;
  }

  /** The first trusted reading of all. */
  #begin(b: Taken, onlyFirst: boolean): void {
    const state = this.#state;
    state.open = openBuckets(b.timeMs, this.#around.calendar);
    this.#newRun(b);
    state.lookback.reset(b.timeMs);
    state.onlyFirst = onlyFirst;
  }

  /** Rule 6: the first reading is set aside, another begins; nothing is known before it. */
  #beginAgain(b: Taken): void {
    const state = this.#state;
    const { open, last } = state;
    if (open === null || last === null) return;
    this.#around.rows.withdrawn();
    // on no edge any more: the first reading no longer counts
    open.quarter.flags = 0;
    open.day.flags = 0;
    this.#fill(open, last, b, null);
    this.#newRun(b);
    state.lookback.reset(b.timeMs);
  }

  #setAside(timeMs: number, untilMs: number, count: number): void {
    const state = this.#state;
    const trustedMs = state.last?.timeMs ?? Number.NEGATIVE_INFINITY;
    const since = state.onlyFirst ? Number.NEGATIVE_INFINITY : trustedMs;
    const span = { timeMs, untilMs, count };
    state.events = listedAside(state.events, span, Math.min(since, timeMs - 1), this.#around.calendar);
  }

  /** The last trusted reading does not count after all; the one before it is the last again. */
  #setLastAside(): void {
    const state = this.#state;
    const { last, before, open, openBefore } = state;
    if (last === null || before === null || open === null || openBefore === null) return;
    this.#around.rows.withdrawn();
    assignBuckets(open, openBefore);
    state.lookback.pop();
    if (state.candidates.at(-1)?.last.timeMs === before.timeMs)
      state.candidates = state.candidates.slice(0, -1);
    state.events = unlisted(state.events, { fromMs: before.timeMs, toMs: last.timeMs });
    this.#newRun(before);
    this.#setAside(last.timeMs, last.timeMs, 1);
  }

  #addCandidate(a: Taken, b: Taken, fellMicro: number): void {
    const state = this.#state;
    if (state.open === null || b.timeMs - a.timeMs >= RETURN_MS) return;
    const firstAfterMs = state.events.reduce(
      (first, e) => (e.kind === "set-aside" && e.timeMs > a.timeMs ? Math.min(first, e.timeMs) : first),
      b.timeMs,
    );
    const candidate: Candidate = {
      last: a,
      open: copyBuckets(state.open),
      lookback: state.lookback.copy(),
      fellMicro,
      firstAfterMs,
    };
    this.#around.rows.keepSince(candidate.open);
    state.candidates = [...state.candidates, candidate].slice(-MOST_CANDIDATES);
  }

  #dropOldCandidates(): void {
    const state = this.#state;
    const waiting = state.suspect ?? (state.trial === "return" ? state.last : null);
    const sinceMs = (waiting?.timeMs ?? state.lastRawMs ?? 0) - RETURN_MS;
    if ((state.candidates[0]?.last.timeMs ?? sinceMs) < sinceMs) {
      state.candidates = state.candidates.filter((candidate) => candidate.last.timeMs >= sinceMs);
    }
  }

  /** Rule 5 without a limit: the register rose again by at least what it last fell, to where it was. */
  #returns(rise: number, d: Taken): boolean {
    const state = this.#state;
    const fell = state.candidates.findLast((candidate) => candidate.fellMicro > 0)?.fellMicro;
    if (fell === undefined || rise < fell) return false;
    return this.#candidateFor(d) !== null;
  }

  #candidateFor(d: Taken): Candidate | null {
    for (const candidate of this.#state.candidates.toReversed()) {
      const { last, lookback } = candidate;
      if (d.timeMs - last.timeMs > RETURN_MS) continue;
      if (this.#around.book.between(last.timeMs, d.timeMs)) {
        if (this.#around.book.rise(last, d) !== null) return candidate;
        continue;
      }
      const rise = this.#rise(last, d);
      const tick = this.#around.book.terms.tickMicro(last.timeMs, d.timeMs);
      if (rise < 0 && -rise > tick) continue;
      const counted = lookback.counted(lookback.size - 1);
      if (this.#withinFrom(Math.max(0, rise), last.timeMs, d.timeMs, counted, lookback.size, lookback)) {
        return candidate;
      }
    }
    return null;
  }

  /** Rule 5: d returned to where the register stood before a step or rollover, and e follows it. True when withdrawn. */
  #withdraw(d: Taken, e: Taken): boolean {
    const state = this.#state;
    const candidate = this.#candidateFor(d);
    if (candidate === null) return false;
    const { last: a, lookback, firstAfterMs } = candidate;
    const { book } = this.#around;
    if (book.between(d.timeMs, e.timeMs)) {
      if (book.rise(d, e) === null) return false;
    } else {
      const rise = this.#rise(d, e);
      const entries = book.between(a.timeMs, d.timeMs) ? 0 : lookback.size;
      const counted = lookback.counted(lookback.size - 1) + Math.max(0, this.#rise(a, d));
      if (rise < 0) return false;
      if (!this.#withinFrom(rise, d.timeMs, e.timeMs, counted, entries, lookback)) return false;
    }
    this.#around.rows.withdrawn();
    const index = state.candidates.indexOf(candidate);
    state.candidates = state.candidates.slice(0, index);
    state.events = state.events.filter(
      (event) => event.kind === "exchange-refused" || (event.untilMs <= a.timeMs && event.timeMs <= a.timeMs),
    );
    state.open = copyBuckets(candidate.open);
    state.lookback = lookback.copy();
    this.#newRun(a);
    this.#setAside(firstAfterMs, state.rawBeforeMs ?? firstAfterMs, d.ordinal - a.ordinal - 1);
    this.#judgeNext(d);
    state.trial = null;
    return true;
  }

  #list(
    kind: RegisterEvent["kind"],
    timeMs: number,
    untilMs: number,
    count: number,
    micro: number | null,
    detail: string,
  ): void {
    this.list({ kind, timeMs, untilMs, count, micro, detail });
  }
}
