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
 * @param shift what is approved adds to a month to come (1 is the first): changes of numerator and denominator
 * @returns null where no month is known
 */
export function pathForecast(
  months: MonthSeries,
  days: readonly number[],
  shift: (monthsAhead: number) => MonthAmounts,
): PathForecast | null {
  const method = methodFor(months);
  if (method === null) return null;
  const tested = backTest(months, method);
  const test = "test" in tested ? tested.test : null;
  const future = forecastMonths(months, method, days).map((month, at): Month => {
    const change = shift(at + 1);
    return {
      numerator: month.numerator + change.numerator,
      denominator: month.denominator + change.denominator,
      days: month.days,
    };
  });
  const all = [...months, ...future];
  const points: ForecastPoint[] = [];
  for (let monthsAhead = 0; monthsAhead <= days.length; monthsAhead++) {
    const ratio = rollingRatio(all, months.length - 1 + monthsAhead);
    if (ratio === null) continue;
    const value = Math.max(0, ratio);
    const offsets = test === null ? null : offsetsAt(test, monthsAhead);
    points.push({
      monthsAhead,
      value,
      range:
        offsets === null
          ? null
          : {
              p10: Math.max(0, value + offsets.p10),
              p25: Math.max(0, value + offsets.p25),
              p75: value + offsets.p75,
              p90: value + offsets.p90,
            },
    });
  }
  return {
    method,
    points,
    months: all,
    known: months.length,
    test,
    missingMonths: "test" in tested ? 0 : tested.missingMonths,
  };
}

/** Numerator and denominator of the twelve months that end `monthsAhead` after the last known one. */
export function yearAt(forecast: PathForecast, monthsAhead: number): MonthAmounts | null {
  const end = forecast.known + monthsAhead;
  return sumOf(forecast.months.slice(Math.max(0, end - MONTHS_OF_YEAR), end));
}
