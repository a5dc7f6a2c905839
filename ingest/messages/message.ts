import { type Gateway, gatewayOf, type SourceNames } from "../../park/gateways.ts";
import type { Park } from "../../park/park.ts";
import { type Channel, isChannel, isRegisterChannel } from "../../park/quantities.ts";
import { mapGatewayMessage } from "../gateways/map.ts";
import type { Message } from "../sources/source.ts";
import { MAX_ELEMENTS, type ParsedMessage, type ParsedReading } from "./parsed.ts";
import {
  checkValue,
  describe,
  type ElementProblem,
  keepElement,
  keepPayload,
  type Rejection,
  type RejectionReason,
  shorten,
} from "./rejection.ts";
import { valueOfTime } from "./time.ts";

/** From a topic and a payload to readings, or to the reason why not. Pure; nothing is silently dropped. */

export const MAX_PAYLOAD_BYTES = 1_048_576;
/**
 * Reads one message: of the wire format (topic `parks/{park}/meters/{meter}/readings`, payload a JSON object or an
 * array of them) or of a gateway that the park file declares. Each bad object of an array is a rejection of its own
 * while the good ones are taken. Only of a gateway's message nothing may be left: no reading and no rejection.
 * @param nowMs time of arrival.
 */
export function parseMessage(message: Message, park: Park, nowMs: number): ParsedMessage {
  const { topic, payload } = message;
  const whole = (reason: RejectionReason, detail: string) => refusedWhole(payload, reason, detail);
  const levels = topic.split("/");
  const found = levels[0] === "parks" ? null : gatewayOf(park.gateways, topic);
  if (found === "ignored") return { readings: [], rejections: [] };
  if (payload.byteLength > MAX_PAYLOAD_BYTES)
    return whole("too-large", `${payload.byteLength} bytes, at most ${MAX_PAYLOAD_BYTES} are read`);
  if (found !== null) return parseGatewayMessage(found, payload, park, nowMs, whole);
  if (levels[0] === "parks" && levels.length > 1 && levels[1] !== park.id)
    return whole("other-park", `this is park ${park.id}`);
  const meterId = levels[3];
  if (
    levels.length !== 5 ||
    levels[0] !== "parks" ||
    levels[2] !== "meters" ||
    meterId === undefined ||
    levels[4] !== "readings"
  )
    return whole("unknown-topic", expectedTopic(park));
  const meter = park.meterById.get(meterId);
  if (meter === undefined)
    return whole("unknown-meter", `meter ${shorten(meterId)} is not declared in the park file`);
  if (meter.sum !== null)
    return whole("virtual-meter", `meter ${meterId} is a sum of others and sends nothing itself`);

  let parsed: unknown;
  try {
    parsed = readJson(payload);
  } catch (error) {
    return whole("malformed-json", error instanceof Error ? shorten(error.message) : "");
  }
  const elements: readonly unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (elements.length > MAX_ELEMENTS)
    return whole("too-large", `${elements.length} objects, at most ${MAX_ELEMENTS} are read`);
  if (elements.length === 0) return whole("no-value", "an empty array");

  const accepted = new Set<string>(meter.registers.map((r) => r.channel));
  const readings: ParsedReading[] = [];
  const rejections: Rejection[] = [];
  for (const element of elements) {
    const result = parseElement(element, meterId, accepted, nowMs);
    if (result.reading !== null) readings.push(result.reading);
    const first = result.problems[0];
    if (first !== undefined) {
      const detail = result.problems.map((p) => p.detail).join("; ");
      const kept = Array.isArray(parsed) ? keepElement(element) : keepPayload(payload);
      rejections.push({ reason: first.reason, detail: shorten(detail), ...kept });
    }
  }
  return { readings, rejections };
}

/** A message of which nothing is taken, kept as it came. */
export function refusedWhole(payload: Uint8Array, reason: RejectionReason, detail: string): ParsedMessage {
  return { readings: [], rejections: [{ reason, detail, ...keepPayload(payload) }] };
}

function parseGatewayMessage(
  found: { readonly gateway: Gateway; readonly names: SourceNames },
  payload: Uint8Array,
  park: Park,
  nowMs: number,
  whole: (reason: RejectionReason, detail: string) => ParsedMessage,
): ParsedMessage {
  let parsed: unknown;
  try {
    parsed = readJson(payload);
  } catch (error) {
    return {
      ...whole("malformed-json", error instanceof Error ? shorten(error.message) : ""),
      gateway: { id: found.gateway.id, errors: 0, unmapped: 0 },
    };
  }
  return mapGatewayMessage({ ...found, payload, parsed, calendar: park.calendar, nowMs });
}

function expectedTopic(park: Park): string {
  const ours = `parks/${park.id}/meters/{meter}/readings`;
  return `expected ${[ours, ...park.gateways.map((g) => g.topic.filter)].join(" or ")}`;
}

function parseElement(
  element: unknown,
  meter: string,
  registers: ReadonlySet<string>,
  nowMs: number,
): { reading: ParsedReading | null; problems: ElementProblem[] } {
  const problems: ElementProblem[] = [];
  const complain = (reason: RejectionReason, detail: string) => {
    if (problems.length < 20) problems.push({ reason, detail });
  };
  if (typeof element !== "object" || element === null || Array.isArray(element)) {
    complain("not-an-object", `expected an object, found ${describe(element)}`);
    return { reading: null, problems };
  }
  let timeMs: number | null = null;
  let simulated = false;
  let count = 0;
  const values: Partial<Record<Channel, number>> = {};
  for (const [key, value] of Object.entries(element)) {
    if (key === "time") {
      const time = valueOfTime(value, nowMs);
      if (typeof time === "number") timeMs = time;
      else complain(time.reason, time.detail);
    } else if (key === "simulated") {
      if (typeof value === "boolean") simulated = value;
      else complain("not-an-object", `simulated: expected true or false, found ${describe(value)}`);
    } else if (!isChannel(key) || (isRegisterChannel(key) && !registers.has(key))) {
      complain("unknown-channel", `${shorten(key)} is not a channel of meter ${meter}`);
    } else if (value !== null) {
      const problem = checkValue(key, value);
      if (problem !== null) complain(problem.reason, problem.detail);
      else if (typeof value === "number") {
        values[key] = value + 0; // −0 and 0 are one value
        count++;
      }
    }
  }
  if (!Object.hasOwn(element, "time")) complain("time-invalid", "time: expected, found nothing");
  if (timeMs === null) {
    // Without a time nothing of it can be used, whatever else is wrong: the time is the reason to name.
    problems.sort((a, b) => Number(b.reason.startsWith("time")) - Number(a.reason.startsWith("time")));
    return { reading: null, problems };
  }
  if (count === 0) {
    if (problems.length === 0) complain("no-value", "no channel has a value");
    return { reading: null, problems };
  }
  return { reading: { meter, timeMs, values, simulated, element }, problems };
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/** No format that is read nests deeper than a dozen; JSON.parse reads what nothing that walks it survives. */
const MAX_DEPTH = 64;

/** @throws when it is not JSON in UTF-8, or nested deeper than anything that is read. */
function readJson(payload: Uint8Array): unknown {
  const parsed: unknown = JSON.parse(decoder.decode(payload));
  if (isDeeperThan(parsed, MAX_DEPTH)) throw new Error(`nested more than ${MAX_DEPTH} deep`);
  return parsed;
}

function isDeeperThan(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return depth === 0 || Object.values(value).some((inner) => isDeeperThan(inner, depth - 1));
}
