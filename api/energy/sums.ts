import type { Quality } from "../answers/common.ts";
import { type BucketColumn, ESTIMATED, MISSING, qualityName } from "./buckets.ts";
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

/**
 * The sum of registers by bucket, one register after another. All of it is in integers, so that the order does not
 * matter. A register counts in the buckets in which it is due.
 */
export class SumOfParts {
  readonly #micro: Float64Array;
  readonly #knownMs: Float64Array;
  readonly #dueMs: Float64Array;
  readonly #quality: Uint8Array;
  #parts = 0;
  #simulated = false;
  #typicalDay = false;

  constructor(length: number) {
    this.#micro = new Float64Array(length);
    this.#knownMs = new Float64Array(length);
    this.#dueMs = new Float64Array(length);
    this.#quality = new Uint8Array(length);
  }

  get parts(): number {
    return this.#parts;
  }

  get simulated(): boolean {
    return this.#simulated;
  }

  /** How gaps were shared: by the typical day where any of them was. */
  get sharing(): "linear" | "typicalDay" {
    return this.#typicalDay ? "typicalDay" : "linear";
  }

  add(sign: 1 | -1, part: BucketColumn): void {
    this.#parts += 1;
    this.#simulated ||= part.simulated;
    this.#typicalDay ||= part.typicalDay;
    this.#addUp(sign, part.micro, part.knownMs, part.dueMs, part.quality);
  }

  /** Takes what another sum of as many buckets has added up. */
  join(other: SumOfParts): void {
    this.#parts += other.#parts;
    this.#simulated ||= other.#simulated;
    this.#typicalDay ||= other.#typicalDay;
    this.#addUp(1, other.#micro, other.#knownMs, other.#dueMs, other.#quality);
  }

  #addUp(
    sign: 1 | -1,
    micro: Float64Array,
    knownMs: Float64Array,
    dueMs: Float64Array,
    quality: Uint8Array,
  ): void {
    const [sumMicro, sumKnownMs, sumDueMs, sumQuality] = [
      this.#micro,
      this.#knownMs,
      this.#dueMs,
      this.#quality,
    ];
    for (let b = 0; b < sumMicro.length; b++) {
      const due = dueMs[b] ?? 0;
      if (due === 0) continue;
      const is = quality[b] ?? MISSING;
      // Of one quality as long as all are; a sum of which something is known, and not all measured, is estimated.
      if (sumDueMs[b] === 0) sumQuality[b] = is;
      else if (sumQuality[b] !== is) sumQuality[b] = ESTIMATED;
      sumDueMs[b] = (sumDueMs[b] ?? 0) + due;
      if (is === MISSING) continue;
      sumKnownMs[b] = (sumKnownMs[b] ?? 0) + (knownMs[b] ?? 0);
      sumMicro[b] = (sumMicro[b] ?? 0) + sign * (micro[b] ?? 0);
    }
  }

  /** The signed sum. */
  series(): FlowSeries {
    const micro: (number | null)[] = [];
    let complete = true;
    for (let b = 0; b < this.#micro.length; b++) {
      micro.push(this.#quality[b] === MISSING ? null : (this.#micro[b] ?? 0));
      if ((this.#knownMs[b] ?? 0) < (this.#dueMs[b] ?? 0)) complete = false;
    }
    return { micro, complete, total: totalOf(micro) };
  }

  /** The quality of the sum. */
  qualities(): Quality[] {
    return Array.from(this.#quality, qualityName);
  }

  /** The known share of the time in which the registers are due. */
  knownShares(): number[] {
    const shares: number[] = [];
    for (let b = 0; b < this.#micro.length; b++) {
      const dueMs = this.#dueMs[b] ?? 0;
      shares.push(dueMs === 0 ? 0 : Math.min(1, (this.#knownMs[b] ?? 0) / dueMs));
    }
    return shares;
  }
}

/** The sum of what is known; null when nothing is. */
export function totalOf(micro: readonly (number | null)[]): number | null {
  let total: number | null = null;
  for (const m of micro) if (m !== null) total = (total ?? 0) + m;
  return total;
}
