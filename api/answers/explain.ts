import { z } from "@hono/zod-openapi";
import { REPAIR_KINDS } from "../../park/repair.ts";
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

/** How a number was made: its formula, what went in, and how to open each of these again, down to displays. */

const question = z.object({
  figure: z.string(),
  scope: z.string(),
  from: instantText,
  to: instantText,
});

const row = z.object({
  id: z.string(),
  name: localName,
  amount,
  unit: z.string(),
  /** amount × factor, where there is one. */
  factor: factorUsed.nullable(),
  result: amount.describe("in the group's unit; what is taken off is negative"),
  grade: grade.nullable(),
  basis: z.enum(["metered", "declared", "both"]).nullable(),
  coverage: coverage.nullable(),
  evidence: z.string().nullable().describe("of what was declared"),
  opens: question
    .nullable()
    .describe("the question that opens this row; null: it rests on what is said here"),
});

export const explainAnswer = z.object({
  figure: z.string(),
  scope: z.string(),
  from: instantText,
  to: instantText,
  name: localName,
  value: amount,
  unit: z.string(),
  grade: grade.nullable().describe("the worst of what went in"),
  settled: z.boolean(),
  simulated: z.boolean(),
  provisional: z.boolean(),
  coverage: coverage.nullable(),
  formula: localName,
  clause: localName.nullable(),
  calculation: z.string().describe("the formula with its figures"),
  groups: z.array(
    z.object({ id: z.string(), name: localName, unit: z.string(), result: amount, rows: z.array(row) }),
  ),
  /** What displays showed around the quarter-hour that is explained, or around the last measured one of the largest row. */
  readings: z.array(
    z.object({
      meter: z.string(),
      channel: z.string(),
      multiplier: z.number(),
      from: z.object({ time: instantText, display: z.number() }),
      to: z.object({ time: instantText, display: z.number() }),
      energy: z.number().describe("of the quarter-hour, in `unit`"),
      unit: z.string(),
      quality: z.enum(["measured", "estimated", "missing"]),
    }),
  ),
  /** The value under other readings of what is still open. */
  sensitivity: z.array(z.object({ name: localName, value: amount, grade })),
  /** What is still open and bears on it, and who must answer. */
  openQuestions: z.array(
    z.object({ id: z.string(), question: localName, asks: localName, how: z.string().nullable() }),
  ),
  /** What people decided about the registers within the span. */
  changes: z.array(
    z.object({
      time: instantText,
      kind: z.enum(REPAIR_KINDS),
      meters: z.array(z.string()),
      by: z.string(),
      reason: z.string(),
    }),
  ),
  factorSets: z.array(factorSetUsed),
  remarks: z.array(remark),
});

export type ExplainAnswer = z.infer<typeof explainAnswer>;
