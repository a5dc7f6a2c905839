import { valueAt } from "../../park/dated.ts";
import { sunElevationDeg } from "../../park/daylight.ts";
import type { Meter, Park } from "../../park/park.ts";
import { MICRO, type RegisterChannel } from "../../park/quantities.ts";
import type { TypicalMicro } from "./buckets.ts";
import type { EnergyColumn } from "./reader.ts";

const STEP_MS = 900_000;

/** Asked for every missing bucket of every array, over and over: remembered by place and bucket. */
const sunnyShares = new WeakMap<object, Map<number, { readonly toMs: number; readonly share: number }>>();
const MOST_REMEMBERED = 50_000;

/** The share of a span in which the sun is up, by quarter-hours. */
function sunnyShare(location: NonNullable<Park["location"]>, fromMs: number, toMs: number): number {
  const here = sunnyShares.get(location) ?? new Map<number, { toMs: number; share: number }>();
  sunnyShares.set(location, here);
  const before = here.get(fromMs);
  if (before?.toMs === toMs) return before.share;
  let up = 0;
  let steps = 0;
  for (let t = fromMs + STEP_MS / 2; t < toMs || steps === 0; t += STEP_MS) {
    steps++;
    if (sunElevationDeg(location, t) > 0) up++;
  }
  if (here.size >= MOST_REMEMBERED) here.clear();
  here.set(fromMs, { toMs, share: up / steps });
  return up / steps;
}

/**
 * What a register would have made where nothing is known (E14): its own mean where it is known in the span,
 * else its rating × time; of PV only while the sun is up.
 */
export function typicalOf(
  park: Park,
  meter: Meter,
  channel: RegisterChannel,
  column: EnergyColumn,
): TypicalMicro {
  // Most columns miss nothing and are never asked.
  let mean: { readonly micro: number; readonly knownMs: number } | null = null;
  const main = meter.registers[0]?.energyChannel === channel || meter.sum !== null;
  return (fromMs, toMs) => {
    mean ??= meanOf(column);
    const { micro, knownMs } = mean;
    if (knownMs > 0 && meter.role !== "pv") return (micro / knownMs) * (toMs - fromMs);
    const ratingKw = valueAt(meter.maxPowerKw, fromMs);
    if (meter.role === "pv" && knownMs > 0) {
      // Twice the day's mean while the sun is up, as it is up for about half of the days of a year.
      return (micro / knownMs) * 2 * (toMs - fromMs) * sunny(park, meter, fromMs, toMs);
    }
    if (ratingKw === null || !main) return 0;
    return ratingKw * MICRO * ((toMs - fromMs) / 3_600_000) * sunny(park, meter, fromMs, toMs);
  };
}

function sunny(park: Park, meter: Meter, fromMs: number, toMs: number): number {
  return meter.role !== "pv" || park.location === null ? 1 : sunnyShare(park.location, fromMs, toMs);
}

function meanOf(column: EnergyColumn): { readonly micro: number; readonly knownMs: number } {
  let micro = 0;
  let knownMs = 0;
  for (let i = 0; i < column.micro.length; i++) {
    micro += column.micro[i] ?? 0;
    knownMs += column.knownMs[i] ?? 0;
  }
  return { micro, knownMs };
}
