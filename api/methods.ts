import type { MiddlewareHandler } from "hono";
import type { ApiEnv } from "./context.ts";
import { ApiError } from "./errors.ts";
import type { ApiApp } from "./routing.ts";

interface Address {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Tells a method that an address of the API does not know from an address that is not there. @throws ApiError method-not-allowed */
export function checkMethod(app: ApiApp): MiddlewareHandler<ApiEnv> {
  // Made at the first request: routes are added after this stands in front of them.
  let addresses: readonly Address[] | null = null;
  return async function findMethod(c, next) {
    addresses ??= addressesOf(app);
    const allowed = new Set(
      addresses.filter(({ pattern }) => pattern.test(c.req.path)).flatMap(({ methods }) => [...methods]),
    );
    if (allowed.size > 0 && !allowed.has(c.req.method)) {
      const list = [...allowed].join(", ");
      c.header("Allow", list);
      throw new ApiError("method-not-allowed", `This address takes ${list}.`);
    }
    return await next();
  };
}

function addressesOf(app: ApiApp): Address[] {
  const found = new Map<string, Address>();
  for (const { path, method } of app.routes) {
    if (method === "ALL" || path.includes("*") || !path.startsWith("/api/")) continue;
    const pattern = new RegExp(`^${path.replaceAll(/:[^/]+/g, "[^/]+")}$`);
    const address = found.get(path) ?? { pattern, methods: new Set() };
    found.set(path, address);
    address.methods.add(method);
    if (method === "GET") address.methods.add("HEAD");
  }
  return [...found.values()];
}
