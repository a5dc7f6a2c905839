import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe } from "vitest";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { DuckDbTelemetry } from "../../store/duckdb/telemetry.ts";
import { InfluxTelemetry } from "../../store/influx/telemetry.ts";
import { MemoryTelemetry } from "../kit/memory-telemetry.ts";
import { testInflux, whyMissing } from "../kit/servers.ts";
import { telemetryContract } from "./telemetry.contract.ts";

telemetryContract("DuckDB", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-duckdb-"));
  const database = new DuckDbDatabase({ path: path.join(folder, "park.duckdb") });
  return {
    create: (park) => new DuckDbTelemetry(database, park),
    close: () => rm(folder, { recursive: true, force: true }),
  };
});

/** The fake that other rooms' tests stand on must keep the port's promises too. */
telemetryContract("memory, the tests' fake", async () => {
  const parks = new Map<string, MemoryTelemetry>();
  return {
    create: (park) => {
      const telemetry = parks.get(park) ?? new MemoryTelemetry();
      parks.set(park, telemetry);
      return telemetry;
    },
    close: async () => parks.clear(),
  };
});

const missing = whyMissing("influx");
describe.skipIf(missing !== null)(`with InfluxDB${missing === null ? "" : `: ${missing}`}`, () => {
  telemetryContract("InfluxDB 1.x with a user and password", async () => {
    const server = await testInflux({ auth: true });
    const { INFLUX_USERNAME = "", INFLUX_PASSWORD = "" } = server.now.env;
    const access = { url: server.now.url, username: INFLUX_USERNAME, password: INFLUX_PASSWORD };
    return {
      create: (park) => new InfluxTelemetry({ ...access, token: null, database: "lingtan", park }),
      close: () => server.close(),
    };
  });
});

/** Any engine that speaks the InfluxDB 1.x protocol, e.g. TEST_INFLUX_URL=http://127.0.0.1:8086 (docs/engines.md) */
const { TEST_INFLUX_URL, TEST_INFLUX_TOKEN, TEST_INFLUX_USERNAME, TEST_INFLUX_PASSWORD } = process.env;
if (TEST_INFLUX_URL !== undefined) {
  telemetryContract(TEST_INFLUX_URL, async () => ({
    create: (park) =>
      new InfluxTelemetry({
        url: TEST_INFLUX_URL,
        database: "lingtan-contract",
        token: TEST_INFLUX_TOKEN ?? null,
        username: TEST_INFLUX_USERNAME ?? null,
        password: TEST_INFLUX_PASSWORD ?? null,
        park,
      }),
    close: async () => {},
  }));
}
