import type { Quality } from "../../../api/answers/common.ts";
import type { BalanceAnswer } from "../../../api/answers/energy.ts";
import { type Unit, unitFor } from "../../format.ts";

/** A day's balance as the chart shows it: energy of a quarter-hour as its mean power. Pure. */

const QUARTER_MS = 900_000;
const HOURS = 0.25;

export interface DaySeries {
  readonly time: readonly number[];
  /** Mean powers in `unit`; null where nothing is known or nothing has been yet. */
  readonly solar: readonly (number | null)[];
  readonly discharge: readonly (number | null)[];
  readonly grid: readonly (number | null)[];
  readonly charge: readonly (number | null)[];
  readonly export: readonly (number | null)[];
  readonly use: readonly (number | null)[];
  readonly unknown: readonly (number | null)[];
  /** Worst state of any meter; null where the quarter-hour is still to come or still running. */
  readonly quality: readonly (Quality | null)[];
  readonly solarEstimated: readonly boolean[];
  readonly gridEstimated: readonly boolean[];
  readonly dischargeEstimated: readonly boolean[];
  readonly chargeEstimated: readonly boolean[];
  readonly exportEstimated: readonly boolean[];
  readonly unit: Unit;
  readonly digits: number;
  readonly useMin: number | null;
  readonly useMax: number | null;
  readonly useLast: number | null;
  readonly missing: number;
  /** True when any quarter-hour has any figure. */
  readonly any: boolean;
}

/** The series of a 15-minute balance; quarter-hours that end after `nowMs` or are still running stay blank. */
export function daySeries(answer: BalanceAnswer, nowMs: number): DaySeries {
  const time = answer.time.map((t) => Date.parse(t));
  const openMs = answer.openFrom === null ? Number.POSITIVE_INFINITY : Date.parse(answer.openFrom);
  const closed = time.map((at) => at + QUARTER_MS <= nowMs && at < openMs);
  const kw = (values: readonly (number | null)[]): (number | null)[] =>
    time.map((_, i) => {
      const energy = values[i] ?? null;
      return closed[i] === true && energy !== null ? energy / HOURS : null;
    });
  const rows = {
    solar: kw(answer.pvKwh),
    discharge: kw(answer.storageOutKwh),
    grid: kw(answer.gridImportKwh),
    charge: kw(answer.storageInKwh),
    export: kw(answer.gridExportKwh),
    use: kw(answer.useKwh),
    unknown: kw(answer.unknownKwh),
  };
  const supply = time.map((_, i) => (rows.solar[i] ?? 0) + (rows.discharge[i] ?? 0) + (rows.grid[i] ?? 0));
  const unit = unitFor("power", [...supply, ...rows.use]);
  const inUnit = (values: readonly (number | null)[]): (number | null)[] =>
    values.map((v) => (v === null ? null : v / unit.per));
  const estimated = (of: readonly Quality[] | undefined): boolean[] =>
    time.map((_, i) => of?.[i] === "estimated");
  const use = inUnit(rows.use);
  const known = use.filter((v) => v !== null);
  const quality = time.map((_, i) => (closed[i] === true ? (answer.quality[i] ?? null) : null));
  return {
    time,
    solar: inUnit(rows.solar),
    discharge: inUnit(rows.discharge),
    grid: inUnit(rows.grid),
    charge: inUnit(rows.charge),
    export: inUnit(rows.export),
    use,
    unknown: inUnit(rows.unknown),
    quality,
    solarEstimated: estimated(answer.flowQuality?.pv),
    gridEstimated: estimated(answer.flowQuality?.gridImport),
    dischargeEstimated: estimated(answer.flowQuality?.storageOut),
    chargeEstimated: estimated(answer.flowQuality?.storageIn),
    exportEstimated: estimated(answer.flowQuality?.gridExport),
    unit,
    digits: unit.per === 1 ? 0 : 1,
    useMin: known.length === 0 ? null : Math.min(...known),
    useMax: known.length === 0 ? null : Math.max(...known),
    useLast: known.at(-1) ?? null,
    missing: quality.filter((q) => q === "missing").length,
    any: Object.values(rows).some((values) => values.some((v) => v !== null)),
  };
}

/** Where a day's axis is labelled: local whole hours that divide by `everyHours`, and its end. */
export function dayTicks(
  fromMs: number,
  toMs: number,
  everyHours: number,
  hourOf: (ms: number) => number,
): number[] {
  const ticks: number[] = [];
  let last = -1;
  for (let at = fromMs; at < toMs; at += QUARTER_MS) {
    const hour = hourOf(at);
    // a repeated hour (clocks set back) is labelled once
    if (hour !== last && hour % everyHours === 0 && (at - fromMs) % (4 * QUARTER_MS) === 0) ticks.push(at);
    last = hour;
  }
  ticks.push(toMs);
  return ticks;
}
