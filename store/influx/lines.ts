import { StoreError } from "../telemetry.ts";

/** Line protocol and InfluxQL text. Ids are refused unless they need no escaping anywhere. */

const ID = /^[a-z0-9-]{1,64}$/;

/** Lower bound of every query: E12 refuses readings before 2000. */
const FIRST_MS = Date.UTC(2000, 0, 1);

export type FieldValue = number | string | boolean;

/** True for ids that can stand in a line or a query as they are. */
export function isPlainId(id: string): boolean {
  return ID.test(id);
}

/**
 * One point. Numbers are written as floats (never with the suffix of an integer: the first writer would decide the
 * field's type). @throws StoreError "rejected" for an id that is not plain.
 */
export function line(
  measurement: string,
  tags: Readonly<Record<string, string>>,
  fields: readonly (readonly [name: string, value: FieldValue])[],
  timeMs: number,
): string {
  let text = lineHead(measurement, tags);
  let separator = " ";
  for (const [name, value] of fields) {
    text += `${separator}${name}=${fieldText(value)}`;
    separator = ",";
  }
  return `${text} ${timeMs}`;
}

/** A point's line up to its fields. @throws StoreError "rejected" for an id that is not plain. */
export function lineHead(measurement: string, tags: Readonly<Record<string, string>>): string {
  let text = measurement;
  for (const [name, value] of Object.entries(tags)) {
    if (name !== "channel" && !isPlainId(value)) {
      throw new StoreError("rejected", `${name} ${JSON.stringify(value)} is not an id of [a-z0-9-]`);
    }
    text += `,${name}=${value}`;
  }
  return text;
}

const FLAGS_SPAN = 65_536;

/** A row's known time and flags in one field: each field read costs as much again as the row. */
export function packQuality(row: { readonly knownMs: number; readonly flags: number }): number {
  return row.knownMs * FLAGS_SPAN + row.flags;
}

export function unpackQuality(q: number): { knownMs: number; flags: number } {
  const knownMs = Math.floor(q / FLAGS_SPAN);
  return { knownMs, flags: q - knownMs * FLAGS_SPAN };
}

/** The condition `meter = 'a' OR …`; ids that are not plain cannot have been written and are left out. */
export function meterCondition(meters: readonly string[]): string {
  return `(${meters.map((meter) => `meter = '${meter}'`).join(" OR ")})`;
}

/** The condition for [fromMs, toMs), never open at either end. */
export function timeCondition(fromMs: number, toMs: number): string {
  const last = Date.UTC(2200, 0, 1);
  const from = Math.min(last, Math.max(FIRST_MS, Math.ceil(fromMs)));
  const to = Math.min(last, Math.max(FIRST_MS, Math.ceil(toMs)));
  return `time >= ${from}ms AND time < ${to}ms`;
}

/** A value as a line has it. */
export function fieldText(value: FieldValue): string {
  if (typeof value === "string") return quoted(value);
  const text = String(value);
  // Some engines scale a short mantissa by its power of ten in one more rounding; a long one they all read exactly.
  return typeof value === "number" && text.includes("e") ? value.toExponential(20) : text;
}

/** A text in quotation marks, on one line: to openGemini an end of line is the end of the point, also in a text. */
export function quoted(text: string): string {
  const oneLine = text.replaceAll("~", "~0").replaceAll("\n", "~1");
  return `"${oneLine.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}

/** The text of a stored field. */
export function fromOneLine(text: string): string {
  return text.includes("~") ? text.replaceAll("~1", "\n").replaceAll("~0", "~") : text;
}
