import type { Meter, Park } from "../../park/park.ts";
import { ancestorsOf, compositionOf, type Scope } from "../../park/topology.ts";
import { type FlowKind, type FlowTerm, flowsOf } from "../energy/flows.ts";

/** The connections between which green power is matched, and the networks that join them. */

export interface ParkNode {
  /** The enterprise's id, with the gate's where it has several connections. */
  readonly id: string;
  readonly enterprise: string;
  /** Its connection; null where the enterprise has no metered one for what is here. */
  readonly gate: Meter | null;
  readonly terms: Readonly<Record<"pv" | "use" | "gridImport" | "gridExport", readonly FlowTerm[]>>;
}

export interface NodeNetwork {
  readonly id: string;
  readonly kind: "private" | "direct-line";
  readonly nodes: readonly number[];
}

export interface Structure {
  readonly nodes: readonly ParkNode[];
  readonly networks: readonly NodeNetwork[];
}

/**
 * The park's nodes as its links stand at an instant. Of an enterprise with several connections only those
 * with PV behind them take part in a network, where there are any: the file names enterprises, not connections.
 */
export function structureOf(park: Park, timeMs: number): Structure {
  const nodes = park.enterprises.flatMap((e) => nodesOf(park, e.id, timeMs));
  const networks = park.networks.flatMap((network): NodeNetwork[] => {
    const { kind } = network;
    if (kind === "public") return [];
    const members = network.members.flatMap((enterprise) => {
      const own = nodes
        .map((node, place) => ({ node, place }))
        .filter((n) => n.node.enterprise === enterprise);
      const withPv = own.filter((n) => n.node.terms.pv.length > 0);
      return (withPv.length > 0 ? withPv : own).map((n) => n.place);
    });
    return [{ id: network.id, kind, nodes: members }];
  });
  return { nodes, networks };
}

function nodesOf(park: Park, enterprise: string, timeMs: number): ParkNode[] {
  const flows = flowsOf(park, { kind: "enterprise", id: enterprise }, timeMs, timeMs + 1);
  const gates = [...new Map(flows.gridImport.map((t) => [t.meter.id, t.meter])).values()];
  const gateOf = (meter: Meter): Meter | null => {
    const above = new Set(ancestorsOf(park, meter, timeMs).map((m) => m.id));
    return (
      gates.find((g) => g.id === meter.id || above.has(g.id)) ??
      (gates.length === 1 ? (gates[0] ?? null) : null)
    );
  };
  const pick = (kind: FlowKind, gate: Meter | null) =>
    flows[kind].filter((t) => (gateOf(t.meter)?.id ?? null) === (gate?.id ?? null));
  return [...gates, null].flatMap((gate): ParkNode[] => {
    const terms = {
      pv: pick("pv", gate),
      use: pick("use", gate),
      gridImport: pick("gridImport", gate),
      gridExport: pick("gridExport", gate),
    };
    if (terms.pv.length === 0 && terms.use.length === 0) return [];
    return [
      { id: gates.length > 1 ? `${enterprise}/${gate?.id ?? "-"}` : enterprise, enterprise, gate, terms },
    ];
  });
}

/** Places of nodes that have PV, or share a network with one that has. */
export function supplied(structure: Structure): ReadonlySet<number> {
  const places = new Set<number>();
  structure.nodes.forEach((node, place) => {
    if (node.terms.pv.length > 0) places.add(place);
  });
  for (const network of structure.networks) {
    if (network.nodes.some((n) => (structure.nodes[n]?.terms.pv.length ?? 0) > 0))
      for (const n of network.nodes) places.add(n);
  }
  return places;
}

/** For each node the counted connection of a scope that it lies behind, or null. */
export function countedGates(
  park: Park,
  scope: Scope,
  nodes: readonly Pick<ParkNode, "gate" | "terms">[],
  timeMs: number,
): (string | null)[] {
  const counted = new Set(compositionOf(park, scope, timeMs).grid.map((m) => m.id));
  return nodes.map((node) => {
    const meter = node.gate ?? node.terms.use[0]?.meter ?? node.terms.pv[0]?.meter;
    if (meter === undefined) return null;
    return [meter, ...ancestorsOf(park, meter, timeMs)].find((m) => counted.has(m.id))?.id ?? null;
  });
}
