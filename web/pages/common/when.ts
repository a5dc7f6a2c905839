import { computed } from "@preact/signals";
import { serverNow } from "../../live.ts";
import { parkZone } from "../../state.ts";
import { dayOf, hourMinute } from "../../time.ts";

// computed: who reads it is drawn anew once a minute, not with every tick of the clock
const minute = computed(() => {
  const now = serverNow.value;
  return `${dayOf(now, parkZone.value)}T${hourMinute(now, parkZone.value)}`;
});

/** The park's local time now, YYYY-MM-DDTHH:mm. */
export function localNow(): string {
  return minute.value;
}
