import type { Socket } from "node:net";
import { TcpProxy } from "../kit/tcp-proxy.ts";

/** One MQTT control packet with its fixed header. */
interface Packet {
  readonly type: number;
  readonly qos: number;
  readonly whole: Buffer;
  /** Behind the fixed header. */
  readonly body: Buffer;
}

const CONNECT = 1;
const PUBLISH = 3;
const PUBACK = 4;
const SUBACK = 9;

/** Cuts a stream into packets. */
class PacketReader {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Buffer): Generator<Packet> {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const length = varint(this.#rest, 1);
      if (length === null || this.#rest.length < length.end + length.value) return;
      const whole = this.#rest.subarray(0, length.end + length.value);
      this.#rest = this.#rest.subarray(whole.length);
      const first = whole[0] ?? 0;
      yield { type: first >> 4, qos: (first >> 1) & 3, whole, body: whole.subarray(length.end) };
    }
  }
}

/** A variable byte integer, or null where it is not whole yet. */
function varint(bytes: Buffer, at: number): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 128 ** i;
    if ((byte & 0x80) === 0) return { value, end: at + i + 1 };
  }
  throw new Error("not MQTT: a length of more than four bytes");
}

/** Identifies a publish by what it says. */
export function keyOf(topic: string, payload: string): string {
  return `${topic} ${payload}`;
}

/**
 * Stands before a broker, on 127.0.0.1: passes everything on, knows which publishes its clients received and
 * acknowledged, and can cut connections. For the test of the test it can acknowledge a publish and keep it.
 */
export class MqttProxy extends TcpProxy {
  /** Publishes that clients acknowledged to the broker. */
  readonly taken = new Set<string>();
  /** Publishes that reached clients. */
  readonly delivered = new Set<string>();
  /** Subscriptions granted so far. */
  subscriptions = 0;
  /** So many publishes of clients are acknowledged here and never passed on. */
  swallow = 0;

  protected override join(client: Socket, broker: Socket): void {
    let isV5 = false;
    const open = new Map<number, string>();
    const up = new PacketReader();
    const down = new PacketReader();
    client.on("data", (chunk: Buffer) => {
      for (const packet of up.read(chunk)) {
        // "MQTT" behind its length, then the protocol's level.
        if (packet.type === CONNECT) isV5 = packet.body[6] === 5;
        if (packet.type === PUBACK) this.#acknowledged(open, packet.body.readUInt16BE(0));
        if (packet.type === PUBLISH && packet.qos === 1 && this.swallow > 0) {
          this.swallow--;
          const at = 2 + packet.body.readUInt16BE(0);
          client.write(Buffer.from([0x40, 2, packet.body[at] ?? 0, packet.body[at + 1] ?? 0]));
        } else broker.write(packet.whole);
      }
    });
    broker.on("data", (chunk: Buffer) => {
      for (const packet of down.read(chunk)) {
        if (packet.type === SUBACK) this.subscriptions++;
        if (packet.type === PUBLISH && packet.qos === 1) this.#received(open, packet.body, isV5);
      }
      client.write(chunk);
    });
  }

  #received(open: Map<number, string>, body: Buffer, isV5: boolean): void {
    const topicEnd = 2 + body.readUInt16BE(0);
    const id = body.readUInt16BE(topicEnd);
    const properties = isV5 ? varint(body, topicEnd + 2) : null;
    const payloadAt = properties === null ? topicEnd + 2 : properties.end + properties.value;
    const key = keyOf(body.toString("utf8", 2, topicEnd), body.toString("utf8", payloadAt));
    open.set(id, key);
    this.delivered.add(key);
  }

  #acknowledged(open: Map<number, string>, id: number): void {
    const key = open.get(id);
    if (key !== undefined) this.taken.add(key);
    open.delete(id);
  }
}
