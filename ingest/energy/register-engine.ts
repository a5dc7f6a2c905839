import { type Calendar, QUARTER_MS } from "../../park/calendar.ts";
import type { RegisterDeclaration } from "../../park/park.ts";
import type { EnergyRow, Judgement } from "../../store/telemetry.ts";
import { type OpenBuckets, openDay, openQuarter } from "./buckets.ts";
import type {
  CreateRegisterEngine,
  RegisterEngine,
  RegisterEvent,
  RegisterReading,
  RegisterSettlement,
  RevisedEvents,
} from "./engine.ts";
import { type Events, listed } from "./events.ts";
import { ExchangeBook } from "./exchange-book.ts";
import { ExchangePlacing } from "./exchange-placing.ts";
import { Judging } from "./judging.ts";
import { freshState, revisableFromMs } from "./judging-state.ts";
import { RowBuffer } from "./row-buffer.ts";
import { Sharpness } from "./sharpness.ts";
import { readState, writeState } from "./state.ts";
import { TypicalDay } from "./typical-day.ts";
import { LONGEST_GAP_MS } from "./voids.ts";

const NOTHING: RegisterSettlement = { intervals: [], days: [], judgements: [], revisedEvents: [] };
const NO_EVENTS = "[]";

/** A day whose events may still change. */
interface ListedDay {
  /** State at its start; null when the engine began after it. */
  readonly state: string | null;
  /** Events as last handed out, null before. */
  events: string | null;
}

class JudgingEngine implements RegisterEngine {
  readonly #calendar: Calendar;
  readonly #book: ExchangeBook;
  readonly #judging: Judging;
  readonly #placing: ExchangePlacing;
  readonly #typical: TypicalDay | null;
  readonly #rows: RowBuffer;
  readonly #listedDays = new Map<number, ListedDay>();
  readonly #rejected: ReadonlySet<number>;
  readonly #exchangesMs: readonly number[];
  /** Found outside of judging: two values for one instant, and what a person had to do with. */
  #conflicts: Events = [];
  #lastTimeMs: number | null = null;
  /** End of the day of the last reading. */
  #dayEndMs = Number.NEGATIVE_INFINITY;
  #changed = false;
  #unknownUntilMs = Number.NEGATIVE_INFINITY;
  /** The list last handed out; lists are never changed in place. */
  #collected: Events | null = null;
  /** True while a listed day was never handed out. */
  #freshDays = false;
  #judgements: Judgement[] = [];
  #revised: RevisedEvents[] = [];

  constructor(declaration: RegisterDeclaration, calendar: Calendar, text: string | null) {
    this.#calendar = calendar;
    const stored = text === null ? null : readState(text);
    this.#book = new ExchangeBook(declaration, stored?.placements ?? []);
    const { decided, typicalDay } = declaration;
    this.#typical = typicalDay === undefined ? null : new TypicalDay(typicalDay.datedDays, calendar);
    this.#typical?.resume(stored?.typical ?? "");
    this.#rows = new RowBuffer(this.#typical);
    this.#rejected = new Set(decided?.rejected);
    this.#exchangesMs = declaration.exchanges.map((x) => x.atMs);
    const around = {
      calendar,
      acceptedSteps: new Set(decided?.acceptedSteps),
      restored: new Set(decided?.restored),
      book: this.#book,
      rows: this.#rows,
      sharpness: new Sharpness(declaration.reportsEveryMs, calendar),
      onChange: declaration.onChange,
      typical: this.#typical,
    };
    const state = stored?.judging(this.#book, calendar) ?? freshState();
    this.#judging = new Judging(around, state);
    this.#placing = new ExchangePlacing(this.#judging, this.#book, this.#rows);
    const lastMs = stored?.lastMs ?? stored?.near?.at(-1)?.timeMs ?? state.lastRawMs;
    if (stored === null || lastMs === null) return;
    this.#conflicts = stored.conflicts;
    // What is missing up to the last reading was said before.
    if (state.open !== null) this.#rows.voids.between(state.open.atMs, lastMs);
    const nearMs = [state.lastRawMs, ...(stored.near ?? []).map((r) => r.timeMs)].filter((t) => t !== null);
    nearMs.forEach((timeMs, i) => {
      this.#rows.voids.between(nearMs[i - 1] ?? timeMs, timeMs);
    });
    const oldest = state.candidates[0];
    if (oldest !== undefined) this.#rows.keepSince(oldest.open);
    this.#rows.resume(stored);
    this.#judging.repeatLastLink();
    for (const reading of stored.near ?? []) this.#placing.take(reading);
    this.#lastTimeMs = lastMs;
    const lastDayMs = calendar.floor(this.#lastTimeMs, "1d");
    this.#dayEndMs = calendar.next(lastDayMs, "1d");
    for (const day of this.#days(this.#horizonMs(), lastDayMs)) {
      this.#listedDays.set(day, { state: null, events: null });
      this.#freshDays = true;
    }
    // What stood after it may have gone: without another reading, too, the open buckets are as they are now.
    this.#changed = true;
  }

  get lastTimeMs(): number | null {
    return this.#lastTimeMs;
  }

  get meanRatePerHour(): number | null {
    const { linkMicro, linkMs } = this.#judging.state;
    return linkMicro === null || linkMs <= 0 ? null : (linkMicro * 3.6) / linkMs;
  }

  get revisableFromMs(): number | null {
    const nearMs = this.#placing.zone === null ? null : revisableFromMs(this.#placing.zone.before);
    const ownMs = revisableFromMs(this.#judging.state);
    return nearMs === null || ownMs === null ? ownMs : Math.min(nearMs, ownMs);
  }

  get state(): string {
    return this.#write();
  }

  push(reading: RegisterReading): void {
    const { timeMs } = reading;
    if (this.#lastTimeMs !== null && timeMs <= this.#lastTimeMs) {
      throw new RangeError(`a reading of ${timeMs} after one of ${this.#lastTimeMs}`);
    }
    if (this.#lastTimeMs !== null) this.#rows.voids.between(this.#lastTimeMs, timeMs);
    if (timeMs >= this.#dayEndMs) this.#passDays(timeMs);
    if (this.#rejected.has(timeMs)) this.#note("set-aside", reading, " decided=rejected");
    else {
      this.#placing.take(reading);
      if (reading.handRead === true) this.#note("hand-read", reading);
    }
    this.#lastTimeMs = timeMs;
    this.#changed = true;
    if (reading.conflict) this.#note("conflict", reading);
    const base = this.#placing.zone?.before ?? this.#judging.state;
    this.#rows.keepOnlySince((base.candidates[0] ?? this.#judging.state.candidates[0])?.open ?? null);
  }

  drain(): RegisterSettlement {
    const { open } = this.#judging.state;
    if (!this.#changed || this.#lastTimeMs === null) return NOTHING;
    this.#changed = false;
    const { quarters, days } = this.#rows.take();
    if (open !== null) this.#addOpen(open, this.#lastTimeMs, quarters, days);
    this.#collectEvents(Number.POSITIVE_INFINITY);
    const judgements = this.#judgements;
    const revisedEvents = this.#revised;
    this.#judgements = [];
    this.#revised = [];
    return { intervals: ascending(quarters), days: ascending(days), judgements, revisedEvents };
  }

  /** The buckets that are still open, and those after them up to the last reading. */
  #addOpen(
    open: OpenBuckets,
    lastTimeMs: number,
    quarters: Map<number, EnergyRow>,
    days: Map<number, EnergyRow>,
  ): void {
    quarters.set(open.quarter.startMs, openQuarter(open));
    days.set(open.day.startMs, openDay(open));
    // what follows the last trusted reading is missing; said once, and again when rows there were taken back
    if (this.#rows.takeWithdrawn()) this.#unknownUntilMs = Number.NEGATIVE_INFINITY;
    const lastQuarterMs = this.#calendar.floor(lastTimeMs, "15m");
    const unknownFromMs = Math.max(open.quarter.endMs, this.#unknownUntilMs);
    for (let t = unknownFromMs; t <= lastQuarterMs; t += QUARTER_MS) {
      t = this.#rows.voidEnd(t) ?? t;
      quarters.set(t, unknown(t));
    }
    for (let t = open.day.endMs; t <= lastTimeMs; t = this.#calendar.next(t, "1d")) {
      const voidEndMs = this.#rows.voidEnd(t);
      if (voidEndMs !== null) t = this.#calendar.floor(voidEndMs, "1d");
      days.set(t, unknown(t));
    }
    this.#unknownUntilMs = lastQuarterMs + QUARTER_MS;
  }

  /** A reading of a later day comes: says how everything stands at each day's start in between. */
  #passDays(timeMs: number): void {
    const calendar = this.#calendar;
    const dayMs = calendar.floor(timeMs, "1d");
    if (this.#lastTimeMs !== null) this.#settleEvents();
    const state = this.#write();
    for (const day of this.#days(this.#lastTimeMs === null ? dayMs : this.#dayEndMs, dayMs))
      this.#listedDays.set(day, { state, events: null });
    this.#freshDays = true;
    this.#dayEndMs = calendar.next(dayMs, "1d");
    this.#judging.state.lookback.rebase();
  }

  /** The days from one to another; of a time too long for rows only the first, the last, and those of which there may be something to list. */
  #days(fromMs: number, toMs: number): number[] {
    const calendar = this.#calendar;
    if (toMs - fromMs <= LONGEST_GAP_MS) {
      const days: number[] = [];
      for (let day = fromMs; day <= toMs; day = calendar.next(day, "1d")) days.push(day);
      return days;
    }
    const eventsMs = [...this.#exchangesMs, ...this.#events().map((event) => event.timeMs)];
    const found = eventsMs
      .map((timeMs) => calendar.floor(timeMs, "1d"))
      .filter((t) => t > fromMs && t < toMs);
    return [...new Set([fromMs, ...found, toMs])].sort((a, b) => a - b);
  }

  /** Hands out and forgets the events of days that nothing can change any more. */
  #settleEvents(): void {
    const horizonMs = this.#horizonMs();
    this.#collectEvents(horizonMs);
    for (const dayMs of this.#listedDays.keys()) if (dayMs < horizonMs) this.#listedDays.delete(dayMs);
    this.#judging.dropEventsBefore(horizonMs);
    this.#conflicts = this.#conflicts.filter((event) => event.timeMs >= horizonMs);
  }

  /** Hands out the events, where they changed, of the days that start before an instant. */
  #collectEvents(beforeMs: number): void {
    const events = this.#events();
    if (events === this.#collected && !this.#freshDays && beforeMs === Number.POSITIVE_INFINITY) return;
    this.#collected = events;
    this.#freshDays = false;
    const byDay = new Map<number, RegisterEvent[]>();
    for (const event of events) {
      const dayMs = this.#calendar.floor(event.timeMs, "1d");
      const list = byDay.get(dayMs);
      if (list === undefined) byDay.set(dayMs, [event]);
      else list.push(event);
    }
    for (const [dayStartMs, day] of this.#listedDays) {
      if (dayStartMs >= beforeMs) continue;
      const list = byDay.get(dayStartMs);
      const text = list === undefined ? NO_EVENTS : JSON.stringify(list);
      if (text === day.events) continue;
      day.events = text;
      if (day.state === null) this.#revised.push({ dayStartMs, events: text });
      else this.#judgements.push({ dayStartMs, state: day.state, events: text });
    }
  }

  /** All that is listed, what is pending included, by time. */
  #events(): Events {
    const { events, suspect } = this.#judging.state;
    const pending = this.#placing.pendingEvents;
    if (suspect === null && pending.length === 0 && this.#conflicts.length === 0) return events;
    const all = [...events, ...this.#conflicts, ...pending];
    if (suspect !== null) {
      const { timeMs, display } = suspect;
      all.push({
        kind: "suspect",
        timeMs,
        untilMs: timeMs,
        count: 1,
        micro: null,
        detail: `display=${display}`,
      });
    }
    return all.sort((a, b) => a.timeMs - b.timeMs || a.untilMs - b.untilMs || (a.kind < b.kind ? -1 : 1));
  }

  #note(kind: RegisterEvent["kind"], { timeMs, display }: RegisterReading, more = ""): void {
    const detail = `display=${display}${more}`;
    const event: RegisterEvent = { kind, timeMs, untilMs: timeMs, count: 1, micro: null, detail };
    this.#conflicts = listed(this.#conflicts, event, this.#calendar);
  }

  /** Start of the first day whose events can still change. */
  #horizonMs(): number {
    const fromMs = this.revisableFromMs ?? this.#lastTimeMs ?? 0;
    return this.#calendar.floor(fromMs, "1d");
  }

  #write(): string {
    const { zone } = this.#placing;
    const judging = zone?.before ?? this.#judging.state;
    const horizonMs = this.#lastTimeMs === null ? 0 : this.#horizonMs();
    const judgedMs = zone?.readings.at(-1)?.timeMs ?? judging.lastRawMs;
    const { open, openBefore, candidates } = judging;
    const gapMs = (candidates[0]?.open ?? openBefore ?? open)?.atMs;
    return writeState({
      placements: this.#book.placements,
      judging: { ...judging, events: judging.events.filter((event) => event.timeMs >= horizonMs) },
      near: zone?.readings ?? null,
      conflicts: this.#conflicts.filter((event) => event.timeMs >= horizonMs),
      lastMs: this.#lastTimeMs === judgedMs ? null : this.#lastTimeMs,
      typical:
        this.#typical === null || gapMs === undefined
          ? null
          : this.#typical.text(gapMs, open?.quarter.startMs ?? gapMs),
      ...(zone?.kept ?? this.#rows.kept(judging)),
    });
  }
}

function unknown(startMs: number): EnergyRow {
  return { startMs, micro: 0, knownMs: 0, flags: 0 };
}

function ascending(rows: ReadonlyMap<number, EnergyRow>): EnergyRow[] {
  return [...rows.values()].sort((a, b) => a.startMs - b.startMs);
}

/** Begins a register's judging, or goes on from the text of a state. @throws RangeError for a text that is none. */
export const createRegisterEngine: CreateRegisterEngine = (declaration, calendar, state) =>
  new JudgingEngine(declaration, calendar, state);
