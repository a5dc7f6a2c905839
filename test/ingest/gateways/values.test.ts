import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { timeOf } from "../../../ingest/gateways/time.ts";
import { channelValue } from "../../../ingest/gateways/value.ts";
import { REJECTIONS } from "../../../ingest/messages/rejection.ts";
import { Calendar } from "../../../park/calendar.ts";
import type { GatewayPoint } from "../../../park/gateways.ts";
import { NOW, parkWith, parse, T0, valuesOf } from "./kit.ts";

const POINT: GatewayPoint = {
  tag: "x",
  where: {},
  meter: "gate",
  channel: "powerKw",
  scale: 1,
  offset: 0,
  sign: 1,
  unitFactor: 1,
  integer: null,
};

describe("values of gateways", () => {
  it.each([
    [123, { scale: 0.1 }, 12.3],
    [7, { scale: 0.01 }, 0.07],
    [12345678, { scale: 0.01 }, 123456.78],
    [3, { scale: 0.1 }, 0.3],
    ["123", { scale: 0.1 }, 12.3],
    ["1.5e3", {}, 1500],
    ["-0.30", {}, -0.3],
    [0.1, { scale: 3 }, 0.3],
    [-680, { scale: 0.01, sign: -1 as const }, 6.8],
    [100, { scale: 0.1, offset: -40 }, -30],
    [1, { unitFactor: 0.001, sign: -1 as const }, -0.001],
    [250.1, { channel: "heatGj" as const, unitFactor: 0.0036 }, 0.90036],
    [4294967294, { channel: "energyImportKwh" as const, scale: 0.01 }, 42949672.94],
    [5_000_000_000, { channel: "energyImportKwh" as const, unitFactor: 0.001 }, 5_000_000],
    [5_000_000_000, { scale: 0.000001, integer: "int64" as const }, 5000],
    [-32767, { integer: "int16" as const }, -32767],
    ["9007199254740993", { channel: "energyImportKwh" as const, scale: 0.0001 }, Number("900719925474.0993")],
  ])("%s with %o is %s", (raw, more, expected) => {
    expect(channelValue(raw, { ...POINT, ...more })).toBe(expected);
  });

  it.each([
    [Number.POSITIVE_INFINITY, {}],
    [Number.NaN, {}],
    ["Infinity", {}],
    ["", {}],
    [" 5", {}],
    ["0x10", {}],
    ["5 kW", {}],
    [true, {}],
    [[5], {}],
    [4294906616, { scale: 0.01 }],
    [4294967295, { channel: "energyImportKwh" as const }],
    [-2147483648, {}],
    [65535, { integer: "uint16" as const }],
    [-32768, { integer: "int16" as const }],
    [64856, { integer: "int16" as const }],
    [-1, { integer: "uint32" as const }],
    [4294967295, { integer: "uint32" as const }],
    [12.5, { integer: "int32" as const }],
  ])("%s with %o is no number", (raw, more) => {
    expect(channelValue(raw, { ...POINT, ...more })).toMatchObject({ reason: "not-a-number" });
  });

  it("have the channel's range: a charge of 101 %, a register below zero", () => {
    const charge = { ...POINT, channel: "stateOfCharge" as const, unitFactor: 0.01 };
    expect(channelValue(101, charge)).toMatchObject({ reason: "out-of-range" });
    expect(channelValue(-1, { ...POINT, channel: "energyImportKwh" })).toMatchObject({
      reason: "negative-register",
    });
  });

  it("a raw integer scaled by a power of ten is the decimal that is written so", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }),
        fc.integer({ min: 0, max: 6 }),
        fc.constantFrom(1 as const, -1 as const),
        (raw, places, sign) => {
          const digits = String(Math.abs(raw)).padStart(places + 1, "0");
          const cut = digits.length - places;
          const isNegative = raw * sign < 0;
          const written = Number(
            `${isNegative ? "-" : ""}${digits.slice(0, cut)}.${digits.slice(cut) || "0"}`,
          );
          const value = channelValue(raw, { ...POINT, scale: Number(`1e-${places}`), sign });
          expect(value).toBe(written + 0);
          expect(Object.is(value, -0)).toBe(false);
        },
      ),
    );
  });

  it("a sign turns a value and nothing else", () => {
    fc.assert(
      fc.property(
        fc.double({ noNaN: true, min: -1e9, max: 1e9 }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (raw, scale) => {
          const plus = channelValue(raw, { ...POINT, scale });
          const minus = channelValue(raw, { ...POINT, scale, sign: -1 });
          expect(minus).toBe(typeof plus === "number" ? 0 - plus : plus);
        },
      ),
    );
  });
});

describe("times of gateways", () => {
  const shanghai = new Calendar("Asia/Shanghai");
  const berlin = new Calendar("Europe/Berlin");
  const later = Date.parse("2027-01-01T00:00:00Z");

  it.each([
    ["epoch-ms", T0, T0],
    ["epoch-ms", String(T0), T0],
    ["epoch-ms", T0 + 0.7, T0],
    ["epoch-s", T0 / 1000, T0],
    ["epoch-s", "1763568000.25", 1763568000250],
    ["iso", "2026-11-19T16:00:00Z", T0],
    ["local", "2026-11-20 00:00:00", T0],
    ["local", "2026/11/20 00:00", T0],
    ["local", "2026-11-20T00:00:00.250", T0 + 250],
    ["yyyyMMddHHmmssSSS", "20261120000000123", T0 + 123],
    ["yyyyMMddHHmmssSSS", "20261120000000", T0],
    ["yyyyMMddHHmmssSSS", 20261120000000, T0],
  ] as const)("%s %s", (format, value, expected) => {
    expect(timeOf(value, format, shanghai, later)).toBe(expected);
  });

  it.each([
    ["epoch-ms", "2026-11-19T16:00:00Z"],
    ["epoch-ms", null],
    ["epoch-ms", true],
    ["epoch-s", T0],
    ["iso", T0],
    ["iso", "2026-11-20T00:00:00"],
    ["local", "2026-11-20T00:00:00+08:00"],
    ["local", "2026-02-30 00:00:00"],
    ["local", "2026-11-20 24:00:00"],
    ["local", T0],
    ["yyyyMMddHHmmssSSS", "2026112000000"],
    ["yyyyMMddHHmmssSSS", "20261320000000123"],
    ["yyyyMMddHHmmssSSS", Number("20261120000000123")],
  ] as const)("%s %s is none", (format, value) => {
    expect(timeOf(value, format, shanghai, later)).toMatchObject({ reason: "time-invalid" });
  });

  it("seconds declared as milliseconds are told as such", () => {
    expect(timeOf(T0 / 1000, "epoch-ms", shanghai, later)).toMatchObject({ reason: "time-before-2000" });
  });

  it("in a zone with summer time: before, after, in the hour that is skipped and in the one that comes twice", () => {
    const at = (text: string) => timeOf(text, "local", berlin, later);
    expect(at("2026-03-29 01:59:00")).toBe(Date.parse("2026-03-29T00:59:00Z"));
    expect(at("2026-03-29 02:30:00")).toMatchObject({ reason: "time-invalid" });
    expect(at("2026-03-29 03:00:00")).toBe(Date.parse("2026-03-29T01:00:00Z"));
    expect(at("2026-10-25 01:59:00")).toBe(Date.parse("2026-10-24T23:59:00Z"));
    expect(at("2026-10-25 02:30:00")).toMatchObject({ detail: expect.stringContaining("twice") });
    expect(at("2026-10-25 03:00:00")).toBe(Date.parse("2026-10-25T02:00:00Z"));
  });

  it("every instant of a zone is found again by what its clocks show, but for the hour that comes twice", () => {
    fc.assert(
      fc.property(fc.integer({ min: T0 - 400 * 86_400_000, max: T0 }), (ms) => {
        const timeMs = Math.floor(ms / 1000) * 1000;
        const shown = berlin.iso(timeMs).slice(0, 19).replace("T", " ");
        const found = timeOf(shown, "local", berlin, later);
        if (typeof found === "number") expect(found).toBe(timeMs);
        else expect(found.detail).toContain("twice");
      }),
    );
  });
});

const PARK = parkWith(`
  - id: neuron
    format: neuron-tags
    topic: n/{node}
    points:
      - { match: { node: a, tag: t0 }, meter: gate, channel: energyImportKwh, scale: 0.01 }
      - { match: { node: a, tag: t1 }, meter: gate, channel: energyExportKwh, scale: 0.01 }
      - { match: { node: a, tag: t2 }, meter: gate, channel: powerKw, sign: -1 }
      - { match: { node: a, tag: t3 }, meter: line, channel: energyImportKwh }
      - { match: { node: a, tag: t4 }, meter: pack, channel: stateOfCharge, unit: "%" }
  - id: json
    format: json
    topic: j
    items: a.b
    device: d
    time: { path: t, format: local, missing: arrival }
    unmapped: dead-letter
    points: [{ match: { tag: x.y, device: z }, meter: pack, channel: powerKw }]
  - id: values
    format: neuron-values
    topic: v
    unmapped: dead-letter
    points: [{ match: { tag: x }, meter: boiler, channel: volumeM3 }]
  - id: tb
    format: thingsboard-gateway
    topic: t
    points: [{ match: { tag: x }, meter: pack, channel: energyImportKwh }]
  - id: device
    format: thingsboard-device
    topic: d
    points: [{ match: { tag: x }, meter: pack, channel: energyExportKwh }]`);

describe("any message of a gateway", () => {
  it("the order of tags changes nothing", () => {
    const tag = fc.record(
      { value: fc.oneof(fc.integer(), fc.string(), fc.double()), error: fc.constantFrom(0, 2014) },
      { requiredKeys: [] },
    );
    const tags = fc
      .dictionary(fc.constantFrom("t0", "t1", "t2", "t3", "t4", "t5"), tag)
      .map((d) => Object.entries(d).map(([name, t]) => ({ name, ...t })));
    const both = tags.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(both, ([list, shuffled]) => {
        const [a, b] = [list, shuffled].map((t) => parse(PARK, "n/a", { timestamp: T0, node: "a", tags: t }));
        if (a === undefined || b === undefined) throw new Error("two were made");
        expect(valuesOf(b)).toEqual(valuesOf(a));
        expect(b.gateway).toEqual(a.gateway);
        expect(b.rejections.length).toBe(a.rejections.length);
        const byMeter = (m: typeof a) => m.readings.map((r) => r.meter).sort();
        expect(byMeter(b)).toEqual(byMeter(a));
        expect(new Set(byMeter(a)).size).toBe(a.readings.length);
      }),
    );
  });

  it("E13: whatever comes is taken, refused with a reason of the closed set, or counted; never thrown", () => {
    const key = fc.constantFrom(
      "x",
      "y",
      "a",
      "b",
      "d",
      "t",
      "ts",
      "values",
      "errors",
      "tags",
      "name",
      "value",
      "timestamp",
      "node",
      "__proto__",
    );
    const leaf = fc.oneof(
      fc.constant(T0),
      fc.integer(),
      fc.string(),
      fc.constant(null),
      fc.boolean(),
      fc.double(),
    );
    const { value } = fc.letrec<{ value: unknown }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        leaf,
        fc.dictionary(key, tie("value"), { maxKeys: 5 }),
        fc.array(tie("value"), { maxLength: 4 }),
      ),
    }));
    fc.assert(
      fc.property(fc.constantFrom("n/a", "n/b", "j", "v", "t", "d"), value, (topic, payload) => {
        const message = parse(PARK, topic, JSON.stringify(payload) ?? "", NOW);
        const { errors, unmapped } = message.gateway ?? { errors: 0, unmapped: 0 };
        expect(message.readings.length + message.rejections.length + errors + unmapped).toBeGreaterThan(0);
        for (const r of message.rejections) expect(REJECTIONS).toContain(r.reason);
        for (const r of message.readings) {
          expect(Number.isSafeInteger(r.timeMs)).toBe(true);
          expect(Object.keys(r.values).length).toBeGreaterThan(0);
          for (const v of Object.values(r.values)) expect(Number.isFinite(v)).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
