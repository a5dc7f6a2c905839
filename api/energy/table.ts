import type { EnergySeries } from "../../store/telemetry.ts";

/** One register's buckets, in step with EnergyTable.startMs. knownMs 0: nothing is known of that bucket. */
export interface EnergyColumn {
  /** Integer 10⁻⁶ of the unit (mWh). */
  readonly micro: Float64Array;
  readonly knownMs: Float64Array;
  readonly flags: Uint16Array;
  /** False for a register never heard of and not expected: it takes no part in sums. */
  readonly present: boolean;
  /** Of a register of which nothing is known here: its days before, to tell what it typically makes (E14). */
  readonly before?: EnergyHistory;
}

/** What a register made in a stretch of days. */
export interface EnergyHistory {
  readonly startMs: readonly number[];
  readonly endMs: readonly number[];
  readonly column: EnergyColumn;
}

/** Columns of several registers over the same buckets. */
export interface EnergyTable {
  readonly startMs: readonly number[];
  readonly endMs: readonly number[];
  /** By `${meter}/${channel}`. */
  readonly columns: ReadonlyMap<string, EnergyColumn>;
  /** The highest revision of all that went in. */
  readonly rev: number;
}

/** A column of which nothing is known. */
export function emptyColumn(length: number): EnergyColumn {
  return {
    micro: new Float64Array(length),
    knownMs: new Float64Array(length),
    flags: new Uint16Array(length),
    present: false,
  };
}

/** A series in step with the table's rows. Rows of another calendar have no place there. */
export function alignColumn(s: EnergySeries, startMs: readonly number[]): EnergyColumn {
  if (isInStep(s, startMs)) return { micro: s.micro, knownMs: s.knownMs, flags: s.flags, present: true };
  const column = emptyColumn(startMs.length);
  let present = false;
  let at = 0;
  for (let i = 0; i < s.startMs.length; i++) {
    const start = s.startMs[i] ?? 0;
    while (at < startMs.length && (startMs[at] ?? 0) < start) at++;
    if (startMs[at] !== start) continue;
    column.micro[at] = s.micro[i] ?? 0;
    column.knownMs[at] = s.knownMs[i] ?? 0;
    column.flags[at] = s.flags[i] ?? 0;
    present = true;
  }
  return { ...column, present };
}

function isInStep(s: EnergySeries, startMs: readonly number[]): boolean {
  if (s.startMs.length !== startMs.length || startMs.length === 0) return false;
  for (let i = 0; i < startMs.length; i++) if (s.startMs[i] !== startMs[i]) return false;
  return true;
}
