import { HOUR_MS, QUARTER_MS } from "../../park/calendar.ts";
import { fromMicro } from "../../park/quantities.ts";
import { scopeText } from "../../park/topology.ts";
import type { DemandAnswer } from "../answers/records.ts";
import { takenQuarters } from "../energy/quarters.ts";
import type { StandardsDeps, StandardsQuery } from "../standards/deps.ts";

const TOP = 10;
const PER_HOUR = HOUR_MS / QUARTER_MS;

const BLOCK_DEMAND = {
  code: "block-demand",
  zh: "按计量的 15 分钟区间计算（区间需量）；电表自身的滑差最大需量可能更高。",
  en: "From metered 15-minute blocks; a meter's own sliding maximum demand may be higher.",
} as const;
const NO_METER_DEMAND = {
  code: "no-meter-demand",
  zh: "该范围的电表都没有上送自身的最大需量。",
  en: "No meter of this scope sends its own maximum demand.",
} as const;
const METER_DEMAND = {
  code: "meter-demand-reset",
  zh: "电表自身的最大需量从其上次复位起算，复位日由电表设定；多块电表的值不相加。",
  en: "A meter's own maximum demand counts from its last reset, on the meter's day; those of several meters do not add up.",
} as const;
const SUM_OF_METERS = {
  code: "coincident-demand",
  zh: "多个进线时为同一区间内各进线之和。",
  en: "With several connections: their sum in the same interval.",
} as const;

interface Interval {
  readonly startMs: number;
  readonly demandKw: number;
  readonly known: number;
}

/**
 * GET /demand: a month's maximum demand from measured quarter-hours only (kW = 4 × kWh). What is estimated stands apart and is
 * never the peak; a month with nothing measured has none. @throws StoreError
 */
export async function demandAnswer(
  { park, reader }: Pick<StandardsDeps, "park" | "reader">,
  query: StandardsQuery & { readonly month: string },
): Promise<DemandAnswer> {
  const { calendar } = park;
  const { scope, fromMs, toMs, nowMs, month } = query;
  const closedMs = Math.max(fromMs, Math.min(toMs, calendar.floor(nowMs, "15m")));
  const marks = await reader.marks();
  const read = await takenQuarters(park, reader, { scope, fromMs, toMs: closedMs });
  const measured: Interval[] = [];
  const estimated: Interval[] = [];
  read.buckets.forEach(({ startMs }, i) => {
    const micro = read.taken.micro[i] ?? null;
    if (micro === null || read.quality[i] === "missing") return;
    const interval = { startMs, demandKw: fromMicro(micro) * PER_HOUR, known: read.known[i] ?? 0 };
    (read.quality[i] === "measured" ? measured : estimated).push(interval);
  });
  const due = read.buckets.length;
  const missing = due - measured.length - estimated.length;
  const top = highestOf(measured);
  const peak = top[0] ?? null;
  const meanKw =
    measured.length === 0 ? null : measured.reduce((s, i) => s + i.demandKw, 0) / measured.length;
  const shown = (i: Interval) => ({
    time: calendar.iso(i.startMs),
    end: calendar.iso(i.startMs + QUARTER_MS),
    demandKw: i.demandKw,
  });
  const own = await Promise.all(
    [...read.meters].map(async (id) => {
      const last = await reader.lastMaxDemand(id, fromMs, closedMs);
      return {
        meter: id,
        name: park.meterById.get(id)?.name ?? null,
        maxDemandKw: last?.maxDemandKw ?? null,
        time: last === null ? null : calendar.iso(last.timeMs),
      };
    }),
  );
  const byDay = new Map<number, Interval[]>();
  for (const interval of measured) {
    const day = calendar.floor(interval.startMs, "1d");
    const list = byDay.get(day) ?? [];
    byDay.set(day, list);
    list.push(interval);
  }
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    through: calendar.iso(closedMs),
    settled: await reader.isSettled(read.meters, toMs, nowMs, marks),
    simulated: read.simulated,
    month,
    intervalMinutes: 15,
    peak: peak === null ? null : shown(peak),
    top: top.map(shown),
    meanKw,
    loadFactor: peak === null || meanKw === null || peak.demandKw <= 0 ? null : meanKw / peak.demandKw,
    days: calendar.buckets(fromMs, closedMs, "1d").map((day) => {
      const list = byDay.get(day) ?? [];
      const [highest] = highestOf(list);
      return {
        date: calendar.dateKey(day),
        peakKw: highest?.demandKw ?? null,
        time: highest === undefined ? null : calendar.iso(highest.startMs),
        measured: list.length / ((Math.min(calendar.next(day, "1d"), closedMs) - day) / QUARTER_MS),
      };
    }),
    estimated: {
      intervals: estimated.length,
      abovePeak: estimated.filter((i) => peak === null || i.demandKw > peak.demandKw).length,
      top: highestOf(estimated).map((i) => ({ ...shown(i), known: i.known })),
    },
    intervals: { due, measured: measured.length, estimated: estimated.length, missing },
    coverage:
      due === 0
        ? { measured: 0, estimated: 0, missing: 1 }
        : { measured: measured.length / due, estimated: estimated.length / due, missing: missing / due },
    meters: own,
    remarks: [
      BLOCK_DEMAND,
      own.some((m) => m.maxDemandKw !== null) ? METER_DEMAND : NO_METER_DEMAND,
      ...(read.meters.size > 1 ? [SUM_OF_METERS] : []),
    ],
  };
}

/** The highest first; of equal ones the earlier. */
function highestOf(list: readonly Interval[]): Interval[] {
  return [...list].sort((a, b) => b.demandKw - a.demandKw || a.startMs - b.startMs).slice(0, TOP);
}
