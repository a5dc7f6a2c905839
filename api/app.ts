import { randomUUID } from "node:crypto";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import { Accounts } from "./access.ts";
import { authenticate } from "./authenticate.ts";
import { carbonAnswer } from "./carbon.ts";
import { EnergyMemory } from "./energy/memory.ts";
import { EnergyReader } from "./energy/reader.ts";
import { EnergyService } from "./energy/service.ts";
import { ApiError, errorResponse } from "./errors.ts";
import { LiveHub } from "./live/hub.ts";
import { checkMethod } from "./methods.ts";
import { openRepairMarks } from "./repairs/open.ts";
import { carbonRoutes } from "./routes/carbon.ts";
import { dataCentreRoutes } from "./routes/data-centres.ts";
import { documentRoutes } from "./routes/documents.ts";
import { energyRoutes } from "./routes/energy.ts";
import { enterpriseMonthRoutes } from "./routes/enterprise-month.ts";
import { explainRoutes } from "./routes/explain.ts";
import { factorRoutes } from "./routes/factors.ts";
import { flexibilityRoutes } from "./routes/flexibility.ts";
import { greenRoutes } from "./routes/green.ts";
import { healthRoutes } from "./routes/health.ts";
import { ledgerRoutes } from "./routes/ledger.ts";
import { liveRoutes } from "./routes/live.ts";
import { parkRoutes } from "./routes/park.ts";
import { pathwayRoutes } from "./routes/pathway.ts";
import { recordRoutes } from "./routes/records.ts";
import { repairRoutes } from "./routes/repairs.ts";
import { sessionRoutes } from "./routes/session.ts";
import { tokenRoutes } from "./routes/tokens.ts";
import { webRoutes } from "./routes/web.ts";
import { type ApiApp, type ApiDeps, newRoutes, type RouteDeps } from "./routing.ts";
import { DayFile } from "./standards/day-file.ts";
import type { StandardsDeps } from "./standards/deps.ts";
import { ledgerTrades } from "./standards/interval-trades.ts";
import { ParkMatching } from "./standards/matching.ts";
import { RecordBook } from "./standards/record-book.ts";
import { dayRowsFrom } from "./standards/revisions.ts";

const MAX_BODY_BYTES = 64 * 1024;
/** Routes that take files and have a limit of their own, behind the check of who asks. */
const OWN_LIMIT = /^\/api\/v1\/ledger\/(evidence(\/[^/]+)?|import|settlements)$/;

/** The whole app, and the hub that must be started and stopped with it. */
export function createApp(deps: ApiDeps): { readonly app: ApiApp; readonly hub: LiveHub } {
  const { park, telemetry, ledger, feed, now, log } = deps;
  const memory = new EnergyMemory({ telemetry, calendar: park.calendar, now });
  const reader = new EnergyReader(park, telemetry, memory, () => openRepairMarks(ledger));
  const energy = new EnergyService(park, reader);
  const records = new RecordBook(ledger, now);
  const dayRows = dayRowsFrom((registers, fromMs, toMs, limit) =>
    memory.read("day", registers, fromMs, toMs, limit),
  );
  // What is kept of a day must not be made of quarter-hours older than the revisions it is kept under: they are read anew.
  const matching = new ParkMatching(park, new EnergyReader(park, telemetry), dayRows, {
    trades: ledgerTrades(park, records),
    file: deps.cacheFolder === undefined ? null : new DayFile(deps.cacheFolder, park.id, log),
  });
  const standards: StandardsDeps = { park, reader, matching, records };
  feed.subscribe({
    changes: (changes) => {
      memory.forget(changes);
      standards.matching.forget(changes);
    },
  });
  const accounts = new Accounts(ledger, now);
  const hub = new LiveHub({
    park,
    feed,
    energy,
    carbon: (fromMs, toMs, nowMs) =>
      carbonAnswer(standards, { scope: { kind: "park" }, fromMs, toMs, nowMs }),
    now,
    log,
  });
  const routeDeps: RouteDeps = { ...deps, energy, standards, accounts, hub };

  const app = newRoutes();
  app.onError(errorResponse);
  app.notFound((c) => errorResponse(new ApiError("not-found", "There is nothing at this address."), c));
  app.use(async function assignRequestId(c, next) {
    const requestId = randomUUID();
    const startedMs = deps.now();
    c.set("requestId", requestId);
    c.set("log", deps.log);
    await next();
    c.header("X-Request-Id", requestId);
    const line = {
      requestId,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      ms: deps.now() - startedMs,
    };
    if (c.res.status >= 500 || line.ms > 2_000) deps.log.warn(line, "request");
    else deps.log.debug(line, "request");
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", "data:"],
        styleSrc: ["'self'", "'unsafe-inline'"],
        frameAncestors: ["'none'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
      },
      xFrameOptions: "DENY",
      referrerPolicy: "no-referrer",
    }),
  );
  const limit = bodyLimit({ maxSize: MAX_BODY_BYTES });
  app.use(async function limitBody(c, next) {
    return OWN_LIMIT.test(c.req.path) ? await next() : await limit(c, next);
  });
  app.use("/api/*", authenticate(accounts, deps.now));
  app.use("/api/*", checkMethod(app));

  app.route("/api/v1", healthRoutes(routeDeps));
  app.route("/api/v1", sessionRoutes(routeDeps));
  app.route("/api/v1", tokenRoutes(routeDeps));
  app.route("/api/v1", parkRoutes(routeDeps));
  app.route("/api/v1", repairRoutes(routeDeps));
  app.route("/api/v1", liveRoutes(routeDeps));
  app.route("/api/v1", energyRoutes(routeDeps));
  app.route("/api/v1", recordRoutes(routeDeps));
  app.route("/api/v1", ledgerRoutes(routeDeps));
  app.route("/api/v1", factorRoutes(routeDeps));
  app.route("/api/v1", carbonRoutes(routeDeps));
  app.route("/api/v1", dataCentreRoutes(routeDeps));
  app.route("/api/v1", greenRoutes(routeDeps));
  app.route("/api/v1", pathwayRoutes(routeDeps));
  app.route("/api/v1", flexibilityRoutes(routeDeps));
  app.route("/api/v1", enterpriseMonthRoutes(routeDeps));
  app.route("/api/v1", explainRoutes(routeDeps));
  app.route("/", documentRoutes(app, deps.version));
  if (deps.webRoot !== null) app.route("/", webRoutes(deps.webRoot));
  return { app, hub };
}
