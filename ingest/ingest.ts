import type { Logger } from "pino";
import type { Park } from "../park/park.ts";
import type { FeedWriter, IngestStatus } from "../store/feed.ts";
import type { Ledger } from "../store/ledger.ts";
import type { ReadingRow, Telemetry } from "../store/telemetry.ts";
import { BATCHER_DEFAULTS, Batcher, type BatcherSettings } from "./batch/batcher.ts";
import { Letters } from "./batch/letters.ts";
import { Marks } from "./batch/marks.ts";
import { Redrive } from "./batch/redrive.ts";
import { Seen } from "./batch/seen.ts";
import type { CreateRegisterEngine } from "./energy/engine.ts";
import { readAll, TooManyReadings } from "./history.ts";
import { AHEAD_MS, MAX_AHEAD_MS } from "./messages/time.ts";
import { loadRepairs, Repairs } from "./repair/repairs.ts";
import { SETTLER_DEFAULTS, Settler, type SettlerSettings } from "./settle/settler.ts";
import type { MessageSource } from "./sources/source.ts";

export interface IngestSettings {
  readonly batcher: BatcherSettings;
  readonly settler: SettlerSettings;
  /** How often the status is published though nothing has changed. */
  readonly statusEveryMs: number;
  readonly decisionsEveryMs: number;
  /** Recent readings of all meters together that are known without a look into the store. */
  readonly knownReadings: number;
  /** How long a stop waits for a failing store. */
  readonly stopPatienceMs: number;
}

export const INGEST_DEFAULTS: IngestSettings = {
  batcher: BATCHER_DEFAULTS,
  settler: SETTLER_DEFAULTS,
  statusEveryMs: 2_000,
  decisionsEveryMs: 1_000,
  knownReadings: 150_000,
  stopPatienceMs: 10_000,
};

export interface IngestParts {
  readonly park: Park;
  /** Started. */
  readonly telemetry: Telemetry;
  /** Started. */
  readonly ledger: Pick<
    Ledger,
    "openDecisions" | "finishDecision" | "listRepairs" | "openRepairs" | "finishRepair"
  >;
  readonly feed: FeedWriter;
  readonly source: MessageSource;
  readonly createEngine: CreateRegisterEngine;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
  readonly settings: IngestSettings;
}

interface Running {
  readonly seen: Seen;
  readonly letters: Letters;
  readonly batcher: Batcher;
  readonly settler: Settler;
  readonly redrive: Redrive;
  readonly repairs: Repairs;
  readonly statusTimer: NodeJS.Timeout;
  /** Meters with stored readings that the park file does not declare; null while that is not known. */
  undeclared: number | null;
}

/** Of meters that are not declared, so many are named in the log. */
const MOST_NAMED = 50;
/** How often it is looked whether the status has changed. */
const STATUS_CHECK_MS = 250;

/** From messages to energy: takes messages, makes them durable, settles them, and tells the readers. */
export class Ingest {
  readonly #parts: IngestParts;
  #running: Running | null = null;
  #publishedAtMs = Number.NEGATIVE_INFINITY;
  #published = "";

  constructor(parts: IngestParts) {
    this.#parts = parts;
  }

  /** Reads what the store knows, then takes messages. @throws StoreError when the store cannot be read. */
  async start(): Promise<void> {
    const { park, telemetry, ledger, source, clock, random, logger, settings, feed, createEngine } =
      this.#parts;
    const nowMs = clock();
    const meters = park.meters.filter((m) => m.sum === null).map((m) => m.id);
    const marks = new Marks(telemetry);
    const dirty = await telemetry.readDirty();
    marks.load(dirty);
    const horizonMs = nowMs + AHEAD_MS + 1;
    const last = await telemetry.readLastReadings(meters, horizonMs);
    const held = await this.#readHeld(meters, horizonMs, nowMs);
    const [newest] = await telemetry.readDeadLetters({ beforeMs: nowMs + MAX_AHEAD_MS, limit: 1 });
    const letters = new Letters(clock, newest?.timeMs ?? 0, await telemetry.countDeadLetters());
    const seen = new Seen(meters.length, settings.knownReadings);
    for (const row of last) seen.loadLast(row);
    for (const row of held) seen.hold(row);

    const loaded = await loadRepairs(park, ledger);
    const settler = new Settler({
      park: loaded.park,
      telemetry,
      marks,
      feed,
      createEngine,
      isHeld: (meter, timeMs) => seen.isHeld(meter, timeMs),
      clock,
      random,
      logger,
      settings: settings.settler,
    });
    const batcher = new Batcher({
      park,
      telemetry,
      marks,
      seen,
      letters,
      clock,
      random,
      logger,
      settings: settings.batcher,
      onDurable: (rows) => settler.take(rows),
    });
    const redrive = new Redrive({
      telemetry,
      ledger,
      offer: (message, done) => batcher.offer(message, done),
      onClosed: (count) => letters.closed(count),
      clock,
      logger,
      everyMs: settings.decisionsEveryMs,
    });
    const repairs = new Repairs({
      park,
      telemetry,
      ledger,
      settler,
      known: loaded.known,
      clock,
      logger,
      everyMs: settings.decisionsEveryMs,
    });
    settler.start(dirty, last, loaded.meters);
    batcher.start();
    redrive.start();
    repairs.start();
    const statusTimer = setInterval(() => this.#publishStatus(false), STATUS_CHECK_MS);
    const running: Running = {
      seen,
      letters,
      batcher,
      settler,
      redrive,
      repairs,
      statusTimer,
      undeclared: null,
    };
    this.#running = running;
    try {
      await source.start((message, acknowledge) => batcher.offer(message, acknowledge));
    } catch (error) {
      await this.stop();
      throw error;
    }
    this.#publishStatus(true);
    void this.#lookForUndeclared(running, new Set(meters));
    logger.info({ meters: meters.length, dirty: dirty.length, held: held.length }, "ingest has started");
  }

  /** The stored readings whose time has not come. @throws when they are more than are ever held: the clock is wrong. */
  async #readHeld(meters: readonly string[], fromMs: number, nowMs: number): Promise<ReadingRow[]> {
    const { telemetry, settings } = this.#parts;
    const toMs = nowMs + MAX_AHEAD_MS + AHEAD_MS;
    const { maxHeld } = settings.batcher;
    try {
      return await readAll(telemetry, meters, fromMs, toMs, maxHeld);
    } catch (error) {
      if (!(error instanceof TooManyReadings)) throw error;
      throw new Error(
        `this machine's clock says ${new Date(nowMs).toISOString()}, and more than ${maxHeld} stored readings are of a later time: expected a clock that is set`,
      );
    }
  }

  /** Not waited for: it may open the whole history, and readings are taken meanwhile. */
  async #lookForUndeclared(running: Running, declared: ReadonlySet<string>): Promise<void> {
    const { telemetry, logger } = this.#parts;
    try {
      const undeclared = (await telemetry.listMeters()).filter((id) => !declared.has(id));
      running.undeclared = undeclared.length;
      if (undeclared.length > 0)
        logger.warn(
          { meters: undeclared.slice(0, MOST_NAMED), count: undeclared.length },
          "meters with stored readings are not declared in the park file: their energy is in no answer",
        );
    } catch (error) {
      logger.warn({ err: error }, "which meters have readings but no declaration could not be read");
    }
  }

  /** Takes no more messages, makes durable and acknowledges what was taken, settles what it can, then closes. */
  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    const { stopPatienceMs } = this.#parts.settings;
    clearInterval(running.statusTimer);
    await running.redrive.stop();
    await running.repairs.stop();
    await this.#parts.source.stop();
    // A store that fails is waited for once, not by each in turn.
    const endMs = performance.now() + stopPatienceMs;
    await running.batcher.stop(stopPatienceMs);
    await running.settler.stop(Math.max(stopPatienceMs / 10, endMs - performance.now()));
    this.#parts.logger.info("ingest has stopped");
  }

  /** State of ingest as it is published; null while it is not running. */
  status(): IngestStatus | null {
    const running = this.#running;
    if (running === null) return null;
    const { batcher, settler, seen, letters } = running;
    const nowMs = this.#parts.clock();
    const backlog = settler.backlog;
    const store = batcher.store.state === "down" ? batcher.store : settler.store;
    return {
      timeMs: nowMs,
      broker: this.#parts.source.state,
      store: { ...store },
      messages: batcher.counts.messages,
      readings: batcher.counts.readings,
      duplicates: batcher.counts.duplicates,
      deadLetters: letters.total,
      deadLettersByReason: { ...letters.byReason },
      gateways: Object.fromEntries(batcher.gateways),
      waiting: batcher.waiting,
      held: seen.heldCount,
      dirtyMeters: backlog.meters,
      oldestDirtyMs: backlog.sinceMs === null ? null : Math.max(0, nowMs - backlog.sinceMs),
      undeclaredMeters: running.undeclared,
    };
  }

  #publishStatus(isDue: boolean): void {
    const status = this.status();
    if (status === null) return;
    // What a person would act on; counters alone do not make a change.
    const { broker, store, held, dirtyMeters, deadLetters, undeclaredMeters } = status;
    const notable = JSON.stringify([broker, store, held > 0, dirtyMeters > 0, deadLetters, undeclaredMeters]);
    const isOld = performance.now() - this.#publishedAtMs >= this.#parts.settings.statusEveryMs;
    if (!isDue && !isOld && notable === this.#published) return;
    this.#published = notable;
    this.#publishedAtMs = performance.now();
    this.#parts.feed.publishStatus(status);
  }
}
