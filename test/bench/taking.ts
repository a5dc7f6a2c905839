import { freePort, type Run, runMain, startLingtan } from "../kit/lingtan.ts";
import { type Book, checkBook } from "./check-book.ts";
import { healthOf, untilHealth } from "./health.ts";
import { type Load, type LoadPlan, publish } from "./load.ts";
import { type ProcessFigures, ProcessMeter } from "./process-meter.ts";
import type { BenchOptions, Ground } from "./stage.ts";
import { ratePerSecond, type Sample } from "./stats.ts";

/** The product takes a load and settles it; then what it has stored is compared with what was sent. */

const START_PATIENCE_MS = 30_000;
const SETTLE_PATIENCE_MS = 180_000;

export interface Taking {
  /** Readings acknowledged a second. */
  readonly perSecond: number;
  readonly readings: number;
  readonly settledAfterSeconds: number;
  /** The product's own process first. */
  readonly processes: Readonly<Record<string, ProcessFigures>>;
  readonly book: Book;
}

type Plan = Omit<LoadPlan, "port" | "park" | "taken">;

/** @param atEnd takes what must end whatever happens */
export async function takeLoad(
  ground: Ground,
  options: BenchOptions,
  plan: Plan,
  atEnd: (end: () => Promise<void>) => void,
): Promise<Taking> {
  const { load, ...rest } =
    ground.servers === null
      ? await takeEmbedded(ground, options, plan, atEnd)
      : await takeOnServers(ground, ground.servers, options, plan, atEnd);
  options.say(`taken: ${Math.round(rest.perSecond)} readings/s`);
  const sent = { messages: load.messages, perMessage: plan.perMessage };
  return { ...rest, readings: load.readings, book: await checkBook(ground, sent, options.say) };
}

type Taken = Omit<Taking, "book" | "readings"> & { readonly load: Load };

async function takeEmbedded(
  ground: Ground,
  options: BenchOptions,
  plan: Plan,
  atEnd: (end: () => Promise<void>) => void,
): Promise<Taken> {
  const lingtan = await startLingtan(ground.env, ["--no-simulate"]);
  atEnd(async () => {
    await lingtan.kill();
    process.stderr.write(lingtan.stderr());
  });
  const meter = new ProcessMeter(lingtan.child.pid ?? 0);
  const port = Number(new URL(lingtan.mqttUrl).port);
  const load = await publish(ground, options, { ...plan, port, park: ground.bench.park.id, taken: null });
  const settledMs = await untilSettled(lingtan.url, load, options);
  const processes = { "whole process": meter.end(), publisher: load.publisher };
  await lingtan.stop();
  return {
    load,
    perSecond: ratePerSecond(load.samples, load.doneMs) * plan.perMessage,
    settledAfterSeconds: (settledMs - load.doneMs) / 1000,
    processes,
  };
}

async function takeOnServers(
  ground: Ground,
  { mosquitto, influx }: NonNullable<Ground["servers"]>,
  options: BenchOptions,
  plan: Plan,
  atEnd: (end: () => Promise<void>) => void,
): Promise<Taken> {
  const port = await freePort();
  const begin = (command: string): Run => {
    const run = runMain([command], { ...ground.env, PORT: String(port) });
    atEnd(async () => {
      run.child.kill("SIGKILL");
      await run.exit;
      process.stderr.write(run.stderr());
    });
    return run;
  };
  const api = begin("api");
  const ingest = begin("ingest");
  const url = `http://127.0.0.1:${port}`;
  await untilHealth(url, START_PATIENCE_MS, (health) => health.status === "ok");
  const meters = {
    ingest: new ProcessMeter(ingest.child.pid ?? 0),
    api: new ProcessMeter(api.child.pid ?? 0),
    mosquitto: new ProcessMeter(mosquitto.now.pid),
    influxd: new ProcessMeter(influx.now.pid),
  };
  const taken: Sample[] = [];
  const timer = setInterval(() => {
    healthOf(url).then(
      ({ messages, statusMs }) => taken.push({ timeMs: statusMs, value: messages }),
      () => undefined, // the next one will tell
    );
  }, 200);
  atEnd(async () => clearInterval(timer));
  const park = ground.bench.park.id;
  const load = await publish(ground, options, { ...plan, port: mosquitto.now.port, park, taken });
  const settledMs = await untilSettled(url, load, options);
  clearInterval(timer);
  const processes = {
    ...Object.fromEntries(Object.entries(meters).map(([name, meter]) => [name, meter.end()])),
    publisher: load.publisher,
  };
  for (const run of [ingest, api]) {
    run.child.kill("SIGTERM");
    await run.exit;
  }
  return {
    load,
    perSecond: ratePerSecond(taken, load.doneMs) * plan.perMessage,
    settledAfterSeconds: (settledMs - load.doneMs) / 1000,
    processes,
  };
}

/** When all messages were taken and settled, epoch milliseconds. */
async function untilSettled(url: string, { messages }: Load, { say }: BenchOptions): Promise<number> {
  let toldMs = Date.now();
  return await untilHealth(url, SETTLE_PATIENCE_MS, (health) => {
    if (Date.now() - toldMs > 5_000) {
      toldMs = Date.now();
      say(`  ${health.messages} of ${messages} messages taken, ${health.dirtyMeters} meters to settle`);
    }
    return health.messages >= messages && health.waiting === 0 && health.dirtyMeters === 0;
  });
}
