import fc from "fast-check";
import type { MeteredProfile, StorageKind } from "../../../standards/pathway/local-supply.ts";
import type { LeverAmounts, YearStructure } from "../../../standards/pathway/scenario.ts";

/** Years, profiles and amounts for the tests of the path. */

export const FACTORS = {
  otherKgPerKwh: 0.8325,
  equivalentKgcePerKwh: 0.3024,
  gasKgPerM3: 2.162,
  gasKgcePerM3: 1.33,
  powerKwhPerM3: 3.2,
};

/** A year with these kWh, of which `otherKwh` are at the factor of all other electricity, and this gas. */
export function yearOf(consumedKwh: number, otherKwh: number, gasM3 = 0): YearStructure {
  return {
    carbonT: (otherKwh * FACTORS.otherKgPerKwh + gasM3 * FACTORS.gasKgPerM3) / 1000,
    consumptionTce: (consumedKwh * FACTORS.equivalentKgcePerKwh + gasM3 * FACTORS.gasKgcePerM3) / 1000,
    consumedKwh,
    otherKwh,
    useKwh: consumedKwh,
    directKwh: 0,
    gasM3,
    factors: FACTORS,
  };
}

export const STORAGE: StorageKind = {
  chargeEfficiency: 0.95,
  dischargeEfficiency: 0.94,
  hours: 2,
  usableShare: 0.9,
};

/** Quarter-hours from lists; a year is taken to be as long as they are. */
export function profileOf(
  importKwh: readonly number[],
  exportKwh: readonly number[],
  pvKwhPerKwp: readonly number[] | null = null,
): MeteredProfile {
  return {
    importKwh: Float64Array.from(importKwh),
    exportKwh: Float64Array.from(exportKwh),
    pvKwhPerKwp: pvKwhPerKwp === null ? null : Float64Array.from(pvKwhPerKwp),
    toYear: 1,
  };
}

const kwh = fc.double({ min: 1e5, max: 1e9, noNaN: true });

export const someYear: fc.Arbitrary<YearStructure> = fc
  .record({
    consumed: kwh,
    otherShare: fc.double({ min: 0, max: 1, noNaN: true }),
    gasM3: fc.double({ min: 0, max: 1e7, noNaN: true }),
  })
  .map(({ consumed, otherShare, gasM3 }) => yearOf(consumed, consumed * otherShare, gasM3));

export const someAmounts: fc.Arbitrary<LeverAmounts> = fc.record({
  directLineGwh: fc.double({ min: 0, max: 500, noNaN: true }),
  certificates: fc.double({ min: 0, max: 500_000, noNaN: true }),
  pvMwp: fc.constant(0),
  efficiencyGwh: fc.double({ min: 0, max: 100, noNaN: true }),
  storageMwh: fc.constant(0),
  gasToPowerM3: fc.double({ min: 0, max: 1e7, noNaN: true }),
});
