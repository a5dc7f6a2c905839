import type { Channel, RegisterChannel } from "../park/quantities.ts";

/**
 * The telemetry port: readings as they stand on displays, the energy made of them, and what could not be used.
 * Engines: DuckDB (embedded) and anything that speaks the InfluxDB 1.x protocol. One park per instance.
 * Every method throws StoreError when the engine fails; none ever answers with less than was asked.
 * Instants are epoch milliseconds, spans are half-open, results ascend by (meter, channel, time).
 */
export interface Telemetry {
  /** Opens the engine and makes what it needs. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Writes a probe and reads it back; throws StoreError when either fails. */
  probe(): Promise<void>;

  /** Readings and dirty marks together; both are durable when it returns. Same (meter, time): channels given overwrite, others stay. */
  writeReadings(readings: readonly ReadingRow[], dirty: readonly DirtyMark[]): Promise<void>;
  /** The settled energy of one register, with the state to go on from; all of it, or an error and it can be written again. */
  writeSettlements(settlements: readonly Settlement[]): Promise<void>;
  /** Takes a meter's mark away. The single writer of a park calls it only if no later mark came. */
  clearDirty(meters: readonly string[]): Promise<void>;
  writeDeadLetters(letters: readonly DeadLetter[]): Promise<void>;

  readDirty(): Promise<DirtyMark[]>;
  /** Readings of meters in [fromMs, toMs). @throws StoreError "too-much" beyond `limit` rows. */
  readReadings(query: {
    meters: readonly string[];
    fromMs: number;
    toMs: number;
    limit: number;
  }): Promise<ReadingRow[]>;
  /** The last reading of each meter before an instant (at any age). */
  readLastReadings(meters: readonly string[], beforeMs: number): Promise<ReadingRow[]>;
  /** When the first reading of each meter was that gives a channel (null: any reading); meters without one are left out. */
  readFirstTimes(meters: readonly string[], channel: Channel | null): Promise<ReadonlyMap<string, number>>;
  /** Energy of registers: quarter-hour rows or day rows whose start lies in [fromMs, toMs). A pair without rows has an empty series. */
  readEnergy(query: EnergyQuery): Promise<EnergySeries[]>;
  /** The newest state of a register at or before an instant (state of its day start), or null. */
  readJudgement(meter: string, channel: RegisterChannel, atOrBeforeMs: number): Promise<Judgement | null>;
  /** The same of every register that meters have states of, whatever is declared. */
  readNewestJudgements(meters: readonly string[], atOrBeforeMs: number): Promise<JudgementRow[]>;
  /** Judgements of registers whose day start lies in [fromMs, toMs): states and events. */
  readJudgements(query: {
    meters: readonly string[];
    fromMs: number;
    toMs: number;
    limit: number;
  }): Promise<JudgementRow[]>;
  /** Newest first. */
  readDeadLetters(query: { beforeMs: number; limit: number }): Promise<DeadLetter[]>;
  /** Those that are open: not sent again yet. */
  countDeadLetters(): Promise<number>;
  /** Meters of which there are readings, declared or not, by id. May open the whole history: not for every question. */
  listMeters(): Promise<string[]>;
}

/** Why a store could not do as asked; never carries credentials. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  /** unavailable: try again later. rejected: these rows will never be taken (see `rejected`). too-much: ask for less. unsupported: not an engine we can use. */
  readonly code: "unavailable" | "rejected" | "too-much" | "unsupported";
  constructor(code: StoreError["code"], message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** One message's values for one meter and instant, as they stand on the display. */
export interface ReadingRow {
  readonly meter: string;
  readonly timeMs: number;
  readonly values: Readonly<Partial<Record<Channel, number>>>;
  /** Values that stood at this instant before and were replaced, oldest first, at most 8 a channel (E9). */
  readonly superseded: Readonly<Partial<Record<Channel, readonly number[]>>>;
  /** True when a simulator made it. */
  readonly simulated: boolean;
}

export interface DirtyMark {
  readonly meter: string;
  /** The earliest instant whose energy may have changed. */
  readonly fromMs: number;
}

/** Bits of `EnergyRow.flags`. */
export const ENERGY_FLAGS = {
  /** The bucket's start is sharp (E3) for buckets of a quarter-hour, an hour, a day, a month, a year. */
  startSharp15m: 1,
  startSharp1h: 2,
  startSharp1d: 4,
  startSharp1M: 8,
  startSharp1y: 16,
  /** The same for its end. */
  endSharp15m: 32,
  endSharp1h: 64,
  endSharp1d: 128,
  endSharp1M: 256,
  endSharp1y: 512,
  /** The first and last known instants inside are sharp, though the bucket is known in part only (E14). */
  partSharp: 1024,
  /** A reading that bounds its energy was made by a simulator. */
  simulated: 2048,
  /** Its energy, or a part of it, is a gap's and shared by the meter's typical day (E3). */
  typicalDay: 4096,
} as const;

/** Energy of a quarter-hour or a day of the park's calendar. Nothing is known of it when knownMs is 0. */
export interface EnergyRow {
  readonly startMs: number;
  /** Integer 10⁻⁶ of the register's unit on the primary side (mWh for kWh): the known part. */
  readonly micro: number;
  /** How many of the bucket's milliseconds are known. */
  readonly knownMs: number;
  readonly flags: number;
}

export interface Settlement {
  readonly meter: string;
  /** The energy channel: after `invert`. */
  readonly channel: RegisterChannel;
  /** Increases with every settlement of the register. */
  readonly rev: number;
  readonly intervals: readonly EnergyRow[];
  readonly days: readonly EnergyRow[];
  readonly judgements: readonly Judgement[];
}

/** What judging knew at the start of a day, and what it found on that day. */
export interface Judgement {
  readonly dayStartMs: number;
  /** Text of the state after every reading before dayStartMs; opaque to the store. */
  readonly state: string;
  /** Text of that day's events (JSON list); opaque to the store. */
  readonly events: string;
}

export interface JudgementRow extends Judgement {
  readonly meter: string;
  readonly channel: RegisterChannel;
}

export interface EnergyQuery {
  readonly rows: "interval" | "day";
  readonly registers: readonly { readonly meter: string; readonly channel: RegisterChannel }[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Most rows in all. @throws StoreError "too-much" beyond. */
  readonly limit: number;
}

/** Columns of one register's rows, ascending; all of the same length. */
export interface EnergySeries {
  readonly meter: string;
  readonly channel: RegisterChannel;
  readonly startMs: Float64Array;
  readonly micro: Float64Array;
  readonly knownMs: Float64Array;
  readonly flags: Uint16Array;
  /** Revision of each row. */
  readonly revs: Float64Array;
  /** The highest revision among the rows, 0 when there are none. */
  readonly rev: number;
}

export interface DeadLetter {
  /** When it arrived; unique within a park, so also its id. */
  readonly timeMs: number;
  readonly topic: string;
  /** The first 64 KiB of the payload; text, or base64 where it is not UTF-8. */
  readonly payload: string;
  readonly encoding: "utf8" | "base64";
  /** The payload's own length in bytes. */
  readonly bytes: number;
  /** A closed set of reasons, defined by ingest. */
  readonly reason: string;
  readonly detail: string;
  /** Absent while it is open. taken: all of it became readings. refused: what was refused again is a newer letter. */
  readonly sentAgain?: { readonly atMs: number; readonly outcome: "taken" | "refused" };
}
