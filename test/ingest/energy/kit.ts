import type { RegisterEvent, RegisterReading } from "../../../ingest/energy/engine.ts";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { Calendar } from "../../../park/calendar.ts";
import { always } from "../../../park/dated.ts";
import type { RegisterDeclaration } from "../../../park/park.ts";
import type { EnergyRow } from "../../../store/telemetry.ts";

/** Histories of one register, and the rows that an engine makes of them. */

export const MINUTE = 60_000;
export const QUARTER = 15 * MINUTE;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const KWH = 1_000_000;

export const calendar = new Calendar("Asia/Shanghai");
/** Midnight in the park. */
export const T0 = Date.parse("2026-03-02T00:00:00+08:00");

export function declare(over: Partial<RegisterDeclaration> = {}): RegisterDeclaration {
  return {
    channel: "energyImportKwh",
    energyChannel: "energyImportKwh",
    expected: true,
    multiplier: always(1),
    digits: always<number | null>(null),
    resolution: always(0.01),
    maxRatePerHour: always<number | null>(400),
    exchanges: [],
    reportsEveryMs: QUARTER,
    onChange: null,
    ...over,
  };
}

export function reading(timeMs: number, display: number): RegisterReading {
  return { timeMs, display, conflict: false, simulated: false };
}

export function readings(list: readonly (readonly [number, number])[]): RegisterReading[] {
  return list.map(([timeMs, display]) => reading(timeMs, display));
}

export interface Folded {
  readonly quarters: ReadonlyMap<number, EnergyRow>;
  readonly days: ReadonlyMap<number, EnergyRow>;
  readonly states: ReadonlyMap<number, string>;
  readonly events: ReadonlyMap<number, string>;
}

/** Feeds an engine and folds what it hands out by start; `drainAfter` says after which readings it is drained. */
export function run(
  declaration: RegisterDeclaration,
  history: readonly RegisterReading[],
  options: {
    readonly state?: string | null;
    readonly drainAfter?: (index: number) => boolean;
    readonly onto?: Folded;
    readonly calendar?: Calendar;
  } = {},
): Folded {
  const engine = createRegisterEngine(declaration, options.calendar ?? calendar, options.state ?? null);
  const quarters = new Map(options.onto?.quarters);
  const days = new Map(options.onto?.days);
  const states = new Map(options.onto?.states);
  const events = new Map(options.onto?.events);
  const drain = () => {
    const settlement = engine.drain();
    for (const row of settlement.intervals) quarters.set(row.startMs, row);
    for (const row of settlement.days) days.set(row.startMs, row);
    for (const judgement of settlement.judgements) {
      states.set(judgement.dayStartMs, judgement.state);
      events.set(judgement.dayStartMs, judgement.events);
    }
    for (const revised of settlement.revisedEvents) events.set(revised.dayStartMs, revised.events);
  };
  history.forEach((r, i) => {
    engine.push(r);
    if (options.drainAfter?.(i) ?? false) drain();
  });
  drain();
  return { quarters, days, states, events };
}

export function eventsOf(folded: Folded): RegisterEvent[] {
  return [...folded.events.values()].flatMap((text): RegisterEvent[] => JSON.parse(text));
}

export function totalMicro(rows: ReadonlyMap<number, EnergyRow>): number {
  return [...rows.values()].reduce((sum, row) => sum + row.micro, 0);
}

/** A quarter-hour is measured when both ends are sharp and nothing in it is missing (E3). */
export function qualityOf(row: EnergyRow | undefined, lengthMs = QUARTER, bit = 1): string {
  if (row === undefined || row.knownMs === 0) return "missing";
  const sharp = (row.flags & bit) !== 0 && (row.flags & (bit << 5)) !== 0;
  return sharp && row.knownMs === lengthMs ? "measured" : "estimated";
}

/** Rows in ascending order. */
export function sorted(rows: ReadonlyMap<number, EnergyRow>): EnergyRow[] {
  return [...rows.values()].sort((a, b) => a.startMs - b.startMs);
}

/** All that was handed out up to an instant, in order, to be compared. */
export function textsOf(folded: Folded, untilMs = Number.POSITIVE_INFINITY) {
  return {
    quarters: sorted(folded.quarters).filter((row) => row.startMs < untilMs),
    days: sorted(folded.days).filter((row) => row.startMs < untilMs),
    states: [...folded.states].filter(([day]) => day < untilMs).sort(([a], [b]) => a - b),
    events: [...folded.events].filter(([day]) => day < untilMs).sort(([a], [b]) => a - b),
  };
}
