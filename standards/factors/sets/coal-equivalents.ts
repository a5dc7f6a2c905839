import { COMBUSTION_A } from "../combustion-a.ts";
import type { Grade } from "../factor.ts";
import { FUEL_IDS, FUELS, type FuelId } from "../fuels.ts";
import { type Listed, listedSet } from "../listed.ts";

/** 1 tce. */
const GJ_PER_TCE = 29.3076;

interface Printed extends Pick<Listed, "range" | "note"> {
  readonly value: number;
  readonly grade: Grade;
}

/** kgce/t, or kgce/m³ of a gas, as printed; other fuels follow from their NCV (grade D). */
const PRINTED: Readonly<Partial<Record<FuelId, Printed>>> = {
  "washed-coal": { value: 900, grade: "C" },
  coke: { value: 971.4, grade: "C" },
  "crude-oil": { value: 1428.6, grade: "C" },
  "fuel-oil": { value: 1428.6, grade: "C" },
  gasoline: { value: 1471.4, grade: "B" },
  kerosene: { value: 1471.4, grade: "B" },
  diesel: { value: 1457.1, grade: "B" },
  lpg: { value: 1714.3, grade: "B" },
  "natural-gas": {
    value: 1.33,
    grade: "C",
    range: { low: 1.1, high: 1.33 },
    note: "取上端：与所用低位发热量 38.931 MJ/Nm³ ÷ 29.3076 = 1.328 相符",
  },
  "coke-oven-gas": {
    value: (COMBUSTION_A["coke-oven-gas"].ncvGj / GJ_PER_TCE) * 0.1,
    grade: "D",
    range: { low: 0.5714, high: 0.6143 },
    note: "取低位发热量（行业核算指南 A 组）÷ 29.3076 GJ/tce",
  },
};

function fuel(id: FuelId): Listed {
  const { zh, en, per } = FUELS[id];
  const perUnit = (COMBUSTION_A[id].ncvGj / GJ_PER_TCE) * 1000;
  const derived: Printed = {
    value: per === "t" ? perUnit : perUnit / 10_000,
    grade: "D",
    note: "低位发热量（行业核算指南 A 组）÷ 29.3076 GJ/tce",
  };
  return {
    subject: `fuel/${id}`,
    zh,
    en,
    unit: per === "t" ? "kgce/t" : "kgce/m³",
    ...(PRINTED[id] ?? derived),
  };
}

const coal = (subject: string, zh: string, en: string, value: number, grade: Grade): Listed => ({
  subject: `fuel/${subject}`,
  zh,
  en,
  value,
  unit: "kgce/t",
  grade,
});

export const set = listedSet({
  id: "gb-t-2589-2020",
  family: "coal-equivalent",
  zh: "折标准煤系数",
  en: "Standard-coal conversion",
  source: "GB/T 2589-2020《综合能耗计算通则》；《中国能源统计年鉴2022》附录4",
  from: null,
  to: null,
  values: [
    {
      subject: "electricity/calorific",
      zh: "电力（当量值）",
      en: "Electricity (calorific value)",
      value: 0.1229,
      unit: "kgce/kWh",
      grade: "B",
    },
    {
      subject: "heat",
      zh: "热力（当量）",
      en: "Heat (calorific value)",
      value: 34.12,
      unit: "kgce/GJ",
      grade: "B",
    },
    {
      subject: "steam/low-pressure",
      zh: "低压蒸汽",
      en: "Low-pressure steam",
      value: 128.6,
      unit: "kgce/t",
      grade: "B",
    },
    ...FUEL_IDS.map(fuel),
    // Fuels that no set gives an emission factor for: raw coal must be split by kind for that.
    coal("raw-coal", "原煤", "Raw coal", 714.3, "B"),
    coal("middlings", "洗中煤", "Middlings", 285.7, "C"),
    coal("slimes", "煤泥", "Slimes", 428.6, "C"),
    coal("refinery-gas", "炼厂干气", "Refinery gas", 1571.4, "C"),
    {
      subject: "water",
      zh: "新水（耗能工质）",
      en: "Fresh water (energy-consuming medium)",
      value: 0.2571,
      unit: "kgce/t",
      grade: "C",
      range: { low: 0.0857, high: 0.2571 },
      note: "较早资料用 0.0857",
    },
  ],
});
