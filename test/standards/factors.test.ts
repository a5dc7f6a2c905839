import { describe, expect, it } from "vitest";
import { factorBook } from "../../standards/factors/book.ts";
import { factorSetSchema } from "../../standards/factors/factor.ts";
import { findProvince, PROVINCE_IDS } from "../../standards/factors/provinces.ts";
import { FACTOR_SETS, factorById } from "../../standards/factors/released.ts";
import { REMARKS } from "../../standards/remarks.ts";

const all = FACTOR_SETS.flatMap((s) => s.factors);
const value = (id: string) => factorById(id)?.value;

describe("every factor", () => {
  it("keeps the schema: a source, a grade, a unit, a value of 0 or more", () => {
    for (const set of FACTOR_SETS) expect(factorSetSchema.safeParse(set).success, set.id).toBe(true);
  });

  it("has an id of its own that begins with its set's", () => {
    expect(new Set(all.map((f) => f.id)).size).toBe(all.length);
    for (const set of FACTOR_SETS)
      for (const f of set.factors) expect(f.id.startsWith(`${set.id}/${f.subject}`), f.id).toBe(true);
  });

  it("has one subject once in a set; what is of grade R stands in sets that only a pin chooses", () => {
    for (const set of FACTOR_SETS) {
      expect(new Set(set.factors.map((f) => f.subject)).size).toBe(set.factors.length);
      if (set.factors.some((f) => f.grade === "R")) expect(set.chosen, set.id).toBe("by-pin");
    }
    expect(all.filter((f) => f.grade === "R").length).toBe(9);
  });

  it("names its source, and one of the grades A, B, C, D, R", () => {
    for (const f of all) {
      expect(f.source.length, f.id).toBeGreaterThan(10);
      expect(["A", "B", "C", "D", "R"]).toContain(f.grade);
    }
  });

  it("lies within the range that its document prints", () => {
    for (const f of all) {
      if (f.range === undefined) continue;
      expect(f.value, f.id).toBeGreaterThanOrEqual(f.range.low);
      expect(f.value, f.id).toBeLessThanOrEqual(f.range.high);
    }
  });

  it("lies in a believable range for its unit", () => {
    const ranges: Record<string, [number, number]> = {
      "kgCO2/kWh": [0, 1],
      "kgCO2/GJ": [0, 120],
      "kgCO2e/kWh": [0, 1],
      "kgCO2/t": [1200, 3400],
      "kgCO2/Nm³": [0.7, 2.5],
      "kgce/kWh": [0.12, 0.35],
      "kgce/GJ": [34, 35],
      "kgce/t": [0.05, 1800],
      "GJ/t": [10, 60],
      "kgce/m³": [0.1, 1.4],
    };
    for (const f of all) {
      const range = ranges[f.unit];
      expect(range, `${f.id} ${f.unit}`).toBeDefined();
      expect(f.value, f.id).toBeGreaterThanOrEqual(range?.[0] ?? Number.NaN);
      expect(f.value, f.id).toBeLessThanOrEqual(range?.[1] ?? Number.NaN);
    }
  });

  it("cannot be changed once made", () => {
    const factor = factorBook().require("park-method", "electricity/other", "2026-11-20");
    expect(() => Object.assign(factor, { value: 0 })).toThrow(TypeError);
  });
});

describe("names", () => {
  it("English names are labels in English: no Chinese, a capital first", () => {
    for (const { id, name } of [...FACTOR_SETS, ...all])
      expect(`${id}: ${name.en}`).toMatch(/: [A-Z][^\u4e00-\u9fff]*$/);
  });

  it("English remarks hold no Chinese", () => {
    for (const remark of Object.values(REMARKS))
      if (typeof remark !== "function") expect(remark.en).toMatch(/^[A-Z0-9][^\u4e00-\u9fff]*$/);
  });
});

describe("golden numbers", () => {
  it("30 provinces, 7 regions and 3 national figures in each year", () => {
    for (const set of FACTOR_SETS.filter((s) => s.family === "electricity-co2"))
      expect(set.factors.length).toBe(40);
    expect(PROVINCE_IDS.length).toBe(30);
  });

  it.each([
    ["anthracite", 2322.8],
    ["bituminous", 2071.5],
    ["lignite", 1424.1],
    ["washed-coal", 2281.8],
    ["coke", 2851.8],
    ["fuel-oil", 3047.2],
    ["gasoline", 3042.5],
    ["diesel", 3145.1],
    ["lpg", 2953.8],
    ["lng", 2325.3],
  ])("NDRC guidelines A: %s %f kgCO2/t", (fuel, kgPerT) => {
    expect(value(`cn-ndrc-guidelines-a/fuel/${fuel}`)).toBeCloseTo(kgPerT, 0);
  });

  it("NDRC guidelines A: natural gas 21.62 tCO2 per 10^4 Nm3", () => {
    expect((value("cn-ndrc-guidelines-a/fuel/natural-gas") ?? 0) * 10).toBeCloseTo(21.62, 2);
  });

  it.each([
    ["diesel", -1.6],
    ["gasoline", -3.9],
    ["lpg", 5.0],
    ["anthracite", -5.7],
    ["natural-gas", 0.1],
    ["lng", 37],
  ])("NDRC guidelines B against A: %s differs by %f %%", (fuel, percent) => {
    const a = value(`cn-ndrc-guidelines-a/fuel/${fuel}`) ?? Number.NaN;
    const b = value(`cn-ndrc-guidelines-b/fuel/${fuel}`) ?? Number.NaN;
    expect((b / a - 1) * 100).toBeCloseTo(percent, Math.abs(percent) > 10 ? 0 : 1);
  });

  it("Annex 4: heat 0.11 tCO2/GJ; GB/T 2589-2020: heat 0.03412 tce/GJ, electricity 0.1229 kgce/kWh (当量)", () => {
    expect(value("cn-910-2025-annex-4/heat/fossil")).toBe(110);
    expect(value("gb-t-2589-2020/heat")).toBe(34.12);
    expect(value("gb-t-2589-2020/electricity/calorific")).toBe(0.1229);
  });

  it("standards 1.2: fossil heat alone is 3.22 tCO2/tce", () => {
    const heat = value("cn-910-2025-annex-4/heat/fossil") ?? Number.NaN;
    expect(heat / (value("gb-t-2589-2020/heat") ?? Number.NaN)).toBeCloseTo(3.22, 2);
  });
});

describe("findProvince", () => {
  it.each(["青海", "青海省", "qinghai", "Qinghai", "CN-QH"])("knows %s", (text) => {
    expect(findProvince(text)).toBe("qinghai");
  });
  it("tells 山西 from 陕西, and says null where no factor is published", () => {
    expect(findProvince("山西")).toBe("shanxi");
    expect(findProvince("陕西省")).toBe("shaanxi");
    expect(findProvince("西藏")).toBeNull();
    expect(findProvince(null)).toBeNull();
  });
});
