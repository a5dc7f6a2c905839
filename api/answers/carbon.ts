import { z } from "@hono/zod-openapi";
import { amount, coverage, factorSetUsed, factorUsed, instantText, localName, remark } from "./common.ts";

/** Carbon of a scope over a span, three ways, term by term. */

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
});

export const carbonFigure = z.object({
  method: z.enum(["cn-910-2025-annex-4", "location-based", "market-based"]),
  name: localName,
  factorSet: z.string(),
  totalKg: amount,
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
  factorSets: z.array(factorSetUsed),
});

export type CarbonAnswer = z.infer<typeof carbonAnswer>;
export type CarbonFigure = z.infer<typeof carbonFigure>;
