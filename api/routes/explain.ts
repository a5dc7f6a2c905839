import { createRoute, z } from "@hono/zod-openapi";
import { show } from "../../park/problems.ts";
import { explainAnswer as explainSchema } from "../answers/explain.ts";
import { ApiError, badRequest } from "../errors.ts";
import { FIGURES_EXPECTED, parseFigure } from "../explain/ask.ts";
import type { ExplainQuery } from "../explain/parts.ts";
import { explainAnswer } from "../explain.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors, json } from "./describe.ts";
import {
  askFactors,
  askScope,
  askSpan,
  checkLength,
  edgesFor,
  exportsParam,
  factorsParam,
  scopeParam,
  spanAsked,
  spanParams,
} from "./questions.ts";

/** GET /explain. */
export function explainRoutes({ park, standards, telemetry, ledger, now }: RouteDeps): ApiApp {
  const explain = createRoute({
    method: "get",
    path: "/explain",
    summary: "How a figure was made: formula, inputs, factors, down to intervals and displays",
    request: {
      query: z.object({
        figure: z.string().max(200).openapi({ description: FIGURES_EXPECTED, example: "carbon-per-tce" }),
        scope: scopeParam,
        ...spanParams,
        factors: factorsParam,
        exports: exportsParam,
      }),
    },
    responses: { 200: json(explainSchema, "How the figure was made"), ...errors },
  });
  return newRoutes().openapi(explain, async (c) => {
    const asked = c.req.valid("query");
    const nowMs = now();
    const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
    const figure = parseFigure(asked.figure);
    if (figure === null)
      throw badRequest([{ path: "figure", expected: FIGURES_EXPECTED, found: show(asked.figure) }]);
    const isOnDays =
      figure.kind === "carbon-per-tce" ||
      figure.kind === "hall" ||
      figure.kind === "pathway-gap" ||
      figure.kind === "consumption" ||
      figure.kind === "green";
    const span = askSpan(park.calendar, asked, isOnDays ? "1d" : edgesFor(asked, park), scope, nowMs);
    checkLength(span);
    const factors = askFactors(park.calendar, asked.factors, span.toMs);
    const { exports } = asked;
    const query: ExplainQuery = { figure: asked.figure, scope, ...span, nowMs, factors, exports };
    const answer = await explainAnswer({ ...standards, telemetry, ledger }, query, figure);
    if (answer === null) throw new ApiError("not-found", "The scope has no such figure.");
    return c.json(answer, 200);
  });
}
