import {
  type Gateway,
  type GatewayFormat,
  type GatewayPoint,
  POINT_UNITS,
  parseTopicPattern,
  patternsMeet,
  SOURCE_NAMES,
  type SourceName,
  type TopicPattern,
} from "./gateways.ts";
import type { Meter } from "./park.ts";
import type { Complain } from "./problems.ts";
import { isRegisterChannel } from "./quantities.ts";
import type { GatewayEntry } from "./schema.ts";

/** What a payload of the format names by itself; json by the paths declared. */
const NAMED_BY_PAYLOAD: Readonly<Record<GatewayFormat, readonly SourceName[]>> = {
  "neuron-tags": ["node", "group"],
  "neuron-values": ["node", "group"],
  "thingsboard-gateway": ["device"],
  "thingsboard-device": [],
  json: [],
};
const TIME_PATH: Readonly<Record<Exclude<GatewayFormat, "json">, string>> = {
  "neuron-tags": "timestamp",
  "neuron-values": "timestamp",
  "thingsboard-gateway": "ts",
  "thingsboard-device": "ts",
};
const OUR_TOPICS: TopicPattern = { filter: "parks/#", levels: [{ kind: "text", text: "parks" }], rest: true };

/** Resolves the mappings of gateways against the park's meters; every problem is complained of, with its path. */
export function resolveGateways(
  entries: readonly GatewayEntry[],
  meterById: ReadonlyMap<string, Meter>,
  complain: Complain,
): Gateway[] {
  const gateways: { readonly at: string; readonly gateway: Gateway }[] = [];
  const targets = new Map<string, string>();
  entries.forEach((entry, i) => {
    const at = `gateways[${i}] (${entry.id})`;
    const topic = pattern(entry.topic, `${at}.topic`, complain);
    const ignore = entry.ignore.map((text, j) => pattern(text, `${at}.ignore[${j}]`, complain));
    const isJson = entry.format === "json";
    const names = new Set<SourceName>([
      ...NAMED_BY_PAYLOAD[entry.format],
      ...(isJson && entry.device !== undefined ? (["device"] as const) : []),
      ...(topic?.levels ?? []).flatMap((level) => (level.kind === "name" ? [level.name] : [])),
    ]);
    for (const key of ["items", "device"] as const)
      if (!isJson && entry[key] !== undefined)
        complain(`${at}.${key}`, "none, as only the format json has paths", entry[key]);
    if (!isJson && entry.time?.path !== undefined)
      complain(`${at}.time.path`, "none, as only the format json has paths", entry.time.path);
    if (isJson && entry.time?.path === undefined && entry.time?.missing !== "arrival")
      complain(`${at}.time.path`, "the path of the time, as the format is json", undefined);
    if (isJson && entry.time?.path !== undefined && entry.time.format === undefined)
      complain(`${at}.time.format`, "the form of the time, as the format is json", undefined);

    const pointsByTag = new Map<string, GatewayPoint[]>();
    entry.points.forEach((p, j) => {
      const path = `${at}.points[${j}]`;
      checkTarget(p, path, meterById, complain);
      const target = `${p.channel} of ${p.meter}`;
      const taken = targets.get(target);
      if (taken === undefined) targets.set(target, path);
      else complain(path, "a meter's channel of its own", `${target}, as ${taken}`);
      const factors = POINT_UNITS[p.channel];
      if (p.unit !== undefined && !Object.hasOwn(factors, p.unit))
        complain(`${path}.unit`, `one of ${Object.keys(factors).join(", ")}`, p.unit);
      const where: Partial<Record<SourceName, string>> = {};
      for (const name of SOURCE_NAMES) {
        const wanted = p.match[name];
        if (wanted === undefined) continue;
        where[name] = wanted;
        if (topic !== null && !names.has(name))
          complain(`${path}.match.${name}`, `a name that the topic or the payload gives`, wanted);
      }
      const point: GatewayPoint = {
        tag: p.match.tag,
        where,
        meter: p.meter,
        channel: p.channel,
        scale: p.scale,
        offset: p.offset,
        sign: p.sign,
        unitFactor: p.unit === undefined ? 1 : (factors[p.unit] ?? 1),
        integer: p.integer ?? null,
      };
      const same = pointsByTag.get(point.tag);
      if (same === undefined) pointsByTag.set(point.tag, [point]);
      else {
        if (same.some((other) => mayBoth(other, point)))
          complain(`${path}.match`, "a match that no other point of the gateway shares", p.match);
        same.push(point);
      }
    });
    if (topic === null) return;
    for (const other of gateways)
      if (patternsMeet(other.gateway.topic, topic))
        complain(`${at}.topic`, `a filter that meets no topic of ${other.at}`, entry.topic);
    gateways.push({
      at,
      gateway: {
        id: entry.id,
        format: entry.format,
        topic,
        ignore: ignore.filter((x) => x !== null),
        time: {
          path: entry.format === "json" ? (entry.time?.path ?? "") : TIME_PATH[entry.format],
          format: entry.time?.format ?? "epoch-ms",
          missing: entry.time?.missing ?? "refuse",
        },
        unmapped: entry.unmapped,
        itemsPath: entry.items ?? null,
        devicePath: entry.device ?? null,
        pointsByTag,
      },
    });
  });
  return gateways.map(({ gateway }) => gateway);
}

function pattern(text: string, path: string, complain: Complain): TopicPattern | null {
  const parsed = parseTopicPattern(text);
  if (typeof parsed === "string") {
    complain(path, parsed, text);
    return null;
  }
  if (patternsMeet(parsed, OUR_TOPICS)) {
    complain(path, "a filter that meets no topic of parks/#", text);
    return null;
  }
  return parsed;
}

function checkTarget(
  point: GatewayEntry["points"][number],
  path: string,
  meterById: ReadonlyMap<string, Meter>,
  complain: Complain,
): void {
  const { channel } = point;
  const meter = meterById.get(point.meter);
  if (meter === undefined) {
    complain(`${path}.meter`, "a declared meter", point.meter);
    return;
  }
  if (meter.sum !== null) {
    complain(`${path}.meter`, "a meter that sends readings", `${point.meter}, a sum of others`);
    return;
  }
  if (isRegisterChannel(channel) && !meter.registers.some((r) => r.channel === channel)) {
    const registers = meter.registers.map((r) => r.channel).join(", ");
    complain(`${path}.channel`, `a gauge or a register of ${point.meter} (${registers})`, channel);
  }
}

/** True when one message's tag may be both points. */
function mayBoth(a: GatewayPoint, b: GatewayPoint): boolean {
  return SOURCE_NAMES.every((name) => {
    const x = a.where[name];
    const y = b.where[name];
    return x === undefined || y === undefined || x === y;
  });
}
