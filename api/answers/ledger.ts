import { z } from "@hono/zod-openapi";
import { ENTRY_KINDS } from "../../store/records.ts";
import { instantText } from "./common.ts";

/** What was declared, by whom and on what evidence; dates are local days, months YYYY-MM. */

export const ENERGIES = ["wind", "solar", "hydro", "biomass", "geothermal", "ocean", "other"] as const;
export const SETTLEMENT_KINDS = ["green-trade", "direct-line"] as const;
const CERTIFICATE_STATES = ["held", "allocated", "cancelled", "expired", "sold"] as const;
const BILL_STATES = ["ok", "over", "incomplete", "no-meters", "no-bill"] as const;
export const IMPORT_KINDS = ["entries", "certificates", "allocations", "settlements"] as const;

const writtenAnswer = {
  by: z.object({ id: z.string(), label: z.string() }),
  time: instantText,
  evidence: z.string(),
  evidenceFile: z.string().nullable().describe("SHA-256 of a file at /ledger/evidence/{sha256}"),
};
const range = { series: z.string(), first: z.number(), last: z.number() };

const entryAnswer = z.object({
  id: z.number(),
  kind: z.enum(ENTRY_KINDS),
  scope: z.string(),
  subject: z.string(),
  from: z.string().describe("local date"),
  to: z.string().describe("local date, not included"),
  amount: z.number().nullable().describe("null: takes back the entry it replaces"),
  unit: z.string(),
  detail: z.record(z.string(), z.unknown()),
  replaces: z.number().nullable(),
  replacedBy: z.number().nullable().describe("told where `all` was asked"),
  standing: z.boolean(),
  ...writtenAnswer,
});

export const entriesAnswer = z.object({ revision: z.string(), entries: z.array(entryAnswer) });

export const certificatesAnswer = z.object({
  revision: z.string(),
  month: z.string().describe("the running month, by which certificates are judged expired"),
  total: z.record(z.enum(CERTIFICATE_STATES), z.number()).describe("certificates (MWh) by state"),
  lots: z.array(
    z.object({
      id: z.number(),
      ...range,
      count: z.number().describe("numbers shown; the whole lot for the office and its holder"),
      project: z.string(),
      month: z.string().describe("of generation"),
      energy: z.enum(ENERGIES),
      tradable: z.boolean(),
      holder: z.string().nullable().describe("enterprise id or `park`; null: another enterprise"),
      lastValidMonth: z.string(),
      expired: z.boolean(),
      left: z.number().describe("held and not expired: can still be used"),
      ranges: z.array(
        z.object({
          first: z.number(),
          last: z.number(),
          count: z.number(),
          state: z.enum(CERTIFICATE_STATES),
          use: z.number().nullable(),
          beneficiary: z.string().nullable(),
          month: z.string().nullable().describe("in whose use they count; of a sale the month of the sale"),
        }),
      ),
      ...writtenAnswer,
    }),
  ),
  uses: z.array(
    z.object({
      id: z.number(),
      ...range,
      count: z.number(),
      purpose: z.enum(["allocated", "sold"]),
      beneficiary: z.string(),
      month: z.string(),
      released: instantText.nullable(),
      cancelled: instantText.nullable(),
      ended: z.object(writtenAnswer).nullable().describe("who released or cancelled it, and why"),
      ...writtenAnswer,
    }),
  ),
});

export const settlementsAnswer = z.object({
  revision: z.string(),
  settlements: z.array(
    z.object({
      id: z.number(),
      kind: z.enum(SETTLEMENT_KINDS),
      reference: z.string(),
      project: z.string(),
      month: z.string(),
      beneficiary: z.string(),
      energyKwh: z.number(),
      intervals: z
        .number()
        .nullable()
        .describe("quarter-hours it was settled by; null: only the month is known"),
      quarterHoursKwh: z
        .array(z.number())
        .optional()
        .describe("where `intervals=1` was asked: from the month's first quarter-hour on"),
      replaces: z.number().nullable(),
      standing: z.boolean(),
      ...writtenAnswer,
    }),
  ),
});

export const billsAnswer = z.object({
  from: z.string(),
  to: z.string(),
  threshold: z.number().describe("share of the bill from which a difference is flagged"),
  bills: z.array(
    z.object({
      id: z.number().nullable().describe("null: there is no bill for this month of the account"),
      scope: z.string(),
      medium: z.string(),
      account: z.string(),
      from: z.string(),
      to: z.string(),
      unit: z.string(),
      billed: z.number().nullable(),
      metered: z.number().nullable(),
      known: z.number().describe("share of the metered energy that is known"),
      difference: z.number().nullable().describe("bill − meters"),
      share: z.number().nullable().describe("of the bill"),
      state: z.enum(BILL_STATES),
      uses: z
        .enum(["meters", "declared", "nothing"])
        .describe(
          "what figures use: meters; where more than 5 % is missing, declared activity if there is any",
        ),
      meters: z.array(z.string()),
      owner: z.string().nullable(),
      comment: z.string().nullable(),
      evidence: z.string().nullable(),
      evidenceFile: z.string().nullable(),
      by: z.object({ id: z.string(), label: z.string() }).nullable(),
      time: instantText.nullable(),
    }),
  ),
});

const rowProblem = z.object({
  row: z.number().describe("counted from 1 as a spreadsheet does; 0: the file"),
  column: z.string(),
  expected: z.string(),
  found: z.string(),
});

export const importAnswer = z.object({
  kind: z.enum(IMPORT_KINDS),
  rows: z.number(),
  written: z.number().describe("0 of a dry run"),
  ids: z.array(z.number()),
  problems: z.array(rowProblem).describe("of a dry run; else a file with problems is a 400"),
  preview: z.array(z.record(z.string(), z.string())).describe("of a dry run: the first rows as understood"),
});

export const writtenIdAnswer = z.object({ id: z.number() });
export const evidenceAnswer = z.object({ sha256: z.string(), bytes: z.number() });

export type EntriesAnswer = z.infer<typeof entriesAnswer>;
export type CertificatesAnswer = z.infer<typeof certificatesAnswer>;
export type CertificateState = (typeof CERTIFICATE_STATES)[number];
export type SettlementsAnswer = z.infer<typeof settlementsAnswer>;
export type BillsAnswer = z.infer<typeof billsAnswer>;
export type ImportAnswer = z.infer<typeof importAnswer>;
export type ImportKind = (typeof IMPORT_KINDS)[number];
export type RowProblem = z.infer<typeof rowProblem>;
