import { type FactorSet, factorSet, type Grade } from "./factor.ts";
import { COMBUSTION_A, FUEL_IDS, FUELS, type FuelId } from "./fuels.ts";

/** 折标准煤系数: kgce per unit. 1 tce = 29.3076 GJ. */
export const GJ_PER_TCE = 29.3076;

const GB = "GB/T 2589-2020《综合能耗计算通则》；《中国能源统计年鉴2022》附录4";

interface Printed {
  readonly value: number;
  readonly grade: Grade;
  readonly note?: string;
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
    note: "范围 1.1000–1.3300 kgce/m³ 的上端：与所用低位发热量 38.931 MJ/Nm³ ÷ 29.3076 = 1.328 相符",
  },
};

const DERIVED = "低位发热量（行业核算指南 A 组）÷ 29.3076 GJ/tce";

export const COAL_EQUIVALENT_SETS: readonly FactorSet[] = [
  factorSet({
    id: "gb-t-2589-2020",
    family: "coal-equivalent",
    name: { zh: "折标准煤系数", en: "Standard-coal conversion" },
    source: GB,
    from: null,
    to: null,
    factors: [
      {
        id: "gb-t-2589-2020/electricity/calorific",
        subject: "electricity/calorific",
        name: { zh: "电力（当量值）", en: "Electricity (calorific value)" },
        value: 0.1229,
        unit: "kgce/kWh",
        grade: "B",
        source: GB,
        year: null,
      },
      {
        id: "gb-t-2589-2020/heat",
        subject: "heat",
        name: { zh: "热力（当量）", en: "Heat (calorific value)" },
        value: 34.12,
        unit: "kgce/GJ",
        grade: "B",
        source: GB,
        year: null,
      },
      ...FUEL_IDS.map((id) => {
        const { zh, en, per } = FUELS[id];
        const printed = PRINTED[id];
        const perUnit = (COMBUSTION_A[id].ncvGj / GJ_PER_TCE) * 1000;
        return {
          id: `gb-t-2589-2020/fuel/${id}`,
          subject: `fuel/${id}`,
          name: { zh, en },
          value: printed?.value ?? (per === "t" ? perUnit : perUnit / 10_000),
          unit: per === "t" ? "kgce/t" : "kgce/m³",
          grade: printed?.grade ?? ("D" as const),
          source:
            printed === undefined ? DERIVED : printed.note === undefined ? GB : `${GB}；${printed.note}`,
          year: null,
        };
      }),
    ],
  }),
];
