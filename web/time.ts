/** Instants in the park's zone. Instants are epoch ms; a day is `YYYY-MM-DD` of the park. */

const QUARTER_MS = 900_000;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function intl(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options);
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}

export interface ZonedParts {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The wall clock of a zone at an instant. */
export function zonedParts(timeMs: number, timeZone: string): ZonedParts {
  const parts = intl("en-GB", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(timeMs);
  const of = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? "0");
  return {
    year: of("year"),
    month: of("month"),
    day: of("day"),
    hour: of("hour"),
    minute: of("minute"),
    second: of("second"),
  };
}

const two = (n: number): string => String(n).padStart(2, "0");

/** The park's day that holds an instant. */
export function dayOf(timeMs: number, timeZone: string): string {
  const p = zonedParts(timeMs, timeZone);
  return `${p.year}-${two(p.month)}-${two(p.day)}`;
}

function offsetMs(timeMs: number, timeZone: string): number {
  const p = zonedParts(timeMs, timeZone);
  return Date.UTC(p.year, p.month - 1, p.day, p.hour, p.minute, p.second) - Math.floor(timeMs / 1000) * 1000;
}

/** Midnight at the start of a day; an unreadable day throws RangeError. */
export function dayStart(day: string, timeZone: string): number {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  const utc = match ? Date.parse(`${day}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(utc)) throw new RangeError(`day: expected YYYY-MM-DD, found ${day}`);
  // twice: the first guess may fall on the other side of a change of clocks
  const guess = utc - offsetMs(utc, timeZone);
  return utc - offsetMs(guess, timeZone);
}

/**
 * A wall clock of the zone (`2026-11-20T14:36`, seconds may follow) as ISO 8601 with its offset; of an hour that comes
 * twice the first. An unreadable one throws RangeError.
 */
export function zonedInstant(wall: string, timeZone: string): string {
  const text = wall.length === 16 ? `${wall}:00` : wall;
  const utc = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  if (Number.isNaN(utc)) throw new RangeError(`time: expected YYYY-MM-DDThh:mm, found ${wall}`);
  const before = offsetMs(utc - DAY_MS, timeZone);
  const offset = offsetMs(utc - before, timeZone) === before ? before : offsetMs(utc + DAY_MS, timeZone);
  const minutes = Math.abs(offset) / 60_000;
  return `${text}${offset < 0 ? "-" : "+"}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`;
}

/** The day some days later (or earlier). */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Start of the quarter-hour that holds an instant. */
export function quarterOf(timeMs: number): number {
  return Math.floor(timeMs / QUARTER_MS) * QUARTER_MS;
}

/** 14:36 */
export function hourMinute(timeMs: number, timeZone: string): string {
  const p = zonedParts(timeMs, timeZone);
  return `${two(p.hour)}:${two(p.minute)}`;
}

/** 14:36:12 */
export function clock(timeMs: number, timeZone: string): string {
  const p = zonedParts(timeMs, timeZone);
  return `${two(p.hour)}:${two(p.minute)}:${two(p.second)}`;
}

/** 11月20日, or 20 Nov; with the weekday (周五, Fri) when asked. */
export function dayLabel(day: string, lang: string, weekday = false): string {
  const at = Date.parse(`${day}T12:00:00Z`);
  if (lang === "en") {
    const text = intl("en-GB", { timeZone: "UTC", day: "numeric", month: "short" }).format(at);
    return weekday ? `${intl("en-GB", { timeZone: "UTC", weekday: "short" }).format(at)} ${text}` : text;
  }
  const month = Number(day.slice(5, 7));
  const text = `${month}\u2009月\u2009${Number(day.slice(8, 10))}\u2009日`;
  return weekday ? `${text} ${intl("zh-CN", { timeZone: "UTC", weekday: "short" }).format(at)}` : text;
}
