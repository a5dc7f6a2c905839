import type { DuckDBConnection } from "@duckdb/node-api";
import {
  CHANNEL_NAMES,
  type Channel,
  REGISTER_CHANNELS,
  type RegisterChannel,
} from "../../park/quantities.ts";
import { gatheredJudgements, gatheredReadings, type ReadingsQuery } from "../gathered-reads.ts";
import {
  mergeDirty,
  mergeEnergy,
  mergeJudgements,
  mergeReadings,
  sentAgainText,
  sortedRegisters,
} from "../rows.ts";
import {
  type DeadLetter,
  type DirtyMark,
  type EnergyQuery,
  type EnergySeries,
  type Judgement,
  type JudgementRow,
  type ReadingRow,
  type Settlement,
  StoreError,
  type Telemetry,
} from "../telemetry.ts";
import type { DuckDbDatabase } from "./database.ts";
import * as reads from "./reads.ts";
import { type SeriesIds, seriesIds } from "./series.ts";
import { Columns } from "./staging.ts";
import {
  createTables,
  deadLetterStaging,
  dirtyStaging,
  energyStaging,
  FIRST_CHANNEL_COLUMN,
  judgementStaging,
  readingStaging,
} from "./tables.ts";

/** Telemetry of one park in a DuckDB file of this process; the file may be shared with the ledger. */
export class DuckDbTelemetry implements Telemetry {
  readonly #database: DuckDbDatabase;
  readonly #park: string;
  readonly #series: SeriesIds;
  readonly #readings = gatheredReadings((query) => this.#readReadings(query));
  readonly #judgements = gatheredJudgements(async (registers, atOrBeforeMs) => {
    const rows = await this.#readNewest(registers, atOrBeforeMs);
    return new Map(rows.map(({ meter, channel, ...judgement }) => [`${meter} ${channel}`, judgement]));
  });
  #probes = 0;

  constructor(database: DuckDbDatabase, park: string) {
    this.#database = database;
    this.#park = park;
    this.#series = seriesIds(database);
  }

  async start(): Promise<void> {
    await this.#database.open();
    try {
      await this.#database.write(async (connection) => {
        await createTables(connection);
        await this.#series.load(connection);
      });
    } catch (error) {
      await this.#database.close();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await this.#database.close();
  }

  async probe(): Promise<void> {
    const number = ++this.#probes;
    await this.#database.write(async (connection) => {
      await connection.run("DELETE FROM probe WHERE park = $1", [this.#park]);
      await connection.run("INSERT INTO probe VALUES ($1, $2)", [this.#park, number]);
    });
    const found = await this.#database.read(async (connection) => {
      const sql = "SELECT max(number)::DOUBLE FROM probe WHERE park = $1";
      return new Columns(await connection.run(sql, [this.#park])).numbers(0)[0];
    });
    if (found === undefined || !(found >= number)) {
      throw new StoreError("unavailable", `${this.#database.path}: a probe was written but not found`);
    }
  }

  async writeReadings(readings: readonly ReadingRow[], dirty: readonly DirtyMark[]): Promise<void> {
    const rows = mergeReadings(readings);
    const marks = mergeDirty(dirty);
    if (rows.length === 0 && marks.length === 0) return;
    await this.#write(async (connection, id) => {
      const channels = CHANNEL_NAMES.filter((channel) =>
        rows.some((row) => row.values[channel] !== undefined),
      );
      await readingStaging(channels).merge(connection, rows, (row, column) => {
        if (column === 0) return id(row.meter, "");
        if (column === 1) return row.timeMs;
        if (column === 2) return supersededText(row.superseded);
        if (column === 3) return row.simulated;
        const channel = channels[column - FIRST_CHANNEL_COLUMN];
        return channel === undefined ? null : (row.values[channel] ?? null);
      });
      await dirtyStaging.merge(connection, marks, (mark, column) =>
        column === 0 ? id(mark.meter, "") : mark.fromMs,
      );
    });
  }

  async writeSettlements(settlements: readonly Settlement[]): Promise<void> {
    const judgements = mergeJudgements(settlements);
    const energy = {
      intervals: mergeEnergy(settlements, "intervals"),
      days: mergeEnergy(settlements, "days"),
    };
    if (judgements.length === 0 && energy.intervals.length === 0 && energy.days.length === 0) return;
    await this.#write(async (connection, id) => {
      for (const kind of ["intervals", "days"] as const) {
        await energyStaging[kind].merge(connection, energy[kind], ({ meter, channel, rev, row }, column) => {
          if (column === 0) return id(meter, channel);
          if (column === 1) return row.startMs;
          if (column === 2) return row.micro;
          if (column === 3) return row.knownMs;
          return column === 4 ? row.flags : rev;
        });
      }
      await judgementStaging.merge(connection, judgements, ({ meter, channel, rev, row }, column) => {
        if (column === 0) return id(meter, channel);
        if (column === 1) return row.dayStartMs;
        if (column === 2) return rev;
        return column === 3 ? row.state : row.events;
      });
    });
  }

  async clearDirty(meters: readonly string[]): Promise<void> {
    const ids = this.#ids(meters);
    if (ids.size === 0) return;
    await this.#database.write((connection) =>
      connection.run(`DELETE FROM dirty WHERE series IN (${[...ids.keys()].join(",")})`),
    );
  }

  async writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    const rows = [...new Map(letters.map((letter) => [letter.timeMs, letter])).values()];
    if (rows.length === 0) return;
    await this.#database.write((connection) =>
      deadLetterStaging.merge(connection, rows, (letter, column) => {
        if (column === 0) return this.#park;
        if (column === 1) return letter.timeMs;
        if (column === 2) return letter.topic;
        if (column === 3) return letter.payload;
        if (column === 4) return letter.encoding;
        if (column === 5) return letter.bytes;
        if (column === 6) return letter.reason;
        return column === 7 ? letter.detail : sentAgainText(letter);
      }),
    );
  }

  async readDirty(): Promise<DirtyMark[]> {
    return this.#database.read((connection) => reads.readDirty(connection, this.#park));
  }

  async readReadings(query: ReadingsQuery): Promise<ReadingRow[]> {
    return await this.#readings(query);
  }

  async #readReadings(query: ReadingsQuery): Promise<ReadingRow[]> {
    const ids = this.#ids(query.meters);
    if (ids.size === 0) return [];
    return this.#database.read((connection) => reads.readReadings(connection, ids, query));
  }

  async readLastReadings(meters: readonly string[], beforeMs: number): Promise<ReadingRow[]> {
    const ids = this.#ids(meters);
    if (ids.size === 0) return [];
    return this.#database.read((connection) => reads.readLastReadings(connection, ids, beforeMs));
  }

  async readFirstTimes(meters: readonly string[], channel: Channel | null): Promise<Map<string, number>> {
    const ids = this.#ids(meters);
    if (ids.size === 0) return new Map();
    return this.#database.read((connection) => reads.readFirstTimes(connection, ids, channel));
  }

  async readEnergy(query: EnergyQuery): Promise<EnergySeries[]> {
    return this.#database.read((connection) => reads.readEnergy(connection, this.#park, this.#series, query));
  }

  async readJudgement(
    meter: string,
    channel: RegisterChannel,
    atOrBeforeMs: number,
  ): Promise<Judgement | null> {
    return await this.#judgements({ meter, channel, atOrBeforeMs });
  }

  async readNewestJudgements(meters: readonly string[], atOrBeforeMs: number): Promise<JudgementRow[]> {
    const registers = meters.flatMap((meter) => REGISTER_CHANNELS.map((channel) => ({ meter, channel })));
    return await this.#readNewest(registers, atOrBeforeMs);
  }

  async #readNewest(registers: EnergyQuery["registers"], atOrBeforeMs: number): Promise<JudgementRow[]> {
    const known = new Map<number, EnergyQuery["registers"][number]>();
    for (const { meter, channel } of sortedRegisters(registers)) {
      const id = this.#series.find(this.#park, meter, channel);
      if (id !== undefined) known.set(id, { meter, channel });
    }
    if (known.size === 0) return [];
    const found = await this.#database.read((connection) =>
      reads.readNewestJudgements(connection, [...known.keys()], atOrBeforeMs),
    );
    return [...known].flatMap(([id, register]) => {
      const judgement = found.get(id);
      return judgement === undefined ? [] : [{ ...register, ...judgement }];
    });
  }

  async readJudgements(query: {
    meters: readonly string[];
    fromMs: number;
    toMs: number;
    limit: number;
  }): Promise<JudgementRow[]> {
    return this.#database.read((connection) => reads.readJudgements(connection, this.#park, query));
  }

  async readDeadLetters(query: { beforeMs: number; limit: number }): Promise<DeadLetter[]> {
    return this.#database.read((connection) => reads.readDeadLetters(connection, this.#park, query));
  }

  async countDeadLetters(): Promise<number> {
    return this.#database.read(async (connection) => {
      const sql = "SELECT count(*)::DOUBLE FROM dead_letter WHERE park = $1 AND sent_again IS NULL";
      return new Columns(await connection.run(sql, [this.#park])).numbers(0)[0] ?? 0;
    });
  }

  async listMeters(): Promise<string[]> {
    const sql = "SELECT meter FROM series WHERE park = $1 AND channel = '' ORDER BY meter";
    return this.#database.read(async (connection) =>
      new Columns(await connection.run(sql, [this.#park])).texts(0).map((meter) => meter ?? ""),
    );
  }

  /** Series ids of meters' readings, with the meter; meters never heard of are left out. */
  #ids(meters: readonly string[]): Map<number, string> {
    const ids = new Map<number, string>();
    for (const meter of meters) {
      const id = this.#series.find(this.#park, meter, "");
      if (id !== undefined) ids.set(id, meter);
    }
    return ids;
  }

  async #write(
    work: (connection: DuckDBConnection, id: (meter: string, channel: string) => number) => Promise<void>,
  ): Promise<void> {
    await this.#database.write(
      async (connection) => {
        const ids = this.#series.begin(this.#park);
        await work(connection, ids.id);
        await ids.insert(connection);
        return ids;
      },
      (ids) => ids.committed(),
    );
  }
}

function supersededText(superseded: ReadingRow["superseded"]): string | null {
  for (const _ in superseded) return JSON.stringify(superseded);
  return null;
}
