import { createServer } from "node:net";
import { Aedes } from "aedes";
import { serve } from "./worker.ts";

/** The embedded broker without anything behind it: it acknowledges and discards. The measure of the embedded shape. */

export interface BrokerOrder {
  readonly port: number;
}

export interface BrokerNews {
  readonly kind: "listening";
}

serve<BrokerOrder, BrokerNews>(async ({ port }, tell) => {
  const broker = await Aedes.createBroker({
    concurrency: 1_000,
    authorizePublish: (_client, _packet, callback) => callback(null),
  });
  createServer((socket) => broker.handle(socket)).listen(port, "127.0.0.1", () =>
    tell({ kind: "listening" }),
  );
});
