import { type Kysely, Migrator, type Selectable } from "kysely";
import { z } from "zod";
import {
  ACCOUNT_ROLES,
  type Credential,
  type Decision,
  type Lease,
  type Ledger,
  type Repair,
} from "../ledger.ts";
import type {
  CertificateLot,
  CertificateUse,
  Entry,
  EntryQuery,
  EvidenceFile,
  New,
  NewUse,
  Settlement,
  Written,
} from "../records.ts";
import { StoreError } from "../telemetry.ts";
import { SqlRecords } from "./sql-records.ts";
import { type LedgerTables, ledgerMigrations } from "./tables.ts";

/** What the engines differ in. */
export interface LedgerEngine {
  /** For messages; no credentials. */
  readonly name: string;
  /** A connected Kysely; called once a start. */
  open(): Kysely<LedgerTables>;
  acquireLease(park: string, signal: AbortSignal): Promise<Lease | null>;
}

const credentialRow = z.object({
  kind: z.enum(["token", "session", "link"]),
  role: z.enum(ACCOUNT_ROLES),
});

/** The ledger in SQL that PostgreSQL and DuckDB both understand. */
export class SqlLedger implements Ledger {
  readonly #engine: LedgerEngine;
  readonly #records: SqlRecords;
  #open: Kysely<LedgerTables> | null = null;

  constructor(engine: LedgerEngine) {
    this.#engine = engine;
    this.#records = new SqlRecords((query) => this.#run(query));
  }

  async start(): Promise<void> {
    const db = this.#engine.open();
    const { error } = await new Migrator({ db, provider: ledgerMigrations }).migrateToLatest();
    if (error !== undefined) {
      await db.destroy().catch(() => undefined); // the first error is the one to report
      throw this.#storeError(error);
    }
    this.#open = db;
  }

  async stop(): Promise<void> {
    const db = this.#open;
    this.#open = null;
    await db?.destroy();
  }

  async probe(): Promise<void> {
    await this.#run((db) => db.selectFrom("credential").select("id").limit(1).execute());
  }

  async addCredential(credential: Credential): Promise<void> {
    const added = await this.#run((db) =>
      db
        .insertInto("credential")
        .values({
          id: credential.id,
          kind: credential.kind,
          hash: credential.hash,
          role: credential.role,
          enterprise: credential.enterprise,
          label: credential.label,
          created_at_ms: credential.createdAtMs,
          expires_at_ms: credential.expiresAtMs,
          revoked_at_ms: credential.revokedAtMs,
          parent_id: credential.parentId,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning("id")
        .execute(),
    );
    if (added.length === 0) throw new StoreError("rejected", "a credential with this hash or id exists");
  }

  async findCredential(hash: string): Promise<Credential | null> {
    const row = await this.#run((db) =>
      db
        .selectFrom("credential")
        .leftJoin("credential as parent", "parent.id", "credential.parent_id")
        .selectAll("credential")
        .select("parent.revoked_at_ms as parent_revoked_at_ms")
        .where("credential.hash", "=", hash)
        .executeTakeFirst(),
    );
    // Read with the parent and not only written along with it: a session may be made while its token is revoked.
    return row === undefined
      ? null
      : toCredential({ ...row, revoked_at_ms: row.revoked_at_ms ?? row.parent_revoked_at_ms });
  }

  async redeemLink(hash: string, nowMs: number): Promise<Credential | null> {
    // One statement: the engine lets one of many concurrent ones see the row unspent.
    const rows = await this.#run((db) =>
      db
        .updateTable("credential")
        .set({ revoked_at_ms: nowMs })
        .where("hash", "=", hash)
        .where("kind", "=", "link")
        .where("revoked_at_ms", "is", null)
        .where((where) => where.or([where("expires_at_ms", "is", null), where("expires_at_ms", ">", nowMs)]))
        .returningAll()
        .execute(),
    );
    const row = rows[0];
    return row === undefined ? null : toCredential(row);
  }

  async revokeCredential(id: string, nowMs: number): Promise<boolean> {
    const rows = await this.#run((db) =>
      db
        .updateTable("credential")
        .set({ revoked_at_ms: nowMs })
        .where("id", "=", id)
        .where("revoked_at_ms", "is", null)
        .returning("id")
        .execute(),
    );
    return rows.length > 0;
  }

  async listCredentials(kind: Credential["kind"]): Promise<Omit<Credential, "hash">[]> {
    const rows = await this.#run((db) =>
      db
        .selectFrom("credential")
        .selectAll()
        .where("kind", "=", kind)
        .orderBy("created_at_ms")
        .orderBy("id")
        .execute(),
    );
    return rows.map((row) => {
      const { hash: _, ...rest } = toCredential(row);
      return rest;
    });
  }

  async isEmpty(): Promise<boolean> {
    const row = await this.#run((db) =>
      db.selectFrom("credential").select("id").where("role", "=", "office").limit(1).executeTakeFirst(),
    );
    return row === undefined;
  }

  async addDecision(decision: Omit<Decision, "id" | "doneAtMs" | "outcome">): Promise<number> {
    const row = await this.#run((db) =>
      db
        .insertInto("decision")
        .values({
          kind: decision.kind,
          detail: decision.detail,
          decided_by: decision.by,
          at_ms: decision.atMs,
        })
        .returning("id")
        .executeTakeFirstOrThrow(),
    );
    return Number(row.id);
  }

  async openDecisions(limit: number): Promise<Decision[]> {
    const rows = await this.#run((db) =>
      db
        .selectFrom("decision")
        .selectAll()
        .where("done_at_ms", "is", null)
        .orderBy("id")
        .limit(limit)
        .execute(),
    );
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
  async finishDecision(id: number, doneAtMs: number, outcome: string): Promise<void> {
    await this.#run((db) =>
      db
        .updateTable("decision")
        .set({ done_at_ms: doneAtMs, outcome })
        .where("id", "=", id)
        .where("done_at_ms", "is", null)
        .execute(),
    );
  }

  async addRepair(repair: Omit<Repair, "id" | "doneAtMs" | "outcome">): Promise<number> {
    const [row] = await this.#run((db) =>
      db
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
        .execute(),
    );
    if (row === undefined) throw new StoreError("rejected", `repair ${repair.undoes} is undone already`);
    return Number(row.id);
  }

  async listRepairs(): Promise<Repair[]> {
    const rows = await this.#run((db) => repairs(db).orderBy("repair.id").execute());
    return rows.map(toRepair);
  }

  async openRepairs(limit: number): Promise<Repair[]> {
    const rows = await this.#run((db) =>
      repairs(db).where("repair_outcome.repair", "is", null).orderBy("repair.id").limit(limit).execute(),
    );
    return rows.map(toRepair);
  }

  async finishRepair(id: number, doneAtMs: number, outcome: string): Promise<void> {
    await this.#run((db) =>
      db
        .insertInto("repair_outcome")
        .values({ repair: id, done_at_ms: doneAtMs, outcome })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  recordsRevision(): Promise<string> {
    return this.#records.recordsRevision();
  }

  addEntries(entries: readonly New<Entry>[]): Promise<number[]> {
    return this.#records.addEntries(entries);
  }

  listEntries(query: EntryQuery): Promise<Entry[]> {
    return this.#records.listEntries(query);
  }

  addLot(lot: New<CertificateLot>): Promise<number> {
    return this.#records.addLot(lot);
  }

  addLots(lots: readonly New<CertificateLot>[]): Promise<number[]> {
    return this.#records.addLots(lots);
  }

  listLots(): Promise<CertificateLot[]> {
    return this.#records.listLots();
  }

  withdrawLot(id: number, written: Written): Promise<void> {
    return this.#records.withdrawLot(id, written);
  }

  useCertificates(use: New<CertificateUse>): Promise<number> {
    return this.#records.useCertificates(use);
  }

  addUses(uses: readonly NewUse[]): Promise<number[]> {
    return this.#records.addUses(uses);
  }

  listUses(query: { readonly all?: boolean }): Promise<CertificateUse[]> {
    return this.#records.listUses(query);
  }

  releaseUse(id: number, written: Written): Promise<void> {
    return this.#records.releaseUse(id, written);
  }

  cancelUse(id: number, written: Written): Promise<void> {
    return this.#records.cancelUse(id, written);
  }

  addSettlements(settlements: readonly New<Settlement>[]): Promise<number[]> {
    return this.#records.addSettlements(settlements);
  }

  listSettlements(query?: { readonly all?: boolean }): Promise<Settlement[]> {
    return this.#records.listSettlements(query);
  }

  addEvidence(file: EvidenceFile): Promise<void> {
    return this.#records.addEvidence(file);
  }

  findEvidence(sha256: string): Promise<EvidenceFile | null> {
    return this.#records.findEvidence(sha256);
  }

  acquireLease(park: string, signal: AbortSignal): Promise<Lease | null> {
    return this.#engine.acquireLease(park, signal);
  }

  async #run<T>(query: (db: Kysely<LedgerTables>) => Promise<T>): Promise<T> {
    if (this.#open === null) throw new StoreError("unavailable", `${this.#engine.name} is not open`);
    try {
      return await query(this.#open);
    } catch (error) {
      throw this.#storeError(error);
    }
  }

  #storeError(error: unknown): StoreError {
    if (error instanceof StoreError) return error;
    const text = describe(error);
    return new StoreError("unavailable", `${this.#engine.name}: ${text}`, { cause: error });
  }
}

function describe(error: unknown): string {
  // Node reports a refused connection to several addresses as an AggregateError without a message.
  if (error instanceof AggregateError) return error.errors.map(describe).join("; ");
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}

function toCredential(row: Selectable<LedgerTables["credential"]>): Credential {
  const { kind, role } = credentialRow.parse(row);
  return {
    id: row.id,
    kind,
    hash: row.hash,
    role,
    enterprise: row.enterprise,
    label: row.label,
    createdAtMs: Number(row.created_at_ms),
    expiresAtMs: instant(row.expires_at_ms),
    revokedAtMs: instant(row.revoked_at_ms),
    parentId: row.parent_id,
  };
}

function repairs(db: Kysely<LedgerTables>) {
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

function instant(value: number | bigint | string | null): number | null {
  return value === null ? null : Number(value);
}
