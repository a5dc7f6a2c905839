import { z } from "@hono/zod-openapi";
import { amount, instantText, localName, remark } from "./common.ts";

/** What a scope can give up and down. */

export const flexibilityAnswer = z.object({
  scope: z.string(),
  time: instantText,
  simulated: z.boolean(),
  durationsMin: z.array(z.number()),
  upKw: z.array(z.number()),
  downKw: z.array(z.number()),
  /** What can still change from what the storages do now, held as long as their energy allows. */
  fromPresent: z.object({ upKw: z.array(z.number()), downKw: z.array(z.number()) }).optional(),
  /** Ratings, not promises; tested and declared are null until there are tests and declarations. */
  capacity: z.object({
    connectedUpKw: z.number(),
    connectedDownKw: z.number(),
    testedUpKw: amount,
    testedDownKw: amount,
    declaredUpKw: amount,
    declaredDownKw: amount,
  }),
  assets: z.array(
    z.object({
      id: z.string(),
      name: localName,
      kind: z.string(),
      enterprise: z.string(),
      stateOfCharge: amount,
      ageSeconds: amount,
      upKw: z.array(z.number()),
      downKw: z.array(z.number()),
      /** What it does now, charging positive; null while it does not count. */
      powerKw: amount.optional(),
      /** What bounds it, or why it counts 0. */
      because: remark,
    }),
  ),
  /** Limits of connections that cut the sum, with what flows there now. */
  connections: z.array(
    z.object({
      meter: z.string(),
      name: localName.nullable().describe("the meter's, in the park file"),
      importLimitKw: z.number(),
      exportLimitKw: z.number(),
      netImportKw: amount,
      bindingUp: z.boolean(),
      bindingDown: z.boolean(),
    }),
  ),
  method: z.object({ id: z.string(), formula: localName, source: z.string() }),
  remarks: z.array(remark),
});

export type FlexibilityAnswer = z.infer<typeof flexibilityAnswer>;
