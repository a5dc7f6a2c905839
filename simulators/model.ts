import type { Park } from "../park/park.ts";
import { type DayContext, dayContext, type Leaf, type LeafDay, MINUTES, makeLeaves } from "./leaves.ts";
import type { Place } from "./sun.ts";
import { type Tree, treeAt, treeChanges } from "./tree.ts";
import { quartersOf } from "./weather.ts";

/**
 * The simulated park: what flows through every meter at any instant. A pure function of (park, seed, time): asking
 * twice, in another order or after a restart gives the same. Power flows bottom-up: what a meter shows is what its
 * children show, what cables lose, and a little that no meter sees; a connection's import and export part by sign, minute by minute.
 */

/** Energies of a span, in the medium's unit; losses and unmetered are inside import − export of a meter with others below it. */
export interface Flow {
  readonly importAmount: number;
  readonly exportAmount: number;
  readonly lossAmount: number;
  readonly unmeteredAmount: number;
}

/** What has passed a meter since the epoch. */
export interface Passed {
  readonly imported: number;
  readonly exported: number;
}

/** Registers of simulated meters count from here; days before it are counted backwards. */
const EPOCH = { year: 2026, month: 10, day: 1 };
const CACHED_DAYS = 12;
const DEFAULT_PLACE: Place = { latitude: 35, longitude: 105, altitudeM: 500 };

interface Version {
  readonly tree: Tree;
  readonly leaves: readonly (Leaf | null)[];
  /** By node: the leaves below it, and what of their flow is lost or unmetered on the way up to it. */
  readonly paths: readonly (readonly Path[])[];
}

interface Path {
  readonly leaf: number;
  readonly share: number;
}

interface Day {
  readonly startMs: number;
  readonly version: Version;
  readonly leafDays: readonly (LeafDay | null)[];
  /** By node: the sum of flows by quarter-hour; import and export from the day's start, with one entry more than quarters. */
  readonly gross: readonly Float64Array[];
  readonly imported: readonly Float64Array[];
  readonly exported: readonly Float64Array[];
}

export class ParkModel {
  readonly park: Park;
  readonly #seed: number;
  readonly #place: Place;
  readonly #epochMs: number;
  readonly #changes: readonly number[];
  readonly #versions = new Map<number, Version>();
  readonly #days = new Map<number, Day>();
  /** By day start: what has passed each real meter (in the order of trees) since the epoch; import and export by turns. */
  readonly #totals = new Map<number, Float64Array>();
  #minutes: { key: number; nodes: Map<number, Float64Array> } = { key: -1, nodes: new Map() };

  constructor(park: Park, seed: number) {
    this.park = park;
    this.#seed = seed >>> 0;
    this.#place = park.location ?? DEFAULT_PLACE;
    this.#epochMs = park.calendar.at(EPOCH.year, EPOCH.month, EPOCH.day);
    this.#changes = treeChanges(park);
  }

  /** Works out the days up to an instant a few at a time, so that a process goes on answering meanwhile. */
  async prepare(timeMs: number): Promise<void> {
    const { calendar } = this.park;
    const target = calendar.floor(timeMs, "1d");
    const forward = target >= this.#epochMs;
    let at = this.#epochMs;
    for (let days = 0; at !== target; days++) {
      at = forward ? calendar.next(at, "1d") : calendar.floor(at - 1, "1d");
      if (this.#totals.has(at)) continue;
      this.#totalsAt(at);
      if (days % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** What has passed a meter from the epoch to an instant (negative before it). @throws RangeError for a meter that is virtual or unknown. */
  passed(meterId: string, timeMs: number): Passed {
    const day = this.#day(this.park.calendar.floor(timeMs, "1d"));
    const index = this.#index(day, meterId);
    const totals = this.#totalsAt(day.startMs);
    const x = (timeMs - day.startMs) / 900_000;
    const q = Math.floor(x);
    let imported = (totals[2 * index] ?? 0) + (day.imported[index]?.[q] ?? 0);
    let exported = (totals[2 * index + 1] ?? 0) + (day.exported[index]?.[q] ?? 0);
    const into = (x - q) * MINUTES;
    if (into > 0) {
      const net = this.#minutesOf(day, index, q);
      let taken = 0;
      let given = 0;
      for (let i = 0; i < MINUTES && i < into; i++) {
        const part = (net[i] ?? 0) * Math.min(1, into - i);
        if (part > 0) taken += part;
        else given -= part;
      }
      imported += Math.min(taken, step(day.imported[index], q));
      exported += Math.min(given, step(day.exported[index], q));
    }
    return { imported, exported };
  }

  /** Mean power of the minute that holds the instant, kW (or units per hour); positive takes. */
  power(meterId: string, timeMs: number): number {
    const day = this.#day(this.park.calendar.floor(timeMs, "1d"));
    const index = this.#index(day, meterId);
    const q = Math.floor((timeMs - day.startMs) / 900_000);
    const minute = Math.floor(((timeMs - day.startMs) % 900_000) / 60_000);
    return (this.#minutesOf(day, index, q)[minute] ?? 0) * 60;
  }

  /** State of charge at an instant for a meter of a battery, else null. */
  stateOfCharge(meterId: string, timeMs: number): number | null {
    const day = this.#day(this.park.calendar.floor(timeMs, "1d"));
    return day.leafDays[this.#index(day, meterId)]?.stateOfCharge?.(timeMs) ?? null;
  }

  /** What passes a meter in the quarter-hour that starts at an instant, and what is lost and unmetered right below it. */
  flow(meterId: string, quarterStartMs: number): Flow {
    const day = this.#day(this.park.calendar.floor(quarterStartMs, "1d"));
    const index = this.#index(day, meterId);
    const q = Math.floor((quarterStartMs - day.startMs) / 900_000);
    const node = day.version.tree.nodes[index];
    const through = node === undefined || node.children.length === 0 ? 0 : (day.gross[index]?.[q] ?? 0);
    return {
      importAmount: step(day.imported[index], q),
      exportAmount: step(day.exported[index], q),
      lossAmount: through * (node?.lossShare ?? 0),
      unmeteredAmount: through * (node?.unmeteredShare ?? 0),
    };
  }

  /** The tree of meters in force at an instant. */
  treeAt(timeMs: number): Tree {
    return this.#version(timeMs).tree;
  }

  #index(day: Day, meterId: string): number {
    const index = day.version.tree.indexById.get(meterId);
    if (index === undefined) throw new RangeError(`${meterId} is not a real meter of park ${this.park.id}`);
    return index;
  }

  #version(timeMs: number): Version {
    let key = 0;
    while (key < this.#changes.length && (this.#changes[key] ?? 0) <= timeMs) key++;
    let version = this.#versions.get(key);
    if (version === undefined) {
      const tree = treeAt(this.park, timeMs);
      version = { tree, leaves: makeLeaves(this.park, tree, timeMs, this.#seed), paths: pathsOf(tree) };
      this.#versions.set(key, version);
    }
    return version;
  }

  #day(startMs: number): Day {
    let day = this.#days.get(startMs);
    if (day === undefined) {
      const { calendar } = this.park;
      const version = this.#version(startMs);
      const quarters = quartersOf(startMs, calendar, this.#place, this.#seed);
      const context = dayContext(startMs, quarters, this.#place, this.#seed);
      day = flowDay(version, context);
      this.#days.set(startMs, day);
      const oldest = this.#days.keys().next().value;
      if (this.#days.size > CACHED_DAYS && oldest !== undefined) this.#days.delete(oldest);
    }
    return day;
  }

  /** Totals at a day's start, always summed from the epoch in the same order: the same bits after any restart. */
  #totalsAt(startMs: number): Float64Array {
    const known = this.#totals.get(startMs);
    if (known !== undefined) return known;
    const { calendar } = this.park;
    const count = 2 * this.park.meters.filter((m) => m.sum === null).length;
    const forward = startMs >= this.#epochMs;
    let at = this.#epochMs;
    let totals = this.#totals.get(at) ?? new Float64Array(count);
    this.#totals.set(at, totals);
    while (at !== startMs) {
      const from = forward ? at : calendar.floor(at - 1, "1d");
      const next = forward ? calendar.next(at, "1d") : from;
      let after = this.#totals.get(next);
      if (after === undefined) {
        const day = this.#day(from);
        const sums = new Float64Array(totals);
        const sign = forward ? 1 : -1;
        for (let i = 0; 2 * i < count; i++) {
          sums[2 * i] = (totals[2 * i] ?? 0) + sign * (day.imported[i]?.at(-1) ?? 0);
          sums[2 * i + 1] = (totals[2 * i + 1] ?? 0) + sign * (day.exported[i]?.at(-1) ?? 0);
        }
        after = sums;
        this.#totals.set(next, after);
      }
      totals = after;
      at = next;
    }
    return totals;
  }

  #minutesOf(day: Day, index: number, quarter: number): Float64Array {
    const key = day.startMs + quarter * 900_000;
    if (this.#minutes.key !== key) this.#minutes = { key, nodes: new Map() };
    let minutes = this.#minutes.nodes.get(index);
    if (minutes === undefined) {
      minutes = new Float64Array(MINUTES);
      writeMinutes(day.version, day.leafDays, index, quarter, minutes);
      this.#minutes.nodes.set(index, minutes);
    }
    return minutes;
  }
}

function step(cumulative: Float64Array | undefined, q: number): number {
  return (cumulative?.[q + 1] ?? 0) - (cumulative?.[q] ?? 0);
}

/** For each node the leaves below it with the shares added on the way. */
function pathsOf(tree: Tree): Path[][] {
  const paths: Path[][] = tree.nodes.map(() => []);
  for (const index of tree.order) {
    const node = tree.nodes[index];
    if (node === undefined) continue;
    const more = node.lossShare + node.unmeteredShare;
    paths[index] =
      node.children.length === 0
        ? [{ leaf: index, share: 0 }]
        : node.children.flatMap((c) =>
            (paths[c] ?? []).map(({ leaf, share }) => ({ leaf, share: share + more })),
          );
  }
  return paths;
}

/** Writes the minutes of a quarter-hour at a node: what each leaf below it lets through and what is lost of it on the way. */
function writeMinutes(
  version: Version,
  leafDays: readonly (LeafDay | null)[],
  index: number,
  quarter: number,
  out: Float64Array,
): void {
  out.fill(0);
  const one = new Float64Array(MINUTES);
  for (const { leaf, share } of version.paths[index] ?? []) {
    leafDays[leaf]?.minutes(quarter, one);
    for (let i = 0; i < MINUTES; i++) {
      const flow = one[i] ?? 0;
      out[i] = (out[i] ?? 0) + flow + share * Math.abs(flow);
    }
  }
}

/**
 * One day of the whole tree by quarter-hour. Minutes are worked out only where the sign may change inside a
 * quarter-hour: elsewhere their sum is the quarter's, as losses are shares of what the leaves let through.
 */
function flowDay(version: Version, context: DayContext): Day {
  const { tree } = version;
  const count = context.quarters.length;
  const leafDays = version.leaves.map((leaf) => leaf?.day(context) ?? null);
  // Most meters never give anything: they share one row of zeros.
  const nothing = new Float64Array(count + 1);
  const minutes = new Float64Array(MINUTES);
  const blank = (): Float64Array[] => tree.nodes.map(() => nothing);
  const net = blank();
  const gross = blank();
  const sway = blank();
  const imported = blank();
  const exported = blank();
  for (const index of tree.order) {
    const node = tree.nodes[index];
    const leaf = leafDays[index] ?? null;
    if (node === undefined) continue;
    let n: Float64Array = leaf?.net ?? new Float64Array(count);
    let g: Float64Array = leaf?.gross ?? new Float64Array(count);
    let s: Float64Array = leaf?.sway ?? new Float64Array(count);
    if (leaf === null) {
      const more = node.lossShare + node.unmeteredShare;
      n = new Float64Array(count);
      g = new Float64Array(count);
      s = new Float64Array(count);
      for (const c of node.children) {
        const [cn, cg, cs] = [net[c], gross[c], sway[c]];
        if (cn === undefined || cg === undefined || cs === undefined) continue;
        for (let q = 0; q < count; q++) {
          n[q] = (n[q] ?? 0) + (cn[q] ?? 0);
          g[q] = (g[q] ?? 0) + (cg[q] ?? 0);
          s[q] = (s[q] ?? 0) + (cs[q] ?? 0);
        }
      }
      for (let q = 0; q < count; q++) {
        n[q] = (n[q] ?? 0) + more * (g[q] ?? 0);
        // The losses sway with the leaves.
        s[q] = (1 + more) * (s[q] ?? 0);
      }
    }
    net[index] = n;
    gross[index] = g;
    sway[index] = s;
    const into = new Float64Array(count + 1);
    let out: Float64Array = nothing;
    for (let q = 0; q < count; q++) {
      const e = n[q] ?? 0;
      let taken = Math.max(0, e);
      let given = Math.max(0, -e);
      if (Math.abs(e) < (s[q] ?? 0)) {
        taken = 0;
        given = 0;
        writeMinutes(version, leafDays, index, q, minutes);
        for (const m of minutes) {
          if (m > 0) taken += m;
          else given -= m;
        }
      }
      into[q + 1] = (into[q] ?? 0) + taken;
      if (given > 0 && out === nothing) out = new Float64Array(count + 1);
      if (out !== nothing) out[q + 1] = (out[q] ?? 0) + given;
    }
    imported[index] = into;
    exported[index] = out;
  }
  return { startMs: context.startMs, version, leafDays, gross, imported, exported };
}
