import { z } from "@hono/zod-openapi";
import {
  amount,
  coverage,
  factorSetUsed,
  factorUsed,
  grade,
  instantText,
  localName,
  remark,
} from "./common.ts";

/** The indicators of a boundary. */

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
  core: z.object({
    id: z.literal("carbon-per-tce"),
    name: localName,
    unit: z.literal("tCO2/tce"),
    value: amount,
    target: z.number(),
    tier: z.string(),
    met: z.boolean().nullable(),
    carbonT: amount,
    consumptionTce: amount,
    /** What the value is made of: numerator and denominator, term by term. */
    numerator: z.array(
      z.object({
        id: z.string(),
        name: localName,
        amount,
        unit: z.string(),
        factor: factorUsed,
        carbonT: amount,
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
    /** The value under other factors that are still open: 等价值, 0.8273. */
    sensitivity: z.array(z.object({ name: localName, value: amount, grade })),
  }),
  directSupply: z.object({ share: amount, inPrinciple: z.number(), met: z.boolean().nullable() }),
  /** The five guiding indicators; value null where neither meters nor declared figures give one. */
  guiding: z.array(
    z.object({
      id: z.string(),
      name: localName,
      value: amount,
      unit: z.string(),
      target: z.number().nullable(),
      state: z.enum(["met", "not-met", "provisional", "unknown"]),
      missing: remark.nullable(),
    }),
  ),
  factorSets: z.array(factorSetUsed),
  remarks: z.array(remark),
});

export type IndicatorsAnswer = z.infer<typeof indicatorsAnswer>;
