import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../kit/lingtan.ts";
import type { BrokerNews, BrokerOrder } from "./bare-broker.ts";
import type { SubscribeOrder, SubscriberNews } from "./bare-subscriber.ts";
import type { Figure } from "./figures.ts";
import { type LoadPlan, PLAIN, publish } from "./load.ts";
import { type BenchOptions, type Ground, prepareGround, type Shape, withEnds } from "./stage.ts";
import { ratePerSecond, type Sample } from "./stats.ts";
import { type Taking, takeLoad } from "./taking.ts";
import { Worker } from "./worker.ts";

/** How many readings ingest takes from a saturating publisher, against a bare taker in the same run. */

/** Of the same length as the bench's park, so that bare messages are as long. */
const BARE_PARK = "plain";
const PATIENCE_MS = 180_000;
const MANY_A_MESSAGE = 50;
/** Readings while memory is watched: the least that ingest on servers must take, and what the embedded shape takes with ease. */
const MEMORY_PER_SECOND = { servers: 10_000, embedded: 5_000 } as const;
const MOST_RSS_MB = { servers: 400, embedded: 700 } as const;

type Kind = Pick<LoadPlan, "publisher" | "perMessage" | "perSecond">;

export async function benchIngest(shape: Shape, options: BenchOptions): Promise<Figure[]> {
  // Ingest says every two seconds how far it is: a shorter run has no rate.
  const half = { ...options, seconds: Math.max(10, options.seconds / 2) };
  const minutes = options.minutes ?? 0;
  const { taking: one, barePerSecond } = await compared(shape, options, PLAIN);
  const many = await taken(shape, half, { ...PLAIN, perMessage: MANY_A_MESSAGE });
  const figures = [...plainFigures(shape, one, barePerSecond), ...manyFigures(shape, one, many)];
  if (shape === "servers") {
    const library = await compared(shape, half, { ...PLAIN, publisher: "library" });
    figures.push(...libraryFigures(shape, library.taking, library.barePerSecond));
  }
  if (minutes > 0) {
    const long = { ...options, seconds: minutes * 60 };
    const perSecond = MEMORY_PER_SECOND[shape];
    figures.push(...memoryFigures(shape, minutes, await taken(shape, long, { ...PLAIN, perSecond })));
  }
  return figures;
}

/** One reading a message alone, on servers. */
export async function benchIngestOnServers(options: BenchOptions): Promise<Figure[]> {
  const { taking, barePerSecond } = await compared("servers", options, PLAIN);
  return plainFigures("servers", taking, barePerSecond);
}

/** The same, embedded. */
export async function benchIngestEmbedded(options: BenchOptions): Promise<Figure[]> {
  const { taking, barePerSecond } = await compared("embedded", options, PLAIN);
  return plainFigures("embedded", taking, barePerSecond);
}

/** One run of the product between two of the bare taker. */
async function compared(
  shape: Shape,
  options: BenchOptions,
  kind: Kind,
): Promise<{ readonly taking: Taking; readonly barePerSecond: number }> {
  return await withEnds(async (atEnd) => {
    const ground = await prepareGround(shape, options, atEnd);
    const bare = () =>
      shape === "servers" ? bareSubscriber(ground, options, kind) : bareBroker(ground, options, kind);
    const before = await bare();
    const taking = await takeLoad(ground, options, { ...kind, seconds: options.seconds }, atEnd);
    return { taking, barePerSecond: (before + (await bare())) / 2 };
  });
}

async function taken(shape: Shape, options: BenchOptions, kind: Kind): Promise<Taking> {
  return await withEnds(async (atEnd) => {
    const ground = await prepareGround(shape, options, atEnd);
    return await takeLoad(ground, options, { ...kind, seconds: options.seconds }, atEnd);
  });
}

async function bareSubscriber(ground: Ground, options: BenchOptions, kind: Kind): Promise<number> {
  const url = ground.servers?.mosquitto.now.url ?? "";
  const subscriber = new Worker<SubscribeOrder, SubscriberNews>("bare-subscriber.ts");
  try {
    subscriber.send({ url, topic: `parks/${BARE_PARK}/meters/#` });
    await subscriber.first((m) => m.kind === "subscribed");
    const samples: Sample[] = [];
    subscriber.onMessage((m) => {
      if (m.kind === "taken") samples.push({ timeMs: m.timeMs, value: m.count });
    });
    const port = Number(new URL(url).port);
    const seconds = options.seconds / 2;
    const load = await publish(ground, options, { ...kind, port, park: BARE_PARK, seconds, taken: samples });
    const end = Date.now() + PATIENCE_MS;
    while ((samples.at(-1)?.value ?? 0) < load.messages) {
      if (Date.now() > end) throw new Error("the bare subscriber does not get all messages");
      await delay(50);
    }
    return told(options, "bare subscriber", ratePerSecond(samples, load.doneMs) * kind.perMessage);
  } finally {
    await subscriber.stop();
  }
}

async function bareBroker(ground: Ground, options: BenchOptions, kind: Kind): Promise<number> {
  const port = await freePort();
  const broker = new Worker<BrokerOrder, BrokerNews>("bare-broker.ts");
  try {
    broker.send({ port });
    await broker.first((m): m is BrokerNews => m.kind === "listening");
    const seconds = options.seconds / 2;
    const load = await publish(ground, options, { ...kind, port, park: BARE_PARK, seconds, taken: null });
    return told(options, "bare broker", ratePerSecond(load.samples, load.doneMs) * kind.perMessage);
  } finally {
    await broker.stop();
  }
}

function told({ say }: BenchOptions, what: string, perSecond: number): number {
  say(`${what}: ${Math.round(perSecond)} readings/s`);
  return perSecond;
}

type Draw = (what: string, value: number | null, unit: string, bar?: Figure["bar"]) => Figure;

function drawing(subject: string): Draw {
  return (what, value, unit, bar = null) => ({ subject, what, value, unit, bar });
}

const least = (value: number): Figure["bar"] => ({ at: "least", value });
const most = (value: number): Figure["bar"] => ({ at: "most", value });

function bookFigures(figure: Draw, { book, settledAfterSeconds }: Taking, more = ""): Figure[] {
  return [
    figure(`settled after the last message${more}`, settledAfterSeconds, "s", most(10)),
    figure(`readings lost${more}`, book.lost, "", most(0)),
    figure(`meters with wrong energy${more}`, book.wrongMeters, "", most(0)),
  ];
}

function plainFigures(shape: Shape, taking: Taking, barePerSecond: number): Figure[] {
  const figure = drawing(`ingest, ${shape}`);
  const onServers = shape === "servers";
  const [main = "", measured] = Object.entries(taking.processes)[0] ?? [];
  return [
    figure("readings acknowledged", taking.perSecond, "/s", onServers ? least(10_000) : null),
    figure("bare taker in the same run", barePerSecond, "/s"),
    figure("ratio", taking.perSecond / barePerSecond, "", onServers ? least(0.8) : null),
    figure("readings published", taking.readings, ""),
    ...bookFigures(figure, taking),
    figure(`memory of ${main}, most`, measured?.maxRssMb ?? null, "MB", most(MOST_RSS_MB[shape])),
    ...Object.entries(taking.processes).map(([name, { cpuSeconds }]) =>
      figure(
        `processor time of ${name}`,
        cpuSeconds === null ? null : (cpuSeconds / taking.readings) * 1e6,
        "µs a reading",
      ),
    ),
  ];
}

function manyFigures(shape: Shape, one: Taking, many: Taking): Figure[] {
  const figure = drawing(`ingest, ${shape}`);
  const more = `, ${MANY_A_MESSAGE} a message`;
  return [
    figure(`readings acknowledged${more}`, many.perSecond, "/s"),
    figure(`times as many as one a message${more}`, many.perSecond / one.perSecond, "", least(3)),
    ...bookFigures(figure, many, more),
  ];
}

function libraryFigures(shape: Shape, taking: Taking, barePerSecond: number): Figure[] {
  const figure = drawing(`ingest, ${shape}`);
  const more = ", publisher on `mqtt`";
  return [
    figure(`readings acknowledged${more}`, taking.perSecond, "/s", least(10_000)),
    figure(`bare taker in the same run${more}`, barePerSecond, "/s"),
    figure(`ratio${more}`, taking.perSecond / barePerSecond, "", least(0.8)),
    ...bookFigures(figure, taking, more),
  ];
}

function memoryFigures(shape: Shape, minutes: number, taking: Taking): Figure[] {
  const figure = drawing(`ingest, ${shape}`);
  const more = `, ${minutes} minutes`;
  const [main = "", measured] = Object.entries(taking.processes)[0] ?? [];
  return [
    figure(`readings acknowledged${more}`, taking.perSecond, "/s"),
    ...bookFigures(figure, taking, more),
    figure(`memory of ${main}, most${more}`, measured?.maxRssMb ?? null, "MB", most(MOST_RSS_MB[shape])),
    figure(
      `memory of ${main}, rise over the last two thirds${more}`,
      measured?.rssMbPerMinute ?? null,
      "MB/min",
    ),
  ];
}
