import { describe, expect, it } from "vitest";
import { loadParkFile, parsePark } from "../../park/load.ts";
import { Instruments, payloadOf } from "../../simulators/readings.ts";

const HOUR = 3_600_000;
const day = Date.parse("2026-11-10T00:00:00+08:00");

function instrumentsOf(meter: string) {
  const park = parsePark(`
park: { id: p, name: { zh: 甲, en: P }, timeZone: Asia/Shanghai }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: solar-cell }]
meters:
  - ${meter}`);
  return new Instruments(park, 5);
}

describe("what stands on a display", () => {
  it("is energy over the multiplier, cut to the resolution", () => {
    const instruments = instrumentsOf(
      "{ id: line, role: load, enterprise: e, multiplier: 400, maxPowerKw: 900, registers: { energyImportKwh: { digits: 6, resolution: 0.01 } } }",
    );
    const shown = (t: number) => instruments.read("line", t).values.energyImportKwh ?? Number.NaN;
    const passed = (t: number) => instruments.model.passed("line", t).imported;
    for (const t of [day, day + HOUR, day + 7.77 * HOUR]) {
      expect(Math.round(shown(t) * 100) / 100).toBe(shown(t));
      expect((shown(t) - shown(day)) * 400).toBeGreaterThan(passed(t) - passed(day) - 4.01);
      expect((shown(t) - shown(day)) * 400).toBeLessThan(passed(t) - passed(day) + 4.01);
    }
    expect(shown(day)).toBeGreaterThan(100);
    expect(shown(day)).toBeLessThan(1_000_000);
  });

  it("comes around at its last digit", () => {
    const instruments = instrumentsOf(
      "{ id: line, role: load, enterprise: e, maxPowerKw: 900, registers: { energyImportKwh: { digits: 3, resolution: 0.1 } } }",
    );
    let rollovers = 0;
    let last = instruments.read("line", day).values.energyImportKwh ?? 0;
    for (let t = day; t < day + 24 * HOUR; t += 300_000) {
      const now = instruments.read("line", t).values.energyImportKwh ?? Number.NaN;
      expect(now).toBeLessThan(1000);
      if (now < last) {
        rollovers++;
        expect(last).toBeGreaterThan(900);
        expect(now).toBeLessThan(100);
      }
      last = now;
    }
    expect(rollovers).toBeGreaterThan(5);
  });

  it("reversed wiring shows import as export and power with the other sign", () => {
    const instruments = instrumentsOf(
      "{ id: roof, role: pv, enterprise: e, maxPowerKw: 900, invert: true, registers: { energyImportKwh: {}, energyExportKwh: {} } }",
    );
    const [a, b] = [instruments.read("roof", day + 9 * HOUR), instruments.read("roof", day + 16 * HOUR)];
    const rise = (b.values.energyImportKwh ?? 0) - (a.values.energyImportKwh ?? 0);
    const { model } = instruments;
    expect(rise).toBeCloseTo(
      model.passed("roof", day + 16 * HOUR).exported - model.passed("roof", day + 9 * HOUR).exported,
      1,
    );
    expect(rise).toBeGreaterThan(100);
    expect(instruments.read("roof", day + 13 * HOUR).values.powerKw).toBeGreaterThan(0);
  });

  it("a declared exchange is played: the old display ends at final, the new one begins at initial", () => {
    const instruments = new Instruments(loadParkFile("park/nanchuan.yaml"), 5);
    const at = Date.parse("2026-11-17T10:00:00+08:00");
    const shown = (t: number) => instruments.read("wool-scouring", t).values.energyImportKwh ?? Number.NaN;
    expect(shown(at - 1)).toBeCloseTo(48213.77, 1);
    expect(shown(at - 1)).toBeLessThanOrEqual(48213.77);
    expect(shown(at)).toBe(0);
    expect(shown(at - HOUR)).toBeLessThan(shown(at - 1));
    expect(shown(at + HOUR)).toBeGreaterThan(0);
  });

  it("a multiplier that changes on a date changes the display's speed, not the energy", () => {
    const instruments = instrumentsOf(
      `{ id: line, role: load, enterprise: e, maxPowerKw: 900, multiplier: [{ value: 100 }, { from: "2026-11-10T06:00:00+08:00", value: 200 }], registers: { energyImportKwh: { resolution: 0.001 } } }`,
    );
    const shown = (t: number) => instruments.read("line", t).values.energyImportKwh ?? Number.NaN;
    const passed = (t: number) => instruments.model.passed("line", t).imported;
    const cut = day + 6 * HOUR;
    expect((shown(cut) - shown(day)) * 100).toBeCloseTo(passed(cut) - passed(day), -1);
    expect((shown(cut + 6 * HOUR) - shown(cut)) * 200).toBeCloseTo(passed(cut + 6 * HOUR) - passed(cut), -1);
  });

  it("goes on from the same display after a restart, whatever was asked before", () => {
    const park = loadParkFile("park/nanchuan.yaml");
    const first = new Instruments(park, 5);
    const stored = first.ids.map((id) => first.read(id, day + 10 * HOUR + 1000));
    const second = new Instruments(park, 5);
    for (const id of second.ids) second.read(id, day + 40 * HOUR);
    expect(second.ids.map((id) => second.read(id, day + 10 * HOUR + 1000))).toEqual(stored);
  });

  it("no register of the example park runs back over two days, at any step", () => {
    const instruments = new Instruments(loadParkFile("park/nanchuan.yaml"), 5);
    for (const id of instruments.ids) {
      let last = instruments.read(id, day).values;
      for (let t = day; t < day + 48 * HOUR; t += 1_234_567) {
        const now = instruments.read(id, t).values;
        for (const channel of ["energyImportKwh", "energyExportKwh", "volumeM3", "heatGj"] as const) {
          const [a, b] = [last[channel], now[channel]];
          if (a !== undefined && b !== undefined) expect(b).toBeGreaterThanOrEqual(a);
        }
        last = now;
      }
    }
  });
});

describe("messages", () => {
  it("carry the park's offset and say that they are simulated", () => {
    const park = loadParkFile("park/nanchuan.yaml");
    const instruments = new Instruments(park, 5);
    const reading = instruments.read("ingot-storage", day + 10 * HOUR);
    const one: unknown = JSON.parse(payloadOf([reading], park.calendar, true));
    expect(one).toMatchObject({ time: "2026-11-10T10:00:00+08:00", simulated: true });
    expect(Object.keys(one ?? {}).sort()).toEqual([
      "energyExportKwh",
      "energyImportKwh",
      "powerKw",
      "simulated",
      "stateOfCharge",
      "time",
    ]);
    const two: unknown = JSON.parse(
      payloadOf([reading, { ...reading, timeMs: day + 1 }], park.calendar, false),
    );
    expect(two).toMatchObject([{ time: "2026-11-10T10:00:00+08:00" }, { time: day + 1 }]);
    expect(JSON.stringify(two)).not.toContain("simulated");
  });

  it("meters report at seconds of their own, quarter-hourly ones on the quarter", () => {
    const park = loadParkFile("park/nanchuan.yaml");
    const instruments = new Instruments(park, 5);
    const seconds = new Map<number, number>();
    for (const meter of park.meters.filter((m) => m.sum === null)) {
      const next = instruments.nextReport(meter.id, day);
      expect(next).toBeGreaterThan(day);
      expect(next - day).toBeLessThanOrEqual(meter.reportsEveryMs);
      expect(instruments.nextReport(meter.id, next) - next).toBe(meter.reportsEveryMs);
      if (meter.reportsEveryMs >= 900_000) expect(next % 900_000).toBe(0);
      else seconds.set((next / 1000) % 60, (seconds.get((next / 1000) % 60) ?? 0) + 1);
    }
    expect(seconds.size).toBeGreaterThan(40);
    expect(Math.max(...seconds.values())).toBeLessThan(15);
  });
});
