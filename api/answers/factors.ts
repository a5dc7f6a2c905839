import { z } from "@hono/zod-openapi";
import { factorUsed, localName } from "./common.ts";

/** The factor sets there are. */

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

export type FactorsAnswer = z.infer<typeof factorsAnswer>;
