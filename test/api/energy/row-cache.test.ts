import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowCache } from "../../../api/energy/row-cache.ts";
import { Calendar, DAY_MS } from "../../../park/calendar.ts";
import type { EnergyQuery, EnergySeries } from "../../../store/telemetry.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { measured } from "../../kit/settled.ts";

const calendar = new Calendar("Asia/Shanghai");
const FIRST = Date.parse("2026-01-01T00:00:00+08:00");
const day = (n: number) => FIRST + n * DAY_MS;
const NOW = day(60) + 3_600_000;

class Counting extends MemoryTelemetry {
  readonly asked: EnergyQuery[] = [];
  override async readEnergy(query: EnergyQuery): Promise<EnergySeries[]> {
    this.asked.push(query);
    return await super.readEnergy(query);
  }
}

async function setUp(meters: readonly string[]) {
  const telemetry = new Counting();
  const clock = { nowMs: NOW };
  const cache = new RowCache({ telemetry, calendar, now: () => clock.nowMs, rows: "day" });
  let rev = 0;
  const write = async (meter: string, n: number, energyKwh: number, notify = true) => {
    rev++;
    const days = [measured(day(n), energyKwh, DAY_MS)];
    await telemetry.writeSettlements([
      { meter, channel: "energyImportKwh", rev, intervals: [], days, judgements: [] },
    ]);
    if (notify) cache.forget([{ meter, rev, fromMs: day(n) + 1_000 }]);
  };
  for (const meter of meters) for (let n = 0; n < 60; n++) await write(meter, n, n + 1, false);
  const registers = meters.map((meter) => ({ meter, channel: "energyImportKwh" as const }));
  const read = (from: number, to: number) => cache.read(registers, day(from), day(to), 1_000_000);
  return { telemetry, clock, cache, write, read, registers };
}

describe("day rows in memory", () => {
  it("asks the store once for what it has seen, and again for what lies beyond", async () => {
    const { telemetry, read } = await setUp(["a", "b"]);
    await read(10, 50);
    await read(20, 30);
    await read(10, 50);
    expect(telemetry.asked).toHaveLength(1);
    await read(5, 30);
    expect(telemetry.asked).toHaveLength(2);
    await read(5, 50);
    expect(telemetry.asked).toHaveLength(2);
  });

  it("after a notice reads the changed meter from the changed day on, and nothing else", async () => {
    const { telemetry, read, write } = await setUp(["a", "b"]);
    await read(0, 60);
    await write("b", 57, 999);
    const [, b] = await read(0, 60);
    expect(b?.micro[57]).toBe(999e6);
    expect(telemetry.asked).toHaveLength(2);
    expect(telemetry.asked[1]).toMatchObject({ registers: [{ meter: "b" }], fromMs: day(57) });
    await read(0, 57);
    expect(telemetry.asked).toHaveLength(2);
  });

  it("a missed notice delays, and does not falsify for good", async () => {
    const { clock, read, write } = await setUp(["a"]);
    await read(0, 61);
    await write("a", 3, 500, false);
    await write("a", 59, 700, false);
    expect((await read(0, 61))[0]?.micro[59]).toBe(60e6);
    clock.nowMs += 61_000;
    expect((await read(0, 61))[0]?.micro[59]).toBe(700e6);
    clock.nowMs += 16 * 60_000;
    expect((await read(0, 61))[0]?.micro[3]).toBe(500e6);
  });

  it("a notice that comes while rows are being read is not lost", async () => {
    const { telemetry, cache, read, write } = await setUp(["a"]);
    const original = telemetry.readEnergy.bind(telemetry);
    telemetry.readEnergy = async (query) => {
      const rows = await original(query);
      telemetry.readEnergy = original;
      await write("a", 20, 123, false);
      cache.forget([{ meter: "a", rev: 99, fromMs: day(20) }]);
      return rows;
    };
    await read(0, 60);
    expect((await read(0, 60))[0]?.micro[20]).toBe(123e6);
  });

  it("of two notices that come while rows are being read the earlier one counts, too", async () => {
    const { telemetry, cache, read, write } = await setUp(["a"]);
    const original = telemetry.readEnergy.bind(telemetry);
    telemetry.readEnergy = async (query) => {
      const rows = await original(query);
      telemetry.readEnergy = original;
      await write("a", 20, 123, false);
      cache.forget([{ meter: "a", rev: 99, fromMs: day(20) }]);
      cache.forget([{ meter: "a", rev: 100, fromMs: day(50) }]);
      return rows;
    };
    await read(0, 60);
    expect((await read(0, 60))[0]?.micro[20]).toBe(123e6);
  });

  it("what will soon be too old is read behind an answer's back; a failure there is nobody's", async () => {
    const { telemetry, clock, read, write } = await setUp(["a"]);
    await read(0, 61);
    await write("a", 59, 700, false);
    clock.nowMs += 40_000;
    const original = telemetry.readEnergy.bind(telemetry);
    telemetry.readEnergy = async () => {
      throw new Error("ordered to fail");
    };
    expect((await read(0, 61))[0]?.micro[59]).toBe(60e6);
    await new Promise((resolve) => setTimeout(resolve, 0));
    telemetry.readEnergy = original;
    expect((await read(0, 61))[0]?.micro[59]).toBe(60e6);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect((await read(0, 61))[0]?.micro[59]).toBe(700e6);
  });

  it("reads that run side by side each get all they asked for", async () => {
    const { read } = await setUp(["a", "b"]);
    const spans = [
      [0, 60],
      [10, 20],
      [5, 40],
      [30, 60],
      [0, 3],
    ] as const;
    const found = await Promise.all(spans.map(([from, to]) => read(from, to)));
    found.forEach((series, i) => {
      const [from, to] = spans[i] ?? [0, 0];
      for (const s of series) expect(s.startMs).toHaveLength(to - from);
    });
  });

  it("gives what the store gives, whatever is asked and changed in between", async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("write" as const),
        meter: fc.constantFrom("a", "b", "c"),
        n: fc.nat(59),
        kwh: fc.nat(1000),
      }),
      fc.record({
        kind: fc.constant("read" as const),
        from: fc.nat(58),
        length: fc.integer({ min: 1, max: 30 }),
      }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(20 * 60_000) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const { telemetry, clock, read, write, registers } = await setUp(["a", "b", "c"]);
        for (const s of steps) {
          if (s.kind === "write") await write(s.meter, s.n, s.kwh);
          else if (s.kind === "wait") clock.nowMs += s.ms;
          else {
            const [fromMs, toMs] = [day(s.from), day(s.from + s.length)];
            const plain = await telemetry.readEnergy({ rows: "day", registers, fromMs, toMs, limit: 1_000 });
            const kept = await read(s.from, s.from + s.length);
            expect(kept.map((k) => [...k.micro])).toEqual(plain.map((p) => [...p.micro]));
            expect(kept.map((k) => [...k.startMs])).toEqual(plain.map((p) => [...p.startMs]));
          }
        }
      }),
      { numRuns: 40 },
    );
  });
});
