import { beforeEach, describe, expect, it } from "vitest";
import { carbonAnswer as carbonSchema } from "../../api/answers/carbon.ts";
import { greenPowerAnswer as greenSchema } from "../../api/answers/green.ts";
import { indicatorsAnswer as indicatorsSchema } from "../../api/answers/indicators.ts";
import { carbonAnswer } from "../../api/carbon.ts";
import { EnergyReader } from "../../api/energy/reader.ts";
import { greenPowerAnswer } from "../../api/green-power.ts";
import { indicatorsAnswer } from "../../api/indicators.ts";
import type { StandardsDeps } from "../../api/standards/deps.ts";
import { RecordBook } from "../../api/standards/record-book.ts";
import { DAY_MS, HOUR_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import type { Scope } from "../../park/topology.ts";
import { matchingFrom } from "../kit/green-days.ts";
import { GREEN_DAY, greenPark, putDays } from "../kit/green-park.ts";
import { MemoryRecords } from "../kit/memory-records.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { shared } from "../kit/settled.ts";

const DAY = Date.parse("2026-11-19T00:00:00+08:00");
const LATER = Date.parse("2026-12-10T00:00:00+08:00");
const ZC: Scope = { kind: "boundary", id: "zc" };
const span = { fromMs: DAY, toMs: DAY + DAY_MS, nowMs: LATER };

let telemetry = new MemoryTelemetry();
let park = greenPark();

function depsFor(of: Park): StandardsDeps {
  const reader = new EnergyReader(of, telemetry);
  const records = new RecordBook(new MemoryRecords(), () => LATER);
  return { park: of, reader, matching: matchingFrom(of, telemetry), records };
}

beforeEach(() => {
  telemetry = new MemoryTelemetry();
  park = greenPark();
});

describe("carbonAnswer", () => {
  it("Annex 4, by hand: 9360 in − 800 from the neighbour's PV − 2000 contracted, at 0.8325; 960 m³ of gas", async () => {
    await putDays(telemetry, park, DAY, 1);
    const answer = carbonSchema.parse(await carbonAnswer(depsFor(park), { scope: ZC, ...span }));
    const national = answer.figures[0];
    expect(national?.terms.map((t) => [t.id, t.amount])).toEqual([
      ["electricity-in-fossil", 6560],
      ["electricity-in-zero:direct", 800],
      ["electricity-in-zero:contracts", 2000],
      ["electricity-out", 800],
      ["gas:natural-gas", 960],
    ]);
    expect(national?.totalKg).toBeCloseTo(6560 * 0.8325 + 960 * 2.162189, 2);
    expect(national?.provisional).toBe(false);
    expect(answer.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
    expect(answer.figures.map((f) => f.method)).toEqual([
      "cn-910-2025-annex-4",
      "location-based",
      "market-based",
    ]);
    expect(answer.figures[1]?.totalKg).toBeCloseTo((9360 - 800) * 0.1796 + 960 * 2.162189, 2);
    expect(answer.figures[2]?.totalKg).toBeCloseTo(6560 * 0.6096 + 960 * 2.162189, 2);
  });

  it("the park adds the outsider: heat at 0.11 tCO2/GJ, and its certificates only up to what it bought", async () => {
    await putDays(telemetry, park, DAY, 1);
    const national = (await carbonAnswer(depsFor(park), { scope: { kind: "park" }, ...span })).figures[0];
    const term = (id: string) => national?.terms.find((t) => t.id === id);
    expect(term("heat-in-fossil")?.carbonKg).toBeCloseTo(9.6 * 110, 6);
    // 90,000 kWh a month is 3,000 a day: more than the 960 bought.
    expect(term("electricity-in-zero:contracts")?.amount).toBeCloseTo(2960, 9);
    expect(national?.remarks.map((r) => r.code)).toContain("method-is-for-parks");
  });

  it("enterprises add up to the boundary, as each has its own connection", async () => {
    await putDays(telemetry, park, DAY, 1);
    const deps = depsFor(park);
    const total = async (scope: Scope) =>
      (await carbonAnswer(deps, { scope, ...span })).figures[0]?.totalKg ?? Number.NaN;
    const wafer = await total({ kind: "enterprise", id: "wafer" });
    const cell = await total({ kind: "enterprise", id: "cell" });
    expect(wafer + cell).toBeCloseTo(await total(ZC), 6);
  });

  it("half days add up to the day, direct supply and contracts included", async () => {
    await putDays(telemetry, park, DAY, 1);
    const deps = depsFor(park);
    const total = async (fromMs: number, toMs: number) =>
      (await carbonAnswer(deps, { scope: ZC, fromMs, toMs, nowMs: LATER })).figures[0]?.totalKg ?? Number.NaN;
    const noon = DAY + 12 * HOUR_MS;
    expect((await total(DAY, noon)) + (await total(noon, DAY + DAY_MS))).toBeCloseTo(
      await total(DAY, DAY + DAY_MS),
      6,
    );
  });

  it("PV that neighbours share behind one counted gate never crosses the edge, so it is not taken off twice", async () => {
    const nested = greenPark((yaml) =>
      yaml
        .replace(
          "  - { id: gate-a,",
          "  - { id: main, role: grid, enterprise: carpet, maxPowerKw: 3000, reportsEvery: 1m, registers: { energyImportKwh: {}, energyExportKwh: {} } }\n  - { id: gate-a, parent: main,",
        )
        .replace("{ id: gate-b,", "{ id: gate-b, parent: main,")
        .replace("{ id: gate-c,", "{ id: gate-c, parent: main,"),
    );
    await putDays(telemetry, nested, DAY, 1, [
      ...GREEN_DAY,
      ["main", "energyImportKwh", (q) => (q >= 40 && q < 60 ? 20 : 120)],
      ["main", "energyExportKwh", () => 0],
    ]);
    const deps = depsFor(nested);
    const whole = (await carbonAnswer(deps, { scope: { kind: "park" }, ...span })).figures[0];
    expect(whole?.terms.find((t) => t.id === "electricity-in-zero:direct")).toBeUndefined();
    const inside = (await carbonAnswer(deps, { scope: ZC, ...span })).figures[0];
    expect(inside?.terms.find((t) => t.id === "electricity-in-zero:direct")?.amount).toBe(800);
  });

  it("is provisional and says what is missing when over 5 % is", async () => {
    await putDays(telemetry, park, DAY, 1, GREEN_DAY, (row, meter) =>
      meter === "gate-b" && row.startMs < DAY + 6 * HOUR_MS ? null : row,
    );
    const national = (await carbonAnswer(depsFor(park), { scope: ZC, ...span })).figures[0];
    expect(national?.provisional).toBe(true);
    expect(national?.remarks.map((r) => r.code)).toContain("coverage-low");
  });

  it("a scope of which nothing is known has no figure, not 0", async () => {
    const answer = await carbonAnswer(depsFor(park), { scope: ZC, ...span });
    expect(answer.figures.map((f) => f.totalKg)).toEqual([null, null, null]);
  });
});

describe("greenPowerAnswer", () => {
  it("by hand: own 1200, neighbour 800, contracts 2000 of 10,560 kWh; the sources add up to the use", async () => {
    await putDays(telemetry, park, DAY, 1);
    const answer = greenSchema.parse(await greenPowerAnswer(depsFor(park), { scope: ZC, ...span }));
    expect(answer.useKwh).toBe(10_560);
    expect(answer.annualShare).toBeCloseTo(4000 / 10_560, 12);
    expect(answer.hourMatchedShare).toBeCloseTo(2000 / 10_560, 12);
    expect(answer.directShare).toBeCloseTo(2000 / 10_560, 12);
    const energy = Object.fromEntries(answer.sources.map((s) => [s.id, s.energyKwh]));
    expect(energy).toMatchObject({
      "own-pv": 1200,
      "network-pv": 800,
      "green-trade": 2000,
      "other-grid": 6560,
    });
    expect(answer.sources.reduce((s, x) => s + (x.energyKwh ?? 0), 0)).toBeCloseTo(10_560, 9);
    expect(
      answer.byEnterprise.map((e) => [e.id, e.useKwh, e.ownPvKwh, e.networkPvKwh, e.contractKwh]),
    ).toEqual([
      ["wafer", 5760, 1200, 0, 0],
      ["cell", 4800, 0, 800, 2000],
    ]);
    expect(answer.contracts).toMatchObject([
      { id: "gt-b", energyKwh: 60_000, countedKwh: 2000, carriedKwh: 0 },
    ]);
  });

  it("enterprises add up to the park: what one received, another gave", async () => {
    await putDays(telemetry, park, DAY, 1);
    const { byEnterprise, sources } = await greenPowerAnswer(depsFor(park), {
      scope: { kind: "park" },
      ...span,
    });
    const sum = (key: "ownPvKwh" | "networkPvKwh" | "useKwh") =>
      byEnterprise.reduce((s, e) => s + (e[key] ?? 0), 0);
    const source = (id: string) => sources.find((s) => s.id === id)?.energyKwh;
    expect([sum("ownPvKwh"), sum("networkPvKwh")]).toEqual([source("own-pv"), source("network-pv")]);
    expect(sum("useKwh")).toBe(11_520);
  });

  it("the heat map tells hour from hour: nothing at night, 100 of 110 kWh at noon", async () => {
    await putDays(telemetry, park, DAY, 1);
    const { heatMap } = await greenPowerAnswer(depsFor(park), { scope: ZC, ...span });
    expect(heatMap.days).toEqual(["2026-11-19"]);
    expect(heatMap.share[0]?.[3]).toBe(0);
    expect(heatMap.share[0]?.[12]).toBeCloseTo((60 + 40) / 110, 12);
    expect(heatMap.byHour[12]).toBeCloseTo((60 + 40) / 110, 12);
  });

  it("estimated quarter-hours match 0, though their energy counts; missing hours are null", async () => {
    await putDays(telemetry, park, DAY, 1, GREEN_DAY, (row, meter) => {
      const quarter = (row.startMs - DAY) / 900_000;
      if (meter === "load-a" && quarter >= 40 && quarter < 50) return shared(row.startMs, 60);
      if (meter.startsWith("load") && quarter < 4) return null;
      return row;
    });
    const answer = await greenPowerAnswer(depsFor(park), { scope: ZC, ...span });
    const own = answer.sources.find((s) => s.id === "own-pv");
    expect([own?.energyKwh, own?.matchedKwh]).toEqual([1200, 600]);
    const network = answer.sources.find((s) => s.id === "network-pv");
    expect([network?.energyKwh, network?.matchedKwh]).toEqual([800, 400]);
    expect(answer.heatMap.share[0]?.[0]).toBeNull();
    expect(answer.heatMap.share[0]?.[1]).toBe(0);
  });

  it("a contract never counts more than the month's remaining use; the excess is carried, shown, not counted", async () => {
    const rich = greenPark((yaml) => yaml.replace("energyKwh: 60000", "energyKwh: 300000"));
    await putDays(telemetry, rich, DAY, 1);
    const answer = await greenPowerAnswer(depsFor(rich), { scope: ZC, ...span });
    expect(answer.contracts[0]?.countedKwh).toBeCloseTo(4000, 9);
    expect(answer.contracts[0]?.carriedKwh).toBeCloseTo(6000, 9);
    expect(answer.byEnterprise[1]?.annualShare).toBeCloseTo(1, 12);
  });

  it("keeps a matched day until a notice touches it", async () => {
    await putDays(telemetry, park, DAY, 1);
    const deps = depsFor(park);
    const own = async () =>
      (await greenPowerAnswer(deps, { scope: ZC, ...span })).sources.find((s) => s.id === "own-pv")
        ?.energyKwh;
    expect(await own()).toBe(1200);
    await putDays(telemetry, park, DAY, 1, [["pv-a", "energyExportKwh", () => 0]]);
    expect(await own()).toBe(1200);
    deps.matching.forget([{ meter: "pv-a", rev: 2, fromMs: DAY + HOUR_MS }]);
    expect(await own()).toBe(0);
  });
});

describe("indicatorsAnswer", () => {
  it("Annex 3, by hand: 7.537 t over 4.47 tce; own PV is consumed energy too", async () => {
    await putDays(telemetry, park, DAY, 1);
    const answer = indicatorsSchema.parse(await indicatorsAnswer(depsFor(park), { boundary: "zc", ...span }));
    const tce = (10_560 * 0.3024 + 960 * 1.33) / 1000;
    const carbonT = (6560 * 0.8325 + 960 * 2.162189) / 1000;
    expect(answer.core.consumptionTce).toBeCloseTo(tce, 9);
    expect(answer.core.carbonT).toBeCloseTo(carbonT, 5);
    expect(answer.core.value).toBeCloseTo(carbonT / tce, 5);
    expect(answer.core).toMatchObject({ target: 0.2, met: false, tier: "200k-1M tce" });
    expect(answer.directSupply.share).toBeCloseTo(2000 / 10_560, 12);
    const newer = answer.core.sensitivity.find((s) => s.name.en.includes("0.8273"));
    expect(newer?.value).toBeCloseTo((6560 * 0.8273 + 960 * 2.162189) / 1000 / tce, 5);
  });

  it("invents no guiding indicator: four are unknown and say what is missing, one is provisional", async () => {
    await putDays(telemetry, park, DAY, 1);
    const { guiding } = await indicatorsAnswer(depsFor(park), { boundary: "zc", ...span });
    expect(guiding.map((g) => g.state)).toEqual(["provisional", "unknown", "unknown", "unknown", "unknown"]);
    expect(guiding[0]?.value).toBeCloseTo((4000 / 10_560) * 100, 9);
    expect(guiding.every((g) => g.missing !== null)).toBe(true);
  });

  it("without an electricity equivalent there is no core value, and a remark", async () => {
    const bare = greenPark((yaml) => yaml.replace(/ {4}electricityEquivalent.*\n/, ""));
    await putDays(telemetry, bare, DAY, 1);
    const answer = await indicatorsAnswer(depsFor(bare), { boundary: "zc", ...span });
    expect([answer.core.value, answer.core.met, answer.core.consumptionTce]).toEqual([null, null, null]);
    expect(answer.remarks.map((r) => r.code)).toContain("no-electricity-equivalent");
  });
});
