import { z } from "@hono/zod-openapi";
import { amount, coverage, factorSetUsed, factorUsed, instantText, localName, remark } from "./common.ts";

/** The way of a boundary to its target. */

export const pathwayAnswer = z.object({
  boundary: z.string(),
  name: localName.nullable(),
  standard: z.string(),
  simulated: z.boolean(),
  settled: z.boolean(),
  provisional: z.boolean(),
  target: z.array(z.object({ time: instantText, tco2PerTce: z.number() })).describe("the line 2025–2028"),
  declared: z.array(z.object({ time: instantText, tco2PerTce: z.number(), evidence: z.string() })),
  actual: z.array(
    z.object({
      month: z.string(),
      time: instantText.describe("end of what is known of the month"),
      tco2PerTce: amount,
      coverage,
    }),
  ),
  now: z.object({
    tco2PerTce: amount,
    from: instantText,
    to: instantText,
    days: z.number(),
    target: z.number().nullable(),
    aboveTarget: amount,
  }),
  forecast: z
    .object({
      method: z.enum(["linear-trend", "persistence"]),
      description: localName,
      points: z.array(z.object({ time: instantText, tco2PerTce: z.number() })),
    })
    .nullable(),
  gap: z
    .object({
      year: z.number(),
      targetTco2PerTce: z.number(),
      forecastTco2PerTce: z.number(),
      annualTce: z.number().describe("from the days known, scaled to the year"),
      gapTco2: z.number(),
      gapKwh: z.number().describe("of zero-factor power that would close it"),
      reachable: z.boolean().describe("false: electricity alone cannot close it"),
      factor: factorUsed,
    })
    .nullable(),
  /** What one more unit of each lever gives, at today's structure. */
  levers: z.array(
    z.object({
      id: z.enum(["direct-line", "green-trade", "pv", "efficiency", "storage", "electrification"]),
      name: localName,
      unit: localName,
      carbonTPerUnit: z.number().nullable(),
      tco2PerTcePerUnit: z.number().nullable(),
      remark: remark.nullable(),
    }),
  ),
  factorSets: z.array(factorSetUsed),
  remarks: z.array(remark),
});

export type PathwayAnswer = z.infer<typeof pathwayAnswer>;
