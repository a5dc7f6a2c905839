import { createRoute, z } from "@hono/zod-openapi";
import { DAY_MS } from "../../park/calendar.ts";
import { MEDIA } from "../../park/quantities.ts";
import { mayRead } from "../access.ts";
import {
  comparisonAnswer as comparisonSchema,
  demandAnswer as demandSchema,
  subMetersAnswer as subMetersSchema,
  tariffAnswer as tariffSchema,
} from "../answers/records.ts";
import { badRequest } from "../errors.ts";
import { baseSpan, comparisonAnswer, yearBefore } from "../records/comparison.ts";
import { demandAnswer } from "../records/demand.ts";
import { subMetersAnswer } from "../records/sub-meters.ts";
import { tariffAnswer } from "../records/tariff.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { comparisonTable, demandTable, subMetersTable, tariffTable } from "../tables/records.ts";
import { fileParams, jsonOrFile, languageOf, replyFile } from "../tables/reply.ts";
import { errors } from "./describe.ts";
import {
  askScope,
  askSpan,
  edgesFor,
  instantParam,
  monthParam,
  scopeParam,
  spanAsked,
  spanParams,
} from "./questions.ts";

const LONGEST_TARIFF_DAYS = 400;

/** GET /sub-meters, /tariff, /demand and /comparison: JSON, CSV or a workbook. */
export function recordRoutes({ park, energy, standards, now }: RouteDeps): ApiApp {
  const { calendar } = park;
  const subMeters = createRoute({
    method: "get",
    path: "/sub-meters",
    summary: "Sub-meter balance 总分表平衡: every meter against the sum of the meters directly below it",
    request: { query: z.object({ scope: scopeParam, ...spanParams, ...fileParams }) },
    responses: { 200: jsonOrFile(subMetersSchema, "Every level of the scope"), ...errors },
  });
  const tariff = createRoute({
    method: "get",
    path: "/tariff",
    summary: "Energy taken and its cost by time-of-use band 尖峰平谷深谷; the energy's cost, not the bill",
    request: {
      query: z.object({
        scope: scopeParam,
        ...spanParams,
        resolution: z.enum(["1d", "1M"]).default("1d"),
        ...fileParams,
      }),
    },
    responses: { 200: jsonOrFile(tariffSchema, "By band and bucket"), ...errors },
  });
  const demand = createRoute({
    method: "get",
    path: "/demand",
    summary: "A month's maximum demand from measured 15-minute intervals; estimated ones stand apart",
    request: {
      query: z.object({
        scope: scopeParam,
        month: monthParam,
        ...fileParams,
      }),
    },
    responses: { 200: jsonOrFile(demandSchema, "Peak, top ten, load factor"), ...errors },
  });
  const comparison = createRoute({
    method: "get",
    path: "/comparison",
    summary: "A span of days against the same dates a year before 去年同期 and a base period 基准期",
    request: {
      query: z.object({
        scope: scopeParam,
        medium: z.enum(MEDIA).default("electricity"),
        ...spanParams,
        with: z
          .enum(["year", "base", "year,base"])
          .default("year")
          .openapi({ description: "year, base (needs baseFrom) or year,base" }),
        baseFrom: instantParam.optional(),
        ...fileParams,
      }),
    },
    responses: {
      200: jsonOrFile(comparisonSchema, "Each side with its coverage, and the change"),
      ...errors,
    },
  });
  return newRoutes()
    .openapi(subMeters, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const actor = c.get("actor");
      const scope = askScope(park, actor, asked.scope, spanAsked(asked));
      const span = askSpan(calendar, asked, edgesFor(asked, park), scope, nowMs);
      const answer = await subMetersAnswer(standards, {
        scope,
        ...span,
        nowMs,
        mayReadMeter: (id, spans) => spans.every((s) => mayRead(park, actor, { kind: "meter", id }, s)),
      });
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(c, subMetersTable(answer, language), asked.format, language);
    })
    .openapi(tariff, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(calendar, asked, asked.resolution, scope, nowMs);
      if (span.toMs - span.fromMs > LONGEST_TARIFF_DAYS * DAY_MS)
        throw badRequest([{ path: "to", expected: `at most ${LONGEST_TARIFF_DAYS} days`, found: asked.to }]);
      const answer = await tariffAnswer(standards, { scope, ...span, nowMs, resolution: asked.resolution });
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(c, tariffTable(answer, language), asked.format, language);
    })
    .openapi(demand, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const [year = 0, month = 1] = asked.month.split("-").map(Number);
      const ends = {
        from: calendar.iso(calendar.at(year, month, 1)),
        to: calendar.iso(calendar.at(year, month + 1, 1)),
      };
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(ends));
      const span = askSpan(calendar, ends, "15m", scope, nowMs);
      const answer = await demandAnswer(standards, { scope, ...span, nowMs, month: asked.month });
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(c, demandTable(answer, language), asked.format, language);
    })
    .openapi(comparison, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(calendar, asked, "1d", scope, nowMs);
      const compareWith = asked.with === "year,base" ? (["year", "base"] as const) : [asked.with];
      const baseFromMs = asked.baseFrom === undefined ? null : Date.parse(asked.baseFrom);
      if (compareWith.includes("base") && (baseFromMs === null || !calendar.isEdge(baseFromMs, "1d"))) {
        throw badRequest([
          {
            path: "baseFrom",
            expected: `the beginning of a day in ${calendar.timeZone}`,
            found: asked.baseFrom ?? "nothing",
          },
        ]);
      }
      // Each side is read, so each side must be the actor's to read.
      for (const side of compareWith) {
        const other =
          side === "year" ? yearBefore(calendar, span) : baseSpan(calendar, span, baseFromMs ?? span.fromMs);
        askScope(park, c.get("actor"), asked.scope, other);
      }
      const answer = await comparisonAnswer(standards, energy, {
        scope,
        ...span,
        nowMs,
        medium: asked.medium,
        compareWith,
        baseFromMs,
      });
      if (asked.format === "json") return c.json(answer, 200);
      const language = languageOf(asked.lang);
      return await replyFile(c, comparisonTable(answer, language), asked.format, language);
    });
}
