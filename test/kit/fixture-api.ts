import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import type { TokenMadeAnswer, TokensAnswer } from "../../api/answers/park.ts";
import { balanceFixture } from "./fixtures/balance.ts";
import { carbonFixture, dataCentresFixture } from "./fixtures/carbon.ts";
import { enterpriseMonthFixture } from "./fixtures/enterprise.ts";
import { explainFixture } from "./fixtures/explain.ts";
import { flexibilityFixture } from "./fixtures/flexibility.ts";
import { greenPowerFixture } from "./fixtures/green.ts";
import { greenProofFixture } from "./fixtures/green-proof.ts";
import { liveFixture } from "./fixtures/live.ts";
import { healthFixture, parkFixture } from "./fixtures/park.ts";
import { indicatorsFixture } from "./fixtures/path.ts";
import { pathwayFor } from "./fixtures/pathway.ts";
import { comparisonFixture, demandFixture, subMetersFixture, tariffFixture } from "./fixtures/records.ts";
import { decisionsFixture, eventsFixture } from "./fixtures/repairs.ts";

/** The built pages on fixture answers, for looking at them and for tests in a browser. */

export interface FixtureApi {
  readonly url: string;
  /** Ends the live streams and refuses live answers until mended. */
  breakLive(): void;
  mendLive(): void;
  /** Every API answer becomes 503 until mended. */
  failStore(failing: boolean): void;
  /** Every API answer but the session becomes 401 until a session is posted. */
  requireSignIn(): void;
  setVersion(version: string): void;
  /** What was posted to /tokens. */
  readonly tokensAsked: readonly unknown[];
  /** What was posted to /decisions. */
  readonly decisionsAsked: readonly unknown[];
  /** What was posted to /session. */
  readonly signIns: readonly unknown[];
  readonly openStreams: () => number;
  stop(): Promise<void>;
}

const WEB = fileURLToPath(new URL("../../dist/web", import.meta.url));
const START = "2026-11-20T14:36:12+08:00";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

const iso = (at: number): string => `${new Date(at + 8 * 3_600_000).toISOString().slice(0, 19)}+08:00`;

/** Starts on a free loopback port; `webRoot` is the built pages' folder, `startAt` the park's time then. */
export async function startFixtureApi(
  options: { port?: number; webRoot?: string; startAt?: string } = {},
): Promise<FixtureApi> {
  const webRoot = options.webRoot ?? WEB;
  const startedAt = Date.now();
  const startMs = Date.parse(options.startAt ?? START);
  const now = (): string => iso(startMs + Date.now() - startedAt);
  const state = { broken: false, failing: false, locked: false, version: "0.1.0", streams: 0 };
  const cuts = new Set<() => void>();
  const signIns: unknown[] = [];
  const tokensAsked: unknown[] = [];
  const decisionsAsked: unknown[] = [];
  const tokens: TokensAnswer["tokens"] = [
    {
      id: "first",
      role: "office",
      enterprise: null,
      label: "command line",
      created: START,
      expires: null,
      revoked: null,
    },
  ];
  const problem = (code: string, message: string) => ({ code, message, requestId: "7f3a-21c8" });

  const app = new Hono();
  app.use("/api/v1/*", async (c, next) => {
    if (c.req.path === "/api/v1/session") return await next();
    if (state.locked) return c.json(problem("unauthorized", "Sign in first."), 401);
    if (state.failing) return c.json(problem("unavailable", "The store does not answer."), 503);
    return await next();
  });
  app.post("/api/v1/session", async (c) => {
    const body: unknown = await c.req.json();
    signIns.push(body);
    if (JSON.stringify(body).includes("wrong")) return c.json(problem("unauthorized", "Not valid."), 401);
    state.locked = false;
    return c.body(null, 204);
  });
  app.delete("/api/v1/session", (c) => {
    state.locked = true;
    return c.body(null, 204);
  });
  app.get("/api/v1/tokens", (c) => c.json({ tokens } satisfies TokensAnswer));
  app.post("/api/v1/tokens", async (c) => {
    const body: { role: "office" | "enterprise" | "vpp"; enterprise?: string; label: string } =
      await c.req.json();
    tokensAsked.push(body);
    const id = `token-${tokens.length}`;
    const { role, label } = body;
    const enterprise = body.enterprise ?? null;
    tokens.push({ id, role, enterprise, label, created: now(), expires: null, revoked: null });
    return c.json({ id, token: "lt_shown-once" } satisfies TokenMadeAnswer, 201);
  });
  app.delete("/api/v1/tokens/:id", (c) => {
    const token = tokens.find((one) => one.id === c.req.param("id"));
    if (token !== undefined) token.revoked = now();
    return c.body(null, token === undefined ? 404 : 204);
  });
  app.get("/api/v1/health", (c) => c.json(healthFixture(now(), state.version)));
  app.get("/api/v1/park", (c) => c.json(parkFixture));
  app.get("/api/v1/live", (c) =>
    state.broken ? c.json(problem("unavailable", "No live values."), 503) : c.json(liveFixture(now())),
  );
  app.get("/api/v1/live/stream", (c) => {
    if (state.broken) return c.json(problem("unavailable", "No live values."), 503);
    return streamSSE(c, async (stream) => {
      let cut = false;
      let wake: (() => void) | undefined;
      const end = (): void => {
        cut = true;
        wake?.();
      };
      cuts.add(end);
      state.streams += 1;
      stream.onAbort(end);
      await stream.writeSSE({ event: "snapshot", data: JSON.stringify(liveFixture(now())) });
      while (!cut) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, 2000);
        });
        clearTimeout(timer);
        if (!cut) await stream.writeSSE({ event: "live", data: JSON.stringify(liveFixture(now())) });
      }
      state.streams -= 1;
      cuts.delete(end);
    });
  });
  app.get("/api/v1/balance", (c) => {
    const from = Date.parse(c.req.query("from") ?? "");
    const quarter = Math.floor((Date.parse(START) - 300_000) / 900_000) * 900_000;
    return c.json(balanceFixture(iso(from), iso(Math.min(from + 86_400_000, quarter))));
  });
  app.get("/api/v1/indicators", (c) => c.json(indicatorsFixture));
  app.get("/api/v1/pathway", (c) => c.json(pathwayFor(new URL(c.req.url).searchParams)));
  app.get("/api/v1/carbon", (c) => c.json(carbonFixture));
  app.get("/api/v1/data-centres", (c) => c.json(dataCentresFixture));
  app.get("/api/v1/explain", (c) => c.json(explainFixture(c.req.query("figure") ?? "")));
  app.get("/api/v1/green-power", (c) => c.json(greenPowerFixture));
  app.get("/api/v1/green-power/proof", (c) => c.json(greenProofFixture));
  app.get("/api/v1/flexibility", (c) => c.json(flexibilityFixture));
  app.get("/api/v1/sub-meters", (c) => c.json(subMetersFixture));
  app.get("/api/v1/tariff", (c) => c.json(tariffFixture));
  app.get("/api/v1/demand", (c) => c.json(demandFixture));
  app.get("/api/v1/comparison", (c) => c.json(comparisonFixture));
  app.get("/api/v1/events", (c) => c.json(eventsFixture));
  app.get("/api/v1/decisions", (c) => c.json(decisionsFixture));
  app.post("/api/v1/decisions", async (c) => {
    decisionsAsked.push(await c.req.json());
    return c.json({ id: 3 }, 202);
  });
  app.post("/api/v1/decisions/readings", async (c) => {
    decisionsAsked.push(await c.req.json());
    return c.json({ id: 4 }, 202);
  });
  app.get("/api/v1/enterprises/:id/months/:month", (c) => c.json(enterpriseMonthFixture));
  app.all("/api/*", (c) => c.json(problem("not-found", "There is nothing at this address."), 404));
  app.get("*", async (c) => {
    const asked = path.join(webRoot, path.normalize(c.req.path));
    const file = path.extname(asked) === "" ? path.join(webRoot, "index.html") : asked;
    const type = TYPES[path.extname(file)];
    if (type === undefined || !existsSync(file)) return c.text("not found", 404);
    return c.body(await readFile(file), 200, { "content-type": type });
  });

  const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
    const started = serve({ fetch: app.fetch, hostname: "127.0.0.1", port: options.port ?? 0 }, () =>
      resolve(started),
    );
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const cutAll = (): void => {
    for (const cut of [...cuts]) cut();
  };
  return {
    url: `http://127.0.0.1:${port}`,
    breakLive: () => {
      state.broken = true;
      cutAll();
    },
    mendLive: () => {
      state.broken = false;
    },
    failStore: (failing) => {
      state.failing = failing;
      if (failing) cutAll();
    },
    requireSignIn: () => {
      state.locked = true;
    },
    setVersion: (version) => {
      state.version = version;
    },
    signIns,
    tokensAsked,
    decisionsAsked,
    openStreams: () => state.streams,
    stop: async () => {
      cutAll();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
    },
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.argv[2] ?? "0");
  const api = await startFixtureApi({
    port,
    ...(process.argv[3] === undefined ? {} : { webRoot: process.argv[3] }),
  });
  process.stdout.write(`${api.url}\n`);
}
