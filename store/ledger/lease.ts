import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Lease } from "../ledger.ts";

const POLL_MS = 1_000;
const KEEPALIVE_MS = 3_000;
const KEEPALIVE_TIMEOUT_MS = 6_000;

/**
 * Waits for the right to write a park's telemetry: a session-level advisory lock on a connection of its own. An
 * unreachable server is waited for too. The holder notices a lost session within 9 s; the server gives up a silent
 * client after 20 s at the earliest, so two never hold it knowingly at once.
 * @throws the signal's reason when aborted.
 */
export async function acquirePostgresLease(url: string, park: string, signal: AbortSignal): Promise<Lease> {
  for (;;) {
    signal.throwIfAborted();
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: 5_000,
      query_timeout: KEEPALIVE_TIMEOUT_MS,
      keepAlive: true,
      application_name: `lingtan lease ${park}`,
    });
    const lost = new Promise<Error>((lose) => {
      client.on("error", lose);
      client.on("end", () => lose(new Error("the connection that holds the lease was closed")));
    });
    try {
      await client.connect();
      await client.query(
        "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 2",
      );
      while (!(await tryLock(client, park))) await sleep(POLL_MS, undefined, { signal });
      return hold(client, lost);
    } catch (error) {
      client.end().catch(() => undefined); // it may never have been connected
      signal.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      await sleep(POLL_MS, undefined, { signal });
    }
  }
}

async function tryLock(client: pg.Client, park: string): Promise<boolean> {
  const sql = "SELECT pg_try_advisory_lock(hashtextextended($1, 0)) AS held";
  const { rows } = await client.query<{ held: boolean }>(sql, [`lingtan telemetry ${park}`]);
  return rows[0]?.held === true;
}

function hold(client: pg.Client, connectionLost: Promise<Error>): Lease {
  let released = false;
  let lose: (error: Error) => void = () => {};
  const lost = new Promise<Error>((resolve) => {
    lose = (error) => {
      clearInterval(timer);
      if (!released) resolve(error);
    };
  });
  const timer = setInterval(() => {
    client.query("SELECT 1").catch((error: unknown) => {
      lose(error instanceof Error ? error : new Error(String(error)));
      client.end().catch(() => undefined);
    });
  }, KEEPALIVE_MS);
  connectionLost.then(lose, lose);
  return {
    lost,
    release: async () => {
      if (released) return;
      released = true;
      clearInterval(timer);
      await client.end().catch(() => undefined); // the server lets go of the lock with the session
    },
  };
}
