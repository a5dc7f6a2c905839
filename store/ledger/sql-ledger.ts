import { type Kysely, Migrator } from "kysely";
import type { Credential, Decision, Lease, Ledger, Repair } from "../ledger.ts";
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
import {
  hasNoOffice,
  insertCredential,
  redeemLink,
  revokeCredential,
  selectCredential,
  selectCredentials,
} from "./sql-credentials.ts";
import { SqlRecords } from "./sql-records.ts";
import {
  finishDecision,
  finishRepair,
  insertDecision,
  insertRepair,
  selectOpenDecisions,
  selectOpenRepairs,
  selectRepairs,
} from "./sql-repairs.ts";
import { type LedgerTables, ledgerMigrations } from "./tables.ts";

/** What the engines differ in. */
interface LedgerEngine {
  /** For messages; no credentials. */
  readonly name: string;
  /** A connected Kysely; called once a start. */
  open(): Kysely<LedgerTables>;
  acquireLease(park: string, signal: AbortSignal): Promise<Lease | null>;
}

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

  addCredential(credential: Credential): Promise<void> {
    return this.#run((db) => insertCredential(db, credential));
  }

  findCredential(hash: string): Promise<Credential | null> {
    return this.#run((db) => selectCredential(db, hash));
  }

  redeemLink(hash: string, nowMs: number): Promise<Credential | null> {
    return this.#run((db) => redeemLink(db, hash, nowMs));
  }

  revokeCredential(id: string, nowMs: number): Promise<boolean> {
    return this.#run((db) => revokeCredential(db, id, nowMs));
  }

  listCredentials(kind: Credential["kind"]): Promise<Omit<Credential, "hash">[]> {
    return this.#run((db) => selectCredentials(db, kind));
  }

  isEmpty(): Promise<boolean> {
    return this.#run(hasNoOffice);
  }

  addDecision(decision: Omit<Decision, "id" | "doneAtMs" | "outcome">): Promise<number> {
    return this.#run((db) => insertDecision(db, decision));
  }

  openDecisions(limit: number): Promise<Decision[]> {
    return this.#run((db) => selectOpenDecisions(db, limit));
  }

  finishDecision(id: number, doneAtMs: number, outcome: string): Promise<void> {
    return this.#run((db) => finishDecision(db, id, doneAtMs, outcome));
  }

  addRepair(repair: Omit<Repair, "id" | "doneAtMs" | "outcome">): Promise<number> {
    return this.#run((db) => insertRepair(db, repair));
  }

  listRepairs(): Promise<Repair[]> {
    return this.#run(selectRepairs);
  }

  openRepairs(limit: number): Promise<Repair[]> {
    return this.#run((db) => selectOpenRepairs(db, limit));
  }

  finishRepair(id: number, doneAtMs: number, outcome: string): Promise<void> {
    return this.#run((db) => finishRepair(db, id, doneAtMs, outcome));
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
