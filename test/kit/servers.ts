import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startInflux } from "../../servers/influx.ts";
import { startMosquitto } from "../../servers/mosquitto.ts";
import { postgresFolders, startPostgres } from "../../servers/postgres.ts";
import { findProgram, MissingProgramError, type RunningServer } from "../../servers/process.ts";

/** A real server in a temporary folder, gone after the test. */
export interface TestServer {
  /** The server as it runs now (another one after `restart`). */
  readonly now: RunningServer;
  /** Starts it again on the same port and folder, after `now.stop()` or `now.kill()`. */
  restart(): Promise<RunningServer>;
  close(): Promise<void>;
}

const FIND = {
  mosquitto: () => findProgram("mosquitto", "mosquitto"),
  influx: () => findProgram("influxd", "influxdb"),
  postgres: () => findProgram("postgres", "postgresql", postgresFolders()),
} as const;

/**
 * Why a server's tests cannot run here, or null when they can. On a laptop its tests are then skipped by name;
 * in CI they run and fail, so that a forgotten package cannot hide them.
 */
export function whyMissing(server: keyof typeof FIND): string | null {
  const { CI } = process.env;
  try {
    FIND[server]();
    return null;
  } catch (error) {
    if (!(error instanceof MissingProgramError) || CI) return null;
    return error.message;
  }
}

export function testMosquitto(
  options: { auth?: boolean; saveEveryChange?: boolean } = {},
): Promise<TestServer> {
  return inTemporaryFolder("mosquitto", (folder, port) => startMosquitto({ folder, ...port, ...options }));
}

export function testInflux(options: { auth?: boolean } = {}): Promise<TestServer> {
  return inTemporaryFolder("influx", (folder, port) => startInflux({ folder, ...port, ...options }));
}

export function testPostgres(): Promise<TestServer> {
  return inTemporaryFolder("postgres", (folder, port) => startPostgres({ folder, ...port, fsync: false }));
}

async function inTemporaryFolder(
  name: string,
  start: (folder: string, port: { port?: number }) => Promise<RunningServer>,
): Promise<TestServer> {
  const root = await mkdtemp(path.join(tmpdir(), `lingtan-${name}-`));
  await chmod(root, 0o755); // a server that gives up root must be able to walk in
  const folder = path.join(root, name);
  try {
    let now = await start(folder, {});
    return {
      get now() {
        return now;
      },
      restart: async () => {
        now = await start(folder, { port: now.port });
        return now;
      },
      close: async () => {
        await now.stop();
        await rm(root, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(root, { recursive: true, force: true });
    throw error;
  }
}
