import { createRoute, z } from "@hono/zod-openapi";
import { greenPowerAnswer as greenPowerSchema } from "../answers/green.ts";
import { greenPowerAnswer } from "../green-power.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { shared } from "../shared.ts";
import type { StandardsQuery } from "../standards/deps.ts";
import { errors, json } from "./describe.ts";
import { askScope, askSpan, checkLength, scopeParam, spanAsked, spanParams } from "./questions.ts";

/** GET /green-power. */
export function greenRoutes({ park, standards, now }: RouteDeps): ApiApp {
  const greenPowerOf = shared((query: StandardsQuery) => greenPowerAnswer(standards, query));
  const green = createRoute({
    method: "get",
    path: "/green-power",
    summary: "Annual, hour-matched and direct-supply shares of a scope over whole days",
    request: { query: z.object({ scope: scopeParam, ...spanParams }) },
    responses: { 200: json(greenPowerSchema, "Green power"), ...errors },
  });
  return newRoutes().openapi(green, async (c) => {
    const asked = c.req.valid("query");
    const nowMs = now();
    const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
    const span = askSpan(park.calendar, asked, "1d", scope, nowMs);
    checkLength(span);
    return c.json(await greenPowerOf({ scope, ...span, nowMs }), 200);
  });
}
