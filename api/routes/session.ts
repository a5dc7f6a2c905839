import { createRoute, z } from "@hono/zod-openapi";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { addressOf, FailureGate, SESSION_COOKIE } from "../authenticate.ts";
import { ApiError } from "../errors.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors } from "./describe.ts";

const secret = z.string().min(1).max(200);

/** POST /session (sign in by one-time link or token), DELETE /session (sign out). */
export function sessionRoutes({ accounts, now }: RouteDeps): ApiApp {
  const gate = new FailureGate(now);
  const signIn = createRoute({
    method: "post",
    path: "/session",
    summary: "Sign the page in by a one-time link's secret or a token",
    request: {
      body: {
        content: {
          "application/json": {
            schema: z.union([z.strictObject({ link: secret }), z.strictObject({ token: secret })]),
          },
        },
        required: true,
      },
    },
    responses: { 204: { description: "Signed in; the session is in a cookie" }, ...errors },
  });
  const signOut = createRoute({
    method: "delete",
    path: "/session",
    summary: "Sign out",
    responses: { 204: { description: "Signed out" } },
  });
  return newRoutes()
    .openapi(signIn, async (c) => {
      const address = addressOf(c);
      gate.check(address);
      const body = c.req.valid("json");
      const session = "link" in body ? await accounts.redeem(body.link) : await accounts.signIn(body.token);
      if (session === null) {
        gate.fail(address);
        throw new ApiError("unauthorized", "The link or token is not valid, or the link was used already.");
      }
      const expiresAtMs = session.credential.expiresAtMs ?? now();
      setCookie(c, SESSION_COOKIE, session.secret, {
        httpOnly: true,
        sameSite: "Strict",
        path: "/",
        secure: new URL(c.req.url).protocol === "https:" || c.req.header("x-forwarded-proto") === "https",
        maxAge: Math.max(0, Math.floor((expiresAtMs - now()) / 1000)),
      });
      return c.body(null, 204);
    })
    .openapi(signOut, async (c) => {
      const session = getCookie(c, SESSION_COOKIE);
      if (session !== undefined) await accounts.signOut(session);
      deleteCookie(c, SESSION_COOKIE, { path: "/" });
      return c.body(null, 204);
    });
}
