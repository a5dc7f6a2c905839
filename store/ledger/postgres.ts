import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import type { Ledger } from "../ledger.ts";
import { acquirePostgresLease } from "./lease.ts";
import { SqlLedger } from "./sql-ledger.ts";

interface PostgresOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** Told of failures of idle connections; queries report their own. */
  readonly onError?: (error: Error) => void;
}

/** The ledger in PostgreSQL 13 or later, shared by all processes of a park. */
export function postgresLedger(options: PostgresOptions): Ledger {
  return new SqlLedger({
    name: "PostgreSQL",
    open: () => {
      const pool = new pg.Pool({
        connectionString: options.url,
        max: 5,
        connectionTimeoutMillis: 5_000,
        idleTimeoutMillis: 30_000,
        statement_timeout: 10_000,
        query_timeout: 12_000,
        keepAlive: true,
        application_name: "lingtan",
      });
      // Without a listener an idle connection's failure would end the process.
      pool.on("error", (error) => options.onError?.(error));
      // The same while one is lent out: its query rejects, and the client tells of it a second time.
      pool.on("connect", (client) => client.on("error", (error) => options.onError?.(error)));
      return new Kysely({ dialect: new PostgresDialect({ pool }) });
    },
    acquireLease: (park, signal) => acquirePostgresLease(options.url, park, signal),
  });
}
