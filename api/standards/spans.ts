import { valueAt } from "../../park/dated.ts";
import type { Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import { type Scope, scopeText } from "../../park/topology.ts";
import type { Amount, CarbonInputs } from "../../standards/method/amounts.ts";
import { LEAST_COVERAGE } from "../../standards/park-carbon.ts";
import type { Coverage } from "../answers/common.ts";
import { type Bucket, bucketsOf, CoverageTally } from "../energy/buckets.ts";
import { FLOW_KINDS, type FlowKind, type FlowTerm, flowsOf, registersOf } from "../energy/flows.ts";
import { readContracts } from "./contracts.ts";
import { DeclaredFigures } from "./declared.ts";
import type { StandardsDeps } from "./deps.ts";
import { INPUT_KINDS, type MediumAmount, otherInputs } from "./inputs.ts";
import { crossingMwh } from "./matching.ts";
import { Measure } from "./measure.ts";
import { mediumGroups } from "./media.ts";
import { placeOf, Resolved, together } from "./resolve.ts";
import type { ScopeContracts } from "./scope-contracts.ts";

/** Energy of a scope over any spans, with what the rules need beside it, from one reading of the store. */

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
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

interface ScopeEnergy {
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
  // Before the rows: what is worked in while they are read must not pass for settled.
  const marks = await reader.marks();
  const flows = flowsOf(park, scope, fromMs, toMs);
  const groups = mediumGroups(park, scope, fromMs, toMs);
  const terms = [...FLOW_KINDS.flatMap((k) => flows[k]), ...groups.flatMap((g) => g.terms)];
  const aligned = [fromMs, toMs].every((t) => calendar.isEdge(t, "1d"));
  const table = aligned
    ? await reader.days(registersOf(terms), fromMs, toMs)
    : await reader.quarterHours(registersOf(terms), fromMs, toMs);
  const buckets = bucketsOf(table, calendar, fromMs, toMs, "1d");
  const contracts = await readContracts(deps, scope, fromMs, toMs, nowMs);
  const matched = aligned ? await matching.days(fromMs, toMs, nowMs) : [];
  const crossed = aligned ? null : await matching.crossings(scope, fromMs, toMs, nowMs);
  const measure = (list: readonly FlowTerm[]) => new Measure(park, table, list, buckets, nowMs);
  const byKind = {
    gridImport: measure(flows.gridImport),
    gridExport: measure(flows.gridExport),
    pv: measure(flows.pv),
    storageIn: measure(flows.storageIn),
    storageOut: measure(flows.storageOut),
    use: measure(flows.use),
  };
  const entries = await deps.records.entries({
    kinds: INPUT_KINDS,
    from: calendar.dateKey(fromMs),
    to: calendar.dateKey(calendar.next(calendar.floor(toMs - 1, "1d"), "1d")),
  });
  const figures = new DeclaredFigures(park, scope, entries, { fromMs, toMs });
  const sources = { calendar, buckets, nowMs };
  const others = otherInputs({ ...sources, park, measureOf: measure, figures }, groups);
  const metered = meteredScopes(park);
  /** Of a flow, by member, the terms that are all of that member's and of nobody else. */
  const ownTerms = (kind: FlowKind) => {
    const keyOf = (t: FlowTerm) => `${t.meter.id} ${t.channel} ${t.sign}`;
    const here = new Map(flows[kind].map((t) => [keyOf(t), t]));
    const found = new Map<string, FlowTerm[]>();
    for (const { id } of park.enterpriseById.values()) {
      const theirs = flowsOf(park, { kind: "enterprise", id }, fromMs, toMs)[kind];
      const own = theirs.flatMap((t) => here.get(keyOf(t)) ?? []);
      if (own.length > 0 && own.length === theirs.length) found.set(`enterprise:${id}`, own);
    }
    return found;
  };
  const rested = (kind: FlowKind, taken: readonly FlowTerm[]) => {
    const left = flows[kind].filter((t) => !taken.includes(t));
    return left.length === 0 ? null : measure(left);
  };
  const electric = (kind: FlowKind, subject: string): Resolved[] => {
    const series = [{ kind: "activity" as const, subject: `electricity/${subject}` }];
    const meters = byKind[kind].meters.length > 0 ? byKind[kind] : null;
    const said = figures.scopes(series);
    // Members without any meter are no part of what is metered: their entries add to it.
    const apart =
      byKind.gridImport.meters.length === 0
        ? []
        : said.filter((s) => s.startsWith("enterprise:") && !metered.has(s));
    // A member's entry stands in for meters that are its own; behind a gate of several it is no word on the gate.
    const isMembers =
      scope.kind !== "enterprise" &&
      !said.includes(scopeText(scope)) &&
      said.some((s) => s.startsWith("enterprise:"));
    const mine = isMembers ? [...ownTerms(kind)] : [];
    const rest = said.filter((s) => !apart.includes(s) && !mine.some(([id]) => id === s));
    const shared =
      mine.length === 0
        ? meters
        : rested(
            kind,
            mine.flatMap(([, list]) => list),
          );
    const from = (scopes: readonly string[]) => (span: Span) =>
      figures.amount(series, span, (s) => scopes.includes(s));
    return [
      ...(shared === null && rest.length === 0
        ? []
        : [
            new Resolved({
              ...sources,
              measure: shared,
              declared: rest.length === 0 ? null : from(rest),
              saysWhole: ({ parts }) => parts.every((p) => p.scope === scopeText(scope)),
            }),
          ]),
      ...mine.map(
        ([id, list]) =>
          new Resolved({
            ...sources,
            measure: measure(list),
            declared: said.includes(id) ? from([id]) : null,
          }),
      ),
      ...apart.map((s) => new Resolved({ ...sources, measure: null, declared: from([s]) })),
    ];
  };
  const resolved = {
    gridImport: electric("gridImport", "in"),
    gridExport: electric("gridExport", "out"),
    pv: electric("pv", "pv"),
    use: electric("use", "use"),
  };
  const all = [...Object.values(byKind), ...others.measures];

  const spanEnergy = (span: Span): SpanEnergy => {
    const first = placeOf(buckets, span.fromMs);
    const end = placeOf(buckets, span.toMs);
    const amount = (m: Measure, absent: number | null): Amount => ({
      value: m.meters.length === 0 ? absent : m.amount(first, end),
      coverage: m.meters.length === 0 ? { measured: 1, estimated: 0, missing: 0 } : m.coverage(first, end),
      meters: m.meters,
    });
    // What a scope does not have is truly nothing; a scope without a metered connection knows nothing of its grid.
    const bought = together(resolved.gridImport, span) ?? amount(byKind.gridImport, null);
    const absent = resolved.gridImport.length > 0 ? 0 : null;
    const of: Record<FlowKind, Amount> = {
      gridImport: bought,
      gridExport: together(resolved.gridExport, span) ?? amount(byKind.gridExport, absent),
      pv: together(resolved.pv, span) ?? amount(byKind.pv, 0),
      storageIn: amount(byKind.storageIn, 0),
      storageOut: amount(byKind.storageOut, 0),
      use: together(resolved.use, span) ?? amount(byKind.use, absent),
    };
    const tally = new CoverageTally();
    for (const m of Object.values(byKind)) m.tally(tally, first, end);
    let daysKnown = 0;
    for (let b = first; b < end; b++) {
      const known =
        byKind.gridImport.amount(b, b + 1) !== null || resolved.gridImport.some((r) => r.isKnown(b));
      if (known) daysKnown++;
    }
    let directMwh = crossed?.takenMwh.reduce((sum, mwh) => sum + mwh, 0) ?? 0;
    for (const day of matched)
      if (day.startMs >= span.fromMs && day.startMs < span.toMs) directMwh += crossingMwh(park, scope, day);
    const { media, fuels, conversionOutputs, heats, processes } = others.at(span);
    return {
      ...span,
      flows: of,
      media,
      inputs: {
        electricityIn: of.gridImport,
        electricityOut: of.gridExport,
        ...soldOf(contracts, span, directMwh / MICRO),
        contractsKwh: contracts.within(span.fromMs, span.toMs, "carbon"),
        ...outZeroOf(of.gridExport, of.pv),
        pv: of.pv,
        fuels,
        conversionOutputs,
        heats,
        processes,
      },
      // Of meters; where entries stand in for them, of what is bought as it counts.
      coverage: (bought.basis ?? "metered") === "metered" ? tally.shares() : bought.coverage,
      daysKnown,
    };
  };
  return {
    spans: spans.map(spanEnergy),
    contracts,
    simulated: all.some((m) => m.simulated),
    settled: await reader.isSettled(new Set(all.flatMap((m) => m.meters)), toMs, nowMs, marks),
    buckets,
    measures: byKind,
    useByEnterprise: (enterprise, spanFromMs, spanToMs) => {
      const mine = flows.use.filter((t) => valueAt(t.meter.enterprise, spanToMs - 1) === enterprise);
      return measure(mine).amount(placeOf(buckets, spanFromMs), placeOf(buckets, spanToMs));
    },
  };
}

/** Neighbours' PV less what lost its zero with certificates that were sold; what was used inside and lost it, too. */
function soldOf(contracts: ScopeContracts, { fromMs, toMs }: Span, directKwh: number) {
  const soldKwh = contracts.soldWithin(fromMs, toMs);
  if (soldKwh === 0) return { directKwh };
  const networkKwh = Math.min(
    directKwh,
    contracts.soldWithin(fromMs, toMs, () => true, "lostNetworkWh"),
  );
  return { directKwh: directKwh - networkKwh, soldKwh: soldKwh - networkKwh };
}

/** Scopes of enterprises that have electricity meters. */
function meteredScopes(park: Park): ReadonlySet<string> {
  const electric = park.meters.filter((m) => m.medium === "electricity");
  return new Set(electric.flatMap((m) => m.enterprise.map((e) => `enterprise:${e.value}`)));
}

/** What of the export is PV: up to what PV made. Where too little is known of PV all of it is, so that nothing is taken off. */
function outZeroOf(out: Amount, pv: Amount): { readonly outZeroKwh?: number } {
  if (out.value === null || pv.value === null || pv.coverage.missing > 1 - LEAST_COVERAGE) return {};
  return { outZeroKwh: Math.max(0, Math.min(out.value, pv.value)) };
}
