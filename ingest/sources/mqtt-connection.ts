import type { MqttClient } from "mqtt";
import { PublishTap } from "./publish-tap.ts";
import type { WireMessage } from "./source.ts";

export interface ConnectionParts {
  /** Filters to subscribe to. */
  readonly topics: readonly string[];
  /** `acknowledge` tells `onDone`, too. */
  readonly onMessage: (message: WireMessage, acknowledge: () => void) => void;
  /** It was acknowledged. */
  readonly onDone: (message: WireMessage) => void;
  /** True while no more messages should be read. */
  readonly isFull: () => boolean;
  readonly maxHoldMs: number;
  readonly onHeldTooLong: () => void;
  /** Connected and subscribed. */
  readonly onUp: (sessionPresent: boolean) => void;
  /** Told once, when the connection is gone and was not closed by us. */
  readonly onDown: (reason: { readonly detail: string; readonly code: number | null }) => void;
}

/**
 * One connection to a broker with acknowledgements of our own. mqtt.js hands over one message at a time and
 * acknowledges it by itself; so the messages are taken out of the stream before it sees them, and when they are durable
 * their PUBACKs are written to the same socket: grouped, and in the order of arrival (MQTT 5.0, 4.6). A PUBACK without
 * a reason code is the same four bytes in 3.1.1 and 5.
 */
export class MqttConnection {
  readonly #client: MqttClient;
  readonly #parts: ConnectionParts;
  /** QoS 1 messages brought by this connection, in the order of arrival. */
  #deliveries: WireMessage[] = [];
  #firstOpen = 0;
  #isFlushPlanned = false;
  #tap: PublishTap | null = null;
  /** While nothing more is read from the socket. */
  #held: NodeJS.Timeout | null = null;
  #isPaused = false;
  #isOver = false;
  #heardAtMs = performance.now();
  #pingedAtMs = performance.now();
  #failure: { detail: string; code: number | null } | null = null;

  constructor(client: MqttClient, parts: ConnectionParts) {
    this.#client = client;
    this.#parts = parts;
  }

  /** When the last packet came, by the monotonic clock. */
  get heardAtMs(): number {
    return this.#heardAtMs;
  }

  get isHolding(): boolean {
    return this.#held !== null;
  }

  get unacknowledged(): number {
    return this.#isOver ? 0 : this.#deliveries.length - this.#firstOpen;
  }

  open(): void {
    const client = this.#client;
    // The way the client makes its streams is its own affair; the tests of the sources hold it to what is done here.
    const makeStream = client["streamBuilder"];
    client["streamBuilder"] = (own: MqttClient) => {
      const version = own.options.protocolVersion === 5 ? 5 : 4;
      this.#tap = new PublishTap(makeStream(own), {
        version,
        onPublish: (message) => this.#take(message),
        onBytes: () => this.#heard(),
      });
      return this.#tap;
    };
    client.on("connect", (connack) => this.#subscribe(connack.sessionPresent));
    client.on("error", (error) => {
      const code = "code" in error && typeof error.code === "number" ? error.code : null;
      this.#failure ??= { detail: error.message || String("code" in error ? error.code : error.name), code };
      // A refused connection is not always closed by the broker.
      client.stream?.destroy();
    });
    client.on("disconnect", (packet) => {
      const code = packet.reasonCode ?? null;
      const hex = code === null ? "" : ` (0x${code.toString(16)})`;
      this.#failure ??= { detail: `the broker ended the connection${hex}`, code };
    });
    client.on("close", () => this.#over());
    try {
      client.connect();
    } catch (error) {
      this.#failure = { detail: error instanceof Error ? error.message : String(error), code: null };
      queueMicrotask(() => this.#over());
    }
  }

  /** Reads no further message; acknowledgements go on. */
  pause(): void {
    this.#isPaused = true;
  }

  /** Reads on after having been full. */
  resume(): void {
    const held = this.#held;
    if (held === null || this.#isPaused) return;
    clearTimeout(held);
    this.#held = null;
    this.#tap?.resumePublishes();
  }

  /** Writes the acknowledgements given so far, says goodbye (the session stays) and closes. */
  async close(): Promise<void> {
    this.#flush();
    this.#isOver = true;
    if (this.#held !== null) clearTimeout(this.#held);
    this.#held = null;
    const stream = this.#client.stream;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        stream?.destroy();
        resolve();
      }, 1_000);
      this.#client.end(false, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  /**
   * Subscribes on every connection, also with a session: a session whose subscription was never made (a crash right
   * after the first CONNACK) would be silent for ever. To subscribe again changes nothing else.
   */
  #subscribe(sessionPresent: boolean): void {
    const isV5 = this.#client.options.protocolVersion === 5;
    // rh 1: no retained messages for a subscription that stands already.
    const options = isV5 ? ({ qos: 1, rh: 1 } as const) : ({ qos: 1 } as const);
    const { topics } = this.#parts;
    this.#client.subscribe([...topics], options, (error, granted) => {
      if (this.#isOver) return;
      const qosOf = (topic: string) => granted?.find((g) => g.topic === topic)?.qos;
      const refused = topics.filter((topic) => qosOf(topic) !== 1);
      if (error === null && refused.length === 0) {
        this.#parts.onUp(sessionPresent);
        return;
      }
      const why = error === null ? `granted ${qosOf(refused[0] ?? "") ?? "nothing"}` : error.message;
      const which = (refused.length === 0 ? topics : refused).join(", ");
      this.#failure = { detail: `may not subscribe to ${which} at QoS 1: ${why}`, code: null };
      this.#client.stream?.destroy();
    });
  }

  /**
   * The client does not see the messages, and waits for the answer to its ping alone: behind a flood that answer is
   * late, and a busy broker would be taken for a dead one.
   */
  #heard(): void {
    this.#heardAtMs = performance.now();
    if (this.#heardAtMs - this.#pingedAtMs < this.#parts.maxHoldMs / 2) return;
    this.#pingedAtMs = this.#heardAtMs;
    if (!this.#client.connected) return;
    this.#client.sendPing();
    this.#client.reschedulePing(true);
  }

  /** False: no more for now. */
  #take(message: WireMessage): boolean {
    if (this.#isOver) return false;
    const isAcknowledged = message.messageId > 0;
    if (isAcknowledged) this.#deliveries.push(message);
    this.#parts.onMessage(message, () => {
      message.isDone = true;
      if (isAcknowledged) this.#planFlush();
      this.#parts.onDone(message);
    });
    if (!this.#isPaused && !this.#parts.isFull()) return true;
    // A stop is bounded by itself; a store that fails for long is not.
    this.#held = setTimeout(() => {
      if (!this.#isPaused) this.#parts.onHeldTooLong();
    }, this.#parts.maxHoldMs);
    return false;
  }

  #planFlush(): void {
    if (this.#isFlushPlanned || this.#isOver) return;
    this.#isFlushPlanned = true;
    setImmediate(() => {
      this.#isFlushPlanned = false;
      this.#flush();
    });
  }

  /** PUBACKs of all deliveries that are done and behind none that is not, in one write. */
  #flush(): void {
    if (this.#isOver) return;
    let end = this.#firstOpen;
    while (this.#deliveries[end]?.isDone === true) end++;
    const count = end - this.#firstOpen;
    if (count === 0) return;
    const packets = Buffer.alloc(count * 4);
    for (let i = 0; i < count; i++) {
      packets[i * 4] = 0x40;
      packets[i * 4 + 1] = 2;
      packets.writeUInt16BE(this.#deliveries[this.#firstOpen + i]?.messageId ?? 0, i * 4 + 2);
    }
    this.#firstOpen = end;
    if (this.#firstOpen > 1_000 && this.#firstOpen * 2 > this.#deliveries.length) {
      this.#deliveries = this.#deliveries.slice(this.#firstOpen);
      this.#firstOpen = 0;
    }
    this.#client.stream.write(packets);
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#held !== null) clearTimeout(this.#held);
    this.#held = null;
    this.#deliveries = [];
    this.#firstOpen = 0;
    this.#client.end(true);
    this.#parts.onDown(this.#failure ?? { detail: "the connection was closed", code: null });
  }
}
