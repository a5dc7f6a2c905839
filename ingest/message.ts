import type { Park } from "../park/park.ts";
import { CHANNELS, type Channel, isChannel, isRegisterChannel } from "../park/quantities.ts";
import type { Message } from "./source.ts";
import { valueOfTime } from "./time.ts";

/** From a topic and a payload to readings, or to the reason why not. Pure; nothing is silently dropped. */

/** Why a message or a part of it could not be used: the closed set of `DeadLetter.reason`. */
export const REJECTIONS = [
  "malformed-json",
  "not-an-object",
  "unknown-topic",
  "other-park",
  "unknown-meter",
  "virtual-meter",
  "unknown-channel",
  "not-a-number",
  "negative-register",
  "out-of-range",
  "no-value",
  "time-invalid",
  "time-before-2000",
  "too-large",
  /** More than MAX_SUPERSEDED different values for one instant (E9). */
  "too-many-conflicts",
  /** More readings ahead of time than are held (E12). */
  "too-many-held",
  /** The telemetry store will never take it. */
  "store-rejected",
] as const;
export type RejectionReason = (typeof REJECTIONS)[number];

export const MAX_PAYLOAD_BYTES = 1_048_576;
export const MAX_ELEMENTS = 10_000;
/** A display has at most twelve digits before the decimal point, as the park file says. */
const MAX_REGISTER = 1e12;
/** What a dead letter keeps of a payload. */
const KEPT_BYTES = 65_536;

/** One object of a message, taken. */
export interface ParsedReading {
  readonly meter: string;
  readonly timeMs: number;
  readonly values: Readonly<Partial<Record<Channel, number>>>;
  readonly simulated: boolean;
  /** The object as it came, for a dead letter should the store refuse it. */
  readonly element: unknown;
}

/** A message or one object of it, refused; of an object with both good and bad channels the good ones are taken. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly detail: string;
  readonly payload: string;
  readonly encoding: "utf8" | "base64";
  readonly bytes: number;
}

export interface ParsedMessage {
  readonly readings: readonly ParsedReading[];
  readonly rejections: readonly Rejection[];
}

/**
 * Reads one message of the wire format: topic `parks/{park}/meters/{meter}/readings`, payload a JSON object or an
 * array of them. Each bad object of an array is a rejection of its own while the good ones are taken.
 */
export function parseMessage(message: Message, park: Park, nowMs: number): ParsedMessage {
  const { topic, payload } = message;
  const whole = (reason: RejectionReason, detail: string): ParsedMessage => ({
    readings: [],
    rejections: [{ reason, detail, ...keepPayload(payload) }],
  });
  if (payload.byteLength > MAX_PAYLOAD_BYTES)
    return whole("too-large", `${payload.byteLength} bytes, at most ${MAX_PAYLOAD_BYTES} are read`);
  const levels = topic.split("/");
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
    return whole("unknown-topic", `expected parks/${park.id}/meters/{meter}/readings`);
  const meter = park.meterById.get(meterId);
  if (meter === undefined)
    return whole("unknown-meter", `meter ${shorten(meterId)} is not declared in the park file`);
  if (meter.sum !== null)
    return whole("virtual-meter", `meter ${meterId} is a sum of others and sends nothing itself`);

  let parsed: unknown;
  try {
    parsed = JSON.parse(decoder.decode(payload));
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

type ElementProblem = { reason: RejectionReason; detail: string };

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

function checkValue(channel: Channel, value: unknown): ElementProblem | null {
  if (typeof value !== "number" || !Number.isFinite(value))
    return { reason: "not-a-number", detail: `${channel}: expected a number, found ${describe(value)}` };
  const spec = CHANNELS[channel];
  if (spec.kind === "register") {
    if (value < 0)
      return { reason: "negative-register", detail: `${channel}: expected 0 or more, found ${value}` };
    if (value >= MAX_REGISTER)
      return {
        reason: "out-of-range",
        detail: `${channel}: expected less than ${MAX_REGISTER}, found ${value}`,
      };
    return null;
  }
  if ((spec.minimum !== null && value < spec.minimum) || (spec.maximum !== null && value > spec.maximum)) {
    const range = `${spec.minimum ?? "…"} to ${spec.maximum ?? "…"}`;
    return { reason: "out-of-range", detail: `${channel}: expected ${range}, found ${value}` };
  }
  return null;
}

const decoder = new TextDecoder("utf-8", { fatal: true });
/** Keeps a byte-order mark, so that what is kept is what came. */
const exactDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The part of a payload that a dead letter keeps: text where it is UTF-8, else base64. */
export function keepPayload(payload: Uint8Array): Pick<Rejection, "payload" | "encoding" | "bytes"> {
  const bytes = payload.byteLength;
  const kept = Buffer.from(payload.buffer, payload.byteOffset, Math.min(bytes, KEPT_BYTES));
  // A cut may fall inside a character: up to three bytes of it are left out before the text is judged.
  for (let cut = 0; cut <= (bytes > KEPT_BYTES ? 3 : 0); cut++) {
    try {
      const text = exactDecoder.decode(kept.subarray(0, kept.byteLength - cut));
      if (text.includes("\0")) break; // text columns of stores refuse it
      return { payload: text, encoding: "utf8", bytes };
    } catch {
      // not the end of a character: try a shorter cut, then base64
    }
  }
  return { payload: kept.toString("base64"), encoding: "base64", bytes };
}

/** The same for one object of a message, written as JSON again. */
export function keepElement(element: unknown): Pick<Rejection, "payload" | "encoding" | "bytes"> {
  return keepPayload(Buffer.from(JSON.stringify(element, withInfinity) ?? "null"));
}

/** JSON.parse reads 1e999 as Infinity, which JSON.stringify would write as null: that would hide what came. */
function withInfinity(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  return shorten(JSON.stringify(value) ?? String(value));
}

function shorten(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
