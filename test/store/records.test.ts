import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Kysely, Migrator } from "kysely";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { DuckDbDialect } from "../../store/duckdb/dialect.ts";
import { duckDbLedger } from "../../store/ledger/duckdb.ts";
import { postgresLedger } from "../../store/ledger/postgres.ts";
import { type LedgerTables, ledgerMigrations } from "../../store/ledger/tables.ts";
import type { Ledger } from "../../store/ledger.ts";
import { MemoryRecords } from "../kit/memory-records.ts";
import { testPostgres, whyMissing } from "../kit/servers.ts";
import { recordsContract } from "./records.contract.ts";

async function started(
  create: () => Ledger,
  close: () => Promise<void>,
  raw: (sql: string) => Promise<unknown>,
) {
  const records = create();
  const other = create();
  await Promise.all([records.start(), other.start()]);
  return {
    records,
    other,
    raw,
    close: async () => {
      await records.stop();
      await other.stop();
      await close();
    },
  };
}

async function onDuckDb() {
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-records-"));
  const database = new DuckDbDatabase({ path: path.join(folder, "park.duckdb") });
  return await started(
    () => duckDbLedger(database),
    () => rm(folder, { recursive: true, force: true }),
    (sql) => database.write((connection) => connection.run(sql)),
  );
}

async function onPostgres() {
  const server = await testPostgres();
  return await started(
    () => postgresLedger({ url: server.now.url }),
    () => server.close(),
    async (sql) => {
      const client = new pg.Client({ connectionString: server.now.url });
      await client.connect();
      await client.query(sql).finally(() => client.end());
    },
  );
}

recordsContract("memory", async () => {
  const records = new MemoryRecords();
  return { records, other: records, close: async () => undefined };
});
recordsContract("DuckDB", onDuckDb);
const missing = whyMissing("postgres");
const postgres = missing === null ? "PostgreSQL" : `PostgreSQL: ${missing}`;
describe.skipIf(missing !== null)(postgres, () => {
  recordsContract("PostgreSQL", onPostgres);
});

test("a ledger of before there were records is brought up to date and keeps what it had", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-upgrade-"));
  const database = new DuckDbDatabase({ path: path.join(folder, "park.duckdb") });
  try {
    const db = new Kysely<LedgerTables>({ dialect: new DuckDbDialect(database) });
    const before = new Migrator({ db, provider: ledgerMigrations });
    expect((await before.migrateTo("003-credential-parents")).error).toBeUndefined();
    const decision = { kind: "k", detail: "{}", decided_by: "b", at_ms: 1 };
    await db.insertInto("decision").values(decision).execute();
    await db.destroy();
    const ledger = duckDbLedger(database);
    await ledger.start();
    expect(await ledger.openDecisions(9)).toHaveLength(1);
    expect([await ledger.recordsRevision(), await ledger.listEntries({})]).toEqual(["0", []]);
    await ledger.stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const YEAR = 356_000;
const BY = { by: "c", byLabel: "l", atMs: 1, evidence: "e", evidenceFile: null };
describe.each([
  ["DuckDB", onDuckDb, null],
  [postgres, onPostgres, missing],
])("counting twice on %s", (_name, open, why) => {
  test.skipIf(why !== null)(
    "is refused by the tables' own keys, whatever a program checked before",
    async () => {
      const { records, raw, close } = await open();
      try {
        const range = { ...BY, series: "s", first: 1, last: 9, month: "2026-01" };
        const lot = { ...range, project: "p", energy: "wind" as const, tradable: true, holder: "park" };
        const entry = {
          ...BY,
          kind: "production" as const,
          scope: "park",
          subject: "p",
          unit: "t",
          detail: "{}",
        };
        const span = { from: "2026-01-01", to: "2026-02-01", amount: 1, replaces: null };
        const trade = { ...BY, kind: "green-trade" as const, reference: "t", project: "p", month: "2026-01" };
        await records.addLot(lot);
        await records.useCertificates({ ...range, purpose: "allocated", beneficiary: "wafer" });
        const [first = 0] = await records.addEntries([{ ...entry, ...span }]);
        await records.addEntries([{ ...entry, ...span, amount: 2, replaces: first }]);
        await records.addSettlements([
          { ...trade, beneficiary: "wafer", energyKwh: 1, quarterHoursKwh: null, replaces: null },
        ]);
        const twice = /duplicate key/i;
        const insert = (table: string, columns: string, values = columns) =>
          raw(`insert into ${table} (${columns}) select ${values} from ${table}`);
        const by = "written_by, written_by_label, at_ms, evidence";
        await expect(insert("certificate_number", "series_id, serial, round, lot")).rejects.toThrow(twice);
        await expect(insert("certificate_used", "series_id, serial, round, used_in")).rejects.toThrow(twice);
        const rest = `kind, scope, subject, from_day, to_day, amount, unit, detail, ${by}`;
        await expect(insert("entry", `${rest}, sequence`)).rejects.toThrow(twice);
        await expect(
          insert("entry", `${rest}, sequence, replaces`, `${rest}, sequence + 2, replaces`),
        ).rejects.toThrow(twice);
        const settled = `kind, reference, version, project, month, beneficiary, energy_kwh, ${by}`;
        await expect(insert("settlement", settled)).rejects.toThrow(twice);
      } finally {
        await close();
      }
    },
  );
});

describe.each([
  ["DuckDB", onDuckDb, null],
  [postgres, onPostgres, missing],
])("a year's certificates on %s", (_name, open, why) => {
  test.skipIf(why !== null)(
    `${YEAR} numbers are added, used, released and used again in seconds`,
    async () => {
      const { records, close } = await open();
      try {
        const range = { ...BY, series: "s", first: 1, last: YEAR };
        const lot = { ...range, project: "p", month: "2026-01", energy: "wind" as const, tradable: true };
        const use = { ...range, purpose: "allocated" as const, beneficiary: "wafer", month: "2026-01" };
        const took: number[] = [];
        const timed = async <T>(work: () => Promise<T>): Promise<T> => {
          const startMs = performance.now();
          const done = await work();
          took.push(Math.round(performance.now() - startMs));
          return done;
        };
        await timed(() => records.addLot({ ...lot, holder: "park" }));
        const id = await timed(() => records.useCertificates(use));
        await expect(timed(() => records.useCertificates({ ...use, first: YEAR }))).rejects.toMatchObject({
          code: "rejected",
        });
        await records.releaseUse(id, BY);
        await timed(() => records.useCertificates(use));
        // A few seconds on two cores; generous for a busy machine.
        expect(Math.max(...took), took.join(", ")).toBeLessThan(30_000);
      } finally {
        await close();
      }
    },
    120_000,
  );
});
