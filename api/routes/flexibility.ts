import { createRoute, z } from "@hono/zod-openapi";
import { flexibilityAnswer as flexibilitySchema } from "../answers/flexibility.ts";
import { flexibilityAnswer } from "../flexibility.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors, json } from "./describe.ts";
import { askScope, scopeParam } from "./questions.ts";

const durationsParam = z
  .string()
  .regex(/^\d{1,4}(,\d{1,4}){0,11}$/, "up to 12 whole minutes, e.g. 15,60,240")
  .transform((text) => text.split(",").map(Number))
  .refine((list) => list.every((d) => d >= 1 && d <= 1_440), "minutes from 1 to 1440")
  .optional()
  .openapi({ type: "string", description: "minutes, comma-separated", example: "15,60,240" });

/** GET /flexibility. */
export function flexibilityRoutes({ park, feed, now }: RouteDeps): ApiApp {
  const flexibility = createRoute({
    method: "get",
    path: "/flexibility",
    summary: "kW up and down by duration, from live state within the limits of the connections",
    request: { query: z.object({ scope: scopeParam, durations: durationsParam }) },
    responses: { 200: json(flexibilitySchema, "Flexibility"), ...errors },
  });
  return newRoutes().openapi(flexibility, (c) => {
    const nowMs = now();
    const actor = c.get("actor");
    const { scope: asked, durations } = c.req.valid("query");
    // A VPP operator reads the park's flexibility and nothing else.
    const scope =
      actor.role === "vpp" && asked === "park"
        ? ({ kind: "park" } as const)
        : askScope(park, actor, asked, { fromMs: nowMs, toMs: nowMs });
    return c.json(
      flexibilityAnswer(park, feed.latest(), {
        scope,
        nowMs,
        ...(durations === undefined ? {} : { durationsMin: durations }),
      }),
      200,
    );
  });
}
