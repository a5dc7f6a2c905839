import type { Park } from "../park/park.ts";
import { type Day, flowDay, pathsOf, type Version, writeMinutes } from "./flows.ts";
import { dayContext, MINUTES } from "./leaves.ts";
import { makeLeaves } from "./plant.ts";
import type { Place } from "./sun.ts";
import { type Tree, treeAt, treeChanges } from "./tree.ts";
import { quartersOf } from "./weather.ts";

/**
 * The simulated park: what flows through every meter at any instant. A pure function of (park, seed, time): asking
 * twice, in another order or after a restart gives the same. Power flows bottom-up: what a meter shows is what its
 * children show, what cables lose, and a little that no meter sees; a connection's import and export part by sign, minute by minute.
 */

/** Energies of a span, in the medium's unit; losses and unmetered are inside import − export of a meter with others below it. */
interface Flow {
  readonly importAmount: number;
  readonly exportAmount: number;
  readonly lossAmount: number;
  readonly unmeteredAmount: number;
}

/** What has passed a meter since the epoch. */
interface Passed {
  readonly imported: number;
  readonly exported: number;
}

/** Registers of simulated meters count from here; days before it are counted backwards. */
const EPOCH = { year: 2026, month: 10, day: 1 };
const CACHED_DAYS = 12;
const DEFAULT_PLACE: Place = { latitude: 35, longitude: 105, altitudeM: 500 };

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
