import { z } from "@hono/zod-openapi";
import { amount, factorSetUsed, factorUsed, instantText, localName, quality, remark } from "./common.ts";

/** Claims of green power, and the proof of one quarter-hour. */

const certificate = z.object({
  series: z.string(),
  first: z.number(),
  last: z.number(),
  month: z.string().describe("of generation"),
  state: z.enum(["allocated", "cancelled"]),
  validThrough: z.string().describe("last month in which it is valid"),
});

const instrument = z.object({
  kind: z.enum(["self-use", "network", "direct-line", "green-trade", "certificate"]),
  record: z.string().describe("the document's number, or of a meter's figure the plant"),
  energyKwh: z.number(),
  evidence: z.string(),
  declared: z.boolean().describe("declared by the park file, not yet in the ledger"),
  byInterval: z.boolean(),
  certificate: certificate.nullable(),
  /** Why it counts nothing by itself; null: it counts. */
  refused: remark.nullable(),
});

export const greenClaimsAnswer = z.object({
  scope: z.string(),
  from: instantText,
  to: instantText,
  claims: z.array(
    z.object({
      project: z.string(),
      name: localName.nullable().describe("of the park's own plants"),
      generatedIn: z.string(),
      beneficiary: z.string(),
      usedIn: z.string(),
      selfUseKwh: z.number(),
      networkKwh: z.number(),
      documentsKwh: z.number().describe("what documents say beyond the meters"),
      documentsKind: z.enum(["direct-line", "green-trade", "certificate"]).nullable(),
      /** Meters and documents, up to what the month's use has left. */
      countedKwh: z.number(),
      carriedKwh: z.number(),
      lostKwh: z.number().describe("to certificates that were sold, or never generated"),
      instruments: z.array(instrument),
    }),
  ),
  /** Documents that make no claim. */
  refused: z.array(
    instrument.extend({ beneficiary: z.string(), generatedIn: z.string(), usedIn: z.string() }),
  ),
  remarks: z.array(remark),
});

const reading = z.object({
  meter: z.string(),
  channel: z.string(),
  multiplier: z.number(),
  from: z.object({ time: instantText, display: z.number() }),
  to: z.object({ time: instantText, display: z.number() }),
});

export const greenProofAnswer = z.object({
  scope: z.string(),
  name: localName.nullable(),
  from: instantText,
  to: instantText,
  settled: z.boolean(),
  simulated: z.boolean(),
  useKwh: amount,
  quality,
  matchedKwh: z.number(),
  matchedShare: amount,
  /** What served the use; they add up to it. */
  rows: z.array(
    z.object({
      kind: z.enum(["own-pv", "network-pv", "direct-line", "storage", "green-trade", "unmatched"]),
      name: localName,
      energyKwh: z.number(),
      /** False: estimated, and 0 in the hour-matched share. */
      matched: z.boolean(),
      detail: localName.nullable(),
      readings: z.array(reading),
      certificates: z.array(certificate),
      factor: factorUsed.nullable(),
      carbonKg: amount,
    }),
  ),
  checks: z.array(z.object({ status: z.enum(["met", "provisional", "broken"]), text: remark })),
  factorSets: z.array(factorSetUsed),
});

export type GreenClaimsAnswer = z.infer<typeof greenClaimsAnswer>;
export type GreenProofAnswer = z.infer<typeof greenProofAnswer>;
