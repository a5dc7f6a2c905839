import { z } from "@hono/zod-openapi";
import { ENTRY_KINDS } from "../../store/records.ts";
import { ENERGIES, SETTLEMENT_KINDS } from "../answers/ledger.ts";
import { monthParam } from "../routes/questions.ts";

/** Records as they are sent to the API. */

const MOST_SERIAL = 1e12;
const LARGEST_AMOUNT = 1e12;

const name = z.string().trim().min(1).max(64);
/** As long as the park file's. */
const project = z.string().trim().min(1).max(120);
export const dayParam = z.iso.date({ error: "a local date, YYYY-MM-DD" }).openapi({ example: "2026-03-01" });
const serial = z.number().int().min(0).max(MOST_SERIAL);
const rowId = z.number().int().positive();
export const sha256Param = z
  .string()
  .regex(/^[0-9a-f]{64}$/, "a SHA-256, 64 hexadecimal digits")
  .openapi({ description: "SHA-256 of the file, hexadecimal" });

/** Who wrote it and when, the credential says; what it rests on, the writer must. */
const writtenShape = {
  evidence: z
    .string()
    .trim()
    .min(2)
    .max(500)
    .openapi({ description: "what it rests on: the document and its number" }),
  evidenceFile: sha256Param.nullable().default(null),
};

export const entryBody = z.strictObject({
  kind: z.enum(ENTRY_KINDS),
  scope: z.string().trim().min(1).max(80).openapi({ example: "enterprise:wafer-works" }),
  subject: z.string().trim().max(64).default("").openapi({ description: "of what, by kind" }),
  month: monthParam.optional().openapi({ description: "the whole month; or `from` and `to`" }),
  from: dayParam.optional(),
  to: dayParam.optional().openapi({ description: "not included" }),
  amount: z.number().min(-LARGEST_AMOUNT).max(LARGEST_AMOUNT),
  unit: z.string().trim().min(1).max(16),
  detail: z
    .record(z.string().max(40), z.unknown())
    .default({})
    .refine((detail) => JSON.stringify(detail).length <= 4_000, "at most 4000 characters"),
  replaces: rowId.nullable().default(null).openapi({ description: "the entry that this one corrects" }),
  ...writtenShape,
});

export const retractionBody = z.strictObject(writtenShape);

const numbers = {
  series: name.openapi({ description: "what the certificates' code says before the running number" }),
  first: serial,
  last: serial.openapi({ description: "included" }),
};

export const lotBody = z.strictObject({
  ...numbers,
  project: project.openapi({ description: "a park asset's id, or the certificates' project code" }),
  month: monthParam.openapi({ description: "of generation" }),
  energy: z.enum(ENERGIES),
  tradable: z.boolean(),
  holder: name.openapi({ description: "an enterprise's id, or `park`" }),
  ...writtenShape,
});

export const allocationBody = z.strictObject({
  ...numbers,
  beneficiary: name.openapi({ description: "an enterprise's id" }),
  month: monthParam.openapi({ description: "in whose use they count" }),
  cancelledOn: dayParam
    .optional()
    .openapi({ description: "if they were cancelled (核销) in the national system already: when" }),
  ...writtenShape,
});

export const saleBody = z.strictObject({
  ...numbers,
  buyer: z.string().trim().min(1).max(120),
  month: monthParam.openapi({ description: "of the sale" }),
  ...writtenShape,
});

export const useBody = z.strictObject({ use: rowId, ...writtenShape });
export const withdrawalBody = z.strictObject({ lot: rowId, ...writtenShape });

export const settlementBody = z.strictObject({
  kind: z.enum(SETTLEMENT_KINDS),
  reference: name.openapi({ description: "the settlement document's number" }),
  project,
  month: monthParam.openapi({ description: "of generation and use" }),
  beneficiary: name.openapi({ description: "an enterprise's id" }),
  energyKwh: z.number().min(0).max(LARGEST_AMOUNT),
  quarterHoursKwh: z
    .array(z.number().min(0).max(LARGEST_AMOUNT))
    .max(3_000)
    .nullable()
    .default(null)
    .openapi({ description: "if it was settled by interval: each quarter-hour of the month" }),
  replaces: rowId.nullable().default(null),
  ...writtenShape,
});

export type EntryBody = z.infer<typeof entryBody>;
export type LotBody = z.infer<typeof lotBody>;
export type AllocationBody = z.infer<typeof allocationBody>;
export type SaleBody = z.infer<typeof saleBody>;
export type SettlementBody = z.infer<typeof settlementBody>;
