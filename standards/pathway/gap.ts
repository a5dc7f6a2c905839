import type { YearOutcome, YearStructure } from "./scenario.ts";

/** What is missing at the target, and whether electricity can give it. */

interface Gap {
  /** Carbon above the target at the year's consumption; 0 where the target is met. */
  readonly gapTco2: number;
  /** Zero-factor power that closes it, consumption unchanged. */
  readonly gapKwh: number;
  /** False when fuel, heat and process alone lie above the target: electricity cannot close it. */
  readonly reachable: boolean;
  /** What must go of them first, t CO2/tce and t CO2; 0 where the target is reachable. */
  readonly fuelCutTco2PerTce: number;
  readonly fuelCutTco2: number;
}

/** Carbon less what the target allows at this consumption; below 0 where the target is met. */
export function aboveTargetT(target: number, year: Pick<YearOutcome, "carbonT" | "consumptionTce">): number {
  return year.carbonT - target * year.consumptionTce;
}

/**
 * Solves (C − f·x) ÷ T = target for x, with T unchanged.
 * @param factorKgPerKwh f, Annex 4's factor of all other electricity (0.8325).
 */
export function gapTo(
  target: number,
  year: Pick<YearStructure, "carbonT" | "consumptionTce" | "otherKwh">,
  factorKgPerKwh: number,
): Gap {
  const gapTco2 = Math.max(0, aboveTargetT(target, year));
  const allowedT = target * year.consumptionTce;
  const withoutPowerT = year.carbonT - (year.otherKwh * factorKgPerKwh) / 1000;
  const fuelCutTco2 = Math.max(0, withoutPowerT - allowedT);
  return {
    gapTco2,
    gapKwh: (gapTco2 * 1000) / factorKgPerKwh,
    reachable: fuelCutTco2 === 0,
    fuelCutTco2,
    fuelCutTco2PerTce: year.consumptionTce > 0 ? fuelCutTco2 / year.consumptionTce : 0,
  };
}
