import mqtt from "mqtt";

/** Sends messages at QoS 1, a bounded number at a time, and knows which the broker has taken. */

/** The part of a pino logger that simulators use. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export const SILENT: Log = { info: () => undefined, warn: () => undefined };

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

interface PublisherOptions {
  readonly mqttUrl: string;
  readonly credentials?: Credentials | undefined;
  /** Most messages sent and not yet acknowledged. */
  readonly inFlight?: number;
  readonly logger?: Log;
}

/** Where simulators and replay put their messages; a test may stand in for it. */
export interface Sink {
  /** Resolves when there is room for another message, not when this one is taken. @throws Error once the sink is stopped. */
  publish(topic: string, payload: string): Promise<void>;
  /** Resolves when every message so far has been acknowledged. @throws Error when one since the last flush was refused. */
  flush(): Promise<void>;
}

export class Publisher implements Sink {
  readonly #options: PublisherOptions;
  readonly #limit: number;
  readonly #log: Log;
  #client: mqtt.MqttClient | null = null;
  #pending = 0;
  #failure: Error | null = null;
  #waiting: (() => void)[] = [];
  #acknowledged = 0;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#limit = Math.max(1, options.inFlight ?? 64);
    this.#log = options.logger ?? SILENT;
  }

  /** Messages the broker has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Connects; while the broker cannot be reached it goes on trying, and published messages wait. */
  start(): void {
    if (this.#client !== null) return;
    const { mqttUrl, credentials } = this.#options;
    const client = mqtt.connect(mqttUrl, {
      clientId: `lingtan-simulator-${process.pid}-${Date.now().toString(36)}`,
      clean: true,
      reconnectPeriod: 1000,
      connectTimeout: 10_000,
      ...(credentials === undefined ? {} : credentials),
    });
    // It tries every second: an outage is told once.
    let told = false;
    client.on("connect", () => {
      told = false;
      this.#log.info({ broker: hostOf(mqttUrl) }, "simulator connected");
    });
    client.on("error", (error) => {
      if (told) return;
      told = true;
      this.#log.warn(
        { broker: hostOf(mqttUrl), reason: error.message },
        "simulator cannot reach the broker; it goes on trying",
      );
    });
    this.#client = client;
  }

  /** Resolves on the first connection. @throws Error after `timeoutMs` without one. */
  async connected(timeoutMs = 15_000): Promise<void> {
    const client = this.#client;
    if (client === null) throw new Error("the publisher is not started");
    if (client.connected) return;
    await new Promise<void>((resolve, reject) => {
      let reason = "no answer";
      const onError = (error: Error) => {
        reason = error.message;
      };
      const onConnect = () => {
        clearTimeout(timer);
        client.off("error", onError);
        resolve();
      };
      const timer = setTimeout(() => {
        client.off("connect", onConnect);
        client.off("error", onError);
        reject(new Error(`no connection to ${hostOf(this.#options.mqttUrl)}: ${reason}`));
      }, timeoutMs);
      client.once("connect", onConnect);
      client.on("error", onError);
    });
  }

  async publish(topic: string, payload: string): Promise<void> {
    const client = this.#client;
    if (client === null) throw new Error("the publisher is not running");
    this.#pending++;
    client.publish(topic, payload, { qos: 1 }, (error) => {
      this.#pending--;
      if (error) this.#failure ??= error;
      else this.#acknowledged++;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    });
    while (this.#pending >= this.#limit && this.#client !== null) await this.#wake();
  }

  async flush(): Promise<void> {
    while (this.#pending > 0 && this.#client !== null) await this.#wake();
    const failure =
      this.#failure ?? (this.#pending > 0 ? new Error("stopped before all was acknowledged") : null);
    this.#failure = null;
    if (failure !== null) throw failure;
  }

  /** Waits up to `graceMs` for acknowledgements, then closes the connection. */
  async stop(graceMs = 2000): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    let timer: NodeJS.Timeout | undefined;
    const grace = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, client.connected ? graceMs : 0);
    });
    await Promise.race([this.flush().catch(() => undefined), grace]);
    clearTimeout(timer);
    this.#client = null;
    await new Promise<void>((resolve) => client.end(true, {}, () => resolve()));
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }

  #wake(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** A broker's address without credentials, fit for a log. */
function hostOf(mqttUrl: string): string {
  try {
    const url = new URL(mqttUrl);
    return `${url.protocol}//${url.host}`;
  } catch {
    return "(not a URL)";
  }
}
