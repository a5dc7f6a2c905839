/** Months of a ratio such as tCO2 per tce: numerator and denominator apart, so that months add up to a year. */

export interface MonthAmounts {
  readonly numerator: number;
  readonly denominator: number;
}

/** A whole month, with its number of days. */
export interface Month extends MonthAmounts {
  readonly days: number;
}

/** Months that follow each other; null where too little of one is known. */
export type MonthSeries = readonly (Month | null)[];

export const MONTHS_OF_YEAR = 12;

/** Σ numerator ÷ Σ denominator; null where nothing is known or nothing was used. */
export function ratioOf(months: Iterable<MonthAmounts | null>): number | null {
  const sum = sumOf(months);
  return sum === null || sum.denominator <= 0 ? null : sum.numerator / sum.denominator;
}

/** The sum of the months known; null where none is. */
export function sumOf(months: Iterable<MonthAmounts | null>): MonthAmounts | null {
  let numerator = 0;
  let denominator = 0;
  let known = false;
  for (const month of months) {
    if (month === null) continue;
    known = true;
    numerator += month.numerator;
    denominator += month.denominator;
  }
  return known ? { numerator, denominator } : null;
}

/** The ratio of the twelve months that end with a place of the series, of those known among them. */
export function rollingRatio(months: MonthSeries, last: number): number | null {
  return ratioOf(months.slice(Math.max(0, last - MONTHS_OF_YEAR + 1), last + 1));
}

/** How many months of the twelve that end with a place are known. */
export function rollingCount(months: MonthSeries, last: number): number {
  return months.slice(Math.max(0, last - MONTHS_OF_YEAR + 1), last + 1).filter((m) => m !== null).length;
}
