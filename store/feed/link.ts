import { randomBytes } from "node:crypto";
import mqtt, { type MqttClient } from "mqtt";

export interface MqttAccess {
  /** mqtt(s):// or ws(s):// */
  readonly url: string;
  readonly username: string | null;
  readonly password: string | null;
}

const KEEPALIVE_S = 15;
const SILENCE_MS = 3 * KEEPALIVE_S * 1000;

/**
 * A connection that comes back for ever. The client reconnects by itself; should it stop doing so (seen after brokers
 * that vanished without a word), silence of three keep-alives makes a new client.
 */
export class MqttLink {
  readonly #access: MqttAccess;
  readonly #role: string;
  readonly #onConnect: (client: MqttClient) => void;
  readonly #onMessage: (topic: string, payload: Uint8Array) => void;
  #client: MqttClient | null = null;
  #watchdog: NodeJS.Timeout | null = null;
  #heardMs = 0;

  constructor(
    access: MqttAccess,
    role: string,
    on: { connect(client: MqttClient): void; message?(topic: string, payload: Uint8Array): void },
  ) {
    this.#access = access;
    this.#role = role;
    this.#onConnect = (client) => on.connect(client);
    this.#onMessage = (topic, payload) => on.message?.(topic, payload);
  }

  /** The client, when it is connected now. */
  get connected(): MqttClient | null {
    return this.#client?.connected === true ? this.#client : null;
  }

  start(): void {
    if (this.#client !== null) return;
    this.#connect();
    this.#watchdog = setInterval(() => {
      if (performance.now() - this.#heardMs < SILENCE_MS) return;
      this.#client?.end(true);
      this.#connect();
    }, KEEPALIVE_S * 1000);
  }

  async stop(): Promise<void> {
    if (this.#watchdog !== null) clearInterval(this.#watchdog);
    this.#watchdog = null;
    const client = this.#client;
    this.#client = null;
    // Unconnected, an orderly end would wait for a connection.
    await client?.endAsync(!client.connected);
  }

  #connect(): void {
    this.#heardMs = performance.now();
    const { url, username, password } = this.#access;
    const client = mqtt.connect(url, {
      ...(username === null ? {} : { username }),
      ...(password === null ? {} : { password }),
      clientId: `lingtan-${this.#role}-${randomBytes(6).toString("hex")}`,
      clean: true,
      keepalive: KEEPALIVE_S,
      reconnectPeriod: 1_000,
      connectTimeout: 10_000,
      resubscribe: false,
      queueQoSZero: false,
      manualConnect: true, // listeners first: what arrives with the connection would be lost
    });
    this.#client = client;
    client.on("packetreceive", () => {
      this.#heardMs = performance.now();
    });
    client.on("error", () => {}); // each failed attempt is one; the next follows
    client.on("connect", () => {
      if (this.#client === client) this.#onConnect(client);
    });
    client.on("message", (topic, payload) => {
      if (this.#client === client) this.#onMessage(topic, payload);
    });
    client.connect();
  }
}
