import type { Calendar, Resolution } from "../../park/calendar.ts";
import { ENERGY_FLAGS } from "../../store/telemetry.ts";
import type { Coverage, Quality } from "../answers/common.ts";
import type { EnergyColumn, EnergyTable } from "./reader.ts";

/** From quarter-hours and days to buckets of the asked length, with the quality of the bucket as asked (E3, E4, E14). */

export interface Bucket {
  readonly startMs: number;
  readonly endMs: number;
  /** Rows of the table that lie in it: [firstRow, lastRow]. */
  readonly firstRow: number;
  readonly lastRow: number;
}

/** One register over the asked buckets. */
export interface BucketColumn {
  readonly micro: Float64Array;
  readonly knownMs: Float64Array;
  /** How much of each bucket belongs to the scope. */
  readonly dueMs: Float64Array;
  readonly quality: readonly Quality[];
  /** The known part of a partly missing bucket lies between sharp instants. */
  readonly partSharp: readonly boolean[];
  readonly simulated: boolean;
}

const SHARP = {
  "15m": [ENERGY_FLAGS.startSharp15m, ENERGY_FLAGS.endSharp15m],
  "1h": [ENERGY_FLAGS.startSharp1h, ENERGY_FLAGS.endSharp1h],
  "1d": [ENERGY_FLAGS.startSharp1d, ENERGY_FLAGS.endSharp1d],
  "1M": [ENERGY_FLAGS.startSharp1M, ENERGY_FLAGS.endSharp1M],
  "1y": [ENERGY_FLAGS.startSharp1y, ENERGY_FLAGS.endSharp1y],
} as const satisfies Record<Resolution, readonly [number, number]>;

/** The asked buckets of [fromMs, toMs), each with its rows in the table (whose rows ascend and tile the span). */
export function bucketsOf(
  table: Pick<EnergyTable, "startMs">,
  calendar: Calendar,
  fromMs: number,
  toMs: number,
  resolution: Resolution,
): Bucket[] {
  const found: Bucket[] = [];
  let row = 0;
  for (let startMs = fromMs; startMs < toMs; ) {
    const endMs = Math.min(calendar.next(calendar.floor(startMs, resolution), resolution), toMs);
    const firstRow = row;
    while (row < table.startMs.length && (table.startMs[row] ?? 0) < endMs) row++;
    found.push({ startMs, endMs, firstRow, lastRow: row - 1 });
    startMs = endMs;
  }
  return found;
}

/** Sums a register's rows into the asked buckets; rows that do not belong (dated links) neither count nor are missed. */
export function bucketColumn(
  table: EnergyTable,
  column: EnergyColumn,
  buckets: readonly Bucket[],
  resolution: Resolution,
  belongs: ((row: number) => boolean) | null = null,
): BucketColumn {
  const [startBit, endBit] = SHARP[resolution];
  const micro = new Float64Array(buckets.length);
  const knownMs = new Float64Array(buckets.length);
  const dueMs = new Float64Array(buckets.length);
  const quality: Quality[] = [];
  const partSharp: boolean[] = [];
  let simulated = false;
  buckets.forEach((bucket, b) => {
    let firstKnown = -1;
    let lastKnown = -1;
    let firstDue = -1;
    let lastDue = -1;
    for (let i = bucket.firstRow; i <= bucket.lastRow; i++) {
      if (belongs !== null && !belongs(i)) continue;
      if (firstDue < 0) firstDue = i;
      lastDue = i;
      dueMs[b] = (dueMs[b] ?? 0) + (table.endMs[i] ?? 0) - (table.startMs[i] ?? 0);
      const known = column.knownMs[i] ?? 0;
      if (known === 0) continue;
      micro[b] = (micro[b] ?? 0) + (column.micro[i] ?? 0);
      knownMs[b] = (knownMs[b] ?? 0) + known;
      if (firstKnown < 0) firstKnown = i;
      lastKnown = i;
      if (((column.flags[i] ?? 0) & ENERGY_FLAGS.simulated) !== 0) simulated = true;
    }
    const whole = knownMs[b] === dueMs[b];
    const startSharp = ((column.flags[firstDue] ?? 0) & startBit) !== 0;
    const endSharp = ((column.flags[lastDue] ?? 0) & endBit) !== 0;
    if (firstKnown < 0) quality.push("missing");
    else quality.push(whole && startSharp && endSharp ? "measured" : "estimated");
    partSharp.push(firstKnown >= 0 && edgesSharp(table, column, firstKnown, lastKnown));
  });
  return { micro, knownMs, dueMs, quality, partSharp, simulated };
}

const STARTS = ENERGY_FLAGS.startSharp15m | ENERGY_FLAGS.startSharp1d;
const ENDS = ENERGY_FLAGS.endSharp15m | ENERGY_FLAGS.endSharp1d;

function edgesSharp(table: EnergyTable, column: EnergyColumn, first: number, last: number): boolean {
  return isSharp(table, column, first, STARTS) && isSharp(table, column, last, ENDS);
}

function isSharp(table: EnergyTable, column: EnergyColumn, row: number, bits: number): boolean {
  const whole = (column.knownMs[row] ?? 0) === (table.endMs[row] ?? 0) - (table.startMs[row] ?? 0);
  const flags = column.flags[row] ?? 0;
  return whole ? (flags & bits) !== 0 : (flags & ENERGY_FLAGS.partSharp) !== 0;
}

/** Of several registers' qualities in one bucket, the quality of their sum. */
export function qualityOfSum(parts: readonly Quality[]): Quality {
  if (parts.length === 0 || parts.every((q) => q === "missing")) return "missing";
  return parts.every((q) => q === "measured") ? "measured" : "estimated";
}

/** What a register would make in a stretch of which nothing is known, in 10⁻⁶ of its unit. */
export type TypicalMicro = (fromMs: number, toMs: number) => number;

/** Adds up the weights of E14 over registers and buckets; spans end at now. */
export class CoverageTally {
  #measured = 0;
  #estimated = 0;
  #missing = 0;
  #measuredMs = 0;
  #estimatedMs = 0;
  #missingMs = 0;

  /** Counts a register's buckets; those that begin at or after nowMs do not count. */
  add(
    column: BucketColumn,
    buckets: readonly Bucket[],
    nowMs: number,
    typical: TypicalMicro,
    counts: (bucket: Bucket) => boolean = () => true,
  ): void {
    buckets.forEach((bucket, b) => {
      if (!counts(bucket)) return;
      const endMs = Math.min(bucket.endMs, nowMs);
      if (bucket.startMs >= endMs) return;
      const knownMs = column.knownMs[b] ?? 0;
      const weight = Math.abs(column.micro[b] ?? 0);
      const dueMs = Math.min(column.dueMs[b] ?? 0, endMs - bucket.startMs);
      if (dueMs === 0) return;
      const missingMs = Math.max(0, dueMs - knownMs);
      const measured =
        column.quality[b] === "measured" || (knownMs > 0 && column.partSharp[b] === true && missingMs > 0);
      if (measured) {
        this.#measured += weight;
        this.#measuredMs += knownMs;
      } else {
        this.#estimated += weight;
        this.#estimatedMs += knownMs;
      }
      if (missingMs > 0) {
        const share = missingMs / (endMs - bucket.startMs);
        this.#missing += Math.abs(typical(bucket.startMs, endMs)) * share;
        this.#missingMs += missingMs;
      }
    });
  }

  /** Shares of energy; of time where the energy is nil; all missing where there is neither. */
  shares(): Coverage {
    const energy = this.#measured + this.#estimated + this.#missing;
    if (energy > 0) {
      return {
        measured: this.#measured / energy,
        estimated: this.#estimated / energy,
        missing: this.#missing / energy,
      };
    }
    const time = this.#measuredMs + this.#estimatedMs + this.#missingMs;
    if (time > 0) {
      return {
        measured: this.#measuredMs / time,
        estimated: this.#estimatedMs / time,
        missing: this.#missingMs / time,
      };
    }
    return { measured: 0, estimated: 0, missing: 1 };
  }
}
