import { type BackTest, offsetsAt } from "./back-test.ts";
import type { PathForecast } from "./path-forecast.ts";

/** The way of an indicator of which a value a year is declared, such as a guiding indicator. */

export interface YearValue {
  readonly year: number;
  readonly value: number;
}

/** linear-years: least squares through the yearly values; persistence: the last one stays. */
type YearMethod = "linear-years" | "persistence";

/** Yearly values from which on a line is drawn. */
const YEARS_OF_A_LINE = 3;

interface YearForecast {
  readonly method: YearMethod;
  readonly value: number;
}

/** The value of a year to come, within [0, 100] as shares are; null where no year is declared. */
export function forecastYears(values: readonly YearValue[], year: number): YearForecast | null {
  const last = values.reduce<YearValue | null>((a, b) => (a !== null && a.year > b.year ? a : b), null);
  if (last === null) return null;
  if (values.length < YEARS_OF_A_LINE) return { method: "persistence", value: last.value };
  const meanYear = values.reduce((sum, v) => sum + v.year, 0) / values.length;
  const meanValue = values.reduce((sum, v) => sum + v.value, 0) / values.length;
  let squares = 0;
  let products = 0;
  for (const v of values) {
    squares += (v.year - meanYear) ** 2;
    products += (v.year - meanYear) * (v.value - meanValue);
  }
  const line = meanValue + (squares === 0 ? 0 : products / squares) * (year - meanYear);
  return { method: "linear-years", value: Math.min(100, Math.max(0, line)) };
}

/** A share of 1 of the twelve months that end `monthsAhead` from the last known one, in percent, with its range. */
export function percentAt(
  forecast: PathForecast,
  monthsAhead: number,
): { readonly value: number; readonly p10: number | null; readonly p90: number | null } | null {
  const point = forecast.points.find((p) => p.monthsAhead === monthsAhead);
  if (point === undefined) return null;
  const within = (share: number): number => Math.min(1, Math.max(0, share)) * 100;
  const offsets = rangeOf(forecast.test, monthsAhead);
  return {
    value: within(point.value),
    p10: offsets === null ? null : within(point.value + offsets.p10),
    p90: offsets === null ? null : within(point.value + offsets.p90),
  };
}

function rangeOf(test: BackTest | null, monthsAhead: number) {
  return test === null ? null : offsetsAt(test, monthsAhead);
}
