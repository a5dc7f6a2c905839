import { QUARTER_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { changesWithin, enterprisesOf, type Scope } from "../../park/topology.ts";
import {
  type DayMatch,
  type MatchNode,
  matchDay,
  type NetworkFlow,
  type NodeMatch,
  type QuarterColumn,
  STATE,
} from "../../standards/green-matching.ts";
import type { MeterChange } from "../../store/feed.ts";
import { ENERGY_FLAGS } from "../../store/telemetry.ts";
import { columnOf, type FlowTerm, registersOf } from "../energy/flows.ts";
import type { EnergyReader, EnergyTable } from "../energy/reader.ts";
import { countedGates, type ParkNode, type Structure, structureOf, supplied } from "./nodes.ts";

/** A day's matching of the whole park; scopes take their part of it. */
export interface MatchedDay {
  readonly startMs: number;
  readonly structure: Structure;
  /** In step with structure.nodes; null for a node that was not asked for. */
  readonly nodes: readonly (NodeMatch | null)[];
  readonly flows: readonly NetworkFlow[];
}

/** supplied: nodes PV can reach. all: every node, for shares by hour. */
export type NodeGroup = "supplied" | "all";

interface Kept {
  readonly day: MatchedDay;
  readonly freshUntilMs: number;
}

const DAYS_KEPT = 1_600;
const DAYS_AT_ONCE = 31;
const RUNNING_DAY_FRESH_MS = 60_000;
const YESTERDAY_FRESH_MS = 600_000;
const CLOSED_FRESH_MS = 6 * 3_600_000;

/**
 * Matches days of the park once and keeps them. A change notice drops what it touches; a missed notice is
 * made good when a day's freshness ends.
 */
export class ParkMatching {
  readonly #park: Park;
  readonly #reader: EnergyReader;
  readonly #kept = new Map<string, Kept>();
  /** While days are being read, the earliest that a notice touched: what was read of it may be old already. */
  #touchedFromMs = Number.POSITIVE_INFINITY;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(park: Park, reader: EnergyReader) {
    this.#park = park;
    this.#reader = reader;
  }

  /** Drops the days that changed: to be called with the feed's changes. */
  forget(changes: readonly MeterChange[]): void {
    if (changes.length === 0) return;
    const earliestMs = Math.min(...changes.map((c) => c.fromMs));
    const from = this.#park.calendar.floor(earliestMs, "1d");
    this.#touchedFromMs = Math.min(this.#touchedFromMs, from);
    for (const [key, kept] of this.#kept) if (kept.day.startMs >= from) this.#kept.delete(key);
  }

  /** The days that meet [fromMs, toMs) and have begun by nowMs, ascending. @throws StoreError */
  async days(group: NodeGroup, fromMs: number, toMs: number, nowMs: number): Promise<MatchedDay[]> {
    const mine = this.#turn.then(() => this.#days(group, fromMs, toMs, nowMs));
    this.#turn = mine.catch(() => undefined);
    return await mine;
  }

  async #days(group: NodeGroup, fromMs: number, toMs: number, nowMs: number): Promise<MatchedDay[]> {
    const calendar = this.#park.calendar;
    const starts = calendar.buckets(fromMs, Math.min(toMs, nowMs), "1d");
    const found = new Map<number, MatchedDay>();
    const wanted: number[] = [];
    for (const startMs of starts) {
      const kept = this.#kept.get(`${group}/${startMs}`) ?? this.#kept.get(`all/${startMs}`);
      if (kept !== undefined && kept.freshUntilMs > nowMs) found.set(startMs, kept.day);
      else wanted.push(startMs);
    }
    for (const run of runsOf(wanted, (t) => calendar.next(t, "1d"))) {
      this.#touchedFromMs = Number.POSITIVE_INFINITY;
      const days = await this.#read(group, run);
      for (const day of days) {
        found.set(day.startMs, day);
        if (day.startMs >= this.#touchedFromMs) continue;
        const endMs = calendar.next(day.startMs, "1d");
        const age = nowMs - endMs;
        const fresh =
          age < 0 ? RUNNING_DAY_FRESH_MS : age < 2 * 86_400_000 ? YESTERDAY_FRESH_MS : CLOSED_FRESH_MS;
        this.#kept.delete(`${group}/${day.startMs}`);
        this.#kept.set(`${group}/${day.startMs}`, { day, freshUntilMs: nowMs + fresh });
      }
    }
    for (const key of this.#kept.keys()) {
      if (this.#kept.size <= DAYS_KEPT) break;
      this.#kept.delete(key);
    }
    return starts.flatMap((t) => found.get(t) ?? []);
  }

  /** Days that follow each other, from one reading of the store. */
  async #read(group: NodeGroup, starts: readonly number[]): Promise<MatchedDay[]> {
    const calendar = this.#park.calendar;
    const first = starts[0];
    const last = starts[starts.length - 1];
    if (first === undefined || last === undefined) return [];
    const endMs = calendar.next(last, "1d");
    const changes = changesWithin(this.#park, first, endMs);
    const plans: {
      startMs: number;
      endMs: number;
      structure: Structure;
      places: ReadonlySet<number> | null;
    }[] = [];
    for (const startMs of starts) {
      // Links as they stand when the day begins: a change within it counts from the next day on, as in day rows.
      const before = plans[plans.length - 1];
      const changed = changes.some((t) => t > (before?.startMs ?? first) && t <= startMs);
      const structure = before === undefined || changed ? structureOf(this.#park, startMs) : before.structure;
      const places = group === "all" ? null : supplied(structure);
      plans.push({ startMs, endMs: calendar.next(startMs, "1d"), structure, places });
    }
    const terms = new Set<FlowTerm>();
    for (const { structure: s, places } of plans) {
      s.nodes.forEach((node, place) => {
        if (places === null || places.has(place))
          for (const list of Object.values(node.terms)) for (const t of list) terms.add(t);
      });
    }
    if (terms.size === 0)
      return plans.map((p) => ({
        startMs: p.startMs,
        structure: p.structure,
        nodes: p.structure.nodes.map(() => null),
        flows: [],
      }));
    const table = await this.#reader.quarterHours(registersOf(terms), first, endMs);
    return plans.map((p) => this.#match(table, p.startMs, p.endMs, p.structure, p.places));
  }

  #match(
    table: EnergyTable,
    startMs: number,
    endMs: number,
    structure: Structure,
    places: ReadonlySet<number> | null,
  ): MatchedDay {
    const firstRow = Math.round((startMs - (table.startMs[0] ?? 0)) / QUARTER_MS);
    const rows = Math.round((endMs - startMs) / QUARTER_MS);
    // A day of 24 hours has no change of offset: its quarter-hours need no look-up.
    const hourOf = Array.from({ length: rows }, (_, q) =>
      rows === 96 ? Math.floor(q / 4) : this.#park.calendar.parts(startMs + q * QUARTER_MS).hour,
    );
    const asked = structure.nodes.flatMap((node, place) =>
      places === null || places.has(place) ? [{ node, place }] : [],
    );
    const placeOf = new Map(asked.map(({ place }, i) => [place, i]));
    const match: DayMatch = matchDay(
      asked.map(({ node }) => matchNode(table, node, firstRow, rows)),
      structure.networks.map((n) => ({ ...n, nodes: n.nodes.flatMap((place) => placeOf.get(place) ?? []) })),
      hourOf,
    );
    const nodes = structure.nodes.map((_, place) => match.nodes[placeOf.get(place) ?? -1] ?? null);
    return { startMs, structure, nodes, flows: match.flows };
  }
}

function runsOf(starts: readonly number[], next: (t: number) => number): number[][] {
  const runs: number[][] = [];
  for (const t of starts) {
    const run = runs[runs.length - 1];
    const last = run?.[run.length - 1];
    if (run !== undefined && last !== undefined && run.length < DAYS_AT_ONCE && next(last) === t) run.push(t);
    else runs.push([t]);
  }
  return runs;
}

function matchNode(table: EnergyTable, node: ParkNode, firstRow: number, rows: number): MatchNode {
  const { pv, use, gridImport, gridExport } = node.terms;
  const column = (terms: readonly FlowTerm[]) => quarterColumn(table, terms, firstRow, rows);
  return {
    id: node.id,
    pv: pv.length === 0 ? null : column(pv),
    use: use.length === 0 ? null : column(use),
    connection: node.gate === null ? null : { taken: column(gridImport), given: column(gridExport) },
  };
}

const SHARP = ENERGY_FLAGS.startSharp15m | ENERGY_FLAGS.endSharp15m;

/** Signed sum of registers by quarter-hour: measured where all are, missing where all are; no registers at all: a measured nothing. */
function quarterColumn(
  table: EnergyTable,
  terms: readonly FlowTerm[],
  firstRow: number,
  rows: number,
): QuarterColumn {
  const mwh = new Float64Array(rows);
  const state = new Uint8Array(rows);
  const columns = terms.flatMap((t) => {
    const column = columnOf(table, t);
    return column === null ? [] : [{ column, sign: t.sign }];
  });
  for (let q = 0; q < rows; q++) {
    let lowest: number = STATE.measured;
    let highest: number = columns.length === 0 ? STATE.measured : STATE.missing;
    for (const { column, sign } of columns) {
      const row = firstRow + q;
      const knownMs = column.knownMs[row] ?? 0;
      const whole = knownMs === QUARTER_MS && ((column.flags[row] ?? 0) & SHARP) === SHARP;
      const one = knownMs === 0 ? STATE.missing : whole ? STATE.measured : STATE.estimated;
      lowest = Math.min(lowest, one);
      highest = Math.max(highest, one);
      if (knownMs > 0) mwh[q] = (mwh[q] ?? 0) + sign * (column.micro[row] ?? 0);
    }
    state[q] =
      highest === STATE.missing
        ? STATE.missing
        : lowest === STATE.measured
          ? STATE.measured
          : STATE.estimated;
  }
  return { mwh, state };
}

/**
 * mWh of a day, within a span, that neighbours' PV brought into a scope through its counted connections: part of El_in.
 * What flows between members behind one and the same counted connection never crosses the scope's edge.
 */
export function crossingMwh(park: Park, scope: Scope, day: MatchedDay, fromMs: number, toMs: number): number {
  if (day.flows.length === 0) return 0;
  const members = enterprisesOf(park, scope, day.startMs);
  const nodes = day.structure.nodes;
  const gates = countedGates(park, scope, nodes, day.startMs);
  const placeOf = new Map(nodes.map((n, i) => [n.id, i]));
  let sum = 0;
  for (const flow of day.flows) {
    const from = placeOf.get(flow.from) ?? -1;
    const to = placeOf.get(flow.to) ?? -1;
    const taker = nodes[to];
    const gate = gates[to] ?? null;
    if (taker === undefined || gate === null || !members.has(taker.enterprise)) continue;
    const inside = members.has(nodes[from]?.enterprise ?? "") && gates[from] === gate;
    if (inside) continue;
    flow.byQuarter.forEach((mwh, q) => {
      const t = day.startMs + q * QUARTER_MS;
      if (t >= fromMs && t < toMs) sum += mwh;
    });
  }
  return sum;
}
