import { createServer } from "node:net";
import mqtt, { type MqttClient } from "mqtt";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { BROKER_DEFAULTS, BrokerSource } from "../../../ingest/sources/broker-source.ts";
import { MQTT_DEFAULTS, type MqttSettings, MqttSource } from "../../../ingest/sources/mqtt-source.ts";
import type { MessageSource } from "../../../ingest/sources/source.ts";
import { listenOnLoopback } from "../../kit/loopback.ts";
import { testMosquitto, whyMissing } from "../../kit/servers.ts";
import { TcpProxy } from "../../kit/tcp-proxy.ts";
import { silent, until } from "../kit.ts";

const TOPIC = "parks/p1/meters/gate/readings";

/** What a source took, with the acknowledgements to give. */
class Taker {
  readonly taken: { topic: string; text: string; acknowledge: () => void }[] = [];
  isAcknowledging = false;
  readonly take = (message: { topic: string; payload: Uint8Array }, acknowledge: () => void) => {
    this.taken.push({ topic: message.topic, text: Buffer.from(message.payload).toString(), acknowledge });
    if (this.isAcknowledging) acknowledge();
  };
  texts(): string[] {
    return this.taken.map((t) => t.text);
  }
}

/** One engine of the port, as the contract suite needs it. */
interface Harness {
  readonly source: MessageSource;
  /** Connected; publishes again what was not acknowledged. */
  readonly publisher: MqttClient;
  /** Where a lost message would be lost: between publisher and broker, or between broker and source. */
  readonly proxy: TcpProxy;
  close(): Promise<void>;
}

function connectPublisher(port: number): Promise<MqttClient> {
  return mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, {
    clientId: "publisher",
    clean: false,
    reconnectPeriod: 50,
    protocolVersion: 4,
  });
}

const why = whyMissing("mosquitto");

function mqttSettings(url: string, more: Partial<MqttSettings> = {}): MqttSettings {
  return {
    ...MQTT_DEFAULTS,
    park: "p1",
    url,
    retryFirstMs: 20,
    retryMaxMs: 100,
    stopPatienceMs: 1_000,
    ...more,
  };
}

type Open = (taker: Taker, limits?: { maxWaiting?: number }) => Promise<Harness>;

const openEmbedded: Open = async (taker, limits) => {
  const source = new BrokerSource(
    { ...BROKER_DEFAULTS, park: "p1", port: 0, stopPatienceMs: 1_000, ...limits },
    silent,
  );
  await source.start(taker.take);
  const proxy = new TcpProxy(source.port ?? 0);
  const publisher = await connectPublisher(await proxy.start());
  return {
    source,
    proxy,
    publisher,
    close: async () => {
      publisher.end(true);
      await source.stop();
      await proxy.stop();
    },
  };
};

const openMosquitto =
  (version: 4 | 5): Open =>
  async (taker, limits) => {
    const server = await testMosquitto();
    const proxy = new TcpProxy(server.now.port);
    const url = `mqtt://127.0.0.1:${await proxy.start()}`;
    const source = new MqttSource(mqttSettings(url, { protocolVersion: version, ...limits }), silent);
    await source.start(taker.take);
    await until("connected", () => source.state.state === "up");
    const publisher = await connectPublisher(server.now.port);
    return {
      source,
      proxy,
      publisher,
      close: async () => {
        publisher.end(true);
        await source.stop();
        await proxy.stop();
        await server.close();
      },
    };
  };

const engines: { name: string; open: Open; skip: boolean }[] = [
  { name: "embedded broker", open: openEmbedded, skip: false },
  { name: "mosquitto, MQTT 5", open: openMosquitto(5), skip: why !== null },
  { name: "mosquitto, MQTT 3.1.1", open: openMosquitto(4), skip: why !== null },
];

describe.each(engines)("MessageSource: $name", ({ open, skip }) => {
  const test = it.skipIf(skip);
  let harness: Harness | null = null;
  let taker = new Taker();

  beforeEach(() => {
    taker = new Taker();
  });
  afterEach(async () => {
    await harness?.close();
    harness = null;
  });

  const publish = (text: string) => {
    harness?.publisher.publish(TOPIC, text, { qos: 1 });
  };

  test("hands over messages in order, with topic and payload", async () => {
    taker.isAcknowledging = true;
    harness = await open(taker);
    const texts = Array.from({ length: 200 }, (_, i) => `message ${i}`);
    for (const text of texts) publish(text);
    await until("all taken", () => taker.taken.length === 200);
    expect(taker.texts()).toEqual(texts);
    expect(taker.taken[0]?.topic).toBe(TOPIC);
    await until("nothing waits", () => harness?.source.waiting === 0);
  });

  test("E13: what was not acknowledged comes again after the connection broke, what was does not", async () => {
    harness = await open(taker);
    for (let i = 0; i < 10; i++) publish(String(i));
    await until("all taken", () => taker.taken.length === 10);
    for (const t of taker.taken.slice(0, 4)) t.acknowledge();
    await new Promise((r) => setTimeout(r, 100));
    taker.isAcknowledging = true; // some publishers send again one by one
    harness.proxy.cut();
    await until("the rest again", () => taker.taken.length >= 16);
    await new Promise((r) => setTimeout(r, 100));
    expect(taker.texts().slice(10)).toEqual(["4", "5", "6", "7", "8", "9"]);
  });

  test("E13: an acknowledgement given after its connection broke acknowledges nothing", async () => {
    harness = await open(taker);
    for (let i = 0; i < 5; i++) publish(`a${i}`);
    await until("taken", () => taker.taken.length === 5);
    const stale = taker.taken.slice();
    harness.proxy.cut();
    await until("again", () => taker.taken.length > 5);
    for (const t of stale) t.acknowledge();
    await new Promise((r) => setTimeout(r, 100));
    const before = taker.taken.length;
    taker.isAcknowledging = true;
    harness.proxy.cut();
    await until("and again", () => taker.taken.length >= before + 5);
    expect(taker.texts().slice(before)).toEqual(["a0", "a1", "a2", "a3", "a4"]);
  });

  test("keeps a bounded number waiting and loses none", async () => {
    harness = await open(taker, { maxWaiting: 50 });
    for (let i = 0; i < 500; i++) publish(String(i));
    await until("some taken", () => taker.taken.length >= 50);
    await new Promise((r) => setTimeout(r, 200));
    expect(harness.source.waiting).toBeLessThanOrEqual(51);
    taker.isAcknowledging = true;
    for (const t of taker.taken.slice()) t.acknowledge();
    await until("all", () => new Set(taker.texts()).size === 500, 15_000);
  });

  test("stop waits for the acknowledgements still open", async () => {
    harness = await open(taker);
    publish("last");
    await until("taken", () => taker.taken.length === 1);
    const stopped = harness.source.stop();
    setTimeout(() => taker.taken[0]?.acknowledge(), 100);
    await stopped;
    expect(harness.source.waiting).toBe(0);
    expect(harness.source.state.state).toBe("down");
  });
});

describe("MqttSource", () => {
  const test = it.skipIf(why !== null);
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  async function broker() {
    const server = await testMosquitto();
    closers.push(() => server.close());
    const proxy = new TcpProxy(server.now.port);
    closers.push(() => proxy.stop());
    return { server, proxy, url: `mqtt://127.0.0.1:${await proxy.start()}` };
  }

  test("acknowledges in the order of arrival, whatever the order in which messages became durable", async () => {
    const { server, proxy, url } = await broker();
    const acknowledged: number[] = [];
    proxy.onUpstream = (chunk) => {
      for (let i = 0; i + 3 < chunk.length; i += 4)
        if (chunk[i] === 0x40 && chunk[i + 1] === 2) acknowledged.push(chunk.readUInt16BE(i + 2));
    };
    const taker = new Taker();
    const source = new MqttSource(mqttSettings(url), silent);
    await source.start(taker.take);
    closers.push(() => source.stop());
    await until("connected", () => source.state.state === "up");
    const publisher = await connectPublisher(server.now.port);
    closers.push(async () => publisher.end(true));
    for (let i = 0; i < 20; i++) publisher.publish(TOPIC, String(i), { qos: 1 });
    await until("all taken", () => taker.taken.length === 20);
    for (const t of taker.taken.slice(1).reverse()) t.acknowledge();
    await new Promise((r) => setTimeout(r, 100));
    expect(acknowledged).toEqual([]);
    taker.taken[0]?.acknowledge();
    await until("all acknowledged", () => acknowledged.length === 20);
    expect(acknowledged).toEqual([...acknowledged].sort((a, b) => a - b));
  });

  test("finds its way back to a broker that was killed, with its session and subscription", async () => {
    const { server, url } = await broker();
    const taker = new Taker();
    taker.isAcknowledging = true;
    const source = new MqttSource(mqttSettings(url), silent);
    await source.start(taker.take);
    closers.push(() => source.stop());
    await until("connected", () => source.state.state === "up");
    await server.now.kill();
    await until("noticed", () => source.state.state === "down");
    await server.restart();
    await until("connected again", () => source.state.state === "up", 15_000);
    const publisher = await connectPublisher(server.now.port);
    closers.push(async () => publisher.end(true));
    publisher.publish(TOPIC, "after", { qos: 1 });
    await until("taken", () => taker.taken.length === 1);
  });

  test("takes further topics: those of gateways, also after the broker forgot them", async () => {
    const { server, proxy, url } = await broker();
    const taker = new Taker();
    taker.isAcknowledging = true;
    const source = new MqttSource(mqttSettings(url, { topics: ["/neuron/+/+/+", "v1/#"] }), silent);
    await source.start(taker.take);
    closers.push(() => source.stop());
    await until("connected", () => source.state.state === "up");
    const publisher = await connectPublisher(server.now.port);
    closers.push(async () => publisher.end(true));
    const send = async () => {
      for (const topic of [TOPIC, "/neuron/a/b/c", "v1/gateway/telemetry", "elsewhere"])
        await publisher.publishAsync(topic, "x", { qos: 1 });
    };
    await send();
    await until("three", () => taker.taken.length === 3);
    const forget = await mqtt.connectAsync(`mqtt://127.0.0.1:${server.now.port}`, {
      clientId: "lingtan-ingest-p1",
      clean: true,
      reconnectPeriod: 0,
    });
    await forget.endAsync();
    proxy.cut();
    await until("connected again", () => source.state.state === "up" && proxy.connections > 1, 15_000);
    await send();
    await until("three more", () => taker.taken.length === 6);
    expect(taker.taken.slice(3).map((t) => t.topic)).toEqual([
      TOPIC,
      "/neuron/a/b/c",
      "v1/gateway/telemetry",
    ]);
  });

  test("does not fight for a session with another client of the same id", async () => {
    const { proxy, url } = await broker();
    const sources = [0, 1].map(() => new MqttSource({ ...MQTT_DEFAULTS, park: "p1", url }, silent));
    for (const source of sources) {
      await source.start(() => undefined);
      closers.push(() => source.stop());
      await until("connected", () => source.state.state === "up");
    }
    await until("named", () => sources.some((s) => s.state.detail.includes("another client")), 15_000);
    expect(proxy.connections).toBeLessThan(10);
  });

  it("does not connect again when told that another client has taken the session over", async () => {
    let connections = 0;
    const server = createServer((socket) => {
      connections++;
      socket.on("error", () => undefined);
      socket.on("data", (chunk) => {
        if (chunk[0] === 0x10) socket.write(Buffer.from("2003000000", "hex")); // CONNACK
        if (chunk[0] !== 0x82) return;
        socket.write(
          Buffer.concat([Buffer.from("9004", "hex"), chunk.subarray(2, 4), Buffer.from("0001", "hex")]),
        );
        socket.end(Buffer.from("e0018e", "hex")); // DISCONNECT, session taken over
      });
    });
    const port = await listenOnLoopback(server);
    closers.push(() => new Promise((resolve) => server.close(resolve)));
    const source = new MqttSource(mqttSettings(`mqtt://127.0.0.1:${port}`), silent);
    await source.start(() => undefined);
    closers.push(() => source.stop());
    await until("taken over", () => source.state.detail.includes("taken over"));
    await new Promise((r) => setTimeout(r, 300));
    expect(connections).toBe(1);
    expect(source.state.state).toBe("down");
  });

  test("disconnects while the store takes nothing for long, and loses nothing", async () => {
    const { server, url } = await broker();
    const taker = new Taker();
    const source = new MqttSource(mqttSettings(url, { keepaliveSeconds: 1, maxWaiting: 10 }), silent);
    await source.start(taker.take);
    closers.push(() => source.stop());
    await until("connected", () => source.state.state === "up");
    const publisher = await connectPublisher(server.now.port);
    closers.push(async () => publisher.end(true));
    for (let i = 0; i < 100; i++) publisher.publish(TOPIC, String(i), { qos: 1 });
    await until("held back", () => source.state.detail.includes("held back"));
    expect(source.waiting).toBeLessThanOrEqual(11);
    taker.isAcknowledging = true;
    for (const t of taker.taken.slice()) t.acknowledge();
    await until("all", () => new Set(taker.texts()).size === 100, 15_000);
  });

  test("asks again in MQTT 3.1.1 where 5 is refused", async () => {
    const broker31 = new BrokerSource({ ...BROKER_DEFAULTS, park: "p1", port: 0 }, silent);
    await broker31.start((_message, acknowledge) => acknowledge());
    closers.push(() => broker31.stop());
    const source = new MqttSource(mqttSettings(`mqtt://127.0.0.1:${broker31.port}`), silent);
    await source.start(() => undefined);
    closers.push(() => source.stop());
    await until("asked again", () => /subscribe|3\.1\.1/.test(source.state.detail), 10_000);
  });

  test("says what is wrong and never the password", async () => {
    const { server } = await broker();
    const source = new MqttSource(
      mqttSettings(`mqtt://ann:s3cret@127.0.0.1:${server.now.port + 1}`, { password: "s3cret" }),
      silent,
    );
    await source.start(() => undefined);
    closers.push(() => source.stop());
    await until("down", () => source.state.state === "down");
    expect(source.state.detail).toContain("ECONNREFUSED");
    expect(source.state.detail).not.toContain("s3cret");
  });
});

describe("BrokerSource", () => {
  let source: BrokerSource | null = null;
  let publisher: MqttClient | null = null;
  afterEach(async () => {
    publisher?.end(true);
    await source?.stop();
  });

  async function open(more: Partial<typeof BROKER_DEFAULTS> = {}) {
    const taker = new Taker();
    source = new BrokerSource(
      { ...BROKER_DEFAULTS, park: "p1", port: 0, stopPatienceMs: 100, ...more },
      silent,
    );
    await source.start(taker.take);
    publisher = await connectPublisher(source.port ?? 0);
    return { taker, source, publisher };
  }

  it("E13: holds the PUBACK until the message is durable", async () => {
    const { taker, publisher } = await open();
    let isAcknowledged = false;
    const published = publisher.publishAsync(TOPIC, "x", { qos: 1 }).then(() => {
      isAcknowledged = true;
    });
    await until("taken", () => taker.taken.length === 1);
    await new Promise((r) => setTimeout(r, 200));
    expect(isAcknowledged).toBe(false);
    taker.taken[0]?.acknowledge();
    await published;
  });

  it("takes 2 MB whole, so that it becomes a dead letter, and closes a connection that announces more than it reads", async () => {
    const { taker, publisher } = await open();
    taker.isAcknowledging = true;
    await publisher.publishAsync(TOPIC, Buffer.alloc(2_000_000, 32), { qos: 1 });
    expect(taker.taken[0]?.text.length).toBe(2_000_000);
    const closed = new Promise((resolve) => publisher.once("close", () => resolve(true)));
    publisher.publish(TOPIC, Buffer.alloc(5_000_000, 32), { qos: 1 });
    expect(await closed).toBe(true);
    expect(taker.taken.length).toBe(1);
  });

  it("refuses topics that are no park's and sessions that would gather messages in memory", async () => {
    const { taker, source, publisher } = await open();
    const granted = await publisher
      .subscribeAsync("parks/p1/#", { qos: 1 })
      .then((g) => g[0]?.qos)
      .catch(() => 128);
    expect(granted).toBe(128);
    const clean = await mqtt.connectAsync(`mqtt://127.0.0.1:${source.port}`, { reconnectPeriod: 0 });
    const closed = new Promise((resolve) => clean.once("close", () => resolve(true)));
    clean.publish("somewhere/else", "x", { qos: 1 });
    expect(await closed).toBe(true);
    clean.end(true);
    expect(taker.taken).toEqual([]);
  });

  it("takes the topics of gateways", async () => {
    const { taker, publisher } = await open({ accepts: (topic) => topic === "v1/gateway/telemetry" });
    taker.isAcknowledging = true;
    await publisher.publishAsync("v1/gateway/telemetry", "x", { qos: 1 });
    expect(taker.taken.map((t) => t.topic)).toEqual(["v1/gateway/telemetry"]);
    const closed = new Promise((resolve) => publisher.once("close", () => resolve(true)));
    publisher.publish("v1/gateway/attributes", "x", { qos: 1 });
    expect(await closed).toBe(true);
    expect(taker.taken).toHaveLength(1);
  });

  it("takes the next free port when none is asked for", async () => {
    const { source: first } = await open();
    expect(first.port).toBeGreaterThan(0);
    const a = new BrokerSource({ ...BROKER_DEFAULTS, park: "p1" }, silent);
    const b = new BrokerSource({ ...BROKER_DEFAULTS, park: "p1" }, silent);
    await a.start(() => undefined);
    await b.start(() => undefined);
    try {
      expect(b.port).toBeGreaterThan(a.port ?? 0);
    } finally {
      await a.stop();
      await b.stop();
    }
  });

  it("names a port that is taken", async () => {
    const { source: first } = await open();
    const second = new BrokerSource({ ...BROKER_DEFAULTS, park: "p1", port: first.port }, silent);
    await expect(second.start(() => undefined)).rejects.toThrow(/EADDRINUSE/);
    expect(second.state.state).toBe("down");
  });
});
