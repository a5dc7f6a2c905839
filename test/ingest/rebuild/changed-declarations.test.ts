import { describe, expect, it } from "vitest";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { parsePark } from "../../../park/load.ts";
import { StoreError } from "../../../store/telemetry.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { MINUTE, makeIngest, PARK_TEXT, settled, T0, until } from "../kit.ts";

const DAY = 24 * 60 * MINUTE;
const DAYS = 40;
const KEY = "line energyImportKwh";
const line = (more: string) => PARK_TEXT.replace("id: line, role: load,", `id: line, role: load, ${more}`);
const ONCE = parsePark(PARK_TEXT);
const DOUBLE = parsePark(line("multiplier: 2, registers: { energyImportKwh: { resolution: 0.01 } },"));
const readings = Array.from({ length: DAYS * 96 + 1 }, (_, i) => ({
  time: T0 + i * 15 * MINUTE,
  energyImportKwh: i,
}));

function running(store: MemoryTelemetry, park = ONCE) {
  return makeIngest(store, { createEngine: createRegisterEngine, park });
}

async function filled(): Promise<MemoryTelemetry> {
  const store = new MemoryTelemetry();
  const { ingest, source } = running(store);
  await ingest.start();
  for (let i = 0; i < readings.length; i += 1_000) await source.send("line", readings.slice(i, i + 1_000));
  await settled(ingest, store);
  await ingest.stop();
  return store;
}

const known = (store: MemoryTelemetry) =>
  [...(store.days.get(KEY)?.values() ?? [])]
    .filter((row) => row.knownMs > 0)
    .sort((a, b) => a.startMs - b.startMs);
const kwhOf = (store: MemoryTelemetry) => known(store).map((row) => row.micro / 1_000_000);
const of = (kwh: number) => Array.from({ length: DAYS }, () => kwh);

describe("a changed declaration", () => {
  it.each([1, 2, 3])(
    "interrupted at write %i and taken back leaves no energy of it (E11)",
    async (writes) => {
      const store = await filled();
      expect(kwhOf(store)).toEqual(of(96));
      const write = store.writeSettlements.bind(store);
      let left = writes;
      let isStuck = false;
      store.writeSettlements = async (settlements) => {
        // Half of what is asked for, as a store that is cut off leaves it; then nothing any more.
        if (left-- > 0) {
          const half = settlements.map((s) => ({
            ...s,
            intervals: s.intervals.slice(0, s.intervals.length / 2),
            days: s.days.slice(0, s.days.length / 2),
            judgements: s.judgements.slice(0, s.judgements.length / 2),
          }));
          await write(left === 0 ? half : settlements);
          if (left > 0) return;
        }
        isStuck = true;
        throw new StoreError("unavailable", "cut off");
      };
      const changed = running(store, DOUBLE);
      await changed.ingest.start();
      await until("cut off", () => isStuck);
      await changed.ingest.stop();
      store.writeSettlements = write;
      expect(kwhOf(store)).toContain(192);
      expect(store.dirty.size).toBe(1);

      const back = running(store, ONCE);
      await back.ingest.start();
      await settled(back.ingest, store);
      await back.ingest.stop();
      expect(kwhOf(store)).toEqual(of(96));
      expect(store.dirty.size).toBe(0);

      const again = running(store, DOUBLE);
      await again.ingest.start();
      await until("all doubled", () => kwhOf(store).every((kwh) => kwh === 192));
      await settled(again.ingest, store);
      await again.ingest.stop();
      expect(kwhOf(store)).toEqual(of(192));
      expect(store.dirty.size).toBe(0);
    },
  );

  it("a register taken off while the store fails leaves no energy of it (E11)", async () => {
    const store = new MemoryTelemetry();
    const both = parsePark(PARK_TEXT.replace("id: line, role: load,", "id: line, role: storage,"));
    const before = running(store, both);
    await before.ingest.start();
    await before.source.send(
      "line",
      readings.slice(0, 960).map((r) => ({ ...r, energyExportKwh: r.energyImportKwh })),
    );
    await settled(before.ingest, store);
    await before.ingest.stop();
    const isKnown = (channel: string) =>
      [...(store.days.get(`line ${channel}`)?.values() ?? [])].some((row) => row.knownMs > 0);
    expect(isKnown("energyExportKwh")).toBe(true);

    const { ingest } = running(store, ONCE);
    store.failNext("readNewestJudgements", 1);
    await ingest.start();
    await until("taken back", () => !isKnown("energyExportKwh"));
    await ingest.stop();
    expect(isKnown("energyImportKwh")).toBe(true);
  });

  it("a changed time zone leaves no day of the other calendar, and its states are not gone on from (E1)", async () => {
    const store = await filled();
    for (const zone of ["Asia/Tokyo", "Asia/Kathmandu", "Asia/Shanghai"]) {
      const park = parsePark(PARK_TEXT.replace("Asia/Shanghai", zone));
      const { ingest } = running(store, park);
      await ingest.start();
      const isOwn = (ms: number) => park.calendar.isEdge(ms, "1d");
      await until(`days of ${zone}`, () => known(store).every((row) => isOwn(row.startMs)));
      await settled(ingest, store);
      expect(kwhOf(store).reduce((sum, kwh) => sum + kwh, 0)).toBe(DAYS * 96);
      for (const j of store.judgements.get(KEY)?.values() ?? [])
        if (!isOwn(j.dayStartMs))
          expect([JSON.parse(j.state).declaration, j.events]).toEqual(["foreign", "[]"]);
      await ingest.stop();
      // The next start goes on from a day of this calendar: nothing is written again but the last days.
      let rows = 0;
      const write = store.writeSettlements.bind(store);
      store.writeSettlements = async (settlements) => {
        for (const s of settlements) rows += s.days.length;
        await write(settlements);
      };
      const next = running(store, park);
      await next.ingest.start();
      await until("loaded", () => rows > 0);
      await next.ingest.stop();
      store.writeSettlements = write;
      expect(rows).toBeLessThan(5);
    }
  });

  it("many years of daily readings at once are settled in parts, and become energy throughout", async () => {
    const store = new MemoryTelemetry();
    let most = 0;
    const write = store.writeSettlements.bind(store);
    store.writeSettlements = async (settlements) => {
      most = Math.max(most, ...settlements.map((s) => s.intervals.length));
      await write(settlements);
    };
    const { ingest, source } = running(store);
    await ingest.start();
    const days = 2_000;
    const startMs = T0 - days * DAY;
    const daily = Array.from({ length: days + 1 }, (_, i) => ({
      time: startMs + i * DAY,
      energyImportKwh: i,
    }));
    await source.send("line", daily);
    await settled(ingest, store);
    await ingest.stop();
    expect(most).toBeLessThan(402 * 96);
    expect(kwhOf(store)).toEqual(Array.from({ length: days }, () => 1));
  });

  it("one reading of the year 2000 costs few rows and is set aside; its sender is acknowledged", async () => {
    const store = await filled();
    const { ingest, source } = running(store);
    await ingest.start();
    const rowsOf = () => (store.intervals.get(KEY)?.size ?? 0) + (store.days.get(KEY)?.size ?? 0);
    const before = rowsOf();
    await source.send("line", { time: Date.parse("2000-01-03T00:00:00Z"), energyImportKwh: 7 });
    await source.send("line", { time: T0 + DAYS * DAY + 15 * MINUTE, energyImportKwh: DAYS * 96 + 1 });
    await settled(ingest, store);
    await ingest.stop();
    expect(rowsOf() - before).toBeLessThan(8);
    expect(kwhOf(store).slice(0, DAYS)).toEqual(of(96));
    const events = [...(store.judgements.get(KEY)?.values() ?? [])].flatMap((j) => JSON.parse(j.events));
    expect(events).toMatchObject([{ kind: "set-aside", timeMs: Date.parse("2000-01-03T00:00:00Z") }]);
  });
});
