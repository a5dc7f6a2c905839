import type { Calendar } from "../../park/calendar.ts";
import type { Amount, Basis, CoverageShares } from "../../standards/method/amounts.ts";
import { LEAST_COVERAGE } from "../../standards/park-carbon.ts";
import type { Bucket } from "../energy/buckets.ts";
import { type Declared, type DeclaredPart, usesOf } from "./declared.ts";
import type { Measure } from "./measure.ts";
import type { Piece } from "./pieces.ts";

/**
 * Meters or entries, month by month: what is metered counts and what is declared stands beside it; where more than
 * 5 % of a month is missing from the meters and entries say the whole of it, they count.
 */

export interface Sources {
  readonly calendar: Calendar;
  readonly buckets: readonly Bucket[];
  readonly nowMs: number;
  /** Null where there are no meters. */
  readonly measure: Measure | null;
  /** Null where no entry says anything of it. */
  readonly declared: ((span: Piece) => Declared | null) | null;
  /** Whether what is declared says the whole of what the meters count; so where not said. */
  readonly saysWhole?: (said: Declared) => boolean;
}

interface Month {
  readonly key: string;
  readonly span: Piece;
  readonly counts: "metered" | "declared" | "nothing";
}

/** Amounts of one thing over any span of the buckets that were read. */
export class Resolved {
  readonly #of: Sources;
  #months: readonly Month[] | null = null;

  constructor(of: Sources) {
    this.#of = of;
  }

  /** Whether there is any source at all. */
  get known(): boolean {
    return this.#of.declared !== null || (this.#of.measure?.meters.length ?? 0) > 0;
  }

  /** Null where there is neither a meter nor an entry. */
  amount(span: Piece): Amount | null {
    const { measure, declared } = this.#of;
    if (!this.known) return null;
    const first = this.#place(span.fromMs);
    const end = this.#place(span.toMs);
    const meters = measure?.meters ?? [];
    if (declared === null && measure !== null) {
      const coverage = measure.coverage(first, end);
      const thin = coverage.missing > 1 - LEAST_COVERAGE;
      return {
        value: measure.amount(first, end),
        coverage,
        meters,
        missingMonths: thin ? this.#missingMonths(span) : [],
      };
    }
    return this.#byMonth(span, meters);
  }

  /** Whether something is known of a bucket. */
  isKnown(bucket: number): boolean {
    const { measure, buckets } = this.#of;
    if (measure !== null && measure.amount(bucket, bucket + 1) !== null) return true;
    const startMs = buckets[bucket]?.startMs;
    if (startMs === undefined || this.#of.declared === null) return false;
    return this.#monthsOf().some(
      (m) => m.counts === "declared" && m.span.fromMs <= startMs && startMs < m.span.toMs,
    );
  }

  #byMonth(span: Piece, meters: readonly string[]): Amount {
    const { measure, declared } = this.#of;
    const counted: Weighed[] = [];
    const missingMonths: string[] = [];
    const parts: DeclaredPart[] = [];
    const passed: { metered: number | null; declared: number | null } = { metered: null, declared: null };
    for (const month of this.#monthsOf()) {
      const fromMs = Math.max(month.span.fromMs, span.fromMs);
      const toMs = Math.min(month.span.toMs, span.toMs);
      if (fromMs >= toMs) continue;
      const length = toMs - fromMs;
      const first = this.#place(fromMs);
      const end = this.#place(toMs);
      const metered = measure === null ? null : measure.amount(first, end);
      const said = declared?.({ fromMs, toMs }) ?? null;
      if (month.counts === "metered" && measure !== null) {
        const coverage = measure.coverage(first, end);
        counted.push({ value: metered, coverage, length, basis: "metered" });
        if (coverage.missing > 1 - LEAST_COVERAGE) missingMonths.push(month.key);
        if (said !== null) passed.declared = (passed.declared ?? 0) + said.value;
      } else if (month.counts === "declared" && said !== null) {
        const share = Math.min(1, said.coveredMs / length);
        const coverage = { measured: 0, estimated: share, missing: 1 - share };
        counted.push({ value: said.value, coverage, length, basis: "declared" });
        parts.push(...said.parts);
        if (share < LEAST_COVERAGE) missingMonths.push(month.key);
        if (metered !== null) passed.metered = (passed.metered ?? 0) + metered;
      } else {
        counted.push({
          value: null,
          coverage: { measured: 0, estimated: 0, missing: 1 },
          length,
          basis: null,
        });
        missingMonths.push(month.key);
      }
    }
    const bases = new Set(counted.flatMap((c) => c.basis ?? []));
    const basis: Basis = bases.size > 1 ? "both" : bases.has("declared") ? "declared" : "metered";
    return {
      ...addUp(counted),
      meters,
      basis,
      declared: usesOf(parts),
      beside:
        passed.declared !== null
          ? { value: passed.declared, basis: "declared" }
          : passed.metered !== null
            ? { value: passed.metered, basis: "metered" }
            : null,
      missingMonths,
    };
  }

  /** Which source counts in each month of what was read, judged by the whole of it. */
  #monthsOf(): readonly Month[] {
    if (this.#months !== null) return this.#months;
    const { calendar, buckets, nowMs, measure, declared } = this.#of;
    const fromMs = buckets[0]?.startMs ?? 0;
    const toMs = Math.min(buckets[buckets.length - 1]?.endMs ?? 0, Math.max(nowMs, fromMs));
    const months: Month[] = [];
    for (let at = fromMs; at < toMs; ) {
      const next = Math.min(calendar.next(calendar.floor(at, "1M"), "1M"), toMs);
      const span = { fromMs: at, toMs: next };
      const said = declared?.(span) ?? null;
      const covers = said !== null && said.coveredMs >= LEAST_COVERAGE * (next - at);
      const saysAll = covers && (this.#of.saysWhole?.(said) ?? true);
      const first = this.#place(at);
      const end = this.#place(next);
      const metered = measure !== null && measure.amount(first, end) !== null;
      const thin = metered && measure.coverage(first, end).missing > 1 - LEAST_COVERAGE;
      const counts = metered && !(thin && saysAll) ? "metered" : said !== null ? "declared" : "nothing";
      months.push({ key: calendar.monthKey(at), span, counts });
      at = next;
    }
    this.#months = months;
    return months;
  }

  #missingMonths(span: Piece): string[] {
    const { measure } = this.#of;
    if (measure === null) return [];
    return this.#monthsOf().flatMap((month) => {
      const fromMs = Math.max(month.span.fromMs, span.fromMs);
      const toMs = Math.min(month.span.toMs, span.toMs);
      if (fromMs >= toMs) return [];
      const { missing } = measure.coverage(this.#place(fromMs), this.#place(toMs));
      return missing > 1 - LEAST_COVERAGE ? [month.key] : [];
    });
  }

  /** The bucket that begins at an instant; the end of the list for an instant after it. */
  #place(timeMs: number): number {
    return placeOf(this.#of.buckets, timeMs);
  }
}

interface Weighed {
  readonly value: number | null;
  readonly coverage: CoverageShares;
  /** Milliseconds: the weight where there is no energy. */
  readonly length: number;
  readonly basis: "metered" | "declared" | null;
}

/** Values and coverage together: shares of energy, of time where the energy is nil. */
function addUp(list: readonly Weighed[]): {
  readonly value: number | null;
  readonly coverage: CoverageShares;
} {
  const known = list.filter((w) => w.value !== null);
  const value = known.length === 0 ? null : known.reduce((sum, w) => sum + (w.value ?? 0), 0);
  const energyOf = (w: Weighed) => Math.abs(w.value ?? 0) / Math.max(1e-9, 1 - w.coverage.missing);
  const energy = known.reduce((sum, w) => sum + energyOf(w), 0);
  const lengthKnown = known.reduce((sum, w) => sum + w.length, 0);
  const total = { measured: 0, estimated: 0, missing: 0 };
  let weights = 0;
  for (const w of list) {
    // What is not known at all is taken to be like the rest.
    const weight =
      energy === 0 ? w.length : w.value === null ? (energy / lengthKnown) * w.length : energyOf(w);
    weights += weight;
    total.measured += weight * w.coverage.measured;
    total.estimated += weight * w.coverage.estimated;
    total.missing += weight * w.coverage.missing;
  }
  if (weights === 0) return { value, coverage: { measured: 0, estimated: 0, missing: 1 } };
  return {
    value,
    coverage: {
      measured: total.measured / weights,
      estimated: total.estimated / weights,
      missing: total.missing / weights,
    },
  };
}

/** Amounts of several sources as one; null where none has any. */
export function together(sources: readonly Resolved[], span: Piece): Amount | null {
  const amounts = sources.flatMap((s) => s.amount(span) ?? []);
  const [only, ...more] = amounts;
  if (only === undefined) return null;
  if (more.length === 0) return only;
  const length = span.toMs - span.fromMs;
  const bases = new Set(amounts.filter((a) => a.value !== null).map((a) => a.basis ?? "metered"));
  const besides = amounts.flatMap((a) => (a.beside === undefined || a.beside === null ? [] : [a.beside]));
  const [first] = besides;
  return {
    ...addUp(amounts.map((a) => ({ value: a.value, coverage: a.coverage, length, basis: null }))),
    meters: amounts.flatMap((a) => a.meters),
    basis: bases.size > 1 ? "both" : ([...bases][0] ?? "metered"),
    declared: amounts.flatMap((a) => a.declared ?? []),
    beside:
      first === undefined
        ? null
        : {
            basis: first.basis,
            value: besides.filter((b) => b.basis === first.basis).reduce((sum, b) => sum + b.value, 0),
          },
    missingMonths: [...new Set(amounts.flatMap((a) => a.missingMonths ?? []))].sort(),
  };
}

/** The bucket that begins at an instant or after it; the end of the list where there is none. */
export function placeOf(buckets: readonly Bucket[], timeMs: number): number {
  let low = 0;
  let high = buckets.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((buckets[middle]?.startMs ?? 0) >= timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
