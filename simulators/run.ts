import { setTimeout as sleep } from "node:timers/promises";
import type { Meter, Park } from "../park/park.ts";
import { type FaultOptions, FaultyMeter } from "./faults.ts";
import type { OnProgress } from "./progress.ts";
import { type Credentials, type Log, Publisher, type Sink } from "./publisher.ts";
import { Instruments, payloadOf, type Reading, topicOf } from "./readings.ts";

/** Sends a span of simulated time: days in order, each meter's quarter-hours of a day in one message. */

interface RunOptions {
  readonly park: Park;
  readonly mqttUrl: string;
  readonly credentials?: Credentials | undefined;
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** "max", or how many times faster than time passes. */
  readonly speed: "max" | number;
  readonly seed: number;
  readonly faults?: FaultOptions | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly logger?: Log;
  readonly signal?: AbortSignal;
}

interface RunResult {
  readonly messages: number;
  readonly readings: number;
}

/** Simulates a span and sends it to the broker; resolves when all of it is acknowledged. @throws Error when the broker cannot be reached. */
export async function runSimulation(options: RunOptions): Promise<RunResult> {
  const { mqttUrl, credentials, logger } = options;
  const publisher = new Publisher({ mqttUrl, credentials, ...(logger === undefined ? {} : { logger }) });
  publisher.start();
  try {
    await publisher.connected();
    const instruments = new Instruments(options.park, options.seed);
    await instruments.model.prepare(options.toMs);
    return await sendSpan(publisher, instruments, options);
  } finally {
    await publisher.stop();
  }
}

interface SpanOptions {
  readonly park: Park;
  readonly fromMs: number;
  readonly toMs: number;
  readonly speed: "max" | number;
  readonly faults?: FaultOptions | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal;
  /** Most readings a second, on average; none: as fast as the broker takes them. */
  readonly readingsPerSecond?: number;
  /** Only these meters; without it all of them. */
  readonly meters?: readonly string[];
  /** Per meter, the instant up to which its readings are known already: they are not sent again. */
  readonly knownUntilMs?: ReadonlyMap<string, number>;
}

/** The same on any sink. At a speed below "max" a message carries one instant, sent when its time has come. */
export async function sendSpan(
  sink: Sink,
  instruments: Instruments,
  options: SpanOptions,
): Promise<RunResult> {
  const { park, fromMs, toMs, speed, signal } = options;
  const faulty = faultyMeters(options, instruments);
  const days = park.calendar.buckets(fromMs, toMs, "1d");
  const ids = options.meters ?? instruments.ids;
  const total = Math.max(1, Math.ceil((toMs - fromMs) / 900_000) * ids.length);
  const pace = pacer(options.readingsPerSecond);
  let messages = 0;
  let readings = 0;
  let done = 0;
  const send = async (meterId: string, list: readonly Reading[]) => {
    if (list.length === 0) return;
    await sink.publish(topicOf(park.id, meterId), payloadOf(list, park.calendar, true));
    messages++;
    readings += list.length;
    await pace(list.length);
  };
  const startedMs = performance.now();
  for (const dayMs of days) {
    await instruments.model.prepare(dayMs);
    const instants: number[] = [];
    const first = Math.ceil(Math.max(dayMs, fromMs) / 900_000) * 900_000;
    for (let t = first; t < Math.min(park.calendar.next(dayMs, "1d"), toMs); t += 900_000) instants.push(t);
    const slices = speed === "max" ? [instants] : instants.map((t) => [t]);
    for (const slice of slices) {
      const at = slice[0];
      if (speed !== "max" && at !== undefined) {
        const dueMs = (at - fromMs) / speed - (performance.now() - startedMs);
        if (dueMs > 0)
          await sleep(dueMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      }
      for (const id of ids) {
        if (signal?.aborted === true) break;
        const known = options.knownUntilMs?.get(id) ?? Number.NEGATIVE_INFINITY;
        const faults = faulty.get(id);
        const read = slice
          .filter((t) => t > known)
          .map((t) => {
            const drift = faults?.drift() ?? 0;
            return drift === 0 ? instruments.read(id, t) : instruments.read(id, t + drift);
          });
        const now = faults?.take(read, (channel, t) => instruments.read(id, t).values[channel] ?? 0) ?? read;
        await send(id, now);
        done += slice.length;
        options.onProgress?.({ done: Math.min(done, total - 1), total });
      }
    }
    if (signal?.aborted === true) break;
  }
  for (const [id, faults] of faulty) await send(id, faults.rest());
  await sink.flush();
  options.onProgress?.({ done: total, total });
  return { messages, readings };
}

function faultyMeters(options: SpanOptions, instruments: Instruments): Map<string, FaultyMeter> {
  const { faults, park, fromMs, toMs } = options;
  if (faults === undefined) return new Map();
  return new Map(
    instruments.ids.flatMap((id): [string, FaultyMeter][] => {
      const meter: Meter | undefined = park.meterById.get(id);
      return meter === undefined ? [] : [[id, new FaultyMeter(faults, meter, fromMs, toMs)]];
    }),
  );
}

/** Waits as needed so that no more than the given number a second go out on average; yields now and then in any case. */
function pacer(perSecond: number | undefined): (count: number) => Promise<void> {
  const startedMs = performance.now();
  let sent = 0;
  let messages = 0;
  return async (count) => {
    sent += count;
    messages++;
    const aheadMs = perSecond === undefined ? 0 : (sent / perSecond) * 1000 - (performance.now() - startedMs);
    if (aheadMs > 10) await sleep(aheadMs);
    else if (messages % 16 === 0) await new Promise((resolve) => setImmediate(resolve));
  };
}
