import { describe, expect, it } from "vitest";
import { EnergyReader } from "../../../api/energy/reader.ts";
import { EnergyService } from "../../../api/energy/service.ts";
import { DAY_MS, HOUR_MS, QUARTER_MS, type Resolution } from "../../../park/calendar.ts";
import { parsePark } from "../../../park/load.ts";
import type { RegisterChannel } from "../../../park/quantities.ts";
import { type DirtyMark, ENERGY_FLAGS, type EnergyRow } from "../../../store/telemetry.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { ALL_SHARP, measured, settlement, shared, unknown } from "../../kit/settled.ts";

/** E14, worked by hand: coverage is a share of energy, in buckets as asked, up to now. */

const parkOf = (location: string) =>
  parsePark(`
park: { id: p, name: { zh: 园, en: Park }, timeZone: Asia/Shanghai${location} }
enterprises: [{ id: e, name: { zh: 厂, en: Works }, sector: steel }]
meters:
  - { id: line, role: load, enterprise: e, maxPowerKw: 40 }
  - { id: roof, role: pv, enterprise: e, maxPowerKw: 40 }
  - { id: gas-a, role: gas, enterprise: e, fuel: natural-gas, registers: { volumeM3: { maxRatePerHour: 8 } } }
  - { id: gas-b, role: gas, enterprise: e, fuel: natural-gas }
`);
const park = parkOf("");
const DAY = park.calendar.floor(Date.parse("2026-11-19T12:00:00+08:00"), "1d");
const LATER = DAY + 10 * DAY_MS;

type Put = readonly { meter: string; channel: RegisterChannel; rows: readonly EnergyRow[] }[];

async function serviceWith(put: Put, of = park, repairs?: () => Promise<readonly DirtyMark[]>) {
  const telemetry = new MemoryTelemetry();
  for (const { meter, channel, rows } of put)
    await telemetry.writeSettlements([settlement(of.calendar, meter, channel, rows)]);
  return new EnergyService(of, new EnergyReader(of, telemetry, null, repairs));
}

interface Asked {
  readonly meter: string;
  readonly resolution: Resolution;
  readonly toMs?: number;
  readonly nowMs?: number;
}

async function answerOf(put: Put, asked: Asked, of = park) {
  const service = await serviceWith(put, of);
  return await service.energy({
    scope: { kind: "meter", id: asked.meter },
    medium: "electricity",
    resolution: asked.resolution,
    fromMs: DAY,
    toMs: asked.toMs ?? DAY + DAY_MS,
    nowMs: asked.nowMs ?? LATER,
  });
}

const quarters = (make: (i: number, startMs: number) => EnergyRow, fromMs = DAY, count = 96) =>
  Array.from({ length: count }, (_, i) => make(i, fromMs + i * QUARTER_MS));
const line = (rows: readonly EnergyRow[]): Put => [{ meter: "line", channel: "energyImportKwh", rows }];
const roof = (rows: readonly EnergyRow[]): Put => [{ meter: "roof", channel: "energyExportKwh", rows }];

describe("E14 what is missing", () => {
  it("E14 weighs the meter's typical energy: 24 of 96 quarter-hours of a meter that takes 3 or 9", async () => {
    // 48 × 3 + 24 × 9 = 360 kWh in 18 hours are 20 kWh an hour; six hours are missing: 120 of 480 kWh
    const rows = quarters((i, t) => (i < 24 ? unknown(t) : measured(t, i < 72 ? 3 : 9)));
    const { coverage } = await answerOf(line(rows), { meter: "line", resolution: "15m" });
    expect(coverage).toEqual({ measured: 0.75, estimated: 0, missing: 0.25 });
  });

  const ofEnterprise = async (put: Put, medium: "electricity" | "gas" = "electricity") => {
    const service = await serviceWith(put);
    const span = { resolution: "1d", fromMs: DAY, toMs: DAY + DAY_MS, nowMs: LATER } as const;
    const scope = { kind: "enterprise", id: "e" } as const;
    return medium === "gas"
      ? (await service.energy({ scope, medium, ...span })).coverage
      : (await service.balanceAnswer({ scope, ...span })).coverage;
  };
  const given = roof(quarters((_, t) => measured(t, 1)));

  it("E14 of a register silent all the span, its typical energy is that of the 28 days before", async () => {
    // 8 kW in the two days before: 192 kWh missing beside 96 of the roof
    const before = quarters((_, t) => measured(t, 2), DAY - 2 * DAY_MS, 192);
    const coverage = await ofEnterprise([...line(before), ...given]);
    expect(coverage.missing).toBeCloseTo(192 / 288, 12);
    // 29 days ago is too long ago: rating × time
    const old = quarters((_, t) => measured(t, 2), DAY - 29 * DAY_MS, 96);
    expect((await ofEnterprise([...line(old), ...given])).missing).toBeCloseTo(960 / 1056, 12);
  });

  it("E14 else it is rating × time: 40 kW for 24 hours beside 96 kWh of the roof", async () => {
    const coverage = await ofEnterprise(given);
    expect(coverage.missing).toBeCloseTo(960 / (960 + 96), 12);
    expect(coverage.measured).toBeCloseTo(96 / (960 + 96), 12);
  });

  it("E14 the rating of another medium is the register's: 8 m³ an hour beside 96 m³", async () => {
    const rows = quarters((_, t) => measured(t, 1));
    const coverage = await ofEnterprise([{ meter: "gas-b", channel: "volumeM3", rows }], "gas");
    expect(coverage.missing).toBeCloseTo(192 / (192 + 96), 12);
  });

  it("E14 not for PV at night: what is silent then costs no energy", async () => {
    const night = (i: number) => i < 24 || i >= 72;
    for (const of of [park, parkOf(", location: { latitude: 0, longitude: 120, altitudeM: 0 }")]) {
      const silentNight = quarters((i, t) => (night(i) ? unknown(t) : measured(t, 5)));
      const dark = await answerOf(roof(silentNight), { meter: "roof", resolution: "15m" }, of);
      expect(dark.coverage.missing).toBeLessThan(0.03);
      // by day it does: half of the daylight missing is half of the energy, whatever the night says
      const halfDay = quarters((i, t) => (i < 48 ? unknown(t) : measured(t, night(i) ? 0 : 5)));
      const day = await answerOf(roof(halfDay), { meter: "roof", resolution: "15m" }, of);
      expect(day.coverage.missing).toBeCloseTo(0.5, 1);
    }
  });
});

describe("E14 what is known", () => {
  it("E14 the known part of a partly missing bucket is measured when its first and last known instants are sharp", async () => {
    const part = (flags: number) =>
      quarters((i, t) =>
        i === 2 ? { startMs: t, micro: 2_000_000, knownMs: QUARTER_MS / 2, flags } : measured(t, 4),
      );
    // 95 × 4 + 2 = 382 kWh in 95.5 quarter-hours are 4 a quarter-hour: 2 missing of 384
    const sharp = await answerOf(line(part(ENERGY_FLAGS.partSharp)), { meter: "line", resolution: "15m" });
    expect(sharp.quality[2]).toBe("estimated");
    expect(sharp.coverage).toEqual({ measured: 382 / 384, estimated: 0, missing: 2 / 384 });
    const blunt = await answerOf(line(part(0)), { meter: "line", resolution: "15m" });
    expect(blunt.coverage.estimated).toBeCloseTo(2 / 384, 12);
    expect(blunt.coverage.measured).toBeCloseTo(380 / 384, 12);
  });

  it("E14 sharp is as asked: an hour whose known part begins at a boundary sharp for days alone is estimated", async () => {
    const first = (flags: number) =>
      quarters((i, t) => (i === 3 ? unknown(t) : { ...measured(t, 4), ...(i === 0 ? { flags } : {}) }));
    const notForHours = ALL_SHARP & ~ENERGY_FLAGS.startSharp1h & ~ENERGY_FLAGS.startSharp15m;
    const blunt = await answerOf(line(first(notForHours)), { meter: "line", resolution: "1h" });
    expect(blunt.coverage.estimated).toBeCloseTo(12 / 384, 12);
    const sharp = await answerOf(line(first(ALL_SHARP)), { meter: "line", resolution: "1h" });
    expect(sharp.coverage.estimated).toBe(0);
    expect(sharp.coverage.missing).toBeCloseTo(4 / 384, 12);
  });

  it("E14 is counted in the buckets as asked: a healed hour is a share of quarter-hours and none of the day", async () => {
    const rows = quarters((i, t) => (i >= 40 && i < 44 ? shared(t, 4) : measured(t, 4)));
    const fine = await answerOf(line(rows), { meter: "line", resolution: "15m" });
    expect(fine.coverage.estimated).toBeCloseTo(4 / 96, 12);
    const coarse = await answerOf(line(rows), { meter: "line", resolution: "1d" });
    expect(coarse.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
  });
});

describe("E14 the span", () => {
  it("E14 ends at now: what has not been yet is not missing", async () => {
    const nowMs = DAY + 6 * HOUR_MS;
    const rows = quarters((_, t) => measured(t, 4), DAY, 24);
    for (const resolution of ["15m", "1h"] as const) {
      const { coverage } = await answerOf(line(rows), { meter: "line", resolution, nowMs });
      expect(coverage, resolution).toEqual({ measured: 1, estimated: 0, missing: 0 });
    }
  });

  it("E14 of a running day the end up to now is missing: after sunset nothing of PV", async () => {
    const nowMs = DAY + 22 * HOUR_MS;
    const rows = quarters((i, t) => measured(t, i >= 24 && i < 72 ? 5 : 0), DAY, 76);
    const { coverage } = await answerOf(roof(rows), { meter: "roof", resolution: "1d", nowMs });
    expect(coverage.missing).toBe(0);
    const load = await answerOf(line(rows), { meter: "line", resolution: "1d", nowMs });
    expect(load.coverage.missing).toBeCloseTo(3 / 22, 12);
  });

  it("E14 where all weights are zero it is shares of time", async () => {
    const rows = quarters((i, t) => (i < 24 ? unknown(t) : i < 48 ? shared(t, 0) : measured(t, 0)));
    const { coverage } = await answerOf(line(rows), { meter: "line", resolution: "15m" });
    expect(coverage).toEqual({ measured: 0.5, estimated: 0.25, missing: 0.25 });
  });
});

describe("what the answer says beside it", () => {
  it("E3 names the sharing: by the typical day where any share of it is", async () => {
    const rows = (flags: number) =>
      quarters((i, t) => (i === 7 ? { ...shared(t, 4), flags } : measured(t, 4)));
    const linear = await answerOf(line(rows(0)), { meter: "line", resolution: "15m" });
    expect(linear.sharing).toBe("linear");
    const typical = await answerOf(line(rows(ENERGY_FLAGS.typicalDay)), { meter: "line", resolution: "1h" });
    expect(typical.sharing).toBe("typicalDay");
  });

  it("is not settled while a decision about one of its meters is being carried out", async () => {
    const open: DirtyMark[] = [];
    const service = await serviceWith([], park, async () => open);
    const span = { resolution: "1d", fromMs: DAY, toMs: DAY + DAY_MS, nowMs: LATER } as const;
    const settled = async (id: string) =>
      (await service.energy({ scope: { kind: "meter", id }, medium: "electricity", ...span })).settled;
    expect(await settled("line")).toBe(true);
    open.push({ meter: "line", fromMs: 0 });
    expect(await settled("line")).toBe(false);
    expect(await settled("roof")).toBe(true);
  });
});
