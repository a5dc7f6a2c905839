import { describe, expect, it } from "vitest";
import { POWER_REGIONS, PROVINCES } from "../../standards/factors/provinces.ts";
import { findFactorSet } from "../../standards/factors/released.ts";

/** Every printed value, typed from the documents' tables and not from the sets. */

const of = (set: string, subject: string) => findFactorSet(set)?.factors.find((f) => f.subject === subject);

// Name, 2021 (公告2024年第12号), 2022 (公告2024年第33号), 2023 (公告2025年第47号), kgCO2/kWh.
const ELECTRICITY = `
全国平均 0.5568 0.5366 0.5306
剩余 0.5942 0.5856 0.6096
化石 0.8426 0.8325 0.8273
华北 0.7120 0.6776 0.6361
东北 0.6012 0.5564 0.5122
华东 0.5992 0.5617 0.5500
华中 0.5354 0.5395 0.5271
西北 0.5951 0.5857 0.5543
南方 0.4326 0.3869 0.4042
西南 0.2113 0.2268 0.2472
北京 .5688 .5580 .5554
天津 .7355 .7041 .6796
河北 .7901 .7252 .6516
山西 .7222 .7096 .6634
内蒙古 .7025 .6849 .6479
辽宁 .5876 .5626 .4878
吉林 .5629 .4932 .4671
黑龙江 .6342 .5368 .5229
上海 .5834 .5849 .5737
江苏 .6451 .5978 .5827
浙江 .5422 .5153 .4974
安徽 .7075 .6782 .6553
福建 .4711 .4092 .4211
江西 .5835 .5752 .5836
山东 .6838 .6410 .6191
河南 .6369 .6058 .5897
湖北 .3672 .4364 .4044
湖南 .5138 .4900 .4976
广东 .4715 .4403 .4419
广西 .5154 .4044 .4476
海南 .4524 .4184 .3648
重庆 .4743 .5227 .5581
四川 .1255 .1404 .1564
贵州 .5182 .4989 .5683
云南 .1235 .1073 .1333
陕西 .6336 .6558 .6335
甘肃 .4955 .4772 .4471
青海 .1326 .1567 .1796
宁夏 .6546 .6423 .6187
新疆 .6577 .6231 .6021
`;

const NATION: Readonly<Record<string, string>> = {
  全国平均: "nation/average",
  剩余: "nation/residual",
  化石: "nation/fossil",
};

function subjectOf(name: string): string | null {
  const region = Object.entries(POWER_REGIONS).find(([, r]) => r.zh === name);
  const province = Object.entries(PROVINCES).find(([, p]) => p.zh === name);
  return (
    NATION[name] ??
    (region === undefined ? null : `region/${region[0]}`) ??
    (province === undefined ? null : `province/${province[0]}`)
  );
}

describe("电力二氧化碳排放因子, kgCO2/kWh", () => {
  it.each(
    ELECTRICITY.trim()
      .split("\n")
      .map((line) => line.split(" ")),
  )("公告2024年第12号, 2024年第33号, 2025年第47号: %s %s %s %s", (name, ...values) => {
    const subject = subjectOf(name ?? "");
    expect(subject).not.toBeNull();
    const sets = ["cn-mee-2024-12", "cn-mee-2024-33", "cn-mee-2025-47"];
    expect(sets.map((set) => of(set, subject ?? "")?.value)).toEqual(values.map(Number));
  });

  it("grades: 2023 and 2022 B, of 2021 the nation B, regions and provinces C", () => {
    expect(of("cn-mee-2025-47", "province/qinghai")?.grade).toBe("B");
    expect(of("cn-mee-2024-33", "region/northwest")?.grade).toBe("B");
    expect(of("cn-mee-2024-12", "nation/residual")?.grade).toBe("B");
    expect(of("cn-mee-2024-12", "region/northwest")?.grade).toBe("C");
    expect(of("cn-mee-2024-12", "province/qinghai")?.grade).toBe("C");
  });
});

describe("电力碳足迹因子, kgCO2e/kWh", () => {
  it.each([
    ["cn-mee-2025-3-footprint", "nation", 0.6205, "B"],
    ["cn-mee-2025-3-footprint", "wind", 0.0336, "B"],
    ["cn-mee-2025-3-footprint", "pv", 0.0545, "B"],
    ["cn-mee-2025-3-footprint", "biomass", 0.0457, "B"],
    ["cn-mee-2025-10-23-footprint", "nation", 0.5777, "B"],
    ["recalled-footprint-2023", "coal", 0.944, "R"],
    ["recalled-footprint-2023", "gas", 0.4792, "R"],
    ["recalled-footprint-2023", "hydro", 0.0143, "R"],
    ["recalled-footprint-2023", "nuclear", 0.0065, "R"],
    ["recalled-footprint-2023", "csp", 0.0313, "R"],
    ["recalled-footprint-2023", "grid", 0.0035, "R"],
  ])("公告2025年第3号, 2025-10-23: %s %s is %f (%s)", (set, kind, value, grade) => {
    expect(of(set, `footprint/${kind}`)).toMatchObject({ value, grade });
  });
});

describe("折标准煤系数", () => {
  it.each([
    ["fuel/raw-coal", 714.3, "B"],
    ["fuel/washed-coal", 900, "C"],
    ["fuel/middlings", 285.7, "C"],
    ["fuel/slimes", 428.6, "C"],
    ["fuel/coke", 971.4, "C"],
    ["fuel/crude-oil", 1428.6, "C"],
    ["fuel/fuel-oil", 1428.6, "C"],
    ["fuel/gasoline", 1471.4, "B"],
    ["fuel/kerosene", 1471.4, "B"],
    ["fuel/diesel", 1457.1, "B"],
    ["fuel/lpg", 1714.3, "B"],
    ["fuel/refinery-gas", 1571.4, "C"],
    ["heat", 34.12, "B"],
    ["steam/low-pressure", 128.6, "B"],
    ["electricity/calorific", 0.1229, "B"],
    ["water", 0.2571, "C"],
  ])("GB/T 2589-2020: %s is %f (%s)", (subject, value, grade) => {
    expect(of("gb-t-2589-2020", subject)).toMatchObject({ value, grade });
  });

  it("GB/T 2589-2020: natural gas 1.1000–1.3300, coke-oven gas 0.5714–0.6143, water 0.0857 in older tables", () => {
    expect(of("gb-t-2589-2020", "fuel/natural-gas")?.range).toEqual({ low: 1.1, high: 1.33 });
    expect(of("gb-t-2589-2020", "fuel/coke-oven-gas")?.range).toEqual({ low: 0.5714, high: 0.6143 });
    expect(of("gb-t-2589-2020", "water")?.range?.low).toBe(0.0857);
  });

  it("natural gas agrees with the calorific value that its emissions are made of (within 0.2 %)", () => {
    expect((of("gb-t-2589-2020", "fuel/natural-gas")?.value ?? 0) / (38.931 / 29.3076)).toBeCloseTo(1, 2);
  });

  it.each([
    ["equivalent-db31-t-783-2026", 0.28078],
    ["equivalent-seen-0298", 0.298],
    ["equivalent-cec-2025", 0.3024],
    ["equivalent-seen-0310", 0.31],
  ])("等价值 of electricity: %s is %f, of grade C and only by its id", (set, value) => {
    expect(of(set, "electricity/equivalent")).toMatchObject({ value, grade: "C" });
    expect(findFactorSet(set)?.chosen).toBe("by-pin");
  });
});

describe("fuels: NCV × CC × OX × 44/12", () => {
  // NCV GJ/t or GJ/10⁴ Nm³, CC tC/GJ, OX %, by set.
  it.each([
    ["a", "anthracite", 24.515, 0.02749, 94],
    ["a", "bituminous", 23.204, 0.02618, 93],
    ["a", "lignite", 14.449, 0.028, 96],
    ["a", "washed-coal", 26.344, 0.0254, 93],
    ["a", "coke", 28.446, 0.0294, 93],
    ["a", "crude-oil", 42.62, 0.0201, 98],
    ["a", "fuel-oil", 40.19, 0.0211, 98],
    ["a", "gasoline", 44.8, 0.0189, 98],
    ["a", "diesel", 43.33, 0.0202, 98],
    ["a", "kerosene", 44.75, 0.0196, 98],
    ["a", "lpg", 47.31, 0.0172, 99],
    ["a", "lng", 41.868, 0.0153, 99],
    ["a", "natural-gas", 389.31, 0.0153, 99],
    ["a", "coke-oven-gas", 173.854, 0.0136, 99],
    ["a", "blast-furnace-gas", 37.69, 0.0708, 99],
    ["a", "converter-gas", 79.54, 0.0496, 99],
    ["b", "anthracite", 22.867, 0.02749, 95],
    ["b", "anthracite/kiln", 22.867, 0.02749, 99],
    ["b", "anthracite/industrial-boiler", 22.867, 0.02749, 85],
    ["b", "lignite", 14.759, 0.02797, 95],
    ["b", "lignite/kiln", 14.759, 0.02797, 99],
    ["b", "lignite/industrial-boiler", 14.759, 0.02797, 85],
    ["b", "gasoline", 43.07, 0.0189, 98],
    ["b", "diesel", 42.652, 0.0202, 98],
    ["b", "lpg", 50.179, 0.0172, 98],
    ["b", "lng", 51.498, 0.0172, 98],
    ["b", "natural-gas", 389.31, 0.01532, 99],
  ])("NDRC guidelines set %s: %s is %f × %f × %d %%", (set, fuel, ncv, cc, ox) => {
    const factor = of(`cn-ndrc-guidelines-${set}`, `fuel/${fuel}`);
    const tonnes = ncv * cc * (ox / 100) * (44 / 12);
    expect(factor?.unit).toMatch(fuel.endsWith("-gas") ? "kgCO2/Nm³" : "kgCO2/t");
    expect(factor?.value).toBeCloseTo(fuel.endsWith("-gas") ? tonnes / 10 : tonnes * 1000, 6);
    expect(factor?.grade).toBe("C");
  });

  it("NDRC guidelines set B prints an NCV of bituminous coal and no carbon: a value and no factor", () => {
    expect(of("cn-ndrc-guidelines-b", "ncv/bituminous")).toMatchObject({ value: 23.076, unit: "GJ/t" });
    expect(of("cn-ndrc-guidelines-b", "fuel/bituminous")).toBeUndefined();
  });
});
