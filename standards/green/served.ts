import type { FlowRoom } from "./flow-room.ts";
import { type GreenLayout, SOURCE_COUNT } from "./layout.ts";
import { partOf } from "./split.ts";

/** Most quarter-hours of a day: of 25 hours. */
export const MOST_QUARTERS = 100;

/**
 * How the day at hand is served, node by node and quarter-hour by quarter-hour, use and charging apart; mWh. A node's
 * quarter-hours begin at its place times MOST_QUARTERS.
 */
export class ServedRoom {
  readonly ownUse: Float64Array;
  readonly ownCharge: Float64Array;
  readonly dischargeUse: Float64Array;
  readonly networkUse: Float64Array;
  readonly networkCharge: Float64Array;
  readonly lineUse: Float64Array;
  readonly lineCharge: Float64Array;
  readonly tradeUse: Float64Array;
  readonly tradeCharge: Float64Array;
  /** Still to be served, and still to be had. */
  readonly restUse: Float64Array;
  readonly restCharge: Float64Array;
  readonly need: Float64Array;
  readonly offer: Float64Array;
  /** Of what came over networks, the part whose giver was not measured. */
  readonly unsure: Float64Array;
  /** What of the use came from storage, by source. */
  readonly storageUse: Float64Array;
  /** 1 where a network, a line or a trade served something. */
  readonly isServed: Uint8Array;
  readonly #hasStorage: boolean;

  constructor(layout: GreenLayout) {
    const cells = layout.nodes.length * MOST_QUARTERS;
    const room = () => new Float64Array(cells);
    this.ownUse = room();
    this.ownCharge = room();
    this.dischargeUse = room();
    this.networkUse = room();
    this.networkCharge = room();
    this.lineUse = room();
    this.lineCharge = room();
    this.tradeUse = room();
    this.tradeCharge = room();
    this.restUse = room();
    this.restCharge = room();
    this.need = room();
    this.offer = room();
    this.unsure = room();
    this.storageUse = new Float64Array(cells * SOURCE_COUNT);
    this.isServed = new Uint8Array(cells);
    this.#hasStorage = layout.storages.length > 0;
  }

  /** Clears what a day adds to; what it writes throughout stays as it is. */
  begin(): void {
    this.networkUse.fill(0);
    this.networkCharge.fill(0);
    this.lineUse.fill(0);
    this.lineCharge.fill(0);
    this.tradeUse.fill(0);
    this.tradeCharge.fill(0);
    this.unsure.fill(0);
    this.isServed.fill(0);
    if (this.#hasStorage) this.storageUse.fill(0);
  }

  /** Gives a node's use and charging their parts of what came, in proportion to what both still need. */
  serve(at: number, mwh: number, toUse: Float64Array, toCharge: Float64Array): void {
    const restUse = this.restUse[at] ?? 0;
    const restCharge = this.restCharge[at] ?? 0;
    this.need[at] = (this.need[at] ?? 0) - mwh;
    this.isServed[at] = 1;
    const used = restCharge === 0 ? mwh : partOf(mwh, restUse, restUse + restCharge);
    toUse[at] = (toUse[at] ?? 0) + used;
    this.restUse[at] = restUse - used;
    if (used === mwh) return;
    toCharge[at] = (toCharge[at] ?? 0) + mwh - used;
    this.restCharge[at] = restCharge - (mwh - used);
  }
}

/**
 * What each node serves itself: its PV its use and charging alike, in proportion, then its storages' discharge the use
 * that is left. What is then left of both is what it still needs and what it has to offer, up to what its connection carried.
 */
export function settleOwn(
  node: number,
  hasConnection: boolean,
  quarters: number,
  room: FlowRoom,
  day: ServedRoom,
): void {
  const { pv, use, taken, given, charge, discharge } = room;
  const { ownUse: ownUses, ownCharge: ownCharges, dischargeUse: discharges } = day;
  const { restUse: restUses, restCharge: restCharges, offer: offers, need: needs } = day;
  const first = room.at(node);
  for (let q = 0; q < quarters; q++) {
    const here = first + q;
    const at = node * MOST_QUARTERS + q;
    const made = pv[here] ?? 0;
    const used = use[here] ?? 0;
    const charged = charge[here] ?? 0;
    const own = Math.min(made, used + charged);
    const ownUse = charged === 0 ? own : partOf(own, used, used + charged);
    const ownCharge = own - ownUse;
    const fromStorage = Math.min(discharge[here] ?? 0, used - ownUse);
    const restUse = used - ownUse - fromStorage;
    const restCharge = charged - ownCharge;
    const surplus = made - own;
    ownUses[at] = ownUse;
    ownCharges[at] = ownCharge;
    discharges[at] = fromStorage;
    restUses[at] = restUse;
    restCharges[at] = restCharge;
    offers[at] = hasConnection ? Math.min(surplus, given[here] ?? 0) : surplus;
    needs[at] = hasConnection ? Math.min(restUse + restCharge, taken[here] ?? 0) : restUse + restCharge;
  }
}
