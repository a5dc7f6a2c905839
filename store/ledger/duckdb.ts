import { Kysely } from "kysely";
import type { DuckDbDatabase } from "../duckdb/database.ts";
import { DuckDbDialect } from "../duckdb/dialect.ts";
import type { Ledger } from "../ledger.ts";
import { SqlLedger } from "./sql-ledger.ts";

/** The ledger in the embedded shape's own file. That file belongs to one process, so there is no lease to wait for. */
export function duckDbLedger(database: DuckDbDatabase): Ledger {
  return new SqlLedger({
    name: database.path,
    open: () => new Kysely({ dialect: new DuckDbDialect(database) }),
    acquireLease: async () => null,
  });
}
