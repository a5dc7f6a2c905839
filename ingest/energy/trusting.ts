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
import { listed, listedAside, listedTickBack, unlisted } from "./events.ts";
import type { ExchangeBook } from "./exchange-book.ts";
import type { Candidate, JudgingState, LinkKind, Taken } from "./judging-state.ts";
import type { Plausibility } from "./plausibility.ts";
import { type ExchangeRise, linearPieces, sumOf } from "./rises.ts";
import type { Sharpness } from "./sharpness.ts";
import type { TypicalDay } from "./typical-day.ts";
import { LONGEST_GAP_MS } from "./voids.ts";

/** Rule 5 looks no further back. */
export const RETURN_MS = 24 * 3_600_000;
/** A register that steps more often than this within a day is beyond rule 5. */
const MOST_CANDIDATES = 12;

/** What judging needs from around it. */
export interface Surroundings {
  readonly calendar: Calendar;
  readonly sharpness: Sharpness;
  readonly book: ExchangeBook;
  readonly onChange: number | null;
  readonly rows: JudgedRows;
  /** What people decided, by the instants of readings (E7, E8). */
  readonly acceptedSteps: ReadonlySet<number>;
  readonly restored: ReadonlySet<number>;
  /** Null where gaps are shared linearly. */
  readonly typical: TypicalDay | null;
}

/** Takes finished rows. */
export interface JudgedRows extends RowSink {
  /** Rows after where the buckets now stand were taken back; those made again follow. */
  withdrawn(): void;
  /** From these buckets on rows may be taken back much later (rule 5): keep them. */
  keepSince(open: OpenBuckets): void;
}

/** What follows once it is judged: readings counted, linked, set aside, with their energy and their events. */
export class Trusting {
  readonly #around: Surroundings;
  readonly #state: JudgingState;
  readonly #plausibility: Plausibility;

  constructor(around: Surroundings, state: JudgingState, plausibility: Plausibility) {
    this.#around = around;
    this.#state = state;
    this.#plausibility = plausibility;
  }

  #linkPieces(a: Taken, b: Taken, kind: LinkKind): Piece[] | null {
    if (kind === "unknown") return null;
    const terms = this.#around.book.terms.at(b.timeMs);
    if (a.timeMs >= terms.fromMs) {
      const micro = kind === "plain" ? this.#plausibility.rise(a, b) : this.#plausibility.rise(a, b, 1);
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
    fill(open, this.#shared(span), sharpness, calendar, rows);
  }

  /** E3: a gap by the meter's typical day, where that is declared; all else linear. */
  #shared(span: Span): Span {
    const { typical, sharpness, book } = this.#around;
    const { fromMs, pieces } = span;
    if (typical === null || pieces === null || !sharpness.isGap(span)) return span;
    const rate = (timeMs: number) => book.terms.at(timeMs).microPerMs;
    return { ...span, pieces: pieces.flatMap((piece) => typical.shared(piece, fromMs, rate)) };
  }

  /** b counts, linked to a within one run, or with an unknown number of rollovers between. */
  accept(a: Taken, b: Taken, kind: LinkKind, micro: number): void {
    const state = this.#state;
    const { open } = state;
    if (open === null) return;
    if (kind === "rollover") {
      const terms = this.#around.book.terms.at(b.timeMs);
      const detail = `from=${a.display} to=${b.display} modulus=${terms.modulus}`;
      this.list("rollover", a.timeMs, b.timeMs, 1, Number(terms.modulusMicro), detail);
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
    const fewest = this.#plausibility.rise(a, b) >= 0 ? 0 : 1;
    const { terms } = this.#around.book;
    const { modulus, modulusMicro } = terms.at(b.timeMs);
    const left = terms.limitMicro(a.timeMs, b.timeMs) - this.#plausibility.rise(a, b, fewest);
    let most = fewest + Math.max(1, Math.floor(left / Number(modulusMicro)));
    while (most > fewest + 1 && !this.#plausibility.rolled(b, most)) most--;
    const detail = `from=${a.display} to=${b.display} modulus=${modulus} rollovers=${fewest}..${most}`;
    this.list("unknown-rollovers", a.timeMs, b.timeMs, 1, this.#plausibility.rise(a, b), detail);
  }

  /** b counts across one or more exchanges; a new run begins with it. */
  acceptAcross(a: Taken, b: Taken, rise: ExchangeRise, movedFromMs: number | null): void {
    const state = this.#state;
    const { book, sharpness, calendar, rows, onChange } = this.#around;
    const { open } = state;
    if (open === null) return;
    const fresh = movedFromMs === null ? book.countUntil(b.timeMs) : 0;
    if (fresh > 0) book.place("in-place", fresh);
    for (const { exchange, micro } of rise.fitted) {
      const detail = `final=${exchange.final} initial=${exchange.initial} before=${a.display} after=${b.display}`;
      const timeMs = movedFromMs ?? exchange.atMs;
      this.list("exchange", timeMs, movedFromMs === null ? timeMs : b.timeMs, 1, micro, detail);
    }
    for (const rolled of rise.rollovers) this.list("rollover", rolled.atMs, rolled.atMs, 1, rolled.micro, "");
    for (const span of rise.spans) {
      const gapMs = span.toMs - span.fromMs;
      const tick = book.terms.tickMicro(span.fromMs, span.toMs);
      const calm = onChange !== null && sharpness.calm(gapMs, sumOf(span.pieces), tick, onChange);
      const all: Span = { ...span, simulated: a.simulated || b.simulated, calm };
      fill(open, this.#shared(all), sharpness, calendar, rows);
    }
    state.candidates = [];
    this.#newRun(b);
    state.lookback.reset(b.timeMs);
    state.linkMicro = rise.micro;
    state.linkMs = b.timeMs - a.timeMs;
  }

  /** Rule 0: b counts with a's display. */
  acceptTickBack(a: Taken, b: Taken): void {
    const { calendar, book } = this.#around;
    const detail = `shown=${b.display} counted=${a.display}`;
    const link = { fromMs: a.timeMs, toMs: b.timeMs, detail };
    this.#state.events = listedTickBack(this.#state.events, link, calendar);
    const register = book.terms.at(b.timeMs).multiplier.register(a.display);
    const counted = { ...b, display: a.display, register };
    this.accept(a, counted, "plain", this.#plausibility.rise(a, counted));
    this.#state.trial = "tick";
  }

  /** E7: what lies between is missing, counting goes on from b. */
  step(a: Taken, b: Taken): void {
    const state = this.#state;
    if (state.open === null) return;
    const micro = this.#plausibility.rise(a, b);
    const isShared = micro >= 0 && b.timeMs - a.timeMs <= LONGEST_GAP_MS;
    const isAccepted = isShared && this.#around.acceptedSteps.has(b.timeMs);
    if (isAccepted) state.candidates = [];
    else this.#addCandidate(a, b, Math.max(0, -micro));
    const kind = isAccepted ? "step-accepted" : "step";
    this.list(kind, a.timeMs, b.timeMs, 1, micro, `from=${a.display} to=${b.display}`);
    this.#fill(state.open, a, b, isAccepted ? this.#linkPieces(a, b, "plain") : null);
    this.#count(b.timeMs, 0);
    this.#newRun(b);
  }

  /** Nothing to come sets b, the last trusted reading, aside or withdraws what led to it; limits count from it anew. */
  pin(b: Taken): void {
    const state = this.#state;
    state.candidates = [];
    state.before = null;
    state.openBefore = null;
    state.link = "plain";
    state.trial = null;
    state.onlyFirst = false;
    state.lookback.reset(b.timeMs);
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
  begin(b: Taken): void {
    const state = this.#state;
    state.open = openBuckets(b.timeMs, this.#around.calendar);
    this.#newRun(b);
    state.lookback.reset(b.timeMs);
    state.onlyFirst = true;
  }

  /** Rule 6: the first reading is set aside, another begins; nothing is known before it. */
  beginAgain(b: Taken): void {
    const state = this.#state;
    const { open, last } = state;
    if (open === null || last === null) return;
    this.setAside(last.timeMs, last.timeMs, 1);
    this.#around.rows.withdrawn();
    // on no edge any more: the first reading no longer counts
    open.quarter.flags = 0;
    open.day.flags = 0;
    this.#fill(open, last, b, null);
    this.#newRun(b);
    state.lookback.reset(b.timeMs);
  }

  /** E8: readings kept and listed, counted nowhere. */
  setAside(timeMs: number, untilMs: number, count: number): void {
    const state = this.#state;
    const trustedMs = state.last?.timeMs ?? Number.NEGATIVE_INFINITY;
    const since = state.onlyFirst ? Number.NEGATIVE_INFINITY : trustedMs;
    const span = { timeMs, untilMs, count };
    state.events = listedAside(state.events, span, Math.min(since, timeMs - 1), this.#around.calendar);
  }

  /** The last trusted reading does not count after all; the one before it is the last again. */
  setLastAside(): void {
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
    this.setAside(last.timeMs, last.timeMs, 1);
  }

  /** Rule 5: all since the candidate's last trusted reading is set aside, up to d, which is judged next. */
  returnTo(candidate: Candidate, d: Taken): void {
    const state = this.#state;
    const { last: a, open, lookback, firstAfterMs } = candidate;
    this.#around.rows.withdrawn();
    state.candidates = state.candidates.slice(0, state.candidates.indexOf(candidate));
    state.events = state.events.filter(
      (event) => event.kind === "exchange-refused" || (event.untilMs <= a.timeMs && event.timeMs <= a.timeMs),
    );
    state.open = copyBuckets(open);
    state.lookback = lookback.copy();
    this.#newRun(a);
    this.setAside(firstAfterMs, state.rawBeforeMs ?? firstAfterMs, d.ordinal - a.ordinal - 1);
  }

  /** Makes the rows of the last link again, as they stand. */
  repeatLastLink(): void {
    const { before, last, openBefore, link } = this.#state;
    if (before === null || last === null || openBefore === null) return;
    this.#around.rows.withdrawn();
    this.#fill(copyBuckets(openBefore), before, last, this.#linkPieces(before, last, link));
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

  /** Lists what was found. */
  list(
    kind: RegisterEvent["kind"],
    timeMs: number,
    untilMs: number,
    count: number,
    micro: number | null,
    detail: string,
  ): void {
    const event: RegisterEvent = { kind, timeMs, untilMs, count, micro, detail };
    this.#state.events = listed(this.#state.events, event, this.#around.calendar);
  }
}
