import { ReadingColumns } from "../columns.ts";
import type { RegisterReading } from "../energy/engine.ts";

/** How judging stood before the first reading at or after an instant. */
export interface Standing {
  readonly startMs: number;
  /** Null: nothing was judged before. */
  readonly state: string | null;
}

/** The latest standings lie so many readings apart, earlier ones further: each costs as much as judging some ten. */
export const STANDING_EVERY = 64;

/**
 * A register's recent readings in memory, with standings from which they go on: enough to judge them anew when a late
 * one comes, without a look into the store, and from not much further back than it. Seventeen bytes a reading.
 */
export class Tail {
  /** Ascending; the first one is where the tail begins. */
  #standings: Standing[];
  /** States of the starts of the tail's days, ascending; it keeps the last day before the newest, and what follows. */
  #days: { readonly startMs: number; readonly state: string }[] = [];
  readonly #readings = new ReadingColumns();
  readonly #standingEvery: number;
  #sinceStanding = 0;

  constructor(startMs: number, state: string | null, standingEvery: number) {
    this.#standingEvery = standingEvery;
    this.#standings = [{ startMs, state }];
  }

  /** Every stored reading from here on is in the tail. */
  get startMs(): number {
    return this.#standings[0]?.startMs ?? Number.POSITIVE_INFINITY;
  }

  get length(): number {
    return this.#readings.length;
  }

  /** Adds a reading in its place, over another one at the same instant. False: it was there already, in every part. */
  put(reading: RegisterReading): boolean {
    const isNew = this.#readings.put(reading);
    if (isNew) this.#forgetAfter(reading.timeMs);
    return isNew;
  }

  /** The latest standing at or before an instant. */
  standingAt(timeMs: number): Standing {
    const found = this.#standings.findLast((s) => s.startMs <= timeMs) ?? this.#standings[0];
    return found ?? { startMs: Number.NEGATIVE_INFINITY, state: null };
  }

  /** The readings from an instant on, ascending. */
  *readings(fromMs: number): Generator<RegisterReading> {
    for (let i = this.#readings.indexOf(fromMs); i < this.#readings.length; i++) yield this.#readings.at(i);
  }

  /** The reading of this instant, which is in the tail, was judged after all before it; `state` is asked where it is worth keeping. */
  judged(timeMs: number, state: () => string): void {
    if (++this.#sinceStanding < this.#standingEvery) return;
    this.#sinceStanding = 0;
    const startMs = timeMs + 1;
    const last = this.#standings.at(-1);
    if (last !== undefined && last.startMs >= startMs) return;
    this.#standings.push({ startMs, state: state() });
    this.#thin(startMs);
  }

  /** A day has begun with this state: the tail keeps the day before it and what follows. */
  dayBegan(startMs: number, state: string): void {
    const newest = this.#days.at(-1);
    if (newest !== undefined && startMs < newest.startMs) return;
    if (newest !== undefined && startMs > newest.startMs && newest.startMs > this.startMs)
      this.#beginAt(newest);
    if (startMs > this.startMs)
      this.#days = [...this.#days.filter((d) => d.startMs < startMs), { startMs, state }];
  }

  /** The state of a day's start in the tail; null of any other. */
  stateOfDay(startMs: number): string | null {
    return this.#days.find((d) => d.startMs === startMs)?.state ?? null;
  }

  /** Forgets the oldest readings until so many are left, or somewhat fewer; false: it knows no standing to go on from. */
  shortenTo(length: number): boolean {
    const fromMs = this.#readings.timeMs(this.#readings.length - length);
    const standing = this.#standings.find((s) => s.startMs >= fromMs);
    if (standing === undefined) return false;
    this.#beginAt(standing);
    return true;
  }

  #beginAt(standing: Standing): void {
    this.#readings.dropFirst(this.#readings.indexOf(standing.startMs));
    this.#standings = [standing, ...this.#standings.filter((s) => s.startMs > standing.startMs)];
    // The day in which it begins has begun before.
    const first = this.#days.findLast((d) => d.startMs <= standing.startMs)?.startMs ?? standing.startMs;
    this.#days = this.#days.filter((d) => d.startMs >= first);
  }

  /** Standings after a new reading are no more. */
  #forgetAfter(timeMs: number): void {
    const last = this.#standings.at(-1);
    if (last === undefined || last.startMs <= timeMs) return;
    this.#standings = this.#standings.filter((s, i) => i === 0 || s.startMs <= timeMs);
    this.#days = this.#days.filter((d) => d.startMs <= timeMs);
    this.#sinceStanding = 0;
  }

  /** Of standings long ago few are kept: what is judged anew is then at most some half longer than it must be. */
  #thin(nowMs: number): void {
    for (let i = this.#standings.length - 2; i > 0; i--) {
      const after = this.#standings[i + 1]?.startMs ?? nowMs;
      const before = this.#standings[i - 1]?.startMs ?? Number.NEGATIVE_INFINITY;
      if (after - before <= (nowMs - after) / 2) this.#standings.splice(i, 1);
    }
  }
}
