import { sql, type Transaction } from "kysely";
import type {
  CertificateLot,
  CertificateUse,
  Entry,
  EntryQuery,
  EvidenceFile,
  New,
  NewUse,
  Records,
  Settlement,
  Written,
} from "../records.ts";
import { StoreError } from "../telemetry.ts";
import { refuseRange } from "./histories.ts";
import { endLot, endUse, insertLot, insertUse, selectUses, standingLots } from "./sql-certificates.ts";
import { insertEntries, selectEntries } from "./sql-entries.ts";
import { type Db, refuse, rejected } from "./sql-rows.ts";
import { insertSettlements, selectSettlements } from "./sql-settlements.ts";
import type { LedgerTables } from "./tables.ts";

type Runs = <T>(query: (db: Db) => Promise<T>) => Promise<T>;

/**
 * Records in SQL that PostgreSQL and DuckDB both understand. A change takes the one row of `record_revision` first, so
 * changes of all processes run one after another and see all before them; keys refuse whatever would still be twice.
 */
export class SqlRecords implements Records {
  readonly #run: Runs;

  /** @param run runs a query on the open engine and turns what fails into StoreError */
  constructor(run: Runs) {
    this.#run = run;
  }

  async recordsRevision(): Promise<string> {
    const row = await this.#run((db) =>
      db.selectFrom("record_revision").select("revision").executeTakeFirstOrThrow(),
    );
    return String(row.revision);
  }

  async addEntries(entries: readonly New<Entry>[]): Promise<number[]> {
    if (entries.length === 0) return [];
    return await this.#change((trx) => insertEntries(trx, entries));
  }

  async listEntries(query: EntryQuery): Promise<Entry[]> {
    return await this.#run((db) => selectEntries(db, query));
  }

  async addLot(lot: New<CertificateLot>): Promise<number> {
    return only(await this.addLots([lot]));
  }

  async addLots(lots: readonly New<CertificateLot>[]): Promise<number[]> {
    for (const lot of lots) refuse(refuseRange(lot));
    return await this.#change((trx) => eachInTurn(lots, (lot) => insertLot(trx, lot)));
  }

  async listLots(): Promise<CertificateLot[]> {
    return await this.#run((db) => standingLots(db));
  }

  async withdrawLot(id: number, written: Written): Promise<void> {
    await this.#change((trx) => endLot(trx, id, written));
  }

  async useCertificates(use: New<CertificateUse>): Promise<number> {
    return only(await this.addUses([use]));
  }

  async addUses(uses: readonly NewUse[]): Promise<number[]> {
    for (const use of uses) refuse(refuseRange(use));
    return await this.#change((trx) => eachInTurn(uses, (use) => insertUse(trx, use)));
  }

  async listUses(query: { readonly all?: boolean }): Promise<CertificateUse[]> {
    return await this.#run((db) => selectUses(db, query));
  }

  async releaseUse(id: number, written: Written): Promise<void> {
    await this.#change((trx) => endUse(trx, id, "released", written));
  }

  async cancelUse(id: number, written: Written): Promise<void> {
    await this.#change((trx) => endUse(trx, id, "cancelled", written));
  }

  async addSettlements(settlements: readonly New<Settlement>[]): Promise<number[]> {
    if (settlements.length === 0) return [];
    return await this.#change((trx) => insertSettlements(trx, settlements));
  }

  async listSettlements(query: { readonly all?: boolean } = {}): Promise<Settlement[]> {
    return await this.#run((db) => selectSettlements(db, query));
  }

  async addEvidence(file: EvidenceFile): Promise<void> {
    await this.#run((db) =>
      db
        .insertInto("evidence_file")
        .values({
          sha256: file.sha256,
          name: file.name,
          media_type: file.mediaType,
          content: Buffer.from(file.bytes).toString("base64"),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute(),
    );
  }

  async findEvidence(sha256: string): Promise<EvidenceFile | null> {
    const row = await this.#run((db) =>
      db.selectFrom("evidence_file").selectAll().where("sha256", "=", sha256).executeTakeFirst(),
    );
    if (row === undefined) return null;
    const bytes = new Uint8Array(Buffer.from(row.content, "base64"));
    return { sha256: row.sha256, name: row.name, mediaType: row.media_type, bytes };
  }

  /** All of it, or none: in one transaction, alone among all that change records. */
  async #change<T>(work: (trx: Transaction<LedgerTables>) => Promise<T>): Promise<T> {
    return await this.#run(async (db) => {
      try {
        return await db.transaction().execute(async (trx) => {
          await sql`update record_revision set revision = revision + 1`.execute(trx);
          return await work(trx);
        });
      } catch (error) {
        if (isTwice(error)) throw rejected("somebody else has just counted the same", error);
        throw error;
      }
    });
  }
}

/** Whether a key refused a row. */
function isTwice(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ("code" in error && error.code === "23505") return true; // PostgreSQL: unique_violation
  return /^Constraint Error: Duplicate key|PRIMARY KEY or UNIQUE constraint/i.test(error.message); // DuckDB
}

function only(ids: readonly number[]): number {
  const [id] = ids;
  if (id === undefined) throw new StoreError("unavailable", "a row was not kept");
  return id;
}

/** One after another: each sees the rows of those before it. */
async function eachInTurn<T>(values: readonly T[], insert: (value: T) => Promise<number>): Promise<number[]> {
  const ids: number[] = [];
  for (const value of values) ids.push(await insert(value));
  return ids;
}
