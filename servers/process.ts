import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  accessSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A real server that runs for us on a loopback port, its data in a folder of its own. */
export interface RunningServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Settings with which the product finds it. */
  readonly env: Readonly<Record<string, string>>;
  /** Resolves with a word why when the server has ended, by whatever cause. */
  readonly ended: Promise<string>;
  /** Ends it in good order; its data stay. */
  stop(): Promise<void>;
  /** kill −9. */
  kill(): Promise<void>;
}

/** The server's program is not installed. */
export class MissingProgramError extends Error {
  override readonly name = "MissingProgramError";
  readonly program: string;
  readonly debianPackage: string;
  constructor(program: string, debianPackage: string) {
    super(`${program} is not installed (Debian package ${debianPackage})`);
    this.program = program;
    this.debianPackage = debianPackage;
  }
}

/** Full path of a program, looked for where Debian puts servers too. @throws MissingProgramError */
export function findProgram(name: string, debianPackage: string, folders: readonly string[] = []): string {
  const { PATH = "" } = process.env;
  const searched = [...folders, ...PATH.split(":"), "/usr/sbin", "/usr/bin", "/sbin"];
  for (const folder of searched) {
    const file = path.join(folder, name);
    try {
      accessSync(file, constants.X_OK);
      if (folder !== "" && statSync(file).isFile()) return file;
    } catch {
      // not here
    }
  }
  throw new MissingProgramError(name, debianPackage);
}

/** A port of 127.0.0.1 that is free now: the wanted one if it is. */
export async function freePort(wanted?: number): Promise<number> {
  const tryPort = (port: number) =>
    new Promise<number | null>((resolve, reject) => {
      const server = createServer();
      server.once("error", (error) => (port === 0 ? reject(error) : resolve(null)));
      server.listen(port, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address !== null ? address.port : null));
      });
    });
  const port = (wanted === undefined ? null : await tryPort(wanted)) ?? (await tryPort(0));
  if (port === null) throw new Error("no free port on 127.0.0.1");
  return port;
}

interface ServiceUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user a server gives up root for, owner of the folder from now on. Null when we are not root, or (unless
 * `required`) where that user or its way to the folder is missing.
 */
export function serviceUser(name: string, folder: string, required: boolean): ServiceUser | null {
  if (process.getuid?.() !== 0) return null;
  try {
    const id = (flag: string) =>
      Number(execFileSync("id", [flag, name], { encoding: "utf8", stdio: "pipe" }));
    const user = { name, uid: id("-u"), gid: id("-g") };
    chownSync(folder, user.uid, user.gid);
    execFileSync("setpriv", [...asUser(user), "test", "-w", folder], { stdio: "pipe" });
    return user;
  } catch (error) {
    if (required) {
      throw new Error(`user ${name}, as which this must run, cannot write ${folder}: choose another folder`, {
        cause: error,
      });
    }
    chownSync(folder, 0, 0);
    return null;
  }
}

/** Arguments of setpriv for this user. */
export function asUser(user: ServiceUser): string[] {
  return [`--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];
}

interface Launch {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Its output is appended here. */
  readonly logFile: string;
  readonly user: ServiceUser | null;
  /** Signal for an end in good order. */
  readonly stopSignal: "SIGTERM" | "SIGINT";
  /** Resolves true when the server really answers. */
  readonly ready: () => Promise<boolean>;
}

/** Starts a server and waits until it is ready. @throws Error with the end of its log when it is not within 30 s. */
export async function launch(what: Launch): Promise<Pick<RunningServer, "pid" | "ended" | "stop" | "kill">> {
  const log = openSync(what.logFile, "a");
  // Where there is setpriv, the kernel ends the server with us, even when we end by kill −9.
  const wrapped = existsSync("/usr/bin/setpriv")
    ? [
        "/usr/bin/setpriv",
        `--pdeathsig=${what.stopSignal.slice(3)}`,
        ...(what.user ? asUser(what.user) : []),
        what.program,
      ]
    : [what.program];
  const [command = what.program, ...before] = wrapped;
  const { PATH } = process.env;
  const child = spawn(command, [...before, ...what.args], {
    stdio: ["ignore", log, log],
    detached: true, // Ctrl-C at a terminal goes to us alone; we end it in good order
    env: { PATH, LANG: "C.UTF-8", ...what.env },
  });
  closeSync(log);
  const ended = endOf(child, what.name);
  let running = true;
  void ended.then(() => {
    running = false;
  });
  const end = Date.now() + 30_000;
  for (;;) {
    if (running && (await what.ready().catch(() => false))) break;
    if (!running || Date.now() > end) {
      child.kill("SIGKILL");
      throw new Error(`${what.name} did not become ready: ${await ended}\n${tail(what.logFile)}`);
    }
    await sleep(50);
  }
  const kill = async () => {
    if (running) child.kill("SIGKILL");
    await ended;
  };
  const stop = async () => {
    if (running) child.kill(what.stopSignal);
    const late = new AbortController();
    await Promise.race([ended, sleep(15_000, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    await kill();
  };
  return { pid: child.pid ?? 0, ended, stop, kill };
}

async function endOf(child: ChildProcess, name: string): Promise<string> {
  try {
    const [code, signal] = await once(child, "exit");
    return `${name} ended (${signal ?? `exit code ${code}`})`;
  } catch (error) {
    return `${name} could not be started: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function tail(file: string): string {
  return readFileSync(file, "utf8").split("\n").slice(-15).join("\n");
}
