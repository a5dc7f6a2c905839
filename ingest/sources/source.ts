/** Where messages come from: a broker elsewhere (mqtt-source.ts) or the embedded one (broker-source.ts). */

/** One publish as it came off the wire. */
export interface Message {
  readonly topic: string;
  readonly payload: Uint8Array;
  /** When it first came, of one that is sent again; else it comes now. */
  readonly arrivedMs?: number;
}

/** A PUBLISH as it lies in what was read from the socket. */
export class WireMessage implements Message {
  readonly topic: string;
  /** Where the payload lies: bytes[from … to). */
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  /** The packet identifier; 0 of a QoS 0 message, which nobody waits to see acknowledged. */
  readonly messageId: number;
  /** True when it may be acknowledged. */
  isDone = false;

  constructor(topic: string, bytes: Buffer, from: number, to: number, messageId: number) {
    this.topic = topic;
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.messageId = messageId;
  }

  /** Made when it is asked for: most messages are read in place. */
  get payload(): Uint8Array {
    return this.bytes.subarray(this.from, this.to);
  }
}

/**
 * Takes one message. `acknowledge` is called once, when everything in the message is durable (E13); a message never
 * acknowledged is delivered again by its sender.
 */
export type OnMessage = (message: Message, acknowledge: () => void) => void;

export interface SourceState {
  readonly state: "up" | "down" | "starting";
  /** For people; never carries credentials. */
  readonly detail: string;
}

/**
 * Hands over messages in the order of arrival and keeps at most a bounded number unacknowledged; above it the senders
 * are held back. Acknowledgements reach the sender in the order of arrival, and only on the connection that brought
 * the message.
 */
export interface MessageSource {
  readonly state: SourceState;
  /** Messages handed over and not yet acknowledged. */
  readonly waiting: number;
  /** Begins to take messages; resolves when listening, or when connecting has begun. */
  start(onMessage: OnMessage): Promise<void>;
  /** Takes no more messages, waits a bounded time for the acknowledgements still open, then closes everything. */
  stop(): Promise<void>;
}
