import type { Logger } from "pino";
import type { Meter, Park } from "../../park/park.ts";
import type { FeedWriter, LiveValue, MeterChange } from "../../store/feed.ts";
import type { DirtyMark, ReadingRow, Settlement, Telemetry } from "../../store/telemetry.ts";
import { backoffMs, yieldTurn } from "../backoff.ts";
import type { DurableRow } from "../batch/batcher.ts";
import type { Marks } from "../batch/marks.ts";
import type { CreateRegisterEngine } from "../energy/engine.ts";
import { AHEAD_MS } from "../messages/time.ts";
import { Rebuilder } from "../rebuild/rebuilder.ts";
import { MarkClearing } from "./mark-clearing.ts";
import { MeterRun } from "./meter-run.ts";
import { RegisterRun } from "./register-run.ts";
import type { SettlementDraft } from "./revised-events.ts";
import { SettlementWriter } from "./settlement-writer.ts";

export interface SettlerSettings {
  /** A meter is settled at most this often under load; at once when it has been quiet. */
  readonly everyMs: number;
  /** One with late readings at most this often: they are judged anew together with what stood after them. */
  readonly lateEveryMs: number;
  /** Rows given to the store in one write, about. */
  readonly maxRows: number;
  /** Marks of settled meters are cleared together. */
  readonly clearEveryMs: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** Readings of all registers together kept in memory for late ones. */
  readonly tailReadings: number;
}

export const SETTLER_DEFAULTS: SettlerSettings = {
  everyMs: 1_000,
  lateEveryMs: 3_000,
  maxRows: 5_000,
  clearEveryMs: 250,
  retryFirstMs: 100,
  retryMaxMs: 10_000,
  tailReadings: 1_200_000,
};

export interface SettlerParts {
  readonly park: Park;
  readonly telemetry: Telemetry;
  readonly marks: Marks;
  readonly feed: FeedWriter;
  readonly createEngine: CreateRegisterEngine;
  /** True of a stored reading whose time has not come (E12). */
  readonly isHeld: (meter: string, timeMs: number) => boolean;
  readonly clock: () => number;
  readonly random: () => number;
  readonly logger: Logger;
  readonly settings: SettlerSettings;
}

/** Under load meters take their turns together: a write of many costs a store hardly more than one of a few. */
const TURNS_MS = 250;
const MOST_AT_ONCE = 500;
/** Longest time between two turns of the event loop. */
const SLICE_MS = 15;
/** Meters judged anew from the store at a time: what they read and write goes together. */
const STORE_WORKERS = 32;
const PROGRESS_EVERY_MS = 5_000;

/**
 * Makes energy of durable readings. Two workers: one takes what can be judged from memory (readings in order, and
 * late ones of the last day or two), meter after meter; the other judges anew from the store what memory cannot
 * (start, older late readings, changed declarations), one meter at a time, so that no backlog delays what is live.
 */
export class Settler {
  readonly #parts: SettlerParts;
  readonly #meters = new Map<string, MeterRun>();
  readonly #rebuilder: Rebuilder;
  readonly #abort = new AbortController();
  #workers: Promise<unknown> = Promise.resolve();
  #isStopping = false;
  #wakeLive: () => void = () => undefined;
  readonly #wakeStore = new Set<() => void>();
  #toldAtMs = performance.now();
  #wasTold = false;
  readonly #clearing: MarkClearing;
  readonly #writer: SettlementWriter;

  constructor(parts: SettlerParts) {
    this.#parts = parts;
    const { park, clock, createEngine, settings } = parts;
    const real = park.meters.filter((m) => m.sum === null);
    const registers = real.reduce((n, m) => n + m.registers.length, 0);
    const maxTail = Math.max(
      3_000,
      Math.min(400_000, Math.floor(settings.tailReadings / Math.max(1, registers))),
    );
    for (const meter of real) {
      const runs = meter.registers.map(
        (declaration) =>
          new RegisterRun({
            meter: meter.id,
            declaration,
            calendar: park.calendar,
            createEngine,
            maxTail,
            clock,
          }),
      );
      this.#meters.set(meter.id, new MeterRun(meter, runs));
    }
    this.#writer = new SettlementWriter({
      ...parts,
      ...settings,
      signal: this.#abort.signal,
      onRefused: (meter, error) => {
        const run = this.#meters.get(meter);
        if (run !== undefined) this.#engineFailed(run, error);
      },
    });
    this.#clearing = new MarkClearing({
      marks: parts.marks,
      everyMs: settings.clearEveryMs,
      isSettled: (meter) => this.#meters.get(meter)?.dirtyFromMs == null,
      onFailure: (error) => this.#writer.failed("clearing marks", error),
    });
    this.#rebuilder = new Rebuilder({
      ...parts,
      write: (settlements) => this.#writer.write(settlements),
      meters: real.map((m) => m.id),
    });
  }

  get store(): { readonly state: "up" | "down"; readonly detail: string } {
    return this.#writer.store;
  }

  /** Meters with readings not settled yet, and since when the oldest has been waiting. */
  get backlog(): { readonly meters: number; readonly sinceMs: number | null } {
    let meters = 0;
    let sinceMs: number | null = null;
    for (const run of this.#meters.values()) {
      if (run.dirtySinceMs === null) continue;
      meters++;
      sinceMs = Math.min(run.dirtySinceMs, sinceMs ?? run.dirtySinceMs);
    }
    return { meters, sinceMs };
  }

  /** Takes what is declared of a meter's registers now, and judges anew what differs; its live value goes on. */
  redeclare(meter: Meter): void {
    const run = this.#meters.get(meter.id);
    if (run === undefined) return;
    for (const register of run.registers) {
      const declaration = meter.registers.find((r) => r.channel === register.declaration.channel);
      if (declaration !== undefined) register.redeclare(declaration);
    }
    if (!run.registers.some((r) => r.isRedeclared)) return;
    const nowMs = this.#parts.clock();
    run.markDirty(nowMs, nowMs);
    for (const wake of this.#wakeStore) wake();
  }

  /** True once everything of the meter was judged under what is declared now; of a meter unknown, too. */
  isAsDeclared(meter: string): boolean {
    return this.#meters.get(meter)?.registers.every((r) => !r.isRedeclared) ?? true;
  }

  /**
   * Begins: meters that were dirty when the process ended come first.
   * @param last the newest stored reading of each meter that has one; meters without begin with nothing.
   * @param repaired meters about which something was decided, and since when the store may not follow it yet.
   */
  start(
    dirty: readonly DirtyMark[],
    last: readonly ReadingRow[],
    repaired: ReadonlyMap<string, number | null> = new Map(),
  ): void {
    const { clock, feed } = this.#parts;
    const stored = new Map(last.map((row) => [row.meter, row]));
    const values: LiveValue[] = [];
    for (const run of this.#meters.values()) {
      const row = stored.get(run.meter.id);
      const unsureSinceMs = repaired.get(run.meter.id);
      if (unsureSinceMs !== undefined && unsureSinceMs !== null) {
        for (const register of run.registers) register.distrust(unsureSinceMs);
        run.markDirty(clock(), clock());
      }
      if (row === undefined && unsureSinceMs === undefined) {
        for (const register of run.registers) register.startEmpty();
        run.isLoaded = true;
        continue;
      }
      if (row === undefined) continue;
      run.takeStored(row);
      const value = run.live.value();
      // What registers say is not known before they are loaded: readers keep the last they were told.
      if (value !== null && value.powerFrom !== null) values.push(value);
    }
    for (const mark of dirty) {
      const run = this.#meters.get(mark.meter);
      if (run === undefined || run.isLoaded) this.#clearing.add(mark.meter);
      else if (mark.fromMs > clock() + AHEAD_MS) this.#clearing.keep(mark.meter, mark.fromMs);
      else run.markDirty(mark.fromMs, clock());
    }
    if (values.length > 0) feed.publishValues(values);
    this.#clearing.schedule();
    const storeWorkers = Array.from({ length: STORE_WORKERS }, () => this.#runStore());
    this.#workers = Promise.all([this.#runLive(), ...storeWorkers]);
  }

  /** Durable rows whose time has come, in the order in which they became durable. */
  take(rows: readonly DurableRow[]): void {
    const nowMs = this.#parts.clock();
    const heard = new Set<MeterRun>();
    for (const row of rows) {
      const run = this.#meters.get(row.row.meter);
      if (run === undefined) continue;
      run.take(row, nowMs);
      if (run.live.take(row.row)) heard.add(run);
    }
    const told: LiveValue[] = [];
    for (const run of heard) {
      const value = run.live.value();
      if (value !== null) told.push(value);
    }
    if (told.length > 0) this.#parts.feed.publishValues(told);
    this.#clearing.come(nowMs + AHEAD_MS);
    this.#wakeLive();
    for (const wake of this.#wakeStore) wake();
  }

  /** Settles what can be settled from memory, then stops; what is left stays marked dirty in the store. */
  async stop(patienceMs: number): Promise<void> {
    this.#isStopping = true;
    this.#wakeLive();
    for (const wake of this.#wakeStore) wake();
    const timer = setTimeout(() => this.#abort.abort(), patienceMs);
    await this.#workers;
    await this.#clearing.stop(this.#abort.signal.aborted);
    clearTimeout(timer);
  }

  async #runLive(): Promise<void> {
    while (!this.#abort.signal.aborted) {
      const ready = this.#ready();
      if (ready.runs.length === 0) {
        if (this.#isStopping) return;
        await this.#sleep(ready.waitMs, (wake) => {
          this.#wakeLive = wake;
        });
        continue;
      }
      for (const slice of slices(ready.runs)) {
        await this.#settleLive(slice);
        if (this.#abort.signal.aborted) return;
      }
    }
  }

  /** Meters with work whose turn it is, and how long until the next one's turn. */
  #ready(): { runs: MeterRun[]; waitMs: number } {
    const nowMs = performance.now();
    const { settings } = this.#parts;
    const runs: MeterRun[] = [];
    let waitMs = 60_000;
    for (const run of this.#meters.values()) {
      if (run.isBusy) continue;
      if (!run.hasWork) {
        // What was judged with others already (a held reading of a day judged whole) leaves nothing to do.
        if (run.dirtySinceMs !== null && run.isSettled) this.#clean(run);
        continue;
      }
      const everyMs = run.hasLate ? settings.lateEveryMs : settings.everyMs;
      const turnMs = Math.ceil((run.settledAtMs + everyMs) / TURNS_MS) * TURNS_MS;
      const dueMs = Math.max(run.notBeforeMs, this.#isStopping ? 0 : turnMs);
      if (dueMs <= nowMs) runs.push(run);
      else waitMs = Math.min(waitMs, dueMs - nowMs);
    }
    return { runs, waitMs: Math.max(1, waitMs) };
  }

  async #settleLive(runs: readonly MeterRun[]): Promise<void> {
    let settlements: SettlementDraft[] = [];
    let rows = 0;
    let done: MeterRun[] = [];
    let turnMs = performance.now();
    const flush = async () => {
      const written = await this.#writer.write(settlements);
      for (const run of done) run.isBusy = false;
      if (written) this.#settled(done, settlements);
      settlements = [];
      rows = 0;
      done = [];
    };
    for (const run of runs) {
      run.isBusy = true;
      run.settledAtMs = performance.now();
      done.push(run);
      try {
        for (const settlement of run.settle()) {
          settlements.push(settlement);
          rows += settlement.intervals.length + settlement.days.length + settlement.judgements.length;
        }
        run.failures = 0;
      } catch (error) {
        this.#engineFailed(run, error);
      }
      if (rows >= this.#parts.settings.maxRows) await flush();
      if (performance.now() - turnMs > SLICE_MS) {
        await yieldTurn();
        turnMs = performance.now();
      }
    }
    await flush();
  }

  /** One meter's failing engine must not stop the others: it is judged anew from the store, later and later. */
  #engineFailed(run: MeterRun, error: unknown): void {
    const { logger, random } = this.#parts;
    logger.error(
      { err: error, meter: run.meter.id },
      "settling failed; the meter stays dirty and is tried again",
    );
    run.notBeforeMs = performance.now() + backoffMs(run.failures++, 5_000, 600_000, random);
    for (const register of run.registers) register.resetToStore(run.dirtyFromMs ?? this.#parts.clock());
  }

  async #runStore(): Promise<void> {
    while (!this.#abort.signal.aborted && !this.#isStopping) {
      const run = this.#nextForStore();
      if (run === null) {
        let wakeMe = () => {};
        await this.#sleep(500, (wake) => {
          wakeMe = wake;
          this.#wakeStore.add(wake);
        });
        this.#wakeStore.delete(wakeMe);
        continue;
      }
      run.isBusy = true;
      let settlements: readonly Settlement[] | null = null;
      try {
        settlements = await this.#rebuilder.rebuild(run, this.#abort.signal, () => this.#isStopping);
        run.failures = 0;
      } catch (error) {
        if (this.#rebuilder.isStoreFailure(error)) {
          this.#writer.failed("reading", error);
          run.notBeforeMs = performance.now() + backoffMs(run.failures++, 200, 10_000, this.#parts.random);
        } else this.#engineFailed(run, error);
      }
      run.isBusy = false;
      if (settlements !== null) this.#settled([run], settlements);
      this.#wakeLive();
      this.#tellProgress();
      await yieldTurn();
    }
  }

  /** A long backlog says every few seconds how far it is. */
  #tellProgress(): void {
    const left = [...this.#meters.values()].filter((m) => m.needsStore || m.isBusy).length;
    if (left === 0 && this.#wasTold) this.#parts.logger.info("all meters are settled from the store");
    if (left === 0) this.#wasTold = false;
    if (left === 0 || performance.now() - this.#toldAtMs < PROGRESS_EVERY_MS) return;
    this.#toldAtMs = performance.now();
    this.#wasTold = true;
    this.#parts.logger.info({ left }, "settling from the store");
  }

  /** Dirty meters first. */
  #nextForStore(): MeterRun | null {
    const nowMs = performance.now();
    let next: MeterRun | null = null;
    for (const run of this.#meters.values()) {
      if (run.isBusy || !run.needsStore || run.notBeforeMs > nowMs) continue;
      if (run.dirtySinceMs !== null) return run;
      next ??= run;
    }
    return next;
  }

  /** Written: tell the readers, and take the marks of those away that have nothing left. */
  #settled(runs: readonly MeterRun[], settlements: readonly Settlement[]): void {
    const { feed } = this.#parts;
    const changes = new Map<string, MeterChange>();
    for (const { meter, rev, intervals, days } of settlements) {
      let fromMs = changes.get(meter)?.fromMs ?? Number.POSITIVE_INFINITY;
      for (const row of intervals) fromMs = Math.min(fromMs, row.startMs);
      for (const row of days) fromMs = Math.min(fromMs, row.startMs);
      if (!Number.isFinite(fromMs)) continue;
      changes.set(meter, { meter, rev: Math.max(rev, changes.get(meter)?.rev ?? 0), fromMs });
    }
    if (changes.size > 0) feed.publishChanges([...changes.values()]);
    const values: LiveValue[] = [];
    for (const run of runs) {
      run.updateRates();
      const value = run.live.value();
      if (value !== null && value.powerFrom !== "gauge") values.push(value);
      if (run.isSettled) this.#clean(run);
    }
    if (values.length > 0) feed.publishValues(values);
  }

  #clean(run: MeterRun): void {
    run.markClean();
    this.#clearing.add(run.meter.id);
    this.#clearing.schedule();
  }

  #sleep(ms: number, keepWake: (wake: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      keepWake(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

/** Bounded pieces, so that a stop and a store that fails are noticed in between. */
function* slices<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let i = 0; i < list.length; i += MOST_AT_ONCE) yield list.slice(i, i + MOST_AT_ONCE);
}
