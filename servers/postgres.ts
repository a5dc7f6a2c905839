import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, chown, mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { asUser, findProgram, freePort, launch, type RunningServer, serviceUser } from "./process.ts";
import { keptPassword, settingsText } from "./secrets.ts";

const run = promisify(execFile);

interface PostgresOptions {
  readonly folder: string;
  readonly port?: number;
  /** False: faster and not safe against power loss; for tests only. */
  readonly fsync?: boolean;
}

/** PostgreSQL on a loopback port with a generated password. @throws MissingProgramError */
export async function startPostgres(options: PostgresOptions): Promise<RunningServer> {
  const folders = postgresFolders();
  const program = findProgram("postgres", "postgresql", folders);
  const initdb = findProgram("initdb", "postgresql", folders);
  const isReady = findProgram("pg_isready", "postgresql", folders);
  const folder = path.resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const user = serviceUser("postgres", folder, true); // it refuses to run as root
  const port = await freePort(options.port);
  const password = await keptPassword(path.join(folder, "password"));
  const data = path.join(folder, "data");
  if (!existsSync(path.join(data, "lingtan.conf"))) {
    await rm(data, { recursive: true, force: true }); // an initdb cut short
    const passwordFile = path.join(folder, `.password-${randomBytes(4).toString("hex")}`);
    await writeFile(passwordFile, password, { mode: 0o600 });
    try {
      if (user !== null) await chown(passwordFile, user.uid, user.gid);
      const args = ["-D", data, "-U", "lingtan", "-E", "UTF8", "--locale=C", "-A", "scram-sha-256"];
      const [command = initdb, ...before] = user === null ? [initdb] : ["setpriv", ...asUser(user), initdb];
      await run(command, [...before, ...args, `--pwfile=${passwordFile}`, "--no-instructions"]);
    } finally {
      await rm(passwordFile, { force: true });
    }
    await appendFile(path.join(data, "postgresql.conf"), "\ninclude 'lingtan.conf'\n");
    await writeFile(path.join(data, "lingtan.conf"), await settingsText("postgresql.conf"));
  }
  const args = ["-D", data, "-p", String(port), "-c", "listen_addresses=127.0.0.1"];
  // A socket's path is limited to 107 bytes; clients use TCP, the socket only serves an administrator.
  args.push("-c", `unix_socket_directories=${folder.length < 80 ? folder : ""}`);
  if (options.fsync === false) args.push("-c", "fsync=off", "-c", "full_page_writes=off");
  const running = await launch({
    name: "postgres",
    program,
    args,
    logFile: path.join(folder, "postgres.log"),
    user,
    stopSignal: "SIGINT", // ends sessions; SIGTERM would wait for them
    ready: async () => {
      await run(isReady, ["-q", "-h", "127.0.0.1", "-p", String(port)]);
      return true;
    },
  });
  const url = `postgres://lingtan:${password}@127.0.0.1:${port}/postgres`;
  return { ...running, url, port, env: { DATABASE_URL: url } };
}

/** Debian keeps each major version in a folder of its own; the newest first. */
export function postgresFolders(): string[] {
  const root = "/usr/lib/postgresql";
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => path.join(root, version, "bin"));
}
