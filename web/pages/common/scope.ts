import { nameOf } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { place } from "../../router.ts";

/** The scope of the address; an enterprise's own account starts with itself, everybody else with the park. */
export function scopeOf(): string {
  const caller = park.value?.caller;
  const own =
    caller?.role === "enterprise" && caller.enterprise !== null ? `enterprise:${caller.enterprise}` : "park";
  return place.value.query.get("scope") ?? own;
}

/** A scope as people call it. */
export function scopeName(scope: string): string {
  const found =
    scope === "park"
      ? park.value
      : [
          ...(park.value?.boundaries ?? []).map((b) => ({ ...b, scope: `boundary:${b.id}` })),
          ...(park.value?.enterprises ?? []).map((e) => ({ ...e, scope: `enterprise:${e.id}` })),
        ].find((one) => one.scope === scope);
  return found?.name == null ? scope : nameOf(found.name);
}
