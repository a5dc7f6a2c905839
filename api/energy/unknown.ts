import { belongsTo, columnOf, FLOW_KINDS, type FlowKind, type Flows } from "./flows.ts";
import type { EnergyTable } from "./table.ts";

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
type UnknownRow = { readonly micro: number } | { readonly micro: null; readonly partly: boolean };

/** The remainder of each row of a table. While a scope has no metered connection it has none. */
export function unknownRows(table: EnergyTable, terms: Flows): UnknownRow[] {
  const length = table.startMs.length;
  const connected = new Uint8Array(length);
  for (const term of terms.gridImport) {
    const belongs = belongsTo(table, term);
    for (let i = 0; i < length; i++) if (belongs === null || belongs[i] === 1) connected[i] = 1;
  }
  const micro = new Float64Array(length);
  const broken = new Uint8Array(length);
  const absent = new Uint8Array(length);
  const lengthMs = Float64Array.from(table.startMs, (start, i) => (table.endMs[i] ?? start) - start);
  for (const kind of FLOW_KINDS) {
    for (const term of terms[kind]) {
      const column = columnOf(table, term);
      if (column === null) continue;
      const sign = SIGNS[kind] * term.sign;
      const belongs = belongsTo(table, term);
      for (let i = 0; i < length; i++) {
        if (belongs !== null && belongs[i] !== 1) continue;
        const knownMs = column.knownMs[i] ?? 0;
        if (knownMs !== lengthMs[i]) {
          broken[i] = 1;
          if (knownMs === 0) absent[i] = 1;
        }
        micro[i] = (micro[i] ?? 0) + sign * (column.micro[i] ?? 0);
      }
    }
  }
  return table.startMs.map((_, i): UnknownRow => {
    if (connected[i] !== 1) return { micro: null, partly: false };
    return broken[i] === 1 ? { micro: null, partly: absent[i] !== 1 } : { micro: micro[i] ?? 0 };
  });
}

/** The sum of the rows that have a remainder; null when none has. */
export function sumOfRows(rows: readonly UnknownRow[]): number | null {
  let sum: number | null = null;
  for (const row of rows) if (row.micro !== null) sum = (sum ?? 0) + row.micro;
  return sum;
}
