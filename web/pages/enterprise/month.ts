import type { CarbonFigure, EnterpriseMonthAnswer } from "../../../api/answers/standards.ts";

/** A sum of what is known; `complete` is false when a part was null, so that the page can say ≥. Null: nothing known. */
export type Sum = { value: number | null; complete: boolean };

/** Adds what is known. */
export function sumKnown(values: readonly (number | null)[]): Sum {
  const known = values.filter((value) => value !== null);
  return {
    value: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
    complete: known.length === values.length,
  };
}

type Day = EnterpriseMonthAnswer["days"][number];
export type DayKey = "useKwh" | "gridImportKwh" | "pvKwh" | "carbonKg";

/** The days' sums, column by column. */
export function daySums(days: readonly Day[]): Record<DayKey, Sum> {
  const of = (key: DayKey): Sum => sumKnown(days.map((day) => day[key]));
  return {
    useKwh: of("useKwh"),
    gridImportKwh: of("gridImportKwh"),
    pvKwh: of("pvKwh"),
    carbonKg: of("carbonKg"),
  };
}

/** What flows in and what flows out; the two sums are equal where nothing is missing. */
export function balanceSides(balance: EnterpriseMonthAnswer["balance"]): { inKwh: Sum; outKwh: Sum } {
  return {
    inKwh: sumKnown([balance.gridImportKwh, balance.pvKwh, balance.storageOutKwh]),
    outKwh: sumKnown([balance.gridExportKwh, balance.storageInKwh, balance.useKwh, balance.unknownKwh]),
  };
}

/** True when a term of the figure is unknown: its total is then a lower bound. */
export function atLeast(figure: CarbonFigure): boolean {
  return figure.totalKg !== null && figure.terms.some((term) => term.carbonKg === null);
}

/** The running month and those before it, newest first, from the park's local date (YYYY-MM…). */
export function monthsBack(today: string, count: number): string[] {
  const year = Number(today.slice(0, 4));
  const month = Number(today.slice(5, 7));
  return Array.from({ length: count }, (_, back) => {
    const months = year * 12 + (month - 1) - back;
    return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
  });
}

/** The month `by` months on from YYYY-MM. */
export function shiftMonth(month: string, by: number): string {
  const months = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + by;
  return `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, "0")}`;
}

/** True for YYYY-MM of a month that exists. */
export function isMonth(text: string): boolean {
  return /^\d{4}-(0[1-9]|1[0-2])$/.test(text);
}
