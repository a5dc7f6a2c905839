import { valueAt } from "../park/dated.ts";
import type { Park } from "../park/park.ts";
import type { Asset, PvAsset, StorageAsset } from "../park/schema.ts";
import { seedOf, uniform } from "./random.ts";
import { arbitrageDay, type Battery, type BatteryDay, frequencyStateOfCharge } from "./storage.ts";
import {
  arrayPowerKw,
  irradiance,
  type Place,
  type PvArray,
  planeOfArray,
  type SunPosition,
  sunPosition,
} from "./sun.ts";
import { enterpriseOf, leavesBelow, type Tree } from "./tree.ts";
import { cloudsOf, type DayClouds, type Quarter } from "./weather.ts";
import { mediumProcess, minuteNoiseOf, processOf } from "./works.ts";

/** What a meter with nothing below it does on a day: the loads, arrays and batteries of the park. */

export const MINUTES = 15;

/** One leaf's day. Energies are signed from the thing metered: positive takes. Units are the medium's (kWh, m³, GJ, t). */
export interface LeafDay {
  /** By quarter-hour. */
  readonly net: Float64Array;
  /** Sum of what flows either way, by quarter-hour. */
  readonly gross: Float64Array;
  /** 15 × the largest distance of a minute from the quarter's mean: below it the sign may change inside. */
  readonly sway: Float64Array;
  /** Writes the 15 minutes of a quarter-hour; they add up to net. */
  minutes(quarter: number, out: Float64Array): void;
  /** State of charge at an instant of the day, for batteries. */
  readonly stateOfCharge: ((timeMs: number) => number) | null;
}

/** Everything leaves share on one day. */
export interface DayContext {
  readonly startMs: number;
  readonly quarters: readonly Quarter[];
  readonly clouds: DayClouds;
  readonly place: Place;
  /** Where the sun stands in the middle of each quarter-hour. */
  readonly suns: readonly SunPosition[];
}

export interface Leaf {
  day(context: DayContext): LeafDay;
}

export function dayContext(
  startMs: number,
  quarters: readonly Quarter[],
  place: Place,
  seed: number,
): DayContext {
  return {
    startMs,
    quarters,
    place,
    clouds: cloudsOf(quarters[0]?.day ?? 0, quarters.length, seed),
    suns: quarters.map((quarter) => sunPosition(place, quarter.startMs + 450_000)),
  };
}

/** A leaf whose sign does not change within a quarter-hour: the mean follows its neighbours, minutes flutter about it. */
function steadyLeaf(
  net: Float64Array,
  capPerQuarter: number,
  flutter: (q: number) => number,
  seed: number,
  firstIndex: number,
): LeafDay {
  const last = net.length - 1;
  const slopeAt = (q: number) => {
    const e = Math.abs(net[q] ?? 0);
    const before = Math.abs(net[q === 0 ? 0 : q - 1] ?? 0);
    const after = Math.abs(net[q === last ? q : q + 1] ?? 0);
    return Math.min(0.8, Math.max(-0.8, (after - before) / 2 / e));
  };
  const sway = new Float64Array(net.length);
  let signed = false;
  for (let q = 0; q <= last; q++) {
    const n = net[q] ?? 0;
    if (n < 0) signed = true;
    const e = Math.abs(n);
    // A minute never passes the rating.
    if (e > 0)
      sway[q] = e * Math.min(capPerQuarter / e - 1, (Math.abs(slopeAt(q)) * 7) / MINUTES + 1.9 * flutter(q));
  }
  return {
    net,
    gross: signed ? net.map(Math.abs) : net,
    sway,
    stateOfCharge: null,
    minutes: (q, out) => {
      const e = Math.abs(net[q] ?? 0);
      if (e === 0) {
        out.fill(0, 0, MINUTES);
        return;
      }
      const slope = slopeAt(q);
      const size = flutter(q);
      const reach = (Math.abs(slope) * 7) / MINUTES + 1.9 * size;
      // What would stand out above the rating is flattened.
      const kept = reach === 0 ? 0 : (sway[q] ?? 0) / e / reach;
      const mean = (net[q] ?? 0) / MINUTES;
      const first = (firstIndex + q) * MINUTES;
      let average = 0;
      for (let i = 0; i < MINUTES; i++) {
        const u = 2 * uniform(seed, first + i) - 1;
        out[i] = u;
        average += u / MINUTES;
      }
      const tilt = (kept * slope) / MINUTES;
      const noise = kept * size;
      for (let i = 0; i < MINUTES; i++)
        out[i] = mean * (1 + tilt * (i - 7) + noise * ((out[i] ?? 0) - average));
    },
  };
}

function loadLeaf(drives: {
  process: (q: Quarter) => number;
  capPerHour: number;
  flutter: number;
  seed: number;
}): Leaf {
  const cap = drives.capPerHour / 4;
  return {
    day: ({ quarters }) => {
      const net = new Float64Array(quarters.length);
      quarters.forEach((quarter, q) => {
        net[q] = drives.process(quarter) * cap;
      });
      return steadyLeaf(net, 0.97 * cap, () => drives.flutter, drives.seed, quarters[0]?.index ?? 0);
    },
  };
}

function pvLeaf(array: PvArray, seed: number): Leaf {
  return {
    day: ({ quarters, clouds, place, suns }) => {
      const net = new Float64Array(quarters.length);
      const cover = clouds.over(seed);
      // What inverters and transformers take in the dark.
      const nightKwh = (0.0008 * array.capacityKwp) / 4;
      quarters.forEach((quarter, q) => {
        const sun = suns[q];
        if (sun === undefined) return;
        const plane = planeOfArray(
          sun,
          irradiance(place, sun, cover[q] ?? 0),
          array.tiltDeg,
          array.azimuthDeg,
        );
        const power = arrayPowerKw(array, plane, quarter.temperatureC, quarter.startMs);
        net[q] = power > 0.001 * array.capacityKwp ? -power / 4 : nightKwh;
      });
      const flutter = (q: number) => ((net[q] ?? 0) < 0 ? 0.01 + 0.16 * (clouds.ragged[q] ?? 0) : 0.02);
      return steadyLeaf(net, array.inverterKw / 4, flutter, seed, quarters[0]?.index ?? 0);
    },
  };
}

function arbitrageLeaf(battery: Battery, seed: number): Leaf {
  return {
    day: ({ quarters, startMs }) => {
      const plan: BatteryDay = arbitrageDay(battery, quarters, seed);
      const net = plan.chargeKwh.map((c, q) => c - (plan.dischargeKwh[q] ?? 0));
      return {
        ...steadyLeaf(net, Number.POSITIVE_INFINITY, () => 0, seed, 0),
        // Flat within the quarter-hour, so that the state of charge is a straight line there.
        sway: new Float64Array(net.length),
        minutes: (q, out) => out.fill((net[q] ?? 0) / MINUTES, 0, MINUTES),
        stateOfCharge: (timeMs) => {
          const x = Math.min(quarters.length, Math.max(0, (timeMs - startMs) / 900_000));
          const q = Math.min(quarters.length - 1, Math.floor(x));
          const a = plan.stateOfCharge[q] ?? 0;
          return a + ((plan.stateOfCharge[q + 1] ?? a) - a) * (x - q);
        },
      };
    },
  };
}

function frequencyLeaf(battery: Battery, seed: number): Leaf {
  return {
    day: ({ quarters, startMs }) => {
      const total = quarters.length * MINUTES;
      const day = quarters[0]?.day ?? 0;
      const state = new Float64Array(total + 1);
      for (let m = 0; m <= total; m++) state[m] = frequencyStateOfCharge(battery, seed, day, m, total);
      const minute = (m: number) => {
        const stored = ((state[m + 1] ?? 0) - (state[m] ?? 0)) * battery.capacityKwh;
        return stored > 0 ? stored / battery.chargeEfficiency : stored * battery.dischargeEfficiency;
      };
      const net = new Float64Array(quarters.length);
      const gross = new Float64Array(quarters.length);
      const sway = new Float64Array(quarters.length);
      for (let q = 0; q < quarters.length; q++) {
        let sum = 0;
        let flow = 0;
        for (let i = 0; i < MINUTES; i++) {
          const e = minute(q * MINUTES + i);
          sum += e;
          flow += Math.abs(e);
        }
        let far = 0;
        for (let i = 0; i < MINUTES; i++)
          far = Math.max(far, Math.abs(minute(q * MINUTES + i) - sum / MINUTES));
        net[q] = sum;
        gross[q] = flow;
        sway[q] = MINUTES * far;
      }
      return {
        net,
        gross,
        sway,
        minutes: (q, out) => {
          for (let i = 0; i < MINUTES; i++) out[i] = minute(q * MINUTES + i);
        },
        stateOfCharge: (timeMs) => {
          const x = Math.min(total, Math.max(0, (timeMs - startMs) / 60_000));
          const m = Math.min(total - 1, Math.floor(x));
          const a = state[m] ?? 0;
          return a + ((state[m + 1] ?? a) - a) * (x - m);
        },
      };
    },
  };
}

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
