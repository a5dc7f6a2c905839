import { createRoute } from "@hono/zod-openapi";
import { StoreError } from "../../store/telemetry.ts";
import { type HealthAnswer, healthAnswer } from "../answers/park.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { json } from "./describe.ts";

/** A probe writes; asked more often than this, the last one answers. */
const PROBE_MS = 5_000;
/** One that failed is tried again sooner: what was away at the start is there a moment later. */
const FAILED_PROBE_MS = 1_000;
const STATUS_STALE_MS = 15_000;

type PartState = HealthAnswer["telemetry"];

/** GET /health: open to all, and without secrets. 200 even when degraded: the answer says so. */
export function healthRoutes({ park, telemetry, ledger, feed, now, version }: RouteDeps): ApiApp {
  const route = createRoute({
    method: "get",
    path: "/health",
    summary: "State of broker, stores and ingest",
    responses: { 200: json(healthAnswer, "Health") },
  });
  const probes = {
    telemetry: remembered(() => telemetry.probe(), now),
    ledger: remembered(() => ledger.probe(), now),
  };
  return newRoutes().openapi(route, async (c) => {
    const nowMs = now();
    const [store, book] = await Promise.all([probes.telemetry(), probes.ledger()]);
    const status = feed.status();
    const quiet = status !== null && nowMs - status.timeMs > STATUS_STALE_MS;
    const broker: HealthAnswer["broker"] =
      status === null
        ? { state: "starting", detail: "ingest has not reported yet" }
        : quiet
          ? { state: "down", detail: "ingest has not reported lately" }
          : status.broker;
    const up =
      store.state === "up" && book.state === "up" && broker.state === "up" && status?.store.state === "up";
    const answer: HealthAnswer = {
      status: up ? "ok" : status === null ? "starting" : "degraded",
      version,
      time: park.calendar.iso(nowMs),
      broker,
      telemetry: store,
      ledger: book,
      ingest:
        status === null
          ? null
          : {
              ageSeconds: Math.max(0, (nowMs - status.timeMs) / 1000),
              messages: status.messages,
              readings: status.readings,
              duplicates: status.duplicates,
              waiting: status.waiting,
              held: status.held,
              dirtyMeters: status.dirtyMeters,
              oldestDirtySeconds: status.oldestDirtyMs === null ? null : status.oldestDirtyMs / 1000,
              undeclaredMeters: status.undeclaredMeters,
              deadLetters: status.deadLetters,
              deadLettersByReason: { ...status.deadLettersByReason },
              gateways: { ...status.gateways },
            },
    };
    return c.json(answer, 200);
  });
}

function remembered(probe: () => Promise<void>, now: () => number): () => Promise<PartState> {
  let last: { state: PartState; madeMs: number } | null = null;
  let running: Promise<PartState> | null = null;
  return async () => {
    if (last !== null) {
      const ageMs = now() - last.madeMs;
      if (ageMs >= 0 && ageMs < (last.state.state === "up" ? PROBE_MS : FAILED_PROBE_MS)) return last.state;
    }
    running ??= probe()
      .then((): PartState => ({ state: "up", detail: "" }))
      .catch(
        (error: unknown): PartState => ({
          state: "down",
          detail: error instanceof StoreError ? error.message : "the probe failed",
        }),
      )
      .then((state) => {
        last = { state, madeMs: now() };
        running = null;
        return state;
      });
    return await running;
  };
}
