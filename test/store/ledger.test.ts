import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { DuckDbTelemetry } from "../../store/duckdb/telemetry.ts";
import { duckDbLedger } from "../../store/ledger/duckdb.ts";
import { postgresLedger } from "../../store/ledger/postgres.ts";
import type { Lease } from "../../store/ledger.ts";
import { type TestServer, testPostgres, whyMissing } from "../kit/servers.ts";
import { ledgerContract } from "./ledger.contract.ts";

ledgerContract("DuckDB", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-ledger-"));
  const database = new DuckDbDatabase({ path: path.join(folder, "park.duckdb") });
  return {
    create: () => duckDbLedger(database),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});

describe("telemetry and ledger in one DuckDB file", () => {
  test("both write at once, and either may stop first", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "lingtan-shared-"));
    const database = new DuckDbDatabase({ path: path.join(folder, "park.duckdb") });
    const telemetry = new DuckDbTelemetry(database, "p");
    const ledger = duckDbLedger(database);
    try {
      await Promise.all([telemetry.start(), ledger.start()]);
      const decision = { kind: "k", detail: "{}", by: "b", atMs: 1 };
      await Promise.all(
        Array.from({ length: 40 }, async (_, i) => {
          if (i % 2) await ledger.addDecision(decision);
          else await telemetry.writeReadings([], [{ meter: `m${i}`, fromMs: i }]);
        }),
      );
      expect(await ledger.acquireLease("p", new AbortController().signal)).toBeNull();
      await ledger.stop();
      expect(await telemetry.readDirty()).toHaveLength(20);
      await ledger.start();
      await telemetry.stop();
      expect(await ledger.openDecisions(100)).toHaveLength(20);
      await ledger.stop();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

const missing = whyMissing("postgres");
describe.skipIf(missing !== null)(`with PostgreSQL${missing === null ? "" : `: ${missing}`}`, () => {
  ledgerContract("PostgreSQL", async () => {
    const server = await testPostgres();
    return { create: () => postgresLedger({ url: server.now.url }), close: () => server.close() };
  });

  describe("PostgreSQL away, and its lease", () => {
    let server: TestServer;
    const leases: (Lease | null)[] = [];
    beforeAll(async () => {
      server = await testPostgres();
    });
    afterEach(async () => {
      for (const lease of leases.splice(0)) await lease?.release();
    });
    afterAll(async () => {
      await server?.close();
    });
    async function lease(signal = AbortSignal.timeout(15_000)): Promise<Lease> {
      const held = await postgresLedger({ url: server.now.url }).acquireLease("park", signal);
      leases.push(held);
      if (held === null) throw new Error("PostgreSQL must give a lease");
      return held;
    }

    test("a second one waits until the first lets go; parks do not wait for each other", async () => {
      const first = await lease();
      let second: Lease | null = null;
      const waiting = lease().then((held) => {
        second = held;
      });
      const elsewhere = await postgresLedger({ url: server.now.url }).acquireLease(
        "another-park",
        AbortSignal.timeout(5_000),
      );
      expect(second).toBeNull();
      await elsewhere?.release();
      await first.release();
      await waiting;
      expect(second).not.toBeNull();
    });

    test("waiting ends when told so", async () => {
      await lease();
      const stop = new AbortController();
      const waiting = lease(stop.signal);
      setTimeout(() => stop.abort(new Error("told so")), 100);
      await expect(waiting).rejects.toThrow();
    });

    test("a session that the server ended is a lost lease; one let go is not", async () => {
      const held = await lease();
      const admin = new pg.Client({ connectionString: server.now.url });
      await admin.connect();
      await admin.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lingtan lease park'",
      );
      await admin.end();
      expect(await held.lost).toBeInstanceOf(Error);
      const next = await lease();
      let lost = false;
      void next.lost.then(() => {
        lost = true;
      });
      await next.release();
      await new Promise((done) => setTimeout(done, 200));
      expect(lost).toBe(false);
    });

    test("a stopped server is unavailable, never an empty answer, and it comes back", async () => {
      const ledger = postgresLedger({ url: server.now.url });
      await ledger.start();
      const held = await lease();
      await server.now.kill();
      const unavailable = { name: "StoreError", code: "unavailable" };
      await expect(ledger.isEmpty()).rejects.toMatchObject(unavailable);
      await expect(ledger.findCredential("x")).rejects.toMatchObject(unavailable);
      await expect(ledger.probe()).rejects.toMatchObject(unavailable);
      expect(await held.lost).toBeInstanceOf(Error);
      const late = postgresLedger({ url: server.now.url });
      const failed = await late.start().catch((error: unknown) => error);
      expect(failed).toMatchObject(unavailable);
      expect(String(failed)).not.toContain(new URL(server.now.url).password);
      await server.restart();
      expect(await ledger.isEmpty()).toBe(true);
      await ledger.stop();
    });
  });
});
