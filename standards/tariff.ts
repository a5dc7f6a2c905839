import type { Calendar } from "../park/calendar.ts";
import { BANDS, type Band, type Tariff } from "../park/tariff.ts";

/**
 * Time-of-use bands 尖峰平谷深谷: which band an instant lies in and what energy costs in it. Bands change on half-hours of
 * the park's clock, so a quarter-hour lies wholly in one band.
 * The bands and prices themselves are the park file's, with their authority; nothing is known here of any province.
 */

/** The band of an instant, with its price in the tariff's currency per kWh. */
interface BandPrice {
  readonly band: Band;
  readonly pricePerKwh: number;
}

/** The tariff in force at an instant; null before the first. */
export function tariffAt(tariffs: readonly Tariff[], timeMs: number): Tariff | null {
  let found: Tariff | null = null;
  for (const tariff of tariffs) {
    if (tariff.fromMs > timeMs) break;
    found = tariff;
  }
  return found;
}

/** Band and price of an instant on the park's clock: 10:30 is priced as 10:30. Null before the first tariff. */
export function bandAt(tariffs: readonly Tariff[], calendar: Calendar, timeMs: number): BandPrice | null {
  const tariff = tariffAt(tariffs, timeMs);
  if (tariff === null) return null;
  const { month, hour, minute, weekday } = calendar.parts(timeMs);
  const season = tariff.seasons[month - 1];
  const kind =
    tariff.datedDays.get(calendar.dateKey(timeMs)) ??
    (weekday === 0 || weekday === 6 ? "weekend" : "workday");
  const band = season?.days[kind]?.[hour * 2 + (minute >= 30 ? 1 : 0)];
  const pricePerKwh = band === undefined ? undefined : season?.prices[band];
  return band === undefined || pricePerKwh === undefined ? null : { band, pricePerKwh };
}

/** What was used in one band. */
interface BandEnergy {
  /** Integer 10⁻⁶ kWh of what is known; null: quarter-hours lie in this band and of none anything is known. */
  readonly micro: number | null;
  /** Of the known energy, in the tariff's currency. */
  readonly cost: number | null;
}

/** Energy and its cost by band, and what lies before the first tariff (`unpriced`, without a cost). */
interface EnergyByBand {
  readonly bands: Readonly<Record<Band, BandEnergy>>;
  readonly unpricedMicro: number | null;
}

/** A quarter-hour's energy in integer 10⁻⁶ kWh; null: nothing is known. */
export interface QuarterEnergy {
  readonly startMs: number;
  readonly micro: number | null;
}

/**
 * Adds quarter-hours up by band. A band without a quarter-hour in the list is truly 0; prices meet whole sums of integers,
 * so that the cost does not depend on the order.
 */
export function energyByBand(
  tariffs: readonly Tariff[],
  calendar: Calendar,
  quarters: Iterable<QuarterEnergy>,
): EnergyByBand {
  const met = new Map<Band | null, Map<number, number | null>>();
  for (const { startMs, micro } of quarters) {
    const found = bandAt(tariffs, calendar, startMs);
    const band = found?.band ?? null;
    const byPrice = met.get(band) ?? new Map<number, number | null>();
    met.set(band, byPrice);
    const price = found?.pricePerKwh ?? 0;
    const before = byPrice.get(price) ?? null;
    byPrice.set(price, micro === null ? before : (before ?? 0) + micro);
  }
  const total = (band: Band | null): BandEnergy => {
    const byPrice = met.get(band);
    if (byPrice === undefined) return { micro: 0, cost: 0 };
    let micro: number | null = null;
    let cost: number | null = null;
    for (const [price, sum] of [...byPrice].sort(([a], [b]) => a - b)) {
      if (sum === null) continue;
      micro = (micro ?? 0) + sum;
      cost = (cost ?? 0) + (sum * price) / 1e6;
    }
    return { micro, cost };
  };
  return {
    bands: Object.fromEntries(BANDS.map((band) => [band, total(band)])) as Record<Band, BandEnergy>, // the entries are BANDS
    unpricedMicro: met.has(null) ? total(null).micro : 0,
  };
}
