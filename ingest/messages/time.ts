/** The `time` of a reading, and how far it may be from now (E12). Instants are epoch milliseconds. */

export const YEAR_2000_MS = 946_684_800_000;
/** A reading further ahead of now than this is held until its time comes. */
export const AHEAD_MS = 300_000;
/**
 * A reading ahead of time is held only within a bound, else a clock set to the year 9999 would be "held" for ever,
 * which is a loss by another name; ten years is beyond every replay and plan.
 */
export const MAX_AHEAD_MS = 10 * 366 * 86_400_000;

const ISO =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:[Zz]|([+-])(\d{2}):?(\d{2}))$/;

export interface TimeProblem {
  readonly reason: "time-invalid" | "time-before-2000";
  readonly detail: string;
}

/** ISO 8601 with an offset, or epoch milliseconds, to epoch milliseconds (fractions of one cut off), or what is wrong. */
export function valueOfTime(value: unknown, nowMs: number): number | TimeProblem {
  const timeMs =
    typeof value === "string"
      ? parseIso(value)
      : typeof value === "number" && Number.isSafeInteger(value)
        ? value
        : null;
  if (timeMs === null) {
    const found = JSON.stringify(value)?.slice(0, 80) ?? "nothing";
    return {
      reason: "time-invalid",
      detail: `time: expected ISO 8601 with an offset or epoch milliseconds, found ${found}`,
    };
  }
  if (timeMs < YEAR_2000_MS) {
    const hint = timeMs > 0 && timeMs * 1000 > YEAR_2000_MS ? " (seconds instead of milliseconds?)" : "";
    return {
      reason: "time-before-2000",
      detail: `time: ${new Date(Math.max(timeMs, -8.64e15)).toISOString()}${hint}`,
    };
  }
  if (timeMs > nowMs + MAX_AHEAD_MS)
    return {
      reason: "time-invalid",
      detail: `time: more than ten years ahead, found ${String(value).slice(0, 80)}`,
    };
  return timeMs;
}

function parseIso(text: string): number | null {
  const parts = ISO.exec(text);
  const wallMs = parts === null ? null : wallOf(parts);
  if (parts === null || wallMs === null) return null;
  const [hours, minutes] = [Number(parts[9] ?? 0), Number(parts[10] ?? 0)];
  if (hours > 14 || minutes > 59) return null;
  return wallMs - (hours * 60 + minutes) * 60_000 * (parts[8] === "-" ? -1 : 1);
}

/**
 * The parts of a date and time (year, month, day, hour, minute, second, fraction as a match's groups 1 to 7) as if they
 * were UTC; null where there is no such date or time: Date.UTC would turn the 30th of February into March.
 */
export function wallOf(parts: RegExpExecArray): number | null {
  const number = (i: number) => Number(parts[i] ?? 0);
  const [year, month, day, hour, minute, second] = [
    number(1),
    number(2),
    number(3),
    number(4),
    number(5),
    number(6),
  ];
  if (hour > 23 || minute > 59 || second > 59 || year < 100) return null;
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(wallMs);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return wallMs + Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
}
