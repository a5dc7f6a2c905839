import { createRoute } from "@hono/zod-openapi";
import { streamSSE } from "hono/streaming";
import { liveAnswer } from "../answers/live.ts";
import type { Actor } from "../context.ts";
import { ApiError } from "../errors.ts";
import { type ApiApp, newRoutes, type RouteDeps } from "../routing.ts";
import { errors, json } from "./describe.ts";

/** With the seconds for which a credential is remembered, a stream outlives its own by 15 s at most. */
const HEARTBEAT_MS = 10_000;
/** Streams held open at once; beyond, readers are told to poll. */
const MOST_STREAMS = 200;

/** GET /live and GET /live/stream (SSE: `snapshot` first, then `live`). */
export function liveRoutes({ hub, log }: RouteDeps): ApiApp {
  const allow = (actor: Actor) => {
    if (actor.role !== "office") throw new ApiError("forbidden", "Only the office sees the whole park live.");
  };
  const live = createRoute({
    method: "get",
    path: "/live",
    summary: "Latest power by source and use, state of charge, data age",
    responses: { 200: json(liveAnswer, "The picture of now"), ...errors },
  });
  const app = newRoutes().openapi(live, async (c) => {
    allow(c.get("actor"));
    const { answer } = await hub.answer();
    return c.json(answer, 200);
  });
  app.get("/live/stream", async (c) => {
    allow(c.get("actor"));
    if (hub.watching >= MOST_STREAMS)
      throw new ApiError("too-many-requests", "Too many live streams: poll /live instead.");
    const first = await hub.answer();
    c.header("X-Accel-Buffering", "no");
    const stillGood = c.get("stillGood");
    // While the ledger is away nobody can tell: the wall display keeps its picture and is asked about again.
    const ended = async () =>
      !(await stillGood().catch((error: unknown) => {
        log.warn({ err: error }, "the credential of a live stream could not be looked up");
        return true;
      }));
    return streamSSE(
      c,
      async (stream) => {
        const write = async (event: string, data: unknown, id: number) =>
          await stream.writeSSE({ event, data: JSON.stringify(data), id: String(id) });
        // A slow reader gets the latest only.
        const inbox: { latest: { data: unknown; id: number } | null } = { latest: null };
        let wake: (() => void) | null = null;
        const unwatch = hub.watch((data, id) => {
          inbox.latest = { data, id };
          wake?.();
        });
        stream.onAbort(() => {
          unwatch();
          wake?.();
        });
        let nextLookMs = performance.now() + HEARTBEAT_MS;
        try {
          await write("snapshot", first.answer, first.id);
          while (!stream.aborted && !stream.closed) {
            if (inbox.latest === null) {
              let timer: NodeJS.Timeout | undefined;
              await new Promise<void>((resolve) => {
                wake = resolve;
                timer = setTimeout(resolve, Math.max(0, nextLookMs - performance.now()));
              });
              clearTimeout(timer);
              wake = null;
            }
            const next = inbox.latest;
            inbox.latest = null;
            if (performance.now() >= nextLookMs) {
              if (await ended()) break;
              nextLookMs = performance.now() + HEARTBEAT_MS;
            }
            if (next === null) await stream.write(": still here\n\n");
            else await write("live", next.data, next.id);
          }
        } finally {
          unwatch();
        }
      },
      async (error) => {
        log.debug({ err: error }, "a live stream ended");
      },
    );
  });
  return app;
}
