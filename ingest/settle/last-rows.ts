import type { EnergyRow, Judgement } from "../../store/telemetry.ts";
import { lowerBound, moved } from "../columns.ts";
import type { RegisterSettlement } from "../energy/engine.ts";

/**
 * What was last settled of a register's recent past, so that judging it anew writes only what came out differently:
 * one late reading changes a few rows, and the judging anew says all of two days.
 */
export class LastRows {
  readonly #intervals = new RowColumns();
  readonly #days = new RowColumns();
  readonly #judgements = new Map<number, Judgement>();
  /** Events of earlier days as last revised; few, as only days of the last stretch can be. */
  readonly #revised = new Map<number, string>();
  #forgottenMs = Number.NEGATIVE_INFINITY;

  /** @param wholeFromMs the settlement says everything known from here on: rows it does not repeat are known no more; null: it says only changes. */
  onlyChanged(settlement: RegisterSettlement, wholeFromMs: number | null): RegisterSettlement {
    return {
      intervals: changedRows(this.#intervals, settlement.intervals, wholeFromMs),
      days: changedRows(this.#days, settlement.days, wholeFromMs),
      judgements: settlement.judgements.filter((j) => {
        const before = this.#judgements.get(j.dayStartMs);
        if (before?.state === j.state && before.events === j.events) return false;
        this.#judgements.set(j.dayStartMs, j);
        return true;
      }),
      revisedEvents: settlement.revisedEvents.filter(({ dayStartMs, events }) => {
        if (this.#revised.get(dayStartMs) === events) return false;
        this.#revised.set(dayStartMs, events);
        return true;
      }),
    };
  }

  /** Rows before this instant will not be said again. */
  forget(beforeMs: number): void {
    if (beforeMs === this.#forgottenMs) return;
    this.#forgottenMs = beforeMs;
    for (const rows of [this.#intervals, this.#days]) rows.dropBefore(beforeMs);
    for (const startMs of this.#judgements.keys()) if (startMs < beforeMs) this.#judgements.delete(startMs);
  }

  clear(): void {
    for (const rows of [this.#intervals, this.#days]) rows.dropBefore(Number.POSITIVE_INFINITY);
    for (const map of [this.#judgements, this.#revised]) map.clear();
  }
}

/** Rows by their start: a column each, as two days of quarter-hours of every register are many objects. */
class RowColumns {
  #starts = new Float64Array(16);
  #micros = new Float64Array(16);
  #knownMs = new Float64Array(16);
  #flags = new Float64Array(16);
  #length = 0;

  /** Keeps a row; false: it was kept already, as it is. */
  put({ startMs, micro, knownMs, flags }: EnergyRow): boolean {
    const i = lowerBound(this.#starts, this.#length, startMs);
    if (i === this.#length || this.#starts[i] !== startMs) {
      const isFull = this.#length === this.#starts.length;
      const size = isFull ? Math.ceil(this.#length * 1.5) : this.#starts.length;
      this.#starts = moved(this.#starts, size, i, this.#length);
      this.#micros = moved(this.#micros, size, i, this.#length);
      this.#knownMs = moved(this.#knownMs, size, i, this.#length);
      this.#flags = moved(this.#flags, size, i, this.#length);
      this.#length++;
    } else if (this.#micros[i] === micro && this.#knownMs[i] === knownMs && this.#flags[i] === flags)
      return false;
    this.#starts[i] = startMs;
    this.#micros[i] = micro;
    this.#knownMs[i] = knownMs;
    this.#flags[i] = flags;
    return true;
  }

  /** Starts of rows from an instant on of which something is known. */
  knownFrom(fromMs: number): number[] {
    const starts: number[] = [];
    for (let i = lowerBound(this.#starts, this.#length, fromMs); i < this.#length; i++)
      if ((this.#knownMs[i] ?? 0) > 0) starts.push(this.#starts[i] ?? 0);
    return starts;
  }

  dropBefore(beforeMs: number): void {
    const count = lowerBound(this.#starts, this.#length, beforeMs);
    if (count === 0) return;
    for (const column of [this.#starts, this.#micros, this.#knownMs, this.#flags])
      column.copyWithin(0, count, this.#length);
    this.#length -= count;
  }
}

function changedRows(last: RowColumns, rows: readonly EnergyRow[], wholeFromMs: number | null): EnergyRow[] {
  const changed = rows.filter((row) => last.put(row));
  if (wholeFromMs !== null) {
    const said = new Set(rows.map((r) => r.startMs));
    for (const startMs of last.knownFrom(wholeFromMs)) {
      if (said.has(startMs)) continue;
      const unknown = { startMs, micro: 0, knownMs: 0, flags: 0 };
      last.put(unknown);
      changed.push(unknown);
    }
  }
  return changed;
}
