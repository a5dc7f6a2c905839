import mqtt from "mqtt";
import { messagesOf, type PublisherNews, type PublishOrder, type Taken } from "./messages.ts";
import { SendingOrder } from "./readings.ts";
import { serve } from "./worker.ts";

/** A saturating publisher on the `mqtt` library, as a gateway written in a day would be. */

/** Sent and not acknowledged. */
const MOST_IN_FLIGHT = 2_000;
const TELL_EVERY_MS = 100;

let taken = 0;

async function publish(order: PublishOrder, tell: (news: PublisherNews) => void): Promise<void> {
  const sending = new SendingOrder({ ...order, meters: order.meters.length, seed: 1 });
  const client = await mqtt.connectAsync(`mqtt://${order.host}:${order.port}`, {
    clientId: `bench-library-publisher-${process.pid}`,
    protocolVersion: 4,
    reconnectPeriod: 0,
  });
  const messageOf = messagesOf(order);
  const endMs = performance.now() + order.seconds * 1000;
  let sent = 0;
  let acknowledged = 0;
  let isOut = false;
  const timer = setInterval(
    () => tell({ kind: "acknowledged", timeMs: Date.now(), count: acknowledged }),
    TELL_EVERY_MS,
  );
  while (!isOut || acknowledged < sent) {
    const isOver = performance.now() > endMs;
    if (isOver) sending.close();
    const ahead = order.mostAhead === null || isOver ? Infinity : taken + order.mostAhead - sent;
    const room = Math.min(MOST_IN_FLIGHT - (sent - acknowledged), ahead);
    for (let i = 0; i < room && !isOut; i++) {
      const index = sending.next();
      if (index === null) {
        isOut = true;
        break;
      }
      const { topic, payload } = messageOf(index);
      sent++;
      client.publish(topic, payload, { qos: 1 }, (error) => {
        if (error) throw error;
        acknowledged++;
      });
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
  clearInterval(timer);
  tell({ kind: "done", timeMs: Date.now(), count: sent });
  await client.endAsync();
}

serve<PublishOrder | Taken, PublisherNews>(async (message, tell) => {
  if (message.kind === "taken") taken = message.count;
  else await publish(message, tell);
});
