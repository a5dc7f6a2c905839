import type { Lever } from "../../park/levers.ts";
import { type LocalSupply, NO_SUPPLY } from "./local-supply.ts";

/**
 * A year under a scenario: the year's structure and the amounts of all levers together give carbon, consumption, shares
 * and what is still to find. One pass over the whole, so that no order of levers is in it and nothing is added up from
 * single effects.
 */

/** Yearly amounts of the levers, in the units that their names say. */
export type LeverAmounts = Readonly<Record<Lever, number>>;

export const NO_AMOUNTS: LeverAmounts = {
  directLineGwh: 0,
  certificates: 0,
  pvMwp: 0,
  efficiencyGwh: 0,
  storageMwh: 0,
  gasToPowerM3: 0,
};

export interface YearFactors {
  /** All other electricity, kg CO2/kWh (Annex 4). */
  readonly otherKgPerKwh: number;
  /** 等价值, kgce/kWh. */
  readonly equivalentKgcePerKwh: number;
  readonly gasKgPerM3: number;
  readonly gasKgcePerM3: number;
  /** Electricity that does what a m³ of gas did. */
  readonly powerKwhPerM3: number;
}

/** A year as it stands without the scenario. */
export interface YearStructure {
  readonly carbonT: number;
  readonly consumptionTce: number;
  /** In − out + own PV: storage losses are in it. */
  readonly consumedKwh: number;
  /** The part of it at the factor of all other electricity. */
  readonly otherKwh: number;
  /** What members use, without storage losses. */
  readonly useKwh: number;
  /** Directly supplied: own PV used, private networks, direct lines. */
  readonly directKwh: number;
  readonly gasM3: number;
  readonly factors: YearFactors;
}

/** The same year with the amounts. */
export interface YearOutcome extends YearStructure {
  readonly tco2PerTce: number;
  readonly zeroFactorShare: number;
  readonly directShare: number;
  /** Zero-factor power beyond what is consumed: counts nothing. */
  readonly unusedKwh: number;
}

interface ScenarioOptions {
  /** What PV and storage of these amounts give: localSupply(). */
  readonly supply?: LocalSupply;
  /** The electricity in the place of gas is zero-factor power bought for it; else it is other electricity. */
  readonly zeroFactorForGas: boolean;
  /**
   * What exports carry. own-kind: PV that is exported counts nothing, so storage gains what it keeps. other: exports are
   * taken off at the factor of all other electricity, so all new PV counts and storage costs its losses.
   */
  readonly exports?: "own-kind" | "other";
}

/**
 * E_park ÷ 年综合能源消费量 of the year with the amounts.
 *
 * consumed = consumed₀ − efficiency + power for gas + storage losses;
 * zero = direct line + certificates + PV used + what storage keeps from being exported (+ power for gas);
 * other = max(0, other₀ + consumed − consumed₀ − zero); carbon = (carbon₀ − f·other₀) − gas·EF + f·other;
 * tce = tce₀ + e·(consumed − consumed₀) − gas·coal equivalent.
 */
export function outcomeOf(year: YearStructure, amounts: LeverAmounts, options: ScenarioOptions): YearOutcome {
  const { factors } = year;
  const supply = options.supply ?? NO_SUPPLY;
  const gasM3 = Math.min(Math.max(0, amounts.gasToPowerM3), year.gasM3);
  const powerForGasKwh = gasM3 * factors.powerKwhPerM3;
  const savedKwh = Math.min(Math.max(0, amounts.efficiencyGwh) * 1e6, year.useKwh);
  const lineKwh = Math.max(0, amounts.directLineGwh) * 1e6;
  const boughtKwh = Math.max(0, amounts.certificates) * 1000;
  const lossKwh = supply.storageInKwh - supply.storageOutKwh;

  const changeKwh = powerForGasKwh + lossKwh - savedKwh;
  const consumedKwh = year.consumedKwh + changeKwh;
  const addedZeroKwh =
    lineKwh +
    boughtKwh +
    (options.exports === "other" ? supply.pvKwh : supply.pvUsedKwh + supply.storageInKwh) +
    (options.zeroFactorForGas ? powerForGasKwh : 0);
  const leftKwh = year.otherKwh + changeKwh - addedZeroKwh;
  const otherKwh = Math.max(0, leftKwh);
  const carbonT =
    year.carbonT -
    ((year.otherKwh - otherKwh) * factors.otherKgPerKwh) / 1000 -
    (gasM3 * factors.gasKgPerM3) / 1000;
  const consumptionTce =
    year.consumptionTce + (changeKwh * factors.equivalentKgcePerKwh - gasM3 * factors.gasKgcePerM3) / 1000;
  const useKwh = year.useKwh - savedKwh + powerForGasKwh;
  const directKwh = year.directKwh + lineKwh + supply.pvUsedKwh + supply.storageOutKwh;
  return {
    carbonT,
    consumptionTce,
    consumedKwh,
    otherKwh,
    useKwh,
    directKwh,
    gasM3: year.gasM3 - gasM3,
    factors,
    unusedKwh: Math.max(0, -leftKwh),
    ...sharesOf({ carbonT, consumptionTce, consumedKwh, otherKwh, useKwh, directKwh }),
  };
}

/** What a year's amounts say of it; shares of 0 where nothing is consumed. */
function sharesOf(
  year: Omit<YearStructure, "gasM3" | "factors">,
): Pick<YearOutcome, "tco2PerTce" | "zeroFactorShare" | "directShare"> {
  return {
    tco2PerTce: year.consumptionTce > 0 ? year.carbonT / year.consumptionTce : 0,
    zeroFactorShare: year.consumedKwh > 0 ? 1 - year.otherKwh / year.consumedKwh : 0,
    directShare: year.useKwh > 0 ? Math.min(1, year.directKwh / year.useKwh) : 0,
  };
}

/** Months of one year in each of which other amounts were in force: their mean is the year. */
export function meanYear(months: readonly YearStructure[]): YearStructure {
  const first = months[0];
  if (first === undefined) throw new RangeError("a year has months");
  const mean = (of: (year: YearStructure) => number): number =>
    months.reduce((sum, month) => sum + of(month), 0) / months.length;
  return {
    carbonT: mean((y) => y.carbonT),
    consumptionTce: mean((y) => y.consumptionTce),
    consumedKwh: mean((y) => y.consumedKwh),
    otherKwh: mean((y) => y.otherKwh),
    useKwh: mean((y) => y.useKwh),
    directKwh: mean((y) => y.directKwh),
    gasM3: mean((y) => y.gasM3),
    factors: first.factors,
  };
}
