import type { MeteredActivity } from "../../park/activities.ts";
import { valueAt } from "../../park/dated.ts";
import type { Park } from "../../park/park.ts";
import { changesWithin, enterprisesOf, type Scope } from "../../park/topology.ts";
import { type FlowTerm, mediumTerms } from "../energy/flows.ts";

/** Which meters of other media than electricity make what of a scope: fuels by use, heat by source and direction, water. */

export interface MediumGroup {
  readonly medium: "gas" | "heat" | "water" | "fuel";
  readonly unit: "m³" | "t" | "GJ";
  readonly fuel: string | null;
  readonly heatSource: "fossil" | "non-fossil" | null;
  readonly activity: MeteredActivity | null;
  /** Of heat: whether it crosses the scope's edge inwards or outwards. */
  readonly direction: "in" | "out";
  readonly terms: FlowTerm[];
}

export function mediumGroups(park: Park, scope: Scope, fromMs: number, toMs: number): MediumGroup[] {
  const groups = new Map<string, MediumGroup>();
  const add = (medium: MediumGroup["medium"], direction: "in" | "out", term: FlowTerm) => {
    const unit = term.channel === "heatGj" ? "GJ" : term.channel === "massT" ? "t" : "m³";
    const { fuel, heatSource } = term.meter;
    const activity = medium === "gas" || medium === "fuel" ? (term.meter.activity ?? "final-use") : null;
    const key = `${medium}/${unit}/${fuel}/${heatSource}/${activity}/${direction}`;
    const group = groups.get(key) ?? { medium, unit, fuel, heatSource, activity, direction, terms: [] };
    group.terms.push(term);
    groups.set(key, group);
  };
  for (const medium of ["gas", "heat", "fuel", "water"] as const) {
    for (const term of mediumTerms(park, scope, medium, fromMs, toMs).imports) {
      const spans = medium === "heat" ? crossing(park, scope, term) : term.spans;
      if (spans.length > 0) add(medium, "in", { ...term, spans });
    }
  }
  for (const term of heatGivenOut(park, scope, fromMs, toMs)) add("heat", "out", term);
  return [...groups.values()];
}

/** The spans of a heat meter of the scope in which its heat was made outside of it. */
function crossing(park: Park, scope: Scope, term: FlowTerm): FlowTerm["spans"] {
  const { suppliedBy } = term.meter;
  if (suppliedBy === null) return term.spans;
  return term.spans.filter(({ fromMs }) => {
    const supplier = valueAt(suppliedBy, fromMs);
    return supplier === null || !enterprisesOf(park, scope, fromMs).has(supplier);
  });
}

/** Heat meters of others that the scope's enterprises supply: each of them, or the highest where one lies above another. */
function heatGivenOut(park: Park, scope: Scope, fromMs: number, toMs: number): FlowTerm[] {
  const supplied = park.meters.filter((m) => m.medium === "heat" && m.suppliedBy !== null);
  if (supplied.length === 0 || scope.kind === "meter") return [];
  const terms = new Map<string, FlowTerm & { readonly spans: { fromMs: number; toMs: number }[] }>();
  const edges = [fromMs, ...changesWithin(park, fromMs, toMs), toMs];
  for (let i = 0; i + 1 < edges.length; i++) {
    const span = { fromMs: edges[i] ?? fromMs, toMs: edges[i + 1] ?? toMs };
    const members = enterprisesOf(park, scope, span.fromMs);
    const leaves = (id: string | null): boolean => {
      const meter = id === null ? undefined : park.meterById.get(id);
      if (meter === undefined || meter.suppliedBy === null) return false;
      const supplier = valueAt(meter.suppliedBy, span.fromMs);
      const taker = valueAt(meter.enterprise, span.fromMs);
      return supplier !== null && members.has(supplier) && taker !== null && !members.has(taker);
    };
    for (const meter of supplied) {
      if (!leaves(meter.id) || leaves(valueAt(meter.parent, span.fromMs) ?? null)) continue;
      const term = terms.get(meter.id) ?? { meter, channel: "heatGj", sign: 1, spans: [] };
      term.spans.push(span);
      terms.set(meter.id, term);
    }
  }
  return [...terms.values()];
}

/** A group's terms by enterprise, as its meters belonged. */
export function byEnterprise(group: MediumGroup): ReadonlyMap<string, FlowTerm[]> {
  const found = new Map<string, FlowTerm[]>();
  for (const term of group.terms) {
    const spans = new Map<string, { fromMs: number; toMs: number }[]>();
    for (const span of term.spans) {
      const enterprise = valueAt(term.meter.enterprise, span.fromMs);
      if (enterprise !== null) spans.set(enterprise, [...(spans.get(enterprise) ?? []), span]);
    }
    for (const [enterprise, own] of spans)
      found.set(enterprise, [...(found.get(enterprise) ?? []), { ...term, spans: own }]);
  }
  return found;
}
