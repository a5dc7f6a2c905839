import type { Calendar } from "../../park/calendar.ts";
import { QUARTER_MS } from "../../park/calendar.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import { ENERGY_FLAGS, type EnergyRow, type Settlement } from "../../store/telemetry.ts";

/** Both ends of a bucket sharp at every length. */
export const ALL_SHARP = 1023;

/** A quarter-hour or day of which all is known and measured. */
export function measured(startMs: number, energyKwh: number, lengthMs = QUARTER_MS): EnergyRow {
  return { startMs, micro: Math.round(energyKwh * 1e6), knownMs: lengthMs, flags: ALL_SHARP };
}

/** All known, but shared out over a gap. */
export function shared(startMs: number, energyKwh: number): EnergyRow {
  return { startMs, micro: Math.round(energyKwh * 1e6), knownMs: QUARTER_MS, flags: 0 };
}

export function unknown(startMs: number): EnergyRow {
  return { startMs, micro: 0, knownMs: 0, flags: 0 };
}

/** A settlement with its day rows added up from the quarter-hours, which tile whole days or the beginning of one. */
export function settlement(
  calendar: Calendar,
  meter: string,
  channel: RegisterChannel,
  intervals: readonly EnergyRow[],
): Settlement {
  const days = new Map<
    number,
    { micro: number; knownMs: number; first: EnergyRow; last: EnergyRow; count: number }
  >();
  for (const row of intervals) {
    const day = calendar.floor(row.startMs, "1d");
    const before = days.get(day);
    days.set(day, {
      micro: (before?.micro ?? 0) + row.micro,
      knownMs: (before?.knownMs ?? 0) + row.knownMs,
      first: before?.first ?? row,
      last: row,
      count: (before?.count ?? 0) + 1,
    });
  }
  const starts = ENERGY_FLAGS.startSharp1d | ENERGY_FLAGS.startSharp1M | ENERGY_FLAGS.startSharp1y;
  const ends = ENERGY_FLAGS.endSharp1d | ENERGY_FLAGS.endSharp1M | ENERGY_FLAGS.endSharp1y;
  return {
    meter,
    channel,
    rev: 1,
    intervals,
    judgements: [],
    days: [...days].map(([startMs, d]) => ({
      startMs,
      micro: d.micro,
      knownMs: d.knownMs,
      flags: (d.first.flags & starts) | (d.last.flags & ends),
    })),
  };
}
