import { createRoute, z } from "@hono/zod-openapi";
import { carbonAnswer as carbonSchema } from "../answers/carbon.ts";
import { indicatorsAnswer as indicatorsSchema } from "../answers/indicators.ts";
import { carbonAnswer } from "../carbon.ts";
import { badRequest } from "../errors.ts";
import { indicatorsAnswer } from "../indicators.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { shared } from "../shared.ts";
import type { StandardsQuery } from "../standards/deps.ts";
import { rollingYear } from "../standards/rolling.ts";
import { errors, json } from "./describe.ts";
import {
  askBoundary,
  askFactors,
  askScope,
  askSpan,
  boundaryParam,
  checkLength,
  edgesFor,
  exportsParam,
  factorsParam,
  instantParam,
  scopeParam,
  spanAsked,
  spanParams,
} from "./questions.ts";

/** GET /carbon, /indicators. */
export function carbonRoutes({ park, standards, now }: RouteDeps): ApiApp {
  const carbonOf = shared((query: StandardsQuery) => carbonAnswer(standards, query));
  const indicatorsOf = shared((query: Parameters<typeof indicatorsAnswer>[1]) =>
    indicatorsAnswer(standards, query),
  );
  const carbon = createRoute({
    method: "get",
    path: "/carbon",
    summary: "Carbon of a scope over a span, by the national method and location-based, term by term",
    request: {
      query: z.object({ scope: scopeParam, ...spanParams, factors: factorsParam, exports: exportsParam }),
    },
    responses: { 200: json(carbonSchema, "Carbon"), ...errors },
  });
  const indicators = createRoute({
    method: "get",
    path: "/indicators",
    summary: "The core indicator and the guiding indicators of a boundary",
    request: {
      query: z.object({
        boundary: boundaryParam,
        from: instantParam.optional(),
        to: instantParam.optional(),
        factors: factorsParam,
        exports: exportsParam,
      }),
    },
    responses: { 200: json(indicatorsSchema, "Indicators"), ...errors },
  });
  return newRoutes()
    .openapi(carbon, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(park.calendar, asked, edgesFor(asked, park), scope, nowMs);
      checkLength(span);
      const factors = askFactors(park.calendar, asked.factors, span.toMs);
      return c.json(await carbonOf({ scope, ...span, nowMs, factors, exports: asked.exports }), 200);
    })
    .openapi(indicators, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const { from, to } = asked;
      const read =
        from === undefined || to === undefined ? rollingYear(park, nowMs) : spanAsked({ from, to });
      const boundary = askBoundary(park, c.get("actor"), asked.boundary, read);
      if ((from === undefined) !== (to === undefined)) {
        throw badRequest([
          {
            path: from === undefined ? "from" : "to",
            expected: "both from and to, or neither",
            found: "nothing",
          },
        ]);
      }
      const span =
        from === undefined || to === undefined
          ? null
          : askSpan(park.calendar, { from, to }, "1d", { kind: "boundary", id: boundary }, nowMs);
      if (span !== null) checkLength(span);
      const factors = askFactors(park.calendar, asked.factors, (span ?? read).toMs);
      return c.json(
        await indicatorsOf({ boundary, nowMs, ...(span ?? {}), factors, exports: asked.exports }),
        200,
      );
    });
}
