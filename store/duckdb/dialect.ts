import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type DatabaseMetadata,
  type DatabaseMetadataOptions,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresAdapter,
  PostgresQueryCompiler,
  type QueryResult,
  type SchemaMetadata,
  sql,
  type TableMetadata,
} from "kysely";
import type { DuckDbDatabase } from "./database.ts";

/** Kysely on a DuckDB file: PostgreSQL's compiler, one connection, one user of it at a time. */
export class DuckDbDialect implements Dialect {
  readonly #database: DuckDbDatabase;

  constructor(database: DuckDbDatabase) {
    this.#database = database;
  }

  createAdapter(): PostgresAdapter {
    return new DuckDbAdapter();
  }

  createDriver(): Driver {
    return new DuckDbDriver(this.#database);
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new DuckDbIntrospector(db);
  }

  createQueryCompiler(): PostgresQueryCompiler {
    return new PostgresQueryCompiler();
  }
}

/** The file belongs to one process and its one connection: migrations need no lock, and DuckDB has no advisory ones. */
class DuckDbAdapter extends PostgresAdapter {
  override async acquireMigrationLock(): Promise<void> {}
  override async releaseMigrationLock(): Promise<void> {}
}

/** Two writers of one row would fail with a conflict: all drivers of a file take turns. */
const turns = new WeakMap<DuckDbDatabase, Promise<void>>();

class DuckDbDriver implements Driver {
  readonly #database: DuckDbDatabase;
  #duckdb: DuckDBConnection | null = null;
  #connection: DuckDbConnection | null = null;
  #release: () => void = () => {};

  constructor(database: DuckDbDatabase) {
    this.#database = database;
  }

  async init(): Promise<void> {
    await this.#database.open();
    this.#duckdb = await this.#database.connect();
    this.#connection = new DuckDbConnection(this.#duckdb);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = turns.get(this.#database);
    let release = () => {};
    turns.set(
      this.#database,
      new Promise((done) => {
        release = done;
      }),
    );
    await before;
    this.#release = release;
    if (this.#connection === null) {
      release();
      throw new Error("the DuckDB connection is closed");
    }
    return this.#connection;
  }

  async releaseConnection(): Promise<void> {
    this.#release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("BEGIN"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("COMMIT"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("ROLLBACK"));
  }

  async destroy(): Promise<void> {
    await turns.get(this.#database);
    const duckdb = this.#duckdb;
    this.#connection = null;
    this.#duckdb = null;
    if (duckdb === null) return;
    duckdb.closeSync();
    await this.#database.close();
  }
}

class DuckDbConnection implements DatabaseConnection {
  readonly #duckdb: DuckDBConnection;

  constructor(duckdb: DuckDBConnection) {
    this.#duckdb = duckdb;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    // Kysely hands over what the typed query was given, and reads back what its table types promise.
    const values = query.parameters as DuckDBValue[];
    const result = await this.#duckdb.run(query.sql, values.length === 0 ? undefined : values);
    return {
      rows: (await result.getRowObjects()) as R[],
      numAffectedRows: BigInt(result.rowsChanged),
    };
  }

  // biome-ignore lint/correctness/useYield: the interface asks for a generator; nothing here streams
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error("streaming is not supported");
  }
}

/** Only what the migrator asks: which tables there are. DuckDB lacks the catalogue functions of Kysely's own. */
class DuckDbIntrospector implements DatabaseIntrospector {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    this.#db = db;
  }

  async getSchemas(): Promise<SchemaMetadata[]> {
    const found =
      await sql<SchemaMetadata>`select distinct schema_name as name from duckdb_schemas()`.execute(this.#db);
    return found.rows;
  }

  async getTables(_options?: DatabaseMetadataOptions): Promise<TableMetadata[]> {
    const found = await sql<{ name: string; schema: string }>`
      select table_name as name, schema_name as schema from duckdb_tables() where not temporary`.execute(
      this.#db,
    );
    return found.rows.map((table) => ({ ...table, isView: false, columns: [] }));
  }

  async getMetadata(options?: DatabaseMetadataOptions): Promise<DatabaseMetadata> {
    return { tables: await this.getTables(options) };
  }
}
