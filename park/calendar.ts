import { TZDate } from "@date-fns/tz";

/** The park's calendar: where days, months and years begin in its time zone. Instants are epoch milliseconds. */

export const QUARTER_MS = 900_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

export const RESOLUTIONS = ["15m", "1h", "1d", "1M", "1y"] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export class Calendar {
  readonly timeZone: string;
  /** Starts of local days already worked out, by local day number; a time zone look-up costs microseconds. */
  readonly #dayStarts = new Map<number, number>();
  readonly #offsets = new Map<number, number>();

  /** @param timeZone an IANA name; an unknown one throws RangeError. */
  constructor(timeZone: string) {
    new Intl.DateTimeFormat("en", { timeZone });
    this.timeZone = timeZone;
  }

  /** Start of the bucket of this resolution that holds the instant. */
  floor(timeMs: number, resolution: Resolution): number {
    if (resolution === "15m") return Math.floor(timeMs / QUARTER_MS) * QUARTER_MS;
    if (resolution === "1h") {
      const offsetMs = this.#offsetMs(timeMs);
      return Math.floor((timeMs + offsetMs) / HOUR_MS) * HOUR_MS - offsetMs;
    }
    const { year, month, day } = this.parts(timeMs);
    if (resolution === "1d") return this.at(year, month, day);
    return resolution === "1M" ? this.at(year, month, 1) : this.at(year, 1, 1);
  }

  /** Start of the bucket after the one that starts at `startMs`. */
  next(startMs: number, resolution: Resolution): number {
    if (resolution === "15m") return startMs + QUARTER_MS;
    if (resolution === "1h") return startMs + HOUR_MS;
    const { year, month, day } = this.parts(startMs);
    if (resolution === "1d") return this.at(year, month, day + 1);
    return resolution === "1M" ? this.at(year, month + 1, 1) : this.at(year + 1, 1, 1);
  }

  /** True when the instant is an edge of buckets of this resolution. */
  isEdge(timeMs: number, resolution: Resolution): boolean {
    return this.floor(timeMs, resolution) === timeMs;
  }

  /** Starts of all buckets that meet [fromMs, toMs). */
  buckets(fromMs: number, toMs: number, resolution: Resolution): number[] {
    const starts: number[] = [];
    for (let t = this.floor(fromMs, resolution); t < toMs; t = this.next(t, resolution)) starts.push(t);
    return starts;
  }

  /** Midnight of a local date; month and day may overflow (month 13 is the next January). */
  at(year: number, month: number, day: number): number {
    const dayNumber = Date.UTC(year, month - 1, day) / DAY_MS;
    let start = this.#dayStarts.get(dayNumber);
    if (start === undefined) {
      const date = new Date(dayNumber * DAY_MS);
      start = new TZDate(
        date.getUTCFullYear(),
        date.getUTCMonth(),
        date.getUTCDate(),
        this.timeZone,
      ).getTime();
      if (this.#dayStarts.size > 40_000) this.#dayStarts.clear();
      this.#dayStarts.set(dayNumber, start);
    }
    return start;
  }

  /** The local wall-clock parts of an instant; `weekday` 0 is Sunday. */
  parts(timeMs: number): {
    year: number;
    month: number;
    day: number;
    hour: number;
    minute: number;
    weekday: number;
  } {
    const local = new Date(timeMs + this.#offsetMs(timeMs));
    return {
      year: local.getUTCFullYear(),
      month: local.getUTCMonth() + 1,
      day: local.getUTCDate(),
      hour: local.getUTCHours(),
      minute: local.getUTCMinutes(),
      weekday: local.getUTCDay(),
    };
  }

  /**
   * The instants at which the park's clocks show this date and time (its parts as if they were UTC): none in an hour
   * that is skipped in spring, two in one that comes twice in autumn, else one.
   */
  instantsOf(wallMs: number): number[] {
    const offsets = new Set([this.#offsetMs(wallMs - DAY_MS), this.#offsetMs(wallMs + DAY_MS)]);
    return [...offsets].map((o) => wallMs - o).filter((t) => t + this.#offsetMs(t) === wallMs);
  }

  /** The instant as ISO 8601 with the park's offset, to the second: 2026-11-20T16:15:00+08:00. */
  iso(timeMs: number): string {
    const offsetMs = this.#offsetMs(timeMs);
    const sign = offsetMs < 0 ? "-" : "+";
    const minutes = Math.abs(offsetMs) / 60_000;
    const pad = (n: number) => String(Math.trunc(n)).padStart(2, "0");
    return `${new Date(timeMs + offsetMs).toISOString().slice(0, 19)}${sign}${pad(minutes / 60)}:${pad(minutes % 60)}`;
  }

  /** Local date as YYYY-MM-DD. */
  dateKey(timeMs: number): string {
    return this.iso(timeMs).slice(0, 10);
  }

  /** Local month as YYYY-MM. */
  monthKey(timeMs: number): string {
    return this.iso(timeMs).slice(0, 7);
  }

  /** The zone's offset from UTC; zones change it only on quarter-hours, so it is remembered by quarter-hour of the day's hour. */
  #offsetMs(timeMs: number): number {
    const key = Math.floor(timeMs / QUARTER_MS);
    let offset = this.#offsets.get(key);
    if (offset === undefined) {
      offset = -new TZDate(key * QUARTER_MS, this.timeZone).getTimezoneOffset() * 60_000;
      if (this.#offsets.size > 200_000) this.#offsets.clear();
      this.#offsets.set(key, offset);
    }
    return offset;
  }
}
