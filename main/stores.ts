import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Logger } from "pino";
import type { Park } from "../park/park.ts";
import { DuckDbDatabase } from "../store/duckdb/database.ts";
import { lockDataDir } from "../store/duckdb/lock.ts";
import { DuckDbTelemetry } from "../store/duckdb/telemetry.ts";
import { InfluxTelemetry } from "../store/influx/telemetry.ts";
import { duckDbLedger } from "../store/ledger/duckdb.ts";
import { postgresLedger } from "../store/ledger/postgres.ts";
import type { Ledger } from "../store/ledger.ts";
import { StoreError, type Telemetry } from "../store/telemetry.ts";
import type { Settings } from "./settings.ts";

/** The stores of a process: those that settings name, else the embedded ones, in one file of a locked folder. */
export interface Stores {
  readonly telemetry: Telemetry;
  readonly ledger: Ledger;
  /** Takes the data folder where it is needed. @throws DataDirLockedError */
  lock(): Promise<void>;
  /** Starts both, waiting for servers that do not answer yet. @throws StoreError when they never will */
  start(signal: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

export function makeStores(settings: Settings, park: Park, log: Logger): Stores {
  const embedded = settings.influx === null || settings.databaseUrl === null;
  const database = new DuckDbDatabase({ path: path.join(settings.dataDir, "lingtan.duckdb") });
  const telemetry: Telemetry =
    settings.influx === null
      ? new DuckDbTelemetry(database, park.id)
      : new InfluxTelemetry({ ...settings.influx, park: park.id });
  const ledger: Ledger =
    settings.databaseUrl === null
      ? duckDbLedger(database)
      : postgresLedger({
          url: settings.databaseUrl,
          onError: (error) => log.warn({ err: error.message }, "an idle ledger connection failed"),
        });
  const usesServer = { telemetry: settings.influx !== null, ledger: settings.databaseUrl !== null };
  const started: { stop(): Promise<void> }[] = [];
  let release: (() => Promise<void>) | null = null;
  return {
    telemetry,
    ledger,
    async lock() {
      if (!embedded) return;
      const lock = await lockDataDir(settings.dataDir);
      release = () => lock.release();
    },
    async start(signal) {
      for (const [name, store] of [
        ["telemetry", telemetry],
        ["ledger", ledger],
      ] as const) {
        await untilUp(name, store, usesServer[name], log, signal);
        if (signal.aborted) return;
        started.push(store);
      }
    },
    async stop() {
      for (const store of started.splice(0).reverse()) {
        await store.stop().catch((error: unknown) => log.error({ err: error }, "a store did not stop well"));
      }
      await release?.();
      release = null;
    },
  };
}

async function untilUp(
  name: string,
  store: { start(): Promise<void> },
  usesServer: boolean,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  for (let waitMs = FIRST_WAIT_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
    try {
      await store.start();
      return;
    } catch (error) {
      // A server comes back; a file of our own that cannot be opened does not heal by waiting.
      if (!usesServer || !(error instanceof StoreError) || error.code !== "unavailable") throw error;
      log.warn({ store: name, retryMs: waitMs, reason: error.message }, "a store does not answer yet");
    }
    await delay(waitMs, undefined, { signal }).catch(() => undefined); // an abort ends the loop
  }
}
