import type { Logger } from "pino";
import type { Park } from "../../park/park.ts";
import {
  type Judgement,
  type JudgementRow,
  type Settlement,
  StoreError,
  type Telemetry,
} from "../../store/telemetry.ts";
import { yieldTurn } from "../backoff.ts";
import type { Marks } from "../batch/marks.ts";
import { pagesOf } from "../history.ts";
import { AHEAD_MS, MAX_AHEAD_MS } from "../messages/time.ts";
import { engineStateOf, unwrapState } from "../settle/judgement-state.ts";
import type { MeterRun } from "../settle/meter-run.ts";
import type { Rebuild } from "../settle/rebuild.ts";
import type { RegisterRun } from "../settle/register-run.ts";
import type { SettlementDraft } from "../settle/revised-events.ts";
import { FirstStates } from "./first-states.ts";
import { FirstTimes } from "./first-times.ts";
import { FOREIGN, saidBefore, saidBeyond, saidOfForeignDays, saidOfOtherChannels } from "./taking-back.ts";

export interface RebuilderParts {
  readonly park: Park;
  readonly telemetry: Telemetry;
  readonly marks: Pick<Marks, "write">;
  readonly clock: () => number;
  /** True of a stored reading whose time has not come (E12). */
  readonly isHeld: (meter: string, timeMs: number) => boolean;
  readonly logger: Logger;
  /** All real meters. */
  readonly meters: readonly string[];
  /** Writes settlements until they are written; false when stopped before. */
  readonly write: (settlements: readonly SettlementDraft[]) => Promise<boolean>;
}

/** A register to be judged anew, for late readings of this span. */
interface Order {
  readonly run: RegisterRun;
  fromMs: number;
  readonly toMs: number;
}

/** Its judging under way. */
interface Job {
  readonly run: RegisterRun;
  readonly rebuild: Rebuild;
  /** States up to this day start are known to be new: the last late reading, then what was judged anew. */
  judgedToMs: number;
  /** A day start at which the new state equals the stored one: what follows stands. */
  metAtMs: number | null;
  /** True when what stands in the store may be of other readings or another declaration: what is not said again is taken back. */
  readonly takesBack: boolean;
  /** True when days of another calendar may stand in the store. */
  readonly hasForeignDays: boolean;
  /** The first rows it made. */
  firstRowMs: number;
  isDone: boolean;
}

/** A mark from here on asks for the register from its first reading, whatever its newest state was made of. */
const WHOLE_MS = 0;
/** Nothing earlier than what the newest state is followed by. */
const NEWEST_MS = Number.POSITIVE_INFINITY;

/**
 * Judges registers anew from the store: from the newest state at or before the day of the first touched reading, in
 * pages, until the state at a later day start equals the one that was stored there (E9: everything downstream is then
 * the same), or to the end. A state made of another declaration counts for nothing: the register is recomputed from
 * its first reading.
 */
export class Rebuilder {
  readonly #parts: RebuilderParts;

  readonly #firsts: FirstTimes;
  readonly #states: FirstStates;
  /** Meters whose loading has begun and was not done. */
  readonly #loading = new Set<MeterRun>();

  constructor(parts: RebuilderParts) {
    this.#parts = parts;
    const registers = parts.park.meters
      .filter((m) => m.sum === null)
      .flatMap((m) => m.registers.map((r) => ({ ...r, meter: m.id })));
    this.#firsts = new FirstTimes(parts.telemetry, parts.meters, registers);
    this.#states = new FirstStates(parts.telemetry, parts.meters);
  }

  isStoreFailure(error: unknown): boolean {
    return error instanceof StoreError;
  }

  /** Everything written of the meter, for the readers; null when stopped half-way. @throws StoreError, or what the engine throws; the run is then left as late as before. */
  async rebuild(
    meter: MeterRun,
    signal: AbortSignal,
    isStopping: () => boolean,
  ): Promise<Settlement[] | null> {
    const { telemetry, isHeld } = this.#parts;
    // A loading that failed half-way is one again: what only it takes back is not taken back yet.
    const isLoading = !meter.isLoaded || this.#loading.has(meter);
    if (isLoading) this.#loading.add(meter);
    const { takenToMs } = meter;
    // All at once and before the first wait: from here on what becomes durable is kept until the judging is over.
    const orders = meter.registers
      .filter((run) => isLoading || run.late !== null || run.isRedeclared)
      .map((run): Order => {
        const late = run.openRebuild() ?? { fromMs: NEWEST_MS, toMs: NEWEST_MS };
        // Loading goes on from the newest state of all, unless a mark says that earlier readings wait.
        const fromMs = isLoading ? Math.min(late.fromMs, meter.dirtyFromMs ?? NEWEST_MS) : late.fromMs;
        return { run, fromMs, toMs: isLoading ? NEWEST_MS : late.toMs };
      });
    meter.isLoaded = true;
    const jobs: Job[] = [];
    const told: Settlement[] = [];
    const abandon = () => {
      for (const { run, fromMs, toMs } of orders)
        if (jobs.find((j) => j.run === run)?.isDone !== true) run.abandonRebuild(fromMs, toMs);
      return null;
    };
    try {
      const farMs = this.#parts.clock() + MAX_AHEAD_MS;
      const states = isLoading ? await this.#states.take(meter.meter.id, farMs) : null;
      const newest = await Promise.all(orders.map(({ run }) => this.#newestOf(run, farMs, states)));
      const comeMs = this.#comeMs(newest);
      const horizonMs = Math.max(comeMs, takenToMs + 1);
      for (const [i, order] of orders.entries())
        jobs.push(await this.#begin(order, newest[i] ?? null, horizonMs, meter, isLoading));
      const fromMs = Math.min(...jobs.map((j) => j.rebuild.startMs));
      const requested = (toMs: number) => {
        for (const job of jobs) if (!job.isDone) job.rebuild.requested(toMs);
      };
      const pages = pagesOf(
        telemetry,
        meter.meter.id,
        fromMs,
        horizonMs,
        meter.meter.reportsEveryMs,
        requested,
      );
      for await (const page of pages) {
        const rows = page.rows.filter((row) => row.timeMs < comeMs || !isHeld(row.meter, row.timeMs));
        const settlements: SettlementDraft[] = [];
        for (const job of jobs) {
          if (job.isDone) continue;
          // In bites, so that a dense page does not hold up everything else.
          for (let i = 0; i < rows.length; i += 2_000) {
            const settlement = job.rebuild.push(rows.slice(i, i + 2_000));
            if (settlement !== null) settlements.push(settlement);
            await yieldTurn();
          }
          const settlement = job.rebuild.reached(page.toMs);
          if (settlement !== null) settlements.push(settlement);
        }
        for (const job of jobs) {
          noteFirstRow(job, settlements);
          await this.#meet(job, settlements);
        }
        const wanted = settlements.map((s) =>
          upTo(s, jobs.find((j) => j.run.channel === s.channel)?.metAtMs),
        );
        if (!(await this.#parts.write(wanted))) return abandon();
        told.push(...wanted.map(withoutJudgements));
        for (const job of jobs) {
          // Readings after the meeting may still revise rows before it: those must have been judged anew, too.
          if (job.isDone || job.metAtMs === null || job.rebuild.revisableFromMs() < job.metAtMs) continue;
          job.isDone = true;
          job.rebuild.keepLive();
        }
        if (jobs.every((j) => j.isDone)) break;
        if (signal.aborted || isStopping()) return abandon();
      }
      for await (const draft of this.#takenBack(jobs, meter, states, horizonMs)) {
        if (!(await this.#parts.write([draft]))) return abandon();
        told.push(withoutJudgements(draft));
      }
      for (const job of jobs) {
        if (job.isDone) continue;
        job.isDone = true;
        job.rebuild.finish();
      }
      this.#loading.delete(meter);
      return told;
    } catch (error) {
      abandon();
      throw error;
    }
  }

  /**
   * Readings before this instant are settled whatever the clock says (E12): it may have been set back behind what was
   * judged, and a day judged in part would stand in the place of the whole one.
   */
  #comeMs(newest: readonly (Judgement | null)[]): number {
    const { park, clock } = this.#parts;
    const nowMs = clock() + AHEAD_MS + 1;
    const judgedMs = Math.max(...newest.map((j) => j?.dayStartMs ?? Number.NEGATIVE_INFINITY));
    return judgedMs < nowMs ? nowMs : park.calendar.next(judgedMs, "1d");
  }

  async #begin(
    order: Order,
    newest: Judgement | null,
    horizonMs: number,
    meter: MeterRun,
    isLoading: boolean,
  ): Promise<Job> {
    const { park } = this.#parts;
    const { run, toMs } = order;
    const fromMs = Math.min(order.fromMs, horizonMs);
    const newestState = newest === null ? null : unwrapState(newest.state);
    run.drafts.sawRev(newestState?.rev ?? 0);
    const { redeclared } = run;
    // Before what has changed, a state of the declaration before counts as one of this.
    const names = redeclared === null ? [run.fingerprint] : [run.fingerprint, redeclared.fingerprint];
    const lateDayMs = park.calendar.floor(fromMs, "1d");
    const affectedMs = redeclared?.affectedMs ?? Number.POSITIVE_INFINITY;
    const dayMs = affectedMs < fromMs ? this.#dayOf(affectedMs) : lateDayMs;
    const base =
      newest === null || newest.dayStartMs <= dayMs
        ? newest
        : dayMs === Number.NEGATIVE_INFINITY
          ? null
          : await this.#judgementAt(run, dayMs);
    const firstRowMs = Number.POSITIVE_INFINITY;
    const common = { run, judgedToMs: toMs, metAtMs: null, firstRowMs, isDone: false };
    const handReadMs = run.declaration.decided?.handRead[0]?.timeMs ?? Number.POSITIVE_INFINITY;
    if (newest === null && redeclared === null && order.fromMs > WHOLE_MS) {
      const heardMs = await this.#firsts.of(run.meter, run.declaration.channel, isLoading);
      const isUnheard = heardMs === null && handReadMs === Number.POSITIVE_INFINITY;
      if (isUnheard) {
        // Without a state rows can stand only of a first settling that was cut off: its mark stands, too.
        const takesBack = order.fromMs !== NEWEST_MS && (await this.#firsts.hasRowsUnheard());
        return { ...common, rebuild: run.rebuildFrom(null, lateDayMs), takesBack, hasForeignDays: false };
      }
    }
    const isSameDeclaration = newestState !== null && names.includes(newestState.declaration);
    const engine =
      base === null ? null : (names.map((n) => engineStateOf(base.state, n)).find((s) => s !== null) ?? null);
    if (base === null || engine === null || !isSameDeclaration) {
      const isChanged = newest !== null && !isSameDeclaration;
      if (isChanged) {
        this.#parts.logger.info(
          { meter: run.meter, channel: run.declaration.channel },
          "the declaration has changed: the register is recomputed from its first reading",
        );
        await this.#markWhole(meter);
        order.fromMs = WHOLE_MS;
      }
      const decidedMs = Math.min(handReadMs, redeclared?.sinceMs ?? Number.POSITIVE_INFINITY);
      const isWhole = isChanged || fromMs <= WHOLE_MS;
      const historyMs = this.#dayOf(await this.#firsts.ofAll(isWhole ? horizonMs : lateDayMs));
      const startMs = Number.isFinite(decidedMs) ? Math.min(historyMs, this.#dayOf(decidedMs)) : historyMs;
      const rebuild = run.rebuildFrom(null, startMs);
      return { ...common, rebuild, takesBack: true, hasForeignDays: isWhole };
    }
    const takesBack = redeclared !== null;
    const rebuild = run.rebuildFrom(engine, base.dayStartMs);
    return { ...common, rebuild, takesBack, hasForeignDays: false };
  }

  /** @param states those of all registers of its meter, where they were read together */
  async #newestOf(
    run: RegisterRun,
    farMs: number,
    states: readonly JudgementRow[] | null,
  ): Promise<Judgement | null> {
    if (states === null) return await this.#judgementAt(run, farMs);
    const newest = states.find((state) => state.channel === run.channel) ?? null;
    if (newest === null || unwrapState(newest.state)?.declaration !== FOREIGN) return newest;
    return await this.#judgementAt(run, newest.dayStartMs - 1);
  }

  /** The newest state at or before an instant at a day's start of the park's calendar. */
  async #judgementAt(run: RegisterRun, atOrBeforeMs: number): Promise<Judgement | null> {
    const { telemetry } = this.#parts;
    let found = await telemetry.readJudgement(run.meter, run.channel, atOrBeforeMs);
    while (found !== null && unwrapState(found.state)?.declaration === FOREIGN)
      found = await telemetry.readJudgement(run.meter, run.channel, found.dayStartMs - 1);
    return found;
  }

  /**
   * Durable before the first row is written over: a process that ends half-way leaves rows of two declarations, of
   * which the newest state says nothing. The mark goes when all of the meter is settled.
   */
  async #markWhole(meter: MeterRun): Promise<void> {
    meter.markDirty(WHOLE_MS, this.#parts.clock());
    await this.#parts.marks.write([], [{ meter: meter.meter.id, fromMs: WHOLE_MS }], () => undefined);
  }

  #dayOf(timeMs: number): number {
    return Number.isFinite(timeMs) ? this.#parts.park.calendar.floor(timeMs, "1d") : timeMs;
  }

  /** @param states those of all channels of the meter, while it is loaded */
  async *#takenBack(
    jobs: readonly Job[],
    meter: MeterRun,
    states: readonly JudgementRow[] | null,
    horizonMs: number,
  ): AsyncGenerator<SettlementDraft> {
    const { telemetry, park } = this.#parts;
    for (const job of jobs) {
      if (job.isDone) continue;
      if (job.takesBack) yield* saidBefore(telemetry, park.calendar, job, horizonMs);
      if (job.takesBack) yield* saidBeyond(telemetry, park.calendar, job, horizonMs);
      if (job.hasForeignDays) yield* saidOfForeignDays(telemetry, park.calendar, job, horizonMs);
    }
    if (states !== null) yield* saidOfOtherChannels(telemetry, meter, states, horizonMs, this.#firsts);
  }

  /** Looks whether the new state at a day start after the last late reading equals the one stored there. */
  async #meet(job: Job, settlements: readonly Settlement[]): Promise<void> {
    if (job.isDone || job.metAtMs !== null || !job.rebuild.canKeepLive) return;
    const last = settlements
      .filter((s) => s.channel === job.run.channel)
      .flatMap((s) => s.judgements)
      // A day that was written before comes again when its events change: its stored state is then our own.
      .filter((j) => j.dayStartMs > job.judgedToMs && j.dayStartMs <= job.run.tailStartMs)
      .at(-1);
    if (last === undefined) return;
    job.judgedToMs = last.dayStartMs;
    const stored = await this.#parts.telemetry.readJudgement(job.run.meter, job.run.channel, last.dayStartMs);
    if (stored === null || stored.dayStartMs !== last.dayStartMs) return;
    const now = engineStateOf(last.state, job.run.fingerprint);
    if (now !== null && now === engineStateOf(stored.state, job.run.fingerprint))
      job.metAtMs = last.dayStartMs;
  }
}

function noteFirstRow(job: Job, settlements: readonly Settlement[]): void {
  for (const s of settlements) {
    if (s.channel !== job.run.channel) continue;
    for (const { startMs } of s.intervals) job.firstRowMs = Math.min(job.firstRowMs, startMs);
  }
}

/** What lies before the meeting: after it what is stored stands, and of its last page the judging knows only a part. */
function upTo(draft: SettlementDraft, metAtMs: number | null | undefined): SettlementDraft {
  if (metAtMs === null || metAtMs === undefined) return draft;
  return {
    ...draft,
    intervals: draft.intervals.filter((r) => r.startMs < metAtMs),
    days: draft.days.filter((r) => r.startMs < metAtMs),
    judgements: draft.judgements.filter((j) => j.dayStartMs < metAtMs),
  };
}

/** States are not told to readers, and a long history of them need not stay in memory. */
function withoutJudgements(settlement: Settlement): Settlement {
  const first = settlement.intervals[0];
  const day = settlement.days[0];
  return {
    ...settlement,
    intervals: first === undefined ? [] : [first],
    days: day === undefined ? [] : [day],
    judgements: [],
  };
}
