import { createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Aedes } from "aedes";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadParkFile } from "../../park/load.ts";
import { LiveSimulator } from "../../simulators/live.ts";
import { Publisher } from "../../simulators/publisher.ts";
import { runSimulation } from "../../simulators/run.ts";
import { smallPark } from "../kit/small-park.ts";

interface Message {
  topic: string;
  payload: string;
  qos: number;
  items: Record<string, unknown>[];
}

let broker: Aedes;
let server: Server;
let mqttUrl: string;
let messages: Message[];
let sockets: Socket[];

async function listen(port: number): Promise<number> {
  server = createServer(broker.handle);
  sockets = [];
  server.on("connection", (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

beforeEach(async () => {
  messages = [];
  broker = await Aedes.createBroker();
  broker.authorizePublish = (client, packet, callback) => {
    if (client !== null) {
      const payload = packet.payload.toString();
      const parsed: unknown = JSON.parse(payload);
      messages.push({
        topic: packet.topic,
        payload,
        qos: packet.qos,
        items: (Array.isArray(parsed) ? parsed : [parsed]) as Record<string, unknown>[], // the simulator's own objects
      });
    }
    callback(null);
  };
  mqttUrl = `mqtt://127.0.0.1:${await listen(0)}`;
});

afterEach(async () => {
  await new Promise<void>((resolve) => broker.close(() => resolve()));
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

async function until(condition: () => boolean, ms = 10_000): Promise<void> {
  const endMs = Date.now() + ms;
  while (!condition()) {
    if (Date.now() > endMs) throw new Error("waited too long");
    await delay(20);
  }
}

describe("the publisher", () => {
  it("keeps no more in flight than told and waits for each acknowledgement", async () => {
    let unacknowledged = 0;
    let most = 0;
    broker.authorizePublish = (_client, _packet, callback) => {
      unacknowledged++;
      most = Math.max(most, unacknowledged);
      setTimeout(() => {
        unacknowledged--;
        callback(null);
      }, 3);
    };
    const publisher = new Publisher({ mqttUrl, inFlight: 5 });
    publisher.start();
    await publisher.connected();
    for (let i = 0; i < 60; i++) await publisher.publish("a/b", String(i));
    await publisher.flush();
    expect(publisher.acknowledged).toBe(60);
    expect(most).toBeLessThanOrEqual(5);
    expect(most).toBeGreaterThan(1);
    await publisher.stop();
    await expect(publisher.publish("a/b", "x")).rejects.toThrow("not running");
  });

  it("loses nothing over a broken connection", async () => {
    const publisher = new Publisher({ mqttUrl, inFlight: 8 });
    publisher.start();
    await publisher.connected();
    const all = (async () => {
      for (let i = 0; i < 200; i++) {
        await publisher.publish("a/b", JSON.stringify({ i }));
        if (i === 80) for (const socket of sockets) socket.destroy();
        await delay(1);
      }
      await publisher.flush();
    })();
    await all;
    expect(new Set(messages.map((m) => m.payload)).size).toBe(200);
    await publisher.stop();
  });

  it("says where it could not connect, without credentials", async () => {
    const publisher = new Publisher({ mqttUrl: "mqtt://user:secret@127.0.0.1:1" });
    publisher.start();
    const error = await publisher.connected(300).catch((e: unknown) => e);
    expect(String(error)).toContain("mqtt://127.0.0.1:1");
    expect(String(error)).not.toContain("secret");
    await publisher.stop();
  });
});

describe("a simulated span", () => {
  it("is on the topics of the agreement, at QoS 1, marked, whole", async () => {
    const park = smallPark();
    const progress: number[] = [];
    const result = await runSimulation({
      park,
      mqttUrl,
      fromMs: Date.parse("2026-11-10T00:00:00+08:00"),
      toMs: Date.parse("2026-11-12T00:00:00+08:00"),
      speed: "max",
      seed: 1,
      onProgress: ({ done, total }) => progress.push(done / total),
    });
    const meters = park.meters.filter((m) => m.sum === null);
    expect(result).toEqual({ messages: 2 * meters.length, readings: 2 * 96 * meters.length });
    expect(messages.length).toBe(result.messages);
    expect(new Set(messages.map((m) => m.topic))).toEqual(
      new Set(meters.map((m) => `parks/small/meters/${m.id}/readings`)),
    );
    expect(messages.every((m) => m.qos === 1 && m.items.every((i) => i["simulated"] === true))).toBe(true);
    expect(progress.at(-1)).toBe(1);
    expect(progress.every((p, i) => p >= (progress[i - 1] ?? 0))).toBe(true);
  });

  it("a speed paces it", async () => {
    const started = performance.now();
    await runSimulation({
      park: smallPark(),
      mqttUrl,
      fromMs: Date.parse("2026-11-10T00:00:00+08:00"),
      toMs: Date.parse("2026-11-10T01:00:00+08:00"),
      speed: 3600 * 2,
      seed: 1,
    });
    // Not early; that it is not an hour either is said by the test's own time limit, however slow the machine.
    expect(performance.now() - started).toBeGreaterThan(370);
  });
});

describe("the live park", () => {
  const park = loadParkFile("park/nanchuan.yaml");
  const real = park.meters.filter((m) => m.sum === null);

  it("sends every meter at once, history behind it, each meter at its interval", async () => {
    let skewMs = Date.parse("2026-11-20T14:36:05+08:00") - Date.now();
    const clock = { now: () => Date.now() + skewMs };
    const simulator = new LiveSimulator({
      park,
      mqttUrl,
      seed: 1,
      historyDays: 1,
      clock,
      historyReadingsPerSecond: 1e9,
    });
    const startedMs = Date.now();
    await simulator.start();
    await until(() => new Set(messages.map((m) => m.topic)).size === real.length);
    expect(Date.now() - startedMs).toBeLessThan(60_000);
    const first = messages.slice(0, real.length);
    expect(first.every((m) => m.items.length === 1)).toBe(true);
    await until(() => messages.filter((m) => m.items.length > 1).length >= 2 * real.length, 20_000);
    const history = messages
      .filter((m) => m.topic.includes("/gate-north/") && m.items.length > 1)
      .flatMap((m) => m.items.map((i) => Date.parse(String(i["time"]))));
    expect(history).toEqual([...history].sort((a, b) => a - b));
    expect(history[0]).toBe(Date.parse("2026-11-19T00:00:00+08:00"));
    expect(history.at(-1)).toBe(Date.parse("2026-11-20T14:30:00+08:00"));
    // A minute later every power meter has reported again, once, at a second of its own.
    messages.length = 0;
    skewMs += 60_000;
    const powered = real.filter((m) => m.reportsEveryMs === 60_000);
    await until(() => messages.length >= powered.length, 65_000);
    expect(new Set(messages.map((m) => m.topic)).size).toBeGreaterThanOrEqual(powered.length);
    await simulator.stop();
    const after = messages.length;
    await delay(300);
    expect(messages.length).toBe(after);
  }, 90_000);

  it("goes on from the same registers after a stop, and sends only what is not known", async () => {
    const small = smallPark();
    const start = Date.parse("2026-11-20T14:36:05+08:00");
    const run = async (nowMs: number, knownUntilMs?: ReadonlyMap<string, number>) => {
      messages.length = 0;
      const simulator = new LiveSimulator({
        park: small,
        mqttUrl,
        seed: 1,
        historyDays: 1,
        clock: { now: () => nowMs },
        historyReadingsPerSecond: 1e9,
        ...(knownUntilMs === undefined ? {} : { knownUntilMs }),
      });
      await simulator.start();
      const meters = small.meters.filter((m) => m.sum === null).length;
      await until(() => messages.filter((m) => m.items.length > 1).length >= (knownUntilMs ? 1 : 2) * meters);
      await simulator.stop();
      return messages
        .filter((m) => m.topic.includes("/gate/"))
        .flatMap((m) => m.items)
        .map((i) => ({ t: Date.parse(String(i["time"])), kwh: Number(i["energyImportKwh"]) }))
        .sort((a, b) => a.t - b.t);
    };
    const before = await run(start);
    const known = new Map(small.meters.map((m) => [m.id, start]));
    const after = await run(start + 3 * 3_600_000, known);
    expect(after.every((r) => r.t > start)).toBe(true);
    const all = [...before, ...after];
    for (const [i, r] of all.entries()) expect(r.kwh).toBeGreaterThanOrEqual(all[i - 1]?.kwh ?? 0);
    expect(all.length).toBeGreaterThan(96 + 58);
  });

  it("stops at once when no broker answers", async () => {
    const simulator = new LiveSimulator({ park, mqttUrl: "mqtt://127.0.0.1:1", seed: 1, historyDays: 1 });
    await simulator.start();
    const started = performance.now();
    await simulator.stop();
    expect(performance.now() - started).toBeLessThan(30_000);
  });
});
