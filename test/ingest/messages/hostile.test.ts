import { afterEach, describe, expect, it } from "vitest";
import type { Ingest } from "../../../ingest/ingest.ts";
import { parseMessage } from "../../../ingest/messages/message.ts";
import { MemoryTelemetry } from "../../kit/memory-telemetry.ts";
import { parkWith, NOW as T } from "../gateways/kit.ts";
import { MINUTE, makeIngest, park, T0 } from "../kit.ts";

const TOPIC = "parks/p1/meters/gate/readings";
const TIME = "2026-11-20T00:15:00+08:00";
const DEPTHS = [65, 3_000, 100_000];
const lists = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

const WIRE: [string, (nested: string) => string][] = [
  ["as the root", (nested) => nested],
  ["as a value", (nested) => `{"time":"${TIME}","energyImportKwh":${nested}}`],
  ["as a time", (nested) => `{"time":${nested},"energyImportKwh":1}`],
  ["as a mark", (nested) => `{"time":"${TIME}","simulated":${nested},"energyImportKwh":1}`],
  ["as an unknown channel", (nested) => `{"time":"${TIME}","other":${nested},"energyImportKwh":1}`],
  ["inside an array", (nested) => `[{"time":"${TIME}","energyImportKwh":1},${nested}]`],
];

describe("messages that nest without end", () => {
  for (const [where, around] of WIRE)
    it.each(DEPTHS)(`are refused whole, ${where}, %i deep`, (depth) => {
      for (const nested of [lists(depth), objects(Math.min(depth, 50_000))]) {
        const payload = Buffer.from(around(nested));
        const { readings, rejections } = parseMessage({ topic: TOPIC, payload }, park, T0 + 60 * MINUTE);
        expect(readings).toEqual([]);
        expect(rejections).toMatchObject([{ reason: "malformed-json", bytes: payload.byteLength }]);
        expect(rejections[0]?.detail).toBe("nested more than 64 deep");
      }
    });

  const gateways: [string, string, (nested: string) => string][] = [
    ["neuron-tags", "", (n) => `{"node":"n","timestamp":${T},"tags":[{"name":"t","value":${n}}]}`],
    ["neuron-tags", "", (n) => `{"node":"n","timestamp":${T},"tags":${n}}`],
    ["neuron-values", "", (n) => `{"node":"n","timestamp":${T},"values":{"t":1},"errors":{"u":${n}}}`],
    ["thingsboard-device", "", (n) => `[{"ts":${T},"values":{"t":${n}}},${n}]`],
    ["thingsboard-gateway", "", (n) => `{"device":[{"ts":${T},"values":{"t":${n}}},${n}]}`],
    ["json", ", items: d", (n) => `{"ts":${T},"d":[{"t":${n}},${n}]}`],
  ];
  for (const [format, more, around] of gateways)
    it.each(DEPTHS)(`of a gateway (${format}), %i deep`, (depth) => {
      const time = format === "json" ? ", time: { path: ts, format: epoch-ms }" : "";
      const heard = parkWith(
        `  - { id: g, topic: up/data, format: ${format}${time}${more}, points: [{ match: { tag: t }, meter: line, channel: powerKw }] }`,
      );
      for (const nested of [lists(depth), objects(Math.min(depth, 50_000))]) {
        const payload = Buffer.from(around(nested));
        const parsed = parseMessage({ topic: "up/data", payload }, heard, T);
        expect(parsed.readings).toEqual([]);
        expect(parsed.rejections.map((r) => r.reason)).toEqual(["malformed-json"]);
      }
    });
});

describe("other messages that mean harm", () => {
  const long = "x".repeat(900_000);
  const hour = T0 + 60 * MINUTE;
  const parse = (text: string) => parseMessage({ topic: TOPIC, payload: Buffer.from(text) }, park, hour);

  it("bounds what is said of long texts and long keys", () => {
    for (const text of [
      `"${long}"`,
      `{"time":"${long}","energyImportKwh":1}`,
      `{"time":"${TIME}","energyImportKwh":"${long}"}`,
      `{"time":"${TIME}","simulated":"${long}"}`,
      `{"time":"${TIME}","${long}":1}`,
      `{"time":"${TIME}","energyImportKwh":[${"1,".repeat(200_000)}1]}`,
    ]) {
      const { readings, rejections } = parse(text);
      expect(readings).toEqual([]);
      expect(rejections).toHaveLength(1);
      expect(rejections[0]?.detail.length).toBeLessThanOrEqual(500);
      expect(rejections[0]?.payload.length).toBeLessThanOrEqual(65_536);
    }
  });

  it("takes __proto__ and its like for keys that nobody declared", () => {
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const { readings, rejections } = parse(
        `{"time":"${TIME}","${key}":{"energyImportKwh":5,"polluted":1},"powerKw":2}`,
      );
      expect(readings.map((r) => r.values)).toEqual([{ powerKw: 2 }]);
      expect(rejections.map((r) => r.reason)).toEqual(["unknown-channel"]);
      expect(parse(`[{"${key}":{"time":"${TIME}","energyImportKwh":5}}]`).readings).toEqual([]);
    }
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});

describe("a message that cannot be taken apart", () => {
  const started: Ingest[] = [];
  afterEach(async () => {
    for (const ingest of started.splice(0)) await ingest.stop();
  });

  it("is a dead letter, is acknowledged and stops nobody (E13)", async () => {
    const telemetry = new MemoryTelemetry();
    const { ingest, source } = makeIngest(telemetry);
    await ingest.start();
    started.push(ingest);
    await source.sendRaw(TOPIC, Buffer.from(lists(3_000)));
    // A payload whose reading throws stands for every defect of parsing that is not known yet.
    const broken = new Proxy(new Uint8Array(2), {
      get: (target, key) => {
        if (key === "byteLength") return 2;
        if (key === "buffer") return target.buffer;
        if (key === "byteOffset") return 0;
        throw new Error("out of order");
      },
    });
    await source.sendRaw(TOPIC, broken);
    await source.send("gate", { time: T0 + MINUTE, energyImportKwh: 1 });
    expect(telemetry.letters.map((l) => l.reason)).toEqual(["malformed-json", "malformed-json"]);
    expect(telemetry.readings.get("gate")?.size).toBe(1);
  });
});
