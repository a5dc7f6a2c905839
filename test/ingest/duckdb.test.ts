import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRegisterEngine } from "../../ingest/energy/register-engine.ts";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { DuckDbTelemetry } from "../../store/duckdb/telemetry.ts";
import { MINUTE, makeIngest, T0, until } from "./kit.ts";

describe("ingest on the embedded store", () => {
  let folder = "";
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lingtan-ingest-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("keeps readings, energy and dead letters over a restart, and goes on from there (E9, E13)", async () => {
    const run = async (from: number, to: number) => {
      const telemetry = new DuckDbTelemetry(
        new DuckDbDatabase({ path: path.join(folder, "park.duckdb") }),
        "p1",
      );
      await telemetry.start();
      const { ingest, source } = makeIngest(telemetry, { createEngine: createRegisterEngine });
      await ingest.start();
      for (let m = from; m <= to; m++)
        await source.send("line", { time: T0 + m * MINUTE, energyImportKwh: 100 + m, powerKw: 60 });
      await source.send("line", { time: T0 + from * MINUTE, energyImportKwh: 100 + from, powerKw: 60 });
      await source.send("nobody", { time: T0, energyImportKwh: 1 });
      await until("settled", () => ingest.status()?.dirtyMeters === 0);
      const status = ingest.status();
      await ingest.stop();
      const dirty = await telemetry.readDirty();
      const [energy] = await telemetry.readEnergy({
        rows: "interval",
        registers: [{ meter: "line", channel: "energyImportKwh" }],
        fromMs: T0,
        toMs: T0 + 4 * 15 * MINUTE,
        limit: 100,
      });
      await telemetry.stop();
      return { status, dirty, micro: [...(energy?.micro ?? [])], knownMs: [...(energy?.knownMs ?? [])] };
    };
    const first = await run(0, 20);
    expect(first.status).toMatchObject({ readings: 21, duplicates: 1, deadLetters: 1 });
    expect(first.micro).toEqual([15_000_000, 5_000_000]);
    expect(first.dirty).toEqual([]);
    const second = await run(20, 45);
    expect(second.status).toMatchObject({ readings: 25, duplicates: 2, deadLetters: 2 });
    expect(second.micro.slice(0, 3)).toEqual([15_000_000, 15_000_000, 15_000_000]);
    expect(second.knownMs.slice(0, 3)).toEqual([900_000, 900_000, 900_000]);
    expect(second.dirty).toEqual([]);
  });
});
