import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { type TestServer, testMosquitto, whyMissing } from "../kit/servers.ts";

const missing = whyMissing("mosquitto");

describe.skipIf(missing !== null)(
  `Mosquitto as we set it up${missing === null ? "" : `: ${missing}`}`,
  () => {
    let server: TestServer;
    beforeAll(async () => {
      server = await testMosquitto();
    });
    afterAll(async () => {
      await server?.close();
    });

    /** A client whose session the broker keeps. */
    function session(clientId: string, onMessage: (payload: string) => void = () => {}): Promise<MqttClient> {
      const options: IClientOptions = { clientId, clean: false, reconnectPeriod: 0, manualConnect: true };
      const client = mqtt.connect(server.now.url, options);
      client.on("message", (_, payload) => onMessage(payload.toString()));
      client.on("error", () => {});
      return new Promise((connected) => {
        client.once("connect", () => connected(client));
        client.connect();
      });
    }

    test("kill −9 loses nothing that was acknowledged, also beyond a thousand queued", async () => {
      const absent = await session("absent");
      await absent.subscribeAsync("parks/p/meters/+/readings", { qos: 1 });
      await absent.endAsync();
      const publisher = await mqtt.connectAsync(server.now.url);
      const expected = Array.from({ length: 1_200 }, (_, i) => String(i));
      await Promise.all(
        expected.map((payload) => publisher.publishAsync("parks/p/meters/m/readings", payload, { qos: 1 })),
      );
      await publisher.endAsync(true);
      await server.now.kill();
      await server.restart();
      const found = new Set<string>();
      const back = await session("absent", (payload) => found.add(payload));
      await vi.waitFor(() => expect(found.size).toBe(expected.length), { timeout: 20_000 });
      await back.endAsync();
    }, 60_000);

    test("with a password asked for, nobody comes in without it", async () => {
      const guarded = await testMosquitto({ auth: true });
      try {
        const { MQTT_USERNAME = "", MQTT_PASSWORD = "" } = guarded.now.env;
        const url = guarded.now.url;
        const none = { reconnectPeriod: 0, connectTimeout: 5_000 };
        await expect(mqtt.connectAsync(url, none, false)).rejects.toThrow(/not authorized/i);
        await expect(
          mqtt.connectAsync(url, { ...none, username: MQTT_USERNAME, password: "guess" }, false),
        ).rejects.toThrow(/not authorized/i);
        const client = await mqtt.connectAsync(url, { username: MQTT_USERNAME, password: MQTT_PASSWORD });
        await client.endAsync();
      } finally {
        await guarded.close();
      }
    });
  },
);
