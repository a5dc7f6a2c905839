import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type IndicatorsAnswer, indicatorsAnswer } from "../../api/answers/indicators.ts";
import { parsePark } from "../../park/load.ts";
import type { Park } from "../../park/park.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { entry } from "../kit/entries.ts";
import { putDays } from "../kit/green-park.ts";

const NOW = Date.parse("2026-11-20T12:00:00+08:00");
/** 1.2 TWh a year. */
const QUARTER_KWH = 1_200_000_000 / 365 / 96;

/** Electricity and nothing else, behind one gate. */
function electricPark(contracts = ""): Park {
  return parsePark(`
park: { id: electric, name: { zh: 全电园区, en: All-electric park }, timeZone: Asia/Shanghai, province: 青海 }
boundaries:
  - id: zc
    standard: cn-910-2025
    members: [works]
    electricityEquivalent: { kgcePerKwh: 0.3024, authority: CEC annual report 2025, grade: C }
    leftOut: [{ indicator: waste-heat-use, reason: no waste heat above 60 °C }]
enterprises:
  - { id: works, name: { zh: 工厂, en: Works }, sector: silicon-wafer }
  - { id: other, name: { zh: 他厂, en: Other works }, sector: carpet }
meters:
  - { id: gate, role: grid, enterprise: works, maxPowerKw: 200000, reportsEvery: 1m, registers: { energyImportKwh: {} } }
  - { id: load, role: load, enterprise: works, parent: gate, maxPowerKw: 200000, reportsEvery: 1m }
${contracts}`);
}

let api: TestApi;
let office: string;

async function open(park: Park): Promise<void> {
  api = await testApi(park, NOW);
  office = await api.token("office");
}

async function ask(query: string): Promise<IndicatorsAnswer> {
  const reply = await api.ask(`/api/v1/indicators?boundary=zc&${query}`, office);
  expect(reply.status).toBe(200);
  return indicatorsAnswer.parse(await reply.json());
}

const span = (from: string, to: string) => `from=${from}T00:00:00%2B08:00&to=${to}T00:00:00%2B08:00`;

const put = async (park: Park, from: string, days: number) =>
  await putDays(api.telemetry, park, Date.parse(`${from}T00:00:00+08:00`), days, [
    ["gate", "energyImportKwh", () => QUARTER_KWH],
    ["load", "energyImportKwh", () => QUARTER_KWH],
  ]);

afterEach(async () => {
  await api.close();
});

describe("the worked table of an all-electric park (附件3, 附件4)", () => {
  beforeEach(async () => {
    const park = electricPark();
    await open(park);
    await put(park, "2026-10-01", 31);
  });

  // e kgce/kWh, t/tce at g = 0, g in percent for 0.2 and for 0.3; as printed.
  it.each([
    ["equivalent-db31-t-783-2026", 0.28078, 2.965, 93.25, 89.88],
    ["equivalent-seen-0298", 0.298, 2.794, 92.84, 89.26],
    ["equivalent-cec-2025", 0.3024, 2.753, 92.74, 89.1],
    ["equivalent-seen-0310", 0.31, 2.685, 92.55, 88.83],
  ])(
    "%s: %f kgce/kWh is %f t/tce, and needs %f %% for 0.2, %f %% for 0.3",
    async (set, e, value, middle, large) => {
      const { core, factorSets } = await ask(`${span("2026-10-01", "2026-11-01")}&factors=${set}`);
      expect((core.value ?? 0) / (0.8325 / e)).toBeCloseTo(1, 6);
      expect(core.value).toBeCloseTo(value, 3);
      const needed = core.zeroShareNeeded.map((n) => [n.target, n.share] as const);
      expect(needed.map(([target]) => target)).toEqual([0.2, 0.3]);
      for (const [target, share] of needed)
        expect((share ?? 0) / (1 - (target * e) / 0.8325)).toBeCloseTo(1, 6);
      expect((needed[0]?.[1] ?? 0) * 100).toBeCloseTo(middle, 1);
      expect((needed[1]?.[1] ?? 0) * 100).toBeCloseTo(large, 1);
      expect(factorSets.map((s) => s.id)).toContain(set);
    },
  );

  it("without a pin the park file's 0.3024 counts and the other three stand beside it, with what they turn", async () => {
    const { core, alternatives, openQuestions } = await ask(span("2026-10-01", "2026-11-01"));
    expect(core).toMatchObject({ tier: "200k-1M tce", tierBasis: "consumption", target: 0.2, met: false });
    expect(core.annualTce).toBeCloseTo(362_880, 3);
    expect(core.tierMargin.aboveLowerTce).toBeCloseTo(162_880, 3);
    expect(core.tierMargin.belowUpperTce).toBeCloseTo(637_120, 3);
    const equivalents = alternatives.filter((a) => a.question === "electricity-equivalent");
    expect(equivalents.map((a) => [a.option, a.flips, a.grade])).toEqual([
      ["equivalent-db31-t-783-2026", null, "C"],
      ["equivalent-seen-0298", null, "C"],
      ["equivalent-seen-0310", null, "C"],
    ]);
    const fossil = alternatives.find((a) => a.question === "other-electricity");
    expect(fossil?.value).toBeCloseTo(0.8273 / 0.3024, 6);
    expect(openQuestions.map((q) => q.id)).toEqual([
      "exports",
      "other-electricity",
      "own-pv-direct",
      "electricity-equivalent",
      "clean-energy-share",
    ]);
  });
});

describe("the tier by size", () => {
  it("says when another 等价值 would put the park into another tier, or turn the verdict", async () => {
    await open(electricPark());
    // 700 GWh: 0.28078 makes 196,546 tce, the others more than 200,000.
    await api.ledger.addEntries([
      entry({ kind: "activity", scope: "boundary:zc", subject: "electricity/in", amount: 7e8, unit: "kWh" }),
    ]);
    const { core, alternatives } = await ask(span("2025-01-01", "2026-01-01"));
    expect(core).toMatchObject({ tier: "200k-1M tce", target: 0.2 });
    expect(core.numerator[0]).toMatchObject({ basis: "declared", declared: [{ entry: 1 }] });
    expect(core.numerator[0]?.declared[0]?.amount).toBeCloseTo(7e8, 3);
    const shanghai = alternatives.find((a) => a.option === "equivalent-db31-t-783-2026");
    expect(shanghai).toMatchObject({ tier: "below", target: null, met: null, flips: "tier" });
  });

  it("under 20万 tce: no tier, no target, no verdict, said plainly", async () => {
    await open(electricPark());
    await api.ledger.addEntries([
      entry({ kind: "activity", scope: "boundary:zc", subject: "electricity/in", amount: 1e8, unit: "kWh" }),
    ]);
    const { core } = await ask(span("2025-01-01", "2026-01-01"));
    expect(core).toMatchObject({ tier: "below", target: null, met: null });
    expect(core.tierNote?.en).toContain("to be confirmed");
    expect(core.value).toBeCloseTo(2.753, 3);
  });

  it("from 100万 tce the target is 0.3", async () => {
    await open(electricPark());
    await api.ledger.addEntries([
      entry({
        kind: "activity",
        scope: "boundary:zc",
        subject: "electricity/in",
        amount: 3.4e9,
        unit: "kWh",
      }),
    ]);
    expect((await ask(span("2025-01-01", "2026-01-01"))).core).toMatchObject({
      tier: "over 1M tce",
      target: 0.3,
      met: false,
    });
  });
});

describe("years before there were meters", () => {
  it("2025 is made of activity entries, fuels, heat and processes with their evidence", async () => {
    await open(electricPark());
    await api.ledger.addEntries([
      entry({
        kind: "activity",
        scope: "enterprise:works",
        subject: "electricity/in",
        amount: 1e9,
        unit: "kWh",
      }),
      entry({ kind: "fuel", scope: "enterprise:works", subject: "diesel/final-use", amount: 100 }),
      entry({ kind: "fuel", scope: "enterprise:works", subject: "bituminous/heat-supply", amount: 1000 }),
      entry({ kind: "heat", scope: "enterprise:works", subject: "in/fossil", amount: 10_000, unit: "GJ" }),
      entry({
        kind: "heat",
        scope: "enterprise:works",
        subject: "out/fossil",
        amount: 1000,
        unit: "GJ",
        detail: JSON.stringify({ factorTco2PerGj: 0.1, source: "measured by the boiler house" }),
      }),
      entry({
        kind: "process",
        scope: "enterprise:works",
        subject: "工业硅",
        amount: 2000,
        detail: JSON.stringify({ factorTco2PerT: 4.2, source: "provincial inventory" }),
      }),
      // Not of the boundary.
      entry({ kind: "fuel", scope: "enterprise:other", subject: "diesel/final-use", amount: 1e6 }),
    ]);
    const { core, provisional, missing } = await ask(span("2025-01-01", "2026-01-01"));
    const expected = 1e6 * 0.8325 + 100 * 3.1451 + 1000 * 2.0715 + 10_000 * 0.11 - 1000 * 0.1 + 2000 * 4.2;
    expect((core.carbonT ?? 0) / expected).toBeCloseTo(1, 6);
    const tce = 1e6 * 0.3024 + 100 * 1.4571 + (1000 * 23.204) / 29.3076 + 9000 * 0.03412;
    expect((core.consumptionTce ?? 0) / tce).toBeCloseTo(1, 9);
    expect(core.numerator.map((t) => [t.id, t.basis])).toEqual([
      ["electricity-in-fossil", "declared"],
      ["fuel:bituminous:heat-supply", "declared"],
      ["fuel:diesel", "declared"],
      ["heat-in-fossil", "declared"],
      [expect.stringMatching(/^heat-out-fossil:ledger\/entry\/\d+$/), "declared"],
      [expect.stringMatching(/^process:工业硅:ledger\/entry\/\d+$/), "declared"],
    ]);
    expect(missing).toEqual([]);
    expect(provisional).toBe(false);
  });

  it("metered counts and declared stands beside it; where more than 5 % of a month is missing the declared month counts", async () => {
    const park = electricPark();
    await open(park);
    await put(park, "2026-08-01", 61);
    await put(park, "2026-10-01", 10);
    await api.ledger.addEntries(
      ["2026-08", "2026-10"].map((month) =>
        entry({
          kind: "activity",
          scope: "enterprise:works",
          subject: "electricity/in",
          from: `${month}-01`,
          to: month === "2026-08" ? "2026-09-01" : "2026-11-01",
          amount: 1e8,
          unit: "kWh",
        }),
      ),
    );
    const reply = await api.ask(
      `/api/v1/carbon?scope=boundary:zc&${span("2026-08-01", "2026-11-01")}`,
      office,
    );
    const { figures } = (await reply.json()) as {
      figures: { terms: { amount: number; basis: string; beside: unknown; missingMonths: string[] }[] }[];
    };
    const term = figures[0]?.terms[0];
    expect(term?.basis).toBe("both");
    expect(term?.amount).toBeCloseTo(61 * 96 * QUARTER_KWH + 1e8, 0);
    expect(term?.beside).toEqual({ value: 1e8, basis: "declared" });
    expect(term?.missingMonths).toEqual([]);
  });
});

describe("under 95 % coverage", () => {
  it("a figure is provisional and names the terms, meters and months that are missing", async () => {
    const park = electricPark();
    await open(park);
    await put(park, "2026-08-01", 31);
    await put(park, "2026-09-01", 15);
    const { provisional, missing } = await ask(span("2026-08-01", "2026-10-01"));
    expect(provisional).toBe(true);
    expect(missing.map((m) => [m.term, m.meters, m.months])).toEqual([
      ["electricity-in-fossil", ["gate"], ["2026-09"]],
    ]);
    expect(missing[0]?.missing).toBeCloseTo(15 / 61, 2);
  });
});

describe("guiding indicators", () => {
  it("from amounts of the ledger, from declared values, left out with a reason, or unknown with what is missing", async () => {
    await open(electricPark());
    await api.ledger.addEntries([
      entry({ kind: "activity", scope: "boundary:zc", subject: "electricity/in", amount: 1e9, unit: "kWh" }),
      entry({ kind: "waste", scope: "boundary:zc", subject: "generated", amount: 1000 }),
      entry({ kind: "waste", scope: "boundary:zc", subject: "used", amount: 968 }),
      entry({ kind: "indicator", scope: "boundary:zc", subject: "water-reuse", amount: 71, unit: "%" }),
    ]);
    const { guiding } = await ask(span("2025-01-01", "2026-01-01"));
    expect(guiding.map((g) => [g.id, g.value, g.state, g.basis])).toEqual([
      ["clean-energy-share", null, "unknown", null],
      ["product-energy-intensity", null, "unknown", null],
      ["solid-waste-use", 96.8, "met", "measured"],
      ["waste-heat-use", null, "left-out", null],
      ["water-reuse", 71, "not-met", "declared"],
    ]);
    const by = (id: string) => guiding.find((g) => g.id === id);
    expect(by("waste-heat-use")?.reason).toBe("no waste heat above 60 °C");
    expect(by("product-energy-intensity")?.missing?.code).toBe("product-intensity-missing");
    expect(by("water-reuse")?.declared[0]).toMatchObject({ evidence: "a test's document", amount: 71 });
    expect(by("solid-waste-use")?.parts.map((p) => p.amount)).toEqual([968, 1000]);
  });

  it("energy per unit of product against the declared level-2 limit", async () => {
    await open(electricPark());
    await api.ledger.addEntries([
      entry({
        kind: "activity",
        scope: "enterprise:works",
        subject: "electricity/in",
        amount: 1e9,
        unit: "kWh",
      }),
      entry({ kind: "production", scope: "enterprise:works", subject: "wafers", amount: 1e6, unit: "t" }),
      entry({
        kind: "target",
        scope: "enterprise:works",
        subject: "product-energy-intensity",
        amount: 310,
        unit: "kgce/t",
      }),
    ]);
    const { guiding } = await ask(span("2025-01-01", "2026-01-01"));
    const product = guiding.find((g) => g.id === "product-energy-intensity");
    expect(product).toMatchObject({ value: 100, target: 100, state: "met", basis: "measured" });
    expect(product?.parts[0]?.amount).toBeCloseTo(302.4, 6);
  });
});

describe("direct supply", () => {
  it("under 50 % is a warning and leaves the core indicator's verdict alone", async () => {
    const park = electricPark();
    await open(park);
    await put(park, "2026-10-01", 3);
    const { directSupply } = await ask(span("2026-10-01", "2026-10-04"));
    expect(directSupply).toMatchObject({ share: 0, shareWithoutOwnPv: 0, inPrinciple: 0.5, met: false });
    expect(directSupply.warning?.code).toBe("direct-supply-low");
  });
});

describe("members without meters", () => {
  it("add what they declare to what the others' meters count", async () => {
    const park = parsePark(
      `
park: { id: mixed, name: { zh: 混合园, en: Mixed park }, timeZone: Asia/Shanghai, province: 青海 }
boundaries:
  - { id: zc, standard: cn-910-2025, members: [works, other],
      electricityEquivalent: { kgcePerKwh: 0.3024, authority: CEC annual report 2025, grade: C } }
enterprises:
  - { id: works, name: { zh: 工厂, en: Works }, sector: silicon-wafer }
  - { id: other, name: { zh: 他厂, en: Other works }, sector: carpet }
meters:
  - { id: gate, role: grid, enterprise: works, maxPowerKw: 200000, reportsEvery: 1m, registers: { energyImportKwh: {} } }
  - { id: load, role: load, enterprise: works, parent: gate, maxPowerKw: 200000, reportsEvery: 1m }
  - { id: boiler, role: gas, enterprise: works, fuel: natural-gas, reportsEvery: 15m, registers: { volumeM3: { maxRatePerHour: 1000 } } }
`,
    );
    await open(park);
    await put(park, "2026-10-01", 31);
    await putDays(api.telemetry, park, Date.parse("2026-10-01T00:00:00+08:00"), 31, [
      ["boiler", "volumeM3", () => 10],
    ]);
    const october = { from: "2026-10-01", to: "2026-11-01" };
    await api.ledger.addEntries([
      entry({
        kind: "activity",
        scope: "enterprise:other",
        subject: "electricity/in",
        amount: 5e6,
        unit: "kWh",
        ...october,
      }),
      entry({
        kind: "activity",
        scope: "enterprise:other",
        subject: "gas/natural-gas",
        amount: 1000,
        unit: "m³",
        ...october,
      }),
      entry({
        kind: "activity",
        scope: "enterprise:works",
        subject: "electricity/in",
        amount: 1,
        unit: "kWh",
        ...october,
      }),
    ]);
    const { core, provisional } = await ask(span("2026-10-01", "2026-11-01"));
    const electricity = core.numerator.find((t) => t.id === "electricity-in-fossil");
    expect(electricity?.amount).toBeCloseTo(31 * 96 * QUARTER_KWH + 5e6, 0);
    expect(electricity?.basis).toBe("both");
    const gas = core.numerator.find((t) => t.id === "gas:natural-gas");
    expect(gas?.amount).toBeCloseTo(31 * 96 * 10 + 1000, 3);
    expect(gas?.declared.map((d) => d.scope)).toEqual(["enterprise:other"]);
    expect(provisional).toBe(false);
  });
});
