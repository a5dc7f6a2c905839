import type { Selectable } from "kysely";
import type { Decision, Repair } from "../ledger.ts";
import { type Db, instant, rejected } from "./sql-rows.ts";
import type { LedgerTables } from "./tables.ts";

/** What people decided about readings, and what became of it. */

export async function insertDecision(
  db: Db,
  decision: Omit<Decision, "id" | "doneAtMs" | "outcome">,
): Promise<number> {
  const row = await db
    .insertInto("decision")
    .values({
      kind: decision.kind,
      detail: decision.detail,
      decided_by: decision.by,
      at_ms: decision.atMs,
    })
    .returning("id")
    .executeTakeFirstOrThrow();
  return Number(row.id);
}

export async function selectOpenDecisions(db: Db, limit: number): Promise<Decision[]> {
  const rows = await db
    .selectFrom("decision")
    .selectAll()
    .where("done_at_ms", "is", null)
    .orderBy("id")
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    id: Number(row.id),
    kind: row.kind,
    detail: row.detail,
    by: row.decided_by,
    atMs: Number(row.at_ms),
    doneAtMs: instant(row.done_at_ms),
    outcome: row.outcome,
  }));
}

/** The first outcome of a decision stands: it is evidence. */
export async function finishDecision(db: Db, id: number, doneAtMs: number, outcome: string): Promise<void> {
  await db
    .updateTable("decision")
    .set({ done_at_ms: doneAtMs, outcome })
    .where("id", "=", id)
    .where("done_at_ms", "is", null)
    .execute();
}

export async function insertRepair(
  db: Db,
  repair: Omit<Repair, "id" | "doneAtMs" | "outcome">,
): Promise<number> {
  const [row] = await db
    .insertInto("repair")
    .values({
      kind: repair.kind,
      action: repair.action,
      reason: repair.reason,
      decided_by: repair.by,
      decided_by_label: repair.byLabel,
      at_ms: repair.atMs,
      state_before: repair.before,
      state_after: repair.after,
      undoes: repair.undoes,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .execute();
  if (row === undefined) throw rejected(`repair ${repair.undoes} is undone already`);
  return Number(row.id);
}

export async function selectRepairs(db: Db): Promise<Repair[]> {
  const rows = await repairs(db).orderBy("repair.id").execute();
  return rows.map(toRepair);
}

export async function selectOpenRepairs(db: Db, limit: number): Promise<Repair[]> {
  const rows = await repairs(db)
    .where("repair_outcome.repair", "is", null)
    .orderBy("repair.id")
    .limit(limit)
    .execute();
  return rows.map(toRepair);
}

export async function finishRepair(db: Db, id: number, doneAtMs: number, outcome: string): Promise<void> {
  await db
    .insertInto("repair_outcome")
    .values({ repair: id, done_at_ms: doneAtMs, outcome })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function repairs(db: Db) {
  return db
    .selectFrom("repair")
    .leftJoin("repair_outcome", "repair_outcome.repair", "repair.id")
    .selectAll("repair")
    .select(["repair_outcome.done_at_ms", "repair_outcome.outcome"]);
}

type RepairRow = Selectable<LedgerTables["repair"]> & {
  readonly done_at_ms: number | bigint | string | null;
  readonly outcome: string | null;
};

function toRepair(row: RepairRow): Repair {
  return {
    id: Number(row.id),
    kind: row.kind,
    action: row.action,
    reason: row.reason,
    by: row.decided_by,
    byLabel: row.decided_by_label,
    atMs: Number(row.at_ms),
    before: row.state_before,
    after: row.state_after,
    undoes: instant(row.undoes),
    doneAtMs: instant(row.done_at_ms),
    outcome: row.outcome,
  };
}
