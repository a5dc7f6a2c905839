import { describe, expect, it } from "vitest";
import { EnergyMemory } from "../../../api/energy/memory.ts";
import { Calendar, DAY_MS, QUARTER_MS } from "../../../park/calendar.ts";
import type { EnergyQuery, EnergySeries } from "../../../store/telemetry.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { measured } from "../../kit/settled.ts";

const calendar = new Calendar("Asia/Shanghai");
const FIRST = Date.parse("2026-11-01T00:00:00+08:00");
const NOW = FIRST + 10 * DAY_MS + 12 * 3_600_000;
const register = { meter: "a", channel: "energyImportKwh" } as const;

class Counting extends MemoryTelemetry {
  readonly asked: EnergyQuery[] = [];
  override async readEnergy(query: EnergyQuery): Promise<EnergySeries[]> {
    this.asked.push(query);
    return await super.readEnergy(query);
  }
}

async function setUp() {
  const telemetry = new Counting();
  const clock = { nowMs: NOW };
  const memory = new EnergyMemory({ telemetry, calendar, now: () => clock.nowMs });
  let rev = 0;
  const write = async (fromMs: number, toMs: number, energyKwh: number) => {
    const intervals = [];
    for (let t = calendar.floor(fromMs, "15m"); t < toMs; t += QUARTER_MS)
      intervals.push(measured(t, energyKwh));
    await telemetry.writeSettlements([{ ...register, rev: ++rev, intervals, days: [], judgements: [] }]);
    memory.forget([{ meter: "a", rev, fromMs }]);
  };
  const read = async (fromMs: number, toMs: number) => {
    const [series] = await memory.read("interval", [register], fromMs, toMs, 1e6);
    return [...(series?.micro ?? [])].map((m) => m / 1e6);
  };
  await write(FIRST, NOW, 1);
  return { telemetry, clock, memory, write, read };
}

describe("quarter-hours in memory", () => {
  it("of a day are read once, and cut to what is asked", async () => {
    const { telemetry, read } = await setUp();
    expect(await read(FIRST, FIRST + DAY_MS)).toHaveLength(96);
    expect(await read(FIRST + QUARTER_MS, FIRST + 3 * QUARTER_MS)).toEqual([1, 1]);
    expect(telemetry.asked).toHaveLength(1);
    expect(await read(FIRST + DAY_MS - QUARTER_MS, FIRST + DAY_MS + QUARTER_MS)).toEqual([1, 1]);
    expect(telemetry.asked).toHaveLength(2);
  });

  it("of the running day are read from the quarter-hour that changed", async () => {
    const { telemetry, read, write } = await setUp();
    const today = calendar.floor(NOW, "1d");
    await read(today, today + DAY_MS);
    await write(NOW - 2 * QUARTER_MS + 60_000, NOW, 5);
    await read(today, today + DAY_MS);
    expect(telemetry.asked.at(-1)?.fromMs).toBe(NOW - 2 * QUARTER_MS);
    await write(NOW - QUARTER_MS, NOW, 7);
    expect((await read(today, today + DAY_MS)).at(-1)).toBe(7);
  });

  it("late data of another day leave a day as it was", async () => {
    const { telemetry, read, write } = await setUp();
    await read(FIRST, FIRST + DAY_MS);
    await write(FIRST + DAY_MS, FIRST + DAY_MS + QUARTER_MS, 9);
    await read(FIRST, FIRST + DAY_MS);
    expect(telemetry.asked).toHaveLength(1);
    expect((await read(FIRST, FIRST + 2 * DAY_MS))[96]).toBe(9);
  });

  it("a long span does not go through the memory", async () => {
    const { telemetry, read } = await setUp();
    expect(await read(FIRST, FIRST + 5 * DAY_MS)).toHaveLength(5 * 96);
    expect(await read(FIRST, FIRST + 5 * DAY_MS)).toHaveLength(5 * 96);
    expect(telemetry.asked).toHaveLength(2);
  });
});

describe("what was made of a day", () => {
  it("stands until the day changes or it is old", async () => {
    const { memory, clock, write } = await setUp();
    let made = 0;
    const ask = async () => await memory.ofDay("sum", FIRST, async () => ++made);
    expect([await ask(), await ask()]).toEqual([1, 1]);
    await write(FIRST + DAY_MS, FIRST + DAY_MS + QUARTER_MS, 2);
    expect(await ask()).toBe(1);
    await write(FIRST + QUARTER_MS, FIRST + 2 * QUARTER_MS, 2);
    expect(await ask()).toBe(2);
    clock.nowMs += 16 * 60_000;
    expect(await ask()).toBe(3);
  });

  it("is not kept when a notice came while it was made", async () => {
    const { memory } = await setUp();
    const first = await memory.ofDay("sum", FIRST, async () => {
      memory.forget([{ meter: "a", rev: 9, fromMs: FIRST }]);
      return "old";
    });
    expect(first).toBe("old");
    expect(await memory.ofDay("sum", FIRST, async () => "new")).toBe("new");
  });
});
