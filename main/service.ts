import type { Logger } from "pino";
import { issueCredential } from "../api/access.ts";
import { ApiServer } from "../api/server.ts";
import { createRegisterEngine } from "../ingest/energy/register-engine.ts";
import { INGEST_DEFAULTS, Ingest } from "../ingest/ingest.ts";
import { BROKER_DEFAULTS, BrokerSource } from "../ingest/sources/broker-source.ts";
import { MQTT_DEFAULTS, MqttSource } from "../ingest/sources/mqtt-source.ts";
import type { MessageSource } from "../ingest/sources/source.ts";
import { gatewayOf } from "../park/gateways.ts";
import type { Park } from "../park/park.ts";
import { LiveSimulator } from "../simulators/live.ts";
import type { Lease } from "../store/ledger.ts";
import { declareSimulated } from "./declare-simulated.ts";
import { LeaseLostError } from "./exit.ts";
import { type Feeds, makeFeeds } from "./feeds.ts";
import { keepHeapSmall } from "./heap.ts";
import { knownHistory } from "./known-history.ts";
import type { Service } from "./run.ts";
import type { Settings } from "./settings.ts";
import { makeStores, type Stores } from "./stores.ts";

/** What a process is to do; the parts come from the settings. */
interface Plan {
  readonly ingest: boolean;
  readonly api: boolean;
  readonly simulate: { readonly historyDays: number; readonly seed: number } | null;
  readonly webRoot: string | null;
  readonly version: string;
  /** Tells the person who started it where to look. */
  readonly announce: (announcement: Announcement) => void;
}

export interface Announcement {
  readonly apiUrl: string | null;
  /** A one-time sign-in link, where nobody has signed in yet. */
  readonly signInUrl: string | null;
  readonly brokerUrl: string | null;
}

const PORTS_TRIED = 20;

/** Puts a process together from settings and a plan. */
export class LingtanService implements Service {
  readonly #settings: Settings;
  readonly #park: Park;
  readonly #plan: Plan;
  readonly #log: Logger;
  readonly #stores: Stores;
  readonly #feeds: Feeds;
  readonly #running: { stop(): Promise<void> }[] = [];
  readonly failed: Promise<never>;
  #fail: (error: unknown) => void = () => undefined;

  constructor(settings: Settings, park: Park, plan: Plan, log: Logger) {
    this.#settings = settings;
    this.#park = park;
    this.#plan = plan;
    this.#log = log;
    this.#stores = makeStores(settings, park, log);
    this.#feeds = makeFeeds(settings, park, plan, log);
    this.failed = new Promise((_, reject) => {
      this.#fail = reject;
    });
    // Nobody may be waiting yet when it fails.
    this.failed.catch(() => undefined);
  }

  async start(signal: AbortSignal): Promise<void> {
    await this.#stores.lock();
    this.#running.push({ stop: () => this.#stores.stop() });
    await this.#feeds.start();
    this.#running.push(this.#feeds);
    const api = this.#plan.api ? await this.#startApi() : null;
    const apiUrl = api?.url ?? null;
    await this.#stores.start(signal);
    if (signal.aborted) return;
    const signInUrl = apiUrl === null ? null : await this.#signInUrl(apiUrl);
    if (!this.#plan.ingest) {
      this.#plan.announce({ apiUrl, signInUrl, brokerUrl: null });
      api?.server.warm();
      return;
    }
    keepHeapSmall();
    const lease = await this.#stores.ledger.acquireLease(this.#park.id, signal);
    if (signal.aborted) return;
    this.#watch(lease);
    const { source, brokerUrl } = this.#source();
    const ingest = new Ingest({
      park: this.#park,
      telemetry: this.#stores.telemetry,
      ledger: this.#stores.ledger,
      feed: this.#feeds.writer,
      source,
      createEngine: createRegisterEngine,
      clock: Date.now,
      random: Math.random,
      logger: this.#log,
      settings: INGEST_DEFAULTS,
    });
    this.#running.push(ingest);
    await ingest.start();
    const url = brokerUrl();
    this.#plan.announce({ apiUrl, signInUrl, brokerUrl: url });
    api?.server.warm();
    if (this.#plan.simulate !== null) {
      await this.#startSimulator(this.#plan.simulate, url);
      await this.#declareSimulated(this.#plan.simulate.seed);
    }
  }

  async stop(): Promise<void> {
    for (const part of this.#running.splice(0).reverse()) {
      await part
        .stop()
        .catch((error: unknown) => this.#log.error({ err: error }, "a part did not stop well"));
    }
  }

  async #startApi(): Promise<{ readonly server: ApiServer; readonly url: string }> {
    const { host, port } = this.#settings;
    const deps = {
      park: this.#park,
      telemetry: this.#stores.telemetry,
      ledger: this.#stores.ledger,
      feed: this.#feeds.reader,
      now: Date.now,
      log: this.#log,
      version: this.#plan.version,
      cacheFolder: this.#settings.dataDir,
      webRoot: this.#plan.webRoot,
    };
    for (let tried = 0; ; tried++) {
      const server = new ApiServer(deps, { host, port: port ?? 8080 + tried });
      try {
        const { url } = await server.start();
        this.#running.push(server);
        return { server, url };
      } catch (error) {
        await server.stop();
        const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
        if (!taken || port !== null || tried >= PORTS_TRIED) throw error;
      }
    }
  }

  /** The first start prints a link; so does every later one until somebody has signed in. */
  async #signInUrl(apiUrl: string): Promise<string | null> {
    const { ledger } = this.#stores;
    const nowMs = Date.now();
    const given = [...(await ledger.listCredentials("session")), ...(await ledger.listCredentials("token"))];
    const live = given.some(
      (c) =>
        c.role === "office" && c.revokedAtMs === null && (c.expiresAtMs === null || c.expiresAtMs > nowMs),
    );
    if (live) return null;
    const { secret } = await issueCredential(ledger, {
      kind: "link",
      role: "office",
      enterprise: null,
      label: "sign-in link",
      nowMs,
    });
    return `${apiUrl}/sign-in#${secret}`;
  }

  #watch(lease: Lease | null): void {
    if (lease === null) return;
    this.#running.push({ stop: () => lease.release() });
    void lease.lost.then((reason) => this.#fail(new LeaseLostError(reason.message)));
  }

  #source(): { readonly source: MessageSource; readonly brokerUrl: () => string } {
    const { mqtt, mqttPort } = this.#settings;
    const { id: park, gateways } = this.#park;
    if (mqtt !== null) {
      const topics = gateways.map((g) => g.topic.filter);
      const source = new MqttSource({ ...MQTT_DEFAULTS, ...mqtt, park, topics }, this.#log);
      return { source, brokerUrl: () => mqtt.url };
    }
    const accepts = (topic: string) => gatewayOf(gateways, topic) !== null;
    const source = new BrokerSource({ ...BROKER_DEFAULTS, park, accepts, port: mqttPort }, this.#log);
    return { source, brokerUrl: () => `mqtt://127.0.0.1:${source.port ?? ""}` };
  }

  /** The first start of the simulated park, so that its ledger shows something: each row says that it is simulated. */
  async #declareSimulated(seed: number): Promise<void> {
    const deps = { park: this.#park, ledger: this.#stores.ledger, log: this.#log };
    try {
      const rows = await declareSimulated(deps, seed, Date.now());
      if (rows > 0) this.#log.info({ rows }, "simulated records are in the ledger");
    } catch (error) {
      this.#log.warn({ err: error }, "simulated records could not be written");
    }
  }

  async #startSimulator(plan: { historyDays: number; seed: number }, mqttUrl: string): Promise<void> {
    const { mqtt } = this.#settings;
    const knownUntilMs = await knownHistory(this.#park, this.#stores.telemetry, plan.historyDays, Date.now());
    const simulator = new LiveSimulator({
      park: this.#park,
      mqttUrl,
      seed: plan.seed,
      historyDays: plan.historyDays,
      logger: this.#log,
      knownUntilMs,
      ...(mqtt?.username == null
        ? {}
        : { credentials: { username: mqtt.username, password: mqtt.password ?? "" } }),
    });
    this.#running.push(simulator);
    await simulator.start();
  }
}
