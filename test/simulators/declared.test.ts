import { readdirSync } from "node:fs";
import path from "node:path";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { readImport } from "../../api/ledger/import.ts";
import { csvText } from "../../api/tables/csv.ts";
import { declareSimulated } from "../../main/declare-simulated.ts";
import { loadParkFile } from "../../park/load.ts";
import { declaredTables } from "../../simulators/declared.ts";
import type { Ledger } from "../../store/ledger.ts";
import { MemoryRecords } from "../kit/memory-records.ts";
import { smallPark } from "../kit/small-park.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const EXAMPLES = path.join(ROOT, "docs/examples/ledger");
const NOW = Date.parse("2026-11-20T12:00:00+08:00");
const SEED = 1;
const park = loadParkFile(path.join(ROOT, "park/nanchuan.yaml"));
const log = pino({ level: "silent" });
/** The ledger as this needs it: its records. */
const ledgerOf = (records: MemoryRecords) => records as unknown as Ledger;

describe("what a simulated park declares", () => {
  it("is what docs/examples/ledger shows, and each file imports cleanly into the shipped park", async () => {
    const records = new MemoryRecords();
    const tables = declaredTables(park, SEED, NOW);
    const files = tables.map((t) => `${t.name}.csv`);
    for (const { name, kind, rows } of tables) {
      const csv = csvText(rows);
      await expect(csv).toMatchFileSnapshot(path.join(EXAMPLES, `${name}.csv`));
      const imported = await readImport(
        { park, records, nowMs: NOW, mayWrite: () => true },
        kind,
        new TextEncoder().encode(csv),
        { by: "c", byLabel: "l", atMs: NOW },
      );
      expect(imported.problems, name).toEqual([]);
      expect((await imported.write()).length, name).toBe(rows.length - 1);
    }
    expect(
      readdirSync(EXAMPLES)
        .filter((f) => f.endsWith(".csv"))
        .sort(),
    ).toEqual(files.toSorted());
    const entries = await records.listEntries({});
    expect(new Set(entries.map((e) => e.kind))).toEqual(
      new Set(["added-value", "bill", "fuel", "production", "waste", "waste-heat", "water"]),
    );
    const all = [
      ...entries,
      ...(await records.listLots()),
      ...(await records.listUses({})),
      ...(await records.listSettlements()),
    ];
    expect(all.every((row) => row.evidence.includes("模拟数据") && row.evidence.includes("simulated"))).toBe(
      true,
    );
    const uses = await records.listUses({});
    expect(uses.some((u) => u.cancelledAtMs !== null) && uses.some((u) => u.cancelledAtMs === null)).toBe(
      true,
    );
  });

  it("is brought in on the first start of a simulated park, and never into a ledger that has records", async () => {
    const records = new MemoryRecords();
    const written = await declareSimulated({ park, ledger: ledgerOf(records), log }, SEED, NOW);
    expect(written).toBeGreaterThan(500);
    expect(await declareSimulated({ park, ledger: ledgerOf(records), log }, SEED, NOW)).toBe(0);
    const others = new MemoryRecords();
    expect(await declareSimulated({ park: smallPark(), ledger: ledgerOf(others), log }, SEED, NOW)).toBe(0);
    expect(await others.recordsRevision()).toBe("0");
  });

  it("fits whenever the program is first started", async () => {
    for (const day of [
      "2027-01-01T00:00:30+08:00",
      "2027-03-31T23:00:00+08:00",
      "2028-02-29T08:00:00+08:00",
    ]) {
      const records = new MemoryRecords();
      const nowMs = Date.parse(day);
      const tables = declaredTables(park, SEED, nowMs);
      const rows = tables.reduce((sum, t) => sum + (t.exampleOnly ? 0 : t.rows.length - 1), 0);
      expect(await declareSimulated({ park, ledger: ledgerOf(records), log }, SEED, nowMs), day).toBe(rows);
    }
  });
});
