import { QUARTER_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { changesWithin, enterprisesOf, type Scope } from "../../park/topology.ts";
import { contentAfter, isCurrent, type KeptDay } from "../../standards/green/chain.ts";
import { type GreenDay, noContent } from "../../standards/green/day-result.ts";
import { GreenEngine, type IntervalTrade, type QuarterServed } from "../../standards/green/engine.ts";
import type { MeterChange } from "../../store/feed.ts";
import type { EnergyReader } from "../energy/reader.ts";
import type { DayFile } from "./day-file.ts";
import { type IntervalTrades, noTrades } from "./interval-trades.ts";
import { countedGates, joinedPart, type Structure, structureOf } from "./nodes.ts";
import { greenFlows } from "./quarter-columns.ts";
import { type DayRowSource, dayRevisions, firstDayOf, hashOf } from "./revisions.ts";

/** A day's matching and tracing of the whole park, or of a part of a day; scopes take their part of it. */
export interface MatchedDay {
  /** Start of the day. */
  readonly startMs: number;
  readonly structure: Structure;
  readonly day: GreenDay;
  /** In step with structure.registers: 1 where a simulator made readings of the day. */
  readonly simulated: Uint8Array;
}

/** One quarter-hour of the whole park. */
export interface MatchedQuarter extends MatchedDay {
  /** In step with structure.nodes. */
  readonly served: readonly QuarterServed[];
  readonly trades: readonly IntervalTrade[];
}

interface Plan {
  readonly startMs: number;
  readonly endMs: number;
  readonly structure: Structure;
  readonly trades: readonly IntervalTrade[];
  readonly key: string;
  readonly simulated: Uint8Array;
}

interface Checked {
  readonly fromMs: number;
  readonly toMs: number;
  readonly atMs: number;
  readonly notices: number;
  /** Revision of the records. */
  readonly records: string;
  readonly plans: readonly Plan[];
}

/** Raised whenever the engine makes something else of the same input: what is kept on disk is of its rules. */
const RULES = 1;
const DAYS_AT_ONCE = 31;
/** Without a notice, revisions are looked at again after so long: a missed notice delays, never falsifies. */
const CHECK_EVERY_MS = 60_000;

/**
 * Matches and traces days of the park once and keeps them, in memory and in a file. A day stands while the revisions of
 * its meters, the structure of the park, the interval settlements and the storages' content it began with are the same;
 * else it is made again, and those after it until a checkpoint is equal.
 */
export class ParkMatching {
  readonly #park: Park;
  readonly #reader: EnergyReader;
  readonly #rows: DayRowSource;
  readonly #trades: IntervalTrades;
  readonly #file: DayFile | null;
  readonly #kept = new Map<number, KeptDay>();
  /** When links of the park change. */
  readonly #changes: readonly number[];
  readonly #structures = new Map<number, Structure>();
  readonly #joinedOf = new Map<Structure, Structure>();
  readonly #engines = new Map<string, GreenEngine>();
  #isLoaded = false;
  /** Notices so far: what was read while one came may be older than it. */
  #notices = 0;
  /** The days that were checked last, and when. */
  #checked: Checked | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    park: Park,
    reader: EnergyReader,
    rows: DayRowSource,
    options: { readonly trades?: IntervalTrades; readonly file?: DayFile | null } = {},
  ) {
    this.#park = park;
    this.#reader = reader;
    this.#rows = rows;
    this.#changes = changesWithin(park, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    this.#trades = options.trades ?? noTrades;
    this.#file = options.file ?? null;
  }

  /** To be called with the feed's changes: the next question looks at the revisions. */
  forget(changes: readonly MeterChange[]): void {
    if (changes.length > 0) this.#notices++;
  }

  /** The days that meet [fromMs, toMs) and have begun by nowMs, whole and ascending. @throws StoreError */
  async days(fromMs: number, toMs: number, nowMs: number): Promise<MatchedDay[]> {
    return await this.#inTurn(() => this.#days(fromMs, toMs, nowMs));
  }

  /**
   * What PV brought over networks into a scope and out of it through its counted connections, by quarter-hour of a span
   * (on quarter-hours) up to now; see crossingMwh. @throws StoreError
   */
  async crossings(scope: Scope, fromMs: number, toMs: number, nowMs: number): Promise<Crossings> {
    const calendar = this.#park.calendar;
    const endMs = Math.min(toMs, Math.ceil(nowMs / QUARTER_MS) * QUARTER_MS);
    const count = Math.max(0, Math.round((endMs - fromMs) / QUARTER_MS));
    const crossings = { takenMwh: new Float64Array(count), givenMwh: new Float64Array(count) };
    const starts = calendar.buckets(fromMs, endMs, "1d");
    for (let first = 0; first < starts.length; ) {
      const structure = this.#structure(starts[first] ?? 0);
      const isSame = (start: number | undefined) =>
        start !== undefined && this.#structure(start) === structure;
      let end = first;
      while (end - first < DAYS_AT_ONCE && isSame(starts[end])) end++;
      const plans = starts.slice(first, end).map((startMs) => ({
        startMs,
        endMs: calendar.next(startMs, "1d"),
        structure: this.#joined(structure),
        trades: [],
        key: "",
        simulated: new Uint8Array(0),
      }));
      await this.#inTurn(() => this.#addCrossings(plans, scope, fromMs, crossings));
      first = end;
    }
    return crossings;
  }

  async #addCrossings(
    plans: readonly Plan[],
    scope: Scope,
    fromMs: number,
    { takenMwh, givenMwh }: { readonly takenMwh: Float64Array; readonly givenMwh: Float64Array },
  ): Promise<void> {
    const structure = plans[0]?.structure;
    if (structure === undefined || structure.nodes.length === 0) return;
    const engine = await this.#load(plans);
    const content = noContent(structure.layout);
    let row = 0;
    for (const plan of plans) {
      const edge = edgeOf(this.#park, scope, structure, plan.startMs);
      const first = Math.round((plan.startMs - fromMs) / QUARTER_MS);
      engine.listen((quarter, giver, taker, mwh) => {
        const crossed = edge(giver, taker);
        const at = first + quarter;
        if (crossed.isTaken) takenMwh[at] = (takenMwh[at] ?? 0) + mwh;
        if (crossed.isGiven) givenMwh[at] = (givenMwh[at] ?? 0) + mwh;
      });
      const rows = Math.round((plan.endMs - plan.startMs) / QUARTER_MS);
      this.#run(engine, plan, row, 0, rows, content);
      row += rows;
    }
    engine.listen(null);
  }

  /** One quarter-hour, with how each node was served; null where it has not begun. @throws StoreError */
  async quarter(startMs: number, nowMs: number): Promise<MatchedQuarter | null> {
    return await this.#inTurn(async () => {
      const [one] = await this.#days(startMs, startMs + QUARTER_MS, nowMs);
      const plan = this.#checked?.plans.find((p) => p.startMs === one?.startMs);
      if (one === undefined || plan === undefined) return null;
      const engine = await this.#load([plan]);
      const quarter = Math.round((startMs - plan.startMs) / QUARTER_MS);
      const before = this.#run(engine, plan, 0, 0, quarter, one.day.startContent);
      const day = this.#run(engine, plan, 0, quarter, quarter + 1, before.endContent);
      const trades = plan.trades.map((t) => ({ ...t, mwh: t.mwh.subarray(quarter, quarter + 1) }));
      const served = plan.structure.nodes.map((_, node) => engine.served(node, 0));
      return { ...one, day, served, trades };
    });
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return await mine;
  }

  async #days(fromMs: number, toMs: number, nowMs: number): Promise<MatchedDay[]> {
    await this.#loadFile();
    const plans = await this.#plans(fromMs, toMs, nowMs);
    const found: MatchedDay[] = [];
    let before: KeptDay | null = null;
    let loaded: { readonly engine: GreenEngine; readonly first: number; readonly end: number } | null = null;
    let atOnce = 1;
    const made: { readonly startMs: number; readonly kept: KeptDay }[] = [];
    for (let place = 0; place < plans.length; place++) {
      const plan = plans[place];
      if (plan === undefined) continue;
      const { startMs, endMs, structure, key } = plan;
      const start = contentAfter(before, structure.layout);
      const was = this.#kept.get(startMs);
      let kept: KeptDay;
      if (isCurrent(was, key, start)) {
        kept = was.layout === structure.layout ? was : { ...was, layout: structure.layout };
      } else {
        if (loaded === null || place >= loaded.end) {
          const end = this.#endOfRun(plans, place, atOnce);
          atOnce = Math.min(DAYS_AT_ONCE, atOnce * 2);
          loaded = { engine: await this.#load(plans.slice(place, end)), first: place, end };
        }
        const firstMs = plans[loaded.first]?.startMs ?? startMs;
        const rows = Math.round((endMs - startMs) / QUARTER_MS);
        const first = Math.round((startMs - firstMs) / QUARTER_MS);
        kept = { key, layout: structure.layout, day: this.#run(loaded.engine, plan, first, 0, rows, start) };
        if (endMs <= nowMs) made.push({ startMs, kept });
      }
      this.#kept.set(startMs, kept);
      before = kept;
      if (endMs > fromMs) found.push({ startMs, structure, day: kept.day, simulated: plan.simulated });
    }
    if (made.length > 0) this.#file?.append(made);
    return found;
  }

  /** Days from here on that are to be made whatever their content, of one structure; at least as many as were asked for. */
  #endOfRun(plans: readonly Plan[], place: number, atOnce: number): number {
    const structure = plans[place]?.structure;
    let end = place + 1;
    for (; end < plans.length && end - place < DAYS_AT_ONCE; end++) {
      const plan = plans[end];
      if (plan === undefined || plan.structure !== structure) break;
      if (this.#kept.get(plan.startMs)?.key === plan.key && end - place >= atOnce) break;
    }
    return end;
  }

  /** What each day is made from: of the span, and where there are storages from their first day on. */
  async #plans(fromMs: number, toMs: number, nowMs: number): Promise<readonly Plan[]> {
    const calendar = this.#park.calendar;
    const endMs = Math.min(toMs, nowMs);
    const settled = await this.#trades.revision();
    const checked = this.#checked;
    const notices = this.#notices;
    const isFresh =
      checked !== null &&
      checked.notices === notices &&
      checked.records === settled &&
      nowMs >= checked.atMs &&
      nowMs - checked.atMs < CHECK_EVERY_MS;
    if (isFresh && checked.fromMs <= fromMs && checked.toMs >= endMs)
      return checked.plans.filter((p) => p.startMs < endMs);
    const dayMs = calendar.floor(fromMs, "1d");
    const originMs = await this.#originMs(nowMs);
    const startMs = originMs === null ? dayMs : Math.min(dayMs, originMs);
    const starts = calendar.buckets(startMs, endMs, "1d");
    const plans: Plan[] = [];
    for (let first = 0; first < starts.length; ) {
      const structure = this.#structure(starts[first] ?? 0);
      let end = first;
      while (end < starts.length && this.#structure(starts[end] ?? 0) === structure) end++;
      const run = starts.slice(first, end);
      const runEndMs = calendar.next(run[run.length - 1] ?? 0, "1d");
      const revisions = await dayRevisions(this.#rows, structure.registers, run, runEndMs);
      for (const [i, start] of run.entries()) {
        const dayEndMs = calendar.next(start, "1d");
        const trades = await this.#trades.of(structure, start, dayEndMs);
        plans.push({
          startMs: start,
          endMs: dayEndMs,
          structure,
          trades: trades.columns,
          key: `${RULES}/${structure.key}/${trades.key}/${revisions[i]?.key}`,
          simulated: revisions[i]?.simulated ?? new Uint8Array(structure.registers.length),
        });
      }
      first = end;
    }
    this.#checked = {
      fromMs: Math.min(fromMs, startMs),
      toMs: endMs,
      atMs: nowMs,
      notices,
      records: settled,
      plans,
    };
    return plans;
  }

  /** The first day of which anything is known of a storage; null where there is none. */
  async #originMs(nowMs: number): Promise<number | null> {
    const calendar = this.#park.calendar;
    const structure = this.#structure(nowMs);
    if (structure.storages.length === 0) return null;
    const meters = new Set(structure.storages.map((s) => s.meter.id));
    return await firstDayOf(
      this.#rows,
      structure.registers.filter((r) => meters.has(r.meter)),
      calendar.at(2000, 1, 1),
      calendar.next(calendar.floor(nowMs, "1d"), "1d"),
    );
  }

  /** Links as they stand when the day begins: a change within it counts from the next day on, as in day rows. */
  #structure(dayMs: number): Structure {
    const since = this.#changes.findLast((t) => t <= dayMs) ?? Number.NEGATIVE_INFINITY;
    let structure = this.#structures.get(since);
    if (structure === undefined) {
      const made = structureOf(this.#park, dayMs);
      structure = { ...made, key: hashOf(made.key) };
      this.#structures.set(since, structure);
    }
    return structure;
  }

  /** Reads the quarter-hours of days that follow each other into their structure's engine. */
  async #load(plans: readonly Plan[]): Promise<GreenEngine> {
    const [first, last] = [plans[0], plans[plans.length - 1]];
    if (first === undefined || last === undefined) throw new RangeError("no days to load");
    const { structure } = first;
    let engine = this.#engines.get(structure.key);
    if (engine === undefined) {
      engine = new GreenEngine(structure.layout);
      this.#engines.set(structure.key, engine);
    }
    const terms = [
      ...structure.nodes.flatMap((n) => Object.values(n.terms).flat()),
      ...structure.storages.flatMap((s) => [...s.in, ...s.out]),
    ];
    const registers = terms.map((t) => ({ meter: t.meter.id, channel: t.channel }));
    const table = await this.#reader.quarterHours(registers, first.startMs, last.endMs);
    const row = (timeMs: number) => Math.round((timeMs - first.startMs) / QUARTER_MS);
    const days = plans.map((p) => ({ first: row(p.startMs), end: row(p.endMs) }));
    engine.load(greenFlows(this.#park, structure, table, days));
    return engine;
  }

  /** Matches quarter-hours [fromQuarter, toQuarter) of a day whose first is `first` among those loaded. */
  #run(
    engine: GreenEngine,
    plan: Plan,
    first: number,
    fromQuarter: number,
    toQuarter: number,
    content: Float64Array,
  ): GreenDay {
    const rows = Math.round((plan.endMs - plan.startMs) / QUARTER_MS);
    const hourOf = new Uint8Array(toQuarter - fromQuarter);
    for (let i = 0; i < hourOf.length; i++) {
      const q = fromQuarter + i;
      // A day of 24 hours has no change of offset: its quarter-hours need no look-up.
      hourOf[i] = rows === 96 ? q >> 2 : this.#park.calendar.parts(plan.startMs + q * QUARTER_MS).hour;
    }
    const trades = plan.trades.map((t) => ({ ...t, mwh: t.mwh.subarray(fromQuarter, toQuarter) }));
    return engine.day({ first: first + fromQuarter, hourOf, trades }, content);
  }

  /** The part of a structure that networks join: what flows over them does not depend on the rest. */
  #joined(structure: Structure): Structure {
    let joined = this.#joinedOf.get(structure);
    if (joined === undefined) {
      joined = joinedPart(structure);
      this.#joinedOf.set(structure, joined);
    }
    return joined;
  }

  async #loadFile(): Promise<void> {
    if (this.#isLoaded) return;
    this.#isLoaded = true;
    if (this.#file === null) return;
    const layout = this.#structure(0).layout;
    for (const { startMs, key, day } of await this.#file.load())
      this.#kept.set(startMs, { key, layout, day });
  }
}

/** What PV brought over networks into a scope and out of it, mWh by quarter-hour. */
export interface Crossings {
  readonly takenMwh: Float64Array;
  readonly givenMwh: Float64Array;
}

/**
 * Whether what one node gives another crosses a scope's edge through its counted connections.
 * What flows between members behind one and the same counted connection never does.
 */
function edgeOf(park: Park, scope: Scope, { nodes }: Structure, timeMs: number) {
  const members = enterprisesOf(park, scope, timeMs);
  const gates = countedGates(park, scope, nodes, timeMs).map((gate, place) =>
    members.has(nodes[place]?.enterprise ?? "") ? gate : null,
  );
  return (giver: number, taker: number): { readonly isTaken: boolean; readonly isGiven: boolean } => {
    const [gives, takes] = [gates[giver] ?? null, gates[taker] ?? null];
    const isInside = gives !== null && gives === takes;
    return { isTaken: takes !== null && !isInside, isGiven: gives !== null && !isInside };
  };
}

/** mWh of a day that neighbours' PV brought into a scope through its counted connections: part of El_in. */
export function crossingMwh(park: Park, scope: Scope, { startMs, structure, day }: MatchedDay): number {
  const { layout } = structure;
  if (layout.pairCount === 0) return 0;
  const edge = edgeOf(park, scope, structure, startMs);
  let sum = 0;
  layout.members.forEach((places, network) => {
    const start = layout.pairStarts[network] ?? 0;
    places.forEach((from, giver) => {
      places.forEach((to, taker) => {
        const mwh = day.pairs[start + giver * places.length + taker] ?? 0;
        if (mwh > 0 && edge(from, to).isTaken) sum += mwh;
      });
    });
  });
  return sum;
}
