import { FIELD, type GreenDay, NODE_FIELD_COUNT } from "./day-result.ts";
import type { FlowRoom } from "./flow-room.ts";
import type { GreenLayout } from "./layout.ts";
import { MOST_QUARTERS, type ServedRoom } from "./served.ts";
import { addTo, splitInto } from "./split.ts";

/** A delivery over a network: quarter-hour of the day, places of giver and taker, mWh. */
export type OnPair = (quarter: number, giver: number, taker: number, mwh: number) => void;

/**
 * PV that is left and really left through the connection reaches members of the same private network or direct line, in
 * proportion to what they still need and really drew through theirs.
 */
export class NetworkSharing {
  /** Told of each delivery; null: nobody listens. */
  onPair: OnPair | null = null;
  readonly #layout: GreenLayout;
  /** Of one network and quarter-hour, by member. */
  readonly #offers: Float64Array;
  readonly #needs: Float64Array;
  readonly #given: Float64Array;
  readonly #received: Float64Array;
  readonly #parts: Float64Array;

  constructor(layout: GreenLayout) {
    const most = Math.max(1, ...layout.members.map((m) => m.length));
    this.#layout = layout;
    this.#offers = new Float64Array(most);
    this.#needs = new Float64Array(most);
    this.#given = new Float64Array(most);
    this.#received = new Float64Array(most);
    this.#parts = new Float64Array(most);
  }

  settle(network: number, quarters: number, room: FlowRoom, day: ServedRoom, result: GreenDay): void {
    const layout = this.#layout;
    const members = layout.members[network];
    if (members === undefined) return;
    const count = members.length;
    const [offers, needs, given, received] = [this.#offers, this.#needs, this.#given, this.#received];
    const isLine = layout.networks[network]?.kind === "direct-line";
    const toUse = isLine ? day.lineUse : day.networkUse;
    const toCharge = isLine ? day.lineCharge : day.networkCharge;
    const pairStart = layout.pairStarts[network] ?? 0;
    const sure = room.sure;
    for (let q = 0; q < quarters; q++) {
      let offered = 0;
      for (let m = 0; m < count; m++) {
        const offer = day.offer[(members[m] ?? 0) * MOST_QUARTERS + q] ?? 0;
        offers[m] = offer;
        offered += offer;
      }
      if (offered === 0) continue;
      let needed = 0;
      for (let m = 0; m < count; m++) {
        const need = day.need[(members[m] ?? 0) * MOST_QUARTERS + q] ?? 0;
        needs[m] = need;
        needed += need;
      }
      const total = Math.min(offered, needed);
      if (total === 0) continue;
      splitInto(total, offers, count, offered, given);
      splitInto(total, needs, count, needed, received);
      for (let m = 0; m < count; m++) {
        const node = members[m] ?? 0;
        const at = node * MOST_QUARTERS + q;
        const gives = given[m] ?? 0;
        const takes = received[m] ?? 0;
        day.offer[at] = (day.offer[at] ?? 0) - gives;
        if (gives > 0) addTo(result.nodes, node * NODE_FIELD_COUNT + FIELD.gave, gives);
        if (takes === 0) continue;
        day.serve(at, takes, toUse, toCharge);
      }
      let open = total;
      for (let giver = 0; giver < count; giver++) {
        const gives = given[giver] ?? 0;
        if (gives === 0) continue;
        splitInto(gives, received, count, open, this.#parts);
        open -= gives;
        const isSure = sure[room.at(members[giver] ?? 0) + q] === 2;
        for (let taker = 0; taker < count; taker++) {
          const part = this.#parts[taker] ?? 0;
          if (part === 0) continue;
          received[taker] = (received[taker] ?? 0) - part;
          const pair = pairStart + giver * count + taker;
          addTo(result.pairs, pair, part);
          if (this.onPair !== null) this.onPair(q, members[giver] ?? 0, members[taker] ?? 0, part);
          if (!isSure) addTo(day.unsure, (members[taker] ?? 0) * MOST_QUARTERS + q, part);
        }
      }
    }
  }
}
