import { beforeEach, describe, expect, it } from "vitest";
import { type PathwayAnswer, pathwayAnswer as schema } from "../../api/answers/pathway.ts";
import { EnergyReader } from "../../api/energy/reader.ts";
import { indicatorsAnswer } from "../../api/indicators.ts";
import { Pathways, type Scenario } from "../../api/pathway.ts";
import type { StandardsDeps } from "../../api/standards/deps.ts";
import { RecordBook } from "../../api/standards/record-book.ts";
import { pathwayTable } from "../../api/tables/pathway.ts";
import { LEVERS, type Lever } from "../../park/levers.ts";
import type { Park } from "../../park/park.ts";
import { NO_AMOUNTS } from "../../standards/pathway/scenario.ts";
import { testApi } from "../kit/api.ts";
import { matchingFrom } from "../kit/green-days.ts";
import { GREEN_DAY, greenPark, putDays } from "../kit/green-park.ts";
import { MemoryRecords } from "../kit/memory-records.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";

const NOON = Date.parse("2026-11-20T12:00:00+08:00");
const local = (date: string): number => Date.parse(`${date}T00:00:00+08:00`);

let telemetry = new MemoryTelemetry();
let records = new MemoryRecords();

function depsFor(park: Park): StandardsDeps {
  const reader = new EnergyReader(park, telemetry);
  return {
    park,
    reader,
    matching: matchingFrom(park, telemetry),
    records: new RecordBook(records, () => Date.now()),
  };
}

async function ask(park: Park, scenario: Scenario | null = null, nowMs = NOON): Promise<PathwayAnswer> {
  return schema.parse(await new Pathways(depsFor(park)).answer({ boundary: "zc", nowMs }, scenario));
}

function scenarioOf(amounts: Partial<Record<Lever, number>>): Scenario {
  return { amounts: { ...NO_AMOUNTS, ...amounts }, gasPower: "zero" };
}

function leverOf(answer: PathwayAnswer, id: Lever) {
  const lever = answer.levers.find((l) => l.id === id);
  if (lever === undefined) throw new Error(`no lever ${id}`);
  return lever;
}

/** Who wrote an entry, and what it rests on. */
const WRITTEN = {
  detail: "{}",
  replaces: null,
  by: "a",
  byLabel: "office",
  atMs: NOON,
  evidence: "letter 7",
  evidenceFile: null,
};

/** Surplus reaches nobody: what wafer does not use of its PV is exported. */
const alone = (change: (yaml: string) => string = (y) => y) =>
  greenPark((yaml) => change(yaml.replace("kind: private", "kind: public")));
/** Electricity alone: no gas. */
const withoutGas = GREEN_DAY.filter(([meter]) => meter !== "gas-b");
const noGas = (yaml: string) => yaml.replace(/ {2}- \{ id: gas-b.*\n/, "");

beforeEach(() => {
  telemetry = new MemoryTelemetry();
  records = new MemoryRecords();
});

describe("GET /pathway: the gap", () => {
  it("a park of five days over the turn of a month is foretold, provisionally; one of none is not", async () => {
    const park = greenPark();
    expect((await ask(park)).gap).toBeNull();
    await putDays(telemetry, park, local("2026-10-29"), 5);
    const answer = await ask(park, null, local("2026-11-03"));
    expect(answer.actual).toHaveLength(2);
    expect(answer.provisional).toBe(true);
    expect(answer.forecast?.method).toBe("persistence");
    expect(answer.gap?.forecastTco2PerTce).toBeCloseTo(answer.now.tco2PerTce ?? Number.NaN, 9);
  });

  it("with ten days: persistence, the gap solved with consumption unchanged; gas alone is above the target", async () => {
    const park = greenPark();
    await putDays(telemetry, park, local("2026-11-10"), 10);
    const answer = await ask(park);
    expect(answer.target.map((t) => t.time.slice(0, 10))).toEqual(["2025-12-31", "2026-12-31", "2028-12-31"]);
    expect(answer.actual.map((a) => [a.month, a.rolling?.months])).toEqual([["2026-11", 1]]);
    expect(answer.now.from.slice(0, 10)).toBe("2026-11-10");
    expect(answer.now.days).toBe(10.5);
    const value = answer.now.tco2PerTce ?? Number.NaN;
    expect(answer.forecast?.method).toBe("persistence");
    expect(answer.forecast?.targetYear?.tco2PerTce).toBeCloseTo(value, 9);
    expect(answer.gap?.forecastTco2PerTce).toBeCloseTo(value, 9);
    const gap = answer.gap;
    expect(gap?.gapTco2).toBeCloseTo((value - 0.2) * (gap?.annualTce ?? Number.NaN), 6);
    expect(gap?.gapKwh).toBeCloseTo(((gap?.gapTco2 ?? 0) * 1000) / 0.8325, 6);
    // 2028 has 366 days of 10,560 kWh at 0.3024 and 960 m³ at 1.33 kgce.
    expect(gap?.annualTce).toBeCloseTo(366 * (10_560 * 0.3024 + 960 * 1.33) * 1e-3, 1);
    // Gas alone: 960 × 2.162189 kg over 4470 kgce a day is 0.4643 t/tce: electricity cannot close it.
    expect(gap?.reachable).toBe(false);
    expect(gap?.fuelCutTco2PerTce).toBeCloseTo(0.46434 - 0.2, 4);
    expect(answer.provisional).toBe(true);
    expect(answer.forecast?.backTest).toBeNull();
    expect(answer.forecast?.points.every((p) => p.range === null)).toBe(true);
    expect(answer.forecast?.missingMonths).toBe(11);
    expect(answer.remarks.map((r) => r.code)).toContain("forecast-range-missing");
  });

  it("is what /indicators says, under either reading of exports, and under pinned factors", async () => {
    const park = alone();
    await putDays(telemetry, park, local("2026-11-10"), 10);
    const readings = [
      {},
      { exports: "other" as const },
      { factors: ["cn-910-2025-annex-4-fossil-2023", "equivalent-seen-0298"] },
    ];
    const values = new Set<number | null>();
    for (const reading of readings) {
      const query = { boundary: "zc", nowMs: NOON, ...reading };
      const path = schema.parse(await new Pathways(depsFor(park)).answer(query, scenarioOf({})));
      const indicators = await indicatorsAnswer(depsFor(park), query);
      expect(path.now.tco2PerTce).toBeCloseTo(indicators.core.value ?? Number.NaN, 12);
      expect(path.now.from).toBe(indicators.from);
      expect(path.scenario?.tco2PerTce).toBeCloseTo(path.gap?.forecastTco2PerTce ?? Number.NaN, 9);
      values.add(path.now.tco2PerTce);
    }
    expect(values.size).toBe(3);
  });

  it("months that only the ledger knows are on the path, and the year is that of /indicators", async () => {
    const park = greenPark();
    await putDays(telemetry, park, local("2026-11-01"), 19);
    await records.addEntries(
      ["2026-08", "2026-09", "2026-10"].flatMap((month, i) => {
        const to = ["2026-09", "2026-10", "2026-11"][i] ?? "";
        const entry = (subject: string, amount: number) => ({
          ...WRITTEN,
          kind: "activity" as const,
          scope: "boundary:zc",
          subject,
          from: `${month}-01`,
          to: `${to}-01`,
          amount,
          unit: "kWh",
        });
        return [entry("electricity/in", 300_000), entry("electricity/out", 0)];
      }),
    );
    const answer = await ask(park);
    expect(answer.actual.map((a) => [a.month, a.rolling?.months])).toEqual([
      ["2026-08", 1],
      ["2026-09", 2],
      ["2026-10", 3],
      ["2026-11", 4],
    ]);
    expect(answer.now.from.slice(0, 10)).toBe("2026-08-01");
    const indicators = await indicatorsAnswer(depsFor(park), { boundary: "zc", nowMs: NOON });
    expect(answer.now.tco2PerTce).toBeCloseTo(indicators.core.value ?? Number.NaN, 12);
  });

  it("with nothing metered there is no value, no forecast, no gap, and each lever says what is missing", async () => {
    const answer = await ask(greenPark(), scenarioOf({ directLineGwh: 1 }));
    expect(answer.now.tco2PerTce).toBeNull();
    expect([answer.forecast, answer.gap, answer.scenario, answer.actual]).toEqual([null, null, null, []]);
    expect(answer.levers.map((l) => l.carbonTPerUnit)).toEqual([null, null, null, null, null, null]);
    expect(answer.levers.every((l) => l.remarks[0]?.code === "lever-no-year")).toBe(true);
  });

  it("over 6 months it follows the trend; from 12 on there is a range, back-tested", async () => {
    const park = greenPark();
    const months = (year: number, from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, i) => `${year}-${String(from + i).padStart(2, "0")}-10`);
    for (const day of months(2026, 1, 11)) await putDays(telemetry, park, local(day), 8);
    const eleven = await ask(park);
    expect(eleven.forecast?.method).toBe("linear-trend");
    expect(eleven.actual.length).toBe(11);
    expect([eleven.forecast?.backTest, eleven.forecast?.missingMonths]).toEqual([null, 1]);
    for (const day of months(2025, 10, 12)) await putDays(telemetry, park, local(day), 8);
    const fourteen = await ask(park);
    expect(fourteen.actual.length).toBe(14);
    expect(fourteen.forecast?.backTest).toMatchObject({ origins: 8, longestMonths: 3 });
    expect(fourteen.forecast?.backTest?.meanAbsolutePercent).toBeLessThan(1);
    const end = fourteen.forecast?.targetYear;
    expect(end?.range?.p10).toBeLessThanOrEqual(end?.tco2PerTce ?? 0);
    expect(end?.range?.p90).toBeGreaterThanOrEqual(end?.tco2PerTce ?? 9);
    expect(fourteen.forecast?.yearEnd?.time.slice(0, 10)).toBe("2026-12-31");
  });
});

describe("GET /pathway: targets", () => {
  const target = (year: string, amount: number) => ({
    ...WRITTEN,
    kind: "target" as const,
    scope: "boundary:zc",
    subject: "carbon-per-tce",
    from: `${year}-01-01`,
    to: `${Number(year) + 1}-01-01`,
    amount,
    unit: "tCO2/tce",
  });

  it("the ledger's join the line; one for a year that has a target already is refused, and it is said", async () => {
    const park = greenPark();
    await putDays(telemetry, park, local("2026-11-10"), 10);
    await records.addEntries([target("2027", 0.7), target("2028", 0.1)]);
    const answer = await ask(park);
    expect(answer.target.map((t) => t.tco2PerTce)).toEqual([2, 1.4, 0.7, 0.2]);
    expect(answer.gap?.targetTco2PerTce).toBe(0.2);
    expect(answer.remarks.find((r) => r.code === "target-overlap")?.en).toContain("2028");
  });

  it("guiding indicators: the rule set's target, declared years, where they lead; clean power from meters", async () => {
    const park = greenPark();
    await putDays(telemetry, park, local("2026-11-10"), 10);
    const declared = (year: string, amount: number) => ({
      ...target(year, amount),
      kind: "indicator" as const,
      subject: "solid-waste-use",
      unit: "%",
    });
    await records.addEntries([declared("2024", 70), declared("2025", 74)]);
    await records.addEntries([{ ...target("2028", 95), subject: "water-reuse", unit: "%" }]);
    const heat = (subject: string, amount: number) => ({
      ...target("2026", amount),
      kind: "waste-heat" as const,
      subject: `heat/${subject}`,
      to: "2026-11-01",
      unit: "GJ",
    });
    await records.addEntries([heat("recoverable", 40), heat("recovered", 30)]);
    const answer = await ask(park);
    const of = (id: string) => answer.guiding.find((g) => g.id === id);
    expect(of("solid-waste-use")).toMatchObject({
      target: [{ year: 2028, value: 80 }],
      actual: [
        { year: 2024, value: 70, basis: "declared", evidence: "letter 7" },
        { year: 2025, value: 74, basis: "declared", evidence: "letter 7" },
      ],
      forecast: { year: 2028, method: "persistence", value: 74, range: null },
      gapPoints: 6,
    });
    // 1200 + 800 of PV and 2000 contracted of 10,560 kWh a day; what the rule set asks stands against the ledger's 95.
    expect(of("clean-energy-share")?.forecast?.value).toBeCloseTo((4000 / 10_560) * 100, 1);
    expect(of("water-reuse")?.target).toEqual([{ year: 2028, value: 80 }]);
    // 30 of 40 t in the running year: from amounts, not a declared value.
    expect(of("waste-heat-use")?.actual).toEqual([
      { year: 2026, value: 75, basis: "measured", evidence: "letter 7" },
    ]);
    expect(answer.remarks.filter((r) => r.code === "target-overlap").length).toBe(1);
    expect(answer.guiding.some((g) => g.id === "product-energy-intensity")).toBe(false);
  });

  it("a record written makes the path be read anew", async () => {
    const park = greenPark();
    await putDays(telemetry, park, local("2026-11-10"), 10);
    let nowMs = NOON;
    const deps = { ...depsFor(park), records: new RecordBook(records, () => nowMs) };
    const pathways = new Pathways(deps);
    expect((await pathways.answer({ boundary: "zc", nowMs }, null)).target.length).toBe(3);
    await records.addEntries([target("2027", 0.7)]);
    nowMs += 1_000;
    expect((await pathways.answer({ boundary: "zc", nowMs }, null)).target.length).toBe(4);
  });
});

describe("GET /pathway: levers and scenario", () => {
  it("by hand: what one more unit gives", async () => {
    const park = alone(noGas);
    await putDays(telemetry, park, local("2026-11-10"), 10, withoutGas);
    const answer = await ask(park);
    expect(answer.gap?.reachable).toBe(true);
    expect(leverOf(answer, "directLineGwh").carbonTPerUnit).toBeCloseTo(-832.5, 6);
    expect(leverOf(answer, "efficiencyGwh").carbonTPerUnit).toBeCloseTo(-832.5, 6);
    expect(leverOf(answer, "efficiencyGwh").tco2PerTcePerUnit ?? 0).toBeGreaterThan(
      leverOf(answer, "directLineGwh").tco2PerTcePerUnit ?? 0,
    );
    // 10,000 certificates are more than the year still buys: the rest counts nothing.
    const bought = (answer.gap?.forecastTco2PerTce ?? 0) * (answer.gap?.annualTce ?? 0);
    expect(leverOf(answer, "certificates").carbonTPerUnit).toBeCloseTo(-bought, 6);
    // 800 kWh a day are exported: 1 MWh takes them at 0.9 and gives them back at 0.9 before the next sun.
    const backAday = 800 * 0.9 * 0.9;
    expect(leverOf(answer, "storageMwh").carbonTPerUnit).toBeCloseTo((-backAday * 365 * 0.8325) / 1000, 0);
    expect(leverOf(answer, "gasToPowerM3").carbonTPerUnit).toBeNull();
    expect(leverOf(answer, "gasToPowerM3").remarks[0]?.code).toBe("lever-no-gas");
  });

  it("by hand: new PV serves what is bought under the sun, and a storage keeps what it cannot", async () => {
    const park = alone(noGas);
    await putDays(telemetry, park, local("2026-11-10"), 10, withoutGas);
    // 500 kWp make 100 kWh a quarter-hour of sun: 1 MWp makes 200, of which cell still buys 50 in each of 20.
    const pv = leverOf(await ask(park), "pvMwp");
    expect(pv.carbonTPerUnit).toBeCloseTo((-50 * 20 * 365 * 0.8325) / 1000, 0);
    const both = (await ask(park, scenarioOf({ pvMwp: 1, storageMwh: 2 }))).scenario;
    const one = (await ask(park, scenarioOf({ pvMwp: 1 }))).scenario;
    const storage = (await ask(park, scenarioOf({ storageMwh: 2 }))).scenario;
    // Together they close more than apart: the storage has PV to keep.
    expect(both?.foundTco2 ?? 0).toBeGreaterThan((one?.foundTco2 ?? 0) + (storage?.foundTco2 ?? 0));
  });

  it("surplus that a neighbour uses over the private network is not there for a storage", async () => {
    const park = greenPark();
    await putDays(telemetry, park, local("2026-11-10"), 10);
    expect(leverOf(await ask(park), "storageMwh").carbonTPerUnit).toBeCloseTo(0, 9);
  });

  it("gas to power: less with zero-factor power, more with other; both are told", async () => {
    const park = greenPark((yaml) =>
      yaml.replace(
        "    targets:",
        "    gasReplacement: { kwhPerM3: 3.2, evidence: heat pump }\n    targets:",
      ),
    );
    await putDays(telemetry, park, local("2026-11-10"), 10);
    const lever = leverOf(await ask(park), "gasToPowerM3");
    // 351,360 m³ a year are burnt: a million cannot be replaced.
    expect(lever.limit?.amount).toBeCloseTo(351_360, 0);
    expect(lever.carbonTPerUnit).toBeCloseTo(-351.36 * 2.162189, 2);
    expect(lever.otherwise?.carbonTPerUnit).toBeCloseTo(351.36 * (3.2 * 0.8325 - 2.162189), 2);
  });

  it("a lever at the amount that it alone needs meets the target, and its part is the whole gap", async () => {
    const park = alone(noGas);
    await putDays(telemetry, park, local("2026-11-10"), 10, withoutGas);
    const plain = await ask(park);
    for (const lever of ["directLineGwh", "certificates"] as const) {
      const amount = leverOf(plain, lever).aloneAmount ?? Number.NaN;
      const { scenario } = await ask(park, scenarioOf({ [lever]: amount }));
      expect(scenario?.tco2PerTce).toBeCloseTo(0.2, 3);
      expect(scenario?.gapTco2).toBe(0);
      expect(scenario?.parts.find((p) => p.id === lever)?.tco2).toBeCloseTo(scenario?.foundTco2 ?? 0, 6);
    }
    expect(leverOf(plain, "storageMwh").aloneAmount).toBeNull();
  });

  it("all levers together: parts add up, the dotted line ends at the scenario, both say the same gap", async () => {
    const park = alone((yaml) =>
      yaml.replace(
        "    targets:",
        "    levers: { pvMwp: { limit: 0.1, evidence: roof survey } }\n    targets:",
      ),
    );
    await putDays(telemetry, park, local("2026-11-10"), 10);
    const answer = await ask(
      park,
      scenarioOf({
        directLineGwh: 0.4,
        certificates: 300,
        pvMwp: 0.2,
        efficiencyGwh: 0.1,
        storageMwh: 0.5,
        gasToPowerM3: 1e5,
      }),
    );
    const { scenario, gap } = answer;
    if (scenario === null || gap === null) throw new Error("there is a year");
    expect(scenario.parts.reduce((sum, p) => sum + p.tco2, 0)).toBeCloseTo(scenario.foundTco2, 6);
    expect(scenario.gapTco2).toBeCloseTo(gap.gapTco2 - scenario.foundTco2, 6);
    expect(scenario.points.at(-1)?.tco2PerTce).toBeCloseTo(scenario.tco2PerTce, 9);
    expect(scenario.points[0]?.tco2PerTce).toBe(answer.now.tco2PerTce);
    expect(scenario.parts.filter((p) => p.overLimit).map((p) => p.id)).toEqual(["pvMwp"]);
    expect(scenario.directShare).toBeGreaterThan(0);
    expect(scenario.met).toBe(false);
  });

  it("a scenario of nothing is the forecast", async () => {
    const park = greenPark();
    await putDays(telemetry, park, local("2026-11-10"), 10);
    const { scenario, gap } = await ask(park, scenarioOf({}));
    expect(scenario?.tco2PerTce).toBeCloseTo(gap?.forecastTco2PerTce ?? 0, 12);
    expect(scenario?.gapTco2).toBeCloseTo(gap?.gapTco2 ?? 0, 9);
    expect(scenario?.foundTco2).toBe(0);
  });

  it("approved projects shift the forecast from their date on, and the gap with it; one that has begun does not", async () => {
    const project = (from: string) =>
      alone((yaml) =>
        noGas(yaml).replace(
          "    targets:",
          `    projects: [{ id: line, name: { zh: 直连, en: Line }, lever: directLineGwh, amount: 1, from: ${from}, evidence: permit 3 }]\n    targets:`,
        ),
      );
    await putDays(telemetry, project("2027-07-01"), local("2026-11-10"), 10, withoutGas);
    const plain = await ask(alone(noGas));
    const shifted = await ask(project("2027-07-01"));
    expect((plain.gap?.gapTco2 ?? 0) - (shifted.gap?.gapTco2 ?? 0)).toBeCloseTo(832.5, 6);
    expect(shifted.projects.map((p) => p.shiftsForecast)).toEqual([true]);
    const at = (answer: PathwayAnswer, month: string) =>
      answer.forecast?.points.find((p) => p.time.startsWith(month))?.tco2PerTce ?? Number.NaN;
    expect(at(shifted, "2027-06")).toBeCloseTo(at(plain, "2027-06"), 12);
    expect(at(shifted, "2027-07")).toBeLessThan(at(plain, "2027-07"));
    expect(shifted.forecast?.targetYear?.tco2PerTce).toBeCloseTo(shifted.gap?.forecastTco2PerTce ?? 0, 12);
    // From the middle of the target's year on it is half of it.
    const late = await ask(project("2028-07-01"));
    expect((plain.gap?.gapTco2 ?? 0) - (late.gap?.gapTco2 ?? 0)).toBeCloseTo(416.25, 6);
    const begun = await ask(project("2026-11-12"));
    expect(begun.gap?.gapTco2).toBeCloseTo(plain.gap?.gapTco2 ?? 0, 9);
    expect(begun.remarks.map((r) => r.code)).toContain("projects-measured");
  });

  it("while somebody drags, an answer takes less than 5 ms: quarter-hours, PV and storage in it", async () => {
    const park = alone();
    await putDays(telemetry, park, local("2026-09-20"), 61);
    const pathways = new Pathways(depsFor(park));
    await pathways.answer({ boundary: "zc", nowMs: NOON }, null);
    const times: number[] = [];
    for (let i = 1; i <= 40; i++) {
      const amounts = Object.fromEntries(LEVERS.map((l) => [l, i / 100]));
      const start = performance.now();
      await pathways.answer({ boundary: "zc", nowMs: NOON + i }, scenarioOf(amounts));
      times.push(performance.now() - start);
    }
    // The fastest: what the answer takes, whatever else the machine has to do.
    expect(Math.min(...times)).toBeLessThan(5);
  });
});

describe("pathwayTable", () => {
  it("has a row a month, figures beside the target line, and says how sure the forecast is", async () => {
    const park = greenPark();
    for (const month of [
      "2025-11",
      "2026-01",
      "2026-02",
      "2026-03",
      "2026-04",
      "2026-05",
      "2026-06",
      "2026-07",
    ])
      await putDays(telemetry, park, local(`${month}-10`), 8);
    for (const month of ["2026-08", "2026-09", "2026-10", "2026-11"])
      await putDays(telemetry, park, local(`${month}-02`), 8);
    const answer = await ask(park, scenarioOf({ directLineGwh: 0.5 }));
    const table = pathwayTable(answer, "en");
    expect(table.head.length).toBe(12);
    expect(table.rows.every((row) => row.length === 12)).toBe(true);
    expect(table.rows.length).toBe(answer.actual.length + (answer.forecast?.points.length ?? 0) - 1);
    const last = table.rows.at(-1) ?? [];
    expect(last[0]).toBe("2028-12");
    expect(last[5]).toBeCloseTo(0.2, 9);
    expect(last[10]).toBeCloseTo(answer.scenario?.tco2PerTce ?? Number.NaN, 9);
    expect(table.notes.map((n) => n[0])).toContain("Mean absolute error, %");
  });
});

describe("GET /pathway over HTTP", () => {
  it("takes a scenario from its address, answers files, and refuses what is no amount, all at once", async () => {
    const api = await testApi(greenPark(), NOON);
    try {
      await putDays(api.telemetry, greenPark(), local("2026-11-10"), 10);
      const token = await api.token("office");
      const at = (query: string) => api.ask(`/api/v1/pathway?boundary=zc&${query}`, token);
      const answer = schema.parse(
        await (await at("directLineGwh=0.5&gasToPowerM3=1000&gasPower=other")).json(),
      );
      expect(answer.scenario?.amounts).toMatchObject({ directLineGwh: 0.5, gasToPowerM3: 1000, pvMwp: 0 });
      expect(answer.scenario?.gasPower).toBe("other");
      expect(schema.parse(await (await at("")).json()).scenario).toBeNull();

      const csv = await at("directLineGwh=0.5&format=csv&lang=en");
      expect(csv.headers.get("content-type")).toContain("text/csv");
      expect((await csv.text()).split("\r\n")[0]).toContain("Scenario tCO2/tce");
      const workbook = await at("format=xlsx");
      expect(workbook.headers.get("content-disposition")).toContain("pathway-zc-2026-11-20.xlsx");

      const refused = await at("directLineGwh=-1&pvMwp=1e99&storageMwh=many");
      expect(refused.status).toBe(400);
      const problem: unknown = await refused.json();
      expect(problem).toMatchObject({
        code: "bad-request",
        issues: [{ path: "directLineGwh" }, { path: "pvMwp" }, { path: "storageMwh" }],
      });
    } finally {
      await api.close();
    }
  });
});
