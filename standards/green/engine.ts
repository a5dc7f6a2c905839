import {
  emptyDay,
  FIELD,
  type GreenDay,
  HOURS,
  NODE_FIELD_COUNT,
  NODE_HOURS,
  STORAGE_SUMS,
} from "./day-result.ts";
import { addTerms, FlowRoom, type NodeTerms, type StorageTerms } from "./flow-room.ts";
import {
  type GreenLayout,
  NETWORK_PV,
  OTHER_GRID,
  OWN_PV,
  SOURCE_COUNT,
  STATE,
  TRADE,
  UNKNOWN,
} from "./layout.ts";
import { partOf, splitInto } from "./split.ts";
import { StorageTrace } from "./storage.ts";

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

/** A delivery over a network: quarter-hour of the day, places of giver and taker, mWh. */
export type OnPair = (quarter: number, giver: number, taker: number, mwh: number) => void;

const MOST_QUARTERS = 100;
const MWH_PER_WH = 1000;

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
  /** Where the day's quarter-hours begin in the room. */
  #first = 0;
  #onPair: OnPair | null = null;
  /** What each node was served with in each quarter-hour, use and charging apart. */
  readonly #ownUse: Float64Array;
  readonly #ownCharge: Float64Array;
  readonly #dischargeUse: Float64Array;
  readonly #networkUse: Float64Array;
  readonly #networkCharge: Float64Array;
  readonly #lineUse: Float64Array;
  readonly #lineCharge: Float64Array;
  readonly #tradeUse: Float64Array;
  readonly #tradeCharge: Float64Array;
  /** Still to be served, and still to be had. */
  readonly #restUse: Float64Array;
  readonly #restCharge: Float64Array;
  readonly #need: Float64Array;
  /** Of what came over networks, the part whose giver was not measured. */
  readonly #unsure: Float64Array;
  readonly #offer: Float64Array;
  readonly #storageUse: Float64Array;
  /** 1 where a network, a line or a trade served something. */
  readonly #isServed: Uint8Array;
  /** What begins each day at 0. */
  readonly #served: readonly Float64Array[];
  readonly #traces: readonly StorageTrace[];
  readonly #members: {
    offers: Float64Array;
    needs: Float64Array;
    given: Float64Array;
    received: Float64Array;
  };
  readonly #parts: Float64Array;
  readonly #bySource = new Float64Array(SOURCE_COUNT);
  readonly #taken = new Float64Array(SOURCE_COUNT);
  readonly #out = new Float64Array(SOURCE_COUNT);
  readonly #outOfNode = new Float64Array(SOURCE_COUNT);

  constructor(layout: GreenLayout) {
    const cells = layout.nodes.length * MOST_QUARTERS;
    const most = Math.max(1, ...layout.members.map((m) => m.length));
    const room = () => new Float64Array(cells);
    this.layout = layout;
    this.#room = new FlowRoom(layout.nodes.length, layout.storages.length, 0);
    this.#ownUse = room();
    this.#ownCharge = room();
    this.#dischargeUse = room();
    this.#networkUse = room();
    this.#networkCharge = room();
    this.#lineUse = room();
    this.#lineCharge = room();
    this.#tradeUse = room();
    this.#tradeCharge = room();
    this.#restUse = room();
    this.#restCharge = room();
    this.#need = room();
    this.#unsure = room();
    this.#offer = room();
    this.#storageUse = new Float64Array(cells * SOURCE_COUNT);
    this.#isServed = new Uint8Array(cells);
    this.#served = [
      this.#networkUse,
      this.#networkCharge,
      this.#lineUse,
      this.#lineCharge,
      this.#tradeUse,
      this.#tradeCharge,
      this.#unsure,
    ];
    this.#traces = layout.storages.map((s) => new StorageTrace(s));
    this.#members = {
      offers: new Float64Array(most),
      needs: new Float64Array(most),
      given: new Float64Array(most),
      received: new Float64Array(most),
    };
    this.#parts = new Float64Array(most);
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
    this.#first = first;
    for (const served of this.#served) served.fill(0);
    this.#isServed.fill(0);
    for (let node = 0; node < layout.nodes.length; node++) this.#settleOwn(node, quarters);
    for (let n = 0; n < layout.networks.length; n++) this.#settleNetwork(n, quarters, result);
    for (const trade of trades) this.#settleTrade(trade, quarters);
    if (layout.storages.length > 0) {
      this.#storageUse.fill(0);
      for (let node = 0; node < layout.nodes.length; node++) this.#trace(node, quarters, result);
    }
    for (let node = 0; node < layout.nodes.length; node++) this.#addUp(node, hourOf, result);
    return result;
  }

  #inRoom(place: number): number {
    return place * this.#room.quarters + this.#first;
  }

  /** From now on tells each delivery over a network by quarter-hour of the day; null: no more. */
  listen(onPair: OnPair | null): void {
    this.#onPair = onPair;
  }

  /** How a node was served in a quarter-hour of the day matched last. */
  served(node: number, quarter: number): QuarterServed {
    const at = node * MOST_QUARTERS + quarter;
    const room = this.#room;
    const here = this.#inRoom(node) + quarter;
    return {
      useMwh: room.use[here] ?? 0,
      useState: room.useState[here] ?? STATE.missing,
      ownMwh: this.#ownUse[at] ?? 0,
      networkMwh: this.#networkUse[at] ?? 0,
      lineMwh: this.#lineUse[at] ?? 0,
      tradeMwh: this.#tradeUse[at] ?? 0,
      storageMwh: Array.from(this.#storageUse.subarray(at * SOURCE_COUNT, (at + 1) * SOURCE_COUNT)),
      isMeasured: (room.sure[here] ?? 0) >= 1,
      isConnectionMeasured: (room.sure[here] ?? 0) === 2,
    };
  }

  /** Steps 1 and 2. */
  #settleOwn(node: number, quarters: number): void {
    const { pv, use, taken, given, charge, discharge } = this.#room;
    const hasConnection = this.layout.nodes[node]?.hasConnection === true;
    const [ownUses, ownCharges, discharges] = [this.#ownUse, this.#ownCharge, this.#dischargeUse];
    const [restUses, restCharges, offers, needs] = [this.#restUse, this.#restCharge, this.#offer, this.#need];
    const first = this.#inRoom(node);
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

  /** Step 3 for one network. */
  #settleNetwork(network: number, quarters: number, result: GreenDay): void {
    const members = this.layout.members[network];
    if (members === undefined) return;
    const count = members.length;
    const { offers, needs, given, received } = this.#members;
    const isLine = this.layout.networks[network]?.kind === "direct-line";
    const toUse = isLine ? this.#lineUse : this.#networkUse;
    const toCharge = isLine ? this.#lineCharge : this.#networkCharge;
    const pairStart = this.layout.pairStarts[network] ?? 0;
    const sure = this.#room.sure;
    for (let q = 0; q < quarters; q++) {
      let offered = 0;
      for (let m = 0; m < count; m++) {
        const offer = this.#offer[(members[m] ?? 0) * MOST_QUARTERS + q] ?? 0;
        offers[m] = offer;
        offered += offer;
      }
      if (offered === 0) continue;
      let needed = 0;
      for (let m = 0; m < count; m++) {
        const need = this.#need[(members[m] ?? 0) * MOST_QUARTERS + q] ?? 0;
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
        this.#offer[at] = (this.#offer[at] ?? 0) - gives;
        if (gives > 0) addTo(result.nodes, node * NODE_FIELD_COUNT + FIELD.gave, gives);
        if (takes === 0) continue;
        this.#need[at] = (this.#need[at] ?? 0) - takes;
        this.#serve(at, takes, toUse, toCharge);
      }
      let open = total;
      for (let giver = 0; giver < count; giver++) {
        const gives = given[giver] ?? 0;
        if (gives === 0) continue;
        splitInto(gives, received, count, open, this.#parts);
        open -= gives;
        const isSure = sure[this.#inRoom(members[giver] ?? 0) + q] === 2;
        for (let taker = 0; taker < count; taker++) {
          const part = this.#parts[taker] ?? 0;
          if (part === 0) continue;
          received[taker] = (received[taker] ?? 0) - part;
          const pair = pairStart + giver * count + taker;
          addTo(result.pairs, pair, part);
          if (this.#onPair !== null) this.#onPair(q, members[giver] ?? 0, members[taker] ?? 0, part);
          if (!isSure) addTo(this.#unsure, (members[taker] ?? 0) * MOST_QUARTERS + q, part);
        }
      }
    }
  }

  /** Step 4. */
  #settleTrade({ nodes, mwh }: IntervalTrade, quarters: number): void {
    for (let q = 0; q < quarters; q++) {
      let left = mwh[q] ?? 0;
      for (let n = 0; n < nodes.length && left > 0; n++) {
        const at = (nodes[n] ?? 0) * MOST_QUARTERS + q;
        const takes = Math.min(left, this.#need[at] ?? 0);
        if (takes <= 0) continue;
        left -= takes;
        this.#need[at] = (this.#need[at] ?? 0) - takes;
        this.#serve(at, takes, this.#tradeUse, this.#tradeCharge);
      }
    }
  }

  /** Gives a node's use and charging their parts of what came, in proportion to what both still need. */
  #serve(at: number, mwh: number, toUse: Float64Array, toCharge: Float64Array): void {
    const restUse = this.#restUse[at] ?? 0;
    const restCharge = this.#restCharge[at] ?? 0;
    this.#isServed[at] = 1;
    const used = restCharge === 0 ? mwh : partOf(mwh, restUse, restUse + restCharge);
    toUse[at] = (toUse[at] ?? 0) + used;
    this.#restUse[at] = restUse - used;
    if (used === mwh) return;
    toCharge[at] = (toCharge[at] ?? 0) + mwh - used;
    this.#restCharge[at] = restCharge - (mwh - used);
  }

  /** Step 5 for the storages behind one node. */
  #trace(node: number, quarters: number, result: GreenDay): void {
    const storages = this.layout.storagesOf[node];
    if (storages === undefined || storages.length === 0) return;
    const { charge, discharge, storageIn, storageOut, sure } = this.#room;
    for (const s of storages) this.#traces[s]?.begin(result.startContent, s * SOURCE_COUNT);
    const [source, taken, out, outOfNode] = [this.#bySource, this.#taken, this.#out, this.#outOfNode];
    const storageUse = this.#storageUse;
    const [unsure, restCharge, dischargeUse] = [this.#unsure, this.#restCharge, this.#dischargeUse];
    const [ownCharge, networkCharge, lineCharge, tradeCharge] = [
      this.#ownCharge,
      this.#networkCharge,
      this.#lineCharge,
      this.#tradeCharge,
    ];
    const [quartersInRoom, rowInRoom] = [this.#room.quarters, this.#first];
    const first = this.#inRoom(node);
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

  #addUp(node: number, hourOf: Uint8Array, result: GreenDay): void {
    const room = this.#room;
    const fields = result.nodes.subarray(node * NODE_FIELD_COUNT, (node + 1) * NODE_FIELD_COUNT);
    const hours = result.hours.subarray(node * NODE_HOURS, (node + 1) * NODE_HOURS);
    const { use, pv, sure: sures, taken, given, charge, discharge } = room;
    const [ownUse, offer] = [this.#ownUse, this.#offer];
    const first = this.#inRoom(node);
    const served = this.#isServed;
    let pvSum = 0;
    let useSum = 0;
    let takenSum = 0;
    let givenSum = 0;
    let ownSum = 0;
    let exportedSum = 0;
    let chargedSum = 0;
    let dischargeSum = 0;
    let matchedOwn = 0;
    let hour = hourOf[0] ?? 0;
    let usedInHour = 0;
    let matchedInHour = 0;
    for (let q = 0; q < hourOf.length; q++) {
      const at = node * MOST_QUARTERS + q;
      const here = first + q;
      if (hourOf[q] !== hour) {
        hours[hour] = (hours[hour] ?? 0) + usedInHour;
        hours[HOURS + hour] = (hours[HOURS + hour] ?? 0) + matchedInHour;
        hour = hourOf[q] ?? 0;
        useSum += usedInHour;
        usedInHour = 0;
        matchedInHour = 0;
      }
      const own = ownUse[at] ?? 0;
      const sure = sures[here] ?? 0;
      pvSum += pv[here] ?? 0;
      usedInHour += use[here] ?? 0;
      takenSum += taken[here] ?? 0;
      givenSum += given[here] ?? 0;
      ownSum += own;
      exportedSum += offer[at] ?? 0;
      if (sure >= 1) {
        matchedInHour += own;
        matchedOwn += own;
      }
      const charged = charge[here] ?? 0;
      if (charged > 0) chargedSum += this.#addCharge(at, charged, fields);
      const discharged = discharge[here] ?? 0;
      dischargeSum += discharged;
      if (discharged > 0 || served[at] === 1) matchedInHour += this.#addServed(at, sure, fields);
    }
    hours[hour] = (hours[hour] ?? 0) + usedInHour;
    hours[HOURS + hour] = (hours[HOURS + hour] ?? 0) + matchedInHour;
    useSum += usedInHour;
    fields[FIELD.pv] = pvSum;
    fields[FIELD.use] = useSum;
    fields[FIELD.taken] = takenSum;
    fields[FIELD.given] = givenSum;
    fields[FIELD.ownUse] = ownSum;
    fields[FIELD.exported] = exportedSum;
    fields[FIELD.discharge] = dischargeSum;
    fields[FIELD.matchedOwn] = matchedOwn;
    fields[FIELD.kept] = pvSum - ownSum - chargedSum - exportedSum - (fields[FIELD.gave] ?? 0);
    if (room.hasUse[node] === 1) this.#addKnown(node, first, hourOf, fields, hours);
  }

  /** Adds up what charging took; answers its own PV. */
  #addCharge(at: number, charged: number, fields: Float64Array): number {
    const own = this.#ownCharge[at] ?? 0;
    addTo(fields, FIELD.charge, charged);
    addTo(fields, FIELD.ownCharge, own);
    addTo(fields, FIELD.networkCharge, this.#networkCharge[at] ?? 0);
    addTo(fields, FIELD.lineCharge, this.#lineCharge[at] ?? 0);
    addTo(fields, FIELD.tradeCharge, this.#tradeCharge[at] ?? 0);
    return own;
  }

  /** Adds up what beside its own PV served a node's use; answers what of it is matched. */
  #addServed(at: number, sure: number, fields: Float64Array): number {
    const network = this.#networkUse[at] ?? 0;
    const line = this.#lineUse[at] ?? 0;
    const trade = this.#tradeUse[at] ?? 0;
    const source = at * SOURCE_COUNT;
    const ownStored = this.#storageUse[source + OWN_PV] ?? 0;
    const networkStored = this.#storageUse[source + NETWORK_PV] ?? 0;
    const tradeStored = this.#storageUse[source + TRADE] ?? 0;
    addTo(fields, FIELD.networkUse, network);
    addTo(fields, FIELD.lineUse, line);
    addTo(fields, FIELD.tradeUse, trade);
    addTo(fields, FIELD.storageUse, this.#dischargeUse[at] ?? 0);
    addTo(fields, FIELD.storageOwnUse, ownStored);
    addTo(fields, FIELD.storageNetworkUse, networkStored);
    addTo(fields, FIELD.storageTradeUse, tradeStored);
    if (sure === 0) return 0;
    addTo(fields, FIELD.matchedStorage, ownStored + networkStored);
    addTo(fields, FIELD.matchedStorageTrade, tradeStored);
    const stored = ownStored + networkStored + tradeStored;
    if (sure === 1) return stored;
    const unsure = this.#unsure[at] ?? 0;
    const sureNetwork = Math.max(0, network - unsure);
    const sureLine = Math.max(0, line - Math.max(0, unsure - network));
    addTo(fields, FIELD.matchedNetwork, sureNetwork);
    addTo(fields, FIELD.matchedLine, sureLine);
    addTo(fields, FIELD.matchedTrade, trade);
    return stored + sureNetwork + sureLine + trade;
  }

  /** Adds up what is known of a node's use. */
  #addKnown(
    node: number,
    first: number,
    hourOf: Uint8Array,
    fields: Float64Array,
    hours: Float64Array,
  ): void {
    const { use, useState, isUseMeasured } = this.#room;
    if (isUseMeasured[node] === 1) {
      for (let q = 0; q < hourOf.length; q++) {
        const due = 3 * HOURS + (hourOf[q] ?? 0);
        hours[due] = (hours[due] ?? 0) + 1;
      }
      hours.copyWithin(2 * HOURS, 3 * HOURS, 4 * HOURS);
      fields[FIELD.useMeasured] = fields[FIELD.use] ?? 0;
      fields[FIELD.useKnownQuarters] = hourOf.length;
      fields[FIELD.useDueQuarters] = hourOf.length;
      return;
    }
    let [measured, estimated, known] = [0, 0, 0];
    for (let q = 0; q < hourOf.length; q++) {
      const hour = hourOf[q] ?? 0;
      const state = useState[first + q] ?? STATE.missing;
      hours[3 * HOURS + hour] = (hours[3 * HOURS + hour] ?? 0) + 1;
      if (state === STATE.missing) continue;
      hours[2 * HOURS + hour] = (hours[2 * HOURS + hour] ?? 0) + 1;
      known++;
      if (state === STATE.measured) measured += use[first + q] ?? 0;
      else estimated += use[first + q] ?? 0;
    }
    fields[FIELD.useMeasured] = measured;
    fields[FIELD.useEstimated] = estimated;
    fields[FIELD.useKnownQuarters] = known;
    fields[FIELD.useDueQuarters] = hourOf.length;
  }
}

function addTo(list: Float64Array, at: number, value: number): void {
  list[at] = (list[at] ?? 0) + value;
}
