import { type DayInput, GreenEngine, type GreenFlows } from "../../standards/green/engine.ts";
import type { FlowTerm, NodeTerms, QuarterColumn, StorageTerms } from "../../standards/green/flow-room.ts";
import { GreenLayout, STATE } from "../../standards/green/layout.ts";
import { mulberry32 } from "../kit/replay.ts";

/** A year of a park of fifty enterprises of ten meters each, for the green engine alone. */

export const ENTERPRISES = 50;
export const METERS = 500;
export const DAYS = 365;
const QUARTERS = 96;
const NETWORK_OF = 10;
/** kWh of a quarter-hour to mWh. */
const MWH = 1_000_000;

export interface EngineYear {
  readonly engine: GreenEngine;
  readonly columns: readonly QuarterColumn[];
  /** The flows of some days and the input of each. */
  flows(firstDay: number, days: number): GreenFlows;
  input(dayOfFlows: number): DayInput;
}

/** Of each enterprise a connection of two registers, PV, a storage of two registers and five loads. */
export function engineYear(): EngineYear {
  const random = mulberry32(11);
  const rows = DAYS * QUARTERS;
  const columns: QuarterColumn[] = [];
  const add = (profile: (q: number) => number): FlowTerm => {
    const mwh = new Float64Array(rows);
    for (let r = 0; r < rows; r++) mwh[r] = Math.round(profile(r % QUARTERS) * (0.8 + 0.4 * random()) * MWH);
    const column = { mwh, state: new Uint8Array(rows).fill(STATE.measured) };
    columns.push(column);
    return { column, sign: 1 };
  };
  const sun = (q: number) => Math.max(0, Math.sin(((q - 24) / 48) * Math.PI));
  const nodes: NodeTerms[] = [];
  const storages: StorageTerms[] = [];
  for (let e = 0; e < ENTERPRISES; e++) {
    const pvKwh = 100 + 50 * (e % 5);
    nodes.push({
      taken: [add((q) => 100 + 20 * (1 - sun(q)))],
      given: [add((q) => (e % 2 === 0 ? 60 * sun(q) : 0))],
      pv: [add((q) => pvKwh * sun(q))],
      use: Array.from({ length: 5 }, () => add(() => 20 + (e % 7))),
    });
    storages.push({
      in: [add((q) => (q >= 44 && q < 56 ? 25 : 0))],
      out: [add((q) => (q >= 72 && q < 88 ? 17 : 0))],
    });
  }
  const id = (e: number) => `works-${String(e).padStart(2, "0")}`;
  const layout = new GreenLayout(
    nodes.map((_, e) => ({ id: id(e), hasConnection: true })),
    Array.from({ length: ENTERPRISES / NETWORK_OF }, (_, n) => ({
      id: `network-${n}`,
      kind: "private" as const,
      nodes: Array.from({ length: NETWORK_OF }, (_, m) => id(n * NETWORK_OF + m)),
    })),
    storages.map((_, e) => ({
      id: id(e),
      node: id(e),
      usableWh: 400_000,
      chargeEfficiency: 0.95,
      dischargeEfficiency: 0.95,
    })),
  );
  const hourOf = Uint8Array.from({ length: QUARTERS }, (_, q) => Math.floor(q / 4));
  return {
    engine: new GreenEngine(layout),
    columns,
    flows: (firstDay, days) => {
      const quarters = days * QUARTERS;
      const cut = (terms: readonly FlowTerm[]) =>
        terms.map(({ column, sign }) => ({ column: part(column, firstDay * QUARTERS, quarters), sign }));
      return {
        quarters,
        nodes: nodes.map((n) => ({
          pv: cut(n.pv),
          use: cut(n.use),
          taken: cut(n.taken),
          given: cut(n.given),
        })),
        storages: storages.map((s) => ({ in: cut(s.in), out: cut(s.out) })),
      };
    },
    input: (day) => ({ first: day * QUARTERS, hourOf, trades: [] }),
  };
}

function part({ mwh, state }: QuarterColumn, first: number, count: number): QuarterColumn {
  return { mwh: mwh.subarray(first, first + count), state: state.subarray(first, first + count) };
}
