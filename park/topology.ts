import { valueAt } from "./dated.ts";
import type { Meter, Park } from "./park.ts";
import { type Medium, type RegisterChannel, type Role, USE_ROLES } from "./quantities.ts";

/** What belongs to what, at an instant: scopes and the meters that stand for them. Pure. */

export type Scope =
  | { readonly kind: "park" }
  | { readonly kind: "boundary"; readonly id: string }
  | { readonly kind: "enterprise"; readonly id: string }
  | { readonly kind: "meter"; readonly id: string };

/** `park`, `boundary:{id}`, `enterprise:{id}` or `meter:{id}` of this park; null for anything else. */
export function parseScope(park: Park, text: string): Scope | null {
  if (text === "park") return { kind: "park" };
  const [kind, id, ...rest] = text.split(":");
  if (id === undefined || rest.length > 0) return null;
  if (kind === "boundary") return park.boundaries.some((b) => b.id === id) ? { kind, id } : null;
  if (kind === "enterprise") return park.enterpriseById.has(id) ? { kind, id } : null;
  if (kind === "meter") return park.meterById.has(id) ? { kind, id } : null;
  return null;
}

export function scopeText(scope: Scope): string {
  return scope.kind === "park" ? "park" : `${scope.kind}:${scope.id}`;
}

/** The enterprises of a scope at an instant; a meter's scope has none. */
export function enterprisesOf(park: Park, scope: Scope, timeMs: number): ReadonlySet<string> {
  switch (scope.kind) {
    case "park":
      return new Set(park.enterpriseById.keys());
    case "enterprise":
      return new Set([scope.id]);
    case "boundary": {
      const members = park.boundaries.find((b) => b.id === scope.id)?.members ?? [];
      return new Set(
        members
          .filter(
            (m) =>
              (("from" in m ? m.from : undefined) ?? Number.NEGATIVE_INFINITY) <= timeMs &&
              timeMs < (("to" in m ? m.to : undefined) ?? Number.POSITIVE_INFINITY),
          )
          .map((m) => m.enterprise),
      );
    }
    case "meter":
      return new Set();
  }
}

/** The meter's ancestors at an instant, nearest first. */
export function ancestorsOf(park: Park, meter: Meter, timeMs: number): Meter[] {
  const found: Meter[] = [];
  let at: Meter | undefined = meter;
  while (at !== undefined && found.length <= park.meters.length) {
    const parent: string | null = valueAt(at.parent, timeMs) ?? null;
    at = parent === null ? undefined : park.meterById.get(parent);
    if (at !== undefined) found.push(at);
  }
  return found;
}

/** The meters that stand for a scope's electricity, so that none counts another's energy again. */
interface Composition {
  /** Connections: what crosses the scope's edge. */
  readonly grid: readonly Meter[];
  readonly pv: readonly Meter[];
  readonly storage: readonly Meter[];
  /** The highest metered uses: loads, IT loads, chargers. */
  readonly use: readonly Meter[];
}

/**
 * The composition of a scope at an instant. Of each kind the meters count that have no meter of the same kind
 * above them in the scope: an enterprise's connection is inside the park, so the park counts its own gates only.
 */
export function compositionOf(park: Park, scope: Scope, timeMs: number): Composition {
  if (scope.kind === "meter") {
    const meter = park.meterById.get(scope.id);
    const pick = (roles: readonly Role[]) =>
      meter !== undefined && roles.includes(meter.role) ? [meter] : [];
    return { grid: pick(["grid"]), pv: pick(["pv"]), storage: pick(["storage"]), use: pick(USE_ROLES) };
  }
  return {
    grid: connectionsOf(park, scope, timeMs),
    pv: highest(park, scope, timeMs, ["pv"]),
    storage: highest(park, scope, timeMs, ["storage"]),
    use: highest(park, scope, timeMs, USE_ROLES),
  };
}

/**
 * The connections of a scope: its highest grid meters, leaving out those that also feed connections of others.
 * A gate that several share stands for a boundary or an enterprise only when all behind it belong; else each
 * member's own connection below it counts (a park operator's 110 kV gate is not the operator's consumption).
 */
function connectionsOf(park: Park, scope: Scope, timeMs: number): Meter[] {
  const enterprises = enterprisesOf(park, scope, timeMs);
  const shared = new Set<string>();
  for (const meter of park.meters) {
    const enterprise = valueAt(meter.enterprise, timeMs);
    if (meter.role !== "grid" || enterprise === null || enterprises.has(enterprise)) continue;
    for (const above of ancestorsOf(park, meter, timeMs)) shared.add(above.id);
  }
  const inside = (meter: Meter) => {
    const enterprise = valueAt(meter.enterprise, timeMs);
    return (
      meter.role === "grid" && enterprise !== null && enterprises.has(enterprise) && !shared.has(meter.id)
    );
  };
  return park.meters.filter((m) => inside(m) && !ancestorsOf(park, m, timeMs).some(inside));
}

/** The highest meters of these roles in a scope: those with no meter of the same roles above them in the scope. */
function highest(park: Park, scope: Scope, timeMs: number, roles: readonly Role[]): Meter[] {
  const enterprises = enterprisesOf(park, scope, timeMs);
  const inside = (meter: Meter) => {
    const enterprise = valueAt(meter.enterprise, timeMs);
    return enterprise !== null && enterprises.has(enterprise) && roles.includes(meter.role);
  };
  return park.meters.filter((m) => inside(m) && !ancestorsOf(park, m, timeMs).some(inside));
}

/** The meters of a medium other than electricity that stand for a scope. */
export function highestOfMedium(park: Park, scope: Scope, timeMs: number, medium: Medium): Meter[] {
  const roles = (["gas", "heat", "water", "fuel"] as const).filter((r) => r === medium);
  if (scope.kind === "meter") {
    const meter = park.meterById.get(scope.id);
    return meter !== undefined && meter.medium === medium ? [meter] : [];
  }
  return highest(park, scope, timeMs, roles);
}

/** Instants inside (fromMs, toMs) at which a link or a membership changes, ascending: compositions are constant between them. */
export function changesWithin(park: Park, fromMs: number, toMs: number): number[] {
  const instants = new Set<number>();
  const add = (t: number | undefined) => {
    if (t !== undefined && t > fromMs && t < toMs) instants.add(t);
  };
  for (const m of park.meters) {
    for (const e of m.enterprise) add(e.fromMs);
    for (const p of m.parent) add(p.fromMs);
    for (const s of m.suppliedBy ?? []) add(s.fromMs);
  }
  for (const b of park.boundaries) {
    for (const m of b.members) {
      if ("from" in m) add(m.from);
      if ("to" in m) add(m.to);
    }
  }
  return [...instants].sort((a, b) => a - b);
}

/** A real register's part in a wanted one: 1 for itself, ±1 through a virtual meter's sum. */
export interface RegisterTerm {
  readonly meter: Meter;
  readonly channel: RegisterChannel;
  readonly factor: number;
}

/**
 * The real registers of which a meter's channel is made. A real meter gives itself. A virtual meter of a
 * one-way role (load, IT load) is the net of its parts, all on import; of a two-way role, channel by channel.
 * Registers that are not expected of a part are left out.
 */
export function registerTerms(park: Park, meter: Meter, channel: RegisterChannel): RegisterTerm[] {
  if (meter.sum === null) {
    return meter.registers.some((r) => r.energyChannel === channel) ? [{ meter, channel, factor: 1 }] : [];
  }
  const oneWay = meter.role === "load" || meter.role === "it-load";
  if (oneWay && channel === "energyExportKwh") return [];
  return meter.sum.flatMap((part) => {
    const of = park.meterById.get(part.meter);
    if (of === undefined) return [];
    const scaled = (c: RegisterChannel, sign: number) =>
      registerTerms(park, of, c).map((t) => ({ ...t, factor: t.factor * part.factor * sign }));
    if (!oneWay || channel !== "energyImportKwh") return scaled(channel, 1);
    return [...scaled("energyImportKwh", 1), ...scaled("energyExportKwh", -1)];
  });
}

/** True when the register is one the meter is known to have. */
export function isExpected(meter: Meter, channel: RegisterChannel): boolean {
  return meter.registers.some((r) => r.energyChannel === channel && r.expected);
}
