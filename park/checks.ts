import type { Calendar } from "./calendar.ts";
import type { Dated } from "./dated.ts";
import type { Complain } from "./problems.ts";

/** What parts of a park file are checked for again and again; every problem is told through `complain`. */
export class Checks {
  readonly complain: Complain;
  readonly #calendar: Calendar;

  constructor(calendar: Calendar, complain: Complain) {
    this.#calendar = calendar;
    this.complain = complain;
  }

  /** Ids, each of which is to be one entry's alone. */
  unique(list: readonly { readonly id: string }[], path: string): ReadonlySet<string> {
    const seen = new Map<string, number>();
    list.forEach((entry, i) => {
      const first = seen.get(entry.id);
      if (first !== undefined)
        this.complain(`${path}[${i}] (${entry.id}).id`, "an id of its own", `the id of ${path}[${first}]`);
      else seen.set(entry.id, i);
    });
    return new Set(seen.keys());
  }

  known(ids: { has(id: string): boolean }, id: string, path: string, what: "enterprise" | "meter"): void {
    if (!ids.has(id)) this.complain(path, `a declared ${what}`, id);
  }

  ascending(list: Dated<unknown>, path: string): void {
    list.forEach((entry, i) => {
      const before = list[i - 1];
      if (before !== undefined && before.fromMs >= entry.fromMs)
        this.complain(`${path}[${i}].from`, "a date after the entry before it", this.instant(entry.fromMs));
    });
  }

  /** An instant in the park's time, as a problem shows it. */
  instant(timeMs: number): string {
    return Number.isFinite(timeMs) ? this.#calendar.iso(timeMs) : "the beginning";
  }
}
