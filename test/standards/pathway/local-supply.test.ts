import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localSupply, NO_SUPPLY } from "../../../standards/pathway/local-supply.ts";
import { profileOf, STORAGE } from "./kit.ts";

const kwh = fc.double({ min: 0, max: 5000, noNaN: true });
const quarters = fc.array(fc.tuple(kwh, kwh, fc.double({ min: 0, max: 0.25, noNaN: true })), {
  minLength: 4,
  maxLength: 200,
});

describe("localSupply", () => {
  it("by hand: 1 MWh takes 500 kWh/h of surplus for two quarters and gives it at night, less its losses", () => {
    const profile = profileOf([0, 0, 400, 400], [300, 60, 0, 0]);
    // 125 kWh a quarter-hour is its power: 125 + 60 in, ×0.95 stored, ×0.94 out, at most 125 a quarter.
    const supply = localSupply(profile, STORAGE, 0, 1);
    expect(supply?.storageInKwh).toBeCloseTo(185, 9);
    expect(supply?.storageOutKwh).toBeCloseTo(185 * 0.95 * 0.94, 9);
    expect(supply?.pvUsedKwh).toBe(0);
  });

  it("by hand: new PV serves what was bought in the same quarter-hour, storage keeps its surplus", () => {
    const profile = profileOf([100, 100, 100], [0, 0, 0], [0.3, 0, 0]);
    const alone = localSupply(profile, STORAGE, 1, 0);
    expect([alone?.pvKwh, alone?.pvUsedKwh]).toEqual([300, 100]);
    const both = localSupply(profile, STORAGE, 1, 10);
    expect(both?.storageInKwh).toBeCloseTo(200, 9);
    expect(both?.storageOutKwh).toBeCloseTo(200 * 0.95 * 0.94, 9);
  });

  it("invents nothing: never more out than in, than was exported, than was bought; more capacity never gives less", () => {
    fc.assert(
      fc.property(
        quarters,
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        fc.double({ min: 0, max: 20, noNaN: true }),
        (rows, pv, small, more) => {
          const profile = profileOf(
            rows.map((r) => r[0]),
            rows.map((r) => r[1]),
            rows.map((r) => r[2]),
          );
          const one = localSupply(profile, STORAGE, pv, small) ?? NO_SUPPLY;
          const two = localSupply(profile, STORAGE, pv, small + more) ?? NO_SUPPLY;
          const bought = rows.reduce((sum, r) => sum + r[0], 0);
          const given = rows.reduce((sum, r) => sum + r[1], 0);
          expect(one.storageOutKwh).toBeLessThanOrEqual(one.storageInKwh * 0.95 * 0.94 + 1e-6);
          expect(one.storageInKwh).toBeLessThanOrEqual(given + one.pvKwh - one.pvUsedKwh + 1e-6);
          expect(one.pvUsedKwh + one.storageOutKwh).toBeLessThanOrEqual(bought + 1e-6);
          expect(one.pvUsedKwh).toBeLessThanOrEqual(one.pvKwh + 1e-9);
          expect(two.storageOutKwh).toBeGreaterThanOrEqual(one.storageOutKwh - 1e-6);
        },
      ),
    );
  });

  it("a quarter-hour that is not known takes no part; without a metered yield PV has no answer", () => {
    const profile = profileOf([Number.NaN, 400], [300, 0]);
    expect(localSupply(profile, STORAGE, 0, 1)).toEqual(NO_SUPPLY);
    expect(localSupply(profile, STORAGE, 1, 0)).toBeNull();
    expect(localSupply(profile, STORAGE, 0, 0)).toBe(NO_SUPPLY);
  });

  it("a year of quarter-hours is run in under 5 ms", () => {
    const length = 35_040;
    const profile = {
      importKwh: new Float64Array(length).fill(9000),
      exportKwh: Float64Array.from({ length }, (_, q) => (q % 96 > 40 && q % 96 < 56 ? 500 : 0)),
      pvKwhPerKwp: Float64Array.from({ length }, (_, q) => Math.max(0, Math.sin((q % 96) / 15)) / 5),
      toYear: 1,
    };
    const runs: number[] = [];
    for (let i = 0; i < 20; i++) {
      const start = performance.now();
      localSupply(profile, STORAGE, i, i);
      runs.push(performance.now() - start);
    }
    expect(Math.min(...runs)).toBeLessThan(5);
  });
});
