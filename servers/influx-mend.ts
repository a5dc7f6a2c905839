import type { Dirent } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { mendWal, wholeEntries } from "./influx-wal.ts";

/** InfluxDB's files, mended after a full disk or a power cut and before it starts; docs/engines.md says why. */

/** The folders as influxdb.conf names them. */
export interface InfluxFolders {
  readonly dataDir: string;
  readonly walDir: string;
}

/** What was mended, and what only a person can mend; a line each. @throws when a file cannot be read or written. */
export async function mendInflux({ dataDir, walDir }: InfluxFolders): Promise<readonly string[]> {
  const logs = await mendWal(walDir);
  return [
    ...logs.map(({ file, fromBytes, toBytes }) => `${file}: ${fromBytes} bytes, ${toBytes} kept`),
    ...(await mendShards(dataDir, walDir)),
  ];
}

/**
 * A shard whose making a full disk cut short has an index that cannot be read, and refuses every write for ever.
 * Where it holds nothing it is taken away, and made again by the first write.
 */
async function mendShards(dataDir: string, walDir: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const shard of await shardsOf(dataDir)) {
    const folder = path.join(dataDir, shard);
    const walFolder = path.join(walDir, shard);
    if (await isIndexReadable(path.join(folder, "index"))) continue;
    if ((await holdsFiles(folder)) || (await holdsEntries(walFolder))) {
      lines.push(
        `${folder}/index cannot be read, and the shard holds data: expected to be made anew by influx_inspect buildtsi`,
      );
      continue;
    }
    await rm(folder, { recursive: true });
    await rm(walFolder, { recursive: true, force: true });
    lines.push(`${folder}: never finished, and empty; taken away`);
  }
  return lines;
}

/** Paths of shards, "database/policy/number". */
async function shardsOf(dataDir: string): Promise<readonly string[]> {
  const shards: string[] = [];
  for (const database of await foldersOf(dataDir))
    for (const policy of await foldersOf(path.join(dataDir, database)))
      for (const shard of await foldersOf(path.join(dataDir, database, policy)))
        if (/^\d+$/.test(shard) && policy !== "_series") shards.push(path.join(database, policy, shard));
  return shards;
}

/** The files of a shard's index are named in a manifest a part; a part without one is empty. */
async function isIndexReadable(folder: string): Promise<boolean> {
  for (const part of await foldersOf(folder)) {
    try {
      JSON.parse(await readFile(path.join(folder, part, "MANIFEST"), "utf8"));
    } catch (error) {
      if (error instanceof SyntaxError) return false;
      if (!isMissing(error)) throw error;
    }
  }
  return true;
}

async function holdsFiles(folder: string): Promise<boolean> {
  return (await entriesOf(folder)).some((entry) => entry.name.endsWith(".tsm"));
}

async function holdsEntries(folder: string): Promise<boolean> {
  for (const entry of await entriesOf(folder))
    if (entry.isFile() && wholeEntries(await readFile(path.join(folder, entry.name))).length > 0) return true;
  return false;
}

async function foldersOf(folder: string): Promise<readonly string[]> {
  return (await entriesOf(folder)).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

/** Nothing where the folder is not made yet. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
