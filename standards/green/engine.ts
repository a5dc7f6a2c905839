import { emptyDay, type GreenDay } from "./day-result.ts";
import { addTerms, FlowRoom, type NodeTerms, type StorageTerms } from "./flow-room.ts";
import { type GreenLayout, SOURCE_COUNT, STATE } from "./layout.ts";
import { NetworkSharing, type OnPair } from "./network.ts";
import { addUpNode } from "./node-sums.ts";
import { MOST_QUARTERS, ServedRoom, settleOwn } from "./served.ts";
import { StorageTracing } from "./storage-tracing.ts";

/** Green power settled by the quarter-hour it was generated in, for the use of some nodes. */
export interface IntervalTrade {
  /** Places of the beneficiary's nodes, ascending. */
  readonly nodes: Int32Array;
  /** Integer mWh by quarter-hour of the day. */
  readonly mwh: Float64Array;
  /** Whose it is, and the document's number: for proofs. */
  readonly id: string;
  readonly name: string;
}

/** The flows of some days: columns that begin with the first of them. */
export interface GreenFlows {
  /** In step with the layout's nodes and storages. */
  readonly nodes: readonly NodeTerms[];
  readonly storages: readonly StorageTerms[];
  /** Quarter-hours of all the days. */
  readonly quarters: number;
}

/** One of the days whose flows are loaded. */
export interface DayInput {
  /** Its first quarter-hour among those loaded. */
  readonly first: number;
  /** Local hour (0–23) of each of its quarter-hours; at most 100. */
  readonly hourOf: Uint8Array;
  readonly trades: readonly IntervalTrade[];
}

/** How the use of one node in one quarter-hour was served; mWh. */
export interface QuarterServed {
  readonly useMwh: number;
  readonly useState: number;
  readonly ownMwh: number;
  readonly networkMwh: number;
  readonly lineMwh: number;
  readonly tradeMwh: number;
  /** From storage by source. */
  readonly storageMwh: readonly number[];
  readonly isMeasured: boolean;
  readonly isConnectionMeasured: boolean;
}

/**
 * Which generation served which use, quarter-hour by quarter-hour, in integers: no kWh is used twice.
 *
 * 1. PV serves what is behind its own connection, use and charging alike, in proportion.
 * 2. A storage's discharge serves the use left behind its own connection; what leaves through it is nobody's claim.
 * 3. PV that is left and really left through the connection reaches members of the same private network or direct
 *    line, in proportion to what they still need and really drew through theirs. Nothing crosses a public network.
 * 4. Power settled by interval counts in that quarter-hour, up to what its beneficiary still needs and drew.
 * 5. The rest is other grid power. Charging carries the mix that it was served with into the storage, and discharging
 *    brings it back in proportion; charging in a quarter-hour that was not measured brings in what is unknown.
 * A quarter-hour counts for the hour-matched share only where all that went into it was measured.
 */
export class GreenEngine {
  readonly layout: GreenLayout;
  #room: FlowRoom;
  readonly #day: ServedRoom;
  readonly #sharing: NetworkSharing;
  readonly #tracing: StorageTracing;

  constructor(layout: GreenLayout) {
    this.layout = layout;
    this.#room = new FlowRoom(layout.nodes.length, layout.storages.length, 0);
    this.#day = new ServedRoom(layout);
    this.#sharing = new NetworkSharing(layout);
    this.#tracing = new StorageTracing(layout);
  }

  /** Takes in the flows of some days. @throws RangeError for what is out of step with the layout */
  load({ nodes, storages, quarters }: GreenFlows): void {
    const { layout } = this;
    if (nodes.length !== layout.nodes.length || storages.length !== layout.storages.length)
      throw new RangeError("the flows are out of step with the layout");
    if (this.#room.quarters < quarters)
      this.#room = new FlowRoom(layout.nodes.length, layout.storages.length, quarters);
    addTerms(this.#room, nodes, storages, layout, quarters);
  }

  /** Matches and traces a day that begins with this content of the storages. @throws RangeError for what is out of step with the layout */
  day({ first, hourOf, trades }: DayInput, startContent: Float64Array): GreenDay {
    const { layout } = this;
    const quarters = hourOf.length;
    if (
      quarters > MOST_QUARTERS ||
      first + quarters > this.#room.quarters ||
      startContent.length !== layout.storages.length * SOURCE_COUNT
    )
      throw new RangeError("the day is out of step with the flows or the layout");
    const result = emptyDay(layout);
    result.startContent.set(startContent);
    result.endContent.set(startContent);
    const [room, served] = [this.#room, this.#day];
    room.first = first;
    served.begin();
    layout.nodes.forEach(({ hasConnection }, node) => {
      settleOwn(node, hasConnection, quarters, room, served);
    });
    for (let n = 0; n < layout.networks.length; n++) this.#sharing.settle(n, quarters, room, served, result);
    for (const trade of trades) settleTrade(trade, quarters, served);
    for (let node = 0; node < layout.nodes.length; node++)
      this.#tracing.settle(node, quarters, room, served, result);
    for (let node = 0; node < layout.nodes.length; node++) addUpNode(node, hourOf, room, served, result);
    return result;
  }

  /** From now on tells each delivery over a network by quarter-hour of the day; null: no more. */
  listen(onPair: OnPair | null): void {
    this.#sharing.onPair = onPair;
  }

  /** How a node was served in a quarter-hour of the day matched last. */
  served(node: number, quarter: number): QuarterServed {
    const at = node * MOST_QUARTERS + quarter;
    const [room, day] = [this.#room, this.#day];
    const here = room.at(node) + quarter;
    return {
      useMwh: room.use[here] ?? 0,
      useState: room.useState[here] ?? STATE.missing,
      ownMwh: day.ownUse[at] ?? 0,
      networkMwh: day.networkUse[at] ?? 0,
      lineMwh: day.lineUse[at] ?? 0,
      tradeMwh: day.tradeUse[at] ?? 0,
      storageMwh: Array.from(day.storageUse.subarray(at * SOURCE_COUNT, (at + 1) * SOURCE_COUNT)),
      isMeasured: (room.sure[here] ?? 0) >= 1,
      isConnectionMeasured: (room.sure[here] ?? 0) === 2,
    };
  }
}

/** Power settled by interval, up to what its beneficiary still needs and drew. */
function settleTrade({ nodes, mwh }: IntervalTrade, quarters: number, day: ServedRoom): void {
  for (let q = 0; q < quarters; q++) {
    let left = mwh[q] ?? 0;
    for (let n = 0; n < nodes.length && left > 0; n++) {
      const at = (nodes[n] ?? 0) * MOST_QUARTERS + q;
      const takes = Math.min(left, day.need[at] ?? 0);
      if (takes <= 0) continue;
      left -= takes;
      day.serve(at, takes, day.tradeUse, day.tradeCharge);
    }
  }
}
