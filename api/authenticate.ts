import { getConnInfo } from "@hono/node-server/conninfo";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import type { Accounts } from "./access.ts";
import type { ApiEnv } from "./context.ts";
import { ApiError } from "./errors.ts";

export const SESSION_COOKIE = "lingtan_session";
/** What may be asked without a credential. */
const OPEN_PATHS = new Set(["/api/v1/health", "/api/v1/session"]);

const MOST_FAILURES = 20;
const FAILURE_WINDOW_MS = 60_000;

/** Counts failed credentials by address, so that guessing is slow; bounded in memory. */
export class FailureGate {
  readonly #failures = new Map<string, { count: number; untilMs: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws ApiError too-many-requests while an address has failed too often */
  check(address: string): void {
    const entry = this.#failures.get(address);
    if (entry === undefined) return;
    if (entry.untilMs < this.#now()) this.#failures.delete(address);
    else if (entry.count >= MOST_FAILURES) {
      throw new ApiError("too-many-requests", "Too many failed credentials. Try again in a minute.");
    }
  }

  fail(address: string): void {
    if (this.#failures.size > 10_000) this.#failures.clear();
    const entry = this.#failures.get(address);
    const untilMs = this.#now() + FAILURE_WINDOW_MS;
    this.#failures.set(address, { count: (entry?.count ?? 0) + 1, untilMs });
  }
}

/** The caller's address, or "" where there is no socket (in-process calls). */
export function addressOf(c: Context): string {
  try {
    return getConnInfo(c).remote.address ?? "";
  } catch {
    return "";
  }
}

/** Finds who asks, by bearer token or session cookie. @throws ApiError unauthorized */
export function authenticate(accounts: Accounts, now: () => number): MiddlewareHandler<ApiEnv> {
  const gate = new FailureGate(now);
  return async function findActor(c, next) {
    // A page elsewhere must not act with this browser's session.
    const site = c.req.header("sec-fetch-site");
    if (
      c.req.method !== "GET" &&
      c.req.method !== "HEAD" &&
      site !== undefined &&
      site !== "same-origin" &&
      site !== "none"
    ) {
      throw new ApiError("forbidden", "Requests that change something must come from this site.");
    }
    if (OPEN_PATHS.has(c.req.path)) return await next();
    const bearer = /^Bearer ([A-Za-z0-9_-]{1,200})$/.exec(c.req.header("authorization") ?? "")?.[1];
    const secret = bearer ?? getCookie(c, SESSION_COOKIE);
    if (secret === undefined) throw new ApiError("unauthorized", "A token or a session is needed.");
    const address = addressOf(c);
    gate.check(address);
    const actor = await accounts.identify(secret);
    if (actor === null) {
      gate.fail(address);
      throw new ApiError("unauthorized", "The token or session is not valid (any more).");
    }
    c.set("actor", actor);
    c.set("stillGood", async () => (await accounts.identify(secret)) !== null);
    c.header("Cache-Control", "private, no-cache");
    return await next();
  };
}

/** Before a question is even looked at: the office's alone. @throws ApiError forbidden with this message */
export function officeOnly(message: string): MiddlewareHandler<ApiEnv> {
  return async function checkRole(c, next) {
    if (c.get("actor").role !== "office") throw new ApiError("forbidden", message);
    return await next();
  };
}
