import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { EnergyReader } from "../../../api/energy/reader.ts";
import { EnergyService } from "../../../api/energy/service.ts";
import { DAY_MS, QUARTER_MS } from "../../../park/calendar.ts";
import type { RegisterChannel } from "../../../park/quantities.ts";
import type { EnergyRow } from "../../../store/telemetry.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { measured, settlement, shared, unknown } from "../../kit/settled.ts";
import { smallPark } from "../../kit/small-park.ts";

const park = smallPark();
const DAY = Date.parse("2026-11-19T00:00:00+08:00");
const LATER = DAY + 10 * DAY_MS;
let telemetry = new MemoryTelemetry();
let energy = new EnergyService(park, new EnergyReader(park, telemetry));

beforeEach(() => {
  telemetry = new MemoryTelemetry();
  energy = new EnergyService(park, new EnergyReader(park, telemetry));
});

async function put(meter: string, channel: RegisterChannel, rows: readonly EnergyRow[]): Promise<void> {
  await telemetry.writeSettlements([settlement(park.calendar, meter, channel, rows)]);
}

const day = (make: (i: number, startMs: number) => EnergyRow) =>
  Array.from({ length: 96 }, (_, i) => make(i, DAY + i * QUARTER_MS));
const steady = (kwh: number) => day((_, t) => measured(t, kwh));

async function wholePark(): Promise<void> {
  await put("gate", "energyImportKwh", steady(100));
  await put("gate", "energyExportKwh", steady(2));
  await put("wafer-load", "energyImportKwh", steady(80));
  await put("carpet-load", "energyImportKwh", steady(25));
  await put("carpet-line", "energyImportKwh", steady(10));
  await put("roof", "energyExportKwh", steady(20));
  await put("pack", "energyImportKwh", steady(15));
  await put("pack", "energyExportKwh", steady(5));
}

const whole = { fromMs: DAY, toMs: DAY + DAY_MS, nowMs: LATER } as const;

describe("energy of a scope", () => {
  it("a gate's import is the park's import; a meter below counts once", async () => {
    await wholePark();
    const answer = await energy.energy({
      scope: { kind: "park" },
      medium: "electricity",
      resolution: "1d",
      ...whole,
    });
    expect(answer.importKwh).toEqual([9600]);
    expect(answer.total).toEqual({ importKwh: 9600, exportKwh: 192 });
    expect(answer.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
    expect(answer.quality).toEqual(["measured"]);
    expect(answer.time).toEqual(["2026-11-19T00:00:00+08:00"]);
  });

  it("E4 what nothing closes is null, never zero, and the rest of the day stands with its known share", async () => {
    await put(
      "wafer-load",
      "energyImportKwh",
      day((i, t) => (i === 40 ? unknown(t) : measured(t, 10))),
    );
    const scope = { kind: "meter", id: "wafer-load" } as const;
    const fine = await energy.energy({ scope, medium: "electricity", resolution: "15m", ...whole });
    expect(fine.importKwh?.[40]).toBeNull();
    expect(fine.quality[40]).toBe("missing");
    const coarse = await energy.energy({ scope, medium: "electricity", resolution: "1d", ...whole });
    expect(coarse.importKwh).toEqual([950]);
    expect(coarse.known).toEqual([95 / 96]);
    expect(coarse.quality).toEqual(["estimated"]);
  });

  it("E3 quality belongs to the bucket as asked: an hour over a healed gap is estimated only where its ends are", async () => {
    const rows = day((i, t) => (i >= 40 && i < 44 ? shared(t, 10) : measured(t, 10)));
    await put("wafer-load", "energyImportKwh", rows);
    const scope = { kind: "meter", id: "wafer-load" } as const;
    const hours = await energy.energy({ scope, medium: "electricity", resolution: "1h", ...whole });
    expect(hours.quality[9]).toBe("measured");
    expect(hours.quality[10]).toBe("estimated");
    const coarse = await energy.energy({ scope, medium: "electricity", resolution: "1d", ...whole });
    expect(coarse.quality).toEqual(["measured"]);
  });

  it("E14 coverage is a share of energy: an estimated tenth of the day's energy is a tenth", async () => {
    const rows = day((i, t) => (i < 48 ? shared(t, 1) : measured(t, 9)));
    await put("wafer-load", "energyImportKwh", rows);
    const answer = await energy.energy({
      scope: { kind: "meter", id: "wafer-load" },
      medium: "electricity",
      resolution: "15m",
      ...whole,
    });
    expect(answer.coverage.estimated).toBeCloseTo(0.1, 12);
    expect(answer.coverage.measured).toBeCloseTo(0.9, 12);
  });

  it("a virtual meter is the sum of its parts, and missing where a part is", async () => {
    await put("carpet-load", "energyImportKwh", steady(25));
    await put(
      "carpet-line",
      "energyImportKwh",
      day((i, t) => (i === 3 ? unknown(t) : measured(t, 10))),
    );
    const answer = await energy.energy({
      scope: { kind: "meter", id: "carpet-rest" },
      medium: "electricity",
      resolution: "15m",
      ...whole,
    });
    expect(answer.importKwh?.[2]).toBe(15);
    expect(answer.importKwh?.[3]).toBeNull();
  });

  it("E4 a virtual meter's day is the hours in which every part is known, at every resolution", async () => {
    await put(
      "carpet-load",
      "energyImportKwh",
      day((i, t) => (i < 10 ? unknown(t) : measured(t, 25))),
    );
    await put(
      "carpet-line",
      "energyImportKwh",
      day((i, t) => (i >= 90 ? unknown(t) : measured(t, 10))),
    );
    const scope = { kind: "meter", id: "carpet-rest" } as const;
    for (const resolution of ["15m", "1h", "1d"] as const) {
      const answer = await energy.energy({ scope, medium: "electricity", resolution, ...whole });
      expect(answer.total.importKwh, resolution).toBe(80 * 15);
    }
    const coarse = await energy.energy({ scope, medium: "electricity", resolution: "1d", ...whole });
    expect(coarse.known).toEqual([80 / 96]);
    expect(coarse.quality).toEqual(["estimated"]);
  });

  it("days and the total add up exactly, whatever the energies", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 10_000_000_000 }), { minLength: 96, maxLength: 96 }),
        async (micros) => {
          const rows = day((i, t) => ({
            startMs: t,
            micro: micros[i] ?? 0,
            knownMs: QUARTER_MS,
            flags: 1023,
          }));
          await put("wafer-load", "energyImportKwh", rows);
          const scope = { kind: "meter", id: "wafer-load" } as const;
          const fine = await energy.energy({ scope, medium: "electricity", resolution: "15m", ...whole });
          const coarse = await energy.energy({ scope, medium: "electricity", resolution: "1d", ...whole });
          expect(coarse.total.importKwh).toBe(fine.total.importKwh);
          expect(Math.round((coarse.total.importKwh ?? -1) * 1e6)).toBe(micros.reduce((a, b) => a + b, 0));
        },
      ),
      { numRuns: 30 },
    );
  });
});

describe("balance of a scope", () => {
  it("import + PV + discharge = export + charging + use + unknown, in every bucket", async () => {
    await wholePark();
    const answer = await energy.balanceAnswer({ scope: { kind: "park" }, resolution: "15m", ...whole });
    for (let i = 0; i < 96; i++) {
      const v = (list: readonly (number | null)[]) => list[i] ?? Number.NaN;
      const left = v(answer.gridImportKwh) + v(answer.pvKwh) + v(answer.storageOutKwh);
      const right =
        v(answer.gridExportKwh) + v(answer.storageInKwh) + v(answer.useKwh) + v(answer.unknownKwh);
      expect(left).toBeCloseTo(right, 9);
    }
    expect(answer.useKwh[0]).toBe(105);
    expect(answer.unknownKwh[0]).toBe(3);
  });

  it("does not say what does not add up where a part is missing", async () => {
    await wholePark();
    await put(
      "carpet-load",
      "energyImportKwh",
      day((i, t) => (i === 5 ? unknown(t) : measured(t, 25))),
    );
    const answer = await energy.balanceAnswer({ scope: { kind: "park" }, resolution: "15m", ...whole });
    expect(answer.useKwh[5]).toBe(80);
    expect(answer.unknownKwh[5]).toBeNull();
    expect(answer.quality[5]).toBe("estimated");
    expect(answer.unknownKwh[6]).toBe(3);
  });

  it("hours and days say the same of what does not add up, also on a day known in part", async () => {
    await wholePark();
    await put(
      "carpet-load",
      "energyImportKwh",
      day((i, t) => (i >= 50 ? unknown(t) : measured(t, 25))),
    );
    const ask = (resolution: "1h" | "1d") =>
      energy.balanceAnswer({ scope: { kind: "park" }, resolution, ...whole });
    const [hours, days] = [await ask("1h"), await ask("1d")];
    expect(hours.total.unknownKwh).toBe(50 * 3);
    expect(days.total.unknownKwh).toBe(50 * 3);
    expect(days.total.useKwh).toBe(hours.total.useKwh);
  });

  it("what a scope does not have is nothing; what it has and never sent is missing", async () => {
    await put("carpet-load", "energyImportKwh", steady(25));
    const answer = await energy.balanceAnswer({ scope: { kind: "park" }, resolution: "1d", ...whole });
    expect(answer.pvKwh).toEqual([null]);
    expect(answer.gridImportKwh).toEqual([null]);
    expect(answer.useKwh).toEqual([2400]);
  });

  it("settled is false only while an earlier reading of the scope has not been worked in", async () => {
    await wholePark();
    await telemetry.writeReadings([], [{ meter: "roof", fromMs: DAY + DAY_MS }]);
    const ask = async () =>
      (await energy.balanceAnswer({ scope: { kind: "park" }, resolution: "1d", ...whole })).settled;
    expect(await ask()).toBe(true);
    await telemetry.writeReadings([], [{ meter: "roof", fromMs: DAY }]);
    expect(await ask()).toBe(false);
  });
});
