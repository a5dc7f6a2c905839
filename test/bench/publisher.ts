import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { messagesOf, type PublisherNews, type PublishOrder, type Taken } from "./messages.ts";
import { SendingOrder } from "./readings.ts";
import { serve } from "./worker.ts";

/**
 * A saturating publisher: MQTT 3.1.1 at QoS 1. It writes its packets itself: a client library
 * would be the slowest part of the run, and what is measured is what comes behind it.
 */

export type { PublisherNews, PublishOrder, Taken } from "./messages.ts";

/** Sent and not acknowledged. */
const MOST_IN_FLIGHT = 4_000;
const PACKETS_A_WRITE = 200;
const TELL_EVERY_MS = 100;

let taken = 0;

async function publish(order: PublishOrder, tell: (news: PublisherNews) => void): Promise<void> {
  const sending = new SendingOrder({ ...order, meters: order.meters.length, seed: 1 });
  const socket = connect(order.port, order.host);
  socket.setNoDelay(true);
  await once(socket, "connect");
  socket.write(connectPacket(`bench-publisher-${process.pid}`));
  const acknowledged = new PubackCounter(socket);
  await acknowledged.connected;
  const startMs = performance.now();
  const encode = encoder(order);
  let sent = 0;
  let isOut = false;
  const isOver = () => performance.now() - startMs > order.seconds * 1000;
  const timer = setInterval(
    () => tell({ kind: "acknowledged", timeMs: Date.now(), count: acknowledged.count }),
    TELL_EVERY_MS,
  );
  while (!isOut || acknowledged.count < sent) {
    const elapsedMs = performance.now() - startMs;
    if (isOver()) sending.close();
    const allowed = order.perSecond === null ? Infinity : (elapsedMs / 1000) * order.perSecond - sent;
    const ahead = order.mostAhead === null ? Infinity : taken + order.mostAhead - sent;
    const room = Math.min(
      MOST_IN_FLIGHT - (sent - acknowledged.count),
      PACKETS_A_WRITE,
      Math.floor(allowed),
      isOver() ? Infinity : ahead,
    );
    if (isOut || room <= 0) {
      await acknowledged.moreOrLater();
      continue;
    }
    const packets: Buffer[] = [];
    while (packets.length < room && !isOut) {
      const index = sending.next();
      if (index === null) isOut = true;
      else packets.push(encode(index, (sent++ % 65_535) + 1));
    }
    if (!socket.write(Buffer.concat(packets))) await once(socket, "drain");
  }
  clearInterval(timer);
  tell({ kind: "done", timeMs: Date.now(), count: sent });
  acknowledged.isOver = true;
  socket.end(Buffer.from([0xe0, 0]));
}

/** Counts PUBACK packets; every packet that a broker sends to a 3.1.1 client that does not subscribe has four bytes. */
class PubackCounter {
  count = 0;
  isOver = false;
  readonly connected: Promise<void>;
  #bytes = 0;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    let isUp = () => {};
    this.connected = new Promise((resolve) => {
      isUp = resolve;
    });
    socket.on("data", (chunk: Buffer) => {
      if (this.#bytes === 0 && (chunk[0] !== 0x20 || (chunk[3] ?? 0) !== 0))
        throw new Error(`the broker refused the publisher: ${chunk.toString("hex")}`);
      this.#bytes += chunk.length;
      this.count = Math.max(0, Math.floor(this.#bytes / 4) - 1);
      isUp();
      this.#wake();
    });
    socket.on("close", () => {
      if (!this.isOver) throw new Error(`the broker closed the connection after ${this.count} messages`);
    });
  }

  async moreOrLater(): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 10);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function connectPacket(clientId: string): Buffer {
  const id = Buffer.from(clientId);
  const body = [0, 4, ...Buffer.from("MQTT"), 4, 2, 0, 0, id.length >> 8, id.length & 255, ...id];
  return Buffer.from([0x10, body.length, ...body]);
}

function encoder(order: PublishOrder): (index: number, packetId: number) => Buffer {
  const messageOf = messagesOf(order);
  return (index, packetId) => {
    const { topic, payload } = messageOf(index);
    const length = 4 + topic.length + payload.length; // both are ASCII
    const head = [0x32];
    for (let left = length; ; left >>= 7) {
      head.push(left > 127 ? (left & 127) | 128 : left);
      if (left <= 127) break;
    }
    const packet = Buffer.allocUnsafe(head.length + length);
    packet.set(head);
    let at = packet.writeUInt16BE(topic.length, head.length);
    at += packet.write(topic, at, "latin1");
    at = packet.writeUInt16BE(packetId, at);
    packet.write(payload, at, "latin1");
    return packet;
  };
}

serve<PublishOrder | Taken, PublisherNews>(async (message, tell) => {
  if (message.kind === "taken") taken = message.count;
  else await publish(message, tell);
});
