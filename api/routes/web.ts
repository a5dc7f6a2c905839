import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ApiError } from "../errors.ts";
import { type ApiApp, newRoutes } from "../routing.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".map": "application/json",
};

/** The built pages; an address without a file's ending is a page's, so it gets the shell. */
export function webRoutes(root: string): ApiApp {
  const routes = newRoutes();
  const base = path.resolve(root);
  routes.get("*", async (c) => {
    const asked = decodeURIComponent(new URL(c.req.url).pathname);
    if (asked.startsWith("/api/")) throw new ApiError("not-found", "There is nothing at this address.");
    const extension = path.extname(asked);
    const file = extension === "" ? path.join(base, "index.html") : path.join(base, asked);
    const type = TYPES[path.extname(file)];
    if (!file.startsWith(base + path.sep) || type === undefined || !existsSync(file)) {
      throw new ApiError("not-found", "There is nothing at this address.");
    }
    const hashed = asked.startsWith("/assets/");
    return c.body(await readFile(file), 200, {
      "content-type": type,
      "cache-control": hashed ? "public, max-age=31536000, immutable" : "no-cache",
    });
  });
  return routes;
}
