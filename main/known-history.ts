import type { Park } from "../park/park.ts";
import { type KnownDay, knownUntil } from "../simulators/known.ts";
import { ENERGY_FLAGS, type Telemetry } from "../store/telemetry.ts";

/**
 * Per meter, up to where the simulated history is stored already, so that a second start sends only the rest.
 * @throws StoreError
 */
export async function knownHistory(
  park: Park,
  telemetry: Telemetry,
  historyDays: number,
  nowMs: number,
): Promise<Map<string, number>> {
  const { calendar } = park;
  let fromMs = calendar.floor(nowMs, "1d");
  for (let day = 0; day < historyDays; day++) fromMs = calendar.floor(fromMs - 1, "1d");
  const registers = park.meters.flatMap((m) => {
    const main = m.registers.find((r) => r.expected);
    return main === undefined ? [] : [{ meter: m.id, channel: main.energyChannel }];
  });
  const [last, days] = await Promise.all([
    telemetry.readLastReadings(
      registers.map((r) => r.meter),
      nowMs,
    ),
    telemetry.readEnergy({ rows: "day", registers, fromMs, toMs: nowMs, limit: 1_000_000 }),
  ]);
  const newest = new Map(last.map((r) => [r.meter, r.timeMs]));
  const known = new Map<string, number>();
  for (const series of days) {
    const stored = [...series.startMs].map((startMs, i): KnownDay => {
      const endMs = calendar.next(startMs, "1d");
      const flags = series.flags[i] ?? 0;
      // A hole that a later reading closed is known too, but its days do not begin and end on a reading.
      const sent =
        (flags & ENERGY_FLAGS.startSharp1d) !== 0 &&
        (endMs > nowMs || (flags & ENERGY_FLAGS.endSharp1d) !== 0);
      return { startMs, endMs, knownMs: sent ? (series.knownMs[i] ?? 0) : 0 };
    });
    const untilMs = knownUntil(fromMs, stored, newest.get(series.meter) ?? null);
    if (untilMs !== null) known.set(series.meter, untilMs);
  }
  return known;
}
