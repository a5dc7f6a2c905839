import { z } from "@hono/zod-openapi";
import { REGISTER_CHANNELS } from "../../park/quantities.ts";
import { instantParam } from "../routes/questions.ts";

/** Decisions as they are sent to the API. */

export const MOST_ROWS = 1_000;
const YEAR_2000 = Date.UTC(2000, 0, 1);

const meter = z.string().min(1).max(64);
const channel = z.enum(REGISTER_CHANNELS).openapi({ description: "the register's channel on the wire" });
const reason = z.string().trim().min(2).max(500).openapi({ description: "why; kept with the decision" });
const instant = instantParam.refine((text) => Date.parse(text) >= YEAR_2000, "an instant of 2000 or later");
const display = z.number().min(0).max(1e15).openapi({ description: "as it stands on the display" });
const register = { meter, channel, reason };
const span = {
  from: instant.openapi({ description: "the event's `from`, or a reading's instant" }),
  until: instant.optional().openapi({ description: "the event's `until`; without it, one reading" }),
};

export const decisionBody = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("accept-step"), ...register, from: instant, until: instant }),
  z.strictObject({ kind: z.literal("reject-reading"), ...register, ...span }),
  z.strictObject({ kind: z.literal("restore-reading"), ...register, ...span }),
  z.strictObject({
    kind: z.literal("declare-exchange"),
    ...register,
    at: instant,
    final: display.openapi({ description: "the old register's last display" }),
    initial: display.openapi({ description: "the new register's first display" }),
    digits: z.number().int().min(1).max(15).optional(),
    resolution: z.number().positive().max(1e6).optional(),
    multiplier: z.number().positive().max(1e9).optional(),
  }),
  z.strictObject({
    kind: z.literal("change-multiplier"),
    meter,
    channel: channel.optional().openapi({ description: "without it, all registers of the meter" }),
    from: instant,
    multiplier: z.number().positive().max(1e9),
    reason,
  }),
]);

export const handReadRow = z.strictObject({ meter, channel, time: instant, display });
export const handReadBody = z.strictObject({ reason, rows: z.array(handReadRow).min(1).max(MOST_ROWS) });
export const undoBody = z.strictObject({ reason });
export const reasonParam = reason;

export type DecisionBody = z.infer<typeof decisionBody>;
export type HandReadRow = z.infer<typeof handReadRow>;
