import { createRoute, z } from "@hono/zod-openapi";
import { DAY_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { show } from "../../park/problems.ts";
import type { ReadSpan } from "../access.ts";
import {
  carbonAnswer as carbonSchema,
  enterpriseMonthAnswer as enterpriseMonthSchema,
  flexibilityAnswer as flexibilitySchema,
  greenPowerAnswer as greenPowerSchema,
  indicatorsAnswer as indicatorsSchema,
  pathwayAnswer as pathwaySchema,
} from "../answers/standards.ts";
import { carbonAnswer } from "../carbon.ts";
import type { Actor } from "../context.ts";
import { enterpriseMonthAnswer } from "../enterprise-month.ts";
import { ApiError, badRequest } from "../errors.ts";
import { flexibilityAnswer } from "../flexibility.ts";
import { greenPowerAnswer } from "../green-power.ts";
import { indicatorsAnswer } from "../indicators.ts";
import { pathwayAnswer } from "../pathway.ts";
import { enterpriseMonthCsv } from "../reports/enterprise-csv.ts";
import { enterpriseMonthHtml } from "../reports/enterprise-html.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { shared } from "../shared.ts";
import type { StandardsQuery } from "../standards/deps.ts";
import { rollingYear } from "../standards/rolling.ts";
import { errors, json } from "./describe.ts";
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

/** Carbon and matching are reckoned by quarter-hour. */
const LONGEST_DAYS = 400;

const durationsParam = z
  .string()
  .regex(/^\d{1,4}(,\d{1,4}){0,11}$/, "up to 12 whole minutes, e.g. 15,60,240")
  .transform((text) => text.split(",").map(Number))
  .refine((list) => list.every((d) => d >= 1 && d <= 1_440), "minutes from 1 to 1440")
  .optional()
  .openapi({ type: "string", description: "minutes, comma-separated", example: "15,60,240" });

const boundaryParam = z
  .string()
  .max(64)
  .optional()
  .openapi({ description: "a boundary of the park; without it the first one" });

/** GET /carbon, /green-power, /indicators, /pathway, /flexibility and an enterprise's month. */
export function standardsRoutes({ park, standards, feed, now }: RouteDeps): ApiApp {
  const carbonOf = shared((query: StandardsQuery) => carbonAnswer(standards, query));
  const greenPowerOf = shared((query: StandardsQuery) => greenPowerAnswer(standards, query));
  const indicatorsOf = shared((query: Parameters<typeof indicatorsAnswer>[1]) =>
    indicatorsAnswer(standards, query),
  );
  const pathwayOf = shared((query: Parameters<typeof pathwayAnswer>[1]) => pathwayAnswer(standards, query));
  const carbon = createRoute({
    method: "get",
    path: "/carbon",
    summary: "Carbon of a scope over a span, by the national method and location-based, term by term",
    request: { query: z.object({ scope: scopeParam, ...spanParams }) },
    responses: { 200: json(carbonSchema, "Carbon"), ...errors },
  });
  const green = createRoute({
    method: "get",
    path: "/green-power",
    summary: "Annual, hour-matched and direct-supply shares of a scope over whole days",
    request: { query: z.object({ scope: scopeParam, ...spanParams }) },
    responses: { 200: json(greenPowerSchema, "Green power"), ...errors },
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
      }),
    },
    responses: { 200: json(indicatorsSchema, "Indicators"), ...errors },
  });
  const pathway = createRoute({
    method: "get",
    path: "/pathway",
    summary: "The target line, what is reached, where it leads, and the gap in tCO2 and zero-factor kWh",
    request: { query: z.object({ boundary: boundaryParam }) },
    responses: { 200: json(pathwaySchema, "Pathway"), ...errors },
  });
  const flexibility = createRoute({
    method: "get",
    path: "/flexibility",
    summary: "kW up and down by duration, from live state within the limits of the connections",
    request: { query: z.object({ scope: scopeParam, durations: durationsParam }) },
    responses: { 200: json(flexibilitySchema, "Flexibility"), ...errors },
  });
  const month = createRoute({
    method: "get",
    path: "/enterprises/{id}/months/{month}",
    summary: "An enterprise's month: JSON, CSV or a printable page",
    request: {
      params: z.object({ id: z.string().max(64), month: monthParam }),
      query: z.object({
        format: z.enum(["json", "csv", "html"]).default("json"),
        lang: z.enum(["zh-CN", "en"]).default("zh-CN"),
      }),
    },
    responses: {
      200: {
        description: "The month",
        content: {
          "application/json": { schema: enterpriseMonthSchema },
          "text/csv": { schema: z.string() },
          "text/html": { schema: z.string() },
        },
      },
      ...errors,
    },
  });
  return newRoutes()
    .openapi(carbon, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(park.calendar, asked, edgesFor(asked, park), scope, nowMs);
      checkLength(span);
      return c.json(await carbonOf({ scope, ...span, nowMs }), 200);
    })
    .openapi(green, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(park.calendar, asked, "1d", scope, nowMs);
      checkLength(span);
      return c.json(await greenPowerOf({ scope, ...span, nowMs }), 200);
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
      return c.json(await indicatorsOf({ boundary, nowMs, ...(span ?? {}) }), 200);
    })
    .openapi(pathway, async (c) => {
      const nowMs = now();
      const boundary = askBoundary(park, c.get("actor"), c.req.valid("query").boundary, {
        fromMs: park.calendar.at(2000, 1, 1),
        toMs: nowMs,
      });
      return c.json(await pathwayOf({ boundary, nowMs }), 200);
    })
    .openapi(flexibility, (c) => {
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
    })
    .openapi(month, async (c) => {
      const nowMs = now();
      const { id, month: key } = c.req.valid("param");
      const { format, lang } = c.req.valid("query");
      if (!park.enterpriseById.has(id)) {
        if (c.get("actor").role !== "office")
          throw new ApiError("forbidden", "This account may not read that scope.");
        throw new ApiError("not-found", "There is no such enterprise.");
      }
      askScope(park, c.get("actor"), `enterprise:${id}`, { fromMs: nowMs, toMs: nowMs });
      const answer = await enterpriseMonthAnswer(standards, { enterprise: id, month: key, nowMs });
      if (format === "json") return c.json(answer, 200);
      const language = lang === "en" ? "en" : "zh";
      if (format === "html") return c.html(enterpriseMonthHtml(answer, language), 200);
      return c.body(enterpriseMonthCsv(answer, language), 200, {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${park.id}-${id}-${key}.csv"`,
      });
    });
}

/** @throws ApiError bad-request */
function checkLength({ fromMs, toMs }: ReadSpan): void {
  const days = (toMs - fromMs) / DAY_MS;
  if (days <= LONGEST_DAYS) return;
  throw badRequest([
    { path: "to", expected: `at most ${LONGEST_DAYS} days after from`, found: `${Math.ceil(days)} days` },
  ]);
}

/** The boundary asked for, or the park's first. @throws ApiError bad-request, not-found, forbidden */
function askBoundary(park: Park, actor: Actor, asked: string | undefined, read: ReadSpan): string {
  const id = asked ?? park.boundaries[0]?.id;
  if (id === undefined) throw new ApiError("not-found", "This park declares no boundary.");
  if (!park.boundaries.some((b) => b.id === id)) {
    throw badRequest([
      { path: "boundary", expected: park.boundaries.map((b) => b.id).join(", "), found: show(id) },
    ]);
  }
  askScope(park, actor, `boundary:${id}`, read);
  return id;
}
