import type { EnergyRow } from "../../store/telemetry.ts";
import type { OpenBuckets } from "./buckets.ts";
import type { JudgingState } from "./judging-state.ts";
import type { RowText } from "./state.ts";
import type { JudgedRows } from "./trusting.ts";
import type { TypicalDay } from "./typical-day.ts";
import { Voids } from "./voids.ts";

export interface KeptRows {
  readonly quarters: readonly RowText[];
  readonly days: readonly RowText[];
}

/** Finished rows: those changed since the last drain, and those that a withdrawal by rule 5 would make again. */
export class RowBuffer implements JudgedRows {
  readonly voids = new Voids();
  #changedQuarters = new Map<number, EnergyRow>();
  #changedDays = new Map<number, EnergyRow>();
  readonly #keptQuarters = new Map<number, EnergyRow>();
  readonly #keptDays = new Map<number, EnergyRow>();
  #keepQuartersFromMs = Number.POSITIVE_INFINITY;
  #keepDaysFromMs = Number.POSITIVE_INFINITY;
  #withdrawn = false;
  readonly #typical: TypicalDay | null;

  /** @param typical is told every finished quarter-hour; null where gaps are shared linearly. */
  constructor(typical: TypicalDay | null) {
    this.#typical = typical;
  }

  voidEnd(timeMs: number): number | null {
    return this.voids.endAt(timeMs);
  }

  quarter(row: EnergyRow): void {
    this.#changedQuarters.set(row.startMs, row);
    if (row.startMs >= this.#keepQuartersFromMs) this.#keptQuarters.set(row.startMs, row);
    this.#typical?.note(row);
  }

  day(row: EnergyRow): void {
    this.#changedDays.set(row.startMs, row);
    if (row.startMs >= this.#keepDaysFromMs) this.#keptDays.set(row.startMs, row);
  }

  withdrawn(): void {
    this.#withdrawn = true;
  }

  /** True when rows were taken back since the last call. */
  takeWithdrawn(): boolean {
    const withdrawn = this.#withdrawn;
    this.#withdrawn = false;
    return withdrawn;
  }

  keepSince(open: OpenBuckets): void {
    this.#keepQuartersFromMs = Math.min(this.#keepQuartersFromMs, open.quarter.startMs);
    this.#keepDaysFromMs = Math.min(this.#keepDaysFromMs, open.day.startMs);
  }

  /** Forgets what is kept before the buckets given, or all. */
  keepOnlySince(open: OpenBuckets | null): void {
    const quartersFromMs = open?.quarter.startMs ?? Number.POSITIVE_INFINITY;
    if (quartersFromMs === this.#keepQuartersFromMs) return;
    this.#keepQuartersFromMs = quartersFromMs;
    this.#keepDaysFromMs = open?.day.startMs ?? Number.POSITIVE_INFINITY;
    dropBefore(this.#keptQuarters, this.#keepQuartersFromMs);
    dropBefore(this.#keptDays, this.#keepDaysFromMs);
  }

  /** Takes everything changed since the last call; each start is there once. */
  take(): { quarters: Map<number, EnergyRow>; days: Map<number, EnergyRow> } {
    const taken = { quarters: this.#changedQuarters, days: this.#changedDays };
    this.#changedQuarters = new Map();
    this.#changedDays = new Map();
    return taken;
  }

  /** Finished rows since the oldest step or rollover that a state can still withdraw. */
  kept(state: JudgingState): KeptRows {
    const since = state.candidates[0]?.open;
    const until = state.open;
    if (since === undefined || until === null) return { quarters: [], days: [] };
    return {
      quarters: between(this.#keptQuarters, since.quarter.startMs, until.quarter.startMs),
      days: between(this.#keptDays, since.day.startMs, until.day.startMs),
    };
  }

  /** Takes rows that were kept, as if they were made just now. */
  resume({ quarters, days }: KeptRows): void {
    for (const text of quarters) this.quarter(rowOf(text));
    for (const text of days) this.day(rowOf(text));
  }
}

function dropBefore(rows: Map<number, EnergyRow>, fromMs: number): void {
  for (const startMs of rows.keys()) if (startMs < fromMs) rows.delete(startMs);
}

function between(rows: ReadonlyMap<number, EnergyRow>, fromMs: number, untilMs: number): RowText[] {
  return [...rows.values()]
    .filter((row) => row.startMs >= fromMs && row.startMs < untilMs)
    .sort((a, b) => a.startMs - b.startMs)
    .map((row) => [row.startMs, row.micro, row.knownMs, row.flags]);
}

function rowOf([startMs, micro, knownMs, flags]: RowText): EnergyRow {
  return { startMs, micro, knownMs, flags };
}
