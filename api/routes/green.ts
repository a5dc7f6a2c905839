import { createRoute, z } from "@hono/zod-openapi";
import { QUARTER_MS } from "../../park/calendar.ts";
import { show } from "../../park/problems.ts";
import { greenPowerAnswer as greenPowerSchema } from "../answers/green.ts";
import {
  greenClaimsAnswer as greenClaimsSchema,
  greenProofAnswer as greenProofSchema,
} from "../answers/green-claims.ts";
import { ApiError, badRequest } from "../errors.ts";
import { greenClaimsAnswer } from "../green-claims.ts";
import { greenPowerAnswer } from "../green-power.ts";
import { greenProofAnswer } from "../green-proof.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { shared } from "../shared.ts";
import type { StandardsQuery } from "../standards/deps.ts";
import { errors, json } from "./describe.ts";
import {
  askFactors,
  askScope,
  askSpan,
  checkLength,
  factorsParam,
  instantParam,
  scopeParam,
  spanAsked,
  spanParams,
} from "./questions.ts";

/** GET /green-power, its claims, and the proof of a quarter-hour. */
export function greenRoutes({ park, standards, telemetry, now }: RouteDeps): ApiApp {
  const greenPowerOf = shared((query: StandardsQuery) => greenPowerAnswer(standards, query));
  const claimsOf = shared((query: StandardsQuery) => greenClaimsAnswer(standards, query));
  const green = createRoute({
    method: "get",
    path: "/green-power",
    summary: "Annual, hour-matched and direct-supply shares of a scope over whole days",
    request: { query: z.object({ scope: scopeParam, ...spanParams }) },
    responses: { 200: json(greenPowerSchema, "Green power"), ...errors },
  });
  const claims = createRoute({
    method: "get",
    path: "/green-power/claims",
    summary: "What makes kWh of a scope zero in the months that a span meets: claims with their instruments",
    request: { query: z.object({ scope: scopeParam, ...spanParams }) },
    responses: { 200: json(greenClaimsSchema, "Claims"), ...errors },
  });
  const proof = createRoute({
    method: "get",
    path: "/green-power/proof",
    summary:
      "How the use of a scope was served in one quarter-hour, down to displays and certificate numbers",
    request: { query: z.object({ scope: scopeParam, time: instantParam, factors: factorsParam }) },
    responses: { 200: json(greenProofSchema, "The proof"), ...errors },
  });
  return newRoutes()
    .openapi(green, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(park.calendar, asked, "1d", scope, nowMs);
      checkLength(span);
      return c.json(await greenPowerOf({ scope, ...span, nowMs }), 200);
    })
    .openapi(claims, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(park.calendar, asked, "1d", scope, nowMs);
      checkLength(span);
      return c.json(await claimsOf({ scope, ...span, nowMs }), 200);
    })
    .openapi(proof, async (c) => {
      const { scope: asked, time, factors: pins } = c.req.valid("query");
      const nowMs = now();
      const fromMs = Date.parse(time);
      const actor = c.get("actor");
      const scope = askScope(park, actor, asked, { fromMs, toMs: fromMs + QUARTER_MS });
      if (fromMs % QUARTER_MS !== 0 || fromMs > nowMs || fromMs < park.calendar.at(2000, 1, 1))
        throw badRequest([
          {
            path: "time",
            expected: "the start of a quarter-hour since 2000 that has begun",
            found: show(time),
          },
        ]);
      const factors = askFactors(park.calendar, pins, fromMs + QUARTER_MS);
      const seesAll = actor.role === "office";
      const answer = await greenProofAnswer(
        { ...standards, telemetry },
        { scope, fromMs, nowMs, factors, seesAll },
      );
      if (answer === null) throw new ApiError("not-found", "Nothing is known of that quarter-hour.");
      return c.json(answer, 200);
    });
}
