import { setTimeout as delay } from "node:timers/promises";
import { HOUR_MS } from "../../park/calendar.ts";
import { freePort, type Run, runMain, startLingtan } from "../kit/lingtan.ts";
import type { BrokerNews, BrokerOrder } from "./bare-broker.ts";
import type { SubscribeOrder, SubscriberNews } from "./bare-subscriber.ts";
import { type Book, checkBook } from "./check-book.ts";
import type { Figure } from "./figures.ts";
import { healthOf, untilHealth } from "./health.ts";
import { type ProcessFigures, ProcessMeter } from "./process-meter.ts";
import type { PublisherNews, PublishOrder, Taken } from "./publisher.ts";
import { type BenchOptions, type Ground, prepareGround, withEnds } from "./stage.ts";
import { ratePerSecond, type Sample } from "./stats.ts";
import { Worker } from "./worker.ts";

/** How many readings ingest takes from a saturating publisher, against a bare taker in the same run. */

/** More than a publisher here reaches; bounds a run in count. */
const MOST_PER_SECOND = 200_000;
/** Of the same length as the bench's park, so that bare messages are as long. */
const BARE_PARK = "plain";
const READING_EVERY_MS = 60_000;
/**
 * How far the publisher runs ahead of what the taker is known to have taken. Ingest says it every two seconds, so this
 * keeps it fed up to half as many a second.
 */
const MOST_AHEAD = 100_000;
const START_PATIENCE_MS = 30_000;
const PATIENCE_MS = 180_000;

interface Load {
  readonly samples: readonly Sample[];
  readonly published: number;
  /** Epoch milliseconds. */
  readonly doneMs: number;
  readonly publisher: ProcessFigures;
}

interface Outcome {
  readonly barePerSecond: number;
  readonly takenPerSecond: number;
  readonly published: number;
  readonly settledAfterSeconds: number;
  readonly processes: Readonly<Record<string, ProcessFigures>>;
  readonly book: Book;
}

export async function benchIngestEmbedded(options: BenchOptions): Promise<Figure[]> {
  return await withEnds(async (atEnd) => {
    const ground = await prepareGround("embedded", options, atEnd);
    const bare = async (): Promise<number> => {
      const port = await freePort();
      const broker = new Worker<BrokerOrder, BrokerNews>("bare-broker.ts");
      try {
        broker.send({ port });
        await broker.first((m): m is BrokerNews => m.kind === "listening");
        const load = await publish(ground, port, BARE_PARK, options, options.seconds / 2, null);
        return told(options, "bare broker", ratePerSecond(load.samples, load.doneMs));
      } finally {
        await broker.stop();
      }
    };
    const before = await bare();
    const lingtan = await startLingtan(ground.env, ["--no-simulate"]);
    let isStopped = false;
    atEnd(async () => (isStopped ? undefined : await lingtan.kill()));
    const meter = new ProcessMeter(lingtan.child.pid ?? 0);
    const port = Number(new URL(lingtan.mqttUrl).port);
    const load = await publish(ground, port, ground.bench.park.id, options, options.seconds, null);
    const taken = told(options, "embedded", ratePerSecond(load.samples, load.doneMs));
    const settledMs = await untilSettled(lingtan.url, load.published, options);
    const processes = { "whole process": meter.end(), publisher: load.publisher };
    await lingtan.stop();
    isStopped = true;
    process.stderr.write(lingtan.stderr());
    return figuresOf(
      "ingest, embedded",
      { leastPerSecond: null, leastRatio: null, mostRssMb: 700 },
      {
        barePerSecond: (before + (await bare())) / 2,
        takenPerSecond: taken,
        published: load.published,
        settledAfterSeconds: (settledMs - load.doneMs) / 1000,
        processes,
        book: await checkBook(ground, load.published, options.say),
      },
    );
  });
}

export async function benchIngestOnServers(options: BenchOptions): Promise<Figure[]> {
  return await withEnds(async (atEnd) => {
    const ground = await prepareGround("servers", options, atEnd);
    const { servers } = ground;
    if (servers === null) throw new Error("no servers");
    const { mosquitto, influx } = servers;
    const bare = () => bareSubscriber(ground, mosquitto.now.url, options);
    const before = await bare();

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
    const load = await publish(
      ground,
      mosquitto.now.port,
      ground.bench.park.id,
      options,
      options.seconds,
      taken,
    );
    const settledMs = await untilSettled(url, load.published, options);
    clearInterval(timer);
    const takenPerSecond = told(options, "ingest", ratePerSecond(taken, load.doneMs));
    const processes = {
      ...Object.fromEntries(Object.entries(meters).map(([name, meter]) => [name, meter.end()])),
      publisher: load.publisher,
    };
    for (const run of [ingest, api]) {
      run.child.kill("SIGTERM");
      await run.exit;
    }
    return figuresOf(
      "ingest, servers",
      { leastPerSecond: 10_000, leastRatio: 0.8, mostRssMb: 400 },
      {
        barePerSecond: (before + (await bare())) / 2,
        takenPerSecond,
        published: load.published,
        settledAfterSeconds: (settledMs - load.doneMs) / 1000,
        processes,
        book: await checkBook(ground, load.published, options.say),
      },
    );
  });
}

async function bareSubscriber(ground: Ground, url: string, options: BenchOptions): Promise<number> {
  const subscriber = new Worker<SubscribeOrder, SubscriberNews>("bare-subscriber.ts");
  try {
    subscriber.send({ url, topic: `parks/${BARE_PARK}/meters/#` });
    await subscriber.first((m) => m.kind === "subscribed");
    const samples: Sample[] = [];
    subscriber.onMessage((m) => {
      if (m.kind === "taken") samples.push({ timeMs: m.timeMs, value: m.count });
    });
    const port = Number(new URL(url).port);
    const load = await publish(ground, port, BARE_PARK, options, options.seconds / 2, samples);
    const end = Date.now() + PATIENCE_MS;
    while ((samples.at(-1)?.value ?? 0) < load.published) {
      if (Date.now() > end) throw new Error("the bare subscriber does not get all messages");
      await delay(50);
    }
    return told(options, "bare subscriber", ratePerSecond(samples, load.doneMs));
  } finally {
    await subscriber.stop();
  }
}

async function publish(
  ground: Ground,
  port: number,
  park: string,
  { say, meters }: BenchOptions,
  seconds: number,
  taken: readonly Sample[] | null,
): Promise<Load> {
  const worker = new Worker<PublishOrder | Taken, PublisherNews>("publisher.ts");
  try {
    const limit = Math.ceil(MOST_PER_SECOND * seconds);
    const meter = new ProcessMeter(worker.pid);
    const samples: Sample[] = [];
    worker.onMessage((m) => samples.push({ timeMs: m.timeMs, value: m.count }));
    const timers = [
      setInterval(() => say(`  ${samples.at(-1)?.value ?? 0} published`), 5_000),
      setInterval(() => worker.send({ kind: "taken", count: taken?.at(-1)?.value ?? 0 }), 100),
    ];
    worker.send({
      kind: "publish",
      host: "127.0.0.1",
      port,
      park,
      meters: ground.bench.meters,
      fromMs: firstReadingMs(limit / meters),
      everyMs: READING_EVERY_MS,
      lateShare: 0.05,
      limit,
      seconds,
      perSecond: null,
      mostAhead: taken === null ? null : MOST_AHEAD,
    });
    const done = await worker
      .first((m): m is PublisherNews & { kind: "done" } => m.kind === "done")
      .finally(() => {
        for (const timer of timers) clearInterval(timer);
      });
    return { samples, published: done.count, doneMs: done.timeMs, publisher: meter.end() };
  } finally {
    await worker.stop();
  }
}

/** So long ago that no reading is ahead of now. */
function firstReadingMs(rounds: number): number {
  return Math.floor((Date.now() - (rounds + 1) * READING_EVERY_MS) / HOUR_MS) * HOUR_MS;
}

/** When all readings were taken and settled, epoch milliseconds. */
async function untilSettled(url: string, published: number, { say }: BenchOptions): Promise<number> {
  let toldMs = Date.now();
  return await untilHealth(url, PATIENCE_MS, (health) => {
    if (Date.now() - toldMs > 5_000) {
      toldMs = Date.now();
      say(`  ${health.messages} of ${published} taken, ${health.dirtyMeters} meters to settle`);
    }
    return health.messages >= published && health.waiting === 0 && health.dirtyMeters === 0;
  });
}

function told({ say }: BenchOptions, what: string, perSecond: number): number {
  say(`${what}: ${Math.round(perSecond)} readings/s`);
  return perSecond;
}

interface Bars {
  readonly leastPerSecond: number | null;
  readonly leastRatio: number | null;
  readonly mostRssMb: number;
}

function figuresOf(subject: string, bars: Bars, o: Outcome): Figure[] {
  const least = (value: number | null): Figure["bar"] => (value === null ? null : { at: "least", value });
  const figure = (what: string, value: number | null, unit: string, bar: Figure["bar"] = null): Figure => ({
    subject,
    what,
    value,
    unit,
    bar,
  });
  const [main = "", measured] = Object.entries(o.processes)[0] ?? [];
  return [
    figure("readings acknowledged", o.takenPerSecond, "/s", least(bars.leastPerSecond)),
    figure("bare taker in the same run", o.barePerSecond, "/s"),
    figure("ratio", o.takenPerSecond / o.barePerSecond, "", least(bars.leastRatio)),
    figure("settled after the last message", o.settledAfterSeconds, "s", { at: "most", value: 10 }),
    figure("readings published", o.published, ""),
    figure("readings lost", o.book.lost, "", { at: "most", value: 0 }),
    figure("meters with wrong energy", o.book.wrongMeters, "", { at: "most", value: 0 }),
    figure(`memory of ${main}, most`, measured?.maxRssMb ?? null, "MB", {
      at: "most",
      value: bars.mostRssMb,
    }),
    figure(`memory of ${main}, rise`, measured?.rssMbPerMinute ?? null, "MB/min"),
    ...Object.entries(o.processes).map(([name, p]) =>
      figure(
        `processor time of ${name}`,
        p.cpuSeconds === null ? null : (p.cpuSeconds / o.published) * 1e6,
        "µs a reading",
      ),
    ),
  ];
}
