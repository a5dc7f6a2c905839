import { z } from "@hono/zod-openapi";
import { amount, coverage, factorSetUsed, grade, instantText, localName, remark } from "./common.ts";

/** Data halls: PUE, CUE, WUE and their green share. */

const figures = {
  facilityKwh: amount,
  itKwh: amount,
  gasM3: amount,
  totalKwh: amount.describe("electricity and gas, gas at 10.5 kWh/m³"),
  waterM3: amount,
  pue: amount,
  wue: amount.describe("l/kWh"),
};

export const dataCentresAnswer = z.object({
  from: instantText,
  to: instantText,
  resolution: z.enum(["1d", "1M"]),
  settled: z.boolean(),
  simulated: z.boolean(),
  halls: z.array(
    z.object({
      id: z.string(),
      name: localName,
      enterprise: z.string(),
      meters: z.array(z.string()),
      itMeters: z.array(z.string()),
      waterMeters: z.array(z.string()),
      gasMeters: z.array(z.string()),
      ...figures,
      cue: z.array(
        z.object({
          method: z.enum(["cn-910-2025-annex-4", "location-based", "market-based"]),
          name: localName,
          value: amount.describe("kgCO2/kWh of IT"),
          kgPerKwh: amount.describe("of the electricity consumed there"),
          grade,
        }),
      ),
      greenShare: amount,
      coverage: z.object({ facility: coverage, it: coverage, water: coverage.nullable() }),
      provisional: z.boolean(),
      /** Columns in step with time. */
      series: z.object({
        time: z.array(instantText),
        facilityKwh: z.array(amount),
        itKwh: z.array(amount),
        pue: z.array(amount),
        waterM3: z.array(amount),
        wue: z.array(amount),
      }),
      references: z.array(
        z.object({
          id: z.string(),
          indicator: z.enum(["pue", "green-share", "rack-use"]),
          name: localName,
          value: z.number(),
          comparison: z.enum(["less", "most", "least"]),
          kept: z.boolean().nullable(),
          source: z.string(),
          grade,
        }),
      ),
      remarks: z.array(remark),
    }),
  ),
  methods: z.array(
    z.object({
      id: z.string(),
      name: localName,
      formula: z.string(),
      unit: z.string(),
      clause: z.string(),
      grade,
    }),
  ),
  factorSets: z.array(factorSetUsed),
});

export type DataCentresAnswer = z.infer<typeof dataCentresAnswer>;
