import { describe, expect, it } from "vitest";
import { carbonAnswer } from "../../../api/carbon.ts";
import { EnergyReader } from "../../../api/energy/reader.ts";
import { greenClaimsAnswer } from "../../../api/green-claims.ts";
import { indicatorsAnswer } from "../../../api/indicators.ts";
import { RecordBook } from "../../../api/standards/record-book.ts";
import { DAY_MS } from "../../../park/calendar.ts";
import { parsePark } from "../../../park/load.ts";
import type { Scope } from "../../../park/topology.ts";
import { entry } from "../../kit/entries.ts";
import { matchingFrom } from "../../kit/green-days.ts";
import { GREEN_DAY, greenPark, putDays } from "../../kit/green-park.ts";
import { MemoryRecords } from "../../kit/memory-records.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";

/** Electricity and green trade of a year without meters: standards 1.2, all-electric, a share g of kWh at factor 0. */

const LATER = Date.parse("2026-03-10T00:00:00+08:00");
const YEAR = {
  fromMs: Date.parse("2025-01-01T00:00:00+08:00"),
  toMs: Date.parse("2026-01-01T00:00:00+08:00"),
  nowMs: LATER,
};
const MONTHLY_KWH = 100_000_000;
const ZC: Scope = { kind: "boundary", id: "zc" };

const park = (equivalent: number) =>
  parsePark(`
park: { id: p, name: { zh: 园, en: Park }, timeZone: Asia/Shanghai, province: 青海 }
boundaries:
  - { id: zc, standard: cn-910-2025, members: [a, b], electricityEquivalent: { kgcePerKwh: ${equivalent}, authority: a test, grade: C } }
enterprises:
  - { id: a, name: { zh: 甲, en: A }, sector: silicon-wafer }
  - { id: b, name: { zh: 乙, en: B }, sector: silicon-wafer }
meters: [{ id: w, role: water, enterprise: a, reportsEvery: 15m }]
`);

async function depsFor(equivalent: number, greenShare: number, bought: string = "enterprise:a") {
  const records = new MemoryRecords();
  const months = Array.from({ length: 12 }, (_, i) => `2025-${String(i + 1).padStart(2, "0")}`);
  await records.addEntries(
    months.map((month, i) =>
      entry({
        kind: "activity",
        scope: bought,
        subject: "electricity/in",
        from: `${month}-01`,
        to: i === 11 ? "2026-01-01" : `${months[i + 1]}-01`,
        amount: MONTHLY_KWH,
        unit: "kWh",
      }),
    ),
  );
  await records.addSettlements(
    months.map((month) => ({
      by: "c",
      byLabel: "office",
      atMs: 0,
      evidence: "a document",
      evidenceFile: null,
      kind: "green-trade",
      reference: month,
      project: "wind",
      month,
      beneficiary: "a",
      energyKwh: MONTHLY_KWH * greenShare,
      quarterHoursKwh: null,
      replaces: null,
    })),
  );
  const of = park(equivalent);
  const telemetry = new MemoryTelemetry();
  return {
    park: of,
    reader: new EnergyReader(of, telemetry),
    matching: matchingFrom(of, telemetry),
    records: new RecordBook(records, () => LATER),
  };
}

describe("green trade of a year that only the ledger knows", () => {
  it.each([
    [0.28078, 0.9325, 0.8988],
    [0.298, 0.9284, 0.8926],
    [0.3024, 0.9274, 0.891],
    [0.31, 0.9255, 0.8883],
  ])("standards 1.2 at 等价值 %f: %f of kWh green come to 0.2, %f to 0.3", async (equivalent, g2, g3) => {
    for (const [share, target] of [
      [g2, 0.2],
      [g3, 0.3],
    ] as const) {
      const answer = await indicatorsAnswer(await depsFor(equivalent, share), { boundary: "zc", ...YEAR });
      expect(answer.core.value).toBeCloseTo(((1 - share) * 0.8325) / equivalent, 9);
      // The table's shares are rounded to 0.01 %.
      expect(Math.abs((answer.core.value ?? Number.NaN) - target)).toBeLessThan(
        0.00005 * (0.8325 / equivalent),
      );
    }
  });

  it("counts up to what was bought, also where the boundary as a whole declares it; the rest is carried", async () => {
    for (const bought of ["enterprise:a", "boundary:zc"]) {
      const deps = await depsFor(0.3, 1.25, bought);
      const carbon = await carbonAnswer(deps, { scope: ZC, ...YEAR });
      expect(carbon.figures[0]?.totalKg).toBeCloseTo(0, 3);
      const { claims } = await greenClaimsAnswer(deps, { scope: ZC, ...YEAR });
      expect(claims).toHaveLength(12);
      for (const claim of claims) {
        expect(claim.countedKwh).toBe(MONTHLY_KWH);
        expect(claim.carriedKwh).toBe(MONTHLY_KWH / 4);
      }
    }
  });

  it("without an entry of what was bought nothing counts", async () => {
    const deps = await depsFor(0.3, 0.5, "enterprise:b");
    const carbon = await carbonAnswer(deps, { scope: ZC, ...YEAR });
    expect(carbon.figures[0]?.totalKg).toBeCloseTo(12 * MONTHLY_KWH * 0.8325, 3);
  });
});

describe("a member's bill of a month that its meters know half of", () => {
  const NOVEMBER = {
    fromMs: Date.parse("2026-11-01T00:00:00+08:00"),
    toMs: Date.parse("2026-12-01T00:00:00+08:00"),
    nowMs: Date.parse("2026-12-10T00:00:00+08:00"),
  };

  async function totals(scope: string) {
    const of = greenPark((yaml) => yaml.slice(0, yaml.indexOf("contracts:")));
    const telemetry = new MemoryTelemetry();
    const half = NOVEMBER.fromMs + 15 * DAY_MS;
    await putDays(telemetry, of, NOVEMBER.fromMs, 30, GREEN_DAY, (row, meter) =>
      meter.endsWith("-b") && row.startMs < half ? null : row,
    );
    const records = new MemoryRecords();
    await records.addEntries([
      entry({
        kind: "activity",
        scope,
        subject: "electricity/in",
        from: "2026-11-01",
        to: "2026-12-01",
        amount: scope === "boundary:zc" ? 300_000 : 144_000,
        unit: "kWh",
      }),
    ]);
    const deps = {
      park: of,
      reader: new EnergyReader(of, telemetry),
      matching: matchingFrom(of, telemetry),
      records: new RecordBook(records, () => NOVEMBER.nowMs),
    };
    const boughtOf = async (asked: Scope) => {
      const [figure] = (await carbonAnswer(deps, { scope: asked, ...NOVEMBER })).figures;
      return (figure?.terms ?? [])
        .filter((t) => t.id.startsWith("electricity-in"))
        .reduce((sum, t) => sum + (t.amount ?? 0), 0);
    };
    return {
      whole: await boughtOf(ZC),
      wafer: await boughtOf({ kind: "enterprise", id: "wafer" }),
      cell: await boughtOf({ kind: "enterprise", id: "cell" }),
    };
  }

  it("stands in for its own meters and nobody else's; the boundary's own stands for all of them", async () => {
    expect(await totals("enterprise:cell")).toEqual({ whole: 280_800, wafer: 136_800, cell: 144_000 });
    expect((await totals("boundary:zc")).whole).toBeCloseTo(300_000, 6);
  });
});

describe("heat of a boundary of which one member has a meter and another declares a measured factor", () => {
  const DAY = Date.parse("2026-11-18T00:00:00+08:00");
  const TWO_DAYS = { fromMs: DAY, toMs: DAY + 2 * DAY_MS, nowMs: DAY + 20 * DAY_MS };
  const measured = {
    detail: JSON.stringify({ factorTco2PerGj: 0.08, source: "measured by the boiler house" }),
  };

  async function heatOf(scope: Scope, declared: readonly ReturnType<typeof entry>[]) {
    const of = greenPark((yaml) =>
      yaml.replace("role: heat, enterprise: carpet", "role: heat, enterprise: cell"),
    );
    const telemetry = new MemoryTelemetry();
    await putDays(telemetry, of, DAY, 2);
    const records = new MemoryRecords();
    await records.addEntries(declared);
    const { figures } = await carbonAnswer(
      {
        park: of,
        reader: new EnergyReader(of, telemetry),
        matching: matchingFrom(of, telemetry),
        records: new RecordBook(records, () => TWO_DAYS.nowMs),
      },
      { scope, ...TWO_DAYS },
    );
    return (figures[0]?.terms ?? []).filter((t) => t.part === "heat");
  }
  const declares = (scope: string, amount: number, change: { readonly detail?: string } = {}) =>
    entry({
      kind: "heat",
      scope,
      subject: "in/fossil",
      from: "2026-11-18",
      to: "2026-11-20",
      amount,
      unit: "GJ",
      ...change,
    });
  const kgOf = (terms: Awaited<ReturnType<typeof heatOf>>) =>
    terms.reduce((sum, t) => sum + (t.carbonKg ?? 0), 0);

  it("counts each with its own factor: the boundary is the sum of its members", async () => {
    const declared = [declares("enterprise:wafer", 100, measured)];
    const terms = await heatOf(ZC, declared);
    expect(terms.map((t) => [t.amount, t.basis, t.meters, t.declared.length])).toEqual([
      [100, "declared", [], 1],
      [expect.closeTo(19.2, 9), "metered", ["heat-c"], 0],
    ]);
    expect(kgOf(terms)).toBeCloseTo(100 * 80 + 19.2 * 110, 6);
    const wafer = await heatOf({ kind: "enterprise", id: "wafer" }, declared);
    const cell = await heatOf({ kind: "enterprise", id: "cell" }, declared);
    expect(kgOf(terms)).toBeCloseTo(kgOf(wafer) + kgOf(cell), 6);
  });

  it("what a member with a meter declares beside it counts nothing, whatever factor it brings", async () => {
    const declared = [declares("enterprise:wafer", 100), declares("enterprise:cell", 50, measured)];
    const terms = await heatOf(ZC, declared);
    expect(terms.map((t) => [t.amount, t.basis])).toEqual([[expect.closeTo(119.2, 9), "both"]]);
    expect(kgOf(terms)).toBeCloseTo(119.2 * 110, 6);
  });
});
