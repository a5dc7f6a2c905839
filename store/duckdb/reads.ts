import type { DuckDBConnection } from "@duckdb/node-api";
import {
  CHANNEL_NAMES,
  type Channel,
  isRegisterChannel,
  type RegisterChannel,
} from "../../park/quantities.ts";
import { compareText, sentAgainOf, sortedRegisters, tooMuch } from "../rows.ts";
import type {
  DeadLetter,
  DirtyMark,
  EnergyQuery,
  EnergySeries,
  Judgement,
  JudgementRow,
  ReadingRow,
} from "../telemetry.ts";
import type { SeriesIds } from "./series.ts";
import { Columns } from "./staging.ts";

const READING_COLUMNS = `series::DOUBLE, time_ms::DOUBLE, superseded, simulated::INTEGER::DOUBLE, ${CHANNEL_NAMES.map((name) => `"${name}"`).join(", ")}`;

/** Marks of a park, by meter. */
export async function readDirty(connection: DuckDBConnection, park: string): Promise<DirtyMark[]> {
  const rows = new Columns(
    await connection.run(
      "SELECT s.meter, min(d.from_ms)::DOUBLE FROM dirty d JOIN series s ON s.id = d.series WHERE s.park = $1 GROUP BY s.meter ORDER BY s.meter",
      [park],
    ),
  );
  const from = rows.numbers(1);
  return rows.texts(0).map((meter, i) => ({ meter: meter ?? "", fromMs: from[i] ?? 0 }));
}

/** @throws StoreError "too-much" */
export async function readReadings(
  connection: DuckDBConnection,
  ids: ReadonlyMap<number, string>,
  query: { fromMs: number; toMs: number; limit: number },
): Promise<ReadingRow[]> {
  const rows = new Columns(
    await connection.run(
      `SELECT ${READING_COLUMNS} FROM reading
       WHERE series IN (${[...ids.keys()].join(",")}) AND time_ms >= $1::BIGINT AND time_ms < $2::BIGINT
       ORDER BY series, time_ms LIMIT ${query.limit + 1}`,
      [bound(query.fromMs), bound(query.toMs)],
    ),
  );
  if (rows.rowCount > query.limit) throw tooMuch("readings", query.limit);
  return toReadings(rows, ids);
}

export async function readLastReadings(
  connection: DuckDBConnection,
  ids: ReadonlyMap<number, string>,
  beforeMs: number,
): Promise<ReadingRow[]> {
  const list = [...ids.keys()].join(",");
  const rows = new Columns(
    await connection.run(
      `WITH last AS (SELECT series, max(time_ms) AS time_ms FROM reading
         WHERE series IN (${list}) AND time_ms < $1::BIGINT GROUP BY series)
       SELECT ${READING_COLUMNS} FROM reading SEMI JOIN last USING (series, time_ms)`,
      [bound(beforeMs)],
    ),
  );
  return toReadings(rows, ids);
}

/** When each meter's first reading was that gives a channel (null: any), by meter. */
export async function readFirstTimes(
  connection: DuckDBConnection,
  ids: ReadonlyMap<number, string>,
  channel: Channel | null,
): Promise<Map<string, number>> {
  const given = channel === null ? "" : `AND "${channel}" IS NOT NULL`;
  const rows = new Columns(
    await connection.run(
      `SELECT series::DOUBLE, min(time_ms)::DOUBLE FROM reading
       WHERE series IN (${[...ids.keys()].join(",")}) ${given} GROUP BY series`,
    ),
  );
  const [series, times] = [rows.numbers(0), rows.numbers(1)];
  return new Map([...series].map((id, i) => [ids.get(id) ?? "", times[i] ?? 0]));
}

/** @throws StoreError "too-much" */
export async function readEnergy(
  connection: DuckDBConnection,
  park: string,
  series: SeriesIds,
  query: EnergyQuery,
): Promise<EnergySeries[]> {
  const registers = sortedRegisters(query.registers);
  const ids = new Map<number, number>();
  registers.forEach(({ meter, channel }, index) => {
    const id = series.find(park, meter, channel);
    if (id !== undefined) ids.set(id, index);
  });
  const found: (EnergySeries | undefined)[] = [];
  if (ids.size > 0) {
    const rows = new Columns(
      await connection.run(
        `SELECT series::DOUBLE, start_ms::DOUBLE, micro::DOUBLE, known_ms::DOUBLE, flags::DOUBLE, rev::DOUBLE
         FROM ${query.rows === "day" ? "day_energy" : "interval_energy"}
         WHERE series IN (${[...ids.keys()].join(",")}) AND start_ms >= $1::BIGINT AND start_ms < $2::BIGINT
         ORDER BY series, start_ms LIMIT ${query.limit + 1}`,
        [bound(query.fromMs), bound(query.toMs)],
      ),
    );
    if (rows.rowCount > query.limit) throw tooMuch(`${query.rows} rows`, query.limit);
    const id = rows.numbers(0);
    const startMs = rows.numbers(1);
    const micro = rows.numbers(2);
    const knownMs = rows.numbers(3);
    const flags = Uint16Array.from(rows.numbers(4));
    const rev = rows.numbers(5);
    for (let from = 0; from < rows.rowCount; ) {
      let to = from;
      let highest = 0;
      while (to < rows.rowCount && id[to] === id[from]) highest = Math.max(highest, rev[to++] ?? 0);
      const index = ids.get(id[from] ?? 0);
      const register = index === undefined ? undefined : registers[index];
      if (index !== undefined && register !== undefined) {
        found[index] = {
          ...register,
          startMs: startMs.subarray(from, to),
          micro: micro.subarray(from, to),
          knownMs: knownMs.subarray(from, to),
          flags: flags.subarray(from, to),
          revs: rev.subarray(from, to),
          rev: highest,
        };
      }
      from = to;
    }
  }
  return registers.map((register, index) => found[index] ?? emptySeries(register));
}

/** The newest of each series at or before an instant, by its id. */
export async function readNewestJudgements(
  connection: DuckDBConnection,
  ids: readonly number[],
  atOrBeforeMs: number,
): Promise<Map<number, Judgement>> {
  const list = ids.join(",");
  const rows = new Columns(
    await connection.run(
      `WITH newest AS (SELECT series, max(day_start_ms) AS day_start_ms FROM judgement
         WHERE series IN (${list}) AND day_start_ms <= $1::BIGINT GROUP BY series)
       SELECT series::DOUBLE, day_start_ms::DOUBLE, state, events
       FROM judgement SEMI JOIN newest USING (series, day_start_ms) WHERE series IN (${list})`,
      [bound(atOrBeforeMs)],
    ),
  );
  const [series, starts, states, events] = [rows.numbers(0), rows.numbers(1), rows.texts(2), rows.texts(3)];
  const found = new Map<number, Judgement>();
  series.forEach((id, i) => {
    found.set(id, { dayStartMs: starts[i] ?? 0, state: states[i] ?? "", events: events[i] ?? "" });
  });
  return found;
}

/** @throws StoreError "too-much" */
export async function readJudgements(
  connection: DuckDBConnection,
  park: string,
  query: { meters: readonly string[]; fromMs: number; toMs: number; limit: number },
): Promise<JudgementRow[]> {
  const rows = new Columns(
    await connection.run(
      `SELECT s.meter, s.channel, j.day_start_ms::DOUBLE, j.state, j.events
       FROM judgement j JOIN series s ON s.id = j.series
       WHERE s.park = $1 AND s.meter IN (SELECT unnest(from_json($2, '["VARCHAR"]')))
         AND j.day_start_ms >= $3::BIGINT AND j.day_start_ms < $4::BIGINT
       ORDER BY s.meter, s.channel, j.day_start_ms LIMIT ${query.limit + 1}`,
      [park, JSON.stringify(query.meters), bound(query.fromMs), bound(query.toMs)],
    ),
  );
  if (rows.rowCount > query.limit) throw tooMuch("judgements", query.limit);
  const [meters, channels, starts] = [rows.texts(0), rows.texts(1), rows.numbers(2)];
  const [states, events] = [rows.texts(3), rows.texts(4)];
  const found: JudgementRow[] = [];
  for (let i = 0; i < rows.rowCount; i++) {
    const channel = registerChannel(channels[i] ?? "");
    if (channel === null) continue; // a channel of a later version of this program
    found.push({
      meter: meters[i] ?? "",
      channel,
      dayStartMs: starts[i] ?? 0,
      state: states[i] ?? "",
      events: events[i] ?? "",
    });
  }
  return found;
}

export async function readDeadLetters(
  connection: DuckDBConnection,
  park: string,
  query: { beforeMs: number; limit: number },
): Promise<DeadLetter[]> {
  const rows = new Columns(
    await connection.run(
      `SELECT time_ms::DOUBLE, topic, payload, encoding, bytes::DOUBLE, reason, detail, sent_again FROM dead_letter
       WHERE park = $1 AND time_ms < $2::BIGINT ORDER BY time_ms DESC LIMIT ${query.limit}`,
      [park, bound(query.beforeMs)],
    ),
  );
  const [times, bytes] = [rows.numbers(0), rows.numbers(4)];
  const [topics, payloads, encodings] = [rows.texts(1), rows.texts(2), rows.texts(3)];
  const [reasons, details, sentAgain] = [rows.texts(5), rows.texts(6), rows.texts(7)];
  return topics.map((topic, i) => ({
    timeMs: times[i] ?? 0,
    topic: topic ?? "",
    payload: payloads[i] ?? "",
    encoding: encodings[i] === "base64" ? "base64" : "utf8",
    bytes: bytes[i] ?? 0,
    reason: reasons[i] ?? "",
    detail: details[i] ?? "",
    ...sentAgainOf(sentAgain[i] ?? null),
  }));
}

/** Spans may be open (±Infinity); BIGINT parameters may not. */
function bound(timeMs: number): bigint {
  const limit = 8.64e15;
  return BigInt(Math.ceil(Math.min(limit, Math.max(-limit, timeMs))));
}

function emptySeries(register: { meter: string; channel: RegisterChannel }): EnergySeries {
  return {
    ...register,
    startMs: new Float64Array(0),
    micro: new Float64Array(0),
    knownMs: new Float64Array(0),
    flags: new Uint16Array(0),
    revs: new Float64Array(0),
    rev: 0,
  };
}

function registerChannel(name: string): RegisterChannel | null {
  const channel = CHANNEL_NAMES.find((known) => known === name);
  return channel !== undefined && isRegisterChannel(channel) ? channel : null;
}

function toReadings(rows: Columns, ids: ReadonlyMap<number, string>): ReadingRow[] {
  const [series, times, superseded, simulated] = [
    rows.numbers(0),
    rows.numbers(1),
    rows.texts(2),
    rows.numbers(3),
  ];
  const channels = CHANNEL_NAMES.map((channel, i) => ({ channel, column: rows.numbers(4 + i) }));
  const found: ReadingRow[] = [];
  for (let i = 0; i < rows.rowCount; i++) {
    const values: Partial<Record<Channel, number>> = {};
    for (const { channel, column } of channels) {
      const value = column[i] ?? Number.NaN;
      if (!Number.isNaN(value)) values[channel] = value;
    }
    const text = superseded[i];
    found.push({
      meter: ids.get(series[i] ?? 0) ?? "",
      timeMs: times[i] ?? 0,
      values,
      superseded: text == null ? {} : JSON.parse(text),
      simulated: simulated[i] === 1,
    });
  }
  return found.sort((a, b) => compareText(a.meter, b.meter) || a.timeMs - b.timeMs);
}
