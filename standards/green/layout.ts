/**
 * What green power is matched between: connections (nodes), the networks that join them, the storages behind them.
 * Everything is by place in lists ordered by id, so that the order in which a park file names them changes nothing.
 */

/** What is known of a quarter-hour. */
export const STATE = {
  missing: 0,
  estimated: 1,
  measured: 2,
  /** Of a register that is not expected and never sent: it takes no part in its flow. */
  absent: 3,
} as const;

/** Where the energy in a storage came from. Direct lines count as network PV. */
export const SOURCES = ["own-pv", "network-pv", "trade", "other-grid", "unknown"] as const;
export const SOURCE_COUNT = 5;
export const OWN_PV = 0;
export const NETWORK_PV = 1;
export const TRADE = 2;
export const OTHER_GRID = 3;
export const UNKNOWN = 4;

interface GreenNode {
  readonly id: string;
  /** False where the node has no metered connection: then what is left over counts as taken or given through it. */
  readonly hasConnection: boolean;
}

export interface GreenNetwork {
  readonly id: string;
  readonly kind: "private" | "direct-line";
  /** Ids of its nodes. */
  readonly nodes: readonly string[];
}

export interface GreenStorage {
  readonly id: string;
  /** Id of the node it stands behind. */
  readonly node: string;
  /** Energy between its lowest and highest state of charge; content above it is lost. */
  readonly usableWh: number;
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
}

/** The park as the engine sees it. */
export class GreenLayout {
  readonly nodes: readonly GreenNode[];
  readonly networks: readonly GreenNetwork[];
  readonly storages: readonly GreenStorage[];
  readonly nodePlace: ReadonlyMap<string, number>;
  readonly storagePlace: ReadonlyMap<string, number>;
  /** By network the places of its nodes, ascending. */
  readonly members: readonly Int32Array[];
  /** By node the places of its storages. */
  readonly storagesOf: readonly Int32Array[];
  /** Where each network's flows begin in a day's pairs, and how many there are in all. */
  readonly pairStarts: Int32Array;
  readonly pairCount: number;

  /** @throws RangeError for an id named twice, or a network or storage at a node that is not there */
  constructor(
    nodes: readonly GreenNode[],
    networks: readonly GreenNetwork[],
    storages: readonly GreenStorage[],
  ) {
    this.nodes = byId(nodes);
    this.networks = byId(networks);
    this.storages = byId(storages);
    this.nodePlace = places(this.nodes);
    this.storagePlace = places(this.storages);
    const placeOf = (id: string): number => {
      const place = this.nodePlace.get(id);
      if (place === undefined) throw new RangeError(`no node ${id}`);
      return place;
    };
    this.members = this.networks.map((n) => Int32Array.from(new Set(n.nodes.map(placeOf))).sort());
    const stored = this.storages.map((s) => placeOf(s.node));
    this.storagesOf = this.nodes.map((_, node) =>
      Int32Array.from(stored.flatMap((at, s) => (at === node ? [s] : []))),
    );
    this.pairStarts = new Int32Array(this.networks.length);
    let pairs = 0;
    this.members.forEach((m, n) => {
      this.pairStarts[n] = pairs;
      pairs += m.length * m.length;
    });
    this.pairCount = pairs;
  }
}

function byId<T extends { readonly id: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function places(list: readonly { readonly id: string }[]): Map<string, number> {
  const found = new Map(list.map((one, place) => [one.id, place]));
  if (found.size !== list.length) throw new RangeError("an id is named twice");
  return found;
}
