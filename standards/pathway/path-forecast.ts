import { type BackTest, backTest, offsetsAt } from "./back-test.ts";
import { type ForecastMethod, forecastMonths, methodFor } from "./forecast.ts";
import {
  MONTHS_OF_YEAR,
  type Month,
  type MonthAmounts,
  type MonthSeries,
  rollingRatio,
  sumOf,
} from "./months.ts";

/** The forecast as it is drawn: the ratio of the twelve months up to each month to come, with its range. */

export interface ForecastPoint {
  /** Months after the last known one; 0 is that one itself. */
  readonly monthsAhead: number;
  /** Of the twelve months that end with it. */
  readonly value: number;
  readonly range: {
    readonly p10: number;
    readonly p25: number;
    readonly p75: number;
    readonly p90: number;
  } | null;
}

export interface PathForecast {
  readonly method: ForecastMethod;
  /** From the last known month on, one a month. */
  readonly points: readonly ForecastPoint[];
  /** The known months and after them those to come, shifted by what is approved. */
  readonly months: MonthSeries;
  /** How many of `months` are known ones. */
  readonly known: number;
  /** Null with too little history; then `missingMonths` says how much more it needs. */
  readonly test: BackTest | null;
  readonly missingMonths: number;
}

/**
 * @param months up to the last known month
 * @param days of each month to foretell
 * @returns null where no month is known
 */
export function pathForecast(months: MonthSeries, days: readonly number[]): PathForecast | null {
  const method = methodFor(months);
  if (method === null) return null;
  const tested = backTest(months, method);
  const test = "test" in tested ? tested.test : null;
  const all = [...months, ...forecastMonths(months, method, days)];
  return {
    method,
    months: all,
    known: months.length,
    points: pointsOf(all, months.length, test),
    test,
    missingMonths: "test" in tested ? 0 : tested.missingMonths,
  };
}

/**
 * The same forecast with changes of numerator and denominator in the months to come: approved projects, a scenario.
 * @param shift of a month to come; 1 is the first
 */
export function shiftForecast(
  forecast: PathForecast,
  shift: (monthsAhead: number) => MonthAmounts,
): PathForecast {
  const months = forecast.months.map((month, place): Month | null => {
    if (month === null || place < forecast.known) return month;
    const { numerator, denominator } = shift(place - forecast.known + 1);
    return {
      numerator: month.numerator + numerator,
      denominator: month.denominator + denominator,
      days: month.days,
    };
  });
  return { ...forecast, months, points: pointsOf(months, forecast.known, forecast.test) };
}

function pointsOf(months: MonthSeries, known: number, test: BackTest | null): ForecastPoint[] {
  const points: ForecastPoint[] = [];
  for (let place = known - 1; place < months.length; place++) {
    const ratio = rollingRatio(months, place);
    if (ratio === null) continue;
    const value = Math.max(0, ratio);
    const monthsAhead = place - known + 1;
    points.push({ monthsAhead, value, range: test === null ? null : rangeOf(value, test, monthsAhead) });
  }
  return points;
}

function rangeOf(value: number, test: BackTest, monthsAhead: number): ForecastPoint["range"] {
  const offsets = offsetsAt(test, monthsAhead);
  return {
    p10: Math.max(0, value + offsets.p10),
    p25: Math.max(0, value + offsets.p25),
    p75: value + offsets.p75,
    p90: value + offsets.p90,
  };
}

/** Numerator and denominator of the twelve months that end `monthsAhead` after the last known one. */
export function yearAt(forecast: PathForecast, monthsAhead: number): MonthAmounts | null {
  const end = forecast.known + monthsAhead;
  return sumOf(forecast.months.slice(Math.max(0, end - MONTHS_OF_YEAR), end));
}
