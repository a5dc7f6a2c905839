import { z } from "zod";
import { refuseEquivalent } from "../../park/equivalent.ts";

/** Factors are data: dated, sourced, graded and never changed; a correction is a new set with a new id. */

export const GRADES = ["A", "B", "C", "D", "R"] as const;
/**
 * How sure a figure is. A: the official text was read. B: an official excerpt or several independent copies.
 * C: one copy. D: derived from the others. R: unverified; never chosen by itself.
 */
export type Grade = (typeof GRADES)[number];

const id = z.string().regex(/^[a-z0-9][a-z0-9.-]*(\/[a-z0-9.-]+)*$/);
const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

const factorSchema = z.strictObject({
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
  /** Where the document prints a range, of which `value` is the part taken. */
  range: z.strictObject({ low: z.number().min(0), high: z.number().min(0) }).optional(),
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
  /** by-date: taken for spans that end while it is in force. by-pin: only when a question names its id. */
  chosen: z.enum(["by-date", "by-pin"]).default("by-date"),
  /** The set that this one corrects and stands in for; that one still answers to its id. */
  supersedes: id.nullable().default(null),
  factors: z.array(factorSchema).min(1),
});

export type Factor = Readonly<z.output<typeof factorSchema>>;
export type FactorSet = Readonly<
  Omit<z.output<typeof factorSetSchema>, "factors"> & { readonly factors: readonly Factor[] }
>;

export type FactorSetData = z.input<typeof factorSetSchema>;

/** Checks a set and freezes it. @throws ZodError when the data break the schema. */
export function factorSet(data: FactorSetData): FactorSet {
  const set = factorSetSchema.parse(data);
  checkEquivalents(set);
  for (const factor of set.factors) Object.freeze(factor);
  Object.freeze(set.factors);
  return Object.freeze(set);
}

function checkEquivalents(set: z.output<typeof factorSetSchema>): void {
  if (set.family !== "electricity-equivalent") return;
  for (const { id: factor, value } of set.factors) {
    const refusal = refuseEquivalent(value);
    if (refusal !== null) throw new RangeError(`${factor}: ${refusal}`);
  }
}
