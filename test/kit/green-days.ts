import { EnergyReader } from "../../api/energy/reader.ts";
import { ParkMatching } from "../../api/standards/matching.ts";
import { dayRowsFrom } from "../../api/standards/revisions.ts";
import type { Park } from "../../park/park.ts";
import type { DayInput, GreenFlows, IntervalTrade } from "../../standards/green/engine.ts";
import type { FlowTerms, QuarterColumn } from "../../standards/green/flow-room.ts";
import { type GreenLayout, STATE } from "../../standards/green/layout.ts";
import type { Telemetry } from "../../store/telemetry.ts";

/** Flows of nodes and storages by name, to try the green engine with. */

export function columnOf(mwh: readonly number[], state: readonly number[] = []): QuarterColumn {
  return { mwh: Float64Array.from(mwh), state: Uint8Array.from(mwh, (_, q) => state[q] ?? STATE.measured) };
}

export interface NodeFlows {
  readonly pv?: QuarterColumn;
  readonly use?: QuarterColumn;
  readonly taken?: QuarterColumn;
  readonly given?: QuarterColumn;
}

export interface StorageFlows {
  readonly in: QuarterColumn;
  readonly out: QuarterColumn;
}

/** Every four quarter-hours an hour, from midnight on. */
function hoursFrom(quarters: number): Uint8Array {
  return Uint8Array.from({ length: quarters }, (_, q) => Math.floor(q / 4) % 24);
}

export function greenFlows(
  layout: GreenLayout,
  quarters: number,
  nodes: Readonly<Record<string, NodeFlows>>,
  storages: Readonly<Record<string, StorageFlows>> = {},
): GreenFlows {
  const term = (column: QuarterColumn | undefined): FlowTerms =>
    column === undefined ? [] : [{ column, sign: 1 }];
  return {
    nodes: layout.nodes.map(({ id }) => ({
      pv: term(nodes[id]?.pv),
      use: term(nodes[id]?.use),
      taken: term(nodes[id]?.taken),
      given: term(nodes[id]?.given),
    })),
    storages: layout.storages.map(({ id }) => ({ in: term(storages[id]?.in), out: term(storages[id]?.out) })),
    quarters,
  };
}

export interface Trade {
  readonly nodes: readonly string[];
  readonly mwh: readonly number[];
}

/** Quarter-hours [first, first + quarters) of the flows as a day. */
export function dayInput(
  layout: GreenLayout,
  first: number,
  quarters: number,
  trades: readonly Trade[] = [],
): DayInput {
  return {
    first,
    hourOf: hoursFrom(quarters),
    trades: trades.map(
      (t, place): IntervalTrade => ({
        id: `t${place}`,
        name: `t${place}`,
        nodes: Int32Array.from(t.nodes, (id) => layout.nodePlace.get(id) ?? -1).sort(),
        mwh: Float64Array.from(t.mwh.slice(first, first + quarters)),
      }),
    ),
  };
}

/** Matching straight from a store, without caches or a file. */
export function matchingFrom(
  park: Park,
  telemetry: Telemetry,
  options: ConstructorParameters<typeof ParkMatching>[3] = {},
): ParkMatching {
  const rows = dayRowsFrom((registers, fromMs, toMs, limit) =>
    telemetry.readEnergy({ rows: "day", registers, fromMs, toMs, limit }),
  );
  return new ParkMatching(park, new EnergyReader(park, telemetry), rows, options);
}
