import { serverNow } from "../../live.ts";
import { parkZone } from "../../state.ts";
import { dayOf, hourMinute } from "../../time.ts";

/** The park's local time now, YYYY-MM-DDTHH:mm. */
export function localNow(): string {
  const now = serverNow.value;
  return `${dayOf(now, parkZone.value)}T${hourMinute(now, parkZone.value)}`;
}
