import { z } from "@hono/zod-openapi";
import { amount, coverage, instantText, localName, remark } from "./common.ts";

/** Green power of a scope over whole days. */

export const greenPowerAnswer = z.object({
  scope: z.string(),
  from: instantText,
  to: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  coverage,
  useKwh: amount,
  /** Zero-factor kWh of the span over use; contracts count up to the month's remaining use. */
  annualShare: amount,
  /** Σ over quarter-hours of what was generated and used in the same one, over use. */
  hourMatchedShare: amount,
  /** Own PV and direct lines over use. */
  directShare: amount,
  /** The same without own PV behind the user's own meter: which of the two counts is an open question. */
  directShareWithoutOwnPv: amount,
  directShareInPrinciple: z.number(),
  /** 24/7 share; null names what is missing. */
  cfeShare: amount,
  cfeMissing: remark.nullable(),
  /** PV that was used but whose certificates were sold: no longer zero. */
  soldKwh: z.number(),
  sources: z.array(
    z.object({
      id: z.enum([
        "own-pv",
        "network-pv",
        "storage-pv",
        "green-trade",
        "certificate",
        "direct-line",
        "other-grid",
      ]),
      name: localName,
      energyKwh: amount,
      matchedKwh: amount.describe("null: has no hourly figures"),
      directKwh: amount,
    }),
  ),
  /** What each storage holds at the end of the span, or now, by the source that charged it; and what went through it. */
  storages: z.array(
    z.object({
      id: z.string(),
      name: localName.nullable(),
      enterprise: z.string(),
      meter: z.string(),
      usableKwh: amount,
      contentKwh: z.number(),
      bySource: z.array(
        z.object({
          id: z.enum(["own-pv", "network-pv", "trade", "other-grid", "unknown"]),
          energyKwh: z.number(),
        }),
      ),
      greenShare: amount,
      inKwh: z.number(),
      outKwh: z.number(),
      lostKwh: z.number(),
    }),
  ),
  /** Hour-matched share by local day (rows) and hour (24 columns); null: missing; NaN never. */
  heatMap: z.object({
    days: z.array(z.string()),
    share: z.array(z.array(z.number().nullable())),
    byHour: z.array(z.number().nullable()),
  }),
  contracts: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      enterprise: z.string(),
      month: z.string(),
      energyKwh: z.number(),
      countedKwh: amount,
      carriedKwh: amount,
      project: z.string(),
      evidence: z.string(),
    }),
  ),
  byEnterprise: z.array(
    z.object({
      id: z.string(),
      name: localName,
      useKwh: amount,
      ownPvKwh: amount,
      networkPvKwh: amount,
      storagePvKwh: amount,
      contractKwh: amount,
      matchedShare: amount,
      annualShare: amount,
    }),
  ),
  remarks: z.array(remark),
});

export type GreenPowerAnswer = z.infer<typeof greenPowerAnswer>;
