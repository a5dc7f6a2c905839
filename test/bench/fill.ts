import { pino } from "pino";
import { parseSettings } from "../../main/settings.ts";
import { makeStores } from "../../main/stores.ts";
import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import type { EnergyRow, Settlement } from "../../store/telemetry.ts";
import { measured } from "../kit/settled.ts";
import type { Ground } from "./stage.ts";

/** A store with a past: a year of day rows and some days of quarter-hours of every register. */
export interface Past {
  /** Edges of days of the park's calendar; the last is where today begins. */
  readonly days: readonly number[];
  /** The first day with quarter-hours. */
  readonly fineFromMs: number;
  readonly fineDays: number;
}

const DAYS = 365;
const ROWS_A_WRITE = 30_000;

export async function fillPast(
  { bench, env }: Ground,
  nowMs: number,
  fineDays: number,
  say: (progress: string) => void,
): Promise<Past> {
  const { park } = bench;
  const today = park.calendar.floor(nowMs, "1d");
  const days = park.calendar.buckets(today - DAYS * DAY_MS, today + 1, "1d");
  const fineFromMs = days.at(-1 - fineDays) ?? today;
  const stores = makeStores(parseSettings(env), park, pino({ level: "silent" }));
  await stores.lock();
  try {
    await stores.start(AbortSignal.timeout(30_000));
    let waiting: Settlement[] = [];
    let rows = 0;
    let written = 0;
    let toldMs = Date.now();
    const write = async () => {
      await stores.telemetry.writeSettlements(waiting);
      written += rows;
      if (Date.now() - toldMs > 5_000) {
        toldMs = Date.now();
        say(`  ${written} rows`);
      }
      waiting = [];
      rows = 0;
    };
    for (const [i, meter] of park.meters.entries()) {
      for (const [j, register] of meter.registers.entries()) {
        // Of the two registers of a gate or storage the second one counts a tenth.
        const meanKw = (20 + (i % 50)) / (j === 0 ? 1 : 10);
        const settlement: Settlement = {
          meter: meter.id,
          channel: register.energyChannel,
          rev: 1,
          intervals: quarterHours(fineFromMs, today, meanKw),
          days: days.slice(0, -1).map((start, d) => measured(start, meanKw * 24, (days[d + 1] ?? 0) - start)),
          judgements: [],
        };
        waiting.push(settlement);
        rows += settlement.intervals.length + settlement.days.length;
        if (rows >= ROWS_A_WRITE) await write();
      }
    }
    await write();
    say(`filled with ${written} rows`);
  } finally {
    await stores.stop();
  }
  return { days, fineFromMs, fineDays };
}

/** Higher by day than by night, with the mean asked for. */
function quarterHours(fromMs: number, toMs: number, meanKw: number): EnergyRow[] {
  const rows: EnergyRow[] = [];
  for (let start = fromMs; start < toMs; start += QUARTER_MS) {
    const share = 1 - 0.5 * Math.cos((2 * Math.PI * (start - fromMs)) / DAY_MS);
    rows.push(measured(start, (meanKw / 4) * share));
  }
  return rows;
}
