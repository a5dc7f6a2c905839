import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { ApiError } from "../errors.ts";
import { type ApiApp, newRoutes } from "../routing.ts";

const ASSETS: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
};

const START = `window.addEventListener("load", () => SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null }));`;

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Lingtan API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="docs"></div><script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>
</html>
`;

/** GET /openapi.json and /docs, which works without the internet. */
export function documentRoutes(whole: ApiApp, version: string): ApiApp {
  const folder = path.dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
  const routes = newRoutes();
  routes.get("/openapi.json", (c) =>
    c.json(
      whole.getOpenAPI31Document({
        openapi: "3.1.0",
        info: { title: "Lingtan", version, license: { name: "Apache-2.0" } },
        servers: [{ url: "/" }],
        security: [{ bearer: [] }],
      }),
    ),
  );
  routes.get("/docs", (c) => c.html(PAGE));
  routes.get("/docs/start.js", (c) =>
    c.body(START, 200, { "content-type": "text/javascript; charset=utf-8" }),
  );
  routes.get("/docs/:file", async (c) => {
    const file = c.req.param("file");
    const type = ASSETS[file];
    if (type === undefined) throw new ApiError("not-found", "There is nothing at this address.");
    return c.body(await readFile(path.join(folder, file), "utf8"), 200, { "content-type": type });
  });
  whole.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  return routes;
}
