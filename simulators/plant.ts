import { valueAt } from "../park/dated.ts";
import type { Park } from "../park/park.ts";
import type { Asset, PvAsset, StorageAsset } from "../park/schema.ts";
import { arbitrageLeaf, frequencyLeaf, type Leaf, loadLeaf, pvLeaf } from "./leaves.ts";
import { seedOf } from "./random.ts";
import type { Battery } from "./storage.ts";
import { enterpriseOf, leavesBelow, type Tree } from "./tree.ts";
import { mediumProcess, minuteNoiseOf, processOf } from "./works.ts";

/** What stands behind each meter with nothing below it: from its role, its asset, its enterprise's sector and its rating. */

const DEFAULT_POWER_KW: Readonly<Record<string, number>> = {
  grid: 2000,
  load: 300,
  "it-load": 300,
  charger: 120,
  pv: 500,
  storage: 500,
};
const DEFAULT_RATE_PER_HOUR = 100;

/** The leaf behind each node without children, null for nodes with some. Ratings are shrunk where a meter above could not carry them. */
export function makeLeaves(park: Park, tree: Tree, timeMs: number, seed: number): (Leaf | null)[] {
  const pv = spread(
    tree,
    park.assets.filter((a): a is PvAsset => a.kind === "pv"),
  );
  const storage = spread(
    tree,
    park.assets.filter((a): a is StorageAsset => a.kind === "storage"),
  );
  const rated = (i: number): number => {
    const meter = tree.nodes[i]?.meter;
    if (meter === undefined) return 0;
    const declared = valueAt(meter.maxPowerKw, timeMs) ?? meter.maxPowerKw[0]?.value ?? null;
    if (meter.medium === "electricity") return declared ?? DEFAULT_POWER_KW[meter.role] ?? 300;
    const rates = meter.registers[0]?.maxRatePerHour;
    return (rates === undefined ? null : valueAt(rates, timeMs)) ?? DEFAULT_RATE_PER_HOUR;
  };
  const fit = fitting(tree, rated);
  return tree.nodes.map((node, i): Leaf | null => {
    if (node.children.length > 0) return null;
    const { meter } = node;
    const own = seedOf(seed, meter.id);
    const enterprise = enterpriseOf(meter, timeMs);
    const sector = (enterprise === null ? null : park.enterpriseById.get(enterprise)?.sector) ?? "other";
    const worksSeed = seedOf(seed, `works ${enterprise ?? ""}`);
    const power = rated(i) * (fit[i] ?? 1);
    if (meter.role === "pv") {
      const found = pv.get(i);
      const capacityKwp =
        found === undefined ? 1.15 * power : (found.asset.capacityKwp / found.parts) * (fit[i] ?? 1);
      return pvLeaf(
        {
          capacityKwp,
          tiltDeg: found?.asset.tiltDeg ?? 12,
          azimuthDeg: found?.asset.azimuthDeg ?? 180,
          commissionedMs: Date.parse(found?.asset.commissioned ?? "2021-07-01"),
          inverterKw: Math.min(0.97 * power, capacityKwp / 1.12),
        },
        own,
      );
    }
    if (meter.role === "storage") {
      const asset = storage.get(i)?.asset;
      const battery: Battery = {
        capacityKwh: asset?.capacityKwh ?? 2 * power,
        maxChargeKw: Math.min(power, (asset?.maxChargeKw ?? power) * (fit[i] ?? 1)),
        maxDischargeKw: Math.min(power, (asset?.maxDischargeKw ?? power) * (fit[i] ?? 1)),
        chargeEfficiency: asset?.chargeEfficiency ?? 0.95,
        dischargeEfficiency: asset?.dischargeEfficiency ?? 0.95,
        minStateOfCharge: asset?.minStateOfCharge ?? 0.1,
        maxStateOfCharge: asset?.maxStateOfCharge ?? 0.95,
      };
      return asset?.duty === "frequency" ? frequencyLeaf(battery, own) : arbitrageLeaf(battery, own);
    }
    const process =
      meter.medium === "electricity"
        ? processOf(meter.role, meter.id, sector)
        : mediumProcess(meter.medium, sector);
    return loadLeaf({
      process: (quarter) => process({ quarter, seed: own, worksSeed }),
      capPerHour: power,
      flutter: minuteNoiseOf(meter.role, sector),
      seed: own + 7,
    });
  });
}

/** Each asset's leaves; an array metered in several places is shared evenly among them. */
function spread<A extends Asset>(tree: Tree, assets: readonly A[]): Map<number, { asset: A; parts: number }> {
  const found = new Map<number, { asset: A; parts: number }>();
  for (const asset of assets) {
    const leaves = asset.meters
      .flatMap((id) => {
        const index = tree.indexById.get(id);
        return index === undefined ? [] : leavesBelow(tree, index);
      })
      .filter((i) => tree.nodes[i]?.meter.role === asset.kind);
    const used = asset.kind === "storage" ? leaves.slice(0, 1) : leaves;
    for (const i of used) found.set(i, { asset, parts: used.length });
  }
  return found;
}

/** By how much each leaf is shrunk so that no meter above passes its own rating. */
function fitting(tree: Tree, rated: (index: number) => number): number[] {
  const factors = tree.nodes.map(() => 1);
  for (const i of tree.order) {
    const node = tree.nodes[i];
    if (node === undefined || node.children.length === 0) continue;
    const leaves = leavesBelow(tree, i);
    let taking = 0;
    let giving = 0;
    for (const leaf of leaves) {
      const role = tree.nodes[leaf]?.meter.role;
      const power = rated(leaf);
      if (role !== "pv") taking += power;
      if (role === "pv" || role === "storage") giving += power;
    }
    // 0.9: no process runs above it; 1.06: losses of a few levels.
    const factor = Math.min(1, (0.95 * rated(i)) / (1.06 * Math.max(0.9 * taking, giving)));
    if (!nodeHasRating(node.meter)) continue;
    for (const leaf of leaves) factors[leaf] = Math.min(factors[leaf] ?? 1, factor);
  }
  return factors;
}

function nodeHasRating(meter: Tree["nodes"][number]["meter"]): boolean {
  return meter.medium === "electricity"
    ? meter.maxPowerKw.length > 0 && meter.maxPowerKw.some((entry) => entry.value !== null)
    : (meter.registers[0]?.maxRatePerHour.some((entry) => entry.value !== null) ?? false);
}
