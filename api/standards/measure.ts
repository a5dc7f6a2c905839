import type { Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import type { Coverage, Quality } from "../answers/common.ts";
import {
  type Bucket,
  type BucketColumn,
  bucketColumn,
  CoverageTally,
  MISSING,
  qualityName,
  qualityOfSum,
  type TypicalMicro,
} from "../energy/buckets.ts";
import { belongsTo, columnOf, type FlowTerm } from "../energy/flows.ts";
import type { EnergyTable } from "../energy/table.ts";
import { typicalOf } from "../energy/typical.ts";

/** The sum of some registers by bucket, from which any run of buckets can be taken with its coverage. */
export class Measure {
  readonly #buckets: readonly Bucket[];
  readonly #nowMs: number;
  readonly #parts: readonly {
    readonly sign: number;
    readonly column: BucketColumn;
    readonly typical: TypicalMicro;
  }[];
  readonly meters: readonly string[];
  readonly simulated: boolean;

  constructor(
    park: Park,
    table: EnergyTable,
    terms: readonly FlowTerm[],
    buckets: readonly Bucket[],
    nowMs: number,
  ) {
    const parts = terms.flatMap((term) => {
      const column = columnOf(table, term);
      if (column === null) return [];
      return [
        {
          meter: term.meter.id,
          sign: term.sign,
          column: bucketColumn(table, column, buckets, "1d", belongsTo(table, term)),
          typical: typicalOf(park, term, table, column),
        },
      ];
    });
    this.#buckets = buckets;
    this.#nowMs = nowMs;
    this.#parts = parts;
    this.meters = [...new Set(parts.map((p) => p.meter))];
    this.simulated = parts.some((p) => p.column.simulated);
  }

  /** Known amount of buckets [first, end) in the unit (kWh, m³ …); null where nothing at all is known. */
  amount(first: number, end: number): number | null {
    let sum: number | null = null;
    for (const { sign, column } of this.#parts) {
      for (let b = first; b < end; b++) {
        if (column.quality[b] !== MISSING) sum = (sum ?? 0) + sign * (column.micro[b] ?? 0);
      }
    }
    return sum === null ? null : sum / MICRO;
  }

  /** Milliseconds of [first, end) of which the first register is known. */
  knownMs(first: number, end: number): number {
    let sum = 0;
    for (let b = first; b < end; b++) sum += this.#parts[0]?.column.knownMs[b] ?? 0;
    return sum;
  }

  quality(bucket: number): Quality {
    const due = this.#parts.filter((p) => (p.column.dueMs[bucket] ?? 0) > 0);
    return qualityOfSum(due.map((p) => qualityName(p.column.quality[bucket])));
  }

  coverage(first: number, end: number): Coverage {
    const tally = new CoverageTally();
    this.tally(tally, first, end);
    return tally.shares();
  }

  /** Adds its weights to a coverage of several measures. */
  tally(tally: CoverageTally, first: number, end: number): void {
    const buckets = this.#buckets.slice(first, end);
    for (const { column, typical } of this.#parts) {
      const part: BucketColumn = {
        micro: column.micro.subarray(first, end),
        knownMs: column.knownMs.subarray(first, end),
        dueMs: column.dueMs.subarray(first, end),
        quality: column.quality.subarray(first, end),
        partSharp: column.partSharp.subarray(first, end),
        simulated: column.simulated,
        typicalDay: column.typicalDay,
      };
      tally.add(part, buckets, this.#nowMs, typical);
    }
  }
}
