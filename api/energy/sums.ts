import type { Quality } from "../answers/common.ts";
import type { BucketColumn } from "./buckets.ts";
import type { FlowTerm } from "./flows.ts";

/** Adding up the registers of a flow over buckets. */

/** A flow of a scope over the asked buckets: null where nothing of it is known. */
export interface FlowSeries {
  readonly micro: readonly (number | null)[];
  /** False when a part of it is missing somewhere: the sum is at least this much. */
  readonly complete: boolean;
  readonly total: number | null;
}

/** One register's part in a flow. */
export interface Part {
  readonly term: FlowTerm;
  readonly bucketed: BucketColumn;
}

/** The quality of the parts' sum in each bucket, of those parts that are due in it. */
export function qualities(parts: readonly Part[], length: number): Quality[] {
  const found: Quality[] = [];
  for (let b = 0; b < length; b++) {
    let measured = true;
    let missing = true;
    for (const { bucketed } of parts) {
      if ((bucketed.dueMs[b] ?? 0) === 0) continue;
      const quality = bucketed.quality[b] ?? "missing";
      if (quality !== "measured") measured = false;
      if (quality !== "missing") missing = false;
    }
    found.push(missing ? "missing" : measured ? "measured" : "estimated");
  }
  return found;
}

/** The known share of time of the parts that are due in each bucket, their mean. */
export function knownShares(parts: readonly Part[], length: number): number[] {
  const shares: number[] = [];
  for (let b = 0; b < length; b++) {
    let due = 0;
    let share = 0;
    for (const { bucketed } of parts) {
      const dueMs = bucketed.dueMs[b] ?? 0;
      if (dueMs === 0) continue;
      due++;
      share += (bucketed.knownMs[b] ?? 0) / dueMs;
    }
    shares.push(due === 0 ? 0 : Math.min(1, share / due));
  }
  return shares;
}

/** The parts' signed sum. */
export function sumOf(parts: readonly Part[], length: number): FlowSeries {
  let complete = true;
  const micro = Array.from({ length }, (_, b): number | null => {
    let total: number | null = null;
    for (const { term, bucketed } of parts) {
      if ((bucketed.dueMs[b] ?? 0) === 0) continue;
      if (bucketed.quality[b] === "missing") {
        complete = false;
        continue;
      }
      if ((bucketed.knownMs[b] ?? 0) < (bucketed.dueMs[b] ?? 0)) complete = false;
      total = (total ?? 0) + term.sign * (bucketed.micro[b] ?? 0);
    }
    return total;
  });
  return { micro, complete, total: totalOf(micro) };
}

/** The sum of what is known; null when nothing is. */
export function totalOf(micro: readonly (number | null)[]): number | null {
  let total: number | null = null;
  for (const m of micro) if (m !== null) total = (total ?? 0) + m;
  return total;
}
