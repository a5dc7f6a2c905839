import type { FactorSet, Grade } from "./factor.ts";
import { listedSet } from "./listed.ts";

/**
 * 等价值 of electricity as seen elsewhere: Annex 3 asks for it and prints none. None is chosen by itself; a park file names
 * its own with an authority, and a question may pin one of these.
 */
export function equivalentSet(set: {
  readonly id: string;
  readonly authority: string;
  readonly en: string;
  readonly value: number;
  readonly grade: Grade;
  readonly year?: number;
  readonly range?: { readonly low: number; readonly high: number };
}): FactorSet {
  const { id, authority, en, ...value } = set;
  return listedSet({
    id,
    family: "electricity-equivalent",
    zh: `电力等价值 ${set.value}（${authority}）`,
    en: `Equivalent value of electricity ${set.value} (${en})`,
    source: `${authority}；等价值，kgce/kWh`,
    from: null,
    to: null,
    chosen: "by-pin",
    values: [
      {
        subject: "electricity/equivalent",
        zh: "电力（等价值）",
        en: "Electricity (equivalent value)",
        unit: "kgce/kWh",
        ...value,
      },
    ],
  });
}
