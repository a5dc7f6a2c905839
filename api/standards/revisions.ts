import { ENERGY_FLAGS, type EnergySeries } from "../../store/telemetry.ts";
import type { Register } from "../energy/series.ts";

/** Where day rows with their revisions come from: the cache of day rows, or a store. */
export interface DayRowSource {
  days(registers: readonly Register[], fromMs: number, toMs: number): Promise<readonly EnergySeries[]>;
}

const ROW_LIMIT = 6_000_000;

/** Day rows as the cache reads them. */
export function dayRowsFrom(
  read: (
    registers: readonly Register[],
    fromMs: number,
    toMs: number,
    limit: number,
  ) => Promise<readonly EnergySeries[]>,
): DayRowSource {
  return { days: (registers, fromMs, toMs) => read(registers, fromMs, toMs, ROW_LIMIT) };
}

/** Two hashes of 32 bits, of numbers one after another. */
class Hash {
  #a = 0x811c9dc5;
  #b = 0x9e3779b9;

  add(value: number): void {
    const low = value | 0;
    const high = Math.floor(value / 4_294_967_296) | 0;
    this.#a = Math.imul(this.#a ^ low, 0x01000193);
    this.#a = Math.imul(this.#a ^ (this.#a >>> 15) ^ high, 0x85ebca6b);
    this.#b = Math.imul(this.#b ^ high, 0xc2b2ae35);
    this.#b = Math.imul(this.#b ^ (this.#b >>> 13) ^ low, 0x27d4eb2f);
  }

  text(): string {
    return (this.#a >>> 0).toString(36) + (this.#b >>> 0).toString(36);
  }
}

/** A short text for any text: structures are told apart by it. */
export function hashOf(text: string): string {
  const hash = new Hash();
  for (let i = 0; i < text.length; i++) hash.add(text.charCodeAt(i));
  return hash.text();
}

/** What is known of a day before its quarter-hours are read. */
interface DayRevision {
  /** See dayRevisions. */
  readonly key: string;
  /** In step with the registers: 1 where a simulator made readings of the day. */
  readonly simulated: Uint8Array;
}

/**
 * For each day a text that differs whenever a revision of one of the registers does: what was made from their
 * quarter-hours before it was read is as old as it at most.
 * @param starts starts of days, ascending.
 */
export async function dayRevisions(
  source: DayRowSource,
  registers: readonly Register[],
  starts: readonly number[],
  endMs: number,
): Promise<DayRevision[]> {
  const days = starts.map(() => ({ hash: new Hash(), simulated: new Uint8Array(registers.length) }));
  const first = starts[0];
  if (first === undefined || registers.length === 0)
    return days.map(({ simulated }) => ({ key: "", simulated }));
  const placeOf = new Map(registers.map((r, place) => [keyOf(r), place]));
  const read = await source.days(registers, first, endMs);
  const byPlace = read.map((series) => ({ ...series, place: placeOf.get(keyOf(series)) ?? -1 }));
  for (const { startMs, revs, flags, place } of byPlace.sort((a, b) => a.place - b.place)) {
    let row = 0;
    for (let d = 0; d < starts.length; d++) {
      const start = starts[d] ?? 0;
      while (row < startMs.length && (startMs[row] ?? 0) < start) row++;
      if (startMs[row] !== start) continue;
      const day = days[d];
      if (day === undefined) continue;
      day.hash.add(place);
      day.hash.add(revs[row] ?? 0);
      if (((flags[row] ?? 0) & ENERGY_FLAGS.simulated) !== 0) day.simulated[place] = 1;
    }
  }
  return days.map(({ hash, simulated }) => ({ key: hash.text(), simulated }));
}

/** The start of the first day of which anything is known; null: nothing is. */
export async function firstDayOf(
  source: DayRowSource,
  registers: readonly Register[],
  fromMs: number,
  toMs: number,
): Promise<number | null> {
  if (registers.length === 0) return null;
  let first: number | null = null;
  for (const { startMs, knownMs } of await source.days(registers, fromMs, toMs)) {
    const row = knownMs.findIndex((known) => known > 0);
    const start = startMs[row];
    if (start !== undefined && (first === null || start < first)) first = start;
  }
  return first;
}

function keyOf({ meter, channel }: Register): string {
  return `${meter}/${channel}`;
}
