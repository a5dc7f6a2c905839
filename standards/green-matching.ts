import { splitByLargestRemainder } from "./shares.ts";

/**
 * Which generation served which use, quarter-hour by quarter-hour, in integers of mWh: no kWh is used twice.
 *
 * The unit is a connection (a node): what lies behind one of an enterprise's gates. In each quarter-hour
 * 1. PV serves the use behind its own connection: min(generation, use);
 * 2. what is left and really left through the connection reaches members of the same private network or
 *    direct line, in proportion to the use they have left and really drew through theirs;
 * 3. the rest is exported, or was kept behind the connection (charged into storage, lost): neither is claimed.
 * A quarter-hour counts for the hourly match only where all that went into it was measured.
 */

/** What is known of a quarter-hour. */
export const STATE = { missing: 0, estimated: 1, measured: 2 } as const;

/** One flow of a node over the day's quarter-hours. */
export interface QuarterColumn {
  /** Integer mWh; below 0 counts as 0. */
  readonly mwh: Float64Array;
  /** STATE of each quarter-hour. */
  readonly state: Uint8Array;
}

export interface MatchNode {
  readonly id: string;
  readonly pv: QuarterColumn | null;
  readonly use: QuarterColumn | null;
  /** What the connection took and gave; null where the node has no metered connection. */
  readonly connection: { readonly taken: QuarterColumn; readonly given: QuarterColumn } | null;
}

export interface MatchNetwork {
  readonly id: string;
  readonly kind: "private" | "direct-line";
  /** Places of its nodes in the list. */
  readonly nodes: readonly number[];
}

export interface NodeMatch {
  readonly id: string;
  readonly pvMwh: number;
  readonly useMwh: number;
  readonly ownMwh: number;
  readonly receivedMwh: number;
  readonly givenMwh: number;
  /** Left through the connection and reached no neighbour. */
  readonly exportedMwh: number;
  /** Neither used at once nor given: into storage, or lost. */
  readonly keptMwh: number;
  /** The part of own and received that was measured on both sides. */
  readonly matchedOwnMwh: number;
  readonly matchedReceivedMwh: number;
  /** By local hour of the day, 24 each. */
  readonly useByHour: Float64Array;
  readonly matchedByHour: Float64Array;
  /** Quarter-hours with use known, and all of them, by local hour. */
  readonly knownByHour: Float64Array;
  readonly dueByHour: Float64Array;
}

/** What one node's PV brought to another over a network. */
export interface NetworkFlow {
  readonly network: string;
  readonly kind: MatchNetwork["kind"];
  readonly from: string;
  readonly to: string;
  readonly mwh: number;
  readonly measuredMwh: number;
  readonly byQuarter: Float64Array;
}

export interface DayMatch {
  readonly nodes: readonly NodeMatch[];
  readonly flows: readonly NetworkFlow[];
}

type Mutable = { -readonly [K in keyof NodeMatch]: NodeMatch[K] };

/** The settlement of one quarter-hour. Offers and needs are what is left after own use. */
export interface NetworkSplit {
  /** given[i] of offers[i], received[i] of needs[i]; Σ given = Σ received = Σ flows. */
  readonly given: readonly number[];
  readonly received: readonly number[];
  readonly flows: readonly { readonly from: number; readonly to: number; readonly mwh: number }[];
}

/** Splits what members of one network offer among those who need, in proportion; integers, exact. */
export function splitNetwork(offers: readonly number[], needs: readonly number[]): NetworkSplit {
  const offered = offers.reduce((a, b) => a + b, 0);
  const needed = needs.reduce((a, b) => a + b, 0);
  const total = Math.min(offered, needed);
  const given = splitByLargestRemainder(total, offers);
  const received = splitByLargestRemainder(total, needs);
  const open = [...received];
  const flows: { from: number; to: number; mwh: number }[] = [];
  given.forEach((amount, from) => {
    if (amount === 0) return;
    splitByLargestRemainder(amount, open).forEach((mwh, to) => {
      if (mwh === 0) return;
      open[to] = (open[to] ?? 0) - mwh;
      flows.push({ from, to, mwh });
    });
  });
  return { given, received, flows };
}

/**
 * Matches a day (any number of quarter-hours).
 * @param hourOf local hour (0–23) of each quarter-hour.
 */
export function matchDay(
  nodes: readonly MatchNode[],
  networks: readonly MatchNetwork[],
  hourOf: readonly number[],
): DayMatch {
  const results = nodes.map(
    (n): Mutable => ({
      id: n.id,
      pvMwh: 0,
      useMwh: 0,
      ownMwh: 0,
      receivedMwh: 0,
      givenMwh: 0,
      exportedMwh: 0,
      keptMwh: 0,
      matchedOwnMwh: 0,
      matchedReceivedMwh: 0,
      useByHour: new Float64Array(24),
      matchedByHour: new Float64Array(24),
      knownByHour: new Float64Array(24),
      dueByHour: new Float64Array(24),
    }),
  );
  const flows = new Map<string, { -readonly [K in keyof NetworkFlow]: NetworkFlow[K] }>();
  const offers = new Array<number>(nodes.length).fill(0);
  const needs = new Array<number>(nodes.length).fill(0);
  const sure = new Array<boolean>(nodes.length).fill(false);
  hourOf.forEach((hour, q) => {
    nodes.forEach((node, i) => {
      const result = results[i];
      if (result !== undefined) {
        const quarter = settleOwn(node, q, hour, result);
        offers[i] = quarter.offer;
        needs[i] = quarter.need;
        sure[i] = quarter.measured;
      }
    });
    for (const network of networks) {
      const split = splitNetwork(
        network.nodes.map((i) => offers[i] ?? 0),
        network.nodes.map((i) => needs[i] ?? 0),
      );
      for (const flow of split.flows) {
        const from = network.nodes[flow.from] ?? -1;
        const to = network.nodes[flow.to] ?? -1;
        const giver = results[from];
        const taker = results[to];
        if (giver === undefined || taker === undefined) continue;
        const measured = sure[from] === true && sure[to] === true ? flow.mwh : 0;
        offers[from] = (offers[from] ?? 0) - flow.mwh;
        needs[to] = (needs[to] ?? 0) - flow.mwh;
        giver.givenMwh += flow.mwh;
        taker.receivedMwh += flow.mwh;
        taker.matchedReceivedMwh += measured;
        taker.matchedByHour[hour] = (taker.matchedByHour[hour] ?? 0) + measured;
        const key = `${network.id}/${giver.id}/${taker.id}`;
        const sum = flows.get(key) ?? {
          network: network.id,
          kind: network.kind,
          from: giver.id,
          to: taker.id,
          mwh: 0,
          measuredMwh: 0,
          byQuarter: new Float64Array(hourOf.length),
        };
        sum.mwh += flow.mwh;
        sum.measuredMwh += measured;
        sum.byQuarter[q] = (sum.byQuarter[q] ?? 0) + flow.mwh;
        flows.set(key, sum);
      }
    }
    results.forEach((result, i) => {
      result.exportedMwh += offers[i] ?? 0;
    });
  });
  return { nodes: results, flows: [...flows.values()] };
}

/** Step 1 for one node and quarter-hour; adds to the result and says what is left to offer and to need. */
function settleOwn(
  node: MatchNode,
  q: number,
  hour: number,
  result: Mutable,
): { offer: number; need: number; measured: boolean } {
  const pvState = stateAt(node.pv, q);
  const useState = stateAt(node.use, q);
  const pv = pvState === STATE.missing ? 0 : valueAt(node.pv, q);
  const use = useState === STATE.missing ? 0 : valueAt(node.use, q);
  const own = Math.min(pv, use);
  const surplus = pv - own;
  const { taken, given } = node.connection ?? { taken: null, given: null };
  const metered = node.connection !== null;
  const through = (column: QuarterColumn | null, amount: number) =>
    !metered ? amount : stateAt(column, q) === STATE.missing ? 0 : Math.min(amount, valueAt(column, q));
  const offer = through(given, surplus);
  const need = through(taken, use - own);
  const connectionMeasured =
    !metered || (stateAt(taken, q) === STATE.measured && stateAt(given, q) === STATE.measured);
  const ownMeasured =
    (node.pv === null || pvState === STATE.measured) && (node.use === null || useState === STATE.measured);
  result.pvMwh += pv;
  result.useMwh += use;
  result.ownMwh += own;
  result.keptMwh += surplus - offer;
  result.useByHour[hour] = (result.useByHour[hour] ?? 0) + use;
  if (node.use !== null) {
    result.dueByHour[hour] = (result.dueByHour[hour] ?? 0) + 1;
    if (useState !== STATE.missing) result.knownByHour[hour] = (result.knownByHour[hour] ?? 0) + 1;
  }
  if (ownMeasured) {
    result.matchedOwnMwh += own;
    result.matchedByHour[hour] = (result.matchedByHour[hour] ?? 0) + own;
  }
  return { offer, need, measured: ownMeasured && connectionMeasured };
}

function stateAt(column: QuarterColumn | null, q: number): number {
  return column?.state[q] ?? STATE.missing;
}

function valueAt(column: QuarterColumn | null, q: number): number {
  return Math.max(0, column?.mwh[q] ?? 0);
}
