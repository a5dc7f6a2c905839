import type { Calendar } from "../../park/calendar.ts";
import type { RegisterDeclaration } from "../../park/park.ts";
import type { EnergyRow, Judgement } from "../../store/telemetry.ts";

/** One value of one register, as it stands on the display. */
export interface RegisterReading {
  readonly timeMs: number;
  readonly display: number;
  /** True when another value for the same instant was replaced by this one (E9): the meter is flagged. */
  readonly conflict: boolean;
  readonly simulated: boolean;
  /** True when a person read it from the display. */
  readonly handRead?: boolean;
}

/** What judging found; listed for the office, and the terms of E10. */
export interface RegisterEvent {
  readonly kind:
    | "rollover"
    | "exchange"
    | "exchange-refused"
    | "conflict"
    | "set-aside"
    | "step"
    | "step-accepted"
    | "hand-read"
    | "unknown-rollovers"
    | "suspect"
    | "one-tick-back";
  /** The instant it belongs to (of a span: its first). */
  readonly timeMs: number;
  readonly untilMs: number;
  /** Readings concerned. */
  readonly count: number;
  /** Primary energy concerned, in 10⁻⁶ of the unit, where it has a size (steps, exchanges, rollovers); else null. */
  readonly micro: number | null;
  /** Figures only, as `name=value` words, so that every language can word it. */
  readonly detail: string;
}

/** The events of a day that began before the engine did: its state is the stored one's, its events are these now. */
export interface RevisedEvents {
  readonly dayStartMs: number;
  readonly events: string;
}

/** What changed since the last drain. */
export interface RegisterSettlement {
  readonly intervals: readonly EnergyRow[];
  readonly days: readonly EnergyRow[];
  readonly judgements: readonly Judgement[];
  /** Events of earlier days that this engine's readings may have changed; replace those of the stored judgement. */
  readonly revisedEvents: readonly RevisedEvents[];
}

/**
 * Judges one register's readings (energy-rules: E1–E14 and the judging order) and makes energy of them.
 * Pure but for its own state: no clock, no randomness, no reading or writing.
 */
export interface RegisterEngine {
  /** Takes the next reading; its time lies after that of every reading before. @throws RangeError if it does not. */
  push(reading: RegisterReading): void;
  /** Everything that may have changed since the last drain, as it now stands; the bucket that is still open included, up to its last reading. */
  drain(): RegisterSettlement;
  /** Time of the last reading taken, null before the first. */
  readonly lastTimeMs: number | null;
  /** The last two trusted readings' mean power in primary units per hour, or null. */
  readonly meanRatePerHour: number | null;
  /** No later reading changes a row or an event that lies wholly before this instant; null before the first reading. */
  readonly revisableFromMs: number | null;
  /** Text of the state after all readings taken, as the judgement of a day that begins after them has it. */
  readonly state: string;
}

/** Begins a register's judging, or goes on from the state of a Judgement: as if it had never stopped. */
export type CreateRegisterEngine = (
  declaration: RegisterDeclaration,
  calendar: Calendar,
  state: string | null,
) => RegisterEngine;
