import { valueAt } from "../park/dated.ts";
import type { Meter, Park } from "../park/park.ts";

/** The meters of a park as they hang together on one day, children before parents. */

interface TreeNode {
  readonly meter: Meter;
  /** Index of the node above, or −1. */
  readonly parent: number;
  readonly children: readonly number[];
  /** Share of what flows below that cables and transformers lose. */
  readonly lossShare: number;
  /** Share of what flows below that no meter sees: lamps of the hall, sockets, controls. */
  readonly unmeteredShare: number;
}

export interface Tree {
  readonly nodes: readonly TreeNode[];
  /** Indices, children before parents. */
  readonly order: readonly number[];
  readonly indexById: ReadonlyMap<string, number>;
}

/** Instants from which some meter hangs elsewhere, belongs to another enterprise or has another rating. */
export function treeChanges(park: Park): number[] {
  const instants = new Set<number>();
  for (const meter of park.meters) {
    const rates = meter.registers.flatMap((register) => [...register.maxRatePerHour]);
    for (const entry of [...meter.parent, ...meter.enterprise, ...meter.maxPowerKw, ...rates])
      if (Number.isFinite(entry.fromMs)) instants.add(entry.fromMs);
  }
  return [...instants].sort((a, b) => a - b);
}

/** The enterprise of a meter at an instant; before its first date, the first. */
export function enterpriseOf(meter: Meter, timeMs: number): string | null {
  return valueAt(meter.enterprise, timeMs) ?? meter.enterprise[0]?.value ?? null;
}

/**
 * The tree in force at an instant. Virtual meters are left out (what hangs on one hangs on the meter above it). An
 * electricity meter without a parent that is not a connection hangs on its enterprise's connection, else on the park's first.
 */
export function treeAt(park: Park, timeMs: number): Tree {
  const real = park.meters.filter((m) => m.sum === null);
  const indexById = new Map(real.map((m, i) => [m.id, i]));
  const declared = (meter: Meter): Meter | null => {
    let at: Meter | null = meter;
    for (let hops = 0; at !== null && hops < park.meters.length; hops++) {
      const id: string | null = valueAt(at.parent, timeMs);
      at = id === null ? null : (park.meterById.get(id) ?? null);
      if (at !== null && at.sum === null) return at.medium === meter.medium ? at : null;
    }
    return null;
  };
  const gates = real.filter((m) => m.role === "grid");
  const parentOf = (meter: Meter): number => {
    const parent = declared(meter);
    if (parent !== null) return indexById.get(parent.id) ?? -1;
    if (meter.medium !== "electricity" || meter.role === "grid") return -1;
    const enterprise = enterpriseOf(meter, timeMs);
    const gate =
      gates.find((g) => enterpriseOf(g, timeMs) === enterprise) ?? gates.find((g) => declared(g) === null);
    return gate === undefined ? -1 : (indexById.get(gate.id) ?? -1);
  };
  const parents = real.map(parentOf);
  const children: number[][] = real.map(() => []);
  parents.forEach((p, i) => children[p]?.push(i));
  const nodes = real.map((meter, i): TreeNode => {
    const below = children[i] ?? [];
    const overGates = below.some((c) => real[c]?.role === "grid");
    const electric = meter.medium === "electricity";
    return {
      meter,
      parent: parents[i] ?? -1,
      children: below,
      lossShare: !electric ? 0.003 : meter.role === "grid" ? 0.006 : 0.004,
      unmeteredShare: !electric ? 0.005 : overGates ? 0.002 : meter.role === "grid" ? 0.007 : 0.012,
    };
  });
  const order: number[] = [];
  const visit = (i: number): void => {
    for (const c of children[i] ?? []) visit(c);
    order.push(i);
  };
  nodes.forEach((node, i) => {
    if (node.parent === -1) visit(i);
  });
  return { nodes, order, indexById };
}

/** Indices of the leaves below a node, or the node itself when nothing hangs on it. */
export function leavesBelow(tree: Tree, index: number): number[] {
  const children = tree.nodes[index]?.children ?? [];
  return children.length === 0 ? [index] : children.flatMap((c) => leavesBelow(tree, c));
}
