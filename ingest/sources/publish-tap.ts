import { Duplex } from "node:stream";
import { WireMessage } from "./source.ts";

export interface TapParts {
  /** 5: a PUBLISH has properties. */
  readonly version: 4 | 5;
  /** Takes a message; false: hand over no more until `resumePublishes`. */
  readonly onPublish: (message: WireMessage) => boolean;
  /** Something came. */
  readonly onBytes: () => void;
}

const PUBLISH = 3;
/** Of topics as they come; meters have the same ones day after day. */
const MOST_TOPICS = 20_000;

/**
 * Sits between a socket and the MQTT client and takes the QoS 0 and 1 PUBLISH packets out of what comes; all else goes
 * on to the client. The client's own way makes some twenty objects and three turns of the event loop of each message,
 * which is most of what taking a reading costs.
 */
export class PublishTap extends Duplex {
  readonly #inner: Duplex;
  readonly #parts: TapParts;
  /** The beginning of a packet whose end has not come: of a known length, filled up to `#filled`, or a bare header. */
  #begun: Buffer | null = null;
  #filled = 0;
  /** What came and was not handed over, while held. */
  #held: Buffer | null = null;
  #isHolding = false;
  #isEnded = false;
  readonly #topics = new Map<string, string>();

  constructor(inner: Duplex, parts: TapParts) {
    super();
    this.#inner = inner;
    this.#parts = parts;
    inner.on("data", (chunk: Buffer) => {
      parts.onBytes();
      this.#take(chunk);
    });
    inner.on("error", (error) => this.destroy(error));
    // What was pushed before is read first: a DISCONNECT says why.
    this.once("end", () => this.destroy());
    for (const event of ["end", "close"]) inner.once(event, () => this.#end());
  }

  /** After a PUBLISH was answered with false: goes on with the next one. */
  resumePublishes(): void {
    if (!this.#isHolding) return;
    this.#isHolding = false;
    const held = this.#held;
    this.#held = null;
    if (held !== null) this.#take(held);
    if (!this.#isHolding) this.#inner.resume();
  }

  override _read(): void {
    // Control packets are few and small: they are pushed as they come.
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#inner.write(chunk, encoding, done);
  }

  /** A packet that the client writes in pieces goes out in one. */
  override _writev(pieces: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#inner.write(Buffer.concat(pieces.map((piece) => piece.chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#inner.end(() => done());
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#held = null;
    this.#inner.destroy();
    done(error);
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.push(null);
  }

  /** Takes the next bytes. */
  #take(chunk: Buffer): void {
    let data = chunk;
    const begun = this.#begun;
    if (begun !== null && this.#filled < begun.length) {
      const taken = data.copy(begun, this.#filled);
      this.#filled += taken;
      if (this.#filled < begun.length) return;
      this.#begun = null;
      data = data.subarray(taken);
      this.#packets(begun);
    } else if (begun !== null) {
      this.#begun = null;
      data = Buffer.concat([begun, data]);
    }
    if (this.#isHolding) {
      this.#held = data.length === 0 ? null : data;
      return;
    }
    const end = this.#packets(data);
    if (end === data.length) return;
    if (this.#isHolding) this.#held = data.subarray(end);
    else this.#begin(data.subarray(end));
  }

  /** Keeps the beginning of a packet; where its length is known already, in a buffer of that length. */
  #begin(part: Buffer): void {
    const body = bodyOf(part, 0);
    const total = body < 0 ? part.length : body + lengthOf(part, 0);
    const begun = Buffer.allocUnsafeSlow(total);
    this.#filled = part.copy(begun);
    this.#begun = begun;
  }

  /** Handles whole packets; the index behind the last one handled. */
  #packets(data: Buffer): number {
    let at = 0;
    while (at < data.length) {
      const body = bodyOf(data, at);
      if (body < 0) break;
      const end = body + lengthOf(data, at);
      if (end > data.length) break;
      const first = data[at] ?? 0;
      const qos = (first >> 1) & 3;
      const message = first >> 4 === PUBLISH && qos < 2 ? this.#message(data, body, end, qos) : null;
      if (message === null) this.push(data.subarray(at, end));
      else if (!this.#parts.onPublish(message)) {
        this.#isHolding = true;
        this.#inner.pause();
        return end;
      }
      at = end;
    }
    return at;
  }

  /** Null for a packet that is not as it should be: the client says what is wrong with it. */
  #message(data: Buffer, body: number, end: number, qos: number): WireMessage | null {
    const topicEnd = body + 2 + (((data[body] ?? 0) << 8) | (data[body + 1] ?? 0));
    let at = topicEnd + (qos === 0 ? 0 : 2);
    if (at > end || topicEnd === body + 2) return null;
    const messageId = qos === 0 ? 0 : ((data[topicEnd] ?? 0) << 8) | (data[topicEnd + 1] ?? 0);
    if (qos === 1 && messageId === 0) return null;
    if (this.#parts.version === 5) {
      let length = 0;
      let shift = 0;
      for (;;) {
        if (at >= end || shift > 21) return null;
        const byte = data[at++] ?? 0;
        length += (byte & 127) << shift;
        shift += 7;
        if (byte < 128) break;
      }
      at += length;
      if (at > end) return null;
    }
    return new WireMessage(this.#topic(data, body + 2, topicEnd), data, at, end, messageId);
  }

  #topic(data: Buffer, from: number, to: number): string {
    const bytes = data.toString("latin1", from, to);
    const known = this.#topics.get(bytes);
    if (known !== undefined) return known;
    const topic = data.toString("utf8", from, to);
    if (this.#topics.size >= MOST_TOPICS) this.#topics.clear();
    this.#topics.set(bytes, topic);
    return topic;
  }
}

/** Where the body of the packet at an index begins, −1 when its header has not come whole. */
function bodyOf(data: Buffer, at: number): number {
  for (let i = at + 1; i < data.length && i <= at + 4; i++) if ((data[i] ?? 0) < 128) return i + 1;
  // A fifth byte of a length is none: the client finds the packet malformed.
  return data.length > at + 5 ? at + 5 : -1;
}

/** The length of the body, from a header that has come whole. */
function lengthOf(data: Buffer, at: number): number {
  let length = 0;
  for (let i = at + 1; i <= at + 4; i++) {
    const byte = data[i] ?? 0;
    length += (byte & 127) * 128 ** (i - at - 1);
    if (byte < 128) break;
  }
  return length;
}
