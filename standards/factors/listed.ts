import { type FactorSet, type FactorSetData, factorSet, type Grade } from "./factor.ts";

/** Sets written as a list of printed values. */

export interface Listed {
  readonly subject: string;
  readonly zh: string;
  readonly en: string;
  readonly value: number;
  readonly unit: string;
  readonly grade: Grade;
  readonly year?: number;
  readonly range?: { readonly low: number; readonly high: number };
  /** Beside the set's source, where a value was made or taken in a way of its own. */
  readonly note?: string;
}

/** A set of printed values, each with the set's source; ids are the set's and the subject, with the year where there is one. */
export function listedSet(
  set: Omit<FactorSetData, "name" | "factors"> & {
    readonly zh: string;
    readonly en: string;
    readonly values: readonly Listed[];
  },
): FactorSet {
  const { zh, en, values, ...rest } = set;
  return factorSet({
    ...rest,
    name: { zh, en },
    factors: values.map((v) => ({
      id: `${set.id}/${v.subject}${v.year === undefined ? "" : `/${v.year}`}`,
      subject: v.subject,
      name: { zh: v.zh, en: v.en },
      value: v.value,
      unit: v.unit,
      grade: v.grade,
      source: v.note === undefined ? set.source : `${set.source}；${v.note}`,
      year: v.year ?? null,
      ...(v.range === undefined ? {} : { range: { ...v.range } }),
    })),
  });
}
