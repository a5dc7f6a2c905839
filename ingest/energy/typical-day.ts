import { type Calendar, DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import { type DatedDay, DayKinds } from "../../park/day-kinds.ts";
import { ENERGY_FLAGS, type EnergyRow } from "../../store/telemetry.ts";
import type { Piece } from "./buckets.ts";
import { roundHalfUp } from "./decimal.ts";

/** E3: the energy of a gap shared by the meter's typical day. */

const WINDOW_MS = 28 * DAY_MS;
const QUARTERS_A_DAY = 96;
/** What two weeks hold of each kind of day: ten working days, four days off. */
const TWO_WEEKS = [10 * QUARTERS_A_DAY, 4 * QUARTERS_A_DAY, 4 * QUARTERS_A_DAY];
const KINDS = { workday: 0, weekend: 1, holiday: 2 };
const KIND_COUNT = TWO_WEEKS.length;
const MEASURED = ENERGY_FLAGS.startSharp15m | ENERGY_FLAGS.endSharp15m;

/** A quarter-hour of the gap, or what of it lies in the gap. */
interface Cell {
  readonly fromMs: number;
  readonly toMs: number;
  readonly weight: bigint;
  /** Most that the limit lets through; null without a limit. */
  readonly cap: bigint | null;
  share: bigint;
}

/**
 * Remembers a register's measured quarter-hours and shares gaps by them. What it says of a gap follows from the rows
 * before it alone, and those are told again whenever they change; its text is part of the register's state, so that
 * a change of what is measured is followed as far as a gap may still look back at it (E9).
 */
export class TypicalDay {
  readonly #kinds: DayKinds;
  readonly #calendar: Calendar;
  /** By the quarter-hour's start. */
  readonly #measured = new Map<number, { micro: number; readonly slot: number }>();

  constructor(dated: readonly DatedDay[], calendar: Calendar) {
    this.#kinds = new DayKinds(dated, calendar);
    this.#calendar = calendar;
  }

  /** A finished quarter-hour as it now stands. */
  note({ startMs, micro, knownMs, flags }: EnergyRow): void {
    if (knownMs === QUARTER_MS && (flags & MEASURED) === MEASURED) this.#keep(startMs, micro);
    else this.#measured.delete(startMs);
  }

  #keep(startMs: number, micro: number): void {
    const known = this.#measured.get(startMs);
    if (known === undefined) this.#measured.set(startMs, { micro, slot: this.#slot(startMs) });
    else known.micro = micro;
  }

  /**
   * The piece of a gap cut at quarter-hours: each has the share that it has of the typical day, none above what the
   * limit lets through, together exactly the piece. As it is (linear) where two weeks are not known of a kind of day
   * that it touches, where a quarter-hour of the day was never measured, where the meter typically takes nothing then,
   * and where the limit leaves no room.
   * @param gapMs where the gap begins: only what was measured before counts
   * @param microPerMs the limit at an instant, Infinity without
   */
  shared(piece: Piece, gapMs: number, microPerMs: (timeMs: number) => number): Piece[] {
    if (piece.micro <= 0) return [piece];
    const cells = this.#cells(piece, gapMs, microPerMs);
    if (cells === null || !shareOut(BigInt(piece.micro), cells)) return [piece];
    return cells.map(({ fromMs, toMs, share }) => ({ fromMs, toMs, micro: Number(share), isTypical: true }));
  }

  #cells({ fromMs, toMs }: Piece, gapMs: number, microPerMs: (timeMs: number) => number): Cell[] | null {
    const typical = this.#meansBefore(gapMs);
    const cells: Cell[] = [];
    for (let atMs = fromMs; atMs < toMs; ) {
      const endMs = Math.min(toMs, this.#calendar.floor(atMs, "15m") + QUARTER_MS);
      const mean = typical[this.#slot(atMs)] ?? null;
      if (mean === null) return null;
      const cap = Math.floor(microPerMs(atMs) * (endMs - atMs));
      const weight = BigInt(mean) * BigInt(endMs - atMs);
      cells.push({
        fromMs: atMs,
        toMs: endMs,
        weight,
        cap: Number.isFinite(cap) ? BigInt(cap) : null,
        share: 0n,
      });
      atMs = endMs;
    }
    return cells;
  }

  /** The mean of each quarter-hour of each kind of day of which two weeks were measured, by slot; null where nothing was. */
  #meansBefore(gapMs: number): (number | null)[] {
    const sums = new Float64Array(KIND_COUNT * QUARTERS_A_DAY);
    const counts = new Float64Array(KIND_COUNT * QUARTERS_A_DAY);
    const ofKind = [0, 0, 0];
    for (const [startMs, { micro, slot }] of this.#measured) {
      if (startMs < gapMs - WINDOW_MS || startMs + QUARTER_MS > gapMs) continue;
      const kind = Math.floor(slot / QUARTERS_A_DAY);
      ofKind[kind] = (ofKind[kind] ?? 0) + 1;
      sums[slot] = (sums[slot] ?? 0) + micro;
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    return Array.from(sums, (sum, slot) => {
      const kind = Math.floor(slot / QUARTERS_A_DAY);
      const count = counts[slot] ?? 0;
      if (count === 0 || (ofKind[kind] ?? 0) < (TWO_WEEKS[kind] ?? 0)) return null;
      return Math.floor(sum / count + 0.5);
    });
  }

  /** The kind of day and the quarter-hour on the park's clock. */
  #slot(timeMs: number): number {
    const { hour, minute } = this.#calendar.parts(timeMs);
    return KINDS[this.#kinds.at(timeMs)] * QUARTERS_A_DAY + hour * 4 + Math.floor(minute / 15);
  }

  /**
   * The measured quarter-hours before an instant at which a later gap may still look, as canonical text: runs of
   * quarter-hours without one of more than a day in between.
   * @param gapMs no gap to come, or to be made again, begins earlier
   */
  text(gapMs: number, untilMs: number): string {
    const sinceMs = gapMs - WINDOW_MS;
    for (const startMs of this.#measured.keys()) if (startMs < sinceMs) this.#measured.delete(startMs);
    const known = [...this.#measured].filter(([startMs]) => startMs < untilMs).sort(([a], [b]) => a - b);
    let text = "";
    let nextMs = Number.NEGATIVE_INFINITY;
    for (const [startMs, { micro }] of known) {
      const skipped = (startMs - nextMs) / QUARTER_MS;
      if (skipped > QUARTERS_A_DAY) text += `${text === "" ? "" : ";"}${(startMs / QUARTER_MS).toString(36)}`;
      else text += ",".repeat(skipped);
      text += `,${micro.toString(36)}`;
      nextMs = startMs + QUARTER_MS;
    }
    return text;
  }

  /** Takes what a text says. @throws RangeError for a text that is none. */
  resume(text: string): void {
    if (text === "") return;
    for (const run of text.split(";")) {
      const [first = "", ...values] = run.split(",");
      const firstMs = number36(first) * QUARTER_MS;
      values.forEach((value, i) => {
        if (value !== "") this.#keep(firstMs + i * QUARTER_MS, number36(value));
      });
    }
  }
}

/** Shares an amount out by weight, as whole numbers that add up to it; false where caps or weights leave no way. */
function shareOut(amount: bigint, cells: readonly Cell[]): boolean {
  let open = cells.filter((cell) => cell.weight > 0n);
  let left = amount;
  for (;;) {
    const weight = open.reduce((sum, cell) => sum + cell.weight, 0n);
    if (weight === 0n) return left === 0n;
    const full = open.filter(({ cap, weight: own }) => cap !== null && left * own > cap * weight);
    if (full.length === 0) {
      let passed = 0n;
      let given = 0n;
      for (const cell of open) {
        passed += cell.weight;
        const upTo = roundHalfUp(left * passed, weight);
        cell.share = upTo - given;
        given = upTo;
      }
      return true;
    }
    for (const cell of full) {
      cell.share = cell.cap ?? 0n;
      left -= cell.share;
    }
    open = open.filter((cell) => !full.includes(cell));
  }
}

function number36(text: string): number {
  const value = Number.parseInt(text, 36);
  if (!Number.isSafeInteger(value) || value.toString(36) !== text)
    throw new RangeError(
      `not a register's state: ${JSON.stringify(text.slice(0, 40))} among measured energy`,
    );
  return value;
}
