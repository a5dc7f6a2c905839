import type { Park } from "../../park/park.ts";
import type { Scope } from "../../park/topology.ts";
import type { Quality } from "../answers/common.ts";
import { type Bucket, bucketColumn, bucketsOf, type CoverageTally } from "./buckets.ts";
import { belongsTo, columnOf, mediumTerms, registersOf } from "./flows.ts";
import type { EnergyReader } from "./reader.ts";
import { type FlowSeries, SumOfParts } from "./sums.ts";
import { typicalOf } from "./typical.ts";

/** What a scope takes, by quarter-hour, for answers that sort quarter-hours: bands of a tariff, demand. */
interface TakenQuarters {
  readonly buckets: readonly Bucket[];
  /** Integer 10⁻⁶ kWh of import. */
  readonly taken: FlowSeries;
  readonly quality: readonly Quality[];
  readonly known: readonly number[];
  readonly simulated: boolean;
  readonly meters: ReadonlySet<string>;
  /** Counts the coverage (E14) of the quarter-hours for which `counts` holds. */
  tally(tally: CoverageTally, nowMs: number, counts: ((bucket: Bucket) => boolean) | null): void;
}

/** The electricity a scope takes in [fromMs, toMs) by quarter-hour, as /energy adds it up. @throws StoreError */
export async function takenQuarters(
  park: Park,
  reader: EnergyReader,
  asked: { readonly scope: Scope; readonly fromMs: number; readonly toMs: number },
): Promise<TakenQuarters> {
  const { imports } = mediumTerms(park, asked.scope, "electricity", asked.fromMs, asked.toMs);
  const table = await reader.quarterHours(registersOf(imports), asked.fromMs, asked.toMs);
  const buckets = bucketsOf(table, park.calendar, asked.fromMs, asked.toMs, "15m");
  const columns = imports.flatMap((term) => {
    const column = columnOf(table, term);
    if (column === null) return [];
    const bucketed = bucketColumn(table, column, buckets, "15m", belongsTo(table, term));
    return [{ term, bucketed, typical: typicalOf(park, term, table, column) }];
  });
  const sum = new SumOfParts(buckets.length);
  for (const { term, bucketed } of columns) sum.add(term.sign, bucketed);
  return {
    buckets,
    taken: sum.series(),
    quality: sum.qualities(),
    known: sum.knownShares(),
    simulated: sum.simulated,
    meters: new Set(columns.map((c) => c.term.meter.id)),
    tally(tally, nowMs, counts) {
      for (const c of columns) tally.add(c.bucketed, buckets, nowMs, c.typical, counts);
    },
  };
}
