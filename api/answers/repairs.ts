import { z } from "@hono/zod-openapi";
import { REGISTER_CHANNELS } from "../../park/quantities.ts";
import { REPAIR_KINDS } from "../../park/repair.ts";
import { instantText, span } from "./common.ts";

/** What judging found about readings, and what people decided about it. */

export const EVENT_KINDS = [
  "rollover",
  "exchange",
  "exchange-refused",
  "conflict",
  "set-aside",
  "step",
  "step-accepted",
  "hand-read",
  "unknown-rollovers",
  "suspect",
  "one-tick-back",
] as const;

export const eventsAnswer = z.object({
  scope: z.string(),
  ...span,
  events: z.array(
    z.object({
      meter: z.string(),
      channel: z.enum(REGISTER_CHANNELS).describe("the register's channel on the wire"),
      kind: z.enum(EVENT_KINDS),
      from: instantText,
      until: instantText.describe("its last reading's instant"),
      count: z.number().describe("readings concerned"),
      amount: z.number().nullable().describe("energy concerned in `unit`, where it has a size"),
      unit: z.string(),
      counted: z
        .boolean()
        .nullable()
        .describe("whether `amount` is part of the energy answered; null where there is none"),
      figures: z.record(z.string(), z.string()).describe("displays and the like, by name"),
    }),
  ),
});

export const decisionsAnswer = z.object({
  decisions: z.array(
    z.object({
      id: z.number(),
      kind: z.enum(REPAIR_KINDS).nullable().describe("null: of a later version"),
      meters: z.array(z.string()),
      reason: z.string(),
      by: z.object({ id: z.string(), label: z.string() }),
      time: instantText,
      before: z.unknown().describe("what it changes, as it stood before"),
      after: z.unknown().describe("and as it stands after"),
      undoes: z.number().nullable(),
      undoneBy: z.number().nullable(),
      done: instantText.nullable().describe("null: not carried out yet"),
      outcome: z.string().nullable(),
    }),
  ),
  next: z.number().nullable().describe("`before` for the next page"),
});

export const decidedAnswer = z.object({ id: z.number() });

export type EventsAnswer = z.infer<typeof eventsAnswer>;
export type DecisionsAnswer = z.infer<typeof decisionsAnswer>;
