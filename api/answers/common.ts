import { z } from "@hono/zod-openapi";

/** Shapes that answers share. Instants are ISO 8601 with the park's offset; missing is null, never 0. */

export const instantText = z.string().describe("ISO 8601 with the park's offset");
export const localName = z.object({ zh: z.string(), en: z.string() });
/** A figure, or null where it is not known. */
export const amount = z.number().nullable();
export const quality = z.enum(["measured", "estimated", "missing"]);
export const grade = z.enum(["A", "B", "C", "D", "R"]);

/** Shares of 1 that add up to 1: of energy; of time where the energy is nil. */
export const coverage = z.object({ measured: z.number(), estimated: z.number(), missing: z.number() });

/** One figure from a factor set or rule, with how sure it is. */
export const factorUsed = z.object({
  id: z.string(),
  value: z.number(),
  unit: z.string(),
  grade,
  source: z.string(),
  year: z.number().nullable(),
});

/** A factor set that an answer used: asked for again by its id, it gives the same answer. */
export const factorSetUsed = z.object({
  id: z.string(),
  family: z.string(),
  name: localName,
  from: z.string().nullable().describe("first local date on which it is chosen; null: from the beginning"),
  to: z.string().nullable().describe("first local date on which it no longer is; null: in force"),
  supersedes: z.string().nullable().describe("the set that it corrects"),
});

/** Meters, entries of the ledger, or months of each. */
export const sourceBasis = z.enum(["metered", "declared", "both"]);

/** A declared entry's part in a figure. */
export const declaredUse = z.object({
  entry: z.number().describe("its number in the ledger"),
  scope: z.string(),
  from: z.string(),
  to: z.string().describe("local dates, half-open"),
  amount: z.number().describe("what of it falls into the span"),
  unit: z.string(),
  evidence: z.string(),
});

/** A term of which more than 5 % is missing. */
export const missingOf = z.object({
  term: z.string(),
  name: localName,
  missing: z.number().describe("share of 1"),
  meters: z.array(z.string()),
  months: z.array(z.string()),
});

/** What an answer does not consider yet, or is not sure of, in words. */
export const remark = z.object({ code: z.string(), zh: z.string(), en: z.string() });

export const span = {
  from: instantText,
  to: instantText,
};

export const errorAnswer = z.object({
  code: z.enum([
    "bad-request",
    "unauthorized",
    "forbidden",
    "not-found",
    "method-not-allowed",
    "too-much",
    "too-many-requests",
    "unavailable",
    "internal",
  ]),
  message: z.string(),
  requestId: z.string(),
  issues: z.array(z.object({ path: z.string(), expected: z.string(), found: z.string() })).optional(),
});

export type Coverage = z.infer<typeof coverage>;
export type Quality = z.infer<typeof quality>;
export type FactorUsed = z.infer<typeof factorUsed>;
export type Remark = z.infer<typeof remark>;
export type ErrorAnswer = z.infer<typeof errorAnswer>;
