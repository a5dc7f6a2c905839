import { type GreenDay, STORAGE_SUMS } from "./day-result.ts";
import type { FlowRoom } from "./flow-room.ts";
import { type GreenLayout, NETWORK_PV, OTHER_GRID, OWN_PV, SOURCE_COUNT, TRADE, UNKNOWN } from "./layout.ts";
import { MOST_QUARTERS, type ServedRoom } from "./served.ts";
import { StorageTrace } from "./storage.ts";

const MWH_PER_WH = 1000;

/**
 * Charging carries the mix that it was served with into the storage, and discharging brings it back in proportion;
 * charging in a quarter-hour that was not measured brings in what is unknown.
 */
export class StorageTracing {
  readonly #layout: GreenLayout;
  readonly #traces: readonly StorageTrace[];
  /** Of one quarter-hour, by source. */
  readonly #bySource = new Float64Array(SOURCE_COUNT);
  readonly #taken = new Float64Array(SOURCE_COUNT);
  readonly #out = new Float64Array(SOURCE_COUNT);
  readonly #outOfNode = new Float64Array(SOURCE_COUNT);

  constructor(layout: GreenLayout) {
    this.#layout = layout;
    this.#traces = layout.storages.map((s) => new StorageTrace(s));
  }

  /** For the storages behind one node. */
  settle(node: number, quarters: number, room: FlowRoom, day: ServedRoom, result: GreenDay): void {
    const storages = this.#layout.storagesOf[node];
    if (storages === undefined || storages.length === 0) return;
    const { charge, discharge, storageIn, storageOut, sure } = room;
    for (const s of storages) this.#traces[s]?.begin(result.startContent, s * SOURCE_COUNT);
    const [source, taken, out, outOfNode] = [this.#bySource, this.#taken, this.#out, this.#outOfNode];
    const { storageUse, unsure, restCharge, dischargeUse } = day;
    const { ownCharge, networkCharge, lineCharge, tradeCharge } = day;
    const [quartersInRoom, rowInRoom] = [room.quarters, room.first];
    const first = room.at(node);
    for (let q = 0; q < quarters; q++) {
      const at = node * MOST_QUARTERS + q;
      const here = first + q;
      const charged = charge[here] ?? 0;
      const discharged = discharge[here] ?? 0;
      if (charged === 0 && discharged === 0) continue;
      const isSure = sure[here] === 2 && unsure[at] === 0;
      source[OWN_PV] = isSure ? (ownCharge[at] ?? 0) : 0;
      source[NETWORK_PV] = isSure ? (networkCharge[at] ?? 0) + (lineCharge[at] ?? 0) : 0;
      source[TRADE] = isSure ? (tradeCharge[at] ?? 0) : 0;
      source[OTHER_GRID] = isSure ? (restCharge[at] ?? 0) : 0;
      source[UNKNOWN] = isSure ? 0 : charged;
      for (let k = 0; k < SOURCE_COUNT; k++) outOfNode[k] = 0;
      for (let n = 0; n < storages.length; n++) {
        const s = storages[n] ?? 0;
        const trace = this.#traces[s];
        if (trace === undefined) continue;
        const into = storageIn[s * quartersInRoom + rowInRoom + q] ?? 0;
        if (into > 0) {
          const share = into === charged ? 1 / MWH_PER_WH : into / charged / MWH_PER_WH;
          for (let k = 0; k < SOURCE_COUNT; k++) taken[k] = Math.floor((source[k] ?? 0) * share);
          trace.charge(taken);
        }
        const outOf = Math.floor((storageOut[s * quartersInRoom + rowInRoom + q] ?? 0) / MWH_PER_WH);
        if (outOf > 0) {
          trace.discharge(outOf, out);
          for (let k = 0; k < SOURCE_COUNT; k++) outOfNode[k] = (outOfNode[k] ?? 0) + (out[k] ?? 0);
        }
      }
      const toUse = dischargeUse[at] ?? 0;
      if (toUse === 0) continue;
      const share = toUse === discharged ? 1 : toUse / discharged;
      for (let k = 0; k < SOURCE_COUNT; k++)
        storageUse[at * SOURCE_COUNT + k] = Math.floor((outOfNode[k] ?? 0) * share) * MWH_PER_WH;
    }
    for (const s of storages)
      this.#traces[s]?.end(result.endContent, s * SOURCE_COUNT, result.storages, s * STORAGE_SUMS);
  }
}
