import { type Calendar, QUARTER_MS } from "../../park/calendar.ts";
import { ENERGY_FLAGS, type EnergyRow } from "../../store/telemetry.ts";
import { shareOf } from "./decimal.ts";
import type { Sharpness } from "./sharpness.ts";

/** From registers to rows: quarter-hours, and days of the park's calendar that are their sums. */

/** All of a boundary's sharpness bits (quarter-hour, hour, day, month, year), as they stand for a bucket's start. */
export const ALL_SHARP = 31;
const END_SHIFT = 5;

/** One bucket as it fills. */
export interface OpenBucket {
  startMs: number;
  endMs: number;
  micro: number;
  knownMs: number;
  flags: number;
  /** First and last known instant inside, −1 while nothing is known. */
  firstMs: number;
  lastMs: number;
}

/** The quarter-hour and the day that hold an instant, filled up to it. */
export interface OpenBuckets {
  atMs: number;
  readonly quarter: OpenBucket;
  readonly day: OpenBucket;
}

/** Linear energy between two instants. */
export interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
  readonly micro: number;
  /** True where the meter's typical day says so (E3); a part of a gap. */
  readonly isTypical?: boolean;
}

/** What lies between two instants whose registers are known: pieces of energy, or nothing that is known. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  /** Null: missing. */
  readonly pieces: readonly Piece[] | null;
  readonly simulated: boolean;
  /** E3's rule for meters that report on change: every boundary inside is sharp. */
  readonly calm: boolean;
}

export interface RowSink {
  /** Where the time ends that is too long for rows and holds an instant; null where there is none. */
  voidEnd(timeMs: number): number | null;
  quarter(row: EnergyRow): void;
  day(row: EnergyRow): void;
}

/** Buckets that begin to fill at a trusted reading. */
export function openBuckets(timeMs: number, calendar: Calendar): OpenBuckets {
  const startMs = calendar.floor(timeMs, "15m");
  const dayMs = calendar.floor(timeMs, "1d");
  return {
    atMs: timeMs,
    quarter: emptyBucket(startMs, startMs + QUARTER_MS, startMs === timeMs ? ALL_SHARP : 0),
    day: emptyBucket(dayMs, calendar.next(dayMs, "1d"), dayMs === timeMs ? ALL_SHARP : 0),
  };
}

export function copyBuckets(open: OpenBuckets): OpenBuckets {
  return { atMs: open.atMs, quarter: { ...open.quarter }, day: { ...open.day } };
}

/** Makes `target` equal to `source`. */
export function assignBuckets(target: OpenBuckets, source: OpenBuckets): void {
  target.atMs = source.atMs;
  assign(target.quarter, source.quarter);
  assign(target.day, source.day);
}

/** Fills the buckets with a span that begins where they stand; buckets that end in it go to the sink. */
export function fill(
  open: OpenBuckets,
  span: Span,
  sharpness: Sharpness,
  calendar: Calendar,
  sink: RowSink,
): void {
  const simulated = span.simulated ? ENERGY_FLAGS.simulated : 0;
  for (const piece of span.pieces ?? [{ fromMs: span.fromMs, toMs: span.toMs, micro: 0 }]) {
    const known = span.pieces !== null;
    const flags = piece.isTypical === true ? simulated | ENERGY_FLAGS.typicalDay : simulated;
    const lengthMs = piece.toMs - piece.fromMs;
    let shared = 0;
    while (open.quarter.endMs <= piece.toMs) {
      const edgeMs = open.quarter.endMs;
      if (known) {
        const share = shareOf(piece.micro, edgeMs - piece.fromMs, lengthMs);
        add(open, edgeMs, share - shared, flags);
        shared = share;
      }
      const touched = edgeMs === span.toMs;
      const endBits = touched ? ALL_SHARP : known ? sharpness.bits(edgeMs, span, "end") : 0;
      const startBits = touched ? ALL_SHARP : known ? sharpness.bits(edgeMs, span, "start") : 0;
      open.atMs = edgeMs;
      sink.quarter(closed(open.quarter, endBits, ENERGY_FLAGS.startSharp15m));
      begin(open.quarter, edgeMs, edgeMs + QUARTER_MS, startBits);
      if (edgeMs === open.day.endMs) {
        sink.day(closed(open.day, endBits, ENERGY_FLAGS.startSharp1d));
        begin(open.day, edgeMs, calendar.next(edgeMs, "1d"), startBits);
      }
      const voidEndMs = known ? null : sink.voidEnd(edgeMs);
      if (voidEndMs !== null && voidEndMs <= piece.toMs)
        leap(open, voidEndMs, voidEndMs === span.toMs ? ALL_SHARP : 0, calendar, sink);
    }
    if (known && open.atMs < piece.toMs) add(open, piece.toMs, piece.micro - shared, flags);
    open.atMs = piece.toMs;
  }
}

/** Goes on at a later quarter-hour's start; of what lies between, only the day that is left is said. */
function leap(open: OpenBuckets, toMs: number, startBits: number, calendar: Calendar, sink: RowSink): void {
  begin(open.quarter, toMs, toMs + QUARTER_MS, startBits);
  if (toMs >= open.day.endMs) {
    sink.day(closed(open.day, 0, ENERGY_FLAGS.startSharp1d));
    const dayMs = calendar.floor(toMs, "1d");
    begin(open.day, dayMs, calendar.next(dayMs, "1d"), dayMs === toMs ? startBits : 0);
  }
  open.atMs = toMs;
}

/** The quarter-hour that is still filling, as it stands. */
export function openQuarter(open: OpenBuckets): EnergyRow {
  return closed(open.quarter, 0, ENERGY_FLAGS.startSharp15m);
}

/** The day that is still filling, as it stands. */
export function openDay(open: OpenBuckets): EnergyRow {
  return closed(open.day, 0, ENERGY_FLAGS.startSharp1d);
}

function add(open: OpenBuckets, toMs: number, micro: number, flags: number): void {
  const fromMs = open.atMs;
  for (const bucket of [open.quarter, open.day]) {
    bucket.micro += micro;
    bucket.knownMs += toMs - fromMs;
    bucket.flags |= flags;
    if (bucket.firstMs < 0) bucket.firstMs = fromMs;
    bucket.lastMs = toMs;
  }
  open.atMs = toMs;
}

function closed(bucket: OpenBucket, endBits: number, ownBit: number): EnergyRow {
  let flags = bucket.flags | (endBits << END_SHIFT);
  if (bucket.knownMs > 0 && bucket.knownMs < bucket.endMs - bucket.startMs) {
    const startKnown = bucket.firstMs !== bucket.startMs || (bucket.flags & ownBit) !== 0;
    const endKnown = bucket.lastMs !== bucket.endMs || (endBits & ownBit) !== 0;
    if (startKnown && endKnown) flags |= ENERGY_FLAGS.partSharp;
  }
  return { startMs: bucket.startMs, micro: bucket.micro, knownMs: bucket.knownMs, flags };
}

function begin(bucket: OpenBucket, startMs: number, endMs: number, flags: number): void {
  bucket.startMs = startMs;
  bucket.endMs = endMs;
  bucket.micro = 0;
  bucket.knownMs = 0;
  bucket.flags = flags;
  bucket.firstMs = -1;
  bucket.lastMs = -1;
}

function emptyBucket(startMs: number, endMs: number, flags: number): OpenBucket {
  return { startMs, endMs, micro: 0, knownMs: 0, flags, firstMs: -1, lastMs: -1 };
}

function assign(target: OpenBucket, source: OpenBucket): void {
  target.startMs = source.startMs;
  target.endMs = source.endMs;
  target.micro = source.micro;
  target.knownMs = source.knownMs;
  target.flags = source.flags;
  target.firstMs = source.firstMs;
  target.lastMs = source.lastMs;
}
