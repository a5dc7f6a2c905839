import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "csv-parse";
import type { Park } from "../park/park.ts";
import { type Problem, ProblemsError } from "../park/problems.ts";
import { CHANNEL_NAMES, CHANNELS, type Channel, isChannel } from "../park/quantities.ts";
import type { OnProgress } from "./progress.ts";
import { type Credentials, type Log, Publisher, type Sink } from "./publisher.ts";
import { payloadOf, type Reading, topicOf } from "./readings.ts";

/**
 * Sends any CSV with the columns `time,meter,<channels…>`: the first line names them, an empty cell is no value. The
 * file is read twice, as a stream: once to find everything wrong with it, once to send it. Replayed readings are
 * measurements of somebody's; they are not marked as simulated.
 */

interface ReplayOptions {
  readonly park: Park;
  readonly file: string;
  readonly mqttUrl: string;
  readonly credentials?: Credentials | undefined;
  /** "max", or how many times faster than time passed when it was measured. */
  readonly speed: "max" | number;
  readonly onProgress?: OnProgress | undefined;
  readonly logger?: Log;
  readonly signal?: AbortSignal;
}

interface ReplayResult {
  readonly rows: number;
  readonly messages: number;
}

/** Most problems told by line; the rest are counted. */
const LISTED = 100;
const ROWS_A_MESSAGE = 96;
const LONGEST_LINE = 64 * 1024;

/** Replays a file. @throws ProblemsError listing what is wrong by line, before anything is sent. @throws Error when the broker cannot be reached. */
export async function replayCsv(options: ReplayOptions): Promise<ReplayResult> {
  await checkCsv(options.file, options.park);
  const { mqttUrl, credentials, logger } = options;
  const publisher = new Publisher({ mqttUrl, credentials, ...(logger === undefined ? {} : { logger }) });
  publisher.start();
  try {
    await publisher.connected();
    return await sendCsv(publisher, options);
  } finally {
    await publisher.stop();
  }
}

/** Reads the whole file and collects what is wrong. @throws ProblemsError unless nothing is. */
export async function checkCsv(file: string, park: Park): Promise<{ rows: number }> {
  const problems: Problem[] = [];
  let more = 0;
  const unknown = new Map<string, { line: number; rows: number }>();
  const complain = (problem: Problem) => {
    if (problems.length < LISTED) problems.push(problem);
    else more++;
  };
  let rows = 0;
  try {
    for await (const row of rowsOf(file)) {
      if (row.kind === "problem") {
        complain({
          path: `line ${row.line}${row.column === null ? "" : `, ${row.column}`}`,
          expected: row.expected,
          found: row.found,
        });
        continue;
      }
      rows++;
      if (!park.meterById.has(row.reading.meter)) {
        const seen = unknown.get(row.reading.meter) ?? { line: row.line, rows: 0 };
        seen.rows++;
        if (unknown.size < LISTED || seen.rows > 1) unknown.set(row.reading.meter, seen);
      }
    }
  } catch (error) {
    complain({
      path: file,
      expected: "a readable CSV file",
      found: error instanceof Error ? error.message : String(error),
    });
  }
  for (const [meter, seen] of unknown) {
    complain({
      path: `line ${seen.line}, meter`,
      expected: `a meter of park ${park.id}`,
      found: `${meter} (in ${seen.rows} row${seen.rows === 1 ? "" : "s"})`,
    });
  }
  if (rows === 0 && problems.length === 0)
    complain({ path: file, expected: "at least one row", found: "none" });
  if (more > 0) problems.push({ path: file, expected: "nothing else wrong", found: `${more} more problems` });
  if (problems.length > 0) throw new ProblemsError(file, problems);
  return { rows };
}

/** Sends a checked file to a sink: at "max" many rows of a meter in one message, else each row when its time has come. */
export async function sendCsv(
  sink: Sink,
  options: Pick<ReplayOptions, "park" | "file" | "speed" | "onProgress" | "signal">,
): Promise<ReplayResult> {
  const { park, file, speed, signal } = options;
  const total = Math.max(1, (await stat(file)).size);
  const collected = new Map<string, Reading[]>();
  let rows = 0;
  let messages = 0;
  const send = async (meter: string, readings: readonly Reading[]) => {
    await sink.publish(topicOf(park.id, meter), payloadOf(readings, park.calendar, false));
    messages++;
  };
  const startedMs = performance.now();
  let firstMs: number | null = null;
  for await (const row of rowsOf(file)) {
    if (signal?.aborted === true) break;
    if (row.kind === "problem") continue;
    rows++;
    const { reading } = row;
    if (speed === "max") {
      const list = collected.get(reading.meter) ?? [];
      list.push(reading);
      collected.set(reading.meter, list);
      if (list.length >= ROWS_A_MESSAGE) {
        collected.delete(reading.meter);
        await send(reading.meter, list);
      }
    } else {
      firstMs ??= reading.timeMs;
      const dueMs = (reading.timeMs - firstMs) / speed - (performance.now() - startedMs);
      if (dueMs > 1)
        await sleep(dueMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
      await send(reading.meter, [reading]);
    }
    if (rows % 512 === 0) options.onProgress?.({ done: Math.min(total - 1, row.bytes), total });
  }
  for (const [meter, readings] of collected) await send(meter, readings);
  await sink.flush();
  options.onProgress?.({ done: total, total });
  return { rows, messages };
}

type Row =
  | { readonly kind: "reading"; readonly line: number; readonly bytes: number; readonly reading: Reading }
  | {
      readonly kind: "problem";
      readonly line: number;
      readonly column: string | null;
      readonly expected: string;
      readonly found: string;
    };

/** The rows of a file one after another; a bad header ends it. */
async function* rowsOf(file: string): AsyncGenerator<Row> {
  const source = createReadStream(file);
  const parser = parse({
    bom: true,
    trim: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: LONGEST_LINE,
  });
  // pipe() does not hand on the file's own errors.
  source.once("error", (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    let columns: readonly string[] | null = null;
    for await (const record of parser) {
      // csv-parse types a record as any; with `info` it is this, and cells are text as no cast is asked for.
      const { info, record: cells } = record as { info: { lines: number; bytes: number }; record: string[] };
      const { lines: line, bytes } = info;
      if (columns === null) {
        columns = cells;
        const wrong = headerProblems(cells);
        for (const problem of wrong) yield { kind: "problem", line, ...problem };
        if (wrong.length > 0) return;
        continue;
      }
      if (cells.length !== columns.length) {
        const found = String(cells.length);
        yield { kind: "problem", line, column: null, expected: `${columns.length} cells`, found };
        continue;
      }
      yield* readRow(columns, cells, line, bytes);
    }
  } finally {
    source.destroy();
  }
}

function headerProblems(
  columns: readonly string[],
): { column: string | null; expected: string; found: string }[] {
  const problems: { column: string | null; expected: string; found: string }[] = [];
  for (const name of ["time", "meter"])
    if (!columns.includes(name))
      problems.push({ column: null, expected: `a column ${name}`, found: columns.join(",") });
  columns.forEach((name, i) => {
    if (columns.indexOf(name) !== i)
      problems.push({ column: name, expected: "each column once", found: name });
    else if (name !== "time" && name !== "meter" && !isChannel(name))
      problems.push({ column: name, expected: `a channel (${CHANNEL_NAMES.join(", ")})`, found: name });
  });
  if (problems.length === 0 && columns.length < 3)
    problems.push({ column: null, expected: "at least one channel", found: columns.join(",") });
  return problems;
}

function* readRow(
  columns: readonly string[],
  cells: readonly string[],
  line: number,
  bytes: number,
): Generator<Row> {
  const values: Partial<Record<Channel, number>> = {};
  let meter = "";
  let timeMs = Number.NaN;
  let sound = true;
  const problem = (column: string, expected: string, found: string): Row => {
    sound = false;
    return { kind: "problem", line, column, expected, found: found === "" ? "nothing" : found.slice(0, 80) };
  };
  for (const [i, column] of columns.entries()) {
    const cell = cells[i] ?? "";
    if (column === "time") {
      timeMs = instantOf(cell);
      if (Number.isNaN(timeMs)) yield problem(column, "ISO 8601 with an offset, or epoch milliseconds", cell);
    } else if (column === "meter") {
      meter = cell;
      if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(cell)) yield problem(column, "a meter's id", cell);
    } else if (isChannel(column) && cell !== "") {
      const value = Number(cell);
      const spec = CHANNELS[column];
      const low = spec.kind === "register" ? 0 : spec.minimum;
      const high = spec.kind === "register" ? null : spec.maximum;
      if (!Number.isFinite(value)) yield problem(column, "a number", cell);
      else if (low !== null && value < low) yield problem(column, `at least ${low}`, cell);
      else if (high !== null && value > high) yield problem(column, `at most ${high}`, cell);
      else values[column] = value;
    }
  }
  if (!sound) return;
  if (Object.keys(values).length === 0) {
    yield problem("time", "a value in at least one channel", "");
    return;
  }
  yield { kind: "reading", line, bytes, reading: { meter, timeMs, values } };
}

function instantOf(text: string): number {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/.test(text))
    return Number.NaN;
  return Date.parse(text);
}
