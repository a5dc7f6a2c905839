import { type Calendar, DAY_MS } from "../../park/calendar.ts";
import type { MeterChange } from "../../store/feed.ts";
import type { EnergyQuery, EnergySeries, Telemetry } from "../../store/telemetry.ts";

/**
 * Day rows of registers, kept in memory between questions. A notice of change makes a register's rows stale from
 * that day on; rows are also read again when they have been kept for a while, so that a missed notice can delay
 * an answer but never falsify it for good.
 */

type Register = EnergyQuery["registers"][number];

interface Kept {
  /** The span that was read, on day edges. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly series: EnergySeries;
  /** When the oldest of it was read, and when its last days were. */
  readonly readAtMs: number;
  readonly recentAtMs: number;
  /** Rows from this day on must be read again; Infinity: none. */
  staleFromMs: number;
}

interface Wanted {
  readonly fromMs: number;
  readonly toMs: number;
  readonly registers: Register[];
}

/** About 30 bytes a row. */
const MOST_ROWS = 4_000_000;
const FRESH_MS = 15 * 60_000;
const RECENT_DAYS = 3;
const RECENT_FRESH_MS = 60_000;
/** More spans than this are read as one. */
const MOST_QUERIES = 4;

export class DayCache {
  readonly #telemetry: Pick<Telemetry, "readEnergy">;
  readonly #calendar: Calendar;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();
  /** The newest notice of each meter: rows read while it came may be older than it. */
  readonly #notices = new Map<string, { readonly count: number; readonly dayMs: number }>();
  #count = 0;
  #rows = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(telemetry: Pick<Telemetry, "readEnergy">, calendar: Calendar, now: () => number) {
    this.#telemetry = telemetry;
    this.#calendar = calendar;
    this.#now = now;
  }

  /** To be called with the feed's changes. */
  forget(changes: readonly MeterChange[]): void {
    const stale = new Map<string, number>();
    for (const { meter, fromMs } of changes) {
      const dayMs = this.#calendar.floor(fromMs, "1d");
      stale.set(meter, Math.min(dayMs, stale.get(meter) ?? dayMs));
    }
    for (const [meter, dayMs] of stale) this.#notices.set(meter, { count: ++this.#count, dayMs });
    for (const kept of this.#kept.values()) {
      const dayMs = stale.get(kept.series.meter);
      if (dayMs !== undefined) kept.staleFromMs = Math.min(kept.staleFromMs, dayMs);
    }
  }

  /** As Telemetry.readEnergy of day rows, from memory where it can be; in the order asked. @throws StoreError */
  async read(
    registers: readonly Register[],
    fromMs: number,
    toMs: number,
    limit: number,
  ): Promise<EnergySeries[]> {
    if (this.#wanted(registers, fromMs, toMs).length > 0) {
      // One at a time: what one read keeps, another that ran beside it must not replace by less.
      const mine = this.#turn.then(async () => {
        for (const wanted of this.#wanted(registers, fromMs, toMs)) await this.#fetch(wanted, limit);
        return this.#answer(registers, fromMs, toMs);
      });
      this.#turn = mine.catch(() => undefined);
      return await mine;
    }
    return this.#answer(registers, fromMs, toMs);
  }

  #answer(registers: readonly Register[], fromMs: number, toMs: number): EnergySeries[] {
    const answer = registers.map((register) => {
      const kept = this.#kept.get(keyOf(register));
      return kept === undefined ? emptySeries(register) : slice(kept.series, fromMs, toMs);
    });
    if (this.#rows > MOST_ROWS) {
      this.#kept.clear();
      this.#rows = 0;
    }
    return answer;
  }

  #wanted(registers: readonly Register[], fromMs: number, toMs: number): readonly Wanted[] {
    const nowMs = this.#now();
    const groups = new Map<string, Wanted>();
    for (const register of registers) {
      const span = this.#missing(this.#kept.get(keyOf(register)), fromMs, toMs, nowMs);
      if (span === null) continue;
      const key = `${span.fromMs} ${span.toMs}`;
      const group = groups.get(key) ?? { ...span, registers: [] };
      groups.set(key, group);
      group.registers.push(register);
    }
    return joinedQueries([...groups.values()]);
  }

  /** What of a register must be read for a span; null: nothing. */
  #missing(
    kept: Kept | undefined,
    fromMs: number,
    toMs: number,
    nowMs: number,
  ): { fromMs: number; toMs: number } | null {
    if (kept === undefined) return { fromMs, toMs };
    const whole = { fromMs: Math.min(fromMs, kept.fromMs), toMs: Math.max(toMs, kept.toMs) };
    const aged = nowMs - kept.readAtMs > FRESH_MS || nowMs < kept.readAtMs;
    if (aged || fromMs < kept.fromMs || toMs > kept.toMs) return whole;
    const recentlyRead = nowMs - kept.recentAtMs <= RECENT_FRESH_MS;
    const staleMs = Math.min(kept.staleFromMs, recentlyRead ? Number.POSITIVE_INFINITY : this.#recent(nowMs));
    return staleMs >= toMs ? null : { fromMs: Math.max(staleMs, kept.fromMs), toMs: kept.toMs };
  }

  async #fetch(wanted: Wanted, limit: number): Promise<void> {
    const nowMs = this.#now();
    const begun = this.#count;
    const { registers, fromMs, toMs } = wanted;
    const found = new Map<string, EnergySeries>();
    for (const s of await this.#telemetry.readEnergy({ rows: "day", registers, fromMs, toMs, limit })) {
      found.set(keyOf(s), s);
    }
    for (const register of registers) {
      const key = keyOf(register);
      const fresh = found.get(key) ?? emptySeries(register);
      const kept = this.#kept.get(key);
      const part = kept !== undefined && fromMs > kept.fromMs;
      const series = part ? concat(slice(kept.series, kept.fromMs, fromMs), fresh) : fresh;
      const notice = this.#notices.get(register.meter);
      this.#rows += series.startMs.length - (kept?.series.startMs.length ?? 0);
      this.#kept.set(key, {
        fromMs: part ? kept.fromMs : fromMs,
        toMs,
        series,
        readAtMs: part ? kept.readAtMs : nowMs,
        recentAtMs: part && fromMs > this.#recent(nowMs) ? kept.recentAtMs : nowMs,
        staleFromMs: notice !== undefined && notice.count > begun ? notice.dayMs : Number.POSITIVE_INFINITY,
      });
    }
  }

  #recent(nowMs: number): number {
    return this.#calendar.floor(nowMs - RECENT_DAYS * DAY_MS, "1d");
  }
}

function keyOf(register: Register): string {
  return `${register.meter}/${register.channel}`;
}

/** Few queries: each as it is, or all of them as the one that holds them all. */
function joinedQueries(groups: readonly Wanted[]): readonly Wanted[] {
  if (groups.length <= MOST_QUERIES) return groups;
  return [
    {
      fromMs: Math.min(...groups.map((g) => g.fromMs)),
      toMs: Math.max(...groups.map((g) => g.toMs)),
      registers: groups.flatMap((g) => g.registers),
    },
  ];
}

function emptySeries({ meter, channel }: Register): EnergySeries {
  const none = new Float64Array(0);
  const flags = new Uint16Array(0);
  return { meter, channel, startMs: none, micro: none, knownMs: none, flags, revs: none, rev: 0 };
}

/** The rows whose start lies in [fromMs, toMs). */
function slice(series: EnergySeries, fromMs: number, toMs: number): EnergySeries {
  const first = firstAtOrAfter(series.startMs, fromMs);
  const end = firstAtOrAfter(series.startMs, toMs);
  if (first === 0 && end === series.startMs.length) return series;
  return {
    ...series,
    startMs: series.startMs.subarray(first, end),
    micro: series.micro.subarray(first, end),
    knownMs: series.knownMs.subarray(first, end),
    flags: series.flags.subarray(first, end),
    revs: series.revs.subarray(first, end),
  };
}

function firstAtOrAfter(starts: Float64Array, timeMs: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? 0) < timeMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function concat(a: EnergySeries, b: EnergySeries): EnergySeries {
  const length = a.startMs.length + b.startMs.length;
  const floats = (first: Float64Array, second: Float64Array) => {
    const all = new Float64Array(length);
    all.set(first);
    all.set(second, first.length);
    return all;
  };
  const flags = new Uint16Array(length);
  flags.set(a.flags);
  flags.set(b.flags, a.flags.length);
  return {
    meter: b.meter,
    channel: b.channel,
    startMs: floats(a.startMs, b.startMs),
    micro: floats(a.micro, b.micro),
    knownMs: floats(a.knownMs, b.knownMs),
    flags,
    revs: floats(a.revs, b.revs),
    rev: Math.max(a.rev, b.rev),
  };
}
