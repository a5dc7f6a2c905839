import { createRoute, z } from "@hono/zod-openapi";
import { mayRead } from "../access.ts";
import { dataCentresAnswer as dataCentresSchema } from "../answers/data-centres.ts";
import { dataCentresAnswer } from "../data-centres.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { shared } from "../shared.ts";
import { errors, json } from "./describe.ts";
import { askFactors, askSpan, checkLength, factorsParam, spanAsked, spanParams } from "./questions.ts";

/** GET /data-centres. */
export function dataCentreRoutes({ park, standards, now }: RouteDeps): ApiApp {
  const answerOf = shared((query: Parameters<typeof dataCentresAnswer>[1]) =>
    dataCentresAnswer(standards, query),
  );
  const dataCentres = createRoute({
    method: "get",
    path: "/data-centres",
    summary: "PUE, CUE, WUE and green share of the data halls over whole days, and by day or month",
    request: {
      query: z.object({
        ...spanParams,
        resolution: z.enum(["1d", "1M"]).default("1d"),
        factors: factorsParam,
      }),
    },
    responses: { 200: json(dataCentresSchema, "Data centres"), ...errors },
  });
  return newRoutes().openapi(dataCentres, async (c) => {
    const asked = c.req.valid("query");
    const nowMs = now();
    const actor = c.get("actor");
    const span = askSpan(park.calendar, asked, asked.resolution, { kind: "park" }, nowMs);
    checkLength(span);
    const factors = askFactors(park.calendar, asked.factors, span.toMs);
    // Each sees the halls that it may read; whoever may read none gets none.
    const enterprises = park.enterprises
      .map((e) => e.id)
      .filter((id) => mayRead(park, actor, { kind: "enterprise", id }, spanAsked(asked)));
    const { resolution } = asked;
    return c.json(await answerOf({ ...span, nowMs, resolution, enterprises, factors }), 200);
  });
}
