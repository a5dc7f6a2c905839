import { describe, expect, it } from "vitest";
import {
  gatewayOf,
  matchTopic,
  parseTopicPattern,
  patternsMeet,
  type TopicPattern,
} from "../../park/gateways.ts";
import { parsePark } from "../../park/load.ts";
import { ProblemsError } from "../../park/problems.ts";

const HEAD = `
park: { id: p, name: { zh: 甲, en: P }, timeZone: Asia/Shanghai }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: steel }]
meters:
  - { id: gate, role: grid, enterprise: e }
  - { id: line, role: load, enterprise: e }
  - { id: rest, role: load, enterprise: e, sum: [{ meter: gate, factor: 1 }, { meter: line, factor: -1 }] }
gateways:
`;
const POINT = "{ match: { tag: EPI }, meter: line, channel: energyImportKwh }";

function problemsOf(gateways: string): string[] {
  try {
    parsePark(HEAD + gateways);
  } catch (error) {
    if (!(error instanceof ProblemsError)) throw error;
    return error.problems.map((p) => `${p.path}: expected ${p.expected}, found ${p.found}`);
  }
  return [];
}

function pattern(text: string): TopicPattern {
  const parsed = parseTopicPattern(text);
  if (typeof parsed === "string") throw new Error(parsed);
  return parsed;
}

describe("topics of gateways", () => {
  it.each([
    ["/neuron/+/{node}/{group}", "/neuron/+/+/+"],
    ["v1/gateway/telemetry", "v1/gateway/telemetry"],
    ["v1/devices/{device}/telemetry/#", "v1/devices/+/telemetry/#"],
    ["零碳/#", "零碳/#"],
  ])("%s is subscribed as %s", (text, filter) => {
    expect(pattern(text).filter).toBe(filter);
  });

  it.each([
    "",
    "a/#/b",
    "a/b+",
    "a/{meter}",
    "{node}/{node}",
    "a/gw-{node}",
    "$SYS/#",
    "$share/g/a",
    "a/{node",
  ])("%j is none", (text) => {
    expect(typeof parseTopicPattern(text)).toBe("string");
  });

  it.each([
    ["/neuron/+/{node}/{group}", "/neuron/mqtt/modbus/grp", { node: "modbus", group: "grp" }],
    ["/neuron/+/{node}/{group}", "neuron/mqtt/modbus/grp", null],
    ["/neuron/+/{node}/{group}", "/neuron/mqtt/modbus", null],
    ["a/#", "a", {}],
    ["a/#", "a/b/c", {}],
    ["a/{device}/#", "a/b/c", { device: "b" }],
    ["a/{device}/#", "a", null],
    ["v1/gateway/telemetry", "v1/gateway/telemetry", {}],
    ["v1/gateway/telemetry", "v1/gateway/telemetry/more", null],
  ])("%s and the topic %s", (text, topic, names) => {
    expect(matchTopic(pattern(text), topic.split("/"))).toEqual(names);
  });

  it.each([
    ["a/+/c", "a/b/+", true],
    ["a/+/c", "a/b/d", false],
    ["a/#", "a", true],
    ["a/#", "b/#", false],
    ["+/b", "#", true],
    ["a/b/c/#", "a/+", false],
    ["a/+", "a/b/c", false],
    ["/a", "a", false],
  ])("%s and %s meet: %s", (a, b, meet) => {
    expect(patternsMeet(pattern(a), pattern(b))).toBe(meet);
    expect(patternsMeet(pattern(b), pattern(a))).toBe(meet);
  });

  it("what is ignored goes before what is read: Neuron's state has as many levels as its data", () => {
    const { gateways } = parsePark(`${HEAD}
  - { id: neuron, format: neuron-tags, topic: "/neuron/+/{node}/{group}", ignore: ["/neuron/+/state/update"], points: [${POINT}] }
`);
    expect(gatewayOf(gateways, "/neuron/mqtt/state/update")).toBe("ignored");
    expect(gatewayOf(gateways, "/neuron/mqtt/modbus/grp")).toMatchObject({
      gateway: { id: "neuron" },
      names: { node: "modbus", group: "grp" },
    });
    expect(gatewayOf(gateways, "/elsewhere")).toBe(null);
  });
});

describe("gateways of a park file", () => {
  it("have their defaults", () => {
    const { gateways } = parsePark(`${HEAD}
  - { id: tb, format: thingsboard-gateway, topic: v1/gateway/telemetry, points: [${POINT}] }
`);
    expect(gateways).toMatchObject([
      {
        id: "tb",
        ignore: [],
        time: { path: "ts", format: "epoch-ms", missing: "refuse" },
        unmapped: "ignore",
        itemsPath: null,
        devicePath: null,
      },
    ]);
    expect(gateways[0]?.pointsByTag.get("EPI")).toEqual([
      {
        tag: "EPI",
        where: {},
        meter: "line",
        channel: "energyImportKwh",
        scale: 1,
        offset: 0,
        sign: 1,
        unitFactor: 1,
        integer: null,
      },
    ]);
  });

  it("tell every wrong shape at once, with path, expected and found", () => {
    const problems = problemsOf(`
  - { id: Bad, format: modbus, topic: 5, time: { format: hours }, unmapped: drop, points: [] }
  - id: b
    format: json
    topic: b
    points:
      - { match: { tags: x }, meter: line, channel: voltage, scale: 0, sign: 2, integer: int8, factor: 3 }
`);
    const paths = problems.map((p) => p.split(": expected")[0]);
    for (const path of [
      "gateways[0] (Bad).id",
      "gateways[0] (Bad).format",
      "gateways[0] (Bad).topic",
      "gateways[0] (Bad).time.format",
      "gateways[0] (Bad).unmapped",
      "gateways[0] (Bad).points",
      "gateways[1] (b).points[0].match.tag",
      "gateways[1] (b).points[0].match.tags",
      "gateways[1] (b).points[0].channel",
      "gateways[1] (b).points[0].scale",
      "gateways[1] (b).points[0].sign",
      "gateways[1] (b).points[0].integer",
      "gateways[1] (b).points[0].factor",
    ])
      expect(paths).toContain(path);
    expect(problems).toContain(
      'gateways[1] (b).points[0].channel: expected a channel, e.g. energyImportKwh or powerKw, found "voltage"',
    );
    expect(problems).toContain("gateways[1] (b).points[0].sign: expected 1 or -1, found 2");
  });

  it("tell everything at once that does not fit the park", () => {
    expect(
      problemsOf(`
  - id: a
    format: neuron-tags
    topic: "/neuron/+/{node}/{group}"
    ignore: ["parks/#", "/neuron/+/state+"]
    time: { path: timestamp }
    items: data
    device: uid
    points:
      - { match: { tag: EPI }, meter: nobody, channel: energyImportKwh }
      - { match: { tag: P, node: m1 }, meter: rest, channel: powerKw }
      - { match: { tag: EPE, node: m1 }, meter: line, channel: energyExportKwh }
      - { match: { tag: EPI, node: m1 }, meter: line, channel: energyImportKwh }
      - { match: { tag: V, device: x }, meter: gate, channel: powerKw, unit: Wh }
  - id: a
    format: json
    topic: "/neuron/#"
    points:
      - { match: { tag: a.b }, meter: gate, channel: powerKw }
      - { match: { tag: a.c, device: x }, meter: gate, channel: energyImportKwh }
  - { id: c, format: json, topic: "+/x", time: { path: t }, points: [${POINT}] }
`),
    ).toEqual([
      "gateways[1] (a).id: expected an id of its own, found the id of gateways[0]",
      "gateways[0] (a).ignore[0]: expected a filter that meets no topic of parks/#, found parks/#",
      "gateways[0] (a).ignore[1]: expected +, # and {…} as whole levels, # at the end only, found /neuron/+/state+",
      "gateways[0] (a).items: expected none, as only the format json has paths, found data",
      "gateways[0] (a).device: expected none, as only the format json has paths, found uid",
      "gateways[0] (a).time.path: expected none, as only the format json has paths, found timestamp",
      "gateways[0] (a).points[0].meter: expected a declared meter, found nobody",
      "gateways[0] (a).points[1].meter: expected a meter that sends readings, found rest, a sum of others",
      "gateways[0] (a).points[2].channel: expected a gauge or a register of line (energyImportKwh), found energyExportKwh",
      'gateways[0] (a).points[3].match: expected a match that no other point of the gateway shares, found {"tag":"EPI","node":"m1"}',
      "gateways[0] (a).points[4].unit: expected one of W, kW, MW, found Wh",
      "gateways[0] (a).points[4].match.device: expected a name that the topic or the payload gives, found x",
      "gateways[1] (a).time.path: expected the path of the time, as the format is json, found nothing",
      "gateways[1] (a).points[0]: expected a meter's channel of its own, found powerKw of gate, as gateways[0] (a).points[4]",
      "gateways[1] (a).points[1].match.device: expected a name that the topic or the payload gives, found x",
      "gateways[1] (a).topic: expected a filter that meets no topic of gateways[0] (a), found /neuron/#",
      "gateways[2] (c).topic: expected a filter that meets no topic of parks/#, found +/x",
      "gateways[2] (c).time.format: expected the form of the time, as the format is json, found nothing",
      "gateways[2] (c).points[0]: expected a meter's channel of its own, found energyImportKwh of line, as gateways[0] (a).points[3]",
    ]);
  });
});
