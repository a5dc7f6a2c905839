import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { DataDirLockedError, lockDataDir } from "../../store/duckdb/lock.ts";
import { DuckDbTelemetry } from "../../store/duckdb/telemetry.ts";
import { Child, moduleUrl } from "../kit/child.ts";

const WRITER = `
  import { DuckDbDatabase } from ${JSON.stringify(moduleUrl("store/duckdb/database.ts"))};
  import { DuckDbTelemetry } from ${JSON.stringify(moduleUrl("store/duckdb/telemetry.ts"))};
  const telemetry = new DuckDbTelemetry(new DuckDbDatabase({ path: process.argv[1] }), "p");
  await telemetry.start();
  for (let batch = 0; ; batch++) {
    const rows = Array.from({ length: 50 }, (_, i) => ({
      meter: "m" + (i % 5), timeMs: batch * 50 + i, values: { energyImportKwh: batch }, superseded: {}, simulated: false,
    }));
    await telemetry.writeReadings(rows, [{ meter: "batch-" + batch, fromMs: batch }]);
    console.log(batch);
  }`;

const LOCKER = `
  import { lockDataDir } from ${JSON.stringify(moduleUrl("store/duckdb/lock.ts"))};
  await lockDataDir(process.argv[1]);
  console.log("locked");
  setInterval(() => {}, 1000);`;

describe("a DuckDB file", () => {
  let folder: string;
  let children: Child[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lingtan-duckdb-"));
    children = [];
  });
  afterEach(async () => {
    for (const child of children) await child.kill();
    await rm(folder, { recursive: true, force: true });
  });
  function run(script: string, ...args: string[]): Child {
    const child = new Child(script, args);
    children.push(child);
    return child;
  }

  test("E13 kill −9: what was acknowledged is there, whole batches only", async () => {
    const file = path.join(folder, "park.duckdb");
    for (let round = 0; round < 3; round++) {
      const child = run(WRITER, file);
      await child.untilLines(20 + round * 17);
      await child.kill();
      const acknowledged = child.lines.length;
      const telemetry = new DuckDbTelemetry(new DuckDbDatabase({ path: file }), "p");
      await telemetry.start();
      const meters = ["m0", "m1", "m2", "m3", "m4"];
      const rows = await telemetry.readReadings({ meters, fromMs: 0, toMs: 1e9, limit: 1e6 });
      const dirty = await telemetry.readDirty();
      expect(rows.length % 50).toBe(0);
      expect(rows.length).toBeGreaterThanOrEqual(acknowledged * 50);
      expect(dirty.length).toBe(rows.length / 50);
      await telemetry.clearDirty(dirty.map((mark) => mark.meter));
      await telemetry.stop();
      await rm(file);
    }
  });

  test("another process that holds the file is named", async () => {
    const file = path.join(folder, "park.duckdb");
    const child = run(WRITER, file);
    await child.untilLines(1);
    const telemetry = new DuckDbTelemetry(new DuckDbDatabase({ path: file }), "p");
    await expect(telemetry.start()).rejects.toMatchObject({
      name: "StoreError",
      code: "unavailable",
      message: expect.stringContaining(`pid ${child.process.pid}`),
    });
    await child.kill();
    await telemetry.start();
    await telemetry.stop();
  });

  test("after stop every call is an error, never an empty answer", async () => {
    const telemetry = new DuckDbTelemetry(new DuckDbDatabase({ path: path.join(folder, "p.duckdb") }), "p");
    const unavailable = { name: "StoreError", code: "unavailable" };
    await telemetry.start();
    await telemetry.writeReadings(
      [{ meter: "m", timeMs: 0, values: { powerKw: 1 }, superseded: {}, simulated: false }],
      [],
    );
    await telemetry.stop();
    await telemetry.stop();
    const span = { meters: ["m"], fromMs: 0, toMs: 1, limit: 1 };
    await expect(telemetry.readReadings(span)).rejects.toMatchObject(unavailable);
    await expect(telemetry.readDirty()).rejects.toMatchObject(unavailable);
    await expect(telemetry.probe()).rejects.toMatchObject(unavailable);
    await expect(telemetry.writeReadings([], [{ meter: "m", fromMs: 0 }])).rejects.toMatchObject(unavailable);
  });

  test("a write that fails leaves nothing behind, and the next one works", async () => {
    const database = new DuckDbDatabase({ path: path.join(folder, "p.duckdb") });
    const telemetry = new DuckDbTelemetry(database, "p");
    await telemetry.start();
    await expect(
      database.write(async (connection) => {
        await connection.run("INSERT INTO probe VALUES ('p', 41)");
        await connection.run("SELECT no_such_column FROM probe");
      }),
    ).rejects.toMatchObject({ name: "StoreError", code: "unavailable" });
    await telemetry.writeReadings([], [{ meter: "m", fromMs: 5 }]);
    expect(await telemetry.readDirty()).toEqual([{ meter: "m", fromMs: 5 }]);
    const left = await database.read(async (c) => (await c.run("SELECT * FROM probe")).rowCount);
    expect(left).toBe(0);
    await telemetry.stop();
  });
});

describe("the lock of the data folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lingtan-lock-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test("a second process is told who holds it; kill −9 frees it", async () => {
    const child = new Child(LOCKER, [folder]);
    try {
      await child.untilLines(1);
      const error = await lockDataDir(folder).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(DataDirLockedError);
      expect(error).toMatchObject({ pid: child.process.pid });
    } finally {
      await child.kill();
    }
    const lock = await lockDataDir(folder);
    await expect(lockDataDir(folder)).rejects.toMatchObject({ pid: process.pid });
    await lock.release();
    await lock.release();
    expect(await readdir(folder)).toEqual([]);
  });

  test("a process id that lives on as another process does not hold it", async () => {
    await writeFile(
      path.join(folder, "lock.7"),
      JSON.stringify({ pid: process.pid, started: "before the boot" }),
    );
    await (await lockDataDir(folder)).release();
    await writeFile(path.join(folder, "lock.7"), '{"pid":');
    await (await lockDataDir(folder)).release();
  });

  test("of many at once exactly one gets it", async () => {
    await writeFile(path.join(folder, "lock.7"), "stale");
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => lockDataDir(folder)));
    const won = results.filter((result) => result.status === "fulfilled");
    expect(won).toHaveLength(1);
    for (const result of won) await result.value.release();
  });
});
