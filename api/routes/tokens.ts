import { createRoute, z } from "@hono/zod-openapi";
import { ACCOUNT_ROLES } from "../../store/ledger.ts";
import { issueCredential } from "../access.ts";
import { tokenMadeAnswer, tokensAnswer } from "../answers/park.ts";
import { officeOnly } from "../authenticate.ts";
import { ApiError, badRequest } from "../errors.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors, json } from "./describe.ts";

const DAY_MS = 86_400_000;

/** GET, POST and DELETE /tokens: the office gives and takes access. */
export function tokenRoutes({ park, ledger, now }: RouteDeps): ApiApp {
  const middleware = officeOnly("Only the office gives access.");
  const list = createRoute({
    method: "get",
    path: "/tokens",
    middleware,
    summary: "Tokens given so far; never their secrets",
    responses: { 200: json(tokensAnswer, "Tokens"), ...errors },
  });
  const make = createRoute({
    method: "post",
    path: "/tokens",
    middleware,
    summary: "Make a token; its secret is told once",
    request: {
      body: {
        content: {
          "application/json": {
            schema: z.strictObject({
              role: z.enum(ACCOUNT_ROLES),
              enterprise: z.string().max(64).optional(),
              label: z.string().min(1).max(80),
              days: z.number().int().min(1).max(3_650).optional(),
            }),
          },
        },
        required: true,
      },
    },
    responses: { 201: json(tokenMadeAnswer, "The token"), ...errors },
  });
  const revoke = createRoute({
    method: "delete",
    path: "/tokens/{id}",
    middleware,
    summary: "Take a token back",
    request: { params: z.object({ id: z.uuid() }) },
    responses: { 204: { description: "Revoked" }, ...errors },
  });
  return newRoutes()
    .openapi(list, async (c) => {
      const iso = (timeMs: number | null) => (timeMs === null ? null : park.calendar.iso(timeMs));
      const tokens = await ledger.listCredentials("token");
      return c.json(
        {
          tokens: tokens.map((t) => ({
            id: t.id,
            role: t.role,
            enterprise: t.enterprise,
            label: t.label,
            created: park.calendar.iso(t.createdAtMs),
            expires: iso(t.expiresAtMs),
            revoked: iso(t.revokedAtMs),
          })),
        },
        200,
      );
    })
    .openapi(make, async (c) => {
      const { role, enterprise, label, days } = c.req.valid("json");
      if ((role === "enterprise") !== (enterprise !== undefined)) {
        throw badRequest([
          {
            path: "enterprise",
            expected: role === "enterprise" ? "an enterprise's id" : `nothing for role ${role}`,
            found: enterprise ?? "nothing",
          },
        ]);
      }
      if (enterprise !== undefined && !park.enterpriseById.has(enterprise)) {
        throw badRequest([{ path: "enterprise", expected: "an enterprise of this park", found: enterprise }]);
      }
      const { secret, credential } = await issueCredential(ledger, {
        kind: "token",
        role,
        enterprise: enterprise ?? null,
        label,
        nowMs: now(),
        ...(days === undefined ? {} : { lifetimeMs: days * DAY_MS }),
      });
      return c.json({ id: credential.id, token: secret }, 201);
    })
    .openapi(revoke, async (c) => {
      if (!(await ledger.revokeCredential(c.req.valid("param").id, now()))) {
        throw new ApiError("not-found", "There is no such token.");
      }
      return c.body(null, 204);
    });
}
