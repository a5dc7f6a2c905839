import type { LiveAnswer } from "../../../api/answers/live.ts";
import { parkZone } from "../../state.ts";
import { dayOf, hourMinute } from "../../time.ts";

/** In the first hour of a day the sums are yesterday's: which day they are of, and up to when. */
export function sumsOf(answer: LiveAnswer): {
  readonly day: string;
  readonly to: string;
  readonly yesterday: boolean;
} {
  const zone = parkZone.value;
  const toMs = Date.parse(answer.today.to);
  const day = dayOf(toMs - 1, zone);
  return { day, to: hourMinute(toMs, zone), yesterday: day !== dayOf(Date.parse(answer.time), zone) };
}
