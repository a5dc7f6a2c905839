import { type GreenLayout, STATE } from "./layout.ts";

/** One register's quarter-hours, as many as there are in the days loaded: integer mWh and what is known of each. Nothing known: 0. */
export interface QuarterColumn {
  readonly mwh: Float64Array;
  /** STATE of each quarter-hour. */
  readonly state: Uint8Array;
}

/** A register's part in a flow. */
export interface FlowTerm {
  readonly column: QuarterColumn;
  readonly sign: 1 | -1;
}
export type FlowTerms = readonly FlowTerm[];

export interface NodeTerms {
  readonly pv: FlowTerms;
  readonly use: FlowTerms;
  readonly taken: FlowTerms;
  readonly given: FlowTerms;
}

export interface StorageTerms {
  readonly in: FlowTerms;
  readonly out: FlowTerms;
}

/** Room for the flows of every node and storage over some days, used again for the next days. */
export class FlowRoom {
  /** Quarter-hours of a node or storage: the next one's begin after them. */
  readonly quarters: number;
  /** Where the quarter-hours of the day at hand begin among them. */
  first = 0;
  readonly pv: Float64Array;
  readonly use: Float64Array;
  readonly taken: Float64Array;
  readonly given: Float64Array;
  readonly charge: Float64Array;
  readonly discharge: Float64Array;
  readonly storageIn: Float64Array;
  readonly storageOut: Float64Array;
  readonly useState: Uint8Array;
  /** 0: not all measured; 1: PV, use and storage measured; 2: the connection, too. */
  readonly sure: Uint8Array;
  /** By node: 1 where it has a metered use, and where that is measured in every quarter-hour. */
  readonly hasUse: Uint8Array;
  readonly isUseMeasured: Uint8Array;
  /** Lowest and highest state of the terms added last. */
  readonly lowest: Uint8Array;
  readonly highest: Uint8Array;

  constructor(nodes: number, storages: number, quarters: number) {
    const room = () => new Float64Array(nodes * quarters);
    this.quarters = quarters;
    this.pv = room();
    this.use = room();
    this.taken = room();
    this.given = room();
    this.charge = room();
    this.discharge = room();
    this.storageIn = new Float64Array(storages * quarters);
    this.storageOut = new Float64Array(storages * quarters);
    this.useState = new Uint8Array(nodes * quarters);
    this.sure = new Uint8Array(nodes * quarters);
    this.hasUse = new Uint8Array(nodes);
    this.isUseMeasured = new Uint8Array(nodes);
    this.lowest = new Uint8Array(quarters);
    this.highest = new Uint8Array(quarters);
  }

  /** Where the day at hand begins of the node or storage at this place. */
  at(place: number): number {
    return place * this.quarters + this.first;
  }
}

/** Adds the first so many quarter-hours of registers up into the room, flow by flow: each register from end to end, as memory likes it. */
export function addTerms(
  room: FlowRoom,
  nodes: readonly NodeTerms[],
  storages: readonly StorageTerms[],
  layout: GreenLayout,
  quarters: number,
): void {
  for (let node = 0; node < nodes.length; node++) {
    const terms = nodes[node];
    if (terms === undefined) continue;
    const at = node * room.quarters;
    const add = (flow: FlowTerms, into: Float64Array, from: number, most: 0 | 1 | 2) => {
      const isMeasured = addFlow(room, flow, into, from, quarters);
      if (!isMeasured && most !== 2) lower(room, at, quarters, most);
      return isMeasured;
    };
    room.sure.fill(2, at, at + quarters);
    room.hasUse[node] = terms.use.length > 0 ? 1 : 0;
    add(terms.pv, room.pv, at, 0);
    const isUseMeasured = add(terms.use, room.use, at, 0);
    room.isUseMeasured[node] = isUseMeasured ? 1 : 0;
    if (isUseMeasured) room.useState.fill(STATE.measured, at, at + quarters);
    else for (let q = 0; q < quarters; q++) room.useState[at + q] = stateOf(room, q);
    room.charge.fill(0, at, at + quarters);
    room.discharge.fill(0, at, at + quarters);
    for (const storage of layout.storagesOf[node] ?? []) {
      const own = storage * room.quarters;
      add(storages[storage]?.in ?? [], room.storageIn, own, 0);
      add(storages[storage]?.out ?? [], room.storageOut, own, 0);
      for (let q = 0; q < quarters; q++) {
        room.charge[at + q] = (room.charge[at + q] ?? 0) + (room.storageIn[own + q] ?? 0);
        room.discharge[at + q] = (room.discharge[at + q] ?? 0) + (room.storageOut[own + q] ?? 0);
      }
    }
    const most = layout.nodes[node]?.hasConnection === true ? 1 : 2;
    add(terms.taken, room.taken, at, most);
    add(terms.given, room.given, at, most);
  }
}

/** Sums the terms into `into` from `at` on, below 0 as 0. True where all are measured; else their lowest and highest states stay in the room. */
function addFlow(
  room: FlowRoom,
  terms: FlowTerms,
  into: Float64Array,
  at: number,
  quarters: number,
): boolean {
  if (terms.length === 0) into.fill(0, at, at + quarters);
  for (let t = 0; t < terms.length; t++) {
    const term = terms[t];
    if (term !== undefined) addTerm(term, t === 0, t === terms.length - 1, into, at, quarters);
  }
  // Looking for what is not there is quick; most days are measured throughout.
  if (
    terms.every(({ column: { state } }) => !state.includes(STATE.estimated) && !state.includes(STATE.missing))
  )
    return true;
  const { lowest, highest } = room;
  lowest.fill(STATE.measured, 0, quarters);
  highest.fill(STATE.absent, 0, quarters);
  for (const { column } of terms) {
    for (let q = 0; q < quarters; q++) {
      const one = column.state[q] ?? 0;
      if (one === STATE.absent) continue;
      if (one < (lowest[q] ?? 0)) lowest[q] = one;
      if (highest[q] === STATE.absent || one > (highest[q] ?? 0)) highest[q] = one;
    }
  }
  return false;
}

/** Adds one term, the first one over what was there before, the last one cut at 0. */
function addTerm(
  { column: { mwh }, sign }: FlowTerm,
  isFirst: boolean,
  isLast: boolean,
  into: Float64Array,
  at: number,
  quarters: number,
): void {
  const least = isLast ? 0 : Number.NEGATIVE_INFINITY;
  if (isFirst) {
    for (let q = 0; q < quarters; q++) {
      const sum = sign * (mwh[q] ?? 0);
      into[at + q] = sum > least ? sum : least;
    }
    return;
  }
  for (let q = 0; q < quarters; q++) {
    const sum = (into[at + q] ?? 0) + sign * (mwh[q] ?? 0);
    into[at + q] = sum > least ? sum : least;
  }
}

/** Of the terms added last: measured where all are, missing where none is known. */
function stateOf({ lowest, highest }: FlowRoom, q: number): number {
  if (highest[q] === STATE.missing) return STATE.missing;
  return lowest[q] === STATE.measured ? STATE.measured : STATE.estimated;
}

/** Where the terms added last are not all measured, a node is sure of no more than this. */
function lower(room: FlowRoom, at: number, quarters: number, most: 0 | 1): void {
  for (let q = 0; q < quarters; q++)
    if (room.lowest[q] !== STATE.measured && (room.sure[at + q] ?? 0) > most) room.sure[at + q] = most;
}
