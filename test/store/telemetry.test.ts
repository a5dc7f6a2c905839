import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { DuckDbTelemetry } from "../../store/duckdb/telemetry.ts";
import { telemetryContract } from "./telemetry.contract.ts";

telemetryContract("DuckDB", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-duckdb-"));
  const database = new DuckDbDatabase({ path: path.join(folder, "park.duckdb") });
  return {
    create: (park) => new DuckDbTelemetry(database, park),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});
