import type { Calendar } from "../../park/calendar.ts";
import { type Gateway, type GatewayPoint, SOURCE_NAMES, type SourceNames } from "../../park/gateways.ts";
import type { Channel } from "../../park/quantities.ts";
import { MAX_ELEMENTS, type ParsedMessage, type ParsedReading } from "../messages/parsed.ts";
import {
  describe,
  type ElementProblem,
  keepElement,
  keepPayload,
  type Rejection,
  shorten,
} from "../messages/rejection.ts";
import { type Item, itemsOf, type RefusedItem } from "./items.ts";
import { timeOf } from "./time.ts";
import { channelValue } from "./value.ts";

/** From a gateway's message to readings by the park file's mapping. Pure. */

/** How many tags a detail names. */
const NAMED = 20;

export interface GatewayMessage {
  readonly gateway: Gateway;
  /** What the topic's levels are named. */
  readonly names: SourceNames;
  /** The payload as it came, and read as JSON. */
  readonly payload: Uint8Array;
  readonly parsed: unknown;
  readonly calendar: Calendar;
  /** Time of arrival. */
  readonly nowMs: number;
}

/**
 * Each of the park's tags that has a value becomes one of its meter's; each meter has a reading of its own. A tag in
 * error has no value, is never zero, and is counted; so are tags nobody declared. What cannot be used is refused item
 * by item (tags of one source at one time), each rejection a message that can be sent again:
 * a value that is none, a time that is none, and an item in which no tag of the park has a value.
 */
export function mapGatewayMessage(message: GatewayMessage): ParsedMessage {
  const { gateway, payload, parsed } = message;
  const { items, refused } = itemsOf(gateway, parsed);
  const count = items.length + refused.length;
  const whole = (problem: ElementProblem): ParsedMessage => ({
    readings: [],
    rejections: [{ ...problem, ...keepPayload(payload) }],
    gateway: { id: gateway.id, errors: 0, unmapped: 0 },
  });
  if (count === 0) return whole({ reason: "no-value", detail: "nothing is in it" });
  if (count > MAX_ELEMENTS)
    return whole({ reason: "too-large", detail: `${count} items, at most ${MAX_ELEMENTS} are read` });
  const readings: ParsedReading[] = [];
  const rejections: Rejection[] = [];
  let errors = 0;
  let unmapped = 0;
  const reject = ({ reason, detail, element }: RefusedItem, isAsItCame: boolean) =>
    rejections.push({
      reason,
      detail: shorten(detail),
      ...(isAsItCame ? keepPayload(payload) : keepElement(element)),
    });
  for (const problem of refused) reject(problem, count === 1);
  for (const item of items) {
    const result = mapItem(item, message);
    errors += result.errors;
    unmapped += result.unmapped;
    for (const reading of result.readings) readings.push(reading);
    if (result.problem !== null)
      reject({ ...result.problem, element: result.element }, count === 1 && !result.isStamped);
  }
  return { readings, rejections, gateway: { id: gateway.id, errors, unmapped } };
}

interface MappedItem {
  readonly readings: readonly ParsedReading[];
  readonly problem: ElementProblem | null;
  readonly errors: number;
  readonly unmapped: number;
  readonly element: unknown;
  /** It has the time of arrival now. */
  readonly isStamped: boolean;
}

function mapItem(item: Item, { gateway, names, calendar, nowMs }: GatewayMessage): MappedItem {
  const isStamped = (item.time === undefined || item.time === null) && gateway.time.missing === "arrival";
  // The stamp is in epoch milliseconds, which only this form reads again.
  const element = item.element(isStamped && gateway.time.format === "epoch-ms" ? nowMs : null);
  const none = { readings: [], errors: 0, unmapped: 0, element, isStamped };
  const conflict = conflictOf(names, item.names);
  if (conflict !== null) return { ...none, problem: { reason: "unmapped", detail: conflict } };

  const source = { ...item.names, ...names };
  const failed: string[] = [];
  const unknown: string[] = [];
  const problems: ElementProblem[] = [];
  const found: { readonly point: GatewayPoint; readonly value: number }[] = [];
  for (const tag of item.tags) {
    const point = pointOf(gateway, tag.name, source);
    if (point === null) unknown.push(tag.name);
    else if (tag.error !== null) failed.push(`${tag.name}: error ${tag.error}`);
    else if (tag.value !== null && tag.value !== undefined) {
      const value = channelValue(tag.value, point);
      if (typeof value === "number") found.push({ point, value });
      else problems.push({ ...value, detail: `${tag.name}: ${value.detail}` });
    }
  }
  const counted = { errors: failed.length, unmapped: unknown.length, element, isStamped };
  const told = problems.length === 0 ? null : joined(problems);
  const isKeepingUnmapped = gateway.unmapped === "dead-letter" && unknown.length > 0;
  if (found.length === 0) {
    const isNotOurs = unknown.length > 0 && unknown.length === item.tags.length;
    const none = isNotOurs ? null : nothing(failed);
    return {
      ...counted,
      readings: [],
      problem: told ?? none ?? (isKeepingUnmapped ? undeclared(unknown, source) : null),
    };
  }
  const timeMs = isStamped ? nowMs : timeOf(item.time, gateway.time.format, calendar, nowMs);
  if (typeof timeMs !== "number") return { ...counted, readings: [], problem: joined([timeMs, ...problems]) };
  return {
    ...counted,
    readings: readingsOf(found, timeMs, element),
    problem: told ?? (isKeepingUnmapped ? undeclared(unknown, source) : null),
  };
}

/** A reading for each meter; of two values for one channel each has its own, and the later one stands (E9). */
function readingsOf(
  found: readonly { readonly point: GatewayPoint; readonly value: number }[],
  timeMs: number,
  element: unknown,
): ParsedReading[] {
  const readings: ParsedReading[] = [];
  const open = new Map<string, Partial<Record<Channel, number>>>();
  for (const { point, value } of found) {
    const { meter, channel } = point;
    let values = open.get(meter);
    const before = values?.[channel];
    if (before === value) continue;
    if (values === undefined || before !== undefined) {
      values = {};
      open.set(meter, values);
      readings.push({ meter, timeMs, values, simulated: false, element });
    }
    values[channel] = value;
  }
  return readings;
}

function pointOf(gateway: Gateway, tag: string, source: SourceNames): GatewayPoint | null {
  const points = gateway.pointsByTag.get(tag);
  const fits = (point: GatewayPoint) =>
    SOURCE_NAMES.every((name) => point.where[name] === undefined || point.where[name] === source[name]);
  return points?.find(fits) ?? null;
}

/** A source that topic and payload name differently is neither: who may publish on a topic is known, what a payload says is not. */
function conflictOf(topic: SourceNames, payload: SourceNames): string | null {
  for (const name of SOURCE_NAMES) {
    const [a, b] = [topic[name], payload[name]];
    if (a !== undefined && b !== undefined && a !== b)
      return `${name}: the topic says ${describe(a)}, the payload ${describe(b)}`;
  }
  return null;
}

/** Why no tag of the park has a value. */
function nothing(failed: readonly string[]): ElementProblem {
  if (failed.length > 0) return { reason: "gateway-error", detail: listed(failed) };
  return { reason: "no-value", detail: "no tag of the park has a value" };
}

function undeclared(tags: readonly string[], source: SourceNames): ElementProblem {
  const named = SOURCE_NAMES.flatMap((n) => (source[n] === undefined ? [] : `${n} ${source[n]}`));
  const of = named.length === 0 ? "" : ` (${named.join(", ")})`;
  return { reason: "unmapped", detail: `no point names ${listed(tags)}${of}` };
}

function listed(parts: readonly string[]): string {
  const more = parts.length > NAMED ? ` and ${parts.length - NAMED} more` : "";
  return parts.slice(0, NAMED).join(", ") + more;
}

function joined(problems: readonly ElementProblem[]): ElementProblem {
  const reason = problems[0]?.reason ?? "no-value";
  return {
    reason,
    detail: problems
      .slice(0, NAMED)
      .map((p) => p.detail)
      .join("; "),
  };
}
