import { type Calendar, DAY_MS } from "../../park/calendar.ts";
import type { MeterChange } from "../../store/feed.ts";
import type { EnergySeries, Telemetry } from "../../store/telemetry.ts";
import { RowCache } from "./row-cache.ts";
import { columnKey, cut, emptySeries, join, type Register } from "./series.ts";

/**
 * What is kept of the store between questions: day rows, quarter-hours of single days, and what was made of a day's
 * rows. Notices of change and age make it give way.
 */

/** Quarter-hours that are kept: a month and more of a park of 500 meters. */
const MOST_QUARTER_BYTES = 64_000_000;
/** Longer spans of quarter-hours are asked seldom, and would drive out what is asked often. */
const MOST_DAYS = 2;
const MOST_RESULTS = 20_000;
const RESULT_FRESH_MS = 15 * 60_000;
const RECENT_MS = 3 * DAY_MS;
const RECENT_RESULT_FRESH_MS = 60_000;

interface Result {
  readonly value: unknown;
  readonly dayMs: number;
  readonly madeMs: number;
}

interface EnergyMemoryParts {
  readonly telemetry: Pick<Telemetry, "readEnergy">;
  readonly calendar: Calendar;
  readonly now: () => number;
}

export class EnergyMemory {
  readonly #parts: EnergyMemoryParts;
  readonly #days: RowCache;
  /** Quarter-hours by day, the one asked last at the end. */
  readonly #pages = new Map<number, RowCache>();
  readonly #results = new Map<string, Result>();
  /** Notices so far: what was made while one came may be older than it. */
  #notices = 0;

  constructor(parts: EnergyMemoryParts) {
    this.#parts = parts;
    this.#days = new RowCache({ ...parts, rows: "day" });
  }

  /** To be called with the feed's changes. */
  forget(changes: readonly MeterChange[]): void {
    if (changes.length === 0) return;
    this.#notices += 1;
    this.#days.forget(changes);
    const earliestMs = Math.min(...changes.map((c) => c.fromMs));
    const firstDayMs = this.#parts.calendar.floor(earliestMs, "1d");
    for (const [dayMs, page] of this.#pages) if (dayMs >= firstDayMs) page.forget(changes);
    for (const [key, { dayMs }] of this.#results) if (dayMs >= firstDayMs) this.#results.delete(key);
  }

  /** As Telemetry.readEnergy; in the order asked. @throws StoreError */
  async read(
    rows: "day" | "interval",
    registers: readonly Register[],
    fromMs: number,
    toMs: number,
    limit: number,
  ): Promise<EnergySeries[]> {
    const { telemetry, calendar } = this.#parts;
    if (rows === "day") return await this.#days.read(registers, fromMs, toMs, limit);
    const days = calendar.buckets(fromMs, toMs, "1d");
    if (days.length > MOST_DAYS) {
      const series = new Map(
        (await telemetry.readEnergy({ rows, registers, fromMs, toMs, limit })).map((s) => [columnKey(s), s]),
      );
      return registers.map((register) => series.get(columnKey(register)) ?? emptySeries(register));
    }
    const found: EnergySeries[][] = [];
    for (const dayMs of days) {
      const page = this.#page(dayMs);
      const whole = await page.read(registers, dayMs, calendar.next(dayMs, "1d"), limit);
      found.push(whole.map((series) => cut(series, fromMs, toMs)));
    }
    this.#makeRoom();
    const [only, ...more] = found;
    if (only !== undefined && more.length === 0) return only;
    return registers.map((register, i) =>
      join(
        register,
        found.map((series) => series[i] ?? emptySeries(register)),
      ),
    );
  }

  /** What was made of a day's rows, until a notice touches the day or it is old. @throws what `make` throws */
  async ofDay<T>(name: string, dayMs: number, make: () => Promise<T>): Promise<T> {
    const nowMs = this.#parts.now();
    const key = `${name} ${dayMs}`;
    const kept = this.#results.get(key);
    const freshMs = dayMs > nowMs - RECENT_MS ? RECENT_RESULT_FRESH_MS : RESULT_FRESH_MS;
    if (kept !== undefined && nowMs >= kept.madeMs && nowMs - kept.madeMs <= freshMs) {
      return kept.value as T; // one name is of one kind
    }
    const before = this.#notices;
    const value = await make();
    if (this.#notices === before) {
      if (this.#results.size >= MOST_RESULTS) this.#results.clear();
      this.#results.set(key, { value, dayMs, madeMs: nowMs });
    }
    return value;
  }

  #page(dayMs: number): RowCache {
    const page = this.#pages.get(dayMs) ?? new RowCache({ ...this.#parts, rows: "interval" });
    this.#pages.delete(dayMs);
    this.#pages.set(dayMs, page);
    return page;
  }

  /** Lets go of the days that were not asked for longest. */
  #makeRoom(): void {
    let bytes = 0;
    for (const page of this.#pages.values()) bytes += page.bytes;
    for (const [dayMs, page] of this.#pages) {
      if (bytes <= MOST_QUARTER_BYTES || this.#pages.size === 1) break;
      this.#pages.delete(dayMs);
      bytes -= page.bytes;
    }
  }
}
