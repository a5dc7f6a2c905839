import { createRoute, z } from "@hono/zod-openapi";
import type { Park } from "../../park/park.ts";
import { MEDIA, type Medium } from "../../park/quantities.ts";
import type { Scope } from "../../park/topology.ts";
import { balanceAnswer, energyAnswer } from "../answers/energy.ts";
import { badRequest } from "../errors.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { shared } from "../shared.ts";
import { balanceTable, energyTable } from "../tables/energy.ts";
import { fileParams, jsonOrFile, languageOf, replyFile } from "../tables/reply.ts";
import { errors } from "./describe.ts";
import { askScope, askSpan, resolutionParam, scopeParam, spanAsked, spanParams } from "./questions.ts";

const stampParam = z
  .enum(["start", "end"])
  .default("start")
  .openapi({ description: "of a file at 15m or 1h: end stamps the grid's 96 points, 00:15 … 24:00" });

/** JSON says its buckets' starts, and a day or month is named by its beginning. @throws ApiError bad-request */
function checkStamp(asked: { stamp: "start" | "end"; format: string; resolution: string }): void {
  if (asked.stamp === "start") return;
  if (asked.format !== "json" && (asked.resolution === "15m" || asked.resolution === "1h")) return;
  throw badRequest([
    { path: "stamp", expected: "start, or a file (csv, xlsx) at 15m or 1h", found: asked.stamp },
  ]);
}

/** The medium asked for, or the one a meter measures. @throws ApiError bad-request for one that it does not measure */
function mediumOf(park: Park, scope: Scope, asked: Medium | undefined): Medium {
  const own = scope.kind === "meter" ? park.meterById.get(scope.id)?.medium : undefined;
  if (own !== undefined && asked !== undefined && asked !== own) {
    throw badRequest([{ path: "medium", expected: `${own}, which this meter measures`, found: asked }]);
  }
  return asked ?? own ?? "electricity";
}

/** GET /energy and /balance. */
export function energyRoutes({ park, energy, now }: RouteDeps): ApiApp {
  const energyOf = shared(energy.energy.bind(energy));
  const balanceOf = shared(energy.balanceAnswer.bind(energy));
  const energyRoute = createRoute({
    method: "get",
    path: "/energy",
    summary: "Energy of a scope by bucket, with quality and coverage",
    request: {
      query: z.object({
        scope: scopeParam,
        medium: z
          .enum(MEDIA)
          .optional()
          .openapi({ description: "without it a meter's own, else electricity" }),
        ...spanParams,
        resolution: resolutionParam,
        ...fileParams,
        stamp: stampParam,
      }),
    },
    responses: { 200: jsonOrFile(energyAnswer, "Energy"), ...errors },
  });
  const balanceRoute = createRoute({
    method: "get",
    path: "/balance",
    summary: "Where a scope's electricity comes from and goes to, and what does not add up",
    request: {
      query: z.object({
        scope: scopeParam,
        ...spanParams,
        resolution: resolutionParam,
        ...fileParams,
        stamp: stampParam,
      }),
    },
    responses: { 200: jsonOrFile(balanceAnswer, "Balance"), ...errors },
  });
  return newRoutes()
    .openapi(energyRoute, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(park.calendar, asked, asked.resolution, scope, nowMs);
      checkStamp(asked);
      const { resolution } = asked;
      const medium = mediumOf(park, scope, asked.medium);
      const answer = await energyOf({ scope, ...span, resolution, medium, nowMs });
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(
        c,
        energyTable(answer, park.calendar, asked.stamp, language),
        asked.format,
        language,
      );
    })
    .openapi(balanceRoute, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(park.calendar, asked, asked.resolution, scope, nowMs);
      checkStamp(asked);
      const answer = await balanceOf({ scope, ...span, resolution: asked.resolution, nowMs });
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(
        c,
        balanceTable(answer, park.calendar, asked.stamp, language),
        asked.format,
        language,
      );
    });
}
