import { z } from "zod";
import type { Calendar } from "./calendar.ts";
import type { Complain } from "./problems.ts";

/** Time-of-use tariffs 分时电价 as a park file declares them: by date, season, kind of day and half-hour. */

/** 尖 峰 平 谷 深谷, dearest first. */
export const BANDS = ["sharp", "peak", "flat", "valley", "deepValley"] as const;
export type Band = (typeof BANDS)[number];

const HALF_HOURS = 48;

const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be lower-case letters, digits and hyphens");
const name = z.strictObject({ zh: z.string().min(1).max(80), en: z.string().min(1).max(80) });
const date = z.iso.date({ error: "must be a date, YYYY-MM-DD" });
const price = z.number().min(0);
const prices = z.strictObject({
  sharp: price.optional(),
  peak: price.optional(),
  flat: price.optional(),
  valley: price.optional(),
  deepValley: price.optional(),
});
const halfHours = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):(00|30)-(([01]\d|2[0-3]):(00|30)|24:00)$/,
    'must be half-hours such as "10:30-12:00"',
  );
const bands = z.record(halfHours, z.enum(BANDS));

export const tariffSchema = z.strictObject({
  /** In force from this instant until the next tariff's. */
  from: z.iso
    .datetime({ offset: true, error: "must be ISO 8601 with an offset, e.g. 2026-03-02T10:00:00+08:00" })
    .transform((text) => Date.parse(text)),
  name,
  currency: z.string().regex(/^[A-Z]{3}$/, "must be an ISO 4217 code, e.g. CNY"),
  /** Who set these bands and prices, and where it stands. */
  authority: z.string().min(1).max(300),
  figures: z.enum(["declared", "simulated"]),
  /** Dates that are neither workday nor weekend, e.g. a spring festival with a 深谷 of its own. */
  holidays: z.array(z.strictObject({ id, name: name.optional(), dates: z.array(date).min(1) })).default([]),
  /** Saturdays and Sundays that are worked 调休. */
  workedWeekends: z.array(date).default([]),
  /** Currency per kWh. */
  prices,
  seasons: z
    .array(
      z.strictObject({
        months: z.array(z.int().min(1).max(12)).min(1),
        /** Other prices in these months. */
        prices: prices.optional(),
        /** `workday`, `weekend` and holidays by id. Without `weekend` it is as a workday, a holiday as a weekend. */
        days: z.record(id, bands),
      }),
    )
    .min(1),
});

type TariffFile = z.output<typeof tariffSchema>;

/** The bands of a day by half-hour, 48 of them from midnight. */
type DayBands = readonly Band[];

interface TariffSeason {
  readonly months: readonly number[];
  readonly prices: Readonly<Partial<Record<Band, number>>>;
  /** By kind of day: workday, weekend and each holiday's id. */
  readonly days: Readonly<Record<string, DayBands>>;
}

/** A tariff ready to be asked: every month has its season and every kind of day its 48 half-hours. */
export interface Tariff {
  readonly fromMs: number;
  readonly name: { readonly zh: string; readonly en: string };
  readonly currency: string;
  readonly authority: string;
  readonly figures: "declared" | "simulated";
  /** Kind of day of each date that is not what its weekday says. */
  readonly datedDays: ReadonlyMap<string, string>;
  /** By month, January first. */
  readonly seasons: readonly TariffSeason[];
}

/** Tariffs as declared, ready to be asked; every problem is told through `complain`. */
export function tariffsOf(list: readonly TariffFile[], calendar: Calendar, complain: Complain): Tariff[] {
  return list.map((tariff, i) => {
    const path = `tariffs[${i}]`;
    const before = list[i - 1];
    if (before !== undefined && before.from >= tariff.from)
      complain(`${path}.from`, "a date after the tariff before it", calendar.iso(tariff.from));
    if (before !== undefined && before.currency !== tariff.currency)
      complain(
        `${path}.currency`,
        `the currency of the tariff before it (${before.currency})`,
        tariff.currency,
      );
    if (!calendar.isEdge(tariff.from, "1d"))
      complain(`${path}.from`, "the beginning of a day of the park", calendar.iso(tariff.from));
    return {
      fromMs: tariff.from,
      name: tariff.name,
      currency: tariff.currency,
      authority: tariff.authority,
      figures: tariff.figures,
      datedDays: datedDays(tariff, path, complain),
      seasons: seasonsOf(tariff, path, complain),
    };
  });
}

function datedDays(tariff: TariffFile, path: string, complain: Complain): Map<string, string> {
  const kinds = new Map<string, string>();
  const add = (day: string, kind: string, at: string) => {
    const other = kinds.get(day);
    if (other !== undefined) complain(at, "a date named once", `${day}, already ${other}`);
    kinds.set(day, kind);
  };
  const seen = new Set<string>(["workday", "weekend"]);
  tariff.holidays.forEach((holiday, j) => {
    const at = `${path}.holidays[${j}] (${holiday.id})`;
    if (seen.has(holiday.id)) complain(`${at}.id`, "an id of its own", holiday.id);
    seen.add(holiday.id);
    holiday.dates.forEach((day, k) => add(day, holiday.id, `${at}.dates[${k}]`));
  });
  tariff.workedWeekends.forEach((day, j) => {
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    const at = `${path}.workedWeekends[${j}]`;
    if (weekday !== 0 && weekday !== 6) complain(at, "a Saturday or Sunday", day);
    add(day, "workday", at);
  });
  return kinds;
}

function seasonsOf(tariff: TariffFile, path: string, complain: Complain): TariffSeason[] {
  const byMonth = new Map<number, TariffSeason>();
  const owner = new Map<number, number>();
  const kinds = new Set(["workday", "weekend", ...tariff.holidays.map((h) => h.id)]);
  tariff.seasons.forEach((season, j) => {
    const at = `${path}.seasons[${j}]`;
    const inForce = { ...given(tariff.prices), ...given(season.prices ?? {}) };
    const declared = new Map<string, DayBands>();
    for (const [kind, spans] of Object.entries(season.days)) {
      const here = `${at}.days.${kind}`;
      if (!kinds.has(kind)) complain(here, `one of ${[...kinds].join(", ")}`, kind);
      const day = dayBands(spans, here, complain);
      declared.set(kind, day);
      for (const band of new Set(day))
        if (inForce[band] === undefined)
          complain(`${at}.prices.${band}`, "a price for a band in use", undefined);
    }
    const workday = declared.get("workday");
    if (workday === undefined) complain(`${at}.days.workday`, "the bands of a workday", undefined);
    const weekend = declared.get("weekend") ?? workday ?? [];
    const days: Record<string, DayBands> = { workday: workday ?? [], weekend };
    for (const holiday of tariff.holidays) days[holiday.id] = declared.get(holiday.id) ?? weekend;
    const made = { months: season.months, prices: inForce, days };
    for (const month of season.months) {
      const other = owner.get(month);
      if (other !== undefined)
        complain(`${at}.months`, "months of no other season", `${month}, of seasons[${other}]`);
      owner.set(month, j);
      byMonth.set(month, made);
    }
  });
  const without = Array.from({ length: 12 }, (_, m) => m + 1).filter((m) => !byMonth.has(m));
  if (without.length > 0)
    complain(`${path}.seasons`, "every month in a season", `no season for month ${without.join(", ")}`);
  return Array.from({ length: 12 }, (_, m) => byMonth.get(m + 1) ?? { months: [], prices: {}, days: {} });
}

function given(all: TariffFile["prices"]): Partial<Record<Band, number>> {
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

/** The 48 half-hours of a kind of day; told: what lies in two spans, what in none. */
function dayBands(spans: Readonly<Record<string, Band>>, path: string, complain: Complain): Band[] {
  const bands = new Map<number, Band>();
  for (const [span, band] of Object.entries(spans)) {
    const [start = 0, end = 0] = span.split("-").map(halfHourOf);
    if (start >= end) complain(`${path}.${span}`, "an end after its beginning", span);
    const twice: number[] = [];
    for (let h = start; h < end; h++) {
      if (bands.has(h)) twice.push(h);
      bands.set(h, band);
    }
    if (twice.length > 0) complain(`${path}.${span}`, "half-hours of no other span", spansText(twice));
  }
  const open = Array.from({ length: HALF_HOURS }, (_, h) => h).filter((h) => !bands.has(h));
  if (open.length > 0) complain(path, "24 hours exactly", `no band for ${spansText(open)}`);
  return Array.from({ length: HALF_HOURS }, (_, h) => bands.get(h) ?? "flat");
}

function halfHourOf(text: string): number {
  return Number(text.slice(0, 2)) * 2 + (text.endsWith("30") ? 1 : 0);
}

/** Half-hours, ascending, as spans: 10:30-12:00, 23:00-24:00. */
function spansText(halves: readonly number[]): string {
  const clock = (h: number) => `${String(Math.floor(h / 2)).padStart(2, "0")}:${h % 2 === 0 ? "00" : "30"}`;
  const spans: [number, number][] = [];
  for (const h of halves) {
    const last = spans.at(-1);
    if (last !== undefined && last[1] === h) last[1] = h + 1;
    else spans.push([h, h + 1]);
  }
  return spans.map(([from, to]) => `${clock(from)}-${clock(to)}`).join(", ");
}
