import { type Kysely, type Selectable, sql } from "kysely";
import type { Written } from "../records.ts";
import { StoreError } from "../telemetry.ts";
import type { RecordTables } from "./record-tables.ts";
import type { LedgerTables } from "./tables.ts";

/** What the records of every kind share on their way into rows and out of them. */

export type Db = Kysely<LedgerTables>;

/** Rows, or values of a list, a statement. */
const ROWS_AT_ONCE = 500;

/** A change that the records standing already do not allow. */
export function rejected(why: string, cause?: unknown): StoreError {
  return new StoreError("rejected", why, cause === undefined ? undefined : { cause });
}

/** @throws StoreError "rejected" where there is a reason */
export function refuse(why: string | null): void {
  if (why !== null) throw rejected(why);
}

export function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** Lists short enough for one statement. */
export function parts<T>(values: readonly T[]): T[][] {
  const found: T[][] = [];
  for (let at = 0; at < values.length; at += ROWS_AT_ONCE) found.push(values.slice(at, at + ROWS_AT_ONCE));
  return found;
}

/** Ids for rows that are written together, ascending. */
export async function nextIds(
  db: Db,
  sequence: "entry_id" | "settlement_id",
  count: number,
): Promise<number[]> {
  const { rows } = await sql<{ id: number | bigint | string }>`
    select nextval(${sql.lit(sequence)}) as id from generate_series(1::bigint, ${count}::bigint)`.execute(db);
  return rows.map((row) => Number(row.id)).sort((a, b) => a - b);
}

type WrittenRow = Pick<
  Selectable<RecordTables["entry"]>,
  "written_by" | "written_by_label" | "at_ms" | "evidence" | "evidence_file"
>;

export function writtenOf(row: WrittenRow): Written {
  return {
    by: row.written_by,
    byLabel: row.written_by_label,
    atMs: Number(row.at_ms),
    evidence: row.evidence,
    evidenceFile: row.evidence_file,
  };
}

export function writtenColumns(written: Written) {
  return {
    written_by: written.by,
    written_by_label: written.byLabel,
    at_ms: written.atMs,
    evidence: written.evidence,
    evidence_file: written.evidenceFile,
  };
}

export function instant(value: number | bigint | string | null): number | null {
  return value === null ? null : Number(value);
}
