import { QUARTER_MS } from "../../park/calendar.ts";
import { valueAt } from "../../park/dated.ts";
import type { Meter, Park } from "../../park/park.ts";
import { registerTerms } from "../../park/topology.ts";
import type { ReadingRow, Telemetry } from "../../store/telemetry.ts";
import type { FlowTerm } from "../energy/flows.ts";

/** What a register's display showed at the edges of a quarter-hour. */
interface DisplayRise {
  readonly meter: string;
  readonly channel: string;
  readonly multiplier: number;
  readonly from: { readonly timeMs: number; readonly display: number };
  readonly to: { readonly timeMs: number; readonly display: number };
}

const READING_LIMIT = 20_000;

/**
 * For each real register of the terms the readings nearest before (or on) the two edges of a quarter-hour, an hour back
 * at most; registers without such readings are left out. @throws StoreError
 */
export async function displayRises(
  park: Park,
  telemetry: Pick<Telemetry, "readReadings">,
  terms: readonly FlowTerm[],
  startMs: number,
): Promise<DisplayRise[]> {
  const registers = terms.flatMap((t) => registerTerms(park, t.meter, t.channel));
  const meters = [...new Set(registers.map((r) => r.meter.id))];
  if (meters.length === 0) return [];
  const rows = await telemetry.readReadings({
    meters,
    fromMs: startMs - 4 * QUARTER_MS,
    toMs: startMs + QUARTER_MS + 1,
    limit: READING_LIMIT,
  });
  return registers.flatMap(({ meter, channel }): DisplayRise[] => {
    const register = meter.registers.find((r) => r.energyChannel === channel);
    if (register === undefined) return [];
    const own = rows.filter((r) => r.meter === meter.id);
    const [from, to] = [lastAt(own, register, startMs), lastAt(own, register, startMs + QUARTER_MS)];
    if (from === null || to === null) return [];
    const multiplier = valueAt(register.multiplier, startMs) ?? 1;
    return [{ meter: meter.id, channel: register.channel, multiplier, from, to }];
  });
}

function lastAt(
  rows: readonly ReadingRow[],
  { channel }: Meter["registers"][number],
  timeMs: number,
): DisplayRise["from"] | null {
  let found: DisplayRise["from"] | null = null;
  for (const row of rows) {
    const display = row.values[channel];
    if (display !== undefined && row.timeMs <= timeMs && (found === null || row.timeMs > found.timeMs))
      found = { timeMs: row.timeMs, display };
  }
  return found;
}
