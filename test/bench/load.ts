import { HOUR_MS } from "../../park/calendar.ts";
import type { PublisherNews, PublishOrder, Taken } from "./messages.ts";
import { type ProcessFigures, ProcessMeter } from "./process-meter.ts";
import type { BenchOptions, Ground } from "./stage.ts";
import type { Sample } from "./stats.ts";
import { Worker } from "./worker.ts";

/** A load of readings from a publisher in a process of its own. */

/** More than a publisher here reaches; bounds a run in count. */
const MOST_PER_SECOND = 200_000;
const READING_EVERY_MS = 60_000;
/**
 * How many readings the publisher runs ahead of what the taker is known to have taken. Ingest says it every two
 * seconds, so this keeps it fed up to half as many a second: less would measure the publisher's patience.
 */
const MOST_AHEAD = 300_000;

export interface LoadPlan {
  readonly port: number;
  readonly park: string;
  readonly seconds: number;
  /** raw: writes its packets itself, faster than any library; library: `mqtt`. */
  readonly publisher: "raw" | "library";
  readonly perMessage: number;
  /** Readings; null: as many as are taken. */
  readonly perSecond: number | null;
  /** Messages taken so far, growing while the load is on; null where an acknowledgement itself says it. */
  readonly taken: readonly Sample[] | null;
}

export interface Load {
  /** Messages acknowledged to the publisher. */
  readonly samples: readonly Sample[];
  readonly messages: number;
  readonly readings: number;
  /** Epoch milliseconds. */
  readonly doneMs: number;
  readonly publisher: ProcessFigures;
}

/** The usual: one reading a message from the raw publisher, as fast as they are taken. */
export const PLAIN = { publisher: "raw", perMessage: 1, perSecond: null } as const;

export async function publish(ground: Ground, { say, meters }: BenchOptions, plan: LoadPlan): Promise<Load> {
  const { port, park, seconds, perMessage, perSecond, taken } = plan;
  const file = plan.publisher === "raw" ? "publisher.ts" : "library-publisher.ts";
  const worker = new Worker<PublishOrder | Taken, PublisherNews>(file);
  try {
    const limit = Math.ceil(((perSecond ?? MOST_PER_SECOND) * seconds * 1.2) / perMessage);
    const meter = new ProcessMeter(worker.pid);
    const samples: Sample[] = [];
    worker.onMessage((m) => samples.push({ timeMs: m.timeMs, value: m.count }));
    const timers = [
      setInterval(() => say(`  ${(samples.at(-1)?.value ?? 0) * perMessage} published`), 5_000),
      setInterval(() => worker.send({ kind: "taken", count: taken?.at(-1)?.value ?? 0 }), 100),
    ];
    worker.send({
      kind: "publish",
      host: "127.0.0.1",
      port,
      park,
      meters: ground.bench.meters,
      fromMs: firstReadingMs((limit / meters) * perMessage),
      everyMs: READING_EVERY_MS,
      perMessage,
      lateShare: 0.05,
      limit,
      seconds,
      perSecond: perSecond === null ? null : perSecond / perMessage,
      mostAhead: taken === null ? null : Math.ceil(MOST_AHEAD / perMessage),
    });
    const done = await worker
      .first((m): m is PublisherNews & { kind: "done" } => m.kind === "done")
      .finally(() => {
        for (const timer of timers) clearInterval(timer);
      });
    const messages = done.count;
    return {
      samples,
      messages,
      readings: messages * perMessage,
      doneMs: done.timeMs,
      publisher: meter.end(),
    };
  } finally {
    await worker.stop();
  }
}

/** So long ago that no reading is ahead of now. */
function firstReadingMs(rounds: number): number {
  return Math.floor((Date.now() - (rounds + 1) * READING_EVERY_MS) / HOUR_MS) * HOUR_MS;
}
