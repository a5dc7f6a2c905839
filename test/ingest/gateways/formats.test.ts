import { describe, expect, it } from "vitest";
import { MAX_ELEMENTS } from "../../../ingest/messages/parsed.ts";
import { NOW, parkWith, parse, reasonsOf, T0, valuesOf } from "./kit.ts";

const NEURON_POINTS = `
    points:
      - { match: { node: dlt645-gate, tag: EPI }, meter: gate, channel: energyImportKwh, scale: 0.01 }
      - { match: { node: dlt645-gate, tag: EPE }, meter: gate, channel: energyExportKwh, scale: 0.01 }
      - { match: { node: dlt645-gate, tag: P }, meter: gate, channel: powerKw, scale: 0.0001 }
      - { match: { node: modbus-line, group: energy, tag: EPI }, meter: line, channel: energyImportKwh, unit: Wh }
      - { match: { node: modbus-line, group: energy, tag: gas }, meter: boiler, channel: volumeM3 }`;
const TAGS = parkWith(`
  - id: neuron
    format: neuron-tags
    topic: /neuron/+/{node}/{group}
    ignore: [/neuron/+/state/update]${NEURON_POINTS}`);
const VALUES = parkWith(`
  - id: neuron
    format: neuron-values
    topic: /neuron/+/+/+
    unmapped: dead-letter${NEURON_POINTS}`);
const GATE = "/neuron/mqtt/dlt645-gate/energy";
const LINE = "/neuron/mqtt/modbus-line/energy";

describe("EMQX Neuron", () => {
  it("tags-format: scaled integers; a tag in error has no value, and no zero", () => {
    const message = parse(TAGS, GATE, {
      timestamp: T0 + 60_000,
      node: "dlt645-gate",
      group: "energy",
      tags: [
        { name: "EPI", value: 12345678 },
        { name: "EPE", error: 3002 },
        { name: "P", value: 4125000 },
        { name: "Ua", value: 2301 },
      ],
    });
    expect(valuesOf(message)).toEqual(["gate 60 energyImportKwh 123456.78", "gate 60 powerKw 412.5"]);
    expect(message.rejections).toEqual([]);
    expect(message.gateway).toEqual({ id: "neuron", errors: 1, unmapped: 1 });
    expect(message.readings).toHaveLength(1);
  });

  it("ECP-format is the tags-format with types, and without the tags that failed", () => {
    const message = parse(TAGS, GATE, {
      timestamp: T0,
      node: "dlt645-gate",
      group: "energy",
      tags: [
        { name: "EPI", value: 100, type: 2 },
        { name: "P", value: -5000, type: 3 },
        { name: "breaker", value: true, type: 1 },
        { name: "site", value: "N1", type: 4 },
      ],
    });
    expect(valuesOf(message)).toEqual(["gate 0 energyImportKwh 1", "gate 0 powerKw -0.5"]);
  });

  it("values-format: errors beside values; several meters in a message each have a reading", () => {
    const message = parse(VALUES, "/neuron/mqtt/modbus-line/energy", {
      timestamp: T0,
      node: "modbus-line",
      group: "energy",
      values: { EPI: 1234567, gas: 42.5 },
      errors: { EPE: 2014 },
      metas: {},
    });
    expect(valuesOf(message)).toEqual(["boiler 0 volumeM3 42.5", "line 0 energyImportKwh 1234.567"]);
    expect(message.readings).toHaveLength(2);
    expect(reasonsOf(message)).toEqual(["unmapped: no point names EPE (node modbus-line, group energy)"]);
  });

  it("values-format: a tag in both has no value; error 0 is success", () => {
    const message = parse(VALUES, GATE, {
      timestamp: T0,
      node: "dlt645-gate",
      group: "g",
      values: { EPI: 0, EPE: 500 },
      errors: { EPI: 2014, EPE: 0 },
    });
    expect(valuesOf(message)).toEqual(["gate 0 energyExportKwh 5"]);
    expect(message.gateway?.errors).toBe(1);
  });

  it.each([
    [
      "tags",
      TAGS,
      {
        tags: [
          { name: "EPI", error: 3002 },
          { name: "P", error: 3002 },
        ],
      },
    ],
    ["values", VALUES, { values: {}, errors: { EPI: 3002, P: 3002 } }],
    ["values left out", VALUES, { errors: { EPI: 3002, P: 3002 } }],
  ])("%s-format: nothing but errors is a dead letter", (_name, park, more) => {
    const payload = { timestamp: T0, node: "dlt645-gate", group: "energy", ...more };
    const message = parse(park, GATE, payload);
    expect(message.readings).toEqual([]);
    expect(reasonsOf(message)).toEqual(["gateway-error: EPI: error 3002, P: error 3002"]);
    expect(JSON.parse(message.rejections[0]?.payload ?? "")).toEqual(payload);
    expect(message.gateway).toEqual({ id: "neuron", errors: 2, unmapped: 0 });
  });

  it("tags nobody declared are counted, and kept only where the file says so", () => {
    const payload = { timestamp: T0, node: "weather", group: "g", tags: [{ name: "T", value: 5 }] };
    const ignored = parse(TAGS, "/neuron/mqtt/weather/g", payload);
    expect(ignored).toEqual({
      readings: [],
      rejections: [],
      gateway: { id: "neuron", errors: 0, unmapped: 1 },
    });
    const kept = parse(VALUES, "/neuron/mqtt/weather/g", { ...payload, values: { T: 5 } });
    expect(reasonsOf(kept)).toEqual(["unmapped: no point names T (node weather, group g)"]);
  });

  it("what the gateway tells of itself is taken and dropped", () => {
    expect(parse(TAGS, "/neuron/mqtt/state/update", { timestamp: T0, states: [] })).toEqual({
      readings: [],
      rejections: [],
    });
  });

  it("a node that the payload names otherwise than the topic is neither", () => {
    const message = parse(TAGS, LINE, {
      timestamp: T0,
      node: "dlt645-gate",
      group: "energy",
      tags: [{ name: "EPI", value: 1 }],
    });
    expect(message.readings).toEqual([]);
    expect(reasonsOf(message)).toEqual([
      'unmapped: node: the topic says "modbus-line", the payload "dlt645-gate"',
    ]);
  });

  it("one tag that is no number leaves the others, and the message is a dead letter that can be sent again", () => {
    const payload = {
      timestamp: T0,
      node: "dlt645-gate",
      group: "energy",
      tags: [
        { name: "EPI", value: 5 },
        { name: "P", value: 4294966616 },
        { name: "EPE", value: -1 },
      ],
    };
    const message = parse(TAGS, GATE, payload);
    expect(valuesOf(message)).toEqual(["gate 0 energyImportKwh 0.05"]);
    expect(message.rejections).toHaveLength(1);
    expect(message.rejections[0]?.reason).toBe("not-a-number");
    expect(message.rejections[0]?.detail).toContain("P: powerKw of gate");
    expect(message.rejections[0]?.detail).toContain("EPE: energyExportKwh: expected 0 or more, found -0.01");
    expect(JSON.parse(message.rejections[0]?.payload ?? "")).toEqual(payload);
  });

  it("a tag twice with two values is two readings of one instant, the later of which stands (E9)", () => {
    const message = parse(TAGS, GATE, {
      timestamp: T0,
      node: "dlt645-gate",
      tags: [
        { name: "EPI", value: 100 },
        { name: "P", value: 10 },
        { name: "EPI", value: 100 },
        { name: "EPI", value: 200 },
      ],
    });
    expect(message.readings.map((r) => r.values)).toEqual([
      { energyImportKwh: 1, powerKw: 0.001 },
      { energyImportKwh: 2 },
    ]);
  });

  const whole = { timestamp: T0, node: "dlt645-gate", group: "energy" };
  it.each([
    ["malformed-json", TAGS, "{"],
    ["not-an-object", TAGS, "5"],
    ["not-an-object", TAGS, { ...whole, values: { EPI: 1 } }],
    ["not-an-object", TAGS, { ...whole, tags: [5] }],
    ["not-an-object", TAGS, { ...whole, tags: [{ value: 5 }] }],
    ["not-an-object", VALUES, { ...whole, tags: [] }],
    ["not-an-object", VALUES, { ...whole, values: [1] }],
    ["not-an-object", VALUES, { ...whole, values: {}, errors: 5 }],
    ["no-value", TAGS, { ...whole, tags: [] }],
    ["no-value", TAGS, { ...whole, tags: [{ name: "EPI", value: null }] }],
    ["no-value", TAGS, "[]"],
    ["time-invalid", TAGS, { ...whole, timestamp: undefined, tags: [{ name: "EPI", value: 1 }] }],
    ["time-before-2000", TAGS, { ...whole, timestamp: 1_795_000_000, tags: [{ name: "EPI", value: 1 }] }],
    ["not-a-number", VALUES, `{"timestamp":${T0},"node":"dlt645-gate","values":{"EPI":1e999}}`],
    ["not-a-number", VALUES, { ...whole, values: { EPI: true } }],
    ["not-a-number", VALUES, { ...whole, values: { EPI: { value: 5 } } }],
    ["negative-register", VALUES, { ...whole, values: { EPI: -1 } }],
    ["out-of-range", VALUES, { ...whole, values: { EPI: 1e15 } }],
    ["too-large", TAGS, Array.from({ length: MAX_ELEMENTS + 1 }, () => 0)],
  ] as const)("%s: %#", (reason, park, payload) => {
    const message = parse(park, GATE, payload);
    expect(message.readings).toEqual([]);
    expect(message.rejections.map((r) => r.reason)).toEqual([reason]);
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    expect(message.rejections[0]?.payload).toBe(text);
  });
});

const THINGSBOARD = parkWith(`
  - id: tb
    format: thingsboard-gateway
    topic: v1/gateway/telemetry
    points:
      - { match: { device: Meter A, tag: energy_total }, meter: gate, channel: energyImportKwh }
      - { match: { device: Meter B, tag: energy_total }, meter: line, channel: energyImportKwh, unit: MWh }
      - { match: { device: PCS 1, tag: active_power }, meter: pack, channel: powerKw, sign: -1, unit: W }
      - { match: { device: PCS 1, tag: soc }, meter: pack, channel: stateOfCharge, unit: "%" }`);
const DEVICE = (time: string) =>
  parkWith(`
  - id: tb
    format: thingsboard-device
    topic: v1/devices/{device}/telemetry
    time: ${time}
    points:
      - { match: { device: a, tag: energy }, meter: gate, channel: energyImportKwh }
      - { match: { device: b, tag: energy }, meter: line, channel: energyImportKwh }`);
const TB = "v1/gateway/telemetry";

describe("ThingsBoard gateway", () => {
  it("several devices and times in a message; discharge is positive in many storages' own words", () => {
    const message = parse(THINGSBOARD, TB, {
      "Meter A": [
        { ts: T0, values: { energy_total: 42.5, humidity: 80 } },
        { ts: T0 + 1000, values: { energy_total: "42.75" } },
      ],
      "Meter B": [{ ts: T0, values: { energy_total: 0.0123 } }],
      "PCS 1": [{ ts: T0, values: { active_power: 250000, soc: 55 } }],
      Weather: [{ ts: T0, values: { temperature: 5 } }],
    });
    expect(valuesOf(message)).toEqual([
      "gate 0 energyImportKwh 42.5",
      "gate 1 energyImportKwh 42.75",
      "line 0 energyImportKwh 12.3",
      "pack 0 powerKw -250",
      "pack 0 stateOfCharge 0.55",
    ]);
    expect(message.rejections).toEqual([]);
    expect(message.gateway).toEqual({ id: "tb", errors: 0, unmapped: 2 });
  });

  it("each bad item is a dead letter of its own that can be sent again, the good ones are taken", () => {
    const message = parse(THINGSBOARD, TB, {
      "Meter A": [{ ts: T0, values: { energy_total: 1 } }, { ts: 5, values: { energy_total: 2 } }, 7],
      "Meter B": { ts: T0, values: { energy_total: "n/a" } },
      "PCS 1": [{ values: { soc: 55 } }],
    });
    expect(valuesOf(message)).toEqual(["gate 0 energyImportKwh 1"]);
    expect(message.rejections.map((r) => [r.reason, JSON.parse(r.payload)])).toEqual([
      ["not-an-object", { "Meter A": [7] }],
      ["time-before-2000", { "Meter A": [{ ts: 5, values: { energy_total: 2 } }] }],
      ["not-a-number", { "Meter B": [{ ts: T0, values: { energy_total: "n/a" } }] }],
      ["time-invalid", { "PCS 1": [{ values: { soc: 55 } }] }],
    ]);
    const again = message.rejections.map((r) => parse(THINGSBOARD, TB, r.payload).rejections[0]?.reason);
    expect(again).toEqual(message.rejections.map((r) => r.reason));
  });

  it.each([
    ["not-an-object", "[1]"],
    ["not-an-object", "null"],
    ["no-value", "{}"],
    ["no-value", `{"Meter A":[]}`],
    ["no-value", `{"Meter A":[{"ts":${T0},"values":{}}]}`],
    ["no-value", `{"Meter A":[{"ts":${T0},"values":{"energy_total":null}}]}`],
  ])("%s: %s", (reason, payload) => {
    const message = parse(THINGSBOARD, TB, payload);
    expect(message.readings).toEqual([]);
    expect(message.rejections.map((r) => r.reason)).toEqual([reason]);
  });
});

describe("ThingsBoard device", () => {
  const at = "v1/devices/a/telemetry";
  it.each([
    ["with its time", { ts: T0, values: { energy: 5 } }, ["gate 0 energyImportKwh 5"]],
    [
      "as a list",
      [
        { ts: T0, values: { energy: 5 } },
        { ts: T0 + 1000, values: { energy: 6 } },
      ],
      ["gate 0 energyImportKwh 5", "gate 1 energyImportKwh 6"],
    ],
    ["flat with a time", { ts: T0, energy: 5 }, ["gate 0 energyImportKwh 5"]],
  ])("%s", (_name, payload, expected) => {
    expect(valuesOf(parse(DEVICE("{}"), at, payload))).toEqual(expected);
  });

  it("flat, without a time: refused, or its arrival where the park file says so, also in what is kept of it", () => {
    expect(reasonsOf(parse(DEVICE("{}"), at, { energy: 5 }))).toEqual([
      "time-invalid: time: expected epoch milliseconds, found nothing",
    ]);
    const park = DEVICE("{ missing: arrival }");
    const message = parse(park, at, { energy: 5 });
    expect(valuesOf(message)).toEqual(["gate 3600 energyImportKwh 5"]);
    expect(message.readings[0]?.element).toEqual({ ts: NOW, energy: 5 });
    const bad = parse(park, at, { energy: -5 });
    expect(JSON.parse(bad.rejections[0]?.payload ?? "")).toEqual({ ts: NOW, energy: -5 });
  });

  it("the topic tells the device", () => {
    const message = parse(DEVICE("{}"), "v1/devices/b/telemetry", { ts: T0, values: { energy: 5 } });
    expect(valuesOf(message)).toEqual(["line 0 energyImportKwh 5"]);
  });
});

describe("any JSON", () => {
  const ems = parkWith(`
  - id: ems
    format: json
    topic: ems/{group}/report
    time: { path: timestamp, format: epoch-ms }
    device: device_uid
    points:
      - { match: { device: pcs-1, tag: data.data.pcs.pcs_total_active_power }, meter: pack, channel: powerKw, sign: -1 }
      - { match: { device: pcs-1, tag: data.data.bms.soc }, meter: pack, channel: stateOfCharge, unit: "%" }`);

  it("a storage vendor's report, by paths", () => {
    const message = parse(ems, "ems/site-1/report", {
      mid: 1,
      type: "report_regular",
      device_uid: "pcs-1",
      timestamp: T0,
      data: { type: "pcs", data: { bms: { soc: 61.5 }, pcs: { pcs_total_active_power: 120.5 } } },
    });
    expect(valuesOf(message)).toEqual(["pack 0 powerKw -120.5", "pack 0 stateOfCharge 0.615"]);
    expect(message.rejections).toEqual([]);
  });

  const list = parkWith(`
  - id: list
    format: json
    topic: list
    items: body.meters
    device: id
    time: { path: time, format: local }
    points:
      - { match: { device: "7", tag: v.1 }, meter: gate, channel: energyImportKwh }
      - { match: { device: "8", tag: total.kwh }, meter: line, channel: energyImportKwh }`);

  it("several items, a time of the whole message, keys with dots, indexes, numbers as names", () => {
    const payload = {
      time: "2026-11-20 00:01:00",
      body: {
        meters: [
          { id: 7, v: [0, 12.5] },
          { id: "8", "total.kwh": 3, time: "2026/11/20 00:02:00.5" },
          { id: 8, "total.kwh": "x" },
          5,
        ],
      },
      more: true,
    };
    const message = parse(list, "list", payload);
    expect(valuesOf(message)).toEqual(["gate 60 energyImportKwh 12.5", "line 120.5 energyImportKwh 3"]);
    expect(message.rejections.map((r) => [r.reason, JSON.parse(r.payload)])).toEqual([
      ["not-an-object", { ...payload, body: { meters: [5] } }],
      ["not-a-number", { ...payload, body: { meters: [{ id: 8, "total.kwh": "x" }] } }],
    ]);
  });

  it("nothing at the path of the items", () => {
    expect(reasonsOf(parse(list, "list", { body: {} }))).toEqual([
      "not-an-object: body.meters: expected, found nothing",
    ]);
  });
});

describe("topics", () => {
  it("the formats of gateways leave the park's own topics as they are", () => {
    const own = parse(TAGS, "parks/p1/meters/line/readings", { time: T0, energyImportKwh: 5 });
    expect(valuesOf(own)).toEqual(["line 0 energyImportKwh 5"]);
    expect(reasonsOf(parse(TAGS, "elsewhere", {}))).toEqual([
      "unknown-topic: expected parks/p1/meters/{meter}/readings or /neuron/+/+/+",
    ]);
  });
});
