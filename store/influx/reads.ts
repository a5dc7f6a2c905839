import {
  CHANNEL_NAMES,
  type Channel,
  isRegisterChannel,
  type RegisterChannel,
} from "../../park/quantities.ts";
import { compareText, sentAgainOf, sortedRegisters, tooMuch } from "../rows.ts";
import {
  type DeadLetter,
  type EnergyQuery,
  type EnergySeries,
  type Judgement,
  type JudgementRow,
  type ReadingRow,
  StoreError,
} from "../telemetry.ts";
import type { InfluxClient, InfluxSeries } from "./client.ts";
import { fromOneLine, isPlainId, meterCondition, timeCondition, unpackQuality } from "./lines.ts";

/** One answer holds about so many rows at most: some 20 MB of JSON. */
const MOST_ROWS = 100_000;
/** InfluxDB calls a series of more than 10,000 rows partial though all of it is there; so does a server that cut it off. */
const MOST_ROWS_OF_ONE = 9_000;
const MOST_METERS = 125;
const FIRST_ROW_MS = Date.UTC(1999, 11, 30);
const LAST_ROW_MS = Date.UTC(2200);
const SHORTEST_STEP_MS = { interval: 900_000, day: 23 * 3_600_000 } as const;
const RECENT_MS = 14 * 86_400_000;

const READING_FIELDS = [
  '"simulated"',
  ...CHANNEL_NAMES.map((channel) => `"${channel}"`),
  ...CHANNEL_NAMES.map((channel) => `"superseded_${channel}"`),
].join(", ");

/** All that a read needs to know: whose rows, where. */
export interface Source {
  readonly client: InfluxClient;
  readonly park: string;
}

/**
 * Readings, a page of each meter and then of those that have more. As wherever each series has a bound of its own, a
 * statement each: LIMIT bounds each series in some engines and the whole answer in others (docs/engines.md).
 * @throws StoreError "too-much"
 */
export async function readReadings(
  source: Source,
  query: { meters: readonly string[]; fromMs: number; toMs: number; limit: number },
): Promise<ReadingRow[]> {
  const meters = plain(query.meters);
  const found: ReadingRow[] = [];
  for (let i = 0; i < meters.length; i += MOST_METERS) {
    let open = meters.slice(i, i + MOST_METERS).map((meter) => ({ meter, fromMs: query.fromMs }));
    while (open.length > 0) {
      const pageRows = Math.min(query.limit + 1, MOST_ROWS_OF_ONE, Math.floor(MOST_ROWS / open.length));
      const pages = await source.client.queryAll(
        open.map(
          ({ meter, fromMs }) =>
            `SELECT ${READING_FIELDS} FROM reading WHERE park = '${source.park}' AND meter = '${meter}'
             AND ${timeCondition(fromMs, query.toMs)} GROUP BY meter LIMIT ${pageRows}`,
        ),
      );
      const longer: typeof open = [];
      for (const one of pages.flat()) {
        for (const row of toReadings(one)) found.push(row);
        if (found.length > query.limit) throw tooMuch("readings", query.limit);
        if (one.rows.length === pageRows) {
          longer.push({ meter: one.tags["meter"] ?? "", fromMs: cell(one, pageRows - 1, 0) + 1 });
        }
      }
      open = longer;
    }
  }
  return sortReadings(found);
}

export async function readLastReadings(
  source: Source,
  wanted: readonly string[],
  beforeMs: number,
): Promise<ReadingRow[]> {
  const found = new Map<string, ReadingRow>();
  // Most meters were heard lately; only for the others the whole history is opened.
  for (const fromMs of [beforeMs - RECENT_MS, 0]) {
    const meters = plain(wanted).filter((meter) => !found.has(meter));
    for (let i = 0; i < meters.length; i += MOST_METERS) {
      const answers = await source.client.queryAll(
        meters.slice(i, i + MOST_METERS).map(
          (meter) =>
            `SELECT ${READING_FIELDS} FROM reading WHERE park = '${source.park}' AND meter = '${meter}'
             AND ${timeCondition(fromMs, beforeMs)} GROUP BY meter ORDER BY time DESC LIMIT 1`,
        ),
      );
      for (const row of answers.flat().flatMap(toReadings)) found.set(row.meter, row);
    }
  }
  return sortReadings([...found.values()]);
}

/** @throws StoreError "too-much" */
export async function readEnergy(source: Source, query: EnergyQuery): Promise<EnergySeries[]> {
  const registers = sortedRegisters(query.registers);
  const stepMs = SHORTEST_STEP_MS[query.rows];
  const pieces = query.limit < MOST_ROWS_OF_ONE ? [query] : piecesOf(query, (MOST_ROWS_OF_ONE - 1) * stepMs);
  const longestMs = Math.max(0, ...pieces.map(({ fromMs, toMs }) => toMs - fromMs));
  const mostRowsEach = Math.ceil(longestMs / stepMs) + 1;
  const atOnce = Math.max(
    1,
    Math.min(MOST_METERS, Math.floor(MOST_ROWS / Math.min(query.limit + 1, mostRowsEach))),
  );
  const chunks: { channel: RegisterChannel; meters: string[]; fromMs: number; toMs: number }[] = [];
  for (const channel of new Set(registers.map((register) => register.channel))) {
    const meters = plain(registers.filter((r) => r.channel === channel).map((register) => register.meter));
    for (let i = 0; i < meters.length; i += atOnce)
      for (const { fromMs, toMs } of pieces)
        chunks.push({ channel, meters: meters.slice(i, i + atOnce), fromMs, toMs });
  }
  const found = new Map<string, { fromMs: number; series: InfluxSeries }[]>();
  let rows = 0;
  const readOn = async () => {
    for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) {
      const { channel, meters, fromMs, toMs } = chunk;
      const series = await source.client.query(
        `SELECT "mwh", "q", "rev" FROM "${query.rows}" WHERE park = '${source.park}' AND channel = '${channel}'
         AND ${meterCondition(meters)} AND ${timeCondition(fromMs, toMs)} GROUP BY meter LIMIT ${limitOfAll(query, meters.length * mostRowsEach)}`,
      );
      for (const one of series) {
        rows += one.rows.length;
        if (rows > query.limit) throw tooMuch(`${query.rows} rows`, query.limit);
        const key = `${one.tags["meter"] ?? ""} ${channel}`;
        found.set(key, [...(found.get(key) ?? []), { fromMs, series: one }]);
      }
    }
  };
  await Promise.all([readOn(), readOn()]);
  return registers.map(({ meter, channel }) => {
    const pieces = found.get(`${meter} ${channel}`) ?? [];
    pieces.sort((a, b) => a.fromMs - b.fromMs);
    return toEnergy({ tags: {}, columns: [], rows: pieces.flatMap((p) => p.series.rows) }, meter, channel);
  });
}

/** A span in pieces of at most so long; where it has no end, up to instants beyond which there are no rows. */
function piecesOf(span: { readonly fromMs: number; readonly toMs: number }, pieceMs: number) {
  const pieces: { readonly fromMs: number; readonly toMs: number }[] = [];
  const toMs = Math.min(span.toMs, LAST_ROW_MS);
  for (let fromMs = Math.max(span.fromMs, FIRST_ROW_MS); fromMs < toMs; fromMs += pieceMs)
    pieces.push({ fromMs, toMs: Math.min(toMs, fromMs + pieceMs) });
  return pieces;
}

/** The newest of each register at or before an instant, by `${meter} ${channel}`. */
export async function readNewestJudgements(
  source: Source,
  registers: EnergyQuery["registers"],
  atOrBeforeMs: number,
): Promise<Map<string, Judgement>> {
  const found = new Map<string, Judgement>();
  const known = registers.filter(({ meter }) => isPlainId(meter));
  for (let i = 0; i < known.length; i += MOST_METERS) {
    const answers = await source.client.queryAll(
      known.slice(i, i + MOST_METERS).map(
        ({ meter, channel }) =>
          `SELECT "state", "events" FROM judgement WHERE park = '${source.park}' AND meter = '${meter}' AND channel = '${channel}'
           AND ${timeCondition(0, atOrBeforeMs + 1)} GROUP BY meter, channel ORDER BY time DESC LIMIT 1`,
      ),
    );
    for (const one of answers.flat()) {
      if (one.rows.length > 0) {
        found.set(`${one.tags["meter"] ?? ""} ${one.tags["channel"] ?? ""}`, toJudgement(one, 0));
      }
    }
  }
  return found;
}

/** The newest of every register of meters at or before an instant: when each is first, as states are long; then those. */
export async function readNewestOfMeters(
  source: Source,
  wanted: readonly string[],
  atOrBeforeMs: number,
): Promise<JudgementRow[]> {
  const meters = plain(wanted);
  const found: JudgementRow[] = [];
  for (let i = 0; i < meters.length; i += MOST_METERS) {
    const newest = await source.client.query(
      `SELECT last("rev") FROM judgement WHERE park = '${source.park}' AND ${meterCondition(meters.slice(i, i + MOST_METERS))}
       AND ${timeCondition(0, atOrBeforeMs + 1)} GROUP BY meter, channel`,
    );
    const byDay = new Map<number, Map<string, Set<RegisterChannel>>>();
    for (const one of newest) {
      const channel = registerChannel(one.tags["channel"] ?? "");
      if (channel === null) continue; // a channel of a later version of this program
      const dayStartMs = cell(one, 0, 0);
      const meter = one.tags["meter"] ?? "";
      const ofDay = byDay.get(dayStartMs) ?? new Map<string, Set<RegisterChannel>>();
      byDay.set(dayStartMs, ofDay.set(meter, (ofDay.get(meter) ?? new Set()).add(channel)));
    }
    const days = [...byDay];
    const answers = await source.client.queryAll(
      days.map(
        ([dayStartMs, ofDay]) =>
          `SELECT "state", "events" FROM judgement WHERE park = '${source.park}' AND ${meterCondition([...ofDay.keys()])}
           AND ${timeCondition(dayStartMs, dayStartMs + 1)} GROUP BY meter, channel`,
      ),
    );
    for (const [d, [, ofDay]] of days.entries()) {
      for (const one of answers[d] ?? []) {
        const meter = one.tags["meter"] ?? "";
        const channel = registerChannel(one.tags["channel"] ?? "");
        if (channel !== null && ofDay.get(meter)?.has(channel)) {
          found.push({ meter, channel, ...toJudgement(one, 0) });
        }
      }
    }
  }
  return sortJudgements(found);
}

/** When each meter's first reading was that gives a channel (null: any), by meter. */
export async function readFirstTimes(
  source: Source,
  wanted: readonly string[],
  channel: Channel | null,
): Promise<Map<string, number>> {
  const meters = plain(wanted);
  const found = new Map<string, number>();
  for (let i = 0; i < meters.length; i += MOST_METERS) {
    const series = await source.client.query(
      `SELECT first("${channel ?? "simulated"}") FROM reading WHERE park = '${source.park}' AND ${meterCondition(meters.slice(i, i + MOST_METERS))}
       AND ${timeCondition(0, Number.POSITIVE_INFINITY)} GROUP BY meter`,
    );
    for (const one of series) if (one.rows.length > 0) found.set(one.tags["meter"] ?? "", cell(one, 0, 0));
  }
  return found;
}

/** @throws StoreError "too-much" */
export async function readJudgements(
  source: Source,
  query: { meters: readonly string[]; fromMs: number; toMs: number; limit: number },
): Promise<JudgementRow[]> {
  const meters = plain(query.meters);
  const mostRowsEach = Math.max(1, Math.ceil((query.toMs - query.fromMs) / SHORTEST_STEP_MS.day) + 1);
  // States are texts: fewer rows fill an answer.
  const atOnce = Math.max(
    1,
    Math.min(MOST_METERS, Math.floor(MOST_ROWS / 20 / Math.min(query.limit + 1, mostRowsEach))),
  );
  const found: JudgementRow[] = [];
  for (let i = 0; i < meters.length; i += atOnce) {
    const some = meters.slice(i, i + atOnce);
    const mostRows = some.length * CHANNEL_NAMES.length * mostRowsEach;
    const series = await source.client.query(
      `SELECT "state", "events" FROM judgement WHERE park = '${source.park}' AND ${meterCondition(some)}
       AND ${timeCondition(query.fromMs, query.toMs)} GROUP BY meter, channel LIMIT ${limitOfAll(query, mostRows)}`,
    );
    for (const one of series) {
      const channel = registerChannel(one.tags["channel"] ?? "");
      if (channel === null) continue; // a channel of a later version of this program
      const meter = one.tags["meter"] ?? "";
      one.rows.forEach((_, row) => found.push({ meter, channel, ...toJudgement(one, row) }));
      if (found.length > query.limit) throw tooMuch("judgements", query.limit);
    }
  }
  return sortJudgements(found);
}

export async function readDeadLetters(
  source: Source,
  query: { beforeMs: number; limit: number },
): Promise<DeadLetter[]> {
  const found: DeadLetter[] = [];
  let { beforeMs } = query;
  while (found.length < query.limit) {
    const page = Math.min(200, query.limit - found.length);
    const [series] = await source.client.query(
      `SELECT "topic", "payload", "encoding", "bytes", "reason", "detail", "sent_again" FROM dead_letter WHERE park = '${source.park}'
       AND ${timeCondition(0, beforeMs)} ORDER BY time DESC LIMIT ${page}`,
    );
    if (series === undefined) break;
    series.rows.forEach((_, row) => found.push(toDeadLetter(series, row)));
    if (series.rows.length < page) break;
    beforeMs = cell(series, page - 1, 0);
  }
  return found;
}

export async function countDeadLetters(source: Source): Promise<number> {
  const [series] = await source.client.query(
    `SELECT count("bytes"), count("sent_again") FROM dead_letter WHERE park = '${source.park}' AND ${timeCondition(0, Number.POSITIVE_INFINITY)}`,
  );
  return series === undefined ? 0 : cell(series, 0, 1) - Number(series.rows[0]?.[2] ?? 0);
}

export async function listMeters(source: Source): Promise<string[]> {
  const series = await source.client.query(
    `SELECT last("simulated") FROM reading WHERE park = '${source.park}' AND ${timeCondition(0, Number.POSITIVE_INFINITY)} GROUP BY meter`,
  );
  return series.map((one) => one.tags["meter"] ?? "").sort(compareText);
}

/**
 * A LIMIT that is right whether an engine takes it for each series (InfluxDB) or for the whole answer (openGemini):
 * more than the span can hold, or already one row too many.
 */
function limitOfAll(query: { readonly limit: number }, mostRows: number): number {
  return Math.min(query.limit + 1, mostRows);
}

/** Ids once each; what is not plain cannot have been written. */
function plain(meters: readonly string[]): string[] {
  return [...new Set(meters)].filter(isPlainId);
}

/** A number that must be there: half a point would be an answer with less than was asked. */
function cell(series: InfluxSeries, row: number, column: number): number {
  const value = series.rows[row]?.[column];
  if (typeof value === "number") return value;
  throw new StoreError("unavailable", `a stored point lacks ${series.columns[column] ?? `column ${column}`}`);
}

function text(series: InfluxSeries, row: number, column: number): string {
  const value = series.rows[row]?.[column];
  if (typeof value === "string") return fromOneLine(value);
  throw new StoreError("unavailable", `a stored point lacks ${series.columns[column] ?? `column ${column}`}`);
}

function toEnergy(series: InfluxSeries, meter: string, channel: RegisterChannel): EnergySeries {
  const count = series.rows.length;
  const startMs = new Float64Array(count);
  const micro = new Float64Array(count);
  const knownMs = new Float64Array(count);
  const flags = new Uint16Array(count);
  const revs = new Float64Array(count);
  let rev = 0;
  for (let row = 0; row < count; row++) {
    startMs[row] = cell(series, row, 0);
    micro[row] = cell(series, row, 1);
    const quality = unpackQuality(cell(series, row, 2));
    knownMs[row] = quality.knownMs;
    flags[row] = quality.flags;
    revs[row] = cell(series, row, 3);
    rev = Math.max(rev, revs[row] ?? 0);
  }
  return { meter, channel, startMs, micro, knownMs, flags, revs, rev };
}

function toJudgement(series: InfluxSeries, row: number): Judgement {
  return { dayStartMs: cell(series, row, 0), state: text(series, row, 1), events: text(series, row, 2) };
}

function toDeadLetter(series: InfluxSeries, row: number): DeadLetter {
  return {
    timeMs: cell(series, row, 0),
    topic: text(series, row, 1),
    payload: text(series, row, 2),
    encoding: text(series, row, 3) === "base64" ? "base64" : "utf8",
    bytes: cell(series, row, 4),
    reason: text(series, row, 5),
    detail: text(series, row, 6),
    ...sentAgainOf(series.rows[row]?.[7] ?? null),
  };
}

function toReadings(series: InfluxSeries): ReadingRow[] {
  const meter = series.tags["meter"] ?? "";
  return series.rows.map((row, index) => {
    const values: Partial<Record<Channel, number>> = {};
    const superseded: Partial<Record<Channel, readonly number[]>> = {};
    CHANNEL_NAMES.forEach((channel, i) => {
      const value = row[2 + i];
      if (typeof value === "number") values[channel] = value;
      const before = row[2 + CHANNEL_NAMES.length + i];
      if (typeof before === "string") superseded[channel] = JSON.parse(before);
    });
    return { meter, timeMs: cell(series, index, 0), values, superseded, simulated: row[1] === true };
  });
}

function sortReadings(rows: ReadingRow[]): ReadingRow[] {
  return rows.sort((a, b) => compareText(a.meter, b.meter) || a.timeMs - b.timeMs);
}

function sortJudgements(rows: JudgementRow[]): JudgementRow[] {
  return rows.sort(
    (a, b) =>
      compareText(a.meter, b.meter) || compareText(a.channel, b.channel) || a.dayStartMs - b.dayStartMs,
  );
}

function registerChannel(name: string): RegisterChannel | null {
  const channel = CHANNEL_NAMES.find((known) => known === name);
  return channel !== undefined && isRegisterChannel(channel) ? channel : null;
}
