import { type Calendar, DAY_MS } from "../../park/calendar.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import type { EnergyRow, Telemetry } from "../../store/telemetry.ts";

const PAGE_MS = 366 * DAY_MS;
const LIMIT = 10_000;

export interface ForeignDays {
  /** Unknown rows to write over the day rows. */
  readonly days: readonly EnergyRow[];
  /** Starts of judged days. */
  readonly judgedMs: readonly number[];
}

/**
 * Days stored of a register in [fromMs, toMs) that begin where the park's calendar has no day: those of another time
 * zone, whose energy the calendar's own days hold as well. In pages. @throws StoreError
 */
export async function* foreignDaysOf(
  telemetry: Pick<Telemetry, "readEnergy" | "readJudgements">,
  calendar: Calendar,
  meter: string,
  channel: RegisterChannel,
  fromMs: number,
  toMs: number,
): AsyncGenerator<ForeignDays> {
  const isForeign = (startMs: number) => !calendar.isEdge(startMs, "1d");
  for (let atMs = fromMs; atMs < toMs; atMs += PAGE_MS) {
    const span = { fromMs: atMs, toMs: Math.min(toMs, atMs + PAGE_MS), limit: LIMIT };
    const [series] = await telemetry.readEnergy({ rows: "day", registers: [{ meter, channel }], ...span });
    const days = [...(series?.startMs ?? [])]
      .filter((startMs, i) => isForeign(startMs) && (series?.knownMs[i] ?? 0) > 0)
      .map((startMs) => ({ startMs, micro: 0, knownMs: 0, flags: 0 }));
    const judgements = await telemetry.readJudgements({ meters: [meter], ...span });
    const judgedMs = judgements
      .filter((j) => j.channel === channel && isForeign(j.dayStartMs))
      .map((j) => j.dayStartMs);
    if (days.length + judgedMs.length > 0) yield { days, judgedMs };
  }
}
