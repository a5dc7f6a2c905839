import { type Calendar, DAY_MS } from "../../park/calendar.ts";
import type { RegisterDeclaration } from "../../park/park.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import { firstDifferenceMs } from "../../park/repair.ts";
import { ReadingColumns } from "../columns.ts";
import type {
  CreateRegisterEngine,
  RegisterEngine,
  RegisterReading,
  RegisterSettlement,
} from "../energy/engine.ts";
import { fingerprint } from "./judgement-state.ts";
import { LastRows } from "./last-rows.ts";
import type { Arrived, Rebuild, Redeclared } from "./rebuild.ts";
import { handReadTimes, readingOf } from "./register-reading.ts";
import type { SettlementDraft } from "./revised-events.ts";
import { SettlementDrafts } from "./settlement-drafts.ts";
import { STANDING_EVERY, Tail } from "./tail.ts";

/** Readings that wait for the engine, at most; beyond, they are read from the store again when their turn comes. */
const MAX_PENDING = 10_000;
/** Of what waits, so much of its time is settled at once: ten thousand daily readings are a million quarter-hours. */
const SETTLED_AT_ONCE_MS = 400 * DAY_MS;

export interface RunParts {
  readonly meter: string;
  readonly declaration: RegisterDeclaration;
  readonly calendar: Calendar;
  readonly createEngine: CreateRegisterEngine;
  /** Readings kept in memory for late ones, at most. */
  readonly maxTail: number;
  /** Of these, so many from one standing to the next. */
  readonly standingEvery?: number;
  readonly clock: () => number;
}

/**
 * One register being settled: its live engine, what waits for it, and whether it must be judged anew from the store.
 * Holds no lock and asks no store; the settler does both.
 */
export class RegisterRun {
  readonly meter: string;
  readonly #parts: RunParts;
  #declaration: RegisterDeclaration;
  #fingerprint: string;
  #handRead: ReadonlySet<number>;
  /** Takes the declaration's place when the next judging anew begins. */
  #next: RegisterDeclaration | null = null;
  #nextAffectedMs = Number.POSITIVE_INFINITY;
  #redeclared: Redeclared | null = null;
  #engine: RegisterEngine | null = null;
  #tail: Tail | null = null;
  #pending = new ReadingColumns();
  /** The earliest reading of the tail to be judged anew; Infinity: none. */
  #touchedMs = Number.POSITIVE_INFINITY;
  #late: { fromMs: number; toMs: number } | null = null;
  /** While it is judged anew from the store: what arrives meanwhile. */
  #arrived: Arrived[] | null = null;
  #requestedToMs = Number.NEGATIVE_INFINITY;
  /** Makes what is written of it; its revisions rise over all of that. */
  readonly drafts: SettlementDrafts;
  readonly #lastRows = new LastRows();

  constructor(parts: RunParts) {
    this.#parts = parts;
    this.meter = parts.meter;
    this.#declaration = parts.declaration;
    this.#fingerprint = fingerprint(parts.declaration, parts.calendar.timeZone);
    this.#handRead = handReadTimes(parts.declaration);
    this.drafts = new SettlementDrafts(this, parts.clock);
  }

  get declaration(): RegisterDeclaration {
    return this.#declaration;
  }

  get fingerprint(): string {
    return this.#fingerprint;
  }

  /** Non-null while what stands in the store was made of another declaration. */
  get redeclared(): Redeclared | null {
    return this.#redeclared;
  }

  /** True until everything was judged anew under the latest declaration. */
  get isRedeclared(): boolean {
    return this.#next !== null || this.#redeclared !== null;
  }

  /** What is declared has changed: everything from the first instant on which the declarations differ is to be judged anew. */
  redeclare(declaration: RegisterDeclaration): void {
    const affectedMs = firstDifferenceMs(this.#next ?? this.#declaration, declaration);
    if (affectedMs === Number.POSITIVE_INFINITY) return;
    this.#next = declaration;
    this.#nextAffectedMs = Math.min(affectedMs, this.#nextAffectedMs);
  }

  /** What stands in the store from an instant on may be of any declaration: to be judged anew from the first reading. */
  distrust(sinceMs: number): void {
    this.#redeclared = { fingerprint: "", affectedMs: Number.NEGATIVE_INFINITY, sinceMs };
  }

  /** The channel of its energy, after `invert`. */
  get channel(): RegisterChannel {
    return this.declaration.energyChannel;
  }

  /** Non-null: the store must be read to settle it, for readings of this span. */
  get late(): { readonly fromMs: number; readonly toMs: number } | null {
    return this.#late;
  }

  get isRebuilding(): boolean {
    return this.#arrived !== null;
  }

  /** True when everything told so far is in the settlements taken. */
  get isSettled(): boolean {
    return this.#late === null && this.#arrived === null && !this.hasWork && !this.isRedeclared;
  }

  /** True when `settle` would do something. */
  get hasWork(): boolean {
    return this.#pending.length > 0 || this.hasLate;
  }

  /** True when `settle` judges a part of the past anew. */
  get hasLate(): boolean {
    return this.#touchedMs !== Number.POSITIVE_INFINITY;
  }

  get lastTimeMs(): number | null {
    return this.#engine?.lastTimeMs ?? null;
  }

  get meanRatePerHour(): number | null {
    return this.#engine?.meanRatePerHour ?? null;
  }

  /** From here on late readings are judged from memory. */
  get tailStartMs(): number {
    return this.#tail?.startMs ?? Number.POSITIVE_INFINITY;
  }

  /** Begins with no reading at all: the store holds none. */
  startEmpty(): void {
    this.#engine = this.#create(null);
    this.#tail = this.#tailFrom(Number.NEGATIVE_INFINITY, null);
  }

  /** Asks for a judging anew from the store. */
  markLate(fromMs: number, toMs: number): void {
    const late = this.#late;
    this.#late = {
      fromMs: Math.min(fromMs, late?.fromMs ?? fromMs),
      toMs: Math.max(toMs, late?.toMs ?? toMs),
    };
  }

  /** A durable reading whose time has come. */
  add(reading: RegisterReading): void {
    if (this.#arrived !== null) {
      this.#arrived.push({ reading, isToBeRead: reading.timeMs >= this.#requestedToMs });
      if (this.#arrived.length > MAX_PENDING) {
        for (const { reading: spilled } of this.#arrived) this.markLate(spilled.timeMs, spilled.timeMs);
        this.#arrived = [];
      }
      return;
    }
    if (this.#late !== null || this.#engine === null) {
      this.markLate(reading.timeMs, reading.timeMs);
      return;
    }
    if (this.#handRead.has(reading.timeMs)) {
      // A person's reading stands, as a message is never a correction; it is judged again, and so is settled.
      if (reading.timeMs >= this.tailStartMs) this.#touchedMs = Math.min(this.#touchedMs, reading.timeMs);
      else this.markLate(reading.timeMs, reading.timeMs);
      return;
    }
    if (reading.timeMs > (this.#engine.lastTimeMs ?? Number.NEGATIVE_INFINITY)) {
      // Not yet judged: it only has to be put in its place.
      this.#pending.put(reading);
      if (this.#pending.length > MAX_PENDING) this.#spillPending();
    } else if (this.#tail !== null && reading.timeMs >= this.#tail.startMs) {
      if (this.#tail.put(reading)) this.#touchedMs = Math.min(this.#touchedMs, reading.timeMs);
    } else this.markLate(reading.timeMs, reading.timeMs);
  }

  /** Judges what waits, or the oldest part of it, from memory alone, and hands over what changed; null when nothing did. */
  settle(): SettlementDraft | null {
    if (!this.hasWork || this.#engine === null || this.#arrived !== null) return null;
    let wholeFromMs: number | null = null;
    if (this.hasLate && this.#tail !== null) {
      const { startMs, state } = this.#tail.standingAt(this.#touchedMs);
      wholeFromMs = startMs;
      const engine = this.#create(state);
      this.#engine = engine;
      const stateNow = () => engine.state;
      for (const reading of this.#tail.readings(startMs)) {
        engine.push(reading);
        this.#tail.judged(reading.timeMs, stateNow);
      }
    }
    this.#touchedMs = Number.POSITIVE_INFINITY;
    const engine = this.#engine;
    const stateNow = () => engine.state;
    const count = this.#pending.indexOf(this.#pending.timeMs(0) + SETTLED_AT_ONCE_MS + 1);
    for (let i = 0; i < count; i++) {
      const reading = this.#pending.at(i);
      engine.push(reading);
      this.#tail?.put(reading);
      this.#tail?.judged(reading.timeMs, stateNow);
    }
    this.#pending.dropFirst(count);
    return this.#drain(engine, true, wholeFromMs);
  }

  /** Everything that waits is dropped: the next settling reads it from the store again (an engine that failed). */
  resetToStore(fromMs: number): void {
    this.#engine = null;
    this.#tail = null;
    this.#pending.clear();
    this.#touchedMs = Number.POSITIVE_INFINITY;
    this.#arrived = null;
    this.#lastRows.clear();
    this.markLate(fromMs, Number.POSITIVE_INFINITY);
  }

  /**
   * Takes the order to judge anew from the store: what arrives from now on waits until the judging is over. Null when
   * no late reading asks for it.
   */
  openRebuild(): { readonly fromMs: number; readonly toMs: number } | null {
    if (this.#next !== null) this.#takeNext(this.#next);
    const late = this.#late;
    this.#late = null;
    this.#arrived = this.#takePending().map((reading) => ({ reading, isToBeRead: true }));
    this.#requestedToMs = Number.NEGATIVE_INFINITY;
    return late;
  }

  /** It could not be done: to be done again for this span and for what arrived meanwhile. */
  abandonRebuild(fromMs: number, toMs: number): void {
    for (const { reading } of this.#arrived ?? []) this.markLate(reading.timeMs, reading.timeMs);
    this.#arrived = null;
    this.#pending.clear();
    this.markLate(fromMs, toMs);
  }

  #takeNext(declaration: RegisterDeclaration): void {
    const affectedMs = Math.min(this.#nextAffectedMs, this.#redeclared?.affectedMs ?? this.#nextAffectedMs);
    const sinceMs = Math.min(affectedMs, this.#redeclared?.sinceMs ?? affectedMs);
    this.#redeclared = {
      fingerprint: this.#redeclared?.fingerprint ?? this.#fingerprint,
      affectedMs,
      sinceMs,
    };
    this.#declaration = declaration;
    this.#fingerprint = fingerprint(declaration, this.#parts.calendar.timeZone);
    this.#handRead = handReadTimes(declaration);
    this.#next = null;
    this.#nextAffectedMs = Number.POSITIVE_INFINITY;
    // What was judged in memory is of the other declaration; the store has every reading.
    this.#engine = null;
    this.#tail = null;
    this.#touchedMs = Number.POSITIVE_INFINITY;
    this.#lastRows.clear();
  }

  /** After `openRebuild`: judges what is pushed, and what was read by hand in between, from a stored state on. */
  rebuildFrom(state: string | null, startMs: number): Rebuild {
    const engine = this.#create(state);
    let tail: Tail | null = this.#tailFrom(startMs, state);
    let firstTimeMs: number | null = null;
    const handRead = (this.#declaration.decided?.handRead ?? []).filter((r) => r.timeMs >= startMs);
    let nextHandRead = 0;
    const stateNow = () => engine.state;
    const take = (reading: RegisterReading) => {
      firstTimeMs ??= reading.timeMs;
      engine.push(reading);
      tail?.put(reading);
      tail?.judged(reading.timeMs, stateNow);
    };
    const takeHandRead = (beforeMs: number) => {
      for (; nextHandRead < handRead.length; nextHandRead++) {
        const read = handRead[nextHandRead];
        if (read === undefined || read.timeMs >= beforeMs) return;
        take({ ...read, conflict: false, simulated: false, handRead: true });
      }
    };
    const drain = () => {
      const settlement = this.#drain(engine, false, null, tail);
      if (tail !== null && !this.#isBounded(tail)) tail = null;
      return settlement;
    };
    return {
      startMs,
      stateAtStart: engine.lastTimeMs === null ? engine.state : null,
      firstTimeMs: () => firstTimeMs,
      lastTimeMs: () => engine.lastTimeMs,
      state: () => engine.state,
      requested: (toMs) => {
        this.#requestedToMs = toMs;
      },
      push: (rows) => {
        for (const row of rows) {
          const reading = readingOf(row, this.declaration.channel);
          if (reading === null || row.timeMs < startMs || this.#handRead.has(row.timeMs)) continue;
          takeHandRead(row.timeMs);
          take(reading);
        }
        return drain();
      },
      reached: (toMs) => {
        takeHandRead(toMs);
        return drain();
      },
      finish: () => {
        this.#redeclared = null;
        this.#engine = engine;
        this.#tail = tail;
        this.#touchedMs = Number.POSITIVE_INFINITY;
        this.#lastRows.clear();
        // What came before its page was asked for has been read with it; before the first page nothing was read.
        this.#takeArrived(
          ({ isToBeRead, reading: { timeMs } }) =>
            !isToBeRead || timeMs < startMs || timeMs > (engine.lastTimeMs ?? -Infinity),
        );
      },
      keepLive: () => {
        this.#lastRows.clear();
        this.#takeArrived(() => true);
      },
      /** What was judged before stays right after an instant at which both judgings have the same state. */
      revisableFromMs: () => engine.revisableFromMs ?? Number.NEGATIVE_INFINITY,
      canKeepLive: this.#engine !== null && !this.hasLate,
    };
  }

  #takeArrived(filter: (arrived: Arrived) => boolean): void {
    const arrived = (this.#arrived ?? []).filter(filter).map((a) => a.reading);
    this.#arrived = null;
    arrived.sort((a, b) => a.timeMs - b.timeMs);
    for (const reading of arrived) this.add(reading);
  }

  /** Too many wait: the store has them all, so only the span is kept. */
  #spillPending(): void {
    for (const { timeMs } of this.#takePending()) this.markLate(timeMs, timeMs);
  }

  #takePending(): RegisterReading[] {
    const taken = Array.from({ length: this.#pending.length }, (_, i) => this.#pending.at(i));
    this.#pending.clear();
    return taken;
  }

  #tailFrom(startMs: number, state: string | null): Tail {
    return new Tail(startMs, state, this.#parts.standingEvery ?? STANDING_EVERY);
  }

  #isBounded(tail: Tail): boolean {
    const { maxTail } = this.#parts;
    return tail.length <= maxTail || tail.shortenTo(Math.floor(maxTail * 0.75));
  }

  #create(state: string | null): RegisterEngine {
    return this.#parts.createEngine(this.declaration, this.#parts.calendar, state);
  }

  /** @param wholeFromMs the engine was made anew from here on: what it does not say any more is unknown. */
  #drain(
    engine: RegisterEngine,
    isLive: boolean,
    wholeFromMs: number | null,
    tail: Tail | null = this.#tail,
  ): SettlementDraft | null {
    const drained = engine.drain();
    for (const j of drained.judgements) tail?.dayBegan(j.dayStartMs, j.state);
    const { intervals, days, judgements, revisedEvents } = isLive
      ? this.#lastRows.onlyChanged(withDayStates(drained, this.#tail), wholeFromMs)
      : drained;
    if (isLive && this.#tail !== null && !this.#isBounded(this.#tail)) this.#tail = null;
    if (isLive) this.#lastRows.forget(this.#tail?.startMs ?? Number.POSITIVE_INFINITY);
    if (intervals.length + days.length + judgements.length + revisedEvents.length === 0) return null;
    return this.drafts.judged({ intervals, days, judgements, revisedEvents });
  }
}

/**
 * An engine that was made anew in the middle of a day says what is listed on that day, and not with which state it
 * began: that is known here.
 */
function withDayStates(settlement: RegisterSettlement, tail: Tail | null): RegisterSettlement {
  if (tail === null || settlement.revisedEvents.length === 0) return settlement;
  const judgements = [...settlement.judgements];
  const revisedEvents = settlement.revisedEvents.filter(({ dayStartMs, events }) => {
    const state = tail.stateOfDay(dayStartMs);
    if (state !== null) judgements.push({ dayStartMs, state, events });
    return state === null;
  });
  return { ...settlement, judgements, revisedEvents };
}
