import type { RegisterChannel } from "../../park/quantities.ts";
import type { DeadLetter, ReadingRow, Telemetry } from "../../store/telemetry.ts";
import { METERS } from "./workload.ts";

/** Everything a store holds of a round, read through the Telemetry port. */
export interface Picture {
  readonly readings: readonly ReadingRow[];
  readonly letters: readonly DeadLetter[];
  /** Meters whose readings are not all settled. */
  readonly dirty: readonly string[];
  /** Quarter-hours, days and events as text, a line each. */
  readonly energy: readonly string[];
}

const CHANNELS: readonly RegisterChannel[] = ["energyImportKwh", "energyExportKwh"];
const LIMIT = 1_000_000;
const PAGE = 500;

export async function pictureOf(
  telemetry: Telemetry,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<Picture> {
  const meters = [...METERS];
  const readings = await telemetry.readReadings({
    meters,
    fromMs: Date.UTC(1999, 11, 31),
    toMs: Date.UTC(2100),
    limit: LIMIT,
  });
  const letters: DeadLetter[] = [];
  for (let beforeMs = Date.UTC(2100); ; ) {
    const page = await telemetry.readDeadLetters({ beforeMs, limit: PAGE });
    const last = page.at(-1);
    if (last === undefined) break;
    letters.push(...page);
    beforeMs = last.timeMs;
  }
  const dirty = (await telemetry.readDirty()).map((mark) => mark.meter);
  return { readings, letters, dirty, energy: await energyOf(telemetry, span) };
}

async function energyOf(
  telemetry: Telemetry,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<string[]> {
  const lines: string[] = [];
  const registers = METERS.flatMap((meter) => CHANNELS.map((channel) => ({ meter, channel })));
  for (const rows of ["interval", "day"] as const) {
    for (const series of await telemetry.readEnergy({ rows, registers, ...span, limit: LIMIT })) {
      for (const [i, startMs] of series.startMs.entries()) {
        lines.push(
          [
            `${series.meter} ${series.channel} ${rows} ${new Date(startMs).toISOString()}`,
            `${series.micro[i]} mWh, known ${series.knownMs[i]} ms, flags ${series.flags[i]}`,
          ].join(": "),
        );
      }
    }
  }
  const judgements = await telemetry.readJudgements({ meters: [...METERS], ...span, limit: LIMIT });
  for (const { meter, channel, dayStartMs, events } of judgements) {
    if (events !== "[]")
      lines.push(`${meter} ${channel} events ${new Date(dayStartMs).toISOString()}: ${events}`);
  }
  return lines.sort();
}
