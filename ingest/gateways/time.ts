import type { Calendar } from "../../park/calendar.ts";
import type { TimeFormat } from "../../park/gateways.ts";
import { describe } from "../messages/rejection.ts";
import { type TimeProblem, valueOfTime, wallOf } from "../messages/time.ts";

const LOCAL = /^(\d{4})[-/](\d{2})[-/](\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/;
const EXPECTED: Readonly<Record<TimeFormat, string>> = {
  iso: "ISO 8601 with an offset",
  "epoch-ms": "epoch milliseconds",
  "epoch-s": "epoch seconds",
  local: "yyyy-MM-dd HH:mm:ss in the park's time zone",
  yyyyMMddHHmmssSSS: "yyyyMMddHHmmssSSS in the park's time zone, as a text",
};

/**
 * A gateway's time in its declared form to epoch milliseconds, or what is wrong; the bounds are those of every
 * reading (E12). Numbers may be written as texts. A local time that never was, or was twice (daylight saving), is
 * refused: nothing is guessed.
 */
export function timeOf(
  value: unknown,
  format: TimeFormat,
  calendar: Calendar,
  nowMs: number,
): number | TimeProblem {
  const wrong = (hint = ""): TimeProblem => ({
    reason: "time-invalid",
    detail: `time: expected ${EXPECTED[format]}, found ${describe(value).slice(0, 80)}${hint}`,
  });
  switch (format) {
    case "iso":
      return typeof value === "string" ? valueOfTime(value, nowMs) : wrong();
    case "epoch-ms":
    case "epoch-s": {
      const count = typeof value === "string" && /^\d{1,16}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
      if (typeof count !== "number" || !Number.isFinite(count)) return wrong();
      const timeMs = format === "epoch-s" ? Math.round(count * 1000) : Math.floor(count);
      return Number.isSafeInteger(timeMs) ? valueOfTime(timeMs, nowMs) : wrong();
    }
    case "local":
    case "yyyyMMddHHmmssSSS": {
      const written =
        typeof value === "number" && format === "yyyyMMddHHmmssSSS" && Number.isSafeInteger(value)
          ? String(value)
          : value;
      const parts = typeof written === "string" ? (format === "local" ? LOCAL : COMPACT).exec(written) : null;
      const wallMs = parts === null ? null : wallOf(parts);
      if (wallMs === null) return wrong();
      const [first, second] = calendar.instantsOf(wallMs);
      if (first === undefined) return wrong(", an hour that the park's clocks skip");
      if (second !== undefined) return wrong(", an hour that the park's clocks have twice");
      return valueOfTime(first, nowMs);
    }
  }
}
