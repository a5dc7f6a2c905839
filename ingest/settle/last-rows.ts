import type { EnergyRow, Judgement } from "../../store/telemetry.ts";
import type { RegisterSettlement } from "../energy/engine.ts";

/**
 * What was last settled of a register's recent past, so that judging it anew writes only what came out differently:
 * one late reading changes a few rows, and the judging anew says all of two days.
 */
export class LastRows {
  readonly #intervals = new Map<number, EnergyRow>();
  readonly #days = new Map<number, EnergyRow>();
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
    for (const map of [this.#intervals, this.#days, this.#judgements])
      for (const startMs of map.keys()) if (startMs < beforeMs) map.delete(startMs);
  }

  clear(): void {
    for (const map of [this.#intervals, this.#days, this.#judgements, this.#revised]) map.clear();
  }
}

function changedRows(
  last: Map<number, EnergyRow>,
  rows: readonly EnergyRow[],
  wholeFromMs: number | null,
): EnergyRow[] {
  const changed: EnergyRow[] = [];
  for (const row of rows) {
    const before = last.get(row.startMs);
    if (
      before !== undefined &&
      before.micro === row.micro &&
      before.knownMs === row.knownMs &&
      before.flags === row.flags
    )
      continue;
    last.set(row.startMs, row);
    changed.push(row);
  }
  if (wholeFromMs !== null) {
    const said = new Set(rows.map((r) => r.startMs));
    for (const [startMs, row] of last) {
      if (startMs < wholeFromMs || said.has(startMs) || row.knownMs === 0) continue;
      const unknown = { startMs, micro: 0, knownMs: 0, flags: 0 };
      last.set(startMs, unknown);
      changed.push(unknown);
    }
  }
  return changed;
}
