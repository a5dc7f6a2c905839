import { createRoute, z } from "@hono/zod-openapi";
import { pathwayAnswer as pathwaySchema } from "../answers/pathway.ts";
import { pathwayAnswer } from "../pathway.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { shared } from "../shared.ts";
import { errors, json } from "./describe.ts";
import { askBoundary, askFactors, boundaryParam, factorsParam } from "./questions.ts";

/** GET /pathway. */
export function pathwayRoutes({ park, standards, now }: RouteDeps): ApiApp {
  const pathwayOf = shared((query: Parameters<typeof pathwayAnswer>[1]) => pathwayAnswer(standards, query));
  const pathway = createRoute({
    method: "get",
    path: "/pathway",
    summary: "The target line, what is reached, where it leads, and the gap in tCO2 and zero-factor kWh",
    request: { query: z.object({ boundary: boundaryParam, factors: factorsParam }) },
    responses: { 200: json(pathwaySchema, "Pathway"), ...errors },
  });
  return newRoutes().openapi(pathway, async (c) => {
    const nowMs = now();
    const asked = c.req.valid("query");
    const boundary = askBoundary(park, c.get("actor"), asked.boundary, {
      fromMs: park.calendar.at(2000, 1, 1),
      toMs: nowMs,
    });
    const factors = askFactors(park.calendar, asked.factors, nowMs);
    return c.json(await pathwayOf({ boundary, nowMs, factors }), 200);
  });
}
