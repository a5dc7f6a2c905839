import { type FactorSet, factorSet } from "./factor.ts";

const SOURCE =
  "国家发展改革委 工业和信息化部 国家能源局《关于开展零碳园区建设的通知》发改环资〔2025〕910号（2025-06-30）附件4《零碳园区碳排放核算方法（试行）》";

/** The factors that Annex 4 itself prints. */
export const PARK_METHOD_SETS: readonly FactorSet[] = [
  factorSet({
    id: "cn-910-2025-annex-4",
    family: "park-method",
    name: {
      zh: "零碳园区碳排放核算方法（试行）所列因子",
      en: "Factors printed in the trial carbon accounting method for zero-carbon parks",
    },
    source: SOURCE,
    from: null,
    to: null,
    factors: [
      {
        id: "cn-910-2025-annex-4/electricity/direct",
        subject: "electricity/direct",
        name: { zh: "直接供应的非化石能源电力", en: "Directly supplied non-fossil electricity" },
        value: 0,
        unit: "kgCO2/kWh",
        grade: "A",
        source: SOURCE,
        year: null,
      },
      {
        id: "cn-910-2025-annex-4/electricity/green-trade",
        subject: "electricity/green-trade",
        name: {
          zh: "绿证绿电交易对应的可再生能源电力",
          en: "Renewable electricity from certificates or green power trade",
        },
        value: 0,
        unit: "kgCO2/kWh",
        grade: "A",
        source: SOURCE,
        year: null,
      },
      {
        id: "cn-910-2025-annex-4/electricity/other",
        subject: "electricity/other",
        name: {
          zh: "其余电力（全国化石能源电力，2022年）",
          en: "All other electricity (national fossil power, 2022)",
        },
        value: 0.8325,
        unit: "kgCO2/kWh",
        grade: "A",
        source: SOURCE,
        year: 2022,
      },
      {
        id: "cn-910-2025-annex-4/heat/fossil",
        subject: "heat/fossil",
        name: { zh: "化石能源热力（缺省值 0.11 tCO2/GJ）", en: "Fossil heat (default 0.11 tCO2/GJ)" },
        value: 110,
        unit: "kgCO2/GJ",
        grade: "A",
        source: SOURCE,
        year: null,
      },
      {
        id: "cn-910-2025-annex-4/heat/non-fossil",
        subject: "heat/non-fossil",
        name: { zh: "非化石能源热力", en: "Non-fossil heat" },
        value: 0,
        unit: "kgCO2/GJ",
        grade: "A",
        source: SOURCE,
        year: null,
      },
    ],
  }),
];
