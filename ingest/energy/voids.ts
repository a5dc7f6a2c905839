import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";

/**
 * Energy is not shared over a longer gap: nobody knows when in more than a year it was, and a clock that stood at the
 * year 2000 would make a million quarter-hours of it.
 */
export const LONGEST_GAP_MS = 400 * DAY_MS;

/** Times without any reading that are too long for rows: whole quarter-hours in which nothing is said. */
export class Voids {
  readonly #list: { readonly fromMs: number; readonly toMs: number }[] = [];

  /** Two readings that follow one another, or what is known to be written up to and the next reading. */
  between(firstMs: number, secondMs: number): void {
    if (secondMs - firstMs <= LONGEST_GAP_MS) return;
    const floor = (timeMs: number) => Math.floor(timeMs / QUARTER_MS) * QUARTER_MS;
    this.#list.push({ fromMs: floor(firstMs) + QUARTER_MS, toMs: floor(secondMs) });
  }

  /** Where the void ends that holds an instant, null where there is none. */
  endAt(timeMs: number): number | null {
    return this.#list.find((v) => v.fromMs <= timeMs && timeMs < v.toMs)?.toMs ?? null;
  }
}
