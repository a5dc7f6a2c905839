import { CHANNELS, type Channel } from "../../park/quantities.ts";

/** What cannot be used, why, and what of it is kept: shared by all formats. Pure. */

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
  /** A gateway could not read any of the park's tags in it. */
  "gateway-error",
  /** Tags of a gateway that no point of the park file names. */
  "unmapped",
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

/** A display has at most twelve digits before the decimal point, as the park file says. */
export const MAX_REGISTER = 1e12;
/** What a dead letter keeps of a payload. */
const KEPT_BYTES = 65_536;

/** A message or one object of it, refused; of an object with both good and bad channels the good ones are taken. */
export interface Rejection {
  readonly reason: RejectionReason;
  readonly detail: string;
  readonly payload: string;
  readonly encoding: "utf8" | "base64";
  readonly bytes: number;
}

/** Why one object of a message, or one of its values, is not taken. */
export interface ElementProblem {
  readonly reason: RejectionReason;
  readonly detail: string;
}

/** What is wrong with a value for a channel, null when it may be taken: a finite number within the channel's range. */
export function checkValue(channel: Channel, value: unknown): ElementProblem | null {
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

/** What was found, for a detail. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return shorten(JSON.stringify(shorten(value)));
  return shorten(JSON.stringify(value) ?? String(value));
}

/** At most 500 characters of a text. */
export function shorten(text: string): string {
  return text.length > 500 ? `${text.slice(0, 499)}…` : text;
}
