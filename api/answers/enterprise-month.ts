import { z } from "@hono/zod-openapi";
import { carbonFigure } from "./carbon.ts";
import { amount, coverage, instantText, localName, quality, remark } from "./common.ts";

/** An enterprise's month. */

export const enterpriseMonthAnswer = z.object({
  enterprise: z.object({ id: z.string(), name: localName, sector: z.string() }),
  park: z.object({ id: z.string(), name: localName }),
  month: z.string(),
  from: instantText,
  to: instantText,
  complete: z.boolean().describe("false while the month is running"),
  generatedAt: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  figures: z.enum(["declared", "simulated"]).describe("origin of the park file's figures"),
  coverage,
  energy: z.array(
    z.object({
      medium: z.string(),
      unit: z.string(),
      importAmount: amount,
      exportAmount: amount,
      coverage,
      meters: z.array(z.string()),
    }),
  ),
  balance: z.object({
    gridImportKwh: amount,
    gridExportKwh: amount,
    pvKwh: amount,
    storageInKwh: amount,
    storageOutKwh: amount,
    useKwh: amount,
    unknownKwh: amount,
  }),
  carbon: z.array(carbonFigure),
  green: z.object({ annualShare: amount, hourMatchedShare: amount, directShare: amount }),
  days: z.array(
    z.object({
      date: z.string(),
      useKwh: amount,
      gridImportKwh: amount,
      pvKwh: amount,
      carbonKg: amount,
      quality,
    }),
  ),
  remarks: z.array(remark),
});

export type EnterpriseMonthAnswer = z.infer<typeof enterpriseMonthAnswer>;
