import type { Calendar } from "./calendar.ts";
import type { Tariff } from "./tariff.ts";

/** Kinds of days: by weekday, but for the holidays and worked weekends 调休 that the tariffs in force name. */

type DayKind = "workday" | "weekend" | "holiday";

/** A date that is not what its weekday says: [YYYY-MM-DD, its kind]. */
export type DatedDay = readonly [string, "workday" | "holiday"];

/** The dates that tariffs name, each by the tariff in force on it, ascending. */
export function datedDaysOf(tariffs: readonly Tariff[], calendar: Calendar): DatedDay[] {
  return tariffs
    .flatMap((tariff, i) => {
      const from = calendar.dateKey(tariff.fromMs);
      const next = tariffs[i + 1];
      const to = next === undefined ? "9999" : calendar.dateKey(next.fromMs);
      return [...tariff.datedDays]
        .filter(([date]) => date >= from && date < to)
        .map(([date, kind]): DatedDay => [date, kind === "workday" ? "workday" : "holiday"]);
    })
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Tells the kind of the day that holds an instant. */
export class DayKinds {
  readonly #dated: ReadonlyMap<string, DayKind>;
  readonly #calendar: Calendar;
  /** By the day's start. */
  readonly #known = new Map<number, DayKind>();

  constructor(dated: readonly DatedDay[], calendar: Calendar) {
    this.#dated = new Map(dated);
    this.#calendar = calendar;
  }

  at(timeMs: number): DayKind {
    const dayMs = this.#calendar.floor(timeMs, "1d");
    let kind = this.#known.get(dayMs);
    if (kind === undefined) {
      const { weekday } = this.#calendar.parts(dayMs);
      kind = this.#dated.get(this.#calendar.dateKey(dayMs)) ?? (weekday % 6 === 0 ? "weekend" : "workday");
      this.#known.set(dayMs, kind);
    }
    return kind;
  }
}
