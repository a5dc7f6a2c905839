import { type Calendar, HOUR_MS, QUARTER_MS, type Resolution } from "../../park/calendar.ts";

const LONG: readonly Resolution[] = ["1d", "1M", "1y"];
const ALL = 31;

/** E3: where a boundary between two trusted readings is sharp, for every length of bucket. */
export class Sharpness {
  readonly #calendar: Calendar;
  readonly #reportsEveryMs: number;
  readonly #quarterGapMs: number;
  readonly #hourGapMs: number;
  readonly #longGapMs: number;
  /** Days have 23 hours at least: a meter that reports within that needs no look at the bucket's own length. */
  readonly #lengthMatters: boolean;

  constructor(reportsEveryMs: number, calendar: Calendar) {
    this.#calendar = calendar;
    this.#reportsEveryMs = reportsEveryMs;
    this.#quarterGapMs = widestGapMs(reportsEveryMs, QUARTER_MS);
    this.#hourGapMs = widestGapMs(reportsEveryMs, HOUR_MS);
    this.#longGapMs = widestGapMs(reportsEveryMs, Number.POSITIVE_INFINITY);
    this.#lengthMatters = reportsEveryMs > 23 * HOUR_MS;
  }

  /**
   * Sharpness bits (as for a bucket's start) of a boundary strictly between the two readings of a span,
   * for the buckets that end there or start there.
   */
  bits(
    edgeMs: number,
    span: { readonly fromMs: number; readonly toMs: number; readonly calm: boolean },
    side: "start" | "end",
  ): number {
    if (span.calm) return ALL;
    const gapMs = span.toMs - span.fromMs;
    let bits = (gapMs <= this.#quarterGapMs ? 1 : 0) | (gapMs <= this.#hourGapMs ? 2 : 0);
    if (Math.min(edgeMs - span.fromMs, span.toMs - edgeMs) > HOUR_MS) return bits;
    if (!this.#lengthMatters) return gapMs <= this.#longGapMs ? bits | 28 : bits;
    LONG.forEach((resolution, i) => {
      const startMs = this.#calendar.floor(side === "start" ? edgeMs : edgeMs - 1, resolution);
      const lengthMs = this.#calendar.next(startMs, resolution) - startMs;
      if (gapMs <= widestGapMs(this.#reportsEveryMs, lengthMs)) bits |= 4 << i;
    });
    return bits;
  }

  /** True when no boundary strictly inside is sharp for any length of bucket but by what lies beside it. */
  isGap({
    fromMs,
    toMs,
    calm,
  }: {
    readonly fromMs: number;
    readonly toMs: number;
    readonly calm: boolean;
  }): boolean {
    return !calm && toMs - fromMs > this.#longGapMs;
  }

  /** True when a gap of a meter that reports on change says that nothing happened in it. */
  calm(gapMs: number, micro: number, tickMicro: number, onChange: number | null): boolean {
    if (onChange === null || gapMs > 1.5 * this.#reportsEveryMs) return false;
    return micro <= Math.max(tickMicro, onChange * 1e6 + 0.01);
  }
}

function widestGapMs(reportsEveryMs: number, lengthMs: number): number {
  return Math.max(1.5 * Math.min(reportsEveryMs, lengthMs), Math.min(lengthMs, HOUR_MS) / 5);
}
