import { createRoute, z } from "@hono/zod-openapi";
import { valueAt } from "../../park/dated.ts";
import { groupOfSector } from "../../park/sectors.ts";
import { enterprisesOf, type Scope } from "../../park/topology.ts";
import { deadLettersAnswer, type ParkAnswer, parkAnswer } from "../answers/park.ts";
import { officeOnly } from "../authenticate.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors, json } from "./describe.ts";

/** GET /park, GET /dead-letters and POST /dead-letters/redrive. */
export function parkRoutes({ park, telemetry, ledger, now }: RouteDeps): ApiApp {
  const parkRoute = createRoute({
    method: "get",
    path: "/park",
    summary: "The park, its enterprises, meters and assets as the caller may see them",
    responses: { 200: json(parkAnswer, "The park"), ...errors },
  });
  const letters = createRoute({
    method: "get",
    path: "/dead-letters",
    middleware: officeOnly("Only the office reads dead letters."),
    summary: "What could not be used, and why; newest first",
    request: {
      query: z.object({
        before: z.coerce
          .number()
          .int()
          .positive()
          .optional()
          .openapi({ description: "`next` of the page before" }),
        limit: z.coerce.number().int().min(1).max(500).default(100),
      }),
    },
    responses: { 200: json(deadLettersAnswer, "Dead letters"), ...errors },
  });
  const redrive = createRoute({
    method: "post",
    path: "/dead-letters/redrive",
    middleware: officeOnly("Only the office sends dead letters again."),
    summary: "Send dead letters again, e.g. after the meter was declared",
    request: {
      body: {
        content: {
          "application/json": {
            schema: z.union([
              z.strictObject({ ids: z.array(z.number().int().positive()).min(1).max(500) }),
              z.strictObject({ reason: z.string().min(1).max(60) }),
            ]),
          },
        },
        required: true,
      },
    },
    responses: {
      202: json(z.object({ decision: z.number() }), "Accepted; ingest carries it out within seconds"),
      ...errors,
    },
  });
  return newRoutes()
    .openapi(parkRoute, (c) => {
      const actor = c.get("actor");
      const nowMs = now();
      const scope: Scope =
        actor.role === "enterprise" && actor.enterprise !== null
          ? { kind: "enterprise", id: actor.enterprise }
          : { kind: "park" };
      const visible = enterprisesOf(park, scope, nowMs);
      const sees = (enterprise: string | null) =>
        actor.role !== "vpp" && enterprise !== null && visible.has(enterprise);
      const answer: ParkAnswer = {
        id: park.id,
        name: park.name,
        timeZone: park.calendar.timeZone,
        province: park.province,
        figures: park.figures,
        location: park.location,
        boundaries: park.boundaries
          .map((b) => ({
            id: b.id,
            name: b.name ?? null,
            standard: b.standard,
            members: [...enterprisesOf(park, { kind: "boundary", id: b.id }, nowMs)].filter(sees),
          }))
          .filter((b) => b.members.length > 0),
        networks: park.networks
          .map((n) => ({ id: n.id, name: n.name ?? null, kind: n.kind, members: n.members.filter(sees) }))
          .filter((n) => n.members.length > 0),
        enterprises: park.enterprises
          .filter((e) => sees(e.id))
          .map((e) => ({ ...e, group: groupOfSector(e.sector).id })),
        meters: park.meters
          .filter((m) => sees(valueAt(m.enterprise, nowMs)))
          .map((m) => ({
            id: m.id,
            name: m.name,
            role: m.role,
            medium: m.medium,
            enterprise: valueAt(m.enterprise, nowMs),
            parent: valueAt(m.parent, nowMs) ?? null,
            virtual: m.sum !== null,
            maxPowerKw: valueAt(m.maxPowerKw, nowMs),
            reportsEverySeconds: m.reportsEveryMs / 1000,
            channels: m.registers.map((r) => r.channel),
          })),
        assets: park.assets
          .filter((a) => actor.role === "vpp" || sees(a.enterprise))
          .map(({ id, name, kind, enterprise, meters }) => ({ id, name, kind, enterprise, meters })),
        caller: { role: actor.role, enterprise: actor.enterprise },
      };
      return c.json(answer, 200);
    })
    .openapi(letters, async (c) => {
      const { before, limit } = c.req.valid("query");
      const [found, open] = await Promise.all([
        telemetry.readDeadLetters({ beforeMs: before ?? Number.MAX_SAFE_INTEGER, limit }),
        telemetry.countDeadLetters(),
      ]);
      const last = found.at(-1);
      return c.json(
        {
          open,
          letters: found.map(({ timeMs, sentAgain, ...letter }) => ({
            id: timeMs,
            time: park.calendar.iso(timeMs),
            ...letter,
            sentAgain:
              sentAgain === undefined
                ? null
                : { time: park.calendar.iso(sentAgain.atMs), outcome: sentAgain.outcome },
          })),
          next: found.length === limit && last !== undefined ? last.timeMs : null,
        },
        200,
      );
    })
    .openapi(redrive, async (c) => {
      const actor = c.get("actor");
      const decision = await ledger.addDecision({
        kind: "redrive",
        detail: JSON.stringify(c.req.valid("json")),
        by: actor.credentialId,
        atMs: now(),
      });
      return c.json({ decision }, 202);
    });
}
