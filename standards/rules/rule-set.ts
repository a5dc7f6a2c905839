import { z } from "zod";
import { GRADES } from "../factors/factor.ts";

/** Rule sets are data of one schema: what a zero-carbon park must reach, by size and year, as one document says it. */

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);
const text = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });

/** A target and the year by whose end it must be reached; null: whenever it is judged. */
const target = z.strictObject({
  year: z.int().min(2020).max(2100).nullable(),
  value: z.number().min(0),
});

/** Years ascending; a target without a year stands alone. */
const targets = z
  .array(target)
  .min(1)
  .refine(
    (list) => list.every((t, i) => (t.year === null ? list.length === 1 : (list[i - 1]?.year ?? 0) < t.year)),
    "targets by ascending year, or one without a year",
  );

export const GUIDING_IDS = [
  "clean-energy-share",
  "product-energy-intensity",
  "solid-waste-use",
  "waste-heat-use",
  "water-reuse",
] as const;
export type GuidingId = (typeof GUIDING_IDS)[number];

export const ruleSetSchema = z.strictObject({
  id,
  name: text,
  /** Title, number and date of the document. */
  source: z.string().min(10),
  grade: z.enum(GRADES),
  /** First local date on which it holds, and the first on which it no longer does; null: open. */
  from: z.iso.date().nullable(),
  to: z.iso.date().nullable(),
  /** 单位能耗碳排放, tCO2/tce: at most the target of its tier. */
  core: z.strictObject({
    clause: text,
    /** By yearly consumption in tce, fromTce ≤ consumption < toTce, ascending and without overlap. */
    tiers: z
      .array(
        z.strictObject({
          id: z.string().min(1),
          name: text,
          fromTce: z.number().min(0),
          toTce: z.number().positive().nullable(),
          targets,
        }),
      )
      .min(1)
      .refine(
        (tiers) => tiers.every((t, i) => (tiers[i - 1]?.toTce ?? t.fromTce) === t.fromTce),
        "tiers that follow each other",
      ),
    /** What holds below the lowest tier. */
    below: text,
  }),
  /** Share of use supplied directly; in principle: a warning and no verdict. Null where the document asks for none. */
  directSupply: z
    .strictObject({ share: z.number().min(0).max(1), inPrinciple: z.boolean(), clause: text })
    .nullable(),
  /** In percent, at least the target. No targets: the document names another measure. */
  guiding: z.array(
    z.strictObject({
      id: z.enum(GUIDING_IDS),
      name: text,
      targets: targets.nullable(),
      note: text.nullable(),
    }),
  ),
  /** Guiding indicators may be left out with reasons. */
  mayLeaveOut: z.boolean(),
});

export type RuleSet = Readonly<z.output<typeof ruleSetSchema>>;
export type RuleTier = RuleSet["core"]["tiers"][number];
type RuleTarget = RuleTier["targets"][number];

/** The target to judge a year by: the next one due, or the last one once all are past. */
export function targetFor(list: readonly RuleTarget[], year: number): RuleTarget | null {
  return list.find((t) => t.year === null || t.year >= year) ?? list[list.length - 1] ?? null;
}

/** The tier of a yearly consumption; null below the lowest. */
export function tierFor(rules: RuleSet, tce: number): RuleTier | null {
  return rules.core.tiers.find((t) => tce >= t.fromTce && (t.toTce === null || tce < t.toTce)) ?? null;
}
