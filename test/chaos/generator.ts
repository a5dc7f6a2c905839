import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import mqtt from "mqtt";
import { z } from "zod";
import { type Happening, record } from "./history.ts";

/**
 * A process of its own: publishes numbered messages at QoS 1 when they are due and records each PUBACK. It knows
 * nothing of the product. It ends with 0 when all are acknowledged.
 */

const order = z.object({
  url: z.string(),
  history: z.string(),
  messages: z.array(z.object({ topic: z.string(), payload: z.string() })).readonly(),
  sending: z.array(z.object({ n: z.number(), atMs: z.number() })).readonly(),
});
export type GeneratorOrder = z.infer<typeof order>;

const MOST_IN_FLIGHT = 200;

async function run(file: string): Promise<void> {
  const { url, history, messages, sending } = order.parse(JSON.parse(readFileSync(file, "utf8")));
  const client = mqtt.connect(url, { protocolVersion: 4, reconnectPeriod: 100 });
  client.on("error", () => undefined); // it connects again
  await new Promise((resolve) => client.once("connect", resolve));
  let happened: Happening[] = [];
  const tell = (happening: Happening) => {
    if (happened.length === 0) {
      // Acknowledgements of one turn share a line's write.
      setImmediate(() => {
        record(history, happened);
        happened = [];
      });
    }
    happened.push(happening);
  };
  const beganMs = performance.now();
  let next = 0;
  const worker = async () => {
    for (let item = sending[next++]; item !== undefined; item = sending[next++]) {
      const message = messages[item.n];
      if (message === undefined) throw new Error(`no message ${item.n}`);
      const waitMs = beganMs + item.atMs - performance.now();
      if (waitMs > 0) await delay(waitMs);
      tell({ sent: item.n });
      while (!(await publish(client, message))) await delay(50);
      tell({ acked: item.n });
    }
  };
  await Promise.all(Array.from({ length: MOST_IN_FLIGHT }, worker));
  await client.endAsync(true);
}

async function publish(
  client: mqtt.MqttClient,
  message: { readonly topic: string; readonly payload: string },
): Promise<boolean> {
  try {
    await client.publishAsync(message.topic, message.payload, { qos: 1 });
    return true;
  } catch {
    return false; // not acknowledged: to be published again
  }
}

await run(process.argv[2] ?? "");
// What was told last is written in the turn that follows.
setImmediate(() => process.exit(0));
