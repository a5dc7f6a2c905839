import { type Generated, type Kysely, type Migration, type MigrationProvider, sql } from "kysely";
import { type RecordTables, records } from "./record-tables.ts";

/** Instants are BIGINT; the engines hand them back as text (PostgreSQL) or bigint (DuckDB). */
type Instant = number | bigint | string;

export interface LedgerTables extends RecordTables {
  credential: {
    id: string;
    kind: string;
    hash: string;
    role: string;
    enterprise: string | null;
    label: string;
    created_at_ms: Instant;
    expires_at_ms: Instant | null;
    revoked_at_ms: Instant | null;
    parent_id: string | null;
  };
  decision: {
    id: Generated<Instant>;
    kind: string;
    detail: string;
    decided_by: string;
    at_ms: Instant;
    done_at_ms: Instant | null;
    outcome: string | null;
  };
  repair: {
    id: Generated<Instant>;
    kind: string;
    action: string;
    reason: string;
    decided_by: string;
    decided_by_label: string;
    at_ms: Instant;
    state_before: string;
    state_after: string;
    undoes: Instant | null;
  };
  repair_outcome: {
    repair: Instant;
    done_at_ms: Instant;
    outcome: string;
  };
}

/** The ledger's tables by migration; one that was released is never changed. The SQL is common to both engines. */
export const ledgerMigrations: MigrationProvider = {
  async getMigrations(): Promise<Record<string, Migration>> {
    return {
      "001-credentials-and-decisions": { up: credentialsAndDecisions },
      "002-repairs": { up: repairs },
      "003-credential-parents": { up: credentialParents },
      "004-records": { up: records },
    };
  },
};

async function credentialsAndDecisions(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable("credential")
    .addColumn("id", "text", (c) => c.primaryKey())
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("hash", "text", (c) => c.notNull().unique())
    .addColumn("role", "text", (c) => c.notNull())
    .addColumn("enterprise", "text")
    .addColumn("label", "text", (c) => c.notNull())
    .addColumn("created_at_ms", "bigint", (c) => c.notNull())
    .addColumn("expires_at_ms", "bigint")
    .addColumn("revoked_at_ms", "bigint")
    .execute();
  // DuckDB knows sequences but not identity columns; PostgreSQL knows both.
  await sql`create sequence decision_id`.execute(db);
  await db.schema
    .createTable("decision")
    .addColumn("id", "bigint", (c) => c.primaryKey().defaultTo(sql`nextval('decision_id')`))
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .addColumn("decided_by", "text", (c) => c.notNull())
    .addColumn("at_ms", "bigint", (c) => c.notNull())
    .addColumn("done_at_ms", "bigint")
    .addColumn("outcome", "text")
    .execute();
}

/** Rows of both tables are only ever added: what became of a repair is a row of its own. */
async function repairs(db: Kysely<unknown>): Promise<void> {
  await sql`create sequence repair_id`.execute(db);
  await db.schema
    .createTable("repair")
    .addColumn("id", "bigint", (c) => c.primaryKey().defaultTo(sql`nextval('repair_id')`))
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("action", "text", (c) => c.notNull())
    .addColumn("reason", "text", (c) => c.notNull())
    .addColumn("decided_by", "text", (c) => c.notNull())
    .addColumn("decided_by_label", "text", (c) => c.notNull())
    .addColumn("at_ms", "bigint", (c) => c.notNull())
    .addColumn("state_before", "text", (c) => c.notNull())
    .addColumn("state_after", "text", (c) => c.notNull())
    .addColumn("undoes", "bigint", (c) => c.unique())
    .execute();
  await db.schema
    .createTable("repair_outcome")
    .addColumn("repair", "bigint", (c) => c.primaryKey())
    .addColumn("done_at_ms", "bigint", (c) => c.notNull())
    .addColumn("outcome", "text", (c) => c.notNull())
    .execute();
}

async function credentialParents(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable("credential").addColumn("parent_id", "text").execute();
}
