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

/** Carbon of a scope over a span, three ways, term by term. */

const carbonMethod = z.enum(["cn-910-2025-annex-4", "location-based", "market-based"]);

/** One term of a sum: amount × factor = carbon. */
const carbonTerm = z.object({
  id: z.string().describe("e.g. electricity-in-fossil, electricity-in-zero, gas:natural-gas, heat-in"),
  name: localName,
  clause: localName.describe("where the rule says so"),
  amount,
  unit: z.string(),
  factor: factorUsed,
  carbonKg: amount,
  meters: z.array(z.string()),
  coverage,
  part: z.enum(["fuel", "conversion", "electricity", "heat", "process"]),
  emissionScope: z.literal([1, 2]).describe("1: given off inside; 2: by what is bought less what is sold"),
  basis: sourceBasis,
  declared: z.array(declaredUse).describe("entries of the ledger that count"),
  beside: z
    .object({ value: z.number(), basis: z.enum(["metered", "declared"]) })
    .nullable()
    .describe("known as well and not counted"),
  missingMonths: z.array(z.string()).describe("local months of which more than 5 % is missing"),
});

export const carbonFigure = z.object({
  method: carbonMethod,
  name: localName,
  factorSet: z.string(),
  totalKg: amount,
  scope1Kg: amount,
  scope2Kg: amount,
  grade: grade.describe("the worst among the factors that count"),
  coverage: coverage.describe("of the term of which most is missing"),
  terms: z.array(carbonTerm),
  provisional: z.boolean().describe("coverage under 95 % or figures that may still change"),
  remarks: z.array(remark),
});

export const carbonAnswer = z.object({
  scope: z.string(),
  from: instantText,
  to: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  coverage,
  figures: z.array(carbonFigure),
  /** Each figure over what was consumed and made: t per tce, per 万元 of added value, per unit of product. */
  intensities: z.array(
    z.object({
      method: carbonMethod,
      perTce: amount,
      perAddedValue: amount.describe("t per 10,000 yuan"),
      perProduct: z.array(z.object({ product: z.string(), unit: z.string(), value: amount })),
    }),
  ),
  denominators: z.object({
    tce: amount,
    equivalent: factorUsed.nullable().describe("等价值 of electricity"),
    addedValueWan: amount.describe("in 10,000 yuan"),
    products: z.array(z.object({ product: z.string(), unit: z.string(), amount: z.number() })),
    declared: z.array(declaredUse),
  }),
  /** The national figure under the other answers to open questions. */
  alternatives: z.array(
    z.object({ question: z.string(), option: z.string(), name: localName, totalKg: amount, grade }),
  ),
  cleanShareClaim: z.object({
    advertised: z
      .object({ share: z.number(), declared: declaredUse })
      .nullable()
      .describe(
        "the traced clean share of the grid that the park advertises, as declared (indicator grid-clean-share)",
      ),
    missing: remark.nullable(),
    national: z.object({
      share: amount.describe("zero-factor electricity over electricity consumed, by Annex 4"),
      directKwh: amount,
      contractsKwh: amount,
      ownPvKwh: amount,
      consumedKwh: amount,
    }),
    why: localName,
  }),
  /** Terms of the national figure of which more than 5 % is missing, with their meters and months. */
  missing: z.array(missingOf),
  factorSets: z.array(factorSetUsed),
});

export type CarbonAnswer = z.infer<typeof carbonAnswer>;
export type CarbonFigure = z.infer<typeof carbonFigure>;
