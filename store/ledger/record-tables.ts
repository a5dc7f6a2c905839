import { type CreateTableBuilder, type Generated, type Kysely, sql } from "kysely";

/** BIGINT comes back as text (PostgreSQL) or bigint (DuckDB). */
type Long = number | bigint | string;

interface WrittenColumns {
  written_by: string;
  written_by_label: string;
  at_ms: Long;
  evidence: string;
  evidence_file: string | null;
}

/** The tables of the ledger's records; rows are only ever added, and keys refuse what must not be counted twice. */
export interface RecordTables {
  /** One row: every change of records adds 1 first, and so has the records to itself until it ends. */
  record_revision: { revision: Long };
  entry: WrittenColumns & {
    id: Generated<Long>;
    kind: string;
    scope: string;
    subject: string;
    /** Of its series, from 1: two that follow the same rows meet here. */
    sequence: Long;
    from_day: string;
    to_day: string;
    amount: number | null;
    unit: string;
    detail: string;
    replaces: Long | null;
  };
  certificate_series: { id: Generated<Long>; series: string };
  certificate_lot: WrittenColumns & {
    id: Generated<Long>;
    series_id: Long;
    first_serial: Long;
    last_serial: Long;
    project: string;
    month: string;
    energy: string;
    tradable: boolean;
    holder: string;
  };
  /** A lot entered by mistake. */
  certificate_lot_end: WrittenColumns & { lot: Long };
  /** A row a number: it exists once. A round begins when a lot is withdrawn. */
  certificate_number: { series_id: Long; serial: Long; round: Long; lot: Long };
  certificate_use: WrittenColumns & {
    id: Generated<Long>;
    series_id: Long;
    first_serial: Long;
    last_serial: Long;
    purpose: string;
    beneficiary: string;
    month: string;
  };
  /** A row a number used: in one use a round. A round begins when a use is released. */
  certificate_used: { series_id: Long; serial: Long; round: Long; used_in: Long };
  certificate_use_end: WrittenColumns & { used_in: Long; ending: string };
  settlement: WrittenColumns & {
    id: Generated<Long>;
    kind: string;
    reference: string;
    version: Long;
    project: string;
    month: string;
    beneficiary: string;
    energy_kwh: number;
    quarter_hours: string | null;
    replaces: Long | null;
  };
  /** Content in base 64: the two engines bind bytes in different ways. */
  evidence_file: { sha256: string; name: string; media_type: string; content: string };
}

export async function records(db: Kysely<unknown>): Promise<void> {
  const create = db.schema;
  const idOf = async (table: string) => {
    await sql`create sequence ${sql.id(`${table}_id`)}`.execute(db);
    return sql`nextval('${sql.raw(table)}_id')`;
  };
  await create.createTable("record_revision").addColumn("revision", "bigint").execute();
  await sql`insert into record_revision values (0)`.execute(db);

  const entryId = await idOf("entry");
  await written(create.createTable("entry"))
    .addColumn("id", "bigint", (c) => c.primaryKey().defaultTo(entryId))
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("scope", "text", (c) => c.notNull())
    .addColumn("subject", "text", (c) => c.notNull())
    .addColumn("sequence", "bigint", (c) => c.notNull())
    .addColumn("from_day", "text", (c) => c.notNull())
    .addColumn("to_day", "text", (c) => c.notNull())
    .addColumn("amount", "double precision")
    .addColumn("unit", "text", (c) => c.notNull())
    .addColumn("detail", "text", (c) => c.notNull())
    .addColumn("replaces", "bigint", (c) => c.unique())
    .addUniqueConstraint("entry_history", ["kind", "scope", "subject", "sequence"])
    .execute();

  const seriesId = await idOf("certificate_series");
  await create
    .createTable("certificate_series")
    .addColumn("id", "bigint", (c) => c.primaryKey().defaultTo(seriesId))
    .addColumn("series", "text", (c) => c.notNull().unique())
    .execute();
  const lotId = await idOf("certificate_lot");
  await written(create.createTable("certificate_lot"))
    .addColumn("id", "bigint", (c) => c.primaryKey().defaultTo(lotId))
    .addColumn("series_id", "bigint", (c) => c.notNull())
    .addColumn("first_serial", "bigint", (c) => c.notNull())
    .addColumn("last_serial", "bigint", (c) => c.notNull())
    .addColumn("project", "text", (c) => c.notNull())
    .addColumn("month", "text", (c) => c.notNull())
    .addColumn("energy", "text", (c) => c.notNull())
    .addColumn("tradable", "boolean", (c) => c.notNull())
    .addColumn("holder", "text", (c) => c.notNull())
    .execute();
  await written(create.createTable("certificate_lot_end"))
    .addColumn("lot", "bigint", (c) => c.primaryKey())
    .execute();
  await create
    .createTable("certificate_number")
    .addColumn("series_id", "bigint", (c) => c.notNull())
    .addColumn("serial", "bigint", (c) => c.notNull())
    .addColumn("round", "bigint", (c) => c.notNull())
    .addColumn("lot", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("certificate_number_once", ["series_id", "serial", "round"])
    .execute();
  const useId = await idOf("certificate_use");
  await written(create.createTable("certificate_use"))
    .addColumn("id", "bigint", (c) => c.primaryKey().defaultTo(useId))
    .addColumn("series_id", "bigint", (c) => c.notNull())
    .addColumn("first_serial", "bigint", (c) => c.notNull())
    .addColumn("last_serial", "bigint", (c) => c.notNull())
    .addColumn("purpose", "text", (c) => c.notNull())
    .addColumn("beneficiary", "text", (c) => c.notNull())
    .addColumn("month", "text", (c) => c.notNull())
    .execute();
  await create
    .createTable("certificate_used")
    .addColumn("series_id", "bigint", (c) => c.notNull())
    .addColumn("serial", "bigint", (c) => c.notNull())
    .addColumn("round", "bigint", (c) => c.notNull())
    .addColumn("used_in", "bigint", (c) => c.notNull())
    .addPrimaryKeyConstraint("certificate_used_once", ["series_id", "serial", "round"])
    .execute();
  await written(create.createTable("certificate_use_end"))
    .addColumn("used_in", "bigint", (c) => c.primaryKey())
    .addColumn("ending", "text", (c) => c.notNull())
    .execute();

  const settlementId = await idOf("settlement");
  await written(create.createTable("settlement"))
    .addColumn("id", "bigint", (c) => c.primaryKey().defaultTo(settlementId))
    .addColumn("kind", "text", (c) => c.notNull())
    .addColumn("reference", "text", (c) => c.notNull())
    .addColumn("version", "bigint", (c) => c.notNull())
    .addColumn("project", "text", (c) => c.notNull())
    .addColumn("month", "text", (c) => c.notNull())
    .addColumn("beneficiary", "text", (c) => c.notNull())
    .addColumn("energy_kwh", "double precision", (c) => c.notNull())
    .addColumn("quarter_hours", "text")
    .addColumn("replaces", "bigint", (c) => c.unique())
    .addUniqueConstraint("settlement_once", ["kind", "reference", "version"])
    .execute();
  await create
    .createTable("evidence_file")
    .addColumn("sha256", "text", (c) => c.primaryKey())
    .addColumn("name", "text", (c) => c.notNull())
    .addColumn("media_type", "text", (c) => c.notNull())
    .addColumn("content", "text", (c) => c.notNull())
    .execute();
}

function written<T extends string, C extends string>(table: CreateTableBuilder<T, C>) {
  return table
    .addColumn("written_by", "text", (c) => c.notNull())
    .addColumn("written_by_label", "text", (c) => c.notNull())
    .addColumn("at_ms", "bigint", (c) => c.notNull())
    .addColumn("evidence", "text", (c) => c.notNull())
    .addColumn("evidence_file", "text");
}
