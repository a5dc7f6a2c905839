import { z } from "@hono/zod-openapi";
import {
  amount,
  coverage,
  declaredUse,
  factorSetUsed,
  factorUsed,
  grade,
  instantText,
  localName,
  missingOf,
  remark,
  sourceBasis,
} from "./common.ts";

/** The indicators of a boundary. */

const verdict = {
  tier: z
    .string()
    .describe(
      "the tier's id; below: the rules have none for so little; undeclared: size not known, the strictest target",
    ),
  target: amount.describe("null: no tier, and so no verdict"),
  met: z.boolean().nullable(),
};

const core = z.object({
  id: z.literal("carbon-per-tce"),
  name: localName,
  unit: z.literal("tCO2/tce"),
  value: amount,
  ...verdict,
  tierBasis: z.enum(["consumption", "declared", "none"]),
  targetYear: amount.describe("by whose end; null: whenever it is judged"),
  tierNote: localName.nullable().describe("what holds below the lowest tier"),
  carbonT: amount,
  consumptionTce: amount,
  /** Yearly, scaled from the days known where the span is shorter than a year. */
  annualTce: amount,
  annualScaled: z.boolean(),
  tierMargin: z.object({ aboveLowerTce: amount, belowUpperTce: amount }),
  grade: grade.describe("the worst among the factors that count"),
  /** What the value is made of: numerator and denominator, term by term. */
  numerator: z.array(
    z.object({
      id: z.string(),
      name: localName,
      amount,
      unit: z.string(),
      factor: factorUsed,
      carbonT: amount,
      basis: sourceBasis,
      declared: z.array(declaredUse),
    }),
  ),
  denominator: z.array(
    z.object({
      id: z.string(),
      name: localName,
      amount,
      unit: z.string(),
      factor: factorUsed,
      tce: amount,
    }),
  ),
  formula: localName,
  clause: localName,
  /** Share of what is bought that must be of factor 0, consumption unchanged, for each target of the rules. Above 1: not by electricity. */
  zeroShareNeeded: z.array(z.object({ tier: z.string(), target: z.number(), share: amount })),
  /** The value under other factors that are still open: 等价值, 0.8273. */
  sensitivity: z.array(z.object({ name: localName, value: amount, grade })),
});

/** What another answer to an open question gives. */
const alternative = z.object({
  question: z.string(),
  option: z.string(),
  name: localName,
  grade,
  value: amount,
  carbonT: amount,
  consumptionTce: amount,
  ...verdict,
  flips: z.enum(["tier", "verdict"]).nullable().describe("what it turns"),
  zeroShareNeeded: z.array(z.object({ tier: z.string(), target: z.number(), share: amount })),
});

const guidingPart = z.object({
  name: localName,
  amount,
  unit: z.string(),
  meters: z.array(z.string()),
  declared: z.array(declaredUse),
});

export const indicatorsAnswer = z.object({
  boundary: z.string(),
  name: localName.nullable(),
  standard: z.string(),
  from: instantText,
  to: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  coverage,
  provisional: z.boolean(),
  core,
  directSupply: z.object({
    share: amount,
    /** Without the scope's own PV: whether it counts is open. */
    shareWithoutOwnPv: amount,
    inPrinciple: z.number(),
    met: z.boolean().nullable(),
    warning: remark.nullable().describe("under the share asked in principle: no fail of the core indicator"),
  }),
  /** The guiding indicators; value null where neither meters nor declared figures give one. */
  guiding: z.array(
    z.object({
      id: z.string(),
      name: localName,
      value: amount,
      unit: z.string(),
      target: z.number().nullable(),
      targetYear: amount,
      state: z.enum(["met", "not-met", "provisional", "unknown", "left-out"]),
      basis: z.enum(["measured", "declared"]).nullable(),
      parts: z.array(guidingPart),
      declared: z.array(declaredUse),
      missing: remark.nullable(),
      reason: z.string().nullable().describe("why it is left out"),
      note: localName.nullable(),
    }),
  ),
  alternatives: z.array(alternative),
  openQuestions: z.array(
    z.object({ id: z.string(), question: localName, asks: localName, how: z.string().nullable() }),
  ),
  /** Terms of which more than 5 % is missing, with their meters and months. */
  missing: z.array(missingOf),
  factorSets: z.array(factorSetUsed),
  remarks: z.array(remark),
});

export type IndicatorsAnswer = z.infer<typeof indicatorsAnswer>;
