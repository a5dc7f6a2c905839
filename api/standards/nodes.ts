import type { Meter, Park } from "../../park/park.ts";
import type { StorageAsset } from "../../park/schema.ts";
import { ancestorsOf, compositionOf, registerTerms, type Scope } from "../../park/topology.ts";
import { GreenLayout } from "../../standards/green/layout.ts";
import { type FlowKind, type FlowTerm, flowsOf, registersOf } from "../energy/flows.ts";
import { columnKey, type Register } from "../energy/series.ts";

/** The connections between which green power is matched, and the networks that join them. */

export interface ParkNode {
  /** The enterprise's id, with the gate's where it has several connections. */
  readonly id: string;
  readonly enterprise: string;
  /** Its connection; null where the enterprise has no metered one for what is here. */
  readonly gate: Meter | null;
  readonly terms: Readonly<Record<"pv" | "use" | "gridImport" | "gridExport", readonly FlowTerm[]>>;
}

/** A metered storage behind a node. */
interface ParkStorage {
  readonly meter: Meter;
  /** Null where the park file declares no such asset: then nothing is known of its size and losses. */
  readonly asset: StorageAsset | null;
  readonly node: string;
  readonly in: readonly FlowTerm[];
  readonly out: readonly FlowTerm[];
}

/** The park's connections as its links stand for some time. */
export interface Structure {
  /** In step with the layout's nodes and storages. */
  readonly nodes: readonly ParkNode[];
  readonly storages: readonly ParkStorage[];
  readonly layout: GreenLayout;
  /** The real registers of all that is read. */
  readonly registers: readonly Register[];
  /** By node the places of its registers, and of its storages', among them. */
  readonly registersOfNode: readonly (readonly number[])[];
  /** The same for structures of which the same is reckoned. */
  readonly key: string;
}

/**
 * The park's nodes as its links stand at an instant. Of an enterprise with several connections only those
 * with PV behind them take part in a network, where there are any: the file names enterprises, not connections.
 */
export function structureOf(park: Park, timeMs: number): Structure {
  const found = park.enterprises.map((e) => nodesOf(park, e.id, timeMs));
  const nodes = byId(found.flatMap((f) => f.nodes));
  const storages = byId(found.flatMap((f) => f.storages).map((s) => ({ id: s.meter.id, s }))).map(
    ({ s }) => s,
  );
  const networks = park.networks.flatMap((network) => {
    const { id, kind } = network;
    if (kind === "public") return [];
    const members = network.members.flatMap((enterprise) => {
      const own = nodes.filter((n) => n.enterprise === enterprise);
      const withPv = own.filter((n) => n.terms.pv.length > 0);
      return (withPv.length > 0 ? withPv : own).map((n) => n.id);
    });
    return [{ id, kind, nodes: members }];
  });
  const layout = new GreenLayout(
    nodes.map((n) => ({ id: n.id, hasConnection: n.gate !== null })),
    networks,
    storages.map(({ meter, asset, node }) => ({
      id: meter.id,
      node,
      usableWh:
        asset === null
          ? Number.POSITIVE_INFINITY
          : Math.round(asset.capacityKwh * 1000 * (asset.maxStateOfCharge - asset.minStateOfCharge)),
      chargeEfficiency: asset?.chargeEfficiency ?? 1,
      dischargeEfficiency: asset?.dischargeEfficiency ?? 1,
    })),
  );
  const terms = [
    ...nodes.flatMap((n) => Object.values(n.terms).flat()),
    ...storages.flatMap((s) => [...s.in, ...s.out]),
  ];
  const real = new Map<string, Register>();
  for (const { meter, channel } of terms) {
    for (const t of registerTerms(park, meter, channel)) {
      const id = { meter: t.meter.id, channel: t.channel };
      real.set(columnKey(id), id);
    }
  }
  const listed = (list: readonly FlowTerm[]) => list.map((t) => [columnKey(idOf(t)), t.sign]);
  const key = JSON.stringify([
    layout.networks,
    layout.storages,
    nodes.map((n) => [n.id, n.gate !== null, ...Object.values(n.terms).map(listed)]),
    storages.map((s) => [listed(s.in), listed(s.out)]),
    registersOf(terms).map((r) => {
      const meter = park.meterById.get(r.meter);
      return meter === undefined
        ? []
        : registerTerms(park, meter, r.channel).map((t) => [columnKey(idOf(t)), t.factor]);
    }),
  ]);
  const placeOf = new Map([...real.keys()].map((name, place) => [name, place]));
  const registersOfNode = nodes.map((n) => {
    const own = storages.filter((s) => s.node === n.id).flatMap((s) => [...s.in, ...s.out]);
    const names = [...Object.values(n.terms).flat(), ...own].flatMap((t) =>
      registerTerms(park, t.meter, t.channel).map((r) => columnKey(idOf(r))),
    );
    return [...new Set(names)].flatMap((name) => placeOf.get(name) ?? []);
  });
  return { nodes, storages, layout, registers: [...real.values()], registersOfNode, key };
}

/** The nodes that a network joins to PV, with their storages. */
export function joinedPart(whole: Structure): Structure {
  const withPv = new Set(whole.nodes.filter((n) => n.terms.pv.length > 0).map((n) => n.id));
  const networks = whole.layout.networks.filter((n) => n.nodes.some((id) => withPv.has(id)));
  const joined = new Set(networks.flatMap((n) => n.nodes));
  const nodes = whole.nodes.filter((n) => joined.has(n.id));
  const storages = whole.storages.filter((s) => joined.has(s.node));
  const layout = new GreenLayout(
    whole.layout.nodes.filter((n) => joined.has(n.id)),
    networks,
    whole.layout.storages.filter((s) => joined.has(s.node)),
  );
  const registersOfNode = whole.registersOfNode.filter((_, place) =>
    joined.has(whole.nodes[place]?.id ?? ""),
  );
  return { ...whole, nodes, storages, layout, registersOfNode, key: `${whole.key} joined` };
}

function idOf({ meter, channel }: { meter: Meter; channel: Register["channel"] }): Register {
  return { meter: meter.id, channel };
}

function byId<T extends { readonly id: string }>(list: readonly T[]): T[] {
  return [...list].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
}

function nodesOf(
  park: Park,
  enterprise: string,
  timeMs: number,
): { readonly nodes: ParkNode[]; readonly storages: ParkStorage[] } {
  const flows = flowsOf(park, { kind: "enterprise", id: enterprise }, timeMs, timeMs + 1);
  const gates = [...new Map(flows.gridImport.map((t) => [t.meter.id, t.meter])).values()];
  const gateOf = (meter: Meter): Meter | null => {
    const above = new Set(ancestorsOf(park, meter, timeMs).map((m) => m.id));
    return (
      gates.find((g) => g.id === meter.id || above.has(g.id)) ??
      (gates.length === 1 ? (gates[0] ?? null) : null)
    );
  };
  const isAt = (gate: Meter | null) => (t: FlowTerm) => (gateOf(t.meter)?.id ?? null) === (gate?.id ?? null);
  const pick = (kind: FlowKind, gate: Meter | null) => flows[kind].filter(isAt(gate));
  const nodes: ParkNode[] = [];
  const storages: ParkStorage[] = [];
  for (const gate of [...gates, null]) {
    const terms = {
      pv: pick("pv", gate),
      use: pick("use", gate),
      gridImport: pick("gridImport", gate),
      gridExport: pick("gridExport", gate),
    };
    const [storageIn, storageOut] = [pick("storageIn", gate), pick("storageOut", gate)];
    const meters = [...new Map([...storageIn, ...storageOut].map((t) => [t.meter.id, t.meter])).values()];
    if (terms.pv.length === 0 && terms.use.length === 0 && meters.length === 0) continue;
    const id = gates.length > 1 ? `${enterprise}/${gate?.id ?? "-"}` : enterprise;
    nodes.push({ id, enterprise, gate, terms });
    for (const meter of meters) {
      storages.push({
        meter,
        asset: storageAssetOf(park, meter),
        node: id,
        in: storageIn.filter((t) => t.meter === meter),
        out: storageOut.filter((t) => t.meter === meter),
      });
    }
  }
  return { nodes, storages };
}

function storageAssetOf(park: Park, meter: Meter): StorageAsset | null {
  return (
    park.assets.find((a): a is StorageAsset => a.kind === "storage" && a.meters.includes(meter.id)) ?? null
  );
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
