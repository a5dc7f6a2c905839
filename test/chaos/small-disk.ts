import { execFile } from "node:child_process";
import { chmod, mkdtemp, open, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A small file system of its own that can be filled to the last byte. */
export interface SmallDisk {
  readonly folder: string;
  fill(): Promise<void>;
  free(): Promise<void>;
  close(): Promise<void>;
}

/** Mounts a tmpfs; null where that is not allowed (it needs root). */
export async function smallDisk(megabytes: number): Promise<SmallDisk | null> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return null;
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-chaos-disk-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", folder]);
  } catch {
    await rmdir(folder);
    return null;
  }
  await chmod(folder, 0o755); // a server that gives up root must be able to walk in
  const filler = path.join(folder, "filler");
  return {
    folder,
    async fill() {
      const file = await open(filler, "w");
      try {
        for (let bytes = 1 << 20; bytes >= 512; ) {
          // At the end a write is cut short or refused; then the rest is filled with smaller ones.
          const { bytesWritten } = await file.write(Buffer.alloc(bytes)).catch(() => ({ bytesWritten: 0 }));
          if (bytesWritten < bytes) bytes >>= 1;
        }
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    async close() {
      await run("umount", ["-l", folder]).catch(() => undefined);
      await rm(folder, { recursive: true, force: true });
    },
  };
}
