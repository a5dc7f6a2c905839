import { describe, expect, it } from "vitest";
import { COAL_EQUIVALENT_SETS } from "../../standards/factors/coal-equivalents.ts";
import { type FactorSet, factorSet, factorSetSchema } from "../../standards/factors/factor.ts";
import {
  chooseFactor,
  FACTOR_SETS,
  factorById,
  requireFactor,
  setInForce,
} from "../../standards/factors/find.ts";
import { findProvince, PROVINCE_IDS } from "../../standards/factors/provinces.ts";
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

  it("has one subject once in a set, and none is of grade R", () => {
    for (const set of FACTOR_SETS)
      expect(new Set(set.factors.map((f) => f.subject)).size).toBe(set.factors.length);
    expect(all.filter((f) => f.grade === "R")).toEqual([]);
  });

  it("lies in a believable range for its unit", () => {
    const ranges: Record<string, [number, number]> = {
      "kgCO2/kWh": [0, 1],
      "kgCO2/GJ": [0, 120],
      "kgCO2/t": [1400, 3300],
      "kgCO2/Nm³": [0.7, 2.5],
      "kgce/kWh": [0.12, 0.35],
      "kgce/GJ": [34, 35],
      "kgce/t": [400, 1800],
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
    const factor = requireFactor("park-method", "electricity/other", "2026-11-20");
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

describe("sets in time", () => {
  it("of one family never overlap and leave no hole", () => {
    for (const family of new Set(FACTOR_SETS.map((s) => s.family))) {
      const sets = FACTOR_SETS.filter((s) => s.family === family).sort((a, b) =>
        (a.from ?? "").localeCompare(b.from ?? ""),
      );
      sets.forEach((set, i) => {
        const next = sets[i + 1];
        expect(set.to, set.id).toBe(next === undefined ? null : next.from);
      });
    }
  });

  it("are chosen by the date they came into force: a later publication changes no past answer", () => {
    const of = (date: string) => chooseFactor("electricity-co2", "province/qinghai", date)?.id;
    expect(of("2024-11-30")).toBe("cn-mee-2024-12/province/qinghai/2021");
    expect(of("2025-12-30")).toBe("cn-mee-2024-33/province/qinghai/2022");
    expect(of("2025-12-31")).toBe("cn-mee-2025-47/province/qinghai/2023");
    expect(of("2027-01-01")).toBe("cn-mee-2025-47/province/qinghai/2023");
    expect(setInForce("electricity-co2", "2020-01-01")?.id).toBe("cn-mee-2024-12");
  });

  it("never offer grade R as a default", () => {
    const recalled: FactorSet = factorSet({
      id: "recalled",
      family: "recalled",
      name: { zh: "回忆", en: "recalled" },
      source: "unverified recollection",
      from: null,
      to: null,
      factors: [
        {
          id: "recalled/x",
          subject: "x",
          name: { zh: "某", en: "x" },
          value: 0.581,
          unit: "kgCO2/kWh",
          grade: "R",
          source: "unverified recollection",
          year: 2021,
        },
      ],
    });
    expect(chooseFactor("recalled", "x", "2026-01-01", [recalled])).toBeNull();
  });
});

describe("golden numbers", () => {
  it("公告2025年第47号: Qinghai 0.1796, Northwest 0.5543, nation 0.5306, residual 0.6096, fossil 0.8273", () => {
    expect(value("cn-mee-2025-47/province/qinghai/2023")).toBe(0.1796);
    expect(value("cn-mee-2025-47/region/northwest/2023")).toBe(0.5543);
    expect(value("cn-mee-2025-47/nation/average/2023")).toBe(0.5306);
    expect(value("cn-mee-2025-47/nation/residual/2023")).toBe(0.6096);
    expect(value("cn-mee-2025-47/nation/fossil/2023")).toBe(0.8273);
  });

  it("公告2024年第33号: Qinghai 0.1567, fossil 0.8325, the value Annex 4 prints", () => {
    expect(value("cn-mee-2024-33/province/qinghai/2022")).toBe(0.1567);
    expect(value("cn-mee-2024-33/nation/fossil/2022")).toBe(value("cn-910-2025-annex-4/electricity/other"));
  });

  it("公告2024年第12号: Qinghai 0.1326 (grade C), Guangdong 0.4715", () => {
    expect(factorById("cn-mee-2024-12/province/qinghai/2021")).toMatchObject({ value: 0.1326, grade: "C" });
    expect(value("cn-mee-2024-12/province/guangdong/2021")).toBe(0.4715);
  });

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

  it("natural gas in coal equivalents agrees with the NCV its emissions are made of (within 0.2 %)", () => {
    const gas = COAL_EQUIVALENT_SETS[0]?.factors.find((f) => f.subject === "fuel/natural-gas");
    expect((gas?.value ?? 0) / (38.931 / 29.3076)).toBeCloseTo(1, 2);
    expect(gas?.grade).toBe("C");
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
