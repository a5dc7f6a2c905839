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

    /** What an absent subscriber's session gets of so many acknowledged messages, after `meanwhile`. */
    async function afterAbsence(count: number, meanwhile: () => Promise<unknown>): Promise<number> {
      const absent = await session(`absent-${count}`);
      await absent.subscribeAsync(`parks/${count}/meters/+/readings`, { qos: 1 });
      await absent.endAsync();
      const publisher = await mqtt.connectAsync(server.now.url);
      const payloads = Array.from({ length: count }, (_, i) => String(i));
      await Promise.all(
        payloads.map((text) => publisher.publishAsync(`parks/${count}/meters/m/readings`, text, { qos: 1 })),
      );
      await publisher.endAsync(true);
      await meanwhile();
      const found = new Set<string>();
      const back = await session(`absent-${count}`, (payload) => found.add(payload));
      await vi.waitFor(() => expect(found.size).toBe(count), { timeout: 20_000 });
      await back.endAsync();
      return found.size;
    }

    test("kill −9 loses nothing that was acknowledged two seconds before, though nobody had taken it", async () => {
      const killed = async () => {
        await new Promise((saved) => setTimeout(saved, 2_200)); // it saves once a second
        await server.now.kill();
        await server.restart();
      };
      expect(await afterAbsence(100, killed)).toBe(100);
    });

    test("more than a thousand messages wait for an absent subscriber", async () => {
      expect(await afterAbsence(1_100, async () => {})).toBe(1_100);
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
