import { DAY_MS } from "../../park/calendar.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import { type EnergyRow, StoreError, type Telemetry } from "../../store/telemetry.ts";

const LIMIT = 10_000;

/** Intervals and days of which nothing is known any more. */
export interface Blank {
  readonly intervals: readonly EnergyRow[];
  readonly days: readonly EnergyRow[];
}

/**
 * Stored energy of a register that starts in [fromMs, toMs), in pages, as unknown rows to write over it: a judging
 * anew that no longer vouches for a time must take back what an earlier one said of it. @throws StoreError
 */
export async function* blanksOf(
  telemetry: Pick<Telemetry, "readEnergy">,
  meter: string,
  channel: RegisterChannel,
  fromMs: number,
  toMs: number,
): AsyncGenerator<Blank> {
  let spanMs = 60 * DAY_MS;
  for (let atMs = fromMs; atMs < toMs; ) {
    const endMs = Math.min(toMs, atMs + spanMs);
    const read = async (rows: "interval" | "day") => {
      const query = { rows, registers: [{ meter, channel }], fromMs: atMs, toMs: endMs, limit: LIMIT };
      const [series] = await telemetry.readEnergy(query);
      const blank: EnergyRow[] = [];
      series?.startMs.forEach((startMs, i) => {
        if ((series.knownMs[i] ?? 0) > 0) blank.push({ startMs, micro: 0, knownMs: 0, flags: 0 });
      });
      return blank;
    };
    try {
      const blank = { intervals: await read("interval"), days: await read("day") };
      if (blank.intervals.length + blank.days.length > 0) yield blank;
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== "too-much" || spanMs <= 1) throw error;
      spanMs = Math.max(1, Math.floor(spanMs / 4));
      continue;
    }
    atMs = endMs;
  }
}
