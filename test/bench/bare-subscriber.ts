import mqtt from "mqtt";
import { serve } from "./worker.ts";

/** A bare `mqtt` subscriber that discards what it takes, with the session that ingest has: the measure of a broker. */

export interface SubscribeOrder {
  readonly url: string;
  readonly topic: string;
}

export type SubscriberNews =
  | { readonly kind: "subscribed" }
  | { readonly kind: "taken"; readonly timeMs: number; readonly count: number };

const TELL_EVERY_MS = 100;

serve<SubscribeOrder, SubscriberNews>(async ({ url, topic }, tell) => {
  const client = await mqtt.connectAsync(url, {
    clientId: "bench-bare-subscriber",
    clean: false,
    protocolVersion: 5,
    properties: { sessionExpiryInterval: 3_600, receiveMaximum: 10_000 },
  });
  let count = 0;
  client.on("message", () => {
    count++;
  });
  await client.subscribeAsync(topic, { qos: 1 });
  setInterval(() => tell({ kind: "taken", timeMs: Date.now(), count }), TELL_EVERY_MS);
  tell({ kind: "subscribed" });
});
