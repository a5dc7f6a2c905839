import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pino } from "pino";
import { issueCredential } from "../../api/access.ts";
import { createApp } from "../../api/app.ts";
import type { Park } from "../../park/park.ts";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { duckDbLedger } from "../../store/ledger/duckdb.ts";
import type { AccountRole, Ledger } from "../../store/ledger.ts";
import { MemoryFeed } from "./memory-feed.ts";
import { MemoryTelemetry } from "./memory-telemetry.ts";

/** The API in process, on memory telemetry and a real ledger, with a clock to set. */
export interface TestApi {
  readonly telemetry: MemoryTelemetry;
  readonly feed: MemoryFeed;
  readonly ledger: Ledger;
  readonly clock: { nowMs: number };
  token(role: AccountRole, enterprise?: string): Promise<string>;
  /** Asks as the holder of a token; without one as a stranger. */
  ask(pathAndQuery: string, token?: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

export async function testApi(park: Park, nowMs: number): Promise<TestApi> {
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-api-"));
  const ledger = duckDbLedger(new DuckDbDatabase({ path: path.join(folder, "ledger.duckdb") }));
  await ledger.start();
  const telemetry = new MemoryTelemetry();
  const feed = new MemoryFeed();
  // As ingest does: what is settled is told.
  const settle = telemetry.writeSettlements.bind(telemetry);
  telemetry.writeSettlements = async (settlements) => {
    await settle(settlements);
    feed.publishChanges(
      settlements.map(({ meter, rev, intervals, days }) => ({
        meter,
        rev,
        fromMs: Math.min(...[...intervals, ...days].map((row) => row.startMs)),
      })),
    );
  };
  const clock = { nowMs };
  const { app, hub } = createApp({
    park,
    telemetry,
    ledger,
    feed,
    now: () => clock.nowMs,
    log: pino({ level: "silent" }),
    version: "test",
    webRoot: null,
  });
  return {
    telemetry,
    feed,
    ledger,
    clock,
    async token(role, enterprise) {
      const { secret } = await issueCredential(ledger, {
        kind: "token",
        role,
        enterprise: enterprise ?? null,
        label: "test",
        nowMs: clock.nowMs,
      });
      return secret;
    },
    async ask(pathAndQuery, token, init = {}) {
      const headers = new Headers(init.headers);
      if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
      return await app.request(pathAndQuery, { ...init, headers });
    },
    async close() {
      hub.stop();
      await ledger.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
