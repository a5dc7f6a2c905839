import type { Channel } from "./quantities.ts";

/** Other gateways' topics and units, and their mappings with everything resolved. Pure. */

export const GATEWAY_FORMATS = [
  "neuron-tags",
  "neuron-values",
  "thingsboard-gateway",
  "thingsboard-device",
  "json",
] as const;
export type GatewayFormat = (typeof GATEWAY_FORMATS)[number];

export const TIME_FORMATS = ["iso", "epoch-ms", "epoch-s", "local", "yyyyMMddHHmmssSSS"] as const;
export type TimeFormat = (typeof TIME_FORMATS)[number];

/** What a topic's level or a payload may name beside the tag. */
export const SOURCE_NAMES = ["device", "node", "group"] as const;
export type SourceName = (typeof SOURCE_NAMES)[number];
export type SourceNames = Readonly<Partial<Record<SourceName, string>>>;

/**
 * Integers as they come off a bus, least and greatest value. The greatest value of an unsigned and the least of a
 * signed one stand for "not available" (SunSpec), so they are outside; 64 bits reach as far as JSON's numbers do.
 */
export const INTEGER_RANGES = {
  int16: [-32_767, 32_767],
  uint16: [0, 65_534],
  int32: [-2_147_483_647, 2_147_483_647],
  uint32: [0, 4_294_967_294],
  int64: [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  uint64: [0, Number.MAX_SAFE_INTEGER],
} as const satisfies Record<string, readonly [number, number]>;
type IntegerKind = keyof typeof INTEGER_RANGES;
export const INTEGER_KINDS = Object.keys(INTEGER_RANGES) as [IntegerKind, ...IntegerKind[]]; // keys of a const object; zod wants a non-empty list

type Factors = Readonly<Record<string, number>>;
const ENERGY: Factors = { Wh: 0.001, kWh: 1, MWh: 1000, GWh: 1_000_000 };
const REACTIVE: Factors = { varh: 0.001, kvarh: 1, Mvarh: 1000 };
const POWER: Factors = { W: 0.001, kW: 1, MW: 1000 };

/** The units a tag may be declared in, each with its size in the channel's own unit. */
export const POINT_UNITS: Readonly<Record<Channel, Factors>> = {
  energyImportKwh: ENERGY,
  energyExportKwh: ENERGY,
  reactiveImportKvarh: REACTIVE,
  reactiveExportKvarh: REACTIVE,
  volumeM3: { L: 0.001, m3: 1, "m³": 1 },
  heatGj: { MJ: 0.001, GJ: 1, kWh: 0.0036, MWh: 3.6 },
  massT: { kg: 0.001, t: 1 },
  powerKw: POWER,
  stateOfCharge: { "1": 1, "%": 0.01 },
  maxDemandKw: POWER,
};

/** One tag of a gateway and the meter's channel that it is. */
export interface GatewayPoint {
  /** In the format json a path; else the tag's name as it stands. */
  readonly tag: string;
  /** Names that must hold beside the tag. */
  readonly where: SourceNames;
  readonly meter: string;
  readonly channel: Channel;
  /** value = sign × (raw × scale + offset) × unitFactor, in the channel's unit. */
  readonly scale: number;
  readonly offset: number;
  readonly sign: 1 | -1;
  readonly unitFactor: number;
  readonly integer: IntegerKind | null;
}

/** A gateway as declared, checked against the park. */
export interface Gateway {
  readonly id: string;
  readonly format: GatewayFormat;
  readonly topic: TopicPattern;
  /** Topics of the gateway that hold no readings: what comes there is taken and dropped. */
  readonly ignore: readonly TopicPattern[];
  readonly time: {
    readonly path: string;
    readonly format: TimeFormat;
    /** What a time that is not there means: the message is refused, or its time of arrival is taken. */
    readonly missing: "refuse" | "arrival";
  };
  readonly unmapped: "ignore" | "dead-letter";
  /** Format json: where the list of items and an item's device are; null where not declared. */
  readonly itemsPath: string | null;
  readonly devicePath: string | null;
  readonly pointsByTag: ReadonlyMap<string, readonly GatewayPoint[]>;
}

type TopicLevel =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "any" }
  | { readonly kind: "name"; readonly name: SourceName };

/** An MQTT topic filter, some of whose `+` have names. */
export interface TopicPattern {
  /** As subscribed. */
  readonly filter: string;
  readonly levels: readonly TopicLevel[];
  /** Ends with `#`. */
  readonly rest: boolean;
}

const MAX_TOPIC = 256;

/** Reads a topic filter such as `/neuron/+/{node}/{group}`; a text says what is expected instead. */
export function parseTopicPattern(text: string): TopicPattern | string {
  if (text === "" || text.length > MAX_TOPIC || text.includes("\0"))
    return `a topic filter of 1 to ${MAX_TOPIC} characters`;
  if (text.startsWith("$")) return "a topic filter that does not begin with $";
  const parts = text.split("/");
  const rest = parts.at(-1) === "#";
  if (rest) parts.pop();
  const levels: TopicLevel[] = [];
  const named = new Set<string>();
  for (const part of parts) {
    if (part === "+") levels.push({ kind: "any" });
    else if (part.startsWith("{") && part.endsWith("}")) {
      const name = SOURCE_NAMES.find((n) => part === `{${n}}`);
      if (name === undefined) return `a level named ${SOURCE_NAMES.map((n) => `{${n}}`).join(", ")}`;
      if (named.has(name)) return `{${name}} once`;
      named.add(name);
      levels.push({ kind: "name", name });
    } else if (/[+#{}]/.test(part)) return "+, # and {…} as whole levels, # at the end only";
    else levels.push({ kind: "text", text: part });
  }
  const filter = [
    ...levels.map((level) => (level.kind === "text" ? level.text : "+")),
    ...(rest ? ["#"] : []),
  ].join("/");
  return { filter, levels, rest };
}

/** The names that the levels of a topic give, null when it is not of the pattern. */
export function matchTopic(pattern: TopicPattern, topic: readonly string[]): SourceNames | null {
  const { levels, rest } = pattern;
  if (rest ? topic.length < levels.length : topic.length !== levels.length) return null;
  const names: Partial<Record<SourceName, string>> = {};
  for (const [i, level] of levels.entries()) {
    const part = topic[i];
    if (part === undefined) return null;
    if (level.kind === "text" && level.text !== part) return null;
    if (level.kind === "name") names[level.name] = part;
  }
  return names;
}

/** True when some topic is of both patterns. */
export function patternsMeet(a: TopicPattern, b: TopicPattern): boolean {
  for (let i = 0; ; i++) {
    const x = a.levels[i];
    const y = b.levels[i];
    if (x === undefined) return a.rest || y === undefined;
    if (y === undefined) return b.rest;
    if (x.kind === "text" && y.kind === "text" && x.text !== y.text) return false;
  }
}

/** The gateway that a topic belongs to, and the names its levels give; "ignored" for what it declares to hold no readings. */
export function gatewayOf(
  gateways: readonly Gateway[],
  topic: string,
): { readonly gateway: Gateway; readonly names: SourceNames } | "ignored" | null {
  if (gateways.length === 0) return null;
  const levels = topic.split("/");
  if (gateways.some((g) => g.ignore.some((pattern) => matchTopic(pattern, levels) !== null)))
    return "ignored";
  for (const gateway of gateways) {
    const names = matchTopic(gateway.topic, levels);
    if (names !== null) return { gateway, names };
  }
  return null;
}
