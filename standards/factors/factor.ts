import { z } from "zod";

/** Factors are data: dated, sourced, graded and never changed; a correction is a new set with a new id. */

export const GRADES = ["A", "B", "C", "D", "R"] as const;
/**
 * How sure a figure is. A: the official text was read. B: an official excerpt or several independent copies.
 * C: one copy. D: derived from the others. R: unverified; never chosen by itself.
 */
export type Grade = (typeof GRADES)[number];

const id = z.string().regex(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9.-]+)*$/);
const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

export const factorSchema = z.strictObject({
  /** The set's id, the subject and where there is one the year: `cn-mee-2025-47/province/qinghai/2023`. */
  id,
  /** What it is a factor of, within its family: `province/qinghai`. */
  subject: id,
  name: text,
  value: z.number().min(0),
  unit: z.string().min(1),
  grade: z.enum(GRADES),
  /** The document, with the parameters a value was made of. */
  source: z.string().min(10),
  /** The year its data are of, null for a constant. */
  year: z.int().min(1990).max(2100).nullable(),
});

export const factorSetSchema = z.strictObject({
  id,
  /** Sets of one family replace each other in time: `electricity-co2`. */
  family: id,
  name: text,
  source: z.string().min(10),
  /** First local date on which it is chosen; null: from the beginning. */
  from: z.iso.date().nullable(),
  /** First local date on which it no longer is; null: in force. */
  to: z.iso.date().nullable(),
  factors: z.array(factorSchema).min(1),
});

export type Factor = Readonly<z.output<typeof factorSchema>>;
export type FactorSet = Readonly<
  Omit<z.output<typeof factorSetSchema>, "factors"> & { readonly factors: readonly Factor[] }
>;

/** Checks a set and freezes it. @throws ZodError when the data break the schema. */
export function factorSet(data: z.input<typeof factorSetSchema>): FactorSet {
  const set = factorSetSchema.parse(data);
  for (const factor of set.factors) Object.freeze(factor);
  Object.freeze(set.factors);
  return Object.freeze(set);
}
