import { fromMicro } from "../../park/quantities.ts";
import { BANDS, type Band } from "../../park/tariff.ts";
import { scopeText } from "../../park/topology.ts";
import { bandAt, energyByBand, type QuarterEnergy, tariffAt } from "../../standards/tariff.ts";
import type { TariffAnswer } from "../answers/records.ts";
import { CoverageTally } from "../energy/buckets.ts";
import { takenQuarters } from "../energy/quarters.ts";
import { totalOf } from "../energy/sums.ts";
import type { StandardsDeps, StandardsQuery } from "../standards/deps.ts";

const NOT_THE_BILL = {
  code: "energy-cost-not-bill",
  zh: "这是各时段电量及其电度电费，不是电费账单：不含基本电费、力调电费、代征基金、附加和偏差费用。",
  en: "Energy and its cost by band, not the bill: demand charge, power-factor adjustment, levies and deviations are not in it.",
} as const;
const SIMULATED_TARIFF = {
  code: "simulated-tariff",
  zh: "时段和电价是模拟的，不是官方电价。",
  en: "Bands and prices are simulated, not an official tariff.",
} as const;
const NO_TARIFF = {
  code: "no-tariff",
  zh: "园区文件没有适用于该时段的分时电价。",
  en: "The park file has no tariff for this span.",
} as const;
const PARTLY_UNPRICED = {
  code: "partly-unpriced",
  zh: "部分电量早于第一份电价，没有计入费用。",
  en: "Part of the energy lies before the first tariff and has no cost.",
} as const;

/** GET /tariff: what a scope takes from its connections, by band and bucket, with its cost. @throws StoreError */
export async function tariffAnswer(
  { park, reader }: Pick<StandardsDeps, "park" | "reader">,
  query: StandardsQuery & { readonly resolution: "1d" | "1M" },
): Promise<TariffAnswer> {
  const { calendar, tariffs } = park;
  const { scope, fromMs, toMs, nowMs, resolution } = query;
  // Asked for every register of a quarter-hour: worked out once.
  const bands = new Map<number, Band | null>();
  const bandOf = (timeMs: number): Band | null => {
    let band = bands.get(timeMs);
    if (band === undefined) {
      band = bandAt(tariffs, calendar, timeMs)?.band ?? null;
      bands.set(timeMs, band);
    }
    return band;
  };
  const tallies = new Map(BANDS.map((band) => [band, new CoverageTally()]));
  const whole = new CoverageTally();
  const quarters: QuarterEnergy[] = [];
  const meters = new Set<string>();
  let simulated = false;
  const marks = await reader.marks();
  // Month by month, so that a year of quarter-hours of a large park is never in memory at once.
  for (let monthMs = fromMs; monthMs < toMs; ) {
    const nextMs = Math.min(calendar.next(calendar.floor(monthMs, "1M"), "1M"), toMs);
    const read = await takenQuarters(park, reader, { scope, fromMs: monthMs, toMs: nextMs });
    read.buckets.forEach((bucket, i) => {
      quarters.push({ startMs: bucket.startMs, micro: read.taken.micro[i] ?? null });
    });
    for (const [band, tally] of tallies) read.tally(tally, nowMs, (b) => bandOf(b.startMs) === band);
    read.tally(whole, nowMs, () => true);
    for (const meter of read.meters) meters.add(meter);
    simulated ||= read.simulated;
    monthMs = nextMs;
  }
  const starts = calendar.buckets(fromMs, toMs, resolution).map((t) => Math.max(t, fromMs));
  let next = 0;
  const buckets = starts.map((_, i) => {
    const first = next;
    while (next < quarters.length && (quarters[next]?.startMs ?? toMs) < (starts[i + 1] ?? toMs)) next++;
    return energyByBand(tariffs, calendar, quarters.slice(first, next));
  });
  const all = energyByBand(tariffs, calendar, quarters);
  const kwh = (micro: number | null) => (micro === null ? null : fromMicro(micro));
  const energyMicro = totalOf(BANDS.map((band) => knownOf(all.bands[band].micro, quarters)));
  const occurring = new Set(quarters.map((q) => bandOf(q.startMs)).filter((band) => band !== null));
  const priced = occurring.size > 0;
  const cost = priced && energyMicro !== null ? totalOf(BANDS.map((band) => all.bands[band].cost)) : null;
  const inForce = tariffs.filter((t) =>
    t.fromMs >= fromMs && t.fromMs < toMs ? true : t === tariffAt(tariffs, fromMs),
  );
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    through: calendar.iso(Math.min(toMs, Math.max(fromMs, calendar.floor(nowMs, "15m")))),
    settled: await reader.isSettled(meters, toMs, nowMs, marks),
    simulated,
    resolution,
    currency: inForce[0]?.currency ?? null,
    tariffs: inForce.map(({ fromMs: since, name, authority, figures }) => ({
      from: calendar.iso(since),
      name,
      authority,
      figures,
    })),
    time: starts.map((t) => calendar.iso(t)),
    bands: priced
      ? BANDS.map((band) => ({
          band,
          energyKwh: buckets.map((b) => kwh(b.bands[band].micro)),
          cost: buckets.map((b) => b.bands[band].cost),
          total: {
            energyKwh: kwh(all.bands[band].micro),
            cost: all.bands[band].cost,
            share: shareOf(all.bands[band].micro, energyMicro),
          },
          coverage: occurring.has(band) ? (tallies.get(band)?.shares() ?? null) : null,
        }))
      : [],
    unpricedKwh: kwh(all.unpricedMicro),
    total: {
      energyKwh: priced ? kwh(energyMicro) : null,
      cost,
      costPerKwh:
        cost === null || energyMicro === null || energyMicro === 0 ? null : cost / fromMicro(energyMicro),
    },
    coverage: whole.shares(),
    remarks: [
      NOT_THE_BILL,
      ...(inForce.some((t) => t.figures === "simulated") ? [SIMULATED_TARIFF] : []),
      ...(inForce.length === 0 ? [NO_TARIFF] : []),
      ...(inForce.length > 0 && all.unpricedMicro !== 0 ? [PARTLY_UNPRICED] : []),
    ],
  };
}

/** A band that does not occur is 0, which is no energy known where nothing at all is. */
function knownOf(micro: number | null, quarters: readonly QuarterEnergy[]): number | null {
  return micro === 0 && quarters.every((q) => q.micro === null) ? null : micro;
}

function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole === 0 ? null : part / whole;
}
