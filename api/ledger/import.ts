import type { Problem } from "../../park/problems.ts";
import { problemsOf } from "../../park/shape-problems.ts";
import type { Entry, Records, Written } from "../../store/records.ts";
import type { ImportKind, RowProblem } from "../answers/ledger.ts";
import { noSuchFile, OWN_ONLY } from "./access.ts";
import { allocationBody, entryBody, lotBody, settlementBody } from "./asked.ts";
import { Draft, type DraftDeps } from "./draft.ts";
import { columnName, type RecordRow, recordRows } from "./rows.ts";
import { readTable } from "./sheet.ts";

/** Records from a file: every row is checked before anything is written, and all are written or none. */

interface Imported {
  readonly rows: readonly RecordRow[];
  readonly problems: readonly RowProblem[];
  /** Writes all of it. @throws StoreError "rejected" when somebody else was quicker */
  write(): Promise<number[]>;
}

interface ImportDeps extends DraftDeps {
  readonly records: Records;
  readonly mayWrite: (entry: Pick<Entry, "kind" | "scope">) => boolean;
}

/** More than this nobody reads at once. */
const MOST_PROBLEMS = 500;

export async function readImport(
  deps: ImportDeps,
  kind: ImportKind,
  bytes: Uint8Array,
  writer: Pick<Written, "by" | "byLabel" | "atMs">,
): Promise<Imported> {
  const sheet = await readTable(bytes);
  const none = (problems: readonly RowProblem[]): Imported => ({
    rows: [],
    problems,
    write: async () => [],
  });
  if ("problem" in sheet) return none([sheet.problem]);
  const { rows, problems: inTable } = recordRows(deps.park, kind, sheet.rows);
  if (inTable.length > 0) return none(inTable);
  const draft = await Draft.read(deps, [kind === "allocations" ? "certificates" : kind]);
  const files = new Map<string, boolean>();
  const problems: RowProblem[] = [];
  for (const { row, value } of rows) {
    const found = checkRow(draft, kind, { row, value }, writer, deps.mayWrite);
    const file = value["evidenceFile"];
    if (typeof file === "string") {
      if (!files.has(file)) files.set(file, (await deps.records.findEvidence(file)) !== null);
      if (files.get(file) === false) found.push(noSuchFile(file));
    }
    for (const { path, ...problem } of found)
      problems.push({ row, column: columnName(kind, path), ...problem });
  }
  const { records } = deps;
  return {
    rows,
    problems: told(problems),
    write: async () => {
      switch (kind) {
        case "entries":
          return await records.addEntries(draft.entries);
        case "certificates":
          return await records.addLots(draft.lots);
        case "allocations":
          return await records.addUses(draft.uses);
        case "settlements":
          return await records.addSettlements(draft.settlements);
      }
    },
  };
}

function told(problems: readonly RowProblem[]): readonly RowProblem[] {
  if (problems.length <= MOST_PROBLEMS) return problems;
  const found = `${problems.length} in all`;
  const rest = { row: 0, column: "", expected: `the first ${MOST_PROBLEMS} problems mended first`, found };
  return [...problems.slice(0, MOST_PROBLEMS), rest];
}

function checkRow(
  draft: Draft,
  kind: ImportKind,
  { row, value }: RecordRow,
  writer: Pick<Written, "by" | "byLabel" | "atMs">,
  mayWrite: ImportDeps["mayWrite"],
): Problem[] {
  const written = (body: Pick<Written, "evidence" | "evidenceFile">): Written => ({
    ...writer,
    evidence: body.evidence,
    evidenceFile: body.evidenceFile,
  });
  switch (kind) {
    case "entries": {
      const parsed = entryBody.safeParse(value);
      if (!parsed.success) return problemsOf(value, parsed.error, "");
      if (!mayWrite(parsed.data))
        return [{ path: "scope", expected: OWN_ONLY, found: `${parsed.data.kind} of ${parsed.data.scope}` }];
      return [...draft.entry(parsed.data, written(parsed.data), row).problems];
    }
    case "certificates": {
      const parsed = lotBody.safeParse(value);
      if (!parsed.success) return problemsOf(value, parsed.error, "");
      return [...draft.lot(parsed.data, written(parsed.data), row).problems];
    }
    case "allocations": {
      const parsed = allocationBody.safeParse(value);
      if (!parsed.success) return problemsOf(value, parsed.error, "");
      return [...draft.use(parsed.data, written(parsed.data), row).problems];
    }
    case "settlements": {
      const parsed = settlementBody.safeParse(value);
      if (!parsed.success) return problemsOf(value, parsed.error, "");
      return [...draft.settlement(parsed.data, written(parsed.data), row).problems];
    }
  }
}
