import { chown, open, readdir, readFile, rename, stat, truncate } from "node:fs/promises";
import path from "node:path";

/**
 * The write-ahead logs of InfluxDB 1.x, mended before it starts. When a write was cut short (a full disk, a power cut),
 * the next start forgets the torn end of the log but goes on writing behind where it was. The zeros in between are
 * taken for damage by the start after that, and all behind them, acknowledged as it was, is forgotten. Seen with
 * 1.6.7; the same lines stand in 1.8 and 1.12 (tsdb/engine/tsm1: WAL.Open comes before the log is read and cut).
 */

/** A log's entry: its kind in one byte, its length in four, then so many bytes. */
const HEADER_BYTES = 5;
const KINDS = new Set([1, 2, 3]);

interface MendedLog {
  readonly file: string;
  readonly fromBytes: number;
  readonly toBytes: number;
}

/** Mends the logs under a folder (`wal-dir`) that no influxd uses; tells which were not whole. @throws when a log cannot be read or written. */
export async function mendWal(folder: string): Promise<readonly MendedLog[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return []; // not made yet
    throw error;
  });
  const mended: MendedLog[] = [];
  for (const entry of found) {
    if (!entry.isFile() || !/^_\d+\.wal$/.test(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const bytes = await readFile(file);
    const spans = wholeEntries(bytes);
    const toBytes = spans.reduce((sum, span) => sum + span.to - span.from, 0);
    if (toBytes === bytes.length) continue;
    const [only, ...more] = spans;
    if (more.length === 0 && (only?.from ?? 0) === 0) await truncate(file, toBytes);
    else await replace(file, Buffer.concat(spans.map(({ from, to }) => bytes.subarray(from, to))));
    mended.push({ file, fromBytes: bytes.length, toBytes });
  }
  return mended;
}

/** The parts of a log that hold whole entries: all but a torn end, and zeros where an earlier one had been. */
export function wholeEntries(bytes: Uint8Array): readonly { readonly from: number; readonly to: number }[] {
  const spans: { from: number; to: number }[] = [];
  for (let from = 0; from < bytes.length; ) {
    let to = from;
    for (let end = entryEnd(bytes, to); end !== null; end = entryEnd(bytes, to)) to = end;
    if (to > from) spans.push({ from, to });
    if (bytes[to] !== 0) break;
    const next = bytes.subarray(to).findIndex((byte) => byte !== 0);
    if (next === -1) break;
    from = to + next;
  }
  return spans;
}

/** Where the entry that begins at a place ends; null when none does, or not all of it is there. */
function entryEnd(bytes: Uint8Array, at: number): number | null {
  if (at + HEADER_BYTES > bytes.length || !KINDS.has(bytes[at] ?? 0)) return null;
  const length = new DataView(bytes.buffer, bytes.byteOffset + at + 1, 4).getUint32(0);
  const end = at + HEADER_BYTES + length;
  return length > 0 && end <= bytes.length ? end : null;
}

/** In one step, so that a process that ends half-way leaves the log as it was. */
async function replace(file: string, bytes: Uint8Array): Promise<void> {
  const { uid, gid, mode } = await stat(file);
  const beside = `${file}.mended`;
  const handle = await open(beside, "w", mode);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chown(beside, uid, gid);
  await rename(beside, file);
}
