import { MONTHS_OF_YEAR, type Month, type MonthSeries, ratioOf, rollingRatio } from "./months.ts";

/** Months to come from months known: the method is chosen by how much history there is. */

/**
 * seasonal-drift: the same month a year before, plus the mean change from a year to the next (seasonal naive with drift).
 * linear-trend: the least-squares line through the monthly ratios. persistence: the ratio of the last twelve months stays.
 */
export type ForecastMethod = "seasonal-drift" | "linear-trend" | "persistence";

/** Months known from which on a method is taken. */
const MONTHS_NEEDED: Readonly<Record<ForecastMethod, number>> = {
  "seasonal-drift": 24,
  "linear-trend": 6,
  persistence: 1,
};

/** The method for a history; null where no month is known. */
export function methodFor(months: MonthSeries): ForecastMethod | null {
  const known = months.filter((m) => m !== null).length;
  for (const method of ["seasonal-drift", "linear-trend", "persistence"] as const)
    if (known >= MONTHS_NEEDED[method]) return method;
  return null;
}

/**
 * The months after the last one of a history, which must hold a known month. Ratios never fall below 0; the denominator
 * is, day for day, that of the same month a year before, else the mean of the last twelve known.
 * @param days of each month to come
 */
export function forecastMonths(
  months: MonthSeries,
  method: ForecastMethod,
  days: readonly number[],
): Month[] {
  const ratioAt = RATIOS[method](months);
  const recent = months.slice(-MONTHS_OF_YEAR).filter((m) => m !== null);
  const usual = perDay(recent.length > 0 ? recent : months.filter((m) => m !== null));
  return days.map((length, ahead) => {
    const place = months.length + ahead;
    const before = yearBefore(months, place);
    const denominator = (before === null ? usual : perDay([before])) * length;
    return { numerator: Math.max(0, ratioAt(place)) * denominator, denominator, days: length };
  });
}

function perDay(months: readonly Month[]): number {
  const days = months.reduce((sum, m) => sum + m.days, 0);
  return days === 0 ? 0 : months.reduce((sum, m) => sum + m.denominator, 0) / days;
}

type RatioAt = (place: number) => number;

const RATIOS: Readonly<Record<ForecastMethod, (months: MonthSeries) => RatioAt>> = {
  "seasonal-drift": seasonalDrift,
  "linear-trend": linearTrend,
  persistence,
};

function persistence(months: MonthSeries): RatioAt {
  const ratio = rollingRatio(months, months.length - 1) ?? ratioOf(months) ?? 0;
  return () => ratio;
}

function linearTrend(months: MonthSeries): RatioAt {
  const points = months.flatMap((m, place) => {
    const ratio = ratioOf([m]);
    return ratio === null ? [] : [{ place, ratio }];
  });
  const meanPlace = mean(points.map((p) => p.place));
  const meanRatio = mean(points.map((p) => p.ratio));
  let squares = 0;
  let products = 0;
  for (const { place, ratio } of points) {
    squares += (place - meanPlace) ** 2;
    products += (place - meanPlace) * (ratio - meanRatio);
  }
  const slope = squares === 0 ? 0 : products / squares;
  return (place) => meanRatio + slope * (place - meanPlace);
}

function seasonalDrift(months: MonthSeries): RatioAt {
  const changes = months.flatMap((m, place) => {
    const now = ratioOf([m]);
    const before = ratioOf([months[place - MONTHS_OF_YEAR] ?? null]);
    return now === null || before === null ? [] : [now - before];
  });
  const drift = mean(changes);
  const otherwise = linearTrend(months);
  return (place) => {
    for (let years = 1; place - years * MONTHS_OF_YEAR >= 0; years++) {
      const at = place - years * MONTHS_OF_YEAR;
      const ratio = at < months.length ? ratioOf([months[at] ?? null]) : null;
      if (ratio !== null) return ratio + years * drift;
    }
    return otherwise(place);
  };
}

function yearBefore(months: MonthSeries, place: number): Month | null {
  for (let at = place - MONTHS_OF_YEAR; at >= 0; at -= MONTHS_OF_YEAR) {
    const month = at < months.length ? months[at] : null;
    if (month !== null && month !== undefined) return month;
  }
  return null;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
}
