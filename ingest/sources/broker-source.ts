import { createServer, type Server, type Socket } from "node:net";
import { Aedes } from "aedes";
import type { Logger } from "pino";
import { FrameGuard } from "./frame-guard.ts";
import type { MessageSource, OnMessage, SourceState } from "./source.ts";

export interface BrokerSettings {
  readonly park: string;
  /** True for a further topic whose messages are taken: a gateway's. */
  readonly accepts: (topic: string) => boolean;
  /** A port, or null for 1883 or the next free one. */
  readonly port: number | null;
  readonly host: string;
  readonly maxConnections: number;
  /** A connection that announces a longer packet is closed before it is read into memory. */
  readonly maxPacketBytes: number;
  /** Messages and bytes waiting to become durable; beyond, publishers are refused (they publish again). */
  readonly maxWaiting: number;
  readonly maxWaitingBytes: number;
  readonly stopPatienceMs: number;
}

export const BROKER_DEFAULTS: Omit<BrokerSettings, "park"> = {
  accepts: () => false,
  port: null,
  host: "127.0.0.1",
  maxConnections: 1_000,
  maxPacketBytes: 4 * 1_048_576,
  maxWaiting: 20_000,
  maxWaitingBytes: 64 * 1_048_576,
  stopPatienceMs: 10_000,
};

const DEFAULT_PORT = 1883;
const PORTS_TRIED = 100;

/**
 * The embedded broker (MQTT 3.1.1). It acknowledges a publish before it delivers it, so ingest sits where the publish
 * is authorised: the callback, and with it the acknowledgement, waits until the message is durable (E13).
 */
export class BrokerSource implements MessageSource {
  readonly #settings: BrokerSettings;
  readonly #logger: Logger;
  #state: SourceState = { state: "starting", detail: "not started" };
  #running: { readonly broker: Aedes; readonly server: Server; readonly port: number } | null = null;
  readonly #sockets = new Set<Socket>();
  #waiting = 0;
  #waitingBytes = 0;
  #isStopping = false;
  #onIdle: () => void = () => undefined;
  #refusedAtMs = Number.NEGATIVE_INFINITY;

  constructor(settings: BrokerSettings, logger: Logger) {
    this.#settings = settings;
    this.#logger = logger;
  }

  get state(): SourceState {
    return this.#state;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** The port it listens on, null while it does not. */
  get port(): number | null {
    return this.#running?.port ?? null;
  }

  /** @throws when no port is free. */
  async start(onMessage: OnMessage): Promise<void> {
    this.#isStopping = false;
    const { park, accepts } = this.#settings;
    const broker = await Aedes.createBroker({
      maxClientsIdLength: 256,
      authorizePublish: (_client, packet, callback) => {
        // Only messages to the park, or to a mistaken park, or of its gateways: anything else is no reading of anyone.
        if (!packet.topic.startsWith("parks/") && !accepts(packet.topic))
          return this.#refuse(
            callback,
            `topic ${packet.topic.slice(0, 200)} is neither under parks/ nor a gateway's`,
          );
        if (this.#isStopping) return;
        const payload = typeof packet.payload === "string" ? Buffer.from(packet.payload) : packet.payload;
        const { maxWaiting, maxWaitingBytes } = this.#settings;
        if (this.#waiting >= maxWaiting || this.#waitingBytes >= maxWaitingBytes)
          return this.#refuse(callback, "too many messages wait for the store");
        // Kept for subscribers to come they would pile up in memory; readings are kept in the store.
        packet.retain = false;
        const bytes = payload.byteLength;
        this.#waiting++;
        this.#waitingBytes += bytes;
        onMessage({ topic: packet.topic, payload }, () => {
          this.#waiting--;
          this.#waitingBytes -= bytes;
          callback(null);
          if (this.#waiting === 0) this.#onIdle();
        });
      },
      authorizeSubscribe: (client, subscription, callback) => {
        // A session kept for an absent subscriber would gather messages in memory without bound.
        const isAllowed = client.clean && subscription.topic.startsWith(`parks/${park}/`);
        callback(null, isAllowed ? subscription : null);
      },
    });
    broker.on("clientError", (_client, error) => this.#logger.debug({ err: error }, "a client failed"));
    broker.on("connectionError", (_client, error) =>
      this.#logger.debug({ err: error }, "a connection failed"),
    );
    const server = createServer((socket) => this.#accept(socket, broker));
    server.maxConnections = this.#settings.maxConnections;
    try {
      const port = await this.#listen(server);
      this.#running = { broker, server, port };
      this.#state = { state: "up", detail: `embedded broker on ${this.#settings.host}:${port}` };
    } catch (error) {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      this.#state = { state: "down", detail: error instanceof Error ? error.message : String(error) };
      throw error;
    }
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === null) return;
    this.#isStopping = true;
    running.server.close();
    if (this.#waiting > 0) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, this.#settings.stopPatienceMs);
        this.#onIdle = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      // The acknowledgements just given are written by the broker in its next turns.
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.#running = null;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1_000);
      running.broker.close(() => {
        clearTimeout(timer);
        resolve();
      });
    });
    for (const socket of this.#sockets) socket.destroy();
    this.#state = { state: "down", detail: "stopped" };
  }

  #refuse(callback: (error: Error) => void, reason: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#refusedAtMs > 10_000) {
      this.#refusedAtMs = nowMs;
      this.#logger.warn({ reason }, "a publish was refused");
    }
    callback(new Error(reason));
  }

  #accept(socket: Socket, broker: Aedes): void {
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    // The broker's parser gathers a whole packet, up to 256 MB, before anyone can refuse it: each chunk it reads is
    // looked at on its way.
    const guard = new FrameGuard(this.#settings.maxPacketBytes);
    const read = socket.read.bind(socket);
    socket.read = (size?: number) => {
      const chunk: unknown = read(size);
      if (chunk instanceof Uint8Array && !guard.accepts(chunk)) {
        this.#logger.warn(
          { limit: this.#settings.maxPacketBytes },
          "a connection announced a packet that is too long",
        );
        socket.destroy();
        return null;
      }
      return chunk;
    };
    broker.handle(socket);
  }

  async #listen(server: Server): Promise<number> {
    const { port, host } = this.#settings;
    for (let candidate = port ?? DEFAULT_PORT; ; candidate++) {
      try {
        return await listenOn(server, candidate, host);
      } catch (error) {
        const isTaken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
        if (!isTaken || port !== null || candidate >= DEFAULT_PORT + PORTS_TRIED) throw error;
      }
    }
  }
}

function listenOn(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const onError = (error: Error) => reject(error);
    server.once("error", onError);
    server.listen(port, host, () => {
      server.removeListener("error", onError);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
