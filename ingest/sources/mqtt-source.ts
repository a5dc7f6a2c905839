import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import type { Logger } from "pino";
import { backoffMs } from "../backoff.ts";
import { MqttConnection } from "./mqtt-connection.ts";
import type { MessageSource, OnMessage, SourceState } from "./source.ts";

export interface MqttSettings {
  readonly park: string;
  /** Further filters to subscribe to: the gateways'. */
  readonly topics: readonly string[];
  /** mqtt://host:port or mqtts://host:port; credentials in it are used and never shown. */
  readonly url: string;
  readonly username: string | null;
  readonly password: string | null;
  /** 5, or 4 for MQTT 3.1.1; with 5 a broker that refuses it is asked again in 3.1.1. */
  readonly protocolVersion: 4 | 5;
  readonly keepaliveSeconds: number;
  /** Messages the broker may have under way to us at once (MQTT 5). */
  readonly receiveMaximum: number;
  /** Messages and bytes unacknowledged above which no more are read, and below which reading goes on. */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  readonly stopPatienceMs: number;
}

export const MQTT_DEFAULTS: Omit<MqttSettings, "park" | "url"> = {
  topics: [],
  username: null,
  password: null,
  protocolVersion: 5,
  keepaliveSeconds: 30,
  receiveMaximum: 20_000,
  maxWaiting: 30_000,
  maxWaitingBytes: 64 * 1_048_576,
  retryFirstMs: 500,
  retryMaxMs: 30_000,
  stopPatienceMs: 10_000,
};

/** A connection that held this long was a good one: the next back-off begins anew. */
const GOOD_CONNECTION_MS = 20_000;
const CONNECT_TIMEOUT_MS = 15_000;
const UNSUPPORTED_VERSION = new Set([1, 0x84]);
const SESSION_TAKEN_OVER = 0x8e;
/** The broker keeps the session for ever: messages of a long outage of ours are in it. */
const NEVER_EXPIRES = 0xffff_ffff;

/**
 * A subscriber to a broker elsewhere, with a persistent session: what was not acknowledged is delivered again. Every
 * connection has a client object of its own, so that no acknowledgement can reach another connection than the one
 * that brought the message, and no state of a broken connection lives on.
 */
export class MqttSource implements MessageSource {
  readonly #settings: MqttSettings;
  readonly #logger: Logger;
  readonly #random: () => number;
  readonly #address: string;
  #version: 4 | 5;
  #state: SourceState = { state: "starting", detail: "not started" };
  #onMessage: OnMessage | null = null;
  #connection: MqttConnection | null = null;
  #connectedAtMs: number | null = null;
  #attempt = 0;
  #retryTimer: NodeJS.Timeout | null = null;
  #watchdog: NodeJS.Timeout | null = null;
  #waiting = 0;
  #waitingBytes = 0;
  #isStopping = false;
  #isHeldBack = false;

  constructor(settings: MqttSettings, logger: Logger, random: () => number = Math.random) {
    this.#settings = settings;
    this.#logger = logger;
    this.#random = random;
    this.#version = settings.protocolVersion;
    this.#address = addressOf(settings.url);
  }

  get state(): SourceState {
    return this.#state;
  }

  get waiting(): number {
    return this.#waiting;
  }

  async start(onMessage: OnMessage): Promise<void> {
    this.#onMessage = onMessage;
    this.#isStopping = false;
    this.#watchdog = setInterval(() => this.#watch(), this.#settings.keepaliveSeconds * 250);
    this.#connect();
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#retryTimer !== null) clearTimeout(this.#retryTimer);
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    this.#retryTimer = null;
    this.#watchdog = null;
    this.#connection?.pause();
    const end = performance.now() + this.#settings.stopPatienceMs;
    while ((this.#connection?.unacknowledged ?? 0) > 0 && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await this.#connection?.close();
    this.#connection = null;
    this.#state = { state: "down", detail: "stopped" };
  }

  #connect(): void {
    const { park, topics, username, password, keepaliveSeconds, receiveMaximum } = this.#settings;
    const options: IClientOptions = {
      manualConnect: true,
      clientId: `lingtan-ingest-${park}`,
      clean: false,
      protocolVersion: this.#version,
      keepalive: keepaliveSeconds,
      connectTimeout: CONNECT_TIMEOUT_MS,
      // Reconnecting is done here: its own has been seen to stop for ever, and hammers a broker without a pause.
      reconnectPeriod: 0,
      resubscribe: false,
      queueQoSZero: false,
      log: () => undefined, // its own log would carry packets and user names
      ...(this.#version === 5
        ? { properties: { sessionExpiryInterval: NEVER_EXPIRES, receiveMaximum } }
        : {}),
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password }),
    };
    let client: MqttClient;
    try {
      client = mqtt.connect(this.#settings.url, options);
    } catch (error) {
      this.#down(`cannot connect to ${this.#address}: ${messageOf(error)}`);
      this.#retryLater();
      return;
    }
    this.#connectedAtMs = null;
    const connection: MqttConnection = new MqttConnection(client, {
      // Everything below the park's meters, so that a mistaken topic becomes a dead letter and not a silence.
      topics: [`parks/${park}/meters/#`, ...topics],
      onMessage: (message, acknowledge) => {
        this.#waiting++;
        this.#waitingBytes += message.to - message.from;
        this.#onMessage?.(message, acknowledge);
      },
      onDone: ({ from, to }) => {
        this.#waiting--;
        this.#waitingBytes -= to - from;
        this.#release();
      },
      isFull: () => this.#isFull(1),
      // Held for longer the keep-alive would end the connection in the middle of a packet; so it is ended here, and
      // the broker keeps what follows in the session until the store takes it.
      maxHoldMs: keepaliveSeconds * 500,
      onHeldTooLong: () => this.#holdBack(connection),
      onUp: (sessionPresent) => this.#up(sessionPresent),
      onDown: (reason) => this.#lost(connection, reason),
    });
    this.#connection = connection;
    connection.open();
  }

  #up(sessionPresent: boolean): void {
    this.#connectedAtMs = performance.now();
    this.#state = { state: "up", detail: `${this.#address}, MQTT ${this.#version === 5 ? "5" : "3.1.1"}` };
    this.#logger.info({ broker: this.#address, sessionPresent }, "connected to the broker");
  }

  #lost(connection: MqttConnection, reason: { detail: string; code: number | null }): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    if (this.#isStopping) return;
    if (reason.code === SESSION_TAKEN_OVER) {
      // Two that take the session from each other would do so for ever.
      this.#down(
        `${this.#address}: another client has taken over the session lingtan-ingest-${this.#settings.park}`,
      );
      this.#logger.error(
        { broker: this.#address },
        "another client has taken over the session; not connecting again",
      );
      return;
    }
    if (this.#version === 5 && this.#connectedAtMs === null && UNSUPPORTED_VERSION.has(reason.code ?? 0)) {
      this.#version = 4;
      this.#logger.info({ broker: this.#address }, "the broker does not speak MQTT 5; trying 3.1.1");
    }
    const heldMs = this.#connectedAtMs === null ? null : performance.now() - this.#connectedAtMs;
    if (heldMs !== null && heldMs > GOOD_CONNECTION_MS) this.#attempt = 0;
    // Mosquitto 2.0 ends a session that was taken over without a word; the growing pauses keep that from being a fight.
    const isShort = heldMs !== null && heldMs < GOOD_CONNECTION_MS && this.#attempt >= 2;
    const guess = isShort ? `; does another client use the id lingtan-ingest-${this.#settings.park}?` : "";
    this.#down(`${this.#address}: ${reason.detail}${guess}`);
    this.#retryLater();
  }

  #retryLater(): void {
    const { retryFirstMs, retryMaxMs } = this.#settings;
    const waitMs = backoffMs(this.#attempt++, retryFirstMs, retryMaxMs, this.#random);
    this.#logger.warn(
      { reason: this.#state.detail, waitMs: Math.round(waitMs) },
      "no connection to the broker",
    );
    this.#retryTimer = setTimeout(() => {
      this.#retryTimer = null;
      if (!this.#isHeldBack) this.#connect();
    }, waitMs);
  }

  #down(detail: string): void {
    this.#state = { state: "down", detail };
  }

  #isFull(share: number): boolean {
    return (
      this.#waiting >= this.#settings.maxWaiting * share ||
      this.#waitingBytes >= this.#settings.maxWaitingBytes * share
    );
  }

  #holdBack(connection: MqttConnection): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#isHeldBack = true;
    void connection.close();
    this.#down(`${this.#address}: held back, ${this.#waiting} messages wait for the store`);
    this.#logger.warn(
      { waiting: this.#waiting },
      "disconnected from the broker until the store takes messages again",
    );
  }

  #release(): void {
    if (this.#isFull(0.5)) return;
    this.#connection?.resume();
    if (!this.#isHeldBack || this.#isStopping) return;
    this.#isHeldBack = false;
    if (this.#retryTimer === null) this.#connect();
  }

  /** A healthy connection brings at least a ping's answer each keep-alive; one that is silent for three is dead. */
  #watch(): void {
    const connection = this.#connection;
    if (connection === null || connection.isHolding) return;
    const allowedMs =
      this.#connectedAtMs === null ? 2 * CONNECT_TIMEOUT_MS : this.#settings.keepaliveSeconds * 3_000;
    if (performance.now() - connection.heardAtMs < allowedMs) return;
    this.#lost(connection, { detail: "silent for three keep-alives", code: null });
    void connection.close();
  }
}

/** host:port of the URL: never its credentials. */
function addressOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return "the broker";
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
