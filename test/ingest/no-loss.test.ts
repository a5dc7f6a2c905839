import mqtt from "mqtt";
import { describe, expect, it } from "vitest";
import { createRegisterEngine } from "../../ingest/energy/register-engine.ts";
import { BROKER_DEFAULTS, BrokerSource } from "../../ingest/sources/broker-source.ts";
import { MQTT_DEFAULTS, MqttSource } from "../../ingest/sources/mqtt-source.ts";
import type { MessageSource } from "../../ingest/sources/source.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { testMosquitto, whyMissing } from "../kit/servers.ts";
import { TcpProxy } from "../kit/tcp-proxy.ts";
import { MINUTE, makeIngest, QUICK, settled, silent, T0, until } from "./kit.ts";

const COUNT = 600;

/** A park's worth of trouble: cut connections, a store that fails, ingest that ends and starts again. */
async function survive(
  open: () => Promise<{
    makeSource: () => Promise<{ source: MessageSource; publishTo: () => number }>;
    proxy: TcpProxy;
    close: () => Promise<void>;
  }>,
) {
  const { makeSource, proxy, close } = await open();
  const store = new MemoryTelemetry();
  store.beforeWrite = () => new Promise((r) => setTimeout(r, 2));
  const acknowledged = new Set<number>();
  const begin = async () => {
    const { source, publishTo } = await makeSource();
    const made = makeIngest(store, {
      source,
      createEngine: createRegisterEngine,
      settings: { ...QUICK, stopPatienceMs: 50 },
    });
    await made.ingest.start();
    return { ...made, publishTo };
  };
  let running = await begin();
  const publisher = mqtt.connect(`mqtt://127.0.0.1:${running.publishTo()}`, {
    clientId: "gateway",
    clean: false,
    reconnectPeriod: 20,
  });
  publisher.on("error", () => undefined);
  try {
    for (let i = 0; i < COUNT; i++) {
      const text = JSON.stringify({ time: T0 + i * MINUTE, energyImportKwh: i });
      publisher.publish("parks/p1/meters/line/readings", text, { qos: 1 }, (error) => {
        if (error == null) acknowledged.add(i);
      });
    }
    for (let round = 0; round < 4; round++) {
      await new Promise((r) => setTimeout(r, 60));
      if (round % 2 === 0) {
        proxy.cut();
        store.failNext("writeReadings", 3);
      } else {
        await running.ingest.stop();
        running = await begin();
      }
      // Nobody was told that something is safe which is not.
      if (!proxy.isBeforeBroker) continue;
      for (const i of acknowledged) expect(store.readings.get("line")?.has(T0 + i * MINUTE)).toBe(true);
    }
    await until("all published", () => acknowledged.size === COUNT, 20_000);
    await until("all stored", () => store.readings.get("line")?.size === COUNT, 20_000);
    await settled(running.ingest, store);
    const rows = [...(store.intervals.get("line energyImportKwh")?.values() ?? [])];
    expect(rows.reduce((sum, r) => sum + r.micro, 0)).toBe((COUNT - 1) * 1_000_000);
  } finally {
    publisher.end(true);
    await running.ingest.stop();
    await close();
  }
}

describe("E13: acknowledged and lost: none", () => {
  it("embedded broker", async () => {
    await survive(async () => {
      const first = new BrokerSource({ ...BROKER_DEFAULTS, park: "p1", port: 0 }, silent);
      await first.start(() => undefined);
      const port = first.port ?? 0;
      await first.stop();
      const proxy = new TcpProxy(port);
      proxy.isBeforeBroker = true;
      const publishPort = await proxy.start();
      return {
        proxy,
        makeSource: async () => ({
          source: new BrokerSource({ ...BROKER_DEFAULTS, park: "p1", port, stopPatienceMs: 50 }, silent),
          publishTo: () => publishPort,
        }),
        close: () => proxy.stop(),
      };
    });
  }, 60_000);

  it.skipIf(whyMissing("mosquitto") !== null)(
    "mosquitto",
    async () => {
      await survive(async () => {
        const server = await testMosquitto();
        const proxy = new TcpProxy(server.now.port);
        const url = `mqtt://127.0.0.1:${await proxy.start()}`;
        // The session exists before anything is published, as it does from the first start on.
        const first = new MqttSource({ ...MQTT_DEFAULTS, park: "p1", url }, silent);
        await first.start(() => undefined);
        await until("connected", () => first.state.state === "up");
        await first.stop();
        return {
          proxy,
          makeSource: async () => ({
            source: new MqttSource(
              { ...MQTT_DEFAULTS, park: "p1", url, retryFirstMs: 10, retryMaxMs: 50, stopPatienceMs: 50 },
              silent,
            ),
            publishTo: () => server.now.port,
          }),
          close: async () => {
            await proxy.stop();
            await server.close();
          },
        };
      });
    },
    60_000,
  );
});
