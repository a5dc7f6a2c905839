import type { RegisterDeclaration } from "../../park/park.ts";
import type { RegisterChannel } from "../../park/quantities.ts";
import type { ReadingRow } from "../../store/telemetry.ts";
import type { RegisterReading } from "../energy/engine.ts";

/** The register's reading in a row, null when the row has none. */
export function readingOf(row: ReadingRow, channel: RegisterChannel): RegisterReading | null {
  const display = row.values[channel];
  if (display === undefined) return null;
  const conflict = (row.superseded[channel]?.length ?? 0) > 0;
  return { timeMs: row.timeMs, display, conflict, simulated: row.simulated };
}

/** The instants at which a person read the display. */
export function handReadTimes({ decided }: RegisterDeclaration): ReadonlySet<number> {
  return new Set(decided?.handRead.map((r) => r.timeMs));
}
