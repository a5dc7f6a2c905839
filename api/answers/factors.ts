import { z } from "@hono/zod-openapi";
import { factorUsed, grade, localName } from "./common.ts";

/** The factor sets and rule sets there are. */

const listedFactor = factorUsed.extend({
  subject: z.string().describe("what it is a factor of, within its family"),
  name: localName,
  range: z
    .object({ low: z.number(), high: z.number() })
    .nullable()
    .describe("where the document prints a range"),
});

export const factorsAnswer = z.object({
  sets: z.array(
    z.object({
      id: z.string(),
      family: z.string(),
      name: localName,
      source: z.string(),
      from: z.string().nullable(),
      to: z.string().nullable(),
      chosen: z.enum(["by-date", "by-pin"]).describe("by-pin: only where a question names it"),
      supersedes: z.string().nullable(),
      factors: z.array(listedFactor),
    }),
  ),
});

const targets = z
  .array(z.object({ year: z.number().nullable().describe("null: whenever it is judged"), value: z.number() }))
  .describe("ascending by year");

export const ruleSetsAnswer = z.object({
  ruleSets: z.array(
    z.object({
      id: z.string(),
      name: localName,
      source: z.string(),
      grade,
      from: z.string().nullable(),
      to: z.string().nullable(),
      core: z.object({
        clause: localName,
        tiers: z.array(
          z.object({
            id: z.string(),
            name: localName,
            fromTce: z.number(),
            toTce: z.number().nullable(),
            targets,
          }),
        ),
        below: localName.describe("what holds below the lowest tier"),
      }),
      directSupply: z.object({ share: z.number(), inPrinciple: z.boolean(), clause: localName }).nullable(),
      guiding: z.array(
        z.object({
          id: z.string(),
          name: localName,
          targets: targets.nullable(),
          note: localName.nullable(),
        }),
      ),
      mayLeaveOut: z.boolean(),
      boundaries: z.array(z.string()).describe("boundaries of this park that name it"),
    }),
  ),
});

export type FactorsAnswer = z.infer<typeof factorsAnswer>;
