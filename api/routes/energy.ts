import { createRoute, z } from "@hono/zod-openapi";
import { MEDIA } from "../../park/quantities.ts";
import { balanceAnswer, energyAnswer } from "../answers/energy.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors, json } from "./describe.ts";
import { askScope, askSpan, resolutionParam, scopeParam, spanParams } from "./questions.ts";

/** GET /energy and /balance. */
export function energyRoutes({ park, energy, now }: RouteDeps): ApiApp {
  const energyRoute = createRoute({
    method: "get",
    path: "/energy",
    summary: "Energy of a scope by bucket, with quality and coverage",
    request: {
      query: z.object({
        scope: scopeParam,
        medium: z.enum(MEDIA).default("electricity"),
        ...spanParams,
        resolution: resolutionParam,
      }),
    },
    responses: { 200: json(energyAnswer, "Energy"), ...errors },
  });
  const balanceRoute = createRoute({
    method: "get",
    path: "/balance",
    summary: "Where a scope's electricity comes from and goes to, and what does not add up",
    request: { query: z.object({ scope: scopeParam, ...spanParams, resolution: resolutionParam }) },
    responses: { 200: json(balanceAnswer, "Balance"), ...errors },
  });
  return newRoutes()
    .openapi(energyRoute, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, nowMs);
      const span = askSpan(park.calendar, asked, asked.resolution, scope, nowMs);
      return c.json(
        await energy.energy({ scope, ...span, resolution: asked.resolution, medium: asked.medium, nowMs }),
        200,
      );
    })
    .openapi(balanceRoute, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, nowMs);
      const span = askSpan(park.calendar, asked, asked.resolution, scope, nowMs);
      return c.json(await energy.balanceAnswer({ scope, ...span, resolution: asked.resolution, nowMs }), 200);
    });
}
