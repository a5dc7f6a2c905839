import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ConnectionLimit,
  deviceCapability,
  fleetCapability,
  type StorageState,
} from "../../standards/flexibility.ts";

const storage: StorageState = {
  id: "s",
  capacityKwh: 40_000,
  maxChargeKw: 10_000,
  maxDischargeKw: 10_000,
  chargeEfficiency: 0.95,
  dischargeEfficiency: 0.95,
  minStateOfCharge: 0.1,
  maxStateOfCharge: 0.95,
  stateOfCharge: 0.5,
  powerKw: 0,
};

const share = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const anyStorage = (power: fc.Arbitrary<number>) =>
  fc.record({
    capacityKwh: share(100, 40_000),
    maxChargeKw: share(50, 10_000),
    maxDischargeKw: share(50, 10_000),
    chargeEfficiency: share(0.8, 1),
    dischargeEfficiency: share(0.8, 1),
    stateOfCharge: share(0.1, 0.95),
    power,
  });
type Drawn = { power: number } & Omit<
  StorageState,
  "id" | "powerKw" | "minStateOfCharge" | "maxStateOfCharge"
>;
/** power −1…1 of the rating. */
const state = (id: string, { power, ...rest }: Drawn): StorageState => ({
  ...rest,
  id,
  minStateOfCharge: 0.1,
  maxStateOfCharge: 0.95,
  powerKw: power >= 0 ? power * rest.maxChargeKw : power * rest.maxDischargeKw,
});

/** max c·x subject to A·x ≤ b, x ≥ 0, with b ≥ 0: the primal simplex with Bland's rule. */
function maximise(c: readonly number[], a: readonly (readonly number[])[], b: readonly number[]): number {
  const n = c.length;
  const m = b.length;
  const t = a.map((row, i) => [...row, ...b.map((_, j) => (i === j ? 1 : 0)), b[i] ?? 0]);
  const z = [...c.map((v) => -v), ...b.map(() => 0), 0];
  const basis = b.map((_, i) => n + i);
  for (let round = 0; round < 5000; round++) {
    const enter = z.findIndex((v, j) => j < n + m && v < -1e-9);
    if (enter < 0) return z[n + m] ?? Number.NaN;
    let leave = -1;
    let best = Number.POSITIVE_INFINITY;
    t.forEach((row, i) => {
      const pivot = row[enter] ?? 0;
      if (pivot <= 1e-9) return;
      const ratio = (row[n + m] ?? 0) / pivot;
      if (
        ratio < best - 1e-12 ||
        (Math.abs(ratio - best) <= 1e-12 && (basis[i] ?? 0) < (basis[leave] ?? 1e9))
      ) {
        best = ratio;
        leave = i;
      }
    });
    const pivotRow = t[leave];
    if (pivotRow === undefined) return Number.POSITIVE_INFINITY;
    const pivot = pivotRow[enter] ?? 1;
    pivotRow.forEach((v, j) => {
      pivotRow[j] = v / pivot;
    });
    for (const row of [...t.filter((r) => r !== pivotRow), z]) {
      const factor = row[enter] ?? 0;
      if (factor !== 0) pivotRow.forEach((v, j) => (row[j] = (row[j] ?? 0) - factor * v));
    }
    basis[leave] = enter;
  }
  throw new Error("the simplex did not end");
}

/**
 * The most that a fleet can inject (or absorb) in each of `steps` steps of a duration, dispatching every
 * device freely in every step. Up: charging some from others is allowed (it cannot help). Down: discharging is
 * not, as energy burnt by cycling is nothing to sell.
 */
function oracle(
  fleet: readonly StorageState[],
  durationH: number,
  direction: "up" | "down",
  steps: number,
  limits: readonly { members: readonly string[]; limitKw: number }[] = [],
): number {
  const n = fleet.length;
  const dt = durationH / steps;
  const width = 2 * n * steps + 1;
  const dis = (i: number, k: number) => 2 * (i * steps + k);
  const cha = (i: number, k: number) => dis(i, k) + 1;
  const rows: number[][] = [];
  const bounds: number[] = [];
  const add = (bound: number, set: (row: number[]) => void) => {
    const row = new Array<number>(width).fill(0);
    set(row);
    rows.push(row);
    bounds.push(bound);
  };
  fleet.forEach((s, i) => {
    for (let k = 0; k < steps; k++) {
      add(direction === "up" ? s.maxDischargeKw : 0, (r) => (r[dis(i, k)] = 1));
      add(s.maxChargeKw, (r) => (r[cha(i, k)] = 1));
      const stored = (sign: number) => (r: number[]) => {
        for (let j = 0; j <= k; j++) {
          r[dis(i, j)] = (sign * dt) / s.dischargeEfficiency;
          r[cha(i, j)] = -sign * dt * s.chargeEfficiency;
        }
      };
      add((s.stateOfCharge - s.minStateOfCharge) * s.capacityKwh, stored(1));
      add((s.maxStateOfCharge - s.stateOfCharge) * s.capacityKwh, stored(-1));
    }
  });
  const sign = direction === "up" ? 1 : -1;
  for (let k = 0; k < steps; k++) {
    add(0, (r) => {
      r[width - 1] = 1;
      fleet.forEach((_, i) => {
        r[dis(i, k)] = -sign;
        r[cha(i, k)] = sign;
      });
    });
    for (const { members, limitKw } of limits) {
      add(limitKw, (r) => {
        fleet.forEach((s, i) => {
          if (!members.includes(s.id)) return;
          r[dis(i, k)] = sign;
          r[cha(i, k)] = -sign;
        });
      });
    }
  }
  const objective = new Array<number>(width).fill(0);
  objective[width - 1] = 1;
  return maximise(objective, rows, bounds);
}

describe("protocols 6: P_up(d) = Σ min(p_dis, η_d·E ÷ d), P_dn(d) = Σ min(p_ch, H ÷ (η_c·d))", () => {
  it("by hand: 40 MWh at 50 %, 10 MW, η 0.95, for 4 h: 3.8 MW up, 4.74 MW down", () => {
    const c = deviceCapability(storage, 4);
    expect(c.upKw).toBeCloseTo((0.95 * 16_000) / 4, 6);
    expect(c.downKw).toBeCloseTo(18_000 / (0.95 * 4), 6);
    expect([c.upBoundBy, c.downBoundBy]).toEqual(["energy", "energy"]);
    expect(deviceCapability(storage, 0.25)).toMatchObject({
      upKw: 10_000,
      downKw: 10_000,
      upBoundBy: "power",
    });
  });

  it("is what a linear program finds that may dispatch every device freely in every step", () => {
    fc.assert(
      fc.property(
        fc.array(anyStorage(fc.constant(0)), { minLength: 1, maxLength: 3 }),
        share(0.25, 6),
        fc.integer({ min: 1, max: 3 }),
        (drawn, hours, steps) => {
          const fleet = drawn.map((d, i) => state(`s${i}`, d));
          const capability = fleetCapability(fleet, [], hours);
          const up = oracle(fleet, hours, "up", steps);
          const down = oracle(fleet, hours, "down", steps);
          expect(Math.abs(capability.upKw - up)).toBeLessThan(1e-6 * Math.max(1, up));
          expect(Math.abs(capability.downKw - down)).toBeLessThan(1e-6 * Math.max(1, down));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("nested limits: is what the linear program finds under the same limits", () => {
    fc.assert(
      fc.property(
        fc.array(anyStorage(fc.constant(0)), { minLength: 3, maxLength: 3 }),
        share(0.25, 4),
        share(10, 15_000),
        share(10, 25_000),
        (drawn, hours, inner, outer) => {
          const fleet = drawn.map((d, i) => state(`s${i}`, d));
          const limits = [
            { members: ["s0", "s1"], limitKw: inner },
            { members: ["s0", "s1", "s2"], limitKw: outer },
          ];
          const connections = limits.map(
            (l, i): ConnectionLimit => ({
              id: `c${i}`,
              members: l.members,
              importLimitKw: l.limitKw,
              exportLimitKw: l.limitKw,
              netImportKw: 0,
            }),
          );
          const capability = fleetCapability(fleet, connections, hours);
          const up = oracle(fleet, hours, "up", 2, limits);
          const down = oracle(fleet, hours, "down", 2, limits);
          expect(Math.abs(capability.upKw - up)).toBeLessThan(1e-6 * Math.max(1, up));
          expect(Math.abs(capability.downKw - down)).toBeLessThan(1e-6 * Math.max(1, down));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("one battery of the summed size would promise more than can be held", () => {
    const full = { ...storage, id: "full", maxDischargeKw: 1000, stateOfCharge: 0.95 };
    const empty = { ...storage, id: "empty", stateOfCharge: 0.1 };
    const asOne = Math.min(11_000, (0.95 * 34_000) / 1);
    expect(fleetCapability([full, empty], [], 1).upKw).toBe(1000);
    expect(asOne).toBe(11_000);
  });
});

describe("over durations", () => {
  const power = share(-1, 1);
  it("up and down never rise with d", () => {
    fc.assert(
      fc.property(anyStorage(power), share(0.1, 8), share(1, 4), (drawn, hours, times) => {
        const s = state("s", drawn);
        const short = deviceCapability(s, hours);
        const long = deviceCapability(s, hours * times);
        expect(long.upKw).toBeLessThanOrEqual(short.upKw + 1e-6);
        expect(long.downKw).toBeLessThanOrEqual(short.downKw + 1e-6);
      }),
    );
  });

  it("energy d·up(d) is concave for an idle or charging storage, d·down(d) for an idle or discharging one", () => {
    const second = (f: (h: number) => number, a: number, b: number) => {
      const mid = (a + b) / 2;
      return mid * f(mid) - (a * f(a) + b * f(b)) / 2;
    };
    fc.assert(
      fc.property(anyStorage(share(0, 1)), share(0.1, 8), share(0.1, 8), (drawn, a, b) => {
        const charging = state("s", drawn);
        const discharging = state("s", { ...drawn, power: -drawn.power });
        expect(second((h) => deviceCapability(charging, h).upKw, a, b)).toBeGreaterThan(-1e-6);
        expect(second((h) => deviceCapability(discharging, h).downKw, a, b)).toBeGreaterThan(-1e-6);
      }),
    );
  });
});

describe("the baseline", () => {
  it("a charging storage gives up its charging first; up + down does not depend on the baseline", () => {
    const charging = deviceCapability({ ...storage, powerKw: 4000 }, 1);
    expect(charging).toMatchObject({ upKw: 14_000, downKw: 6000, baselineKw: 4000 });
    const discharging = deviceCapability({ ...storage, powerKw: -4000 }, 1);
    expect(discharging).toMatchObject({ upKw: 6000, downKw: 14_000, baselineKw: -4000 });
  });

  it("a storage that runs full within d is counted only with the charging it can hold for d", () => {
    const nearlyFull = { ...storage, stateOfCharge: 0.94, powerKw: 10_000 };
    const c = deviceCapability(nearlyFull, 1);
    expect(c.baselineKw).toBeCloseTo(400 / 0.95, 6);
    expect(c.downKw).toBeCloseTo(0, 6);
  });

  it("never promises less than nothing, whatever it does now", () => {
    fc.assert(
      fc.property(anyStorage(share(-1, 1)), share(0.1, 8), (drawn, hours) => {
        const c = deviceCapability(state("s", drawn), hours);
        expect(c.upKw).toBeGreaterThanOrEqual(0);
        expect(c.downKw).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe("connections", () => {
  const behind = (
    netImportKw: number | null,
    importLimitKw = 10_000,
    exportLimitKw = 10_000,
  ): ConnectionLimit => ({
    id: "gate",
    importLimitKw,
    exportLimitKw,
    netImportKw,
    members: ["s"],
  });

  it("protocols 6: a 10 MVA connection importing 8 MW has 2 MW of down, whatever the storage could take", () => {
    const fleet = fleetCapability([storage], [behind(8000)], 1);
    expect(fleet.downKw).toBeCloseTo(2000, 6);
    expect(fleet.upKw).toBeCloseTo(10_000, 6);
    expect([fleet.bindingUp, fleet.bindingDown]).toEqual([[], ["gate"]]);
  });

  it("a connection whose flow is unknown lets nothing through", () => {
    expect(fleetCapability([storage], [behind(null)], 1)).toMatchObject({ upKw: 0, downKw: 0 });
  });

  it("a connection already over its limit gives 0, not less", () => {
    expect(fleetCapability([storage], [behind(12_000)], 1).downKw).toBe(0);
  });

  it("when charging cannot last, up is bounded by the flow that remains", () => {
    const nearlyFull = { ...storage, stateOfCharge: 0.94, powerKw: 8000 };
    const fleet = fleetCapability([nearlyFull], [behind(8000, 10_000, 0)], 1);
    expect(fleet.upKw).toBeCloseTo(400 / 0.95, 6);
  });

  it("the devices' figures add up to the fleet's, cut or not", () => {
    fc.assert(
      fc.property(
        fc.array(anyStorage(share(-1, 1)), { minLength: 1, maxLength: 4 }),
        share(-5000, 12_000),
        share(0.25, 4),
        (drawn, net, hours) => {
          const fleet = drawn.map((d, i) => state(`s${i}`, d));
          const connection = { ...behind(net), members: fleet.slice(0, 2).map((s) => s.id) };
          const c = fleetCapability(fleet, [connection], hours);
          expect(c.devices.reduce((s, d) => s + d.upKw, 0)).toBeCloseTo(c.upKw, 6);
          expect(c.devices.reduce((s, d) => s + d.downKw, 0)).toBeCloseTo(c.downKw, 6);
        },
      ),
    );
  });
});
