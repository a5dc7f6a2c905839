import { execFile } from "node:child_process";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";

const holderSchema = z.object({ pid: z.int().positive(), started: z.string() });
type Holder = z.infer<typeof holderSchema>;

/** The data folder belongs to another live process; processes exit 75 on it. */
export class DataDirLockedError extends Error {
  override readonly name = "DataDirLockedError";
  readonly pid: number;
  constructor(dataDir: string, pid: number) {
    super(`${dataDir} is in use by process ${pid}`);
    this.pid = pid;
  }
}

interface DataDirLock {
  /** Lets go of the folder; a second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes the data folder for this process (it is made if missing). The lock is a file `lock.N` that names its holder.
 * After kill −9 it is seen to be stale, because no process of that id and start time lives, and the next one makes
 * `lock.N+1`: of many that try in the same instant only one can, and a stale file is never removed under a live name.
 * The engine's own lock on its file stands behind it where process ids cannot be compared (two containers).
 * @throws DataDirLockedError naming the holder.
 */
export async function lockDataDir(dataDir: string): Promise<DataDirLock> {
  await mkdir(dataDir, { recursive: true });
  const draft = path.join(dataDir, `.lock-${process.pid}-${Math.random().toString(36).slice(2)}`);
  const me: Holder = { pid: process.pid, started: (await startOf(process.pid)) ?? "" };
  await writeFile(draft, JSON.stringify(me), { flag: "wx" });
  try {
    for (;;) {
      const top = (await generations(dataDir)).at(-1) ?? 0;
      const text = top === 0 ? null : await readOrNull(lockFile(dataDir, top));
      const holder = text === null ? null : parseHolder(text);
      if (holder !== null && (await lives(holder))) throw new DataDirLockedError(dataDir, holder.pid);
      const mine = lockFile(dataDir, top + 1);
      try {
        await link(draft, mine); // atomic: the name appears with its content, or not at all
      } catch (error) {
        if (hasCode(error, "EEXIST")) continue;
        throw error;
      }
      const now = await generations(dataDir);
      if (now.at(-1) === top + 1) {
        for (const old of now.slice(0, -1)) await rm(lockFile(dataDir, old), { force: true });
        return releaseOnce(mine);
      }
      await rm(mine, { force: true }); // another came and went while this one looked: look again
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** Once only: after that the same name may be another process's. */
function releaseOnce(file: string): DataDirLock {
  let held = true;
  return {
    release: async () => {
      if (held) await rm(file, { force: true });
      held = false;
    },
  };
}

function lockFile(dataDir: string, generation: number): string {
  return path.join(dataDir, `lock.${generation}`);
}

/** The locks that lie in the folder, oldest first. */
async function generations(dataDir: string): Promise<number[]> {
  const numbers = (await readdir(dataDir)).map((name) => /^lock\.(\d{1,15})$/.exec(name)?.[1]);
  return numbers
    .filter((text) => text !== undefined)
    .map(Number)
    .sort((a, b) => a - b);
}

async function lives(holder: Holder): Promise<boolean> {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (!hasCode(error, "EPERM")) return false;
  }
  const started = await startOf(holder.pid);
  // Where start times cannot be told, a live process of that id is taken for the holder.
  return started === null || holder.started === "" || started === holder.started;
}

/** When a process started, as a text that no later process of the same id shares; null where it cannot be told. */
async function startOf(pid: number): Promise<string | null> {
  const stat = await readOrNull(`/proc/${pid}/stat`);
  if (stat !== null) {
    // The name in parentheses may hold anything; start time is the 20th field after it.
    const ticks = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
    const boot = (await readOrNull("/proc/sys/kernel/random/boot_id"))?.trim();
    return `${boot ?? ""} ${ticks ?? ""}`;
  }
  try {
    const { stdout } = await promisify(execFile)("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() === "" ? null : stdout.trim();
  } catch {
    return null;
  }
}

function parseHolder(text: string): Holder | null {
  try {
    return holderSchema.parse(JSON.parse(text));
  } catch {
    return null; // a lock cut short by a full disk names nobody
  }
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ESRCH")) return null;
    throw error;
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
