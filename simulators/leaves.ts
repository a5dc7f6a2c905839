import { uniform } from "./random.ts";
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
import { cloudsOf, type DayClouds, type Quarter } from "./weather.ts";

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

export function loadLeaf(drives: {
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

export function pvLeaf(array: PvArray, seed: number): Leaf {
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

export function arbitrageLeaf(battery: Battery, seed: number): Leaf {
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

export function frequencyLeaf(battery: Battery, seed: number): Leaf {
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
