import { serverNow } from "../../live.ts";
import { parkZone } from "../../state.ts";
import { addDays, dayOf, dayStart, hourMinute } from "../../time.ts";
import { shiftMonth } from "../enterprise/month.ts";

/** The park's local time now, YYYY-MM-DDTHH:mm. */
export function localNow(): string {
  const now = serverNow.value;
  return `${dayOf(now, parkZone.value)}T${hourMinute(now, parkZone.value)}`;
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
