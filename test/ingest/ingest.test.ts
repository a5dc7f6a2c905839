import { afterEach, describe, expect, it } from "vitest";
import type { Ingest } from "../../ingest/ingest.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { MINUTE, makeIngest, park, settled, T0, until } from "./kit.ts";

const started: Ingest[] = [];
afterEach(async () => {
  for (const ingest of started.splice(0)) await ingest.stop();
});

async function start(telemetry: MemoryTelemetry, options: Parameters<typeof makeIngest>[1] = {}) {
  const made = makeIngest(telemetry, options);
  await made.ingest.start();
  started.push(made.ingest);
  return made;
}

describe("the way from a message to energy", () => {
  it("E13: stores, acknowledges, settles and tells", async () => {
    const telemetry = new MemoryTelemetry();
    const { ingest, source, feed } = await start(telemetry);
    for (let i = 0; i <= 30; i++)
      await source.send("line", { time: T0 + i * MINUTE, energyImportKwh: 100 + i, powerKw: 60 });
    await settled(ingest, telemetry);
    expect(telemetry.readings.get("line")?.size).toBe(31);
    const rows = telemetry.intervals.get("line energyImportKwh");
    expect(rows?.get(T0)).toMatchObject({ micro: 15_000_000, knownMs: 15 * MINUTE });
    expect(rows?.get(T0 + 15 * MINUTE)).toMatchObject({ micro: 15_000_000, knownMs: 15 * MINUTE });
    expect(feed.values.get("line")).toMatchObject({
      powerKw: 60,
      powerFrom: "gauge",
      timeMs: T0 + 30 * MINUTE,
    });
    expect(feed.changes.length).toBeGreaterThan(0);
    expect(ingest.status()).toMatchObject({ messages: 31, readings: 31, duplicates: 0, waiting: 0 });
  });

  it("says the power of registers where there is no gauge, import minus export", async () => {
    const telemetry = new MemoryTelemetry();
    const { ingest, source, feed } = await start(telemetry);
    await source.send("gate", [
      { time: T0, energyImportKwh: 10, energyExportKwh: 5 },
      { time: T0 + MINUTE, energyImportKwh: 12, energyExportKwh: 5.5 },
    ]);
    await settled(ingest, telemetry);
    await until("a live value", () => feed.values.get("gate")?.powerFrom === "register");
    expect(feed.values.get("gate")?.powerKw).toBeCloseTo(120 - 30, 6);
  });

  it("inverts the gauge and the registers of a meter wired the wrong way round", async () => {
    const telemetry = new MemoryTelemetry();
    const { ingest, source, feed } = await start(telemetry);
    await source.send("pv", [
      { time: T0, energyImportKwh: 10 },
      { time: T0 + 15 * MINUTE, energyImportKwh: 12, powerKw: 8 },
    ]);
    await settled(ingest, telemetry);
    expect(feed.values.get("pv")?.powerKw).toBe(-8);
    expect(telemetry.intervals.get("pv energyExportKwh")?.get(T0)?.micro).toBe(2_000_000);
  });

  it("warns of meters that have readings but no declaration any more", async () => {
    const telemetry = new MemoryTelemetry();
    const first = await start(telemetry);
    await first.source.send("line", { time: T0, energyImportKwh: 1 });
    await first.source.send("gate", { time: T0, energyImportKwh: 1 });
    await until("looked", () => first.ingest.status()?.undeclaredMeters === 0);
    await first.ingest.stop();
    const meters = park.meters.filter((m) => m.id !== "line");
    const smaller = { ...park, meters, meterById: new Map(meters.map((m) => [m.id, m])) };
    const second = await start(telemetry, { park: smaller });
    await until("looked", () => second.ingest.status()?.undeclaredMeters === 1);
    await until("told", () => second.feed.status?.undeclaredMeters === 1);
  });

  it("settles late readings as if they had come in order (E9)", async () => {
    const telemetry = new MemoryTelemetry();
    const { ingest, source } = await start(telemetry);
    await source.send("line", { time: T0, energyImportKwh: 0 });
    await source.send("line", { time: T0 + 30 * MINUTE, energyImportKwh: 30 });
    await settled(ingest, telemetry);
    await source.send("line", { time: T0 + 15 * MINUTE, energyImportKwh: 5 });
    await settled(ingest, telemetry);
    const rows = telemetry.intervals.get("line energyImportKwh");
    expect(rows?.get(T0)?.micro).toBe(5_000_000);
    expect(rows?.get(T0 + 15 * MINUTE)?.micro).toBe(25_000_000);
  });
});
