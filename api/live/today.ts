import { HOUR_MS, QUARTER_MS } from "../../park/calendar.ts";
import { valueAt } from "../../park/dated.ts";
import type { Park } from "../../park/park.ts";
import { fromMicro } from "../../park/quantities.ts";
import { compositionOf, type Scope } from "../../park/topology.ts";
import type { LiveAnswer } from "../answers/live.ts";
import { bucketColumn, bucketsOf, CoverageTally } from "../energy/buckets.ts";
import type { Register } from "../energy/series.ts";
import { columnKey } from "../energy/series.ts";
import type { Balance, EnergyService } from "../energy/service.ts";
import type { FlowSeries } from "../energy/sums.ts";
import { selfSupply } from "./picture.ts";

/** Today's sums up to the last closed quarter-hour: what stands beside the powers on the wall. */

const LEAST_GRACE_MS = 30_000;

/** Which stretch of time is told as today's. */
export interface DaySpan {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface Today extends DaySpan {
  readonly answer: LiveAnswer["today"];
  readonly dataQuality: LiveAnswer["dataQuality"];
  readonly byEnterprise: ReadonlyMap<
    string,
    { readonly energyKwh: number | null; readonly complete: boolean }
  >;
  readonly balance: Balance;
}

/**
 * End of the last quarter-hour that every punctual meter can have closed: its closing reading may come
 * one and a half intervals later.
 */
export function lastClosedMs(park: Park, nowMs: number): number {
  let slowestMs = 0;
  for (const m of park.meters) {
    if (m.medium === "electricity" && m.sum === null) slowestMs = Math.max(slowestMs, m.reportsEveryMs);
  }
  const graceMs = Math.min(QUARTER_MS, 1.5 * slowestMs) + LEAST_GRACE_MS;
  return Math.floor((nowMs - graceMs) / QUARTER_MS) * QUARTER_MS;
}

/** Today up to the last closed quarter-hour; in the first hour of a day yesterday, so that the wall is never empty. */
export function spanOfToday(park: Park, nowMs: number): DaySpan {
  const closedMs = lastClosedMs(park, nowMs);
  const midnightMs = park.calendar.floor(nowMs, "1d");
  const isEarly = closedMs - midnightMs < HOUR_MS;
  return isEarly
    ? { fromMs: park.calendar.floor(midnightMs - 1, "1d"), toMs: midnightMs }
    : { fromMs: midnightMs, toMs: closedMs };
}

/** What is told in the place of sums that are being made. */
export function todayInMaking(park: Park, { toMs }: DaySpan): LiveAnswer["today"] {
  return {
    making: true,
    to: park.calendar.iso(toMs),
    gridImportKwh: null,
    gridExportKwh: null,
    pvKwh: null,
    storageInKwh: null,
    storageOutKwh: null,
    useKwh: null,
    selfSupplyShare: null,
    complete: false,
    coverage: null,
  };
}

/** The sums of a stretch. @throws StoreError */
export async function todayOf(park: Park, energy: EnergyService, { fromMs, toMs }: DaySpan): Promise<Today> {
  const calendar = park.calendar;
  const scope: Scope = { kind: "park" };
  const balance = await energy.balance({ scope, fromMs, toMs, resolution: "15m", nowMs: toMs });
  const total = (s: FlowSeries) => (s.total === null ? null : fromMicro(s.total));
  const flows = balance.flows;
  const { dataQuality, byEnterprise } = await byMeter(park, energy, fromMs, toMs);
  return {
    answer: {
      making: false,
      to: calendar.iso(toMs),
      gridImportKwh: total(flows.gridImport),
      gridExportKwh: total(flows.gridExport),
      pvKwh: total(flows.pv),
      storageInKwh: total(flows.storageIn),
      storageOutKwh: total(flows.storageOut),
      useKwh: total(flows.use),
      selfSupplyShare: selfSupply(flows.pv.total, flows.gridExport.total, flows.use.total),
      complete: Object.values(flows).every((f) => f.complete),
      coverage: balance.coverage,
    },
    dataQuality,
    byEnterprise,
    balance,
    fromMs,
    toMs,
  };
}

async function byMeter(park: Park, energy: EnergyService, fromMs: number, toMs: number) {
  const registers = park.meters.flatMap((m): Register[] =>
    m.registers
      .filter((r) => r.expected && m.medium === "electricity")
      .map((r) => ({ meter: m.id, channel: r.energyChannel })),
  );
  const use = compositionOf(park, { kind: "park" }, fromMs).use;
  const wanted: Register[] = use.map((m) => ({ meter: m.id, channel: "energyImportKwh" }));
  const table = await energy.reader.quarterHours([...registers, ...wanted], fromMs, toMs);
  const buckets = bucketsOf(table, park.calendar, fromMs, toMs, "15m");
  const tally = new CoverageTally();
  for (const register of registers) {
    const column = table.columns.get(columnKey(register));
    if (column === undefined) continue;
    const bucketed = bucketColumn(table, column, buckets, "15m");
    // Shares by meter and interval: every quarter-hour weighs the same.
    tally.add({ ...bucketed, micro: new Float64Array(buckets.length).fill(0) }, buckets, toMs, () => 0);
  }
  const byEnterprise = new Map<string, { energyKwh: number | null; complete: boolean }>();
  for (const meter of use) {
    const enterprise = valueAt(meter.enterprise, fromMs);
    const column = table.columns.get(columnKey({ meter: meter.id, channel: "energyImportKwh" }));
    if (enterprise === null || column === undefined) continue;
    const bucketed = bucketColumn(table, column, buckets, "15m");
    const known = buckets.some((_, b) => (bucketed.knownMs[b] ?? 0) > 0);
    const micro = bucketed.micro.reduce((a, b) => a + b, 0);
    const complete = buckets.every((_, b) => bucketed.knownMs[b] === bucketed.dueMs[b]);
    const before = byEnterprise.get(enterprise) ?? { energyKwh: null, complete: true };
    byEnterprise.set(enterprise, {
      energyKwh: known ? (before.energyKwh ?? 0) + fromMicro(micro) : before.energyKwh,
      complete: before.complete && complete,
    });
  }
  return { dataQuality: tally.shares(), byEnterprise };
}
