import { valueAt } from "../../park/dated.ts";
import type { Meter, Park } from "../../park/park.ts";
import { ancestorsOf, changesWithin, enterprisesOf, type Scope } from "../../park/topology.ts";

/** Which meters stand below which, as links change over a span. */

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Child {
  readonly meter: Meter;
  readonly spans: Span[];
}

/** A meter and those directly below it, with the spans in which they are so linked. */
export interface Family {
  readonly parent: Meter;
  readonly spans: Span[];
  readonly children: Map<string, Child>;
  readonly leftOut: Set<string>;
}

/** The families of a scope over a span in which links may change, as a tree is read: a meter, then those below it. */
export function familiesOf(park: Park, scope: Scope, fromMs: number, toMs: number): Family[] {
  const found = new Map<string, Family>();
  const edges = [fromMs, ...changesWithin(park, fromMs, toMs), toMs];
  for (let i = 0; i + 1 < edges.length; i++) {
    const span = { fromMs: edges[i] ?? fromMs, toMs: edges[i + 1] ?? toMs };
    const inside = scopeTest(park, scope, span.fromMs);
    const below = new Map<Meter, Meter[]>();
    for (const meter of park.meters) {
      const [parent] = ancestorsOf(park, meter, span.fromMs);
      if (parent !== undefined && inside(parent)) below.set(parent, [...(below.get(parent) ?? []), meter]);
    }
    for (const [parent, meters] of below) {
      const reckoned = new Set(meters.filter((m) => isReckoned(park, m, parent, meters)));
      const family: Family = found.get(parent.id) ?? {
        parent,
        spans: [],
        children: new Map(),
        leftOut: new Set(),
      };
      for (const meter of reckoned) family.leftOut.add(meter.id);
      if (meters.length === reckoned.size) continue;
      found.set(parent.id, family);
      family.spans.push(span);
      for (const meter of meters) {
        if (reckoned.has(meter)) continue;
        const child: Child = family.children.get(meter.id) ?? { meter, spans: [] };
        family.children.set(meter.id, child);
        child.spans.push(span);
      }
    }
  }
  const place = new Map(park.meters.map((m, i) => [m.id, i]));
  const path = (meter: Meter) =>
    [...ancestorsOf(park, meter, fromMs).reverse(), meter].map((m) => place.get(m.id) ?? 0);
  return [...found.values()]
    .map((family) => ({ family, path: path(family.parent) }))
    .sort((a, b) => comparePaths(a.path, b.path))
    .map(({ family }) => family);
}

function scopeTest(park: Park, scope: Scope, timeMs: number): (meter: Meter) => boolean {
  if (scope.kind === "meter")
    return (meter) =>
      meter.id === scope.id || ancestorsOf(park, meter, timeMs).some((above) => above.id === scope.id);
  const enterprises = enterprisesOf(park, scope, timeMs);
  return (meter) => {
    const enterprise = valueAt(meter.enterprise, timeMs);
    return enterprise !== null && enterprises.has(enterprise);
  };
}

/** A virtual meter made of the meter above it or of its own siblings measures nothing of its own. */
function isReckoned(park: Park, meter: Meter, parent: Meter, siblings: readonly Meter[]): boolean {
  if (meter.sum === null) return false;
  const parts = realPartsOf(park, meter);
  const others = new Set(
    [parent, ...siblings.filter((s) => s !== meter)].flatMap((m) => [...realPartsOf(park, m)]),
  );
  return [...parts].some((id) => others.has(id));
}

function realPartsOf(park: Park, meter: Meter): Set<string> {
  if (meter.sum === null) return new Set([meter.id]);
  return new Set(
    meter.sum.flatMap(({ meter: id }) => {
      const part = park.meterById.get(id);
      return part === undefined ? [] : [...realPartsOf(park, part)];
    }),
  );
}

function comparePaths(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = (a[i] ?? 0) - (b[i] ?? 0);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
