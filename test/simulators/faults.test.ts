import { describe, expect, it } from "vitest";
import { loadParkFile } from "../../park/load.ts";
import type { FaultOptions } from "../../simulators/faults.ts";
import { Instruments } from "../../simulators/readings.ts";
import { sendSpan } from "../../simulators/run.ts";

const park = loadParkFile("park/nanchuan.yaml");
const instruments = new Instruments(park, 5);
const fromMs = Date.parse("2026-11-10T00:00:00+08:00");
const toMs = Date.parse("2026-11-12T00:00:00+08:00");
const PLAIN = 2 * 96 * instruments.ids.length;

interface Sent {
  meter: string;
  time: number;
  values: Record<string, unknown>;
}

async function sent(faults?: FaultOptions): Promise<Sent[]> {
  const list: Sent[] = [];
  const sink = {
    publish: async (topic: string, payload: string) => {
      const parsed: unknown = JSON.parse(payload);
      for (const item of Array.isArray(parsed) ? parsed : [parsed]) {
        const { time, ...values } = item as { time: string | number }; // what payloadOf writes
        list.push({
          meter: topic.split("/")[3] ?? "",
          time: typeof time === "string" ? Date.parse(time) : time,
          values,
        });
      }
    },
    flush: async () => undefined,
  };
  await sendSpan(sink, instruments, { park, fromMs, toMs, speed: "max", faults });
  return list;
}

let plain: Promise<Sent[]> | null = null;
function undisturbed(): Promise<Sent[]> {
  plain ??= sent();
  return plain;
}

const key = (r: Sent) => `${r.meter} ${r.time} ${JSON.stringify(r.values)}`;

describe("faults on demand", () => {
  it("none unless asked for: each quarter-hour of each meter once, ascending", async () => {
    const list = await undisturbed();
    expect(list.length).toBe(PLAIN);
    const last = new Map<string, number>();
    for (const r of list) {
      expect(r.time).toBeGreaterThan(last.get(r.meter) ?? 0);
      last.set(r.meter, r.time);
    }
    expect(await sent({ seed: 1 })).toEqual(list);
  });

  it("gaps lose about the share asked for, and nothing is altered", async () => {
    const whole = new Set((await undisturbed()).map(key));
    const list = await sent({ seed: 1, gaps: 0.05 });
    expect(list.length / PLAIN).toBeGreaterThan(0.9);
    expect(list.length / PLAIN).toBeLessThan(0.98);
    expect(list.every((r) => whole.has(key(r)))).toBe(true);
  });

  it("late bursts, duplicates and shuffles lose nothing and invent nothing", async () => {
    const whole = new Set((await undisturbed()).map(key));
    const list = await sent({ seed: 2, late: 0.1, duplicates: 0.2, shuffle: true });
    expect(list.length).toBeGreaterThan(1.15 * PLAIN);
    expect(new Set(list.map(key))).toEqual(whole);
    const backwards = list.filter((r, i) => {
      const before = list[i - 1];
      return before !== undefined && before.meter === r.meter && before.time > r.time;
    });
    expect(backwards.length).toBeGreaterThan(600);
  });

  it("resets fall to zero once and count on", async () => {
    const list = (await sent({ seed: 3, resets: 1 })).filter((r) => r.meter === "wafer-slicing-1");
    const shown = list.map((r) => Number(r.values["energyImportKwh"]));
    const falls = shown.filter((x, i) => x < (shown[i - 1] ?? 0));
    expect(falls).toEqual([0]);
    expect(shown.at(-1)).toBeGreaterThan(0);
  });

  it("rollovers pass the last digit once and count on", async () => {
    const list = (await sent({ seed: 4, rollovers: 1 })).filter((r) => r.meter === "wafer-slicing-1");
    const shown = list.map((r) => Number(r.values["energyImportKwh"]));
    const at = shown.findIndex((x, i) => x < (shown[i - 1] ?? 0));
    expect(at).toBeGreaterThan(0);
    expect(shown[at - 1]).toBeGreaterThan(999_990);
    expect(shown[at]).toBeLessThan(10);
    expect(shown.filter((x, i) => x < (shown[i - 1] ?? 0)).length).toBe(1);
    const whole = (await undisturbed()).filter((r) => r.meter === "wafer-slicing-1");
    const rise =
      Number(whole.at(-1)?.values["energyImportKwh"]) - Number(whole[0]?.values["energyImportKwh"]);
    expect((shown.at(-1) ?? 0) + 1_000_000 - (shown[0] ?? 0)).toBeCloseTo(rise, 3);
  });

  it("a clock that is off reads the register when it says it does", async () => {
    const list = await sent({ seed: 5, jitterMs: 20_000 });
    expect(list.length).toBe(PLAIN);
    const off = list.map((r) => Math.abs(((r.time + 450_000) % 900_000) - 450_000));
    expect(Math.max(...off)).toBeLessThanOrEqual(20_000);
    expect(Math.max(...off)).toBeGreaterThan(15_000);
    const r = list[5000];
    expect(r?.values).toMatchObject(instruments.read(r?.meter ?? "", r?.time ?? 0).values);
  });

  it("are the same for the same seed", async () => {
    const faults = { seed: 6, gaps: 0.02, late: 0.02, duplicates: 0.02, resets: 0.1, jitterMs: 900 };
    expect(await sent(faults)).toEqual(await sent(faults));
    expect(await sent(faults)).not.toEqual(await sent({ ...faults, seed: 7 }));
  });
});
