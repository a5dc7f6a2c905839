import { type GreenLayout, SOURCE_COUNT } from "./layout.ts";

/**
 * What a day's matching and tracing came to: integers in flat columns, so that years of days can be kept, added up and
 * written to disk as they are. Energy of nodes and pairs in mWh, of storages in Wh.
 */

/** Sums of a node over a day, mWh unless said otherwise. */
const NODE_FIELDS = [
  "pv",
  "use",
  "taken",
  "given",
  "charge",
  "discharge",
  // How the use was served. What is left over is other grid power.
  "ownUse",
  "networkUse",
  "lineUse",
  "tradeUse",
  "storageUse",
  "storageOwnUse",
  "storageNetworkUse",
  "storageTradeUse",
  // What charging took.
  "ownCharge",
  "networkCharge",
  "lineCharge",
  "tradeCharge",
  // Where its own PV went beside.
  "gave",
  "exported",
  "kept",
  // The measured part: what counts for the hour-matched share.
  "matchedOwn",
  "matchedNetwork",
  "matchedLine",
  "matchedTrade",
  "matchedStorage",
  "matchedStorageTrade",
  // What is known of the use: energy in quarter-hours measured and estimated; quarter-hours known, due.
  "useMeasured",
  "useEstimated",
  "useKnownQuarters",
  "useDueQuarters",
] as const;
export type NodeField = (typeof NODE_FIELDS)[number];
export const NODE_FIELD_COUNT = NODE_FIELDS.length;
export const FIELD: Readonly<Record<NodeField, number>> = Object.fromEntries(
  NODE_FIELDS.map((name, place) => [name, place]),
) as Record<NodeField, number>; // fromEntries forgets the names it was given

/** By local hour of the day, 24 each: energy used and matched in mWh, quarter-hours of the use known and due. */
const HOUR_FIELDS = ["use", "matched", "known", "due"] as const;
type HourField = (typeof HOUR_FIELDS)[number];
export const HOURS = 24;
export const NODE_HOURS = HOUR_FIELDS.length * HOURS;

/** Sums of a storage over a day, Wh, each by source. */
const STORAGE_FIELDS = ["in", "out", "lost"] as const;
type StorageField = (typeof STORAGE_FIELDS)[number];
export const STORAGE_SUMS = STORAGE_FIELDS.length * SOURCE_COUNT;

export interface GreenDay {
  /** NODE_FIELD_COUNT of each node. */
  readonly nodes: Float64Array;
  /** NODE_HOURS of each node: use, matched, known, due. */
  readonly hours: Float64Array;
  /** By network, giver and taker: what one node's PV brought to another, for use and charging. */
  readonly pairs: Float64Array;
  /** STORAGE_SUMS of each storage. */
  readonly storages: Float64Array;
  /** Content of each storage by source, Wh: the checkpoints at the day's start and end. */
  readonly startContent: Float64Array;
  readonly endContent: Float64Array;
}

export function emptyDay(layout: GreenLayout): GreenDay {
  return {
    nodes: new Float64Array(layout.nodes.length * NODE_FIELD_COUNT),
    hours: new Float64Array(layout.nodes.length * NODE_HOURS),
    pairs: new Float64Array(layout.pairCount),
    storages: new Float64Array(layout.storages.length * STORAGE_SUMS),
    startContent: new Float64Array(layout.storages.length * SOURCE_COUNT),
    endContent: new Float64Array(layout.storages.length * SOURCE_COUNT),
  };
}

/** A storage's content by source as a day begins that knows nothing before: none. */
export function noContent(layout: GreenLayout): Float64Array {
  return new Float64Array(layout.storages.length * SOURCE_COUNT);
}

/** One sum of a node, mWh or quarter-hours. */
export function nodeValue(day: GreenDay, node: number, field: NodeField): number {
  return day.nodes[node * NODE_FIELD_COUNT + FIELD[field]] ?? 0;
}

/** The 24 hours of a node's field. */
export function hoursOf(day: GreenDay, node: number, field: HourField): Float64Array {
  const start = node * NODE_HOURS + HOUR_FIELDS.indexOf(field) * HOURS;
  return day.hours.subarray(start, start + HOURS);
}

/** The five sources of a storage's sum, Wh. */
export function storageSums(day: GreenDay, storage: number, field: StorageField): Float64Array {
  const start = storage * STORAGE_SUMS + STORAGE_FIELDS.indexOf(field) * SOURCE_COUNT;
  return day.storages.subarray(start, start + SOURCE_COUNT);
}

/** True where two checkpoints say the same. */
export function isSameContent(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
