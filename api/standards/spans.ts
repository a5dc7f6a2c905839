import { valueAt } from "../../park/dated.ts";
import { MICRO } from "../../park/quantities.ts";
import type { Scope } from "../../park/topology.ts";
import type { Amount, CarbonInputs, FuelAmount, HeatAmount } from "../../standards/park-carbon.ts";
import type { Coverage } from "../answers/common.ts";
import { type Bucket, bucketsOf, CoverageTally } from "../energy/buckets.ts";
import {
  FLOW_KINDS,
  type FlowKind,
  type FlowTerm,
  flowsOf,
  mediumTerms,
  registersOf,
} from "../energy/flows.ts";
import { readContracts, type ScopeContracts } from "./contracts.ts";
import type { StandardsDeps } from "./deps.ts";
import { crossingMwh } from "./matching.ts";
import { Measure } from "./measure.ts";

/** Energy of a scope over any spans, with what the rules need beside it, from one reading of the store. */

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A metered medium other than electricity: one fuel, one kind of heat, water. */
export interface MediumAmount extends Amount {
  readonly medium: "gas" | "heat" | "water" | "fuel";
  readonly unit: "m³" | "t" | "GJ";
  readonly fuel: string | null;
  readonly heatSource: "fossil" | "non-fossil" | null;
}

export interface SpanEnergy extends Span {
  readonly flows: Readonly<Record<FlowKind, Amount>>;
  readonly media: readonly MediumAmount[];
  readonly inputs: CarbonInputs;
  /** Of all electricity flows. */
  readonly coverage: Coverage;
  /** Days of which something of the electricity bought is known. */
  readonly daysKnown: number;
}

export interface ScopeEnergy {
  readonly spans: readonly SpanEnergy[];
  readonly contracts: ScopeContracts;
  readonly simulated: boolean;
  readonly settled: boolean;
  /** Buckets read (days; parts of days at unaligned edges) and the flows in them. */
  readonly buckets: readonly Bucket[];
  readonly measures: Readonly<Record<FlowKind, Measure>>;
  /** Known use of one member; null where nothing is known of it. */
  readonly useByEnterprise: (enterprise: string, fromMs: number, toMs: number) => number | null;
}

interface MediumGroup {
  readonly medium: MediumAmount["medium"];
  readonly unit: MediumAmount["unit"];
  readonly fuel: string | null;
  readonly heatSource: MediumAmount["heatSource"];
  readonly terms: FlowTerm[];
}

/**
 * Reads a scope over spans, which lie on quarter-hours; whole days are read as day rows. All lie within
 * [min from, max to), and each span of more than one starts and ends on days.
 * @throws StoreError
 */
export async function readSpans(
  deps: StandardsDeps,
  scope: Scope,
  spans: readonly Span[],
  nowMs: number,
): Promise<ScopeEnergy> {
  const { park, reader, matching } = deps;
  const calendar = park.calendar;
  const fromMs = Math.min(...spans.map((s) => s.fromMs));
  const toMs = Math.max(...spans.map((s) => s.toMs));
  const flows = flowsOf(park, scope, fromMs, toMs);
  const groups = mediumGroups(deps, scope, fromMs, toMs);
  const terms = [...FLOW_KINDS.flatMap((k) => flows[k]), ...groups.flatMap((g) => g.terms)];
  const aligned = [fromMs, toMs].every((t) => calendar.isEdge(t, "1d"));
  const table = aligned
    ? await reader.days(registersOf(terms), fromMs, toMs)
    : await reader.quarterHours(registersOf(terms), fromMs, toMs);
  const buckets = bucketsOf(table, calendar, fromMs, toMs, "1d");
  const contracts = await readContracts(deps, scope, fromMs, toMs, nowMs);
  const matched = await matching.days("supplied", fromMs, toMs, nowMs);
  const measure = (list: readonly FlowTerm[]) => new Measure(park, table, list, buckets, nowMs);
  const byKind = {
    gridImport: measure(flows.gridImport),
    gridExport: measure(flows.gridExport),
    pv: measure(flows.pv),
    storageIn: measure(flows.storageIn),
    storageOut: measure(flows.storageOut),
    use: measure(flows.use),
  };
  const media = groups.map((group) => ({ group, measure: measure(group.terms) }));
  const all = [...Object.values(byKind), ...media.map((m) => m.measure)];

  const spanEnergy = (span: Span): SpanEnergy => {
    const first = placeOf(buckets, span.fromMs);
    const end = placeOf(buckets, span.toMs);
    const amount = (m: Measure, absent: number | null): Amount => ({
      value: m.meters.length === 0 ? absent : m.amount(first, end),
      coverage: m.meters.length === 0 ? { measured: 1, estimated: 0, missing: 0 } : m.coverage(first, end),
      meters: m.meters,
    });
    // What a scope does not have is truly nothing; a scope without a metered connection knows nothing of its grid.
    const absent = byKind.gridImport.meters.length > 0 ? 0 : null;
    const of: Record<FlowKind, Amount> = {
      gridImport: amount(byKind.gridImport, null),
      gridExport: amount(byKind.gridExport, absent),
      pv: amount(byKind.pv, 0),
      storageIn: amount(byKind.storageIn, 0),
      storageOut: amount(byKind.storageOut, 0),
      use: amount(byKind.use, absent),
    };
    const tally = new CoverageTally();
    for (const m of Object.values(byKind)) m.tally(tally, first, end);
    let daysKnown = 0;
    for (let b = first; b < end; b++) if (byKind.gridImport.amount(b, b + 1) !== null) daysKnown++;
    let directMwh = 0;
    for (const day of matched) {
      if (day.startMs < span.toMs && calendar.next(day.startMs, "1d") > span.fromMs)
        directMwh += crossingMwh(park, scope, day, span.fromMs, span.toMs);
    }
    const others = media.map(
      ({ group, measure: m }): MediumAmount => ({
        medium: group.medium,
        unit: group.unit,
        fuel: group.fuel,
        heatSource: group.heatSource,
        ...amount(m, null),
      }),
    );
    return {
      ...span,
      flows: of,
      media: others,
      inputs: {
        electricityIn: of.gridImport,
        electricityOut: of.gridExport,
        directKwh: directMwh / MICRO,
        contractsKwh: contracts.within(span.fromMs, span.toMs, "carbon"),
        pv: of.pv,
        fuels: others.flatMap((m): FuelAmount[] =>
          m.fuel === null || m.unit === "GJ" ? [] : [{ ...pick(m), fuel: m.fuel, unit: m.unit }],
        ),
        heats: others.flatMap((m): HeatAmount[] =>
          m.heatSource === null ? [] : [{ ...pick(m), source: m.heatSource }],
        ),
      },
      coverage: tally.shares(),
      daysKnown,
    };
  };
  return {
    spans: spans.map(spanEnergy),
    contracts,
    simulated: all.some((m) => m.simulated),
    settled: await reader.isSettled(new Set(all.flatMap((m) => m.meters)), toMs, nowMs),
    buckets,
    measures: byKind,
    useByEnterprise: (enterprise, spanFromMs, spanToMs) => {
      const mine = flows.use.filter((t) => valueAt(t.meter.enterprise, spanToMs - 1) === enterprise);
      return measure(mine).amount(placeOf(buckets, spanFromMs), placeOf(buckets, spanToMs));
    },
  };
}

function pick({ value, coverage, meters }: Amount): Amount {
  return { value, coverage, meters };
}

/** The bucket that begins at an instant; the end of the list for an instant after it. */
function placeOf(buckets: readonly Bucket[], timeMs: number): number {
  const place = buckets.findIndex((b) => b.startMs >= timeMs);
  return place < 0 ? buckets.length : place;
}

function mediumGroups({ park }: StandardsDeps, scope: Scope, fromMs: number, toMs: number): MediumGroup[] {
  const groups = new Map<string, MediumGroup>();
  for (const medium of ["gas", "heat", "fuel", "water"] as const) {
    for (const term of mediumTerms(park, scope, medium, fromMs, toMs).imports) {
      const unit = term.channel === "heatGj" ? "GJ" : term.channel === "massT" ? "t" : "m³";
      const { fuel, heatSource } = term.meter;
      const key = `${medium}/${unit}/${fuel}/${heatSource}`;
      const group = groups.get(key) ?? { medium, unit, fuel, heatSource, terms: [] };
      group.terms.push(term);
      groups.set(key, group);
    }
  }
  return [...groups.values()];
}
