import { z } from "@hono/zod-openapi";
import { type Calendar, DAY_MS, RESOLUTIONS, type Resolution } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { type Problem, show } from "../../park/problems.ts";
import { parseScope, type Scope } from "../../park/topology.ts";
import { isValidOn } from "../../standards/factors/book.ts";
import { findFactorSet } from "../../standards/factors/released.ts";
import { mayRead, type ReadSpan } from "../access.ts";
import type { Actor } from "../context.ts";
import { ApiError, badRequest } from "../errors.ts";

/** Questions as asked over HTTP: scopes, spans, resolutions; every problem of one told at once. */

const HORIZON_MS = 366 * DAY_MS;
/** Longest spans by resolution, in days: of one meter or enterprise, and of the park or a boundary. */
const LONGEST_DAYS: Readonly<Record<Resolution, { readonly one: number; readonly many: number }>> = {
  "15m": { one: 366, many: 31 },
  "1h": { one: 366, many: 31 },
  "1d": { one: 3_660, many: 3_660 },
  "1M": { one: 11_000, many: 11_000 },
  "1y": { one: 11_000, many: 11_000 },
};

export const instantParam = z.iso
  .datetime({ offset: true, error: "an instant, ISO 8601 with an offset" })
  .openapi({
    description: "ISO 8601 with an offset (in a URL + is %2B)",
    example: "2026-11-20T00:00:00+08:00",
  });

export const monthParam = z
  .string()
  .regex(/^[2-9]\d{3}-(0[1-9]|1[0-2])$/, "a month of 2000 or later, YYYY-MM")
  .openapi({ example: "2026-11" });

export const scopeParam = z
  .string()
  .max(80)
  .default("park")
  .openapi({ description: "park, boundary:{id}, enterprise:{id} or meter:{id}", example: "park" });

export const boundaryParam = z
  .string()
  .max(64)
  .optional()
  .openapi({ description: "a boundary of the park; without it the first one" });

export const exportsParam = z
  .enum(["own-kind", "other"])
  .default("own-kind")
  .openapi({ description: "the factor that exports carry, until the province answers" });

export const factorsParam = z.string().max(400).optional().openapi({
  description: "ids of factor sets, comma-separated: each fixes its family to that set (see /factors)",
  example: "cn-mee-2025-47",
});

export const spanParams = {
  from: instantParam,
  to: instantParam,
};

export const resolutionParam = z.enum(RESOLUTIONS).default("15m");

/** A span as asked, before it is checked. */
export function spanAsked(asked: { readonly from: string; readonly to: string }): ReadSpan {
  return { fromMs: Date.parse(asked.from), toMs: Date.parse(asked.to) };
}

/** The scope of a question, if the actor may read it over all that the answer tells of. @throws ApiError bad-request, forbidden */
export function askScope(
  park: Park,
  actor: Actor,
  text: string,
  ...spans: readonly [ReadSpan, ...ReadSpan[]]
): Scope {
  const scope = parseScope(park, text);
  if (scope === null) {
    throw badRequest([
      {
        path: "scope",
        expected: "park, boundary:{id}, enterprise:{id} or meter:{id} of this park",
        found: show(text),
      },
    ]);
  }
  if (!spans.every((span) => mayRead(park, actor, scope, span)))
    throw new ApiError("forbidden", "This account may not read that scope.");
  return scope;
}

/** The span of a question, on bucket edges and no longer than its resolution allows. @throws ApiError bad-request */
export function askSpan(
  calendar: Calendar,
  asked: { readonly from: string; readonly to: string },
  resolution: Resolution,
  scope: Scope,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } {
  const { fromMs, toMs } = spanAsked(asked);
  const issues: Problem[] = [];
  const edge = (path: string, timeMs: number) => {
    if (!calendar.isEdge(timeMs, resolution)) {
      issues.push({
        path,
        expected: `an edge of ${resolution} buckets in ${calendar.timeZone}, e.g. ${calendar.iso(calendar.floor(timeMs, resolution))}`,
        found: calendar.iso(timeMs),
      });
    }
  };
  edge("from", fromMs);
  edge("to", toMs);
  if (fromMs >= toMs) issues.push({ path: "to", expected: "an instant after from", found: asked.to });
  if (fromMs < calendar.at(2000, 1, 1))
    issues.push({ path: "from", expected: "2000 or later", found: asked.from });
  if (toMs > nowMs + HORIZON_MS)
    issues.push({ path: "to", expected: "no more than a year ahead", found: asked.to });
  const most = LONGEST_DAYS[resolution][scope.kind === "park" || scope.kind === "boundary" ? "many" : "one"];
  // Counted on the park's calendar: a month of 31 days in which the clocks went back is an hour longer than 31 × 24.
  const { year, month, day, hour, minute } = calendar.parts(fromMs);
  const sinceMidnightMs = (hour * 60 + minute) * 60_000;
  const latestMs = Math.max(
    fromMs + most * DAY_MS,
    ...calendar.instantsOf(Date.UTC(year, month - 1, day + most) + sinceMidnightMs),
  );
  if (toMs > latestMs) {
    issues.push({
      path: "to",
      expected: `at most ${most} days at ${resolution} for this scope`,
      found: `${Math.ceil((toMs - fromMs) / DAY_MS)} days`,
    });
  }
  if (issues.length > 0) throw badRequest(issues);
  return { fromMs, toMs };
}

/** Spans on days may be long; others lie on quarter-hours and are bounded like them. */
export function edgesFor(asked: { readonly from: string; readonly to: string }, park: Park): "1d" | "15m" {
  const onDays = [asked.from, asked.to].every((t) => park.calendar.isEdge(Date.parse(t), "1d"));
  return onDays ? "1d" : "15m";
}

/**
 * The factor sets that a question names. Each must be in force on the last local day of the span, which is the
 * day that factors are chosen by.
 * @throws ApiError bad-request
 */
export function askFactors(calendar: Calendar, asked: string | undefined, toMs: number): string[] {
  if (asked === undefined || asked === "") return [];
  const issues: Problem[] = [];
  const date = calendar.dateKey(toMs - 1);
  const families = new Map<string, string>();
  const pins = [...new Set(asked.split(",").map((id) => id.trim()))];
  for (const pin of pins) {
    const set = findFactorSet(pin);
    if (set === null) {
      issues.push({
        path: "factors",
        expected: "ids of factor sets, as /factors lists them",
        found: show(pin),
      });
      continue;
    }
    const other = families.get(set.family);
    if (other !== undefined)
      issues.push({ path: "factors", expected: `one set of ${set.family}`, found: `${other} and ${pin}` });
    families.set(set.family, pin);
    if (!isValidOn(set, date))
      issues.push({
        path: "factors",
        expected: `a span whose last day lies in the validity of ${pin}: ${set.from ?? "any"} to ${set.to ?? "now"} (the day it ends is not in it)`,
        found: date,
      });
  }
  if (issues.length > 0) throw badRequest(issues);
  return pins;
}

/** Carbon and matching are reckoned by quarter-hour. */
const LONGEST_MATCHED_DAYS = 400;

/** Refuses a span longer than rules are applied to at once. @throws ApiError bad-request */
export function checkLength({ fromMs, toMs }: ReadSpan): void {
  const days = (toMs - fromMs) / DAY_MS;
  if (days <= LONGEST_MATCHED_DAYS) return;
  throw badRequest([
    {
      path: "to",
      expected: `at most ${LONGEST_MATCHED_DAYS} days after from`,
      found: `${Math.ceil(days)} days`,
    },
  ]);
}

/** The boundary asked for, or the park's first. @throws ApiError bad-request, not-found, forbidden */
export function askBoundary(park: Park, actor: Actor, asked: string | undefined, read: ReadSpan): string {
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
