import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type DataCentresAnswer, dataCentresAnswer } from "../../api/answers/data-centres.ts";
import { parsePark } from "../../park/load.ts";
import { carbonUsage, dataCentreFigures, keeps, REFERENCES } from "../../standards/data-centre.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { putDays } from "../kit/green-park.ts";

const NOW = Date.parse("2026-11-20T12:00:00+08:00");
const DAY = Date.parse("2026-10-01T00:00:00+08:00");

const park = parsePark(`
park: { id: hall, name: { zh: 机房园, en: Hall park }, timeZone: Asia/Shanghai, province: 青海 }
boundaries:
  - { id: zc, standard: cn-910-2025, members: [dc],
      electricityEquivalent: { kgcePerKwh: 0.3024, authority: CEC annual report 2025, grade: C } }
enterprises:
  - { id: dc, name: { zh: 数据中心, en: Data centre }, sector: data-centre }
  - { id: other, name: { zh: 他厂, en: Other works }, sector: carpet }
meters:
  - { id: gate, role: grid, enterprise: dc, maxPowerKw: 9000, reportsEvery: 1m, registers: { energyImportKwh: {}, energyExportKwh: {} } }
  - { id: hall-load, role: load, enterprise: dc, parent: gate, maxPowerKw: 9000, reportsEvery: 1m }
  - { id: feed-a, role: it-load, enterprise: dc, parent: hall-load, maxPowerKw: 9000, reportsEvery: 1m }
  - { id: feed-b, role: it-load, enterprise: dc, parent: hall-load, maxPowerKw: 9000, reportsEvery: 1m }
  - { id: roof, role: pv, enterprise: dc, parent: gate, maxPowerKw: 9000, reportsEvery: 1m }
  - { id: tower, role: water, enterprise: dc, reportsEvery: 15m, registers: { volumeM3: { maxRatePerHour: 100 } } }
  - { id: turbine, role: gas, enterprise: dc, fuel: natural-gas, reportsEvery: 15m, registers: { volumeM3: { maxRatePerHour: 100 } } }
assets:
  - { id: halls, kind: data-hall, name: { zh: 机房, en: Halls }, enterprise: dc, meters: [gate], itMeters: [feed-a, feed-b],
      waterMeters: [tower], gasMeters: [turbine] }
`);

let api: TestApi;

beforeEach(async () => {
  api = await testApi(park, NOW);
});

afterEach(async () => {
  await api.close();
});

/** A quarter-hour: 120 bought, 5 given, 15 from the roof make 130; IT takes 60 + 40; 0.18 m³ of water, 1 m³ of gas. */
const put = async (days: number) =>
  await putDays(api.telemetry, park, DAY, days, [
    ["gate", "energyImportKwh", () => 120],
    ["gate", "energyExportKwh", () => 5],
    ["hall-load", "energyImportKwh", () => 130],
    ["feed-a", "energyImportKwh", () => 60],
    ["feed-b", "energyImportKwh", () => 40],
    ["roof", "energyExportKwh", () => 15],
    ["tower", "volumeM3", () => 0.18],
    ["turbine", "volumeM3", () => 1],
  ]);

async function ask(query: string, token: string): Promise<DataCentresAnswer> {
  const reply = await api.ask(`/api/v1/data-centres?${query}`, token);
  expect(reply.status).toBe(200);
  return dataCentresAnswer.parse(await reply.json());
}

const OCTOBER_2 = "from=2026-10-01T00:00:00%2B08:00&to=2026-10-03T00:00:00%2B08:00";

describe("GET /data-centres", () => {
  it("ISO/IEC 30134-2, -8, -9 by hand: PUE 1.405, WUE 1.8 l/kWh, CUE by three methods", async () => {
    await put(2);
    const { halls, methods, factorSets } = await ask(OCTOBER_2, await api.token("office"));
    const hall = halls[0];
    // 130 kWh and 1 m³ of gas at 10.5 kWh for 100 kWh of IT.
    expect(hall?.pue).toBeCloseTo(1.405, 9);
    expect(hall?.wue).toBeCloseTo(1.8, 9);
    expect(hall?.facilityKwh).toBeCloseTo(130 * 192, 6);
    expect(hall?.totalKwh).toBeCloseTo(140.5 * 192, 6);
    const gas = 2.162189;
    const cue = Object.fromEntries(hall?.cue.map((c) => [c.method, c.value]) ?? []);
    expect(cue["cn-910-2025-annex-4"]).toBeCloseTo((120 * 0.8325 + gas) / 100, 5);
    expect(cue["location-based"]).toBeCloseTo((120 * 0.1796 + gas) / 100, 5);
    expect(cue["market-based"]).toBeCloseTo((120 * 0.6096 + gas) / 100, 5);
    expect(hall?.greenShare).toBeCloseTo(15 / 130, 6);
    expect(hall?.provisional).toBe(false);
    expect(hall?.coverage.it).toEqual({ measured: 1, estimated: 0, missing: 0 });
    expect(methods.map((m) => [m.id, m.clause, m.grade])).toEqual([
      ["pue", "ISO/IEC 30134-2; EN 50600-4-2", "B"],
      ["cue", "ISO/IEC 30134-8:2022", "B"],
      ["wue", "ISO/IEC 30134-9", "R"],
      ["green-share", "发改环资〔2025〕910号 附件4（零因子电）", "A"],
    ]);
    expect(factorSets.map((s) => s.id)).toContain("cn-ndrc-guidelines-a");
  });

  it("by day and by month; a day that is missing is null, and the figure provisional", async () => {
    await put(1);
    const office = await api.token("office");
    const daily = (await ask(OCTOBER_2, office)).halls[0];
    expect(daily?.series.pue.map((p) => (p === null ? null : Number(p.toFixed(3))))).toEqual([1.405, null]);
    expect(daily?.series.time.map((t) => t.slice(0, 10))).toEqual(["2026-10-01", "2026-10-02"]);
    expect(daily?.provisional).toBe(true);
    const monthly = await ask(
      "from=2026-10-01T00:00:00%2B08:00&to=2026-11-01T00:00:00%2B08:00&resolution=1M",
      office,
    );
    expect(monthly.halls[0]?.series.wue.map((w) => Number(w?.toFixed(6)))).toEqual([1.8]);
  });

  it("an enterprise sees its own halls, another none, a VPP operator none, a stranger nothing", async () => {
    await put(1);
    expect((await ask(OCTOBER_2, await api.token("enterprise", "dc"))).halls.length).toBe(1);
    expect((await ask(OCTOBER_2, await api.token("enterprise", "other"))).halls).toEqual([]);
    expect((await ask(OCTOBER_2, await api.token("vpp"))).halls).toEqual([]);
    expect((await api.ask(`/api/v1/data-centres?${OCTOBER_2}`)).status).toBe(401);
  });
});

describe("data-centre rules", () => {
  it("are unknown where a part is, and where IT took nothing; never 0", () => {
    expect(dataCentreFigures({ facilityKwh: 130, itKwh: null, gasM3: 0, waterM3: 1 })).toEqual({
      totalKwh: 130,
      pue: null,
      wue: null,
    });
    expect(dataCentreFigures({ facilityKwh: 130, itKwh: 0, gasM3: 0, waterM3: 1 }).pue).toBeNull();
    expect(dataCentreFigures({ facilityKwh: 130, itKwh: 100, gasM3: 0, waterM3: null }).wue).toBeNull();
    expect(carbonUsage({ facilityKwh: 130, itKwh: 100, gasM3: 0, waterM3: null }, null, 2)).toBeNull();
  });

  it("reference values: average below 1.5, national green 1.30 at most, level limits unverified (grade R)", () => {
    const kept = (id: string, value: number) => {
      const reference = REFERENCES.find((r) => r.id === id);
      return reference === undefined ? null : keeps(reference, value);
    };
    expect([kept("plan-2024-pue", 1.5), kept("plan-2024-pue", 1.49)]).toEqual([false, true]);
    expect([kept("green-2025", 1.3), kept("green-2025", 1.31)]).toEqual([true, false]);
    expect([kept("plan-2024-hub-green", 0.79), kept("plan-2024-hub-green", 0.8)]).toEqual([false, true]);
    for (const r of REFERENCES) {
      expect(r.source.length).toBeGreaterThan(5);
      expect(r.grade).toBe(r.id.startsWith("gb-40879") ? "R" : "B");
    }
  });
});
