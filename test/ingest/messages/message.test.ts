import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_PAYLOAD_BYTES, parseMessage } from "../../../ingest/messages/message.ts";
import { MAX_ELEMENTS } from "../../../ingest/messages/parsed.ts";
import { REJECTIONS } from "../../../ingest/messages/rejection.ts";
import { park, T0 } from "../kit.ts";

const NOW = T0 + 3_600_000;
const TOPIC = "parks/p1/meters/gate/readings";
const TIME = "2026-11-20T00:15:00+08:00";

function parse(payload: string | Uint8Array, topic = TOPIC) {
  const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
  return parseMessage({ topic, payload: bytes }, park, NOW);
}

function parseObject(object: unknown, meter = "gate") {
  return parse(JSON.stringify(object), `parks/p1/meters/${meter}/readings`);
}

describe("wire format: what is taken", () => {
  it("takes the example of the wire format", () => {
    const text = `{"time":"2026-11-20T00:15:00+08:00","energyImportKwh":123456.78,"energyExportKwh":0,"powerKw":412.5}`;
    const { readings, rejections } = parse(text);
    expect(rejections).toEqual([]);
    expect(readings).toMatchObject([
      {
        meter: "gate",
        timeMs: T0 + 900_000,
        values: { energyImportKwh: 123456.78, energyExportKwh: 0, powerKw: 412.5 },
        simulated: false,
      },
    ]);
  });

  it.each([
    ["2026-11-20T00:15:00+08:00", T0 + 900_000],
    ["2026-11-19T16:15:00Z", T0 + 900_000],
    ["2026-11-19T16:15Z", T0 + 900_000],
    ["2026-11-19T16:15:00.250Z", T0 + 900_250],
    ["2026-11-19T16:15:00.2509999Z", T0 + 900_250],
    ["2026-11-20T00:15:00+0800", T0 + 900_000],
    ["2026-11-19T11:15:00-05:00", T0 + 900_000],
    [T0 + 900_000, T0 + 900_000],
  ])("time %s", (time, expected) => {
    expect(parseObject({ time, energyImportKwh: 1 }).readings[0]?.timeMs).toBe(expected);
  });

  it("takes arrays, null as no value, gauges of any meter, minus zero as zero and a byte-order mark", () => {
    const text = `\uFEFF[{"time":"${TIME}","energyImportKwh":null,"stateOfCharge":0.5,"simulated":true},{"time":"${TIME}","energyImportKwh":-0}]`;
    const { readings, rejections } = parse(text);
    expect(rejections).toEqual([]);
    expect(readings.map((r) => [r.values, r.simulated])).toEqual([
      [{ stateOfCharge: 0.5 }, true],
      [{ energyImportKwh: 0 }, false],
    ]);
  });

  it("takes the good objects of an array and the good channels of an object beside the bad ones", () => {
    const { readings, rejections } = parseObject([
      { time: TIME, energyImportKwh: 1 },
      { time: TIME, energyImportKwh: -1, powerKw: 5 },
      7,
      [],
    ]);
    expect(readings.map((r) => r.values)).toEqual([{ energyImportKwh: 1 }, { powerKw: 5 }]);
    expect(rejections.map((r) => [r.reason, r.payload])).toEqual([
      ["negative-register", JSON.stringify({ time: TIME, energyImportKwh: -1, powerKw: 5 })],
      ["not-an-object", "7"],
      ["not-an-object", "[]"],
    ]);
  });
});

describe("wire format: what is refused, and why (E12, E13)", () => {
  const object = (more: object) => JSON.stringify({ time: TIME, ...more });
  it.each([
    ["malformed-json", TOPIC, "{"],
    ["malformed-json", TOPIC, ""],
    ["malformed-json", TOPIC, `{"time":"${TIME}","energyImportKwh":NaN}`],
    ["unknown-topic", "parks/p1/meters/gate", "{}"],
    ["unknown-topic", "parks/p1/meters/gate/readings/more", "{}"],
    ["unknown-topic", "parks/p1/meter/gate/readings", "{}"],
    ["unknown-topic", "elsewhere", "{}"],
    ["other-park", "parks/p2/meters/gate/readings", object({ energyImportKwh: 1 })],
    ["unknown-meter", "parks/p1/meters/nobody/readings", object({ energyImportKwh: 1 })],
    ["unknown-meter", "parks/p1/meters/__proto__/readings", object({ energyImportKwh: 1 })],
    ["virtual-meter", "parks/p1/meters/rest/readings", object({ energyImportKwh: 1 })],
    ["unknown-channel", TOPIC, object({ voltage: 230 })],
    ["unknown-channel", TOPIC, `{"time":"${TIME}","__proto__":1}`],
    ["unknown-channel", TOPIC, object({ volumeM3: 1 })],
    ["unknown-channel", "parks/p1/meters/line/readings", object({ energyExportKwh: 1 })],
    ["not-a-number", TOPIC, object({ energyImportKwh: "12" })],
    ["not-a-number", TOPIC, `{"time":"${TIME}","energyImportKwh":1e999}`],
    ["not-a-number", TOPIC, object({ energyImportKwh: true })],
    ["not-a-number", TOPIC, object({ energyImportKwh: {} })],
    ["negative-register", TOPIC, object({ energyImportKwh: -0.01 })],
    ["out-of-range", TOPIC, object({ stateOfCharge: 1.01 })],
    ["out-of-range", TOPIC, object({ stateOfCharge: -0.01 })],
    ["out-of-range", TOPIC, object({ energyImportKwh: 1e12 })],
    ["no-value", TOPIC, object({})],
    ["no-value", TOPIC, object({ energyImportKwh: null })],
    ["no-value", TOPIC, "[]"],
    ["not-an-object", TOPIC, "null"],
    ["not-an-object", TOPIC, "12"],
    ["time-invalid", TOPIC, `{"energyImportKwh":1}`],
    ["time-invalid", TOPIC, object({ time: "2026-11-20T00:15:00", energyImportKwh: 1 })],
    ["time-invalid", TOPIC, object({ time: "2026-02-30T00:15:00Z", energyImportKwh: 1 })],
    ["time-invalid", TOPIC, object({ time: "2026-11-20T24:00:00Z", energyImportKwh: 1 })],
    ["time-invalid", TOPIC, object({ time: "2026-11-20", energyImportKwh: 1 })],
    ["time-invalid", TOPIC, object({ time: 1.5, energyImportKwh: 1 })],
    ["time-invalid", TOPIC, object({ time: null, energyImportKwh: 1 })],
    ["time-invalid", TOPIC, object({ time: "9999-01-01T00:00:00Z", energyImportKwh: 1 })],
    ["time-before-2000", TOPIC, object({ time: "1999-12-31T23:59:59Z", energyImportKwh: 1 })],
    ["time-before-2000", TOPIC, object({ time: 1_795_000_000, energyImportKwh: 1 })],
    ["time-before-2000", TOPIC, object({ time: -9_000_000_000_000_000, energyImportKwh: 1 })],
  ] as const)("%s: %s %s", (reason, topic, payload) => {
    const { readings, rejections } = parse(payload, topic);
    expect(readings).toEqual([]);
    expect(rejections.map((r) => r.reason)).toEqual([reason]);
    expect(rejections[0]?.payload).toBe(payload);
    expect(rejections[0]?.bytes).toBe(Buffer.byteLength(payload));
  });

  it("too-large: a payload over 1 MiB, of which 64 KiB are kept, and an array over 10,000", () => {
    const long = parse(Buffer.alloc(MAX_PAYLOAD_BYTES + 1, "零"));
    expect(long.rejections).toMatchObject([
      { reason: "too-large", encoding: "utf8", bytes: MAX_PAYLOAD_BYTES + 1 },
    ]);
    expect(Buffer.byteLength(long.rejections[0]?.payload ?? "")).toBeGreaterThan(65_530);
    expect(Buffer.byteLength(long.rejections[0]?.payload ?? "")).toBeLessThanOrEqual(65_536);
    const many = parse(JSON.stringify(Array.from({ length: MAX_ELEMENTS + 1 }, () => 0)));
    expect(many.rejections).toMatchObject([{ reason: "too-large" }]);
    expect(many.rejections).toHaveLength(1);
  });

  it("keeps what is not UTF-8 as base64", () => {
    const bytes = Buffer.from([0xff, 0xfe, 0x00]);
    expect(parse(bytes).rejections).toMatchObject([
      { reason: "malformed-json", encoding: "base64", payload: bytes.toString("base64"), bytes: 3 },
    ]);
    expect(parse(Buffer.from('"\0"')).rejections[0]?.encoding).toBe("base64");
  });
});

describe("wire format: any bytes", () => {
  it("E13: every message gives readings or rejections, of the closed set, and never throws", () => {
    const value = fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.integer(), fc.boolean());
    const channel = fc.constantFrom(
      "time",
      "energyImportKwh",
      "energyExportKwh",
      "powerKw",
      "stateOfCharge",
      "simulated",
      "constructor",
      "x",
    );
    const element = fc.oneof(
      { weight: 5, arbitrary: fc.dictionary(channel, value) },
      { weight: 1, arbitrary: fc.jsonValue() },
    );
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 40 }).map((a) => Buffer.from(a)),
      fc.oneof(element, fc.array(element, { maxLength: 5 })).map((v) => Buffer.from(JSON.stringify(v))),
      fc
        .dictionary(channel, value)
        .map((v) => Buffer.from(JSON.stringify({ ...v, time: T0, energyImportKwh: 5 }))),
    );
    const topic = fc.oneof(
      fc.constant(TOPIC),
      fc.string(),
      fc
        .array(fc.constantFrom("parks", "p1", "meters", "gate", "readings", ""), { maxLength: 7 })
        .map((l) => l.join("/")),
    );
    fc.assert(
      fc.property(topic, payload, (t, p) => {
        const { readings, rejections } = parse(p, t);
        expect(readings.length + rejections.length).toBeGreaterThan(0);
        for (const r of rejections) expect(REJECTIONS).toContain(r.reason);
        for (const r of readings) {
          expect(Number.isSafeInteger(r.timeMs)).toBe(true);
          expect(Object.keys(r.values).length).toBeGreaterThan(0);
          for (const v of Object.values(r.values)) {
            expect(Number.isFinite(v)).toBe(true);
            expect(Object.is(v, -0)).toBe(false);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
