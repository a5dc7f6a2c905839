import type { Logger } from "pino";
import { readImport } from "../api/ledger/import.ts";
import { csvText } from "../api/tables/csv.ts";
import type { Park } from "../park/park.ts";
import { declaredTables } from "../simulators/declared.ts";
import type { Ledger } from "../store/ledger.ts";

/**
 * What a simulated park declares of itself, brought in like any file of records: every row's evidence says that it is
 * simulated. Only into a ledger without records and for a park file whose figures are simulated; else nothing is done.
 * @returns how many rows were written
 * @throws StoreError
 */
export async function declareSimulated(
  { park, ledger, log }: { readonly park: Park; readonly ledger: Ledger; readonly log: Logger },
  seed: number,
  nowMs: number,
): Promise<number> {
  if (park.figures !== "simulated" || (await ledger.recordsRevision()) !== "0") return 0;
  const writer = { by: "simulator", byLabel: "模拟器 / simulator", atMs: nowMs };
  let written = 0;
  for (const { name, kind, rows, exampleOnly } of declaredTables(park, seed, nowMs)) {
    if (rows.length < 2 || exampleOnly === true) continue;
    const bytes = new TextEncoder().encode(csvText(rows));
    const imported = await readImport(
      { park, records: ledger, nowMs, mayWrite: () => true },
      kind,
      bytes,
      writer,
    );
    if (imported.problems.length > 0) {
      log.warn({ name, problems: imported.problems.slice(0, 5) }, "simulated records were left out");
      continue;
    }
    written += (await imported.write()).length;
  }
  return written;
}
