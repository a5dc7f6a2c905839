import { type Calendar, DAY_MS } from "../../park/calendar.ts";
import type { MeterChange } from "../../store/feed.ts";
import type { EnergySeries, Telemetry } from "../../store/telemetry.ts";
import {
  columnKey,
  cut,
  emptySeries,
  join,
  NoticesMeanwhile,
  type Register,
  type Wanted,
  WantedSpans,
} from "./series.ts";

/**
 * Rows of registers, kept in memory between questions. A notice of change makes a register's rows stale from there
 * on; rows are also read again when they have been kept for a while, so that a missed notice can delay an answer but
 * never falsify it for good.
 */

interface Kept {
  /** The span that was read. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: EnergySeries;
  /** When the oldest of it was read, and when its last days were. */
  readonly readAtMs: number;
  readonly recentAtMs: number;
  /** Rows from here on must be read again; Infinity: none. */
  staleFromMs: number;
}

/** A row's columns, and what a register's hold beside them. */
const ROW_BYTES = 34;
const REGISTER_BYTES = 800;
const MOST_ROWS = 4_000_000;
const FRESH_MS = 15 * 60_000;
const RECENT_DAYS = 3;
const RECENT_FRESH_MS = 60_000;
/** Before rows must be read again they are so behind an answer's back, from this share of their time on. */
const EARLY = 0.6;
/** More spans than this are read as one. */
const MOST_QUERIES = 4;

interface RowCacheParts {
  readonly telemetry: Pick<Telemetry, "readEnergy">;
  readonly calendar: Calendar;
  readonly now: () => number;
  readonly rows: "day" | "interval";
}

export class RowCache {
  readonly #parts: RowCacheParts;
  readonly #kept = new Map<string, Kept>();
  readonly #meanwhile = new NoticesMeanwhile();
  #rows = 0;
  #turn: Promise<unknown> = Promise.resolve();
  #isRefreshing = false;

  constructor(parts: RowCacheParts) {
    this.#parts = parts;
  }

  /** What it holds, about. */
  get bytes(): number {
    return this.#rows * ROW_BYTES + this.#kept.size * REGISTER_BYTES;
  }

  /** To be called with the feed's changes. */
  forget(changes: readonly MeterChange[]): void {
    const { calendar, rows } = this.#parts;
    const stale = new Map<string, number>();
    for (const { meter, fromMs } of changes) {
      const startMs = calendar.floor(fromMs, rows === "day" ? "1d" : "15m");
      stale.set(meter, Math.min(startMs, stale.get(meter) ?? startMs));
    }
    for (const [meter, startMs] of stale) this.#meanwhile.take(meter, startMs);
    for (const kept of this.#kept.values()) {
      const startMs = stale.get(kept.series.meter);
      if (startMs !== undefined) kept.staleFromMs = Math.min(kept.staleFromMs, startMs);
    }
  }

  /** As Telemetry.readEnergy, from memory where it can be; in the order asked. @throws StoreError */
  async read(
    registers: readonly Register[],
    fromMs: number,
    toMs: number,
    limit: number,
  ): Promise<EnergySeries[]> {
    if (this.#wanted(registers, fromMs, toMs, 1).length > 0) {
      return await this.#inTurn(async () => {
        for (const wanted of this.#wanted(registers, fromMs, toMs, 1)) await this.#fetch(wanted, limit);
        return this.#answer(registers, fromMs, toMs);
      });
    }
    if (!this.#isRefreshing && this.#wanted(registers, fromMs, toMs, EARLY).length > 0) {
      this.#isRefreshing = true;
      this.#inTurn(async () => {
        for (const wanted of this.#wanted(registers, fromMs, toMs, EARLY)) await this.#fetch(wanted, limit);
      })
        .catch(() => undefined) // who asks when it must be read is told
        .finally(() => {
          this.#isRefreshing = false;
        });
    }
    return this.#answer(registers, fromMs, toMs);
  }

  /** One at a time: what one read keeps, another that ran beside it must not replace by less. */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return await mine;
  }

  #answer(registers: readonly Register[], fromMs: number, toMs: number): EnergySeries[] {
    const answer = registers.map((register) => {
      const kept = this.#kept.get(columnKey(register));
      return kept === undefined ? emptySeries(register) : cut(kept.series, fromMs, toMs);
    });
    if (this.#rows > MOST_ROWS) {
      this.#kept.clear();
      this.#rows = 0;
    }
    return answer;
  }

  /** What must be read, of what is older than this share of its time. */
  #wanted(registers: readonly Register[], fromMs: number, toMs: number, share: number): readonly Wanted[] {
    const nowMs = this.#parts.now();
    const wanted = new WantedSpans();
    for (const register of registers) {
      const span = this.#missing(this.#kept.get(columnKey(register)), fromMs, toMs, nowMs, share);
      if (span !== null) wanted.add(register, span.fromMs, span.toMs);
    }
    return wanted.reads(MOST_QUERIES);
  }

  /** What of a register must be read for a span; null: nothing. */
  #missing(
    kept: Kept | undefined,
    fromMs: number,
    toMs: number,
    nowMs: number,
    share: number,
  ): { fromMs: number; toMs: number } | null {
    if (kept === undefined) return { fromMs, toMs };
    const aged = nowMs - kept.readAtMs > share * FRESH_MS || nowMs < kept.readAtMs;
    if (aged || fromMs < kept.fromMs || toMs > kept.toMs)
      return { fromMs: Math.min(fromMs, kept.fromMs), toMs: Math.max(toMs, kept.toMs) };
    const recentlyRead = nowMs - kept.recentAtMs <= share * RECENT_FRESH_MS;
    const staleMs = Math.min(kept.staleFromMs, recentlyRead ? Number.POSITIVE_INFINITY : this.#recent(nowMs));
    return staleMs >= toMs ? null : { fromMs: Math.max(staleMs, kept.fromMs), toMs: kept.toMs };
  }

  async #fetch({ registers, fromMs, toMs }: Wanted, limit: number): Promise<void> {
    const { telemetry, rows, now } = this.#parts;
    const nowMs = now();
    this.#meanwhile.begin();
    const found = new Map<string, EnergySeries>();
    for (const s of await telemetry.readEnergy({ rows, registers, fromMs, toMs, limit })) {
      found.set(columnKey(s), s);
    }
    for (const register of registers) {
      const key = columnKey(register);
      const fresh = found.get(key) ?? emptySeries(register);
      const kept = this.#kept.get(key);
      const part = kept !== undefined && fromMs > kept.fromMs;
      const series = part ? join(register, [cut(kept.series, kept.fromMs, fromMs), fresh]) : fresh;
      this.#rows += series.startMs.length - (kept?.series.startMs.length ?? 0);
      this.#kept.set(key, {
        fromMs: part ? kept.fromMs : fromMs,
        toMs,
        series,
        readAtMs: part ? kept.readAtMs : nowMs,
        recentAtMs: part && fromMs > this.#recent(nowMs) ? kept.recentAtMs : nowMs,
        staleFromMs: this.#meanwhile.since(register.meter),
      });
    }
    this.#meanwhile.end();
  }

  #recent(nowMs: number): number {
    return this.#parts.calendar.floor(nowMs - RECENT_DAYS * DAY_MS, "1d");
  }
}
