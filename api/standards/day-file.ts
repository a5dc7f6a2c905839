import { appendFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { crc32 } from "node:zlib";
import type { Logger } from "pino";
import type { KeptDay } from "../../standards/green/chain.ts";
import type { GreenDay } from "../../standards/green/day-result.ts";

/**
 * Days that were matched, in a file of the api's own beside what ingest writes: so that a restart need not match a year
 * again. Records are only appended; what is cut off or changed by accident fails its checksum and is made again. Nothing
 * rests on the file: without it answers are the same and later.
 */

const MAGIC = 0x4c47_4431;
const HEAD_BYTES = 16;
const PARTS = ["nodes", "hours", "pairs", "storages", "startContent", "endContent"] as const;

interface StoredDay {
  readonly startMs: number;
  readonly key: string;
  readonly day: GreenDay;
}

export class DayFile {
  readonly #file: string;
  readonly #log: Logger;
  #turn: Promise<void> = Promise.resolve();

  constructor(folder: string, park: string, log: Logger) {
    this.#file = path.join(folder, `green-days-${park}.bin`);
    this.#log = log;
  }

  /** The newest of every day. A file that cannot be read is as good as none. */
  async load(): Promise<StoredDay[]> {
    let bytes: Buffer;
    try {
      bytes = await readFile(this.#file);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT"))
        this.#log.warn({ err: error }, "matched days could not be read: they are made again");
      return [];
    }
    const days = new Map<number, { readonly day: StoredDay; readonly bytes: number }>();
    let at = 0;
    while (at + HEAD_BYTES <= bytes.length) {
      const length = bytes.readUInt32LE(at + 4);
      const end = at + HEAD_BYTES + length;
      const body = bytes.subarray(at + HEAD_BYTES, end);
      const isWhole = bytes.readUInt32LE(at) === MAGIC && end <= bytes.length;
      if (!isWhole || crc32(body) !== bytes.readUInt32LE(at + 8)) break;
      const day = decode(body);
      if (day !== null) days.set(day.startMs, { day, bytes: end - at });
      at = end;
    }
    const used = [...days.values()].reduce((sum, d) => sum + d.bytes, 0);
    const found = [...days.values()].map((d) => d.day).sort((a, b) => a.startMs - b.startMs);
    if (used * 2 < bytes.length || at < bytes.length) this.#write(() => this.#replace(found));
    return found;
  }

  /** Adds days; a failure costs a later start time and nothing else. */
  append(days: readonly { readonly startMs: number; readonly kept: KeptDay }[]): void {
    const records = days.map(({ startMs, kept }) => encode({ startMs, key: kept.key, day: kept.day }));
    this.#write(async () => {
      await mkdir(path.dirname(this.#file), { recursive: true });
      await appendFile(this.#file, Buffer.concat(records));
    });
  }

  /** Resolves when all that was handed over is written. */
  async flush(): Promise<void> {
    await this.#turn;
  }

  async #replace(days: readonly StoredDay[]): Promise<void> {
    const draft = `${this.#file}.${process.pid}`;
    await writeFile(draft, Buffer.concat(days.map(encode)));
    await rename(draft, this.#file);
  }

  #write(work: () => Promise<void>): void {
    this.#turn = this.#turn.then(work).catch((error: unknown) => {
      this.#log.warn({ err: error }, "matched days could not be written");
    });
  }
}

function encode({ startMs, key, day }: StoredDay): Buffer {
  const lists = PARTS.map((part) => day[part]);
  const keyBytes = Buffer.from(key, "utf8");
  const numbers = Float64Array.of(startMs, keyBytes.length, ...lists.map((l) => l.length));
  const body = Buffer.concat([bytesOf(numbers), ...lists.map(bytesOf), keyBytes]);
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(crc32(body), 8);
  return Buffer.concat([head, body]);
}

/** Null for a record that is no day. */
function decode(body: Buffer): StoredDay | null {
  const count = 2 + PARTS.length;
  if (body.length < count * 8) return null;
  // Records lie where they lie; numbers want to begin at multiples of 8.
  const copy = new Uint8Array(body).buffer;
  const [startMs = 0, keyLength = 0, ...lengths] = new Float64Array(copy, 0, count);
  let at = count * 8;
  const total = lengths.reduce((sum, l) => sum + l, 0);
  if (body.length !== at + total * 8 + keyLength) return null;
  const next = (place: number): Float64Array => {
    const list = new Float64Array(copy, at, lengths[place] ?? 0);
    at += list.byteLength;
    return list;
  };
  const day: GreenDay = {
    nodes: next(0),
    hours: next(1),
    pairs: next(2),
    storages: next(3),
    startContent: next(4),
    endContent: next(5),
  };
  return { startMs, key: body.toString("utf8", at), day };
}

function bytesOf(list: Float64Array): Buffer {
  return Buffer.from(list.buffer, list.byteOffset, list.byteLength);
}
