import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { ApiError } from "../errors.ts";
import { type ApiApp, newRoutes } from "../routing.ts";

const ASSETS: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png",
};

// Swagger's own dark colours follow a class; the reader's wish decides it, also when it changes.
const START = `const dark = matchMedia("(prefers-color-scheme: dark)");
const paint = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", paint);
paint();
window.addEventListener("load", () => SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true, validatorUrl: null }));`;

/** Where Swagger's colours are too pale to read: at least 4.5 : 1. */
const STYLE = `
html:not(.dark-mode) .swagger-ui .info .title small { background: #5b6270; }
html:not(.dark-mode) .swagger-ui .info .title small.version-stamp { background: #4d7000; }
html:not(.dark-mode) .swagger-ui .info .link .url { color: #1a5fb4; }
html:not(.dark-mode) .swagger-ui .btn.authorize span { color: #1b7a4b; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1f69ad; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-post .opblock-summary-method { background: #1b7a4b; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-put .opblock-summary-method { background: #96570a; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #b8261f; }
html:not(.dark-mode) .swagger-ui .opblock.opblock-patch .opblock-summary-method { background: #0f766e; }
html:not(.dark-mode) .swagger-ui .parameter__name.required span,
html:not(.dark-mode) .swagger-ui .parameter__name.required::after { color: #a80000; }
html:not(.dark-mode) .swagger-ui .parameter__in { color: #595959; }
.swagger-ui .language-json span[style*="rgb(211, 99, 99)"] { color: #f4a3a3 !important; }
`;

const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Lingtan API</title>
<link rel="icon" href="/docs/favicon-32x32.png" type="image/png">
<link rel="stylesheet" href="/docs/swagger-ui.css"><style>${STYLE}</style></head>
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
    return c.body(await readFile(path.join(folder, file)), 200, { "content-type": type });
  });
  whole.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" });
  return routes;
}
