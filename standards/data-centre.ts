import type { Grade } from "./factors/factor.ts";
import type { LocalText } from "./remark.ts";

/** PUE, CUE, WUE and the green share of a data hall over a span, with their standards and the national reference values. */

/** Energy of natural gas burnt at a data centre, as ISO/IEC 30134-2 (EN 50600-4-2) counts it, kWh/m³. */
export const GAS_KWH_PER_M3 = 10.5;

interface DataCentreInputs {
  /** All electricity that the hall's facilities take, kWh. */
  readonly facilityKwh: number | null;
  readonly itKwh: number | null;
  /** Natural gas burnt for it; 0 where it has none. */
  readonly gasM3: number | null;
  /** Null where water is not metered. */
  readonly waterM3: number | null;
}

interface DataCentreFigures {
  /** Electricity and gas, kWh. */
  readonly totalKwh: number | null;
  readonly pue: number | null;
  /** l/kWh. */
  readonly wue: number | null;
}

/** PUE = E_DC ÷ E_IT; WUE = water ÷ E_IT. Null where a part is unknown, or IT took nothing. */
export function dataCentreFigures(of: DataCentreInputs): DataCentreFigures {
  const { facilityKwh, itKwh, gasM3, waterM3 } = of;
  const totalKwh = facilityKwh === null || gasM3 === null ? null : facilityKwh + gasM3 * GAS_KWH_PER_M3;
  const perIt = (amount: number | null) =>
    amount === null || itKwh === null || itKwh <= 0 ? null : amount / itKwh;
  return { totalKwh, pue: perIt(totalKwh), wue: perIt(waterM3 === null ? null : waterM3 * 1000) };
}

/**
 * CUE = CO2 of the use phase ÷ E_IT, kgCO2/kWh.
 * @param electricityKgPerKwh what a kWh that is consumed there makes, by one method
 */
export function carbonUsage(
  of: DataCentreInputs,
  electricityKgPerKwh: number | null,
  gasKgPerM3: number,
): number | null {
  const { facilityKwh, itKwh, gasM3 } = of;
  if (facilityKwh === null || gasM3 === null || itKwh === null || itKwh <= 0 || electricityKgPerKwh === null)
    return null;
  return (facilityKwh * electricityKgPerKwh + gasM3 * gasKgPerM3) / itKwh;
}

interface DataCentreMethod {
  readonly id: "pue" | "cue" | "wue" | "green-share";
  readonly name: LocalText;
  readonly formula: string;
  readonly unit: string;
  readonly clause: string;
  readonly grade: Grade;
}

export const DATA_CENTRE_METHODS: readonly DataCentreMethod[] = [
  {
    id: "pue",
    name: { zh: "电能利用效率 PUE", en: "Power usage effectiveness (PUE)" },
    formula: "PUE = E_DC ÷ E_IT",
    unit: "",
    clause: "ISO/IEC 30134-2; EN 50600-4-2",
    grade: "B",
  },
  {
    id: "cue",
    name: { zh: "碳利用效率 CUE", en: "Carbon usage effectiveness (CUE)" },
    formula: "CUE = CO2 ÷ E_IT",
    unit: "kgCO2/kWh",
    clause: "ISO/IEC 30134-8:2022",
    grade: "B",
  },
  {
    id: "wue",
    name: { zh: "水利用效率 WUE", en: "Water usage effectiveness (WUE)" },
    formula: "WUE = V_water ÷ E_IT",
    unit: "l/kWh",
    clause: "ISO/IEC 30134-9",
    grade: "R",
  },
  {
    id: "green-share",
    name: { zh: "绿电占比", en: "Green power share" },
    formula: "Σ zero-factor kWh ÷ Σ kWh used",
    unit: "%",
    clause: "发改环资〔2025〕910号 附件4（零因子电）",
    grade: "A",
  },
];

interface Reference {
  readonly id: string;
  readonly indicator: "pue" | "green-share" | "rack-use";
  readonly name: LocalText;
  /** less: below it; most: it or below; least: it or above. */
  readonly comparison: "less" | "most" | "least";
  /** PUE as it is; shares of 1. */
  readonly value: number;
  readonly source: string;
  readonly grade: Grade;
}

/** National reference values: what other data centres are held to, no duty of this park's. */
export const REFERENCES: readonly Reference[] = [
  {
    id: "plan-2024-pue",
    indicator: "pue",
    name: { zh: "到2025年底全国平均 PUE 低于 1.5", en: "National average below 1.5 by the end of 2025" },
    comparison: "less",
    value: 1.5,
    source: "数据中心绿色低碳发展专项行动计划（2024，四部门）",
    grade: "B",
  },
  {
    id: "plan-2024-rack-use",
    indicator: "rack-use",
    name: { zh: "到2025年底上架率不低于 60%", en: "Racks used at 60 % or more by the end of 2025" },
    comparison: "least",
    value: 0.6,
    source: "数据中心绿色低碳发展专项行动计划（2024，四部门）",
    grade: "B",
  },
  {
    id: "plan-2024-hub-green",
    indicator: "green-share",
    name: {
      zh: "国家枢纽节点新建数据中心绿电占比超过 80%（青海不是枢纽节点，仅供参照）",
      en: "New data centres of hub nodes: green power above 80 % (Qinghai is no hub: a reference)",
    },
    comparison: "least",
    value: 0.8,
    source: "数据中心绿色低碳发展专项行动计划（2024，四部门）",
    grade: "B",
  },
  {
    id: "plan-2021-new-large",
    indicator: "pue",
    name: { zh: "新建大型及以上低于 1.3", en: "New large ones below 1.3" },
    comparison: "less",
    value: 1.3,
    source: "新型数据中心发展三年行动计划（2021）",
    grade: "B",
  },
  {
    id: "plan-2021-hub",
    indicator: "pue",
    name: { zh: "枢纽节点低于 1.25", en: "Those of hub nodes below 1.25" },
    comparison: "less",
    value: 1.25,
    source: "新型数据中心发展三年行动计划（2021）",
    grade: "B",
  },
  {
    id: "green-2025",
    indicator: "pue",
    name: {
      zh: "国家绿色数据中心（2025）不高于 1.30",
      en: "National green data centres (2025): 1.30 at most",
    },
    comparison: "most",
    value: 1.3,
    source: "国家绿色数据中心推荐工作（2025年度）",
    grade: "B",
  },
  ...([1.2, 1.3, 1.5] as const).map(
    (value, i): Reference => ({
      id: `gb-40879-level-${i + 1}`,
      indicator: "pue",
      name: { zh: `能效 ${i + 1} 级（未核实）`, en: `Level ${i + 1} of energy efficiency (unverified)` },
      comparison: "most",
      value,
      source: "GB 40879-2021（等级限值未核实）",
      grade: "R",
    }),
  ),
];

/** Whether a value keeps a reference; null where it is not known. */
export function keeps(reference: Reference, value: number | null): boolean | null {
  if (value === null) return null;
  switch (reference.comparison) {
    case "less":
      return value < reference.value;
    case "most":
      return value <= reference.value;
    case "least":
      return value >= reference.value;
  }
}
