/** The way to the target year: target line, forecast, the gap and what each lever gives. Pure; instants in ms. */

export interface PathPoint {
  readonly timeMs: number;
  readonly tco2PerTce: number;
}

/** The target at an instant: straight between the points given, null outside of them. */
export function targetAt(line: readonly PathPoint[], timeMs: number): number | null {
  for (let i = 0; i + 1 < line.length; i++) {
    const a = line[i];
    const b = line[i + 1];
    if (a === undefined || b === undefined || timeMs < a.timeMs || timeMs > b.timeMs) continue;
    if (b.timeMs === a.timeMs) return b.tco2PerTce;
    const share = (timeMs - a.timeMs) / (b.timeMs - a.timeMs);
    return a.tco2PerTce + share * (b.tco2PerTce - a.tco2PerTce);
  }
  const only = line.length === 1 ? line[0] : undefined;
  return only?.timeMs === timeMs ? only.tco2PerTce : null;
}

export interface Forecast {
  readonly method: "linear-trend" | "persistence";
  /** The value at an instant; never below 0. */
  readonly at: (timeMs: number) => number;
}

/** Half a year: less says nothing of a trend. */
const LEAST_SPAN_MS = 181 * 86_400_000;

/** Least squares through the points when they span 6 months or more, else the present value stays. Null without either. */
export function forecastOf(points: readonly PathPoint[], present: number | null): Forecast | null {
  const first = points[0];
  const last = points[points.length - 1];
  if (first !== undefined && last !== undefined && last.timeMs - first.timeMs >= LEAST_SPAN_MS) {
    const n = points.length;
    const meanT = points.reduce((s, p) => s + (p.timeMs - first.timeMs), 0) / n;
    const meanY = points.reduce((s, p) => s + p.tco2PerTce, 0) / n;
    let tt = 0;
    let ty = 0;
    for (const p of points) {
      const t = p.timeMs - first.timeMs - meanT;
      tt += t * t;
      ty += t * (p.tco2PerTce - meanY);
    }
    const slope = ty / tt;
    return {
      method: "linear-trend",
      at: (timeMs) => Math.max(0, meanY + slope * (timeMs - first.timeMs - meanT)),
    };
  }
  return present === null ? null : { method: "persistence", at: () => present };
}

/** A year's carbon and consumption, and the part of the carbon that electricity bought makes. */
export interface YearStructure {
  readonly carbonT: number;
  readonly consumptionTce: number;
  readonly electricityCarbonT: number;
}

export interface Gap {
  readonly gapTco2: number;
  /** Zero-factor power that closes it, consumption unchanged. */
  readonly gapKwh: number;
  /** False when fuel, heat and process alone lie above the target: electricity cannot close it. */
  readonly reachable: boolean;
}

/**
 * Solves (C − f·x) ÷ T = target for x, with T unchanged and C = forecast × T.
 * @param factorKgPerKwh f, Annex 4's factor of all other electricity (0.8325).
 */
export function gapTo(target: number, forecast: number, year: YearStructure, factorKgPerKwh: number): Gap {
  const gapTco2 = Math.max(0, (forecast - target) * year.consumptionTce);
  const otherPerTce = (year.carbonT - year.electricityCarbonT) / year.consumptionTce;
  return { gapTco2, gapKwh: (gapTco2 * 1000) / factorKgPerKwh, reachable: otherPerTce <= target };
}

/**
 * An all-electric park: the share of kWh that must be of factor 0 for a target.
 * intensity = (1 − g) × f ÷ e, so g = 1 − target × e ÷ f.
 * @param equivalentKgcePerKwh e, 等价值. @param factorKgPerKwh f.
 */
export function zeroFactorShareNeeded(
  target: number,
  equivalentKgcePerKwh: number,
  factorKgPerKwh: number,
): number {
  return Math.max(0, 1 - (target * equivalentKgcePerKwh) / factorKgPerKwh);
}

export interface LeverEffect {
  /** Change of carbon, t a year; negative is less. */
  readonly carbonT: number;
  /** Change of t/tce; null where consumption is unknown. */
  readonly tco2PerTce: number | null;
}

/** One more amount of zero-factor power in the place of other electricity: consumption stays. */
export function zeroFactorPower(
  energyKwh: number,
  year: YearStructure | null,
  factorKgPerKwh: number,
): LeverEffect {
  const carbonT = (-energyKwh * factorKgPerKwh) / 1000;
  return { carbonT, tco2PerTce: year === null ? null : carbonT / year.consumptionTce };
}

/** The same energy not used at all: carbon falls alike, but the denominator falls too, so t/tce falls less. */
export function lessElectricity(
  energyKwh: number,
  year: YearStructure | null,
  factorKgPerKwh: number,
  equivalentKgcePerKwh: number | null,
): LeverEffect {
  const carbonT = (-energyKwh * factorKgPerKwh) / 1000;
  if (year === null || equivalentKgcePerKwh === null) return { carbonT, tco2PerTce: null };
  const consumptionTce = year.consumptionTce - (energyKwh * equivalentKgcePerKwh) / 1000;
  if (consumptionTce <= 0) return { carbonT, tco2PerTce: null };
  return {
    carbonT,
    tco2PerTce: (year.carbonT + carbonT) / consumptionTce - year.carbonT / year.consumptionTce,
  };
}
