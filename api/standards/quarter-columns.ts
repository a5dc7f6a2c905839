import { QUARTER_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { isExpected, registerTerms } from "../../park/topology.ts";
import type { GreenFlows } from "../../standards/green/engine.ts";
import type { FlowTerms, QuarterColumn } from "../../standards/green/flow-room.ts";
import { STATE } from "../../standards/green/layout.ts";
import { ENERGY_FLAGS } from "../../store/telemetry.ts";
import type { FlowTerm } from "../energy/flows.ts";
import { columnKey } from "../energy/series.ts";
import type { EnergyTable } from "../energy/table.ts";
import type { Structure } from "./nodes.ts";

const SHARP = ENERGY_FLAGS.startSharp15m | ENERGY_FLAGS.endSharp15m;

/** Rows of a table that are one day's. */
interface DayRows {
  readonly first: number;
  readonly end: number;
}

/** A table's quarter-hours as the flows of a structure, day by day as if each had been read alone. */
export function greenFlows(
  park: Park,
  structure: Structure,
  table: EnergyTable,
  days: readonly DayRows[],
): GreenFlows {
  const columns = new Map<string, QuarterColumn>();
  const column = (term: FlowTerm): QuarterColumn => {
    const key = columnKey({ meter: term.meter.id, channel: term.channel });
    let found = columns.get(key);
    if (found === undefined) {
      found = quarterColumn(park, term, table, days);
      columns.set(key, found);
    }
    return found;
  };
  const terms = (list: readonly FlowTerm[]): FlowTerms =>
    list.map((t) => ({ column: column(t), sign: t.sign }));
  return {
    quarters: table.startMs.length,
    nodes: structure.nodes.map(({ terms: t }) => ({
      pv: terms(t.pv),
      use: terms(t.use),
      taken: terms(t.gridImport),
      given: terms(t.gridExport),
    })),
    storages: structure.storages.map((s) => ({ in: terms(s.in), out: terms(s.out) })),
  };
}

function quarterColumn(
  park: Park,
  term: FlowTerm,
  table: EnergyTable,
  days: readonly DayRows[],
): QuarterColumn {
  const count = table.startMs.length;
  const column = table.columns.get(columnKey({ meter: term.meter.id, channel: term.channel }));
  const mwh = new Float64Array(count);
  const state = new Uint8Array(count);
  if (column !== undefined) {
    const { micro, knownMs, flags } = column;
    for (let i = 0; i < count; i++) {
      const known = knownMs[i] ?? 0;
      if (known === 0) continue;
      mwh[i] = micro[i] ?? 0;
      state[i] =
        known === QUARTER_MS && ((flags[i] ?? 0) & SHARP) === SHARP ? STATE.measured : STATE.estimated;
    }
  }
  // What a meter never sent and is not expected to is no gap.
  const expected = registerTerms(park, term.meter, term.channel).some((t) => isExpected(t.meter, t.channel));
  if (!expected) {
    for (const { first, end } of days) {
      if (!state.subarray(first, end).some((s) => s !== STATE.missing)) state.fill(STATE.absent, first, end);
    }
  }
  return { mwh, state };
}
