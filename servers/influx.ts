import { appendFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { mendInflux } from "./influx-mend.ts";
import { findProgram, freePort, launch, type RunningServer, serviceUser } from "./process.ts";
import { keptPassword, settingsText } from "./secrets.ts";

interface InfluxOptions {
  readonly folder: string;
  readonly port?: number;
  /** Ask for a user name and a generated password. Without, anybody on this machine may read and write. */
  readonly auth?: boolean;
}

/** InfluxDB 1.x on a loopback port; databases are made by their users. @throws MissingProgramError */
export async function startInflux(options: InfluxOptions): Promise<RunningServer> {
  const program = findProgram("influxd", "influxdb");
  const folder = path.resolve(options.folder);
  await mkdir(folder, { recursive: true });
  // A copy: the server may run as a user who cannot read where these sources are.
  const config = path.join(folder, "influxdb.conf");
  await writeFile(config, await settingsText("influxdb.conf"), { mode: 0o644 });
  const user = serviceUser("influxdb", folder, false);
  const port = await freePort(options.port);
  const url = `http://127.0.0.1:${port}`;
  const password = options.auth ? await keptPassword(path.join(folder, "password")) : null;
  const logFile = path.join(folder, "influxd.log");
  const [dataDir, walDir] = [path.join(folder, "data"), path.join(folder, "wal")];
  for (const line of await mendInflux({ dataDir, walDir })) await appendFile(logFile, `mended: ${line}\n`);
  const running = await launch({
    name: "influxd",
    program,
    args: ["-config", config],
    env: {
      // Its collector runs half as often for some 50 MB more: an eighth less processor time when readings pour in.
      GOGC: "200",
      INFLUXDB_META_DIR: path.join(folder, "meta"),
      INFLUXDB_DATA_DIR: dataDir,
      INFLUXDB_DATA_WAL_DIR: walDir,
      INFLUXDB_HTTP_BIND_ADDRESS: `127.0.0.1:${port}`,
      INFLUXDB_HTTP_AUTH_ENABLED: String(password !== null),
    },
    logFile,
    user,
    stopSignal: "SIGTERM",
    ready: async () => (await fetch(`${url}/ping`, { signal: AbortSignal.timeout(2_000) })).status === 204,
  });
  if (password !== null) {
    try {
      await makeAdmin(url, password);
    } catch (error) {
      await running.stop();
      throw error;
    }
  }
  return {
    ...running,
    url,
    port,
    env: {
      INFLUX_URL: url,
      ...(password === null ? {} : { INFLUX_USERNAME: "lingtan", INFLUX_PASSWORD: password }),
    },
  };
}

/** The first user may be made by anybody; after that the same call says that it exists, to the one who knows it. */
async function makeAdmin(url: string, password: string): Promise<void> {
  const response = await fetch(`${url}/query`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`lingtan:${password}`).toString("base64")}` },
    body: new URLSearchParams({ q: `CREATE USER lingtan WITH PASSWORD '${password}' WITH ALL PRIVILEGES` }),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  if (!response.ok || text.includes('"error"')) throw new Error(`influxd: no user could be made: ${text}`);
}
