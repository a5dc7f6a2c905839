import { createRoute, z } from "@hono/zod-openapi";
import { metersOf, parseAction } from "../../park/repair.ts";
import { problemsOf } from "../../park/shape-problems.ts";
import type { Repair } from "../../store/ledger.ts";
import { StoreError } from "../../store/telemetry.ts";
import {
  type DecisionsAnswer,
  decidedAnswer,
  decisionsAnswer,
  EVENT_KINDS,
  eventsAnswer,
} from "../answers/repairs.ts";
import { officeOnly } from "../authenticate.ts";
import type { Actor } from "../context.ts";
import { ApiError, badRequest } from "../errors.ts";
import { decisionBody, handReadBody, reasonParam, undoBody } from "../repairs/asked.ts";
import { parseHandRead } from "../repairs/csv.ts";
import { type Decided, decide, decideHandRead } from "../repairs/decide.ts";
import { eventsAnswerOf } from "../repairs/events.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors, json } from "./describe.ts";
import { askScope, askSpan, scopeParam, spanAsked, spanParams } from "./questions.ts";

const LONGEST_EVENTS_MS = 400 * 86_400_000;

const WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

function isFile(contentType: string): boolean {
  const type = contentType.split(";")[0]?.trim().toLowerCase();
  return type === "text/csv" || type === WORKBOOK;
}

/** GET /events; GET and POST /decisions, their undoing, and registers read by hand. */
export function repairRoutes({ park, telemetry, ledger, now }: RouteDeps): ApiApp {
  const middleware = officeOnly("Only the office decides about readings.");
  const accepted = { 202: json(decidedAnswer, "Kept; ingest carries it out within seconds"), ...errors };
  const eventsRoute = createRoute({
    method: "get",
    path: "/events",
    summary: "What judging found about readings (rollovers, exchanges, steps, readings set aside), by time",
    request: {
      query: z.object({ scope: scopeParam, ...spanParams, kind: z.enum(EVENT_KINDS).optional() }),
    },
    responses: {
      200: json(eventsAnswer, "Events that begin in the span; its ends are midnights"),
      ...errors,
    },
  });
  const listRoute = createRoute({
    method: "get",
    path: "/decisions",
    middleware,
    summary:
      "What people decided about readings and registers: who, when, why, before and after; newest first",
    request: {
      query: z.object({
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
    },
    responses: { 200: json(decisionsAnswer, "Decisions"), ...errors },
  });
  const decideRoute = createRoute({
    method: "post",
    path: "/decisions",
    middleware,
    summary: "Accept a step, reject or bring back readings, declare an exchange, change a multiplier",
    request: { body: { content: { "application/json": { schema: decisionBody } }, required: true } },
    responses: accepted,
  });
  const readingsRoute = createRoute({
    method: "post",
    path: "/decisions/readings",
    middleware,
    summary:
      "Enter registers read by hand, as rows, as CSV or as a workbook (meter,channel,time,display); all or nothing",
    request: {
      query: z.object({
        reason: reasonParam.optional().openapi({ description: "why; for a file, which has no room for it" }),
      }),
      body: {
        content: {
          "application/json": { schema: handReadBody },
          "text/csv": { schema: z.string().openapi({ example: "meter,channel,time,display" }) },
          [WORKBOOK]: { schema: z.string().openapi({ format: "binary" }) },
        },
        required: false,
      },
    },
    responses: accepted,
  });
  const undoRoute = createRoute({
    method: "post",
    path: "/decisions/{id}/undo",
    middleware,
    summary: "Undo a decision: everything is again as it would be without it",
    request: {
      params: z.object({ id: z.coerce.number().int().positive() }),
      body: { content: { "application/json": { schema: undoBody } }, required: true },
    },
    responses: accepted,
  });

  const keep = async (actor: Actor, decided: Decided, reason: string): Promise<number> =>
    await ledger.addRepair({
      kind: decided.action.kind,
      action: JSON.stringify(decided.action),
      reason,
      by: actor.credentialId,
      byLabel: actor.label,
      atMs: now(),
      before: JSON.stringify(decided.before),
      after: JSON.stringify(decided.after),
      undoes: decided.action.kind === "undo" ? decided.action.of : null,
    });
  const deps = () => ({ park, telemetry, ledger, nowMs: now() });

  return newRoutes()
    .openapi(eventsRoute, async (c) => {
      const asked = c.req.valid("query");
      const nowMs = now();
      const scope = askScope(park, c.get("actor"), asked.scope, spanAsked(asked));
      const span = askSpan(park.calendar, asked, "1d", scope, nowMs);
      if (span.toMs - span.fromMs > LONGEST_EVENTS_MS)
        throw badRequest([{ path: "to", expected: "at most 400 days after from", found: asked.to }]);
      return c.json(await eventsAnswerOf({ park, telemetry }, { scope, ...span, kind: asked.kind }), 200);
    })
    .openapi(listRoute, async (c) => {
      const { before, limit } = c.req.valid("query");
      const all = await ledger.listRepairs();
      const page = all
        .filter((r) => before === undefined || r.id < before)
        .toReversed()
        .slice(0, limit + 1);
      const shown = page.slice(0, limit);
      return c.json(
        {
          decisions: shown.map((r) => shownRepair(r, all, (timeMs) => park.calendar.iso(timeMs))),
          next: page.length > limit ? (shown.at(-1)?.id ?? null) : null,
        },
        200,
      );
    })
    .openapi(decideRoute, async (c) => {
      const actor = c.get("actor");
      const asked = c.req.valid("json");
      return c.json({ id: await keep(actor, await decide(deps(), asked), asked.reason) }, 202);
    })
    .openapi(readingsRoute, async (c) => {
      const actor = c.get("actor");
      if (isFile(c.req.header("content-type") ?? "")) {
        const { reason } = c.req.valid("query");
        const { rows, lines, problems } = await parseHandRead(new Uint8Array(await c.req.arrayBuffer()));
        const missing = { path: "reason", expected: "why, in the query", found: "nothing" };
        const known = reason === undefined ? [missing, ...problems] : problems;
        const decided = await decideHandRead(deps(), rows, (i) => `line ${lines[i]}: `, known);
        return c.json({ id: await keep(actor, decided, reason ?? "") }, 202);
      }
      const body: unknown = await c.req.json().catch(() => null);
      const parsed = handReadBody.safeParse(body);
      if (!parsed.success) throw badRequest(problemsOf(body, parsed.error, "body"));
      const { rows, reason } = parsed.data;
      const decided = await decideHandRead(deps(), rows, (i) => `rows.${i}.`);
      return c.json({ id: await keep(actor, decided, reason) }, 202);
    })
    .openapi(undoRoute, async (c) => {
      const actor = c.get("actor");
      const { id } = c.req.valid("param");
      const all = await ledger.listRepairs();
      const undone = all.find((r) => r.id === id);
      if (undone === undefined) throw new ApiError("not-found", "There is no such decision.");
      const refuse = (found: string) =>
        badRequest([{ path: "id", expected: "a decision that stands", found: `${id}, ${found}` }]);
      if (undone.kind === "undo") throw refuse("an undoing: decide anew instead");
      if (all.some((r) => r.undoes === id)) throw refuse("undone already");
      const decided: Decided = {
        action: { kind: "undo", of: id },
        before: JSON.parse(undone.after),
        after: JSON.parse(undone.before),
      };
      try {
        return c.json({ id: await keep(actor, decided, c.req.valid("json").reason) }, 202);
      } catch (error) {
        // Somebody else was quicker.
        if (error instanceof StoreError && error.code === "rejected") throw refuse("undone already");
        throw error;
      }
    });
}

function shownRepair(
  repair: Repair,
  all: readonly Repair[],
  iso: (timeMs: number) => string,
): DecisionsAnswer["decisions"][number] {
  const action = parseAction(repair.action);
  const about = action?.kind === "undo" ? all.find((r) => r.id === action.of) : repair;
  const aboutAction = about === undefined ? null : parseAction(about.action);
  return {
    id: repair.id,
    kind: action?.kind ?? null,
    meters: aboutAction === null ? [] : metersOf(aboutAction),
    reason: repair.reason,
    by: { id: repair.by, label: repair.byLabel },
    time: iso(repair.atMs),
    before: JSON.parse(repair.before),
    after: JSON.parse(repair.after),
    undoes: repair.undoes,
    undoneBy: all.find((r) => r.undoes === repair.id)?.id ?? null,
    done: repair.doneAtMs === null ? null : iso(repair.doneAtMs),
    outcome: repair.outcome,
  };
}
