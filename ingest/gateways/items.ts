import type { Gateway, SourceNames } from "../../park/gateways.ts";
import { describe, type ElementProblem } from "../messages/rejection.ts";
import { keysOf, valueAtPath, withValueAt } from "./path.ts";

/** Gateways' payloads as lists of items: tags of one source at one time. What the tags mean is not decided here. */

export interface Tag {
  readonly name: string;
  readonly value: unknown;
  /** The gateway's error code where it has no value; else null. */
  readonly error: string | null;
}

export interface Item {
  /** What the payload says of its source. */
  readonly names: SourceNames;
  /** As it stands; undefined where there is none. */
  readonly time: unknown;
  readonly tags: readonly Tag[];
  /** A message of the same format with this item alone; where it has no time of its own it is given this one (epoch milliseconds). */
  readonly element: (timeMs: number | null) => unknown;
}

export interface RefusedItem extends ElementProblem {
  readonly element: unknown;
}

export interface Items {
  readonly items: readonly Item[];
  readonly refused: readonly RefusedItem[];
}

/** Takes a payload apart by the gateway's format. */
export function itemsOf(gateway: Gateway, payload: unknown): Items {
  const items: Item[] = [];
  const refused: RefusedItem[] = [];
  const refuse = (detail: string, element: unknown) =>
    refused.push({ reason: "not-an-object", detail, element });
  switch (gateway.format) {
    case "neuron-tags":
    case "neuron-values":
      for (const message of listOf(payload)) {
        const item = isObject(message)
          ? neuronItem(message, gateway.format, gateway.time.path)
          : `expected an object, found ${describe(message)}`;
        if (typeof item === "string") refuse(item, message);
        else items.push(item);
      }
      break;
    case "thingsboard-device":
      for (const entry of listOf(payload)) {
        if (isObject(entry)) items.push(thingsboardItem(entry, gateway.time.path, {}, (e) => e));
        else refuse(`expected an object, found ${describe(entry)}`, entry);
      }
      break;
    case "thingsboard-gateway":
      if (!isObject(payload)) {
        refuse(`expected an object of devices, found ${describe(payload)}`, payload);
        break;
      }
      for (const [device, entries] of Object.entries(payload)) {
        for (const entry of listOf(entries)) {
          const whole = (e: unknown) => ({ [device]: [e] });
          if (isObject(entry)) items.push(thingsboardItem(entry, gateway.time.path, { device }, whole));
          else refuse(`${device}: expected an object, found ${describe(entry)}`, whole(entry));
        }
      }
      break;
    case "json":
      for (const message of listOf(payload)) jsonItems(gateway, message, items, refuse);
      break;
  }
  return { items, refused };
}

/** `{timestamp, node, group, tags: [{name, value | error}]}` or `{…, values: {}, errors: {}}`; ECP adds a type to a tag. */
function neuronItem(
  message: JsonObject,
  format: "neuron-tags" | "neuron-values",
  timePath: string,
): Item | string {
  const tags: Tag[] = [];
  if (format === "neuron-tags") {
    const list = message["tags"];
    if (!Array.isArray(list)) return `tags: expected a list, found ${describe(list)}`;
    for (const tag of list as readonly unknown[]) {
      const name = isObject(tag) ? tag["name"] : undefined;
      if (!isObject(tag) || typeof name !== "string")
        return `tags: expected objects with a name, found ${describe(tag)}`;
      tags.push({ name, value: tag["value"], error: errorOf(tag["error"]) });
    }
  } else {
    const values = message["values"] ?? {};
    const errors = message["errors"] ?? {};
    if (!isObject(values)) return `values: expected an object, found ${describe(values)}`;
    if (!isObject(errors)) return `errors: expected an object, found ${describe(errors)}`;
    if (message["values"] === undefined && message["errors"] === undefined)
      return "values: expected an object, found nothing";
    for (const [name, value] of Object.entries(values)) {
      const error = Object.hasOwn(errors, name) ? errorOf(errors[name]) : null;
      tags.push({ name, value, error });
    }
    for (const [name, error] of Object.entries(errors))
      if (!Object.hasOwn(values, name)) tags.push({ name, value: null, error: errorOf(error) });
  }
  return {
    names: {
      ...(typeof message["node"] === "string" ? { node: message["node"] } : {}),
      ...(typeof message["group"] === "string" ? { group: message["group"] } : {}),
    },
    time: message[timePath],
    tags,
    element: (timeMs) => (timeMs === null ? message : { ...message, [timePath]: timeMs }),
  };
}

/** Zero is Neuron's word for success. */
function errorOf(error: unknown): string | null {
  return error === undefined || error === null || error === 0 ? null : describe(error);
}

/** `{ts, values: {}}`, or the values alone. */
function thingsboardItem(
  entry: JsonObject,
  timePath: string,
  names: SourceNames,
  whole: (entry: unknown) => unknown,
): Item {
  const inner = entry["values"];
  const isTimed = isObject(inner);
  const values = isTimed ? inner : entry;
  const tags = Object.entries(values)
    .filter(([name]) => isTimed || name !== timePath)
    .map(([name, value]) => ({ name, value, error: null }));
  return {
    names,
    time: entry[timePath],
    tags,
    element: (timeMs) => whole(timeMs === null ? entry : { ...entry, [timePath]: timeMs }),
  };
}

function jsonItems(
  gateway: Gateway,
  message: unknown,
  items: Item[],
  refuse: (detail: string, element: unknown) => void,
): void {
  const { itemsPath, devicePath, time, pointsByTag } = gateway;
  const keys = itemsPath === null ? [] : keysOf(message, itemsPath);
  if (keys === null) {
    refuse(`${itemsPath}: expected, found nothing`, message);
    return;
  }
  for (const item of listOf(itemsPath === null ? message : valueAtPath(message, itemsPath))) {
    const element = keys.length === 0 ? item : withValueAt(message, keys, [item]);
    if (!isObject(item)) {
      refuse(`expected an object, found ${describe(item)}`, element);
      continue;
    }
    const find = (path: string) => valueAtPath(item, path) ?? valueAtPath(message, path);
    const device = devicePath === null ? undefined : find(devicePath);
    const tags = [...pointsByTag.keys()].flatMap((name) => {
      const value = valueAtPath(item, name);
      return value === undefined ? [] : [{ name, value, error: null }];
    });
    items.push({
      names: typeof device === "string" || typeof device === "number" ? { device: String(device) } : {},
      time: time.path === "" ? undefined : find(time.path),
      tags,
      element: () => element,
    });
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}
