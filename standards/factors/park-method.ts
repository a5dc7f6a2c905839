import type { FactorSet } from "./factor.ts";
import { type Listed, listedSet } from "./listed.ts";

const SOURCE =
  "国家发展改革委 工业和信息化部 国家能源局《关于开展零碳园区建设的通知》发改环资〔2025〕910号（2025-06-30）附件4《零碳园区碳排放核算方法（试行）》";

/** The factors that Annex 4 prints, with its factor of all other electricity as read. */
export function parkMethodSet(set: {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly chosen: FactorSet["chosen"];
  readonly other: Omit<Listed, "subject" | "unit">;
}): FactorSet {
  const electricity = { unit: "kgCO2/kWh", grade: "A" } as const;
  const heat = { unit: "kgCO2/GJ", grade: "A" } as const;
  return listedSet({
    id: set.id,
    family: "park-method",
    zh: set.zh,
    en: set.en,
    source: SOURCE,
    from: null,
    to: null,
    chosen: set.chosen,
    values: [
      {
        subject: "electricity/direct",
        zh: "直接供应的非化石能源电力",
        en: "Directly supplied non-fossil electricity",
        value: 0,
        ...electricity,
      },
      {
        subject: "electricity/green-trade",
        zh: "绿证绿电交易对应的可再生能源电力",
        en: "Renewable electricity from certificates or green power trade",
        value: 0,
        ...electricity,
      },
      { subject: "electricity/other", unit: "kgCO2/kWh", ...set.other },
      {
        subject: "heat/fossil",
        zh: "化石能源热力（缺省值 0.11 tCO2/GJ）",
        en: "Fossil heat (default 0.11 tCO2/GJ)",
        value: 110,
        ...heat,
      },
      { subject: "heat/non-fossil", zh: "非化石能源热力", en: "Non-fossil heat", value: 0, ...heat },
    ],
  });
}
