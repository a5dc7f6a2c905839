import type { Calendar, Resolution } from "../../park/calendar.ts";
import { ENERGY_FLAGS } from "../../store/telemetry.ts";
import type { Coverage, Quality } from "../answers/common.ts";
import type { EnergyColumn, EnergyTable } from "./table.ts";

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
  /** MISSING, ESTIMATED or MEASURED. */
  readonly quality: Uint8Array;
  /** 1 where the known part of a partly missing bucket lies between sharp instants. */
  readonly partSharp: Uint8Array;
  readonly simulated: boolean;
  /** Some of it is a gap's share by the typical day. */
  readonly typicalDay: boolean;
}

/** A bucket's quality, ascending. */
export const MISSING = 0;
export const ESTIMATED = 1;
const MEASURED = 2;
const QUALITIES = ["missing", "estimated", "measured"] as const;

/** The quality in words, of a bucket's number. */
export function qualityName(quality: number | undefined): Quality {
  return QUALITIES[quality ?? MISSING] ?? "missing";
}

/** Room for one register after another: what was in it before is overwritten. */
export interface BucketRoom extends BucketColumn {
  simulated: boolean;
  typicalDay: boolean;
}

export function bucketRoom(length: number): BucketRoom {
  return {
    micro: new Float64Array(length),
    knownMs: new Float64Array(length),
    dueMs: new Float64Array(length),
    quality: new Uint8Array(length),
    partSharp: new Uint8Array(length),
    simulated: false,
    typicalDay: false,
  };
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

/**
 * Sums a register's rows into the asked buckets; rows that do not belong (dated links) neither count nor are missed.
 * `room` of as many buckets spares a new one for each register.
 */
export function bucketColumn(
  table: Pick<EnergyTable, "startMs" | "endMs">,
  column: EnergyColumn,
  buckets: readonly Bucket[],
  resolution: Resolution,
  belongs: Uint8Array | null = null,
  room: BucketRoom = bucketRoom(buckets.length),
): BucketColumn {
  const sharp = SHARP[resolution];
  const [startBit, endBit] = sharp;
  const { startMs, endMs } = table;
  const { flags } = column;
  const sharpBits = startBit | endBit;
  let seen = 0;
  for (let b = 0; b < buckets.length; b++) {
    const bucket = buckets[b];
    const lastRow = bucket?.lastRow ?? -1;
    // Most buckets are one row, all of it known: by far the most of a year of days.
    if (bucket?.firstRow === lastRow && belongs === null) {
      const lengthMs = (endMs[lastRow] ?? 0) - (startMs[lastRow] ?? 0);
      if (column.knownMs[lastRow] === lengthMs) {
        const rowFlags = flags[lastRow] ?? 0;
        room.micro[b] = column.micro[lastRow] ?? 0;
        room.knownMs[b] = lengthMs;
        room.dueMs[b] = lengthMs;
        room.quality[b] = (rowFlags & sharpBits) === sharpBits ? MEASURED : ESTIMATED;
        room.partSharp[b] = 0;
        seen |= rowFlags;
        continue;
      }
    }
    let firstKnown = -1;
    let lastKnown = -1;
    let firstDue = -1;
    let lastDue = -1;
    let micro = 0;
    let knownMs = 0;
    let dueMs = 0;
    for (let i = bucket?.firstRow ?? 0; i <= lastRow; i++) {
      if (belongs !== null && belongs[i] !== 1) continue;
      if (firstDue < 0) firstDue = i;
      lastDue = i;
      dueMs += (endMs[i] ?? 0) - (startMs[i] ?? 0);
      const known = column.knownMs[i] ?? 0;
      if (known === 0) continue;
      micro += column.micro[i] ?? 0;
      knownMs += known;
      if (firstKnown < 0) firstKnown = i;
      lastKnown = i;
      seen |= flags[i] ?? 0;
    }
    room.micro[b] = micro;
    room.knownMs[b] = knownMs;
    room.dueMs[b] = dueMs;
    let quality = MISSING;
    let partSharp = 0;
    if (firstKnown >= 0) {
      quality = ESTIMATED;
      if (knownMs !== dueMs) partSharp = edgesSharp(table, column, firstKnown, lastKnown, sharp) ? 1 : 0;
      else if (((flags[firstDue] ?? 0) & startBit) !== 0 && ((flags[lastDue] ?? 0) & endBit) !== 0) {
        quality = MEASURED;
      }
    }
    room.quality[b] = quality;
    room.partSharp[b] = partSharp;
  }
  room.simulated = (seen & ENERGY_FLAGS.simulated) !== 0;
  room.typicalDay = (seen & ENERGY_FLAGS.typicalDay) !== 0;
  return room;
}

function edgesSharp(
  table: Pick<EnergyTable, "startMs" | "endMs">,
  column: EnergyColumn,
  first: number,
  last: number,
  [startBit, endBit]: readonly [number, number],
): boolean {
  return isSharp(table, column, first, startBit) && isSharp(table, column, last, endBit);
}

function isSharp(
  table: Pick<EnergyTable, "startMs" | "endMs">,
  column: EnergyColumn,
  row: number,
  bit: number,
): boolean {
  const whole = (column.knownMs[row] ?? 0) === (table.endMs[row] ?? 0) - (table.startMs[row] ?? 0);
  const flags = column.flags[row] ?? 0;
  return whole ? (flags & bit) !== 0 : (flags & ENERGY_FLAGS.partSharp) !== 0;
}

/** Of several registers' qualities in one bucket, the quality of their sum. */
export function qualityOfSum(parts: readonly Quality[]): Quality {
  if (parts.length === 0 || parts.every((q) => q === "missing")) return "missing";
  return parts.every((q) => q === "measured") ? "measured" : "estimated";
}

/** What a register would make in a stretch of which nothing is known, in 10⁻⁶ of its unit. */
export type TypicalMicro = (fromMs: number, toMs: number) => number;

/** Of a bucket that is still running the end is missing; of any other it is not known which part: the bucket's mean. */
function missingMicro(
  typical: TypicalMicro,
  { startMs, endMs }: Bucket,
  nowMs: number,
  missingMs: number,
  lengthMs: number,
): number {
  if (endMs > nowMs) return typical(nowMs - missingMs, nowMs);
  return typical(startMs, startMs + lengthMs) * (missingMs / lengthMs);
}

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
    counts: ((bucket: Bucket) => boolean) | null = null,
  ): void {
    const { micro, knownMs, dueMs, quality, partSharp } = column;
    let measured = 0;
    let measuredMs = 0;
    for (let b = 0; b < buckets.length; b++) {
      const bucket = buckets[b];
      if (bucket === undefined || (counts !== null && !counts(bucket))) continue;
      const lengthMs = Math.min(bucket.endMs, nowMs) - bucket.startMs;
      const due = Math.min(dueMs[b] ?? 0, lengthMs);
      if (due <= 0) continue;
      const known = knownMs[b] ?? 0;
      const weight = Math.abs(micro[b] ?? 0);
      if (quality[b] === MEASURED || (known > 0 && due > known && partSharp[b] === 1)) {
        measured += weight;
        measuredMs += known;
      } else {
        this.#estimated += weight;
        this.#estimatedMs += known;
      }
      if (due > known) {
        this.#missing += Math.abs(missingMicro(typical, bucket, nowMs, due - known, lengthMs));
        this.#missingMs += due - known;
      }
    }
    this.#measured += measured;
    this.#measuredMs += measuredMs;
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
