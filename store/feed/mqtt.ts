import type { MqttClient } from "mqtt";
import { z } from "zod";
import type { FeedListener, FeedReader, FeedWriter, IngestStatus, LiveValue, MeterChange } from "../feed.ts";
import { FeedListeners, LatestValues, PendingChanges, throwLater } from "./batch.ts";
import { type MqttAccess, MqttLink } from "./link.ts";

interface MqttFeedOptions extends MqttAccess {
  readonly park: string;
  /** Told of what could not be understood and of listeners that threw. */
  readonly onProblem?: (problem: unknown) => void;
}

const number = z.number();
const liveWire = z.object({
  timeMs: number,
  powerKw: number.nullable(),
  powerFrom: z.enum(["gauge", "register"]).nullable(),
  stateOfCharge: number.nullable(),
  simulated: z.boolean(),
});
const valuesWire = z.array(liveWire.extend({ meter: z.string() }));
const changesWire = z.array(z.object({ meter: z.string(), rev: number, fromMs: number }));
const statusWire = z.object({
  timeMs: number,
  broker: z.object({ state: z.enum(["up", "down", "starting"]), detail: z.string() }),
  store: z.object({ state: z.enum(["up", "down"]), detail: z.string() }),
  messages: number,
  readings: number,
  duplicates: number,
  deadLetters: number,
  deadLettersByReason: z.record(z.string(), number),
  gateways: z
    .record(z.string(), z.object({ messages: number, errors: number, unmapped: number }))
    .default({}),
  waiting: number,
  held: number,
  dirtyMeters: number,
  oldestDirtyMs: number.nullable(),
  undeclaredMeters: number.nullable().default(null),
});

/** Values go out at most this often; a screen shows no more. */
const FLUSH_MS = 200;
const MOST_A_MESSAGE = 500;
/** A broker that keeps its promises writes its file for every retained message: so seldom, and few at once. */
const RETAIN_MS = 60_000;
const RETAINED_A_FLUSH = 10;
const FIRST_CONNECTION_MS = 5_000;

function topics(park: string) {
  return {
    values: `parks/${park}/live`,
    live: (meter: string) => `parks/${park}/live/${meter}`,
    changed: `parks/${park}/changed`,
    status: `parks/${park}/ingest/status`,
  };
}

/**
 * The feed's sending end on a broker. New values and changes go out in batches (`live`, `changed`); for those who come
 * later a meter's value is retained under its own topic (`live/{meter}`) once a minute, and so is the status. What
 * cannot go out waits, one value a meter; after every connection all is told again, as the broker may have forgotten.
 */
export class MqttFeedWriter implements FeedWriter {
  readonly #link: MqttLink;
  readonly #topics: ReturnType<typeof topics>;
  readonly #latest = new LatestValues();
  readonly #freshMeters = new Set<string>();
  readonly #changes = new PendingChanges();
  /** When a meter's value was last retained, and the meters whose value is newer than that. */
  readonly #retainedMs = new Map<string, number>();
  readonly #unretained = new Set<string>();
  #status: IngestStatus | null = null;
  #statusFresh = false;
  #timer: NodeJS.Timeout | null = null;
  #dueMs = 0;
  #lastFlushMs = 0;

  constructor(options: MqttFeedOptions) {
    this.#topics = topics(options.park);
    this.#link = new MqttLink(options, "feed-writer", {
      connect: () => {
        for (const meter of this.#latest.all.keys()) this.#freshMeters.add(meter);
        this.#retainedMs.clear();
        this.#statusFresh = this.#status !== null;
        this.#flush();
      },
    });
  }

  /** Begins to connect, and goes on for ever. */
  async start(): Promise<void> {
    this.#link.start();
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#flush();
    if (this.#timer !== null) clearTimeout(this.#timer); // what stays unretained is not worth the wait
    this.#timer = null;
    await this.#link.stop();
  }

  publishValues(values: readonly LiveValue[]): void {
    for (const value of values) {
      if (this.#latest.take(value)) this.#freshMeters.add(value.meter);
    }
    this.#schedule();
  }

  publishChanges(changes: readonly MeterChange[]): void {
    for (const change of changes) this.#changes.add(change);
    this.#schedule();
  }

  publishStatus(status: IngestStatus): void {
    this.#status = status;
    this.#statusFresh = true;
    this.#schedule();
  }

  /** Flushes so long after the last time; an earlier appointment stands, a later one gives way. */
  #schedule(afterMs = FLUSH_MS): void {
    const dueMs = Math.max(performance.now(), this.#lastFlushMs + afterMs);
    if (this.#timer !== null && this.#dueMs <= dueMs) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#dueMs = dueMs;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#flush();
    }, dueMs - performance.now());
  }

  #flush(): void {
    this.#lastFlushMs = performance.now();
    const client = this.#link.connected;
    if (client === null) return; // the next connection tells everything
    const values = [...this.#freshMeters].flatMap((meter) => this.#latest.all.get(meter) ?? []);
    for (const meter of this.#freshMeters) this.#unretained.add(meter);
    this.#freshMeters.clear();
    for (const [topic, list] of [
      [this.#topics.values, values],
      [this.#topics.changed, this.#changes.takeAll()],
    ] as const) {
      for (let i = 0; i < list.length; i += MOST_A_MESSAGE) {
        client.publish(topic, JSON.stringify(list.slice(i, i + MOST_A_MESSAGE)), { qos: 0 });
      }
    }
    this.#retain(client);
    if (this.#statusFresh) {
      client.publish(this.#topics.status, JSON.stringify(this.#status), { qos: 0, retain: true });
      this.#statusFresh = false;
    }
  }

  #retain(client: MqttClient): void {
    let room = RETAINED_A_FLUSH;
    for (const meter of this.#unretained) {
      const value = this.#latest.all.get(meter);
      const lastMs = this.#retainedMs.get(meter) ?? Number.NEGATIVE_INFINITY;
      if (value === undefined || this.#lastFlushMs - lastMs < RETAIN_MS) continue;
      if (room-- === 0) break;
      const { meter: _, ...wire } = value;
      client.publish(this.#topics.live(meter), JSON.stringify(wire), { qos: 0, retain: true });
      this.#unretained.delete(meter);
      this.#retainedMs.set(meter, this.#lastFlushMs);
    }
    if (this.#unretained.size > 0) this.#schedule(room < 0 ? FLUSH_MS : RETAIN_MS / 12);
  }
}

/** The feed's receiving end on a broker; any number of processes may read. */
export class MqttFeedReader implements FeedReader {
  readonly #link: MqttLink;
  readonly #topics: ReturnType<typeof topics>;
  readonly #onProblem: (problem: unknown) => void;
  readonly #listeners: FeedListeners;
  readonly #latest = new LatestValues();
  readonly #freshMeters = new Set<string>();
  readonly #changes = new PendingChanges();
  #status: IngestStatus | null = null;
  #scheduled: NodeJS.Immediate | null = null;
  #subscribed: () => void = () => {};

  constructor(options: MqttFeedOptions) {
    this.#topics = topics(options.park);
    this.#onProblem = options.onProblem ?? (() => {});
    this.#listeners = new FeedListeners(options.onProblem ?? throwLater);
    const { values, live, changed, status } = this.#topics;
    this.#link = new MqttLink(options, "feed-reader", {
      connect: (client) => {
        client.subscribe([values, live("+"), changed, status], { qos: 0 }, (error) => {
          if (error === null) this.#subscribed();
          else this.#onProblem(error);
        });
      },
      message: (topic, payload) => this.#take(topic, payload),
    });
  }

  /** Begins to connect, and goes on for ever; returns with the first subscription, or after 5 s without one. */
  async start(): Promise<void> {
    await new Promise<void>((done) => {
      const timer = setTimeout(done, FIRST_CONNECTION_MS);
      this.#subscribed = () => {
        clearTimeout(timer);
        done();
      };
      this.#link.start();
    });
  }

  async stop(): Promise<void> {
    this.#subscribed();
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    await this.#link.stop();
  }

  latest(): ReadonlyMap<string, LiveValue> {
    return this.#latest.all;
  }

  status(): IngestStatus | null {
    return this.#status;
  }

  subscribe(listener: FeedListener): () => void {
    return this.#listeners.add(listener);
  }

  #take(topic: string, payload: Uint8Array): void {
    try {
      const message: unknown = JSON.parse(new TextDecoder().decode(payload));
      if (topic === this.#topics.status) {
        this.#status = statusWire.parse(message);
      } else if (topic === this.#topics.changed) {
        for (const change of changesWire.parse(message)) this.#changes.add(change);
        this.#schedule();
      } else if (topic === this.#topics.values) {
        this.#takeValues(valuesWire.parse(message));
      } else if (topic.startsWith(this.#topics.live(""))) {
        this.#takeValues([{ meter: topic.slice(this.#topics.live("").length), ...liveWire.parse(message) }]);
      }
    } catch (error) {
      this.#onProblem(new Error(`${topic} is not understood`, { cause: error }));
    }
  }

  #takeValues(values: readonly LiveValue[]): void {
    for (const value of values) {
      const held = this.#latest.all.get(value.meter);
      // The retained copy of what came in a batch before is no news.
      if (
        held?.timeMs === value.timeMs &&
        held.powerKw === value.powerKw &&
        held.stateOfCharge === value.stateOfCharge
      ) {
        continue;
      }
      if (this.#latest.take(value)) this.#freshMeters.add(value.meter);
    }
    this.#schedule();
  }

  /** What arrived in one turn of the event loop is told in one batch. */
  #schedule(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      const values = [...this.#freshMeters].flatMap((meter) => this.#latest.all.get(meter) ?? []);
      this.#freshMeters.clear();
      this.#listeners.tell(values, this.#changes.takeAll());
    });
  }
}
