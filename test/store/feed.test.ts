import mqtt from "mqtt";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { EmitterFeed } from "../../store/feed/emitter.ts";
import { MqttFeedReader, MqttFeedWriter } from "../../store/feed/mqtt.ts";
import { type TestServer, testMosquitto, whyMissing } from "../kit/servers.ts";
import { feedContract, liveValue, STATUS } from "./feed.contract.ts";

feedContract("an emitter", async () => async () => {
  const feed = new EmitterFeed(() => {});
  return { writer: feed, reader: () => feed, close: () => feed.stop() };
});

const missing = whyMissing("mosquitto");
describe.skipIf(missing !== null)(`with Mosquitto${missing === null ? "" : `: ${missing}`}`, () => {
  let server: TestServer;
  let parks = 0;
  beforeAll(async () => {
    server = await testMosquitto({ auth: true });
  });
  afterAll(async () => {
    await server?.close();
  });
  function access(park: string, problems: unknown[] = []) {
    const { MQTT_USERNAME = "", MQTT_PASSWORD = "" } = server.now.env;
    const onProblem = (problem: unknown) => problems.push(problem);
    return { url: server.now.url, username: MQTT_USERNAME, password: MQTT_PASSWORD, park, onProblem };
  }

  feedContract("MQTT", async () => async () => {
    const park = `contract-${++parks}`;
    const writer = new MqttFeedWriter(access(park));
    await writer.start();
    return { writer, reader: () => new MqttFeedReader(access(park)), close: () => writer.stop() };
  });

  describe("feed by MQTT, beyond the contract", () => {
    const stops: (() => Promise<void>)[] = [];
    afterEach(async () => {
      for (const stop of stops.splice(0)) await stop();
    });
    function pair(park: string, problems: unknown[] = []) {
      const writer = new MqttFeedWriter(access(park));
      const reader = new MqttFeedReader(access(park, problems));
      stops.push(
        () => reader.stop(),
        () => writer.stop(),
      );
      return { writer, reader };
    }

    test("a reader that comes later has the latest values and the status, and no old changes", async () => {
      const { writer, reader } = pair("late");
      await writer.start();
      writer.publishValues([liveValue("m", 1), liveValue("n", 2)]);
      writer.publishChanges([{ meter: "m", rev: 1, fromMs: 0 }]);
      writer.publishStatus(STATUS);
      const first = new MqttFeedReader(access("late"));
      await first.start();
      await vi.waitFor(() => expect(first.status()).toEqual(STATUS));
      await first.stop();
      let changes = 0;
      reader.subscribe({ changes: () => changes++ });
      await reader.start();
      await vi.waitFor(() => expect(reader.latest().size).toBe(2));
      await vi.waitFor(() => expect(reader.status()).toEqual(STATUS));
      expect(changes).toBe(0);
    });

    test("a message that is not understood is a problem and changes nothing", async () => {
      const problems: unknown[] = [];
      const { reader } = pair("strange", problems);
      await reader.start();
      const { url, username, password } = access("strange");
      const client = await mqtt.connectAsync(url, { username, password });
      await client.publishAsync("parks/strange/live/m", '{"timeMs":"now"}', { qos: 1 });
      await client.publishAsync("parks/strange/changed", "not JSON", { qos: 1 });
      await client.publishAsync("parks/strange/ingest/status", "{}", { qos: 1 });
      await client.endAsync();
      await vi.waitFor(() => expect(problems).toHaveLength(3));
      expect(reader.latest().size).toBe(0);
      expect(reader.status()).toBeNull();
    });

    test("a broker that was killed and forgot everything is told all again", async () => {
      const { writer, reader } = pair("killed");
      await writer.start();
      await reader.start();
      writer.publishValues([liveValue("m", 1)]);
      await vi.waitFor(() => expect(reader.latest().size).toBe(1));
      await server.now.kill();
      writer.publishValues([liveValue("m", 2), liveValue("n", 3)]);
      writer.publishChanges([{ meter: "n", rev: 7, fromMs: 5 }]);
      const changes: unknown[] = [];
      reader.subscribe({ changes: (list) => changes.push(...list) });
      await server.restart();
      await vi.waitFor(
        () => {
          expect(reader.latest().get("m")?.timeMs).toBe(2);
          expect(reader.latest().get("n")?.timeMs).toBe(3);
        },
        { timeout: 10_000 },
      );
      const later = new MqttFeedReader(access("killed"));
      await later.start();
      await vi.waitFor(() => expect(later.latest().size).toBe(2));
      await later.stop();
    });

    test("no broker: starting ends within seconds, stopping at once", async () => {
      const options = { ...access("none"), url: "mqtt://127.0.0.1:9" };
      const reader = new MqttFeedReader(options);
      const writer = new MqttFeedWriter(options);
      await writer.start();
      writer.publishValues([liveValue("m", 1)]);
      const started = reader.start();
      await reader.stop();
      await started;
      await writer.stop();
      expect(reader.latest().size).toBe(0);
    });
  });
});
