import { park } from "../../park.ts";
import { place } from "../../router.ts";

/** The scope of the address; an enterprise's own account starts with itself, everybody else with the park. */
export function scopeOf(): string {
  const caller = park.value?.caller;
  const own =
    caller?.role === "enterprise" && caller.enterprise !== null ? `enterprise:${caller.enterprise}` : "park";
  return place.value.query.get("scope") ?? own;
}
