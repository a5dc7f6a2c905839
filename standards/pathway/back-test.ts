import { type ForecastMethod, forecastMonths } from "./forecast.ts";
import { type MonthSeries, rollingRatio } from "./months.ts";

/**
 * How far a method was off where it can be known: rolling origins. From each origin the method sees only the months
 * up to it and foretells the ratio of the twelve months that end 1, 2, … months later; that is set beside what came.
 */

/** Fewer origins of a horizon give no percentiles. */
export const LEAST_ORIGINS = 6;

/** Months a method must have before its first origin. */
const MONTHS_BEFORE: Readonly<Record<ForecastMethod, number>> = {
  "seasonal-drift": 13,
  "linear-trend": 6,
  persistence: 1,
};

/** Actual less foretold, at the percentiles named. */
interface Offsets {
  readonly p10: number;
  readonly p25: number;
  readonly p75: number;
  readonly p90: number;
}

interface HorizonErrors extends Offsets {
  readonly horizonMonths: number;
  readonly origins: number;
  readonly meanAbsolute: number;
}

export interface BackTest {
  readonly origins: number;
  /** Horizons with enough origins, 1 … n without a hole. */
  readonly horizons: readonly HorizonErrors[];
  /** Mean of |actual − foretold| ÷ actual over all origins and tested horizons, in percent. */
  readonly meanAbsolutePercent: number;
  /** Share of actual values inside P10–P90 as made from the other origins alone. */
  readonly insideShare: number;
}

/** The test of a method on a history, or how many months of history are missing for one. */
export function backTest(
  months: MonthSeries,
  method: ForecastMethod,
): { readonly test: BackTest } | { readonly missingMonths: number } {
  const errors: { readonly error: number; readonly actual: number }[][] = [];
  let origins = 0;
  for (let origin = 0; origin + 1 < months.length; origin++) {
    const seen = months.slice(0, origin + 1);
    if (months[origin] === null || seen.filter((m) => m !== null).length < MONTHS_BEFORE[method]) continue;
    const days = months.slice(origin + 1).map((m) => m?.days ?? 30);
    const foretold = [...seen, ...forecastMonths(seen, method, days)];
    origins++;
    for (let place = origin + 1; place < months.length; place++) {
      if (months[place] === null) continue;
      // A month that never came is in neither of the two.
      const beside = foretold.map((m, at) => (months[at] === null ? null : m));
      const actual = rollingRatio(months, place);
      const expected = rollingRatio(beside, place);
      if (actual === null || expected === null) continue;
      const horizon = place - origin;
      const list = errors[horizon] ?? [];
      list.push({ error: actual - expected, actual });
      errors[horizon] = list;
    }
  }
  const horizons: HorizonErrors[] = [];
  let inside = 0;
  let tried = 0;
  const percents: number[] = [];
  for (let horizon = 1; (errors[horizon]?.length ?? 0) >= LEAST_ORIGINS; horizon++) {
    const pairs = errors[horizon] ?? [];
    const list = pairs.map((p) => p.error);
    for (const { error, actual } of pairs) if (actual > 0) percents.push((Math.abs(error) / actual) * 100);
    horizons.push({
      horizonMonths: horizon,
      origins: list.length,
      meanAbsolute: list.reduce((sum, e) => sum + Math.abs(e), 0) / list.length,
      ...offsetsOf(list),
    });
    list.forEach((error, at) => {
      const others = offsetsOf(list.filter((_, i) => i !== at));
      tried++;
      if (error >= others.p10 && error <= others.p90) inside++;
    });
  }
  if (horizons.length === 0) {
    const known = months.filter((m) => m !== null).length;
    // The least history that is tested at all is that of a straight line.
    const least = Math.max(MONTHS_BEFORE[method], MONTHS_BEFORE["linear-trend"]) + LEAST_ORIGINS;
    return { missingMonths: Math.max(1, least - known) };
  }
  return {
    test: {
      origins,
      horizons,
      meanAbsolutePercent: percents.length === 0 ? 0 : percents.reduce((a, b) => a + b, 0) / percents.length,
      insideShare: inside / tried,
    },
  };
}

/**
 * The offsets of the range at a horizon: those found there; never narrower than at a shorter horizon; past the longest
 * horizon tested they grow with the square root of the time, as the errors of steps that know nothing of each other do.
 */
export function offsetsAt(test: BackTest, horizonMonths: number): Offsets {
  if (horizonMonths <= 0) return { p10: 0, p25: 0, p75: 0, p90: 0 };
  let widest: Offsets = { p10: 0, p25: 0, p75: 0, p90: 0 };
  let longest = 1;
  for (const at of test.horizons) {
    if (at.horizonMonths > horizonMonths) break;
    longest = at.horizonMonths;
    widest = {
      p10: Math.min(widest.p10, at.p10),
      p25: Math.min(widest.p25, at.p25),
      p75: Math.max(widest.p75, at.p75),
      p90: Math.max(widest.p90, at.p90),
    };
  }
  const grow = Math.sqrt(horizonMonths / longest);
  return {
    p10: widest.p10 * grow,
    p25: widest.p25 * grow,
    p75: widest.p75 * grow,
    p90: widest.p90 * grow,
  };
}

/** Percentiles of errors, straight between neighbours; a range always holds the forecast itself. */
function offsetsOf(errors: readonly number[]): Offsets {
  const sorted = [...errors].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const low = Math.floor(place);
    const a = sorted[low] ?? 0;
    const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? a;
    return a + (place - low) * (b - a);
  };
  return {
    p10: Math.min(0, at(0.1)),
    p25: Math.min(0, at(0.25)),
    p75: Math.max(0, at(0.75)),
    p90: Math.max(0, at(0.9)),
  };
}
