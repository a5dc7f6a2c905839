import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CarbonAnswer, carbonAnswer } from "../../api/answers/carbon.ts";
import { electricityPublication } from "../../standards/factors/electricity.ts";
import { type FactorSet, factorSet } from "../../standards/factors/factor.ts";
import { FACTOR_SETS, findFactorSet } from "../../standards/factors/released.ts";
import { type TestApi, testApi } from "../kit/api.ts";
import { entry } from "../kit/entries.ts";
import { greenPark, putDays } from "../kit/green-park.ts";

// The released sets in a list that a test may add to, as a new release of the program would.
vi.mock("../../standards/factors/released.ts", async (original) => {
  const released = await original<typeof import("../../standards/factors/released.ts")>();
  const sets = [...released.FACTOR_SETS];
  return {
    ...released,
    FACTOR_SETS: sets,
    findFactorSet: (id: string) => sets.find((s) => s.id === id) ?? null,
  };
});

const DAY = Date.parse("2026-11-10T00:00:00+08:00");
const NOW = Date.parse("2026-12-20T12:00:00+08:00");
const SPAN = "from=2026-11-10T00:00:00%2B08:00&to=2026-11-11T00:00:00%2B08:00";

let api: TestApi;
let office: string;

beforeEach(async () => {
  const park = greenPark();
  api = await testApi(park, NOW);
  office = await api.token("office");
  await putDays(api.telemetry, park, DAY, 1);
});

afterEach(async () => {
  await api.close();
});

const text = async (query: string) => await (await api.ask(`/api/v1/carbon?${SPAN}&${query}`, office)).text();
const ask = async (query: string): Promise<CarbonAnswer> => carbonAnswer.parse(JSON.parse(await text(query)));

describe("three figures side by side", () => {
  it("each with its method, factor set, grade, coverage, and scopes 1 and 2", async () => {
    const { figures } = await ask("scope=boundary:zc");
    expect(figures.map((f) => [f.method, f.factorSet, f.grade])).toEqual([
      ["cn-910-2025-annex-4", "cn-910-2025-annex-4", "C"],
      ["location-based", "cn-mee-2025-47", "C"],
      ["market-based", "cn-mee-2025-47", "C"],
    ]);
    const gasKg = 960 * 2.162189;
    for (const f of figures) {
      expect(f.scope1Kg).toBeCloseTo(gasKg, 1);
      expect((f.scope1Kg ?? 0) + (f.scope2Kg ?? 0)).toBeCloseTo(f.totalKg ?? Number.NaN, 6);
      expect(f.coverage).toEqual({ measured: 1, estimated: 0, missing: 0 });
    }
    // 9360 bought, 800 of it the neighbour's PV, 2000 contracted.
    expect(figures.map((f) => Math.round(f.scope2Kg ?? 0))).toEqual([
      Math.round(6560 * 0.8325),
      Math.round(8560 * 0.1796),
      Math.round(6560 * 0.6096),
    ]);
  });

  it("per tce, per 万元 of added value and per unit of product, where the ledger has them", async () => {
    await api.ledger.addEntries([
      entry({
        kind: "added-value",
        scope: "enterprise:wafer",
        subject: "",
        unit: "万元",
        amount: 300,
        from: "2026-11-01",
        to: "2026-12-01",
      }),
      entry({
        kind: "production",
        scope: "enterprise:cell",
        subject: "cells",
        unit: "MW",
        amount: 60,
        from: "2026-11-01",
        to: "2026-12-01",
      }),
    ]);
    const { figures, intensities, denominators, factorSets } = await ask("scope=boundary:zc");
    expect(factorSets.map((set) => set.family)).toContain("coal-equivalent");
    expect(denominators.tce).toBeCloseTo(((9360 - 800 + 2000) * 0.3024 + 960 * 1.33) / 1000, 9);
    expect(denominators.equivalent?.value).toBe(0.3024);
    expect(denominators.addedValueWan).toBeCloseTo(10, 9);
    expect(denominators.products[0]).toMatchObject({ product: "cells", unit: "MW" });
    expect(denominators.declared.map((d) => d.evidence)).toEqual(["a test's document", "a test's document"]);
    const tonnes = (figures[0]?.totalKg ?? 0) / 1000;
    expect(intensities[0]?.perTce).toBeCloseTo(tonnes / (denominators.tce ?? 1), 9);
    expect(intensities[0]?.perAddedValue).toBeCloseTo(tonnes / 10, 9);
    expect(intensities[0]?.perProduct).toEqual([
      { product: "cells", unit: "MW", value: expect.closeTo(tonnes / 2, 9) },
    ]);
    expect((await ask("scope=enterprise:carpet")).intensities[0]?.perAddedValue).toBeNull();
    // Of two products neither takes the whole: how much of it each made is not known.
    await api.ledger.addEntries([
      entry({
        kind: "production",
        scope: "enterprise:wafer",
        subject: "wafers",
        unit: "MW",
        amount: 90,
        from: "2026-11-01",
        to: "2026-12-01",
      }),
    ]);
    api.clock.nowMs += 2_000;
    const two = await ask("scope=boundary:zc&exports=other");
    expect(two.denominators.products.map((p) => p.product)).toEqual(["cells", "wafers"]);
    expect(two.intensities[0]?.perProduct).toEqual([]);
  });

  it("exports as another reading has it: asked for, and beside the figure that counts", async () => {
    const own = await ask("scope=boundary:zc");
    const other = await ask("scope=boundary:zc&exports=other");
    expect((own.figures[0]?.totalKg ?? 0) - (other.figures[0]?.totalKg ?? 0)).toBeCloseTo(800 * 0.8325, 6);
    expect(own.alternatives.map((a) => [a.question, a.option])).toEqual([
      ["exports", "other"],
      ["other-electricity", "cn-910-2025-annex-4-fossil-2023"],
    ]);
    expect(own.alternatives[0]?.totalKg).toBeCloseTo(other.figures[0]?.totalKg ?? Number.NaN, 6);
    expect(other.alternatives[0]).toMatchObject({ question: "exports", option: "own-kind" });
  });
});

describe("why not 87 %?", () => {
  it("without a declared share none is made up; with one it stands beside the national definition, with its evidence", async () => {
    const bare = (await ask("scope=boundary:zc")).cleanShareClaim;
    expect(bare.advertised).toBeNull();
    expect(bare.missing?.code).toBe("grid-clean-share-missing");
    // Pages show the words as they are: none of them is an id.
    for (const words of [bare.missing?.zh, bare.missing?.en])
      expect(words).not.toMatch(/indicator:|clean-share/);
    await api.ledger.addEntries([
      entry({
        kind: "indicator",
        scope: "park",
        subject: "grid-clean-share",
        unit: "%",
        amount: 87,
        from: "2026-01-01",
        to: "2027-01-01",
        evidence: "绿电溯源报告 2026",
      }),
    ]);
    // Written past the API: it asks the ledger again after a second.
    api.clock.nowMs += 2_000;
    const { advertised, missing, national, why } = (await ask("scope=boundary:zc")).cleanShareClaim;
    expect(advertised).toMatchObject({ share: 0.87, declared: { evidence: "绿电溯源报告 2026" } });
    expect(missing).toBeNull();
    // 800 direct, 2000 contracted, 1200 of own PV used, of 9360 − 800 + 2000 kWh.
    expect(national).toMatchObject({ directKwh: 800, contractsKwh: 2000, ownPvKwh: 1200 });
    expect(national.share).toBeCloseTo(4000 / 10_560, 9);
    expect(why.en).toContain("0.8325");
  });
});

describe("a corrected factor set", () => {
  const published = findFactorSet("cn-mee-2025-47");
  const corrected = (): FactorSet => {
    if (published === null) throw new Error("the set of 2023 is not released");
    return factorSet({
      ...published,
      id: "cn-mee-2025-47-corrected",
      supersedes: published.id,
      factors: published.factors.map((f) => ({
        ...f,
        id: f.id.replace(published.id, "cn-mee-2025-47-corrected"),
        value: f.subject === "province/qinghai" ? 0.1801 : f.value,
      })),
    });
  };

  afterEach(() => {
    // what a test released is taken back
    const sets = FACTOR_SETS as FactorSet[];
    sets.splice(0, sets.length, ...sets.filter((s) => s.supersedes === null && s.id !== "cn-mee-2027-1"));
  });

  it("makes new answers of the same span; the old one can still be asked for by its set's id and is unchanged", async () => {
    const before = await text("scope=boundary:zc");
    // the mock's list can be added to
    (FACTOR_SETS as FactorSet[]).push(corrected());
    const after = await ask("scope=boundary:zc");
    expect(after.figures[1]?.terms[0]?.factor).toMatchObject({
      id: "cn-mee-2025-47-corrected/province/qinghai/2023",
      value: 0.1801,
    });
    expect(after.factorSets.find((set) => set.family === "electricity-co2")).toMatchObject({
      id: "cn-mee-2025-47-corrected",
      supersedes: "cn-mee-2025-47",
    });
    expect(await text("scope=boundary:zc&factors=cn-mee-2025-47")).toBe(before);
  });

  it("a later year's publication changes no answer of a span before it", async () => {
    const before = await text("scope=boundary:zc");
    const regions = { north: 0, northeast: 0, east: 0, central: 0, northwest: 0, south: 0, southwest: 0 };
    const provinces = Object.fromEntries(
      (published?.factors ?? [])
        .filter((f) => f.subject.startsWith("province/"))
        .map((f) => [f.subject.slice("province/".length), 0]),
    ) as Parameters<typeof electricityPublication>[0]["provinces"];
    (FACTOR_SETS as FactorSet[]).push(
      electricityPublication({
        id: "cn-mee-2027-1",
        year: 2025,
        from: "2026-12-01",
        to: null,
        number: "公告2027年第1号",
        url: null,
        grades: { nation: "B", region: "B", province: "B" },
        nation: { average: 0, residual: 0, fossil: 0 },
        regions,
        provinces,
      }),
    );
    expect(await text("scope=boundary:zc")).toBe(before);
  });
});
