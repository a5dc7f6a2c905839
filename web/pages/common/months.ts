import { addDays, dayStart } from "../../time.ts";

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

/** A month of the park's calendar as instants for `from` and `to`, half-open. */
export function monthSpan(month: string, timeZone: string): { from: string; to: string } {
  return {
    from: new Date(dayStart(`${month}-01`, timeZone)).toISOString(),
    to: new Date(dayStart(`${shiftMonth(month, 1)}-01`, timeZone)).toISOString(),
  };
}

/** The last day of a half-open span, from its end (ISO with the park's offset): midnight belongs to the day before. */
export function lastDay(to: string): string {
  const day = to.slice(0, 10);
  return to.slice(11, 19) === "00:00:00" ? addDays(day, -1) : day;
}

/** Months in order as people list them: those that follow each other as `first … last`. */
export function monthRuns(months: readonly string[]): string[] {
  const runs: { first: string; last: string }[] = [];
  for (const month of months.toSorted()) {
    const run = runs[runs.length - 1];
    if (run !== undefined && shiftMonth(run.last, 1) === month) run.last = month;
    else runs.push({ first: month, last: month });
  }
  return runs.map(({ first, last }) => (first === last ? first : `${first} … ${last}`));
}
