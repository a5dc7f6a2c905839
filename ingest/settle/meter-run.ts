import type { Meter } from "../../park/park.ts";
import type { ReadingRow } from "../../store/telemetry.ts";
import type { DurableRow } from "../batch/batcher.ts";
import { LiveMeter } from "./live.ts";
import { readingOf } from "./register-reading.ts";
import type { RegisterRun } from "./register-run.ts";
import type { SettlementDraft } from "./revised-events.ts";

/** One meter being settled: its registers, its dirty mark as ingest knows it, and its latest value. */
export class MeterRun {
  readonly meter: Meter;
  readonly registers: readonly RegisterRun[];
  readonly live: LiveMeter;
  /** Its registers are loaded from the store; before, everything is left to the loading. */
  isLoaded = false;
  /** A settling of it is under way. */
  isBusy = false;
  /** When it was last settled and when it may be tried again, by the monotonic clock. */
  settledAtMs = Number.NEGATIVE_INFINITY;
  notBeforeMs = Number.NEGATIVE_INFINITY;
  failures = 0;
  #dirtyFromMs: number | null = null;
  #dirtySinceMs: number | null = null;
  #takenToMs = Number.NEGATIVE_INFINITY;

  constructor(meter: Meter, registers: readonly RegisterRun[]) {
    this.meter = meter;
    this.registers = registers;
    this.live = new LiveMeter(meter);
  }

  /** The earliest instant whose energy may have changed and is not settled yet. */
  get dirtyFromMs(): number | null {
    return this.#dirtyFromMs;
  }

  /** Since when it has been waiting. */
  get dirtySinceMs(): number | null {
    return this.#dirtySinceMs;
  }

  /** The newest row taken: what was taken stays taken, also when the clock goes back behind it. */
  get takenToMs(): number {
    return this.#takenToMs;
  }

  markDirty(fromMs: number, nowMs: number): void {
    this.#dirtyFromMs = Math.min(fromMs, this.#dirtyFromMs ?? fromMs);
    this.#dirtySinceMs ??= nowMs;
  }

  markClean(): void {
    this.#dirtyFromMs = null;
    this.#dirtySinceMs = null;
  }

  /** A durable row whose time has come: its changed registers have something to judge. */
  take({ row, changed }: DurableRow, nowMs: number): void {
    let touched = false;
    if (row.timeMs > this.#takenToMs) this.#takenToMs = row.timeMs;
    for (const run of this.registers) {
      if (!changed.includes(run.declaration.channel)) continue;
      const reading = readingOf(row, run.declaration.channel);
      if (reading === null) continue;
      touched = true;
      if (this.isLoaded) run.add(reading);
    }
    if (touched) this.markDirty(row.timeMs, nowMs);
  }

  get isSettled(): boolean {
    return this.isLoaded && !this.isBusy && this.registers.every((r) => r.isSettled);
  }

  get hasWork(): boolean {
    return this.isLoaded && this.registers.some((r) => r.hasWork && !r.isRebuilding);
  }

  /** True when readings came that lie before others judged already. */
  get hasLate(): boolean {
    return this.registers.some((r) => r.hasLate);
  }

  get needsStore(): boolean {
    return (
      !this.isLoaded || this.registers.some((r) => (r.late !== null || r.isRedeclared) && !r.isRebuilding)
    );
  }

  settle(): SettlementDraft[] {
    return this.registers.map((r) => r.settle()).filter((s) => s !== null);
  }

  /** Lets the live value know what the registers say. */
  updateRates(): void {
    let timeMs = Number.NEGATIVE_INFINITY;
    const rate = { energyImportKwh: null as number | null, energyExportKwh: null as number | null };
    for (const run of this.registers) {
      if (run.channel !== "energyImportKwh" && run.channel !== "energyExportKwh") continue;
      if (run.lastTimeMs === null) continue;
      timeMs = Math.max(timeMs, run.lastTimeMs);
      // A register that sends, but of which two trusted readings are not known, leaves the whole unknown.
      if (run.meanRatePerHour === null) return;
      rate[run.channel] = run.meanRatePerHour;
    }
    this.live.takeRates({ timeMs, importKw: rate.energyImportKwh, exportKw: rate.energyExportKwh });
  }

  /** Before the first settling: the newest stored reading. */
  takeStored(row: ReadingRow): void {
    this.#takenToMs = row.timeMs;
    this.live.take(row);
  }
}
