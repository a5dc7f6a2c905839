import { belongsTo, columnOf, FLOW_KINDS, type FlowKind, type Flows } from "./flows.ts";
import type { EnergyTable } from "./reader.ts";

/** What does not add up: what flows in less what flows out, known where every part is known throughout. */

const SIGNS: Readonly<Record<FlowKind, 1 | -1>> = {
  gridImport: 1,
  pv: 1,
  storageOut: 1,
  gridExport: -1,
  storageIn: -1,
  use: -1,
};

/** A row's remainder. partly: every part is known in it for some time, but not all of them throughout. */
export type UnknownRow = { readonly micro: number } | { readonly micro: null; readonly partly: boolean };

/** The remainder of each row of a table. A scope without a metered connection has none. */
export function unknownRows(table: EnergyTable, terms: Flows): UnknownRow[] {
  const parts = FLOW_KINDS.flatMap((kind) =>
    terms[kind].flatMap((term) => {
      const column = columnOf(table, term);
      const sign = SIGNS[kind] * term.sign;
      return column === null ? [] : [{ column, sign, belongs: belongsTo(table, term) }];
    }),
  );
  return table.startMs.map((startMs, i): UnknownRow => {
    const lengthMs = (table.endMs[i] ?? startMs) - startMs;
    let micro = 0;
    let whole = terms.gridImport.length > 0;
    let partly = whole;
    for (const { column, sign, belongs } of parts) {
      if (belongs !== null && !belongs(i)) continue;
      const knownMs = column.knownMs[i] ?? 0;
      if (knownMs !== lengthMs) whole = false;
      if (knownMs === 0) partly = false;
      micro += sign * (column.micro[i] ?? 0);
    }
    return whole ? { micro } : { micro: null, partly };
  });
}

/** The sum of the rows that have a remainder; null when none has. */
export function sumOfRows(rows: readonly UnknownRow[]): number | null {
  let sum: number | null = null;
  for (const row of rows) if (row.micro !== null) sum = (sum ?? 0) + row.micro;
  return sum;
}
