import { valueAt } from "../../park/dated.ts";
import { sunElevationDeg } from "../../park/daylight.ts";
import type { Meter, Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import type { TypicalMicro } from "./buckets.ts";
import type { FlowTerm } from "./flows.ts";
import type { EnergyColumn, EnergyHistory, EnergyTable } from "./table.ts";

const STEP_MS = 900_000;

/** Asked for every missing bucket of every array, over and over: remembered by park and bucket. */
const sunnyShares = new WeakMap<Park, Map<number, { readonly toMs: number; readonly share: number }>>();
const MOST_REMEMBERED = 50_000;

/** The share of a span in which the sun is up, by quarter-hours; without a place from 6 to 18 on the park's clock. */
function sunnyShare(park: Park, fromMs: number, toMs: number): number {
  const here = sunnyShares.get(park) ?? new Map<number, { toMs: number; share: number }>();
  sunnyShares.set(park, here);
  const before = here.get(fromMs);
  if (before?.toMs === toMs) return before.share;
  const { location, calendar } = park;
  let up = 0;
  let steps = 0;
  for (let t = fromMs + STEP_MS / 2; t < toMs || steps === 0; t += STEP_MS) {
    steps++;
    const { hour } = calendar.parts(t);
    if (location === null ? hour >= 6 && hour < 18 : sunElevationDeg(location, t) > 0) up++;
  }
  if (here.size >= MOST_REMEMBERED) here.clear();
  here.set(fromMs, { toMs, share: up / steps });
  return up / steps;
}

/**
 * What a register would have made where nothing is known (E14): its own mean where it is known in the span, else that
 * of the days before the span, else its rating × time. Of PV only while the sun is up.
 */
export function typicalOf(
  park: Park,
  { meter, channel }: Pick<FlowTerm, "meter" | "channel">,
  table: Pick<EnergyTable, "startMs" | "endMs">,
  column: EnergyColumn,
): TypicalMicro {
  // Most columns miss nothing and are never asked.
  let microPerMs: number | null | undefined;
  const ratingPerHour = ratingOf(meter, channel);
  const countedMs = (fromMs: number, toMs: number) =>
    (toMs - fromMs) * (meter.role === "pv" ? sunnyShare(park, fromMs, toMs) : 1);
  return (fromMs, toMs) => {
    if (microPerMs === undefined) {
      microPerMs = meanOf({ startMs: table.startMs, endMs: table.endMs, column }, countedMs);
      if (microPerMs === null && column.before !== undefined) microPerMs = meanOf(column.before, countedMs);
    }
    const rate = microPerMs ?? (ratingPerHour(fromMs) * MICRO) / 3_600_000;
    return rate * countedMs(fromMs, toMs);
  };
}

/** The rating of the meter's main register per hour in its unit: nothing is declared of what flows the other way. */
function ratingOf(meter: Meter, channel: FlowTerm["channel"]): (timeMs: number) => number {
  const [main] = meter.registers;
  if (meter.sum === null && main?.energyChannel !== channel) return () => 0;
  const rating = main?.maxRatePerHour ?? meter.maxPowerKw;
  return (timeMs) => valueAt(rating, timeMs) ?? 0;
}

/** Mean energy of a millisecond that counts, null where none that counts is known. */
function meanOf(
  { startMs, endMs, column }: EnergyHistory,
  countedMs: (fromMs: number, toMs: number) => number,
): number | null {
  let micro = 0;
  let spentMs = 0;
  for (let i = 0; i < column.micro.length; i++) {
    const known = column.knownMs[i] ?? 0;
    if (known === 0) continue;
    const start = startMs[i] ?? 0;
    const whole = (endMs[i] ?? 0) - start;
    micro += column.micro[i] ?? 0;
    // Of a day known in part it is taken to be the first: so it is of the running one.
    spentMs += countedMs(start, start + Math.min(known, whole));
  }
  return spentMs === 0 ? null : micro / spentMs;
}
