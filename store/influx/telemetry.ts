import type { Channel, RegisterChannel } from "../../park/quantities.ts";
import { gatheredJudgements, gatheredReadings, type ReadingsQuery } from "../gathered-reads.ts";
import { mergeDirty, mergeEnergy, mergeJudgements, mergeReadings, sentAgainText } from "../rows.ts";
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
import { type InfluxAccess, InfluxClient } from "./client.ts";
import { InfluxDirty } from "./dirty.ts";
import { type FieldValue, isPlainId, line, lineHead, packQuality, timeCondition } from "./lines.ts";
import * as reads from "./reads.ts";

export interface InfluxOptions extends InfluxAccess {
  readonly park: string;
}

const HOUR_MS = 3_600_000;

/** A field of each measurement with a value of its type. */
const FIRST_FIELDS = [
  ["reading", "simulated", "false"],
  ["interval", "mwh", "0"],
  ["day", "mwh", "0"],
  ["judgement", "state", '""'],
  ["dirty", "from_ms", "0"],
  ["dead_letter", "bytes", "0"],
  ["probe", "number", "0"],
] as const;

/**
 * Telemetry of one park in anything that speaks the InfluxDB 1.x protocol: /write with precision=ms and InfluxQL
 * SELECT on /query, nothing else but CREATE DATABASE at the start. Measurements `reading` (tags park, meter; fields
 * named by channel), `interval` and `day` (tag channel; fields mwh, q, rev), `judgement`, `dirty`, `dead_letter`,
 * `probe`. Every write of a point sets all its fields, except of readings, whose channels merge.
 */
export class InfluxTelemetry implements Telemetry {
  readonly #client: InfluxClient;
  readonly #database: string;
  readonly #park: string;
  readonly #dirty: InfluxDirty;
  readonly #source: reads.Source;
  /** By meter. */
  readonly #heads = new Map<string, Uint8Array>();
  readonly #readings = gatheredReadings((query) => reads.readReadings(this.#source, query));
  readonly #judgements = gatheredJudgements((registers, atOrBeforeMs) =>
    reads.readNewestJudgements(this.#source, registers, atOrBeforeMs),
  );
  #started = false;
  #probes = 0;
  /** Writes of one kind go out one after another: a later value of a point never arrives before an earlier one. */
  readonly #turns = { readings: Promise.resolve(), settlements: Promise.resolve() };

  constructor(options: InfluxOptions) {
    if (!isPlainId(options.park)) throw new RangeError(`park id ${options.park} is not of [a-z0-9-]`);
    this.#client = new InfluxClient(options);
    this.#database = options.database;
    this.#park = options.park;
    this.#dirty = new InfluxDirty(this.#client, options.park);
    this.#source = { client: this.#client, park: options.park };
  }

  /** @throws StoreError "unsupported" for InfluxDB 3, "unavailable" when there is no database and none may be made. */
  async start(): Promise<void> {
    const { version, build } = await this.#client.ping();
    if (/^v?3\./.test(version) || /core|enterprise|cloud.?dedicated|clustered/i.test(build)) {
      throw new StoreError(
        "unsupported",
        `${this.#client.place} is version ${version || build}: InfluxDB 3 does not order corrections of a point. Use InfluxDB 1.x or 2.x, or another engine that speaks their 1.x protocol`,
      );
    }
    const name = this.#database.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
    // A shard a week, the default, halves the speed of a year's answer; an existing database keeps what it has.
    const refused = await this.#client
      .query(`CREATE DATABASE "${name}" WITH SHARD DURATION 4w`)
      .catch(() => this.#client.query(`CREATE DATABASE "${name}"`))
      .then(() => null)
      .catch((error: unknown) => error);
    try {
      await this.#makeMeasurements();
      await this.#readProbe();
    } catch (error) {
      // Where databases may not be made, the one that exists will do.
      throw refused instanceof StoreError ? refused : error;
    }
    this.#started = true;
  }

  async stop(): Promise<void> {
    this.#started = false;
    await Promise.allSettled([this.#turns.readings, this.#turns.settlements]);
  }

  async probe(): Promise<void> {
    this.#requireStarted();
    const number = Date.now() + ++this.#probes / 1000;
    const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await this.#client.write([line("probe", { park: this.#park }, [["number", number]], hourMs)]);
    // Another process may have probed in between: its number is as good.
    if (!((await this.#readProbe()) >= number - 60_000)) {
      throw new StoreError("unavailable", `${this.#client.place}: a probe was written but not found`);
    }
  }

  async writeReadings(readings: readonly ReadingRow[], dirty: readonly DirtyMark[]): Promise<void> {
    this.#requireStarted();
    const marks = mergeDirty(dirty);
    const rows = mergeReadings(readings);
    for (const { meter } of rows) this.#head(meter);
    await this.#inTurn("readings", async () => {
      // Marks first: a reading without its mark would look settled after a crash, and its repetition changes nothing.
      await this.#dirty.mark(marks);
      await this.#client.writeEach(rows, (row, into) => into.reading(this.#head(row.meter), row));
    });
  }

  async writeSettlements(settlements: readonly Settlement[]): Promise<void> {
    this.#requireStarted();
    const lines: string[] = [];
    for (const [measurement, kind] of [
      ["interval", "intervals"],
      ["day", "days"],
    ] as const) {
      for (const { meter, channel, rev, row } of mergeEnergy(settlements, kind)) {
        const fields: [string, FieldValue][] = [
          ["mwh", row.micro],
          ["q", packQuality(row)],
          ["rev", rev],
        ];
        lines.push(line(measurement, { park: this.#park, meter, channel }, fields, row.startMs));
      }
    }
    for (const { meter, channel, rev, row } of mergeJudgements(settlements)) {
      const fields: [string, FieldValue][] = [
        ["state", row.state],
        ["events", row.events],
        ["rev", rev],
      ];
      lines.push(line("judgement", { park: this.#park, meter, channel }, fields, row.dayStartMs));
    }
    await this.#inTurn("settlements", () => this.#client.write(lines));
  }

  async clearDirty(meters: readonly string[]): Promise<void> {
    this.#requireStarted();
    await this.#inTurn("readings", () => this.#dirty.clear(meters));
  }

  async writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    this.#requireStarted();
    await this.#client.write(
      letters.map((letter) =>
        line(
          "dead_letter",
          { park: this.#park },
          [
            ["topic", letter.topic],
            ["payload", letter.payload],
            ["encoding", letter.encoding],
            ["bytes", letter.bytes],
            ["reason", letter.reason],
            ["detail", letter.detail],
            ...sentAgainFields(letter),
          ],
          letter.timeMs,
        ),
      ),
    );
  }

  async readDirty(): Promise<DirtyMark[]> {
    this.#requireStarted();
    return this.#dirty.read();
  }

  async readReadings(query: ReadingsQuery): Promise<ReadingRow[]> {
    this.#requireStarted();
    return await this.#readings(query);
  }

  async readLastReadings(meters: readonly string[], beforeMs: number): Promise<ReadingRow[]> {
    this.#requireStarted();
    return reads.readLastReadings(this.#source, meters, beforeMs);
  }

  async readFirstTimes(meters: readonly string[], channel: Channel | null): Promise<Map<string, number>> {
    this.#requireStarted();
    return reads.readFirstTimes(this.#source, meters, channel);
  }

  async readEnergy(query: EnergyQuery): Promise<EnergySeries[]> {
    this.#requireStarted();
    return reads.readEnergy(this.#source, query);
  }

  async readJudgement(
    meter: string,
    channel: RegisterChannel,
    atOrBeforeMs: number,
  ): Promise<Judgement | null> {
    this.#requireStarted();
    return await this.#judgements({ meter, channel, atOrBeforeMs });
  }

  async readNewestJudgements(meters: readonly string[], atOrBeforeMs: number): Promise<JudgementRow[]> {
    this.#requireStarted();
    return await reads.readNewestOfMeters(this.#source, meters, atOrBeforeMs);
  }

  async readJudgements(query: {
    meters: readonly string[];
    fromMs: number;
    toMs: number;
    limit: number;
  }): Promise<JudgementRow[]> {
    this.#requireStarted();
    return reads.readJudgements(this.#source, query);
  }

  async readDeadLetters(query: { beforeMs: number; limit: number }): Promise<DeadLetter[]> {
    this.#requireStarted();
    return reads.readDeadLetters(this.#source, query);
  }

  async countDeadLetters(): Promise<number> {
    this.#requireStarted();
    return reads.countDeadLetters(this.#source);
  }

  async listMeters(): Promise<string[]> {
    this.#requireStarted();
    return reads.listMeters(this.#source);
  }

  /** The beginning of a meter's readings' lines. @throws StoreError "rejected" for an id that is not plain */
  #head(meter: string): Uint8Array {
    let head = this.#heads.get(meter);
    if (head === undefined) {
      head = Buffer.from(lineHead("reading", { park: this.#park, meter }));
      this.#heads.set(meter, head);
    }
    return head;
  }

  /**
   * Where asking a measurement that has no point yet is an error (openGemini), each gets one of no park: the same
   * error later then says that data is gone, and need not be taken for an empty answer.
   */
  async #makeMeasurements(): Promise<void> {
    const missing: string[] = [];
    const span = timeCondition(0, Number.POSITIVE_INFINITY);
    for (const [measurement, field, value] of FIRST_FIELDS) {
      try {
        await this.#client.query(
          `SELECT "${field}" FROM "${measurement}" WHERE park = '_' AND ${span} LIMIT 1`,
        );
      } catch (error) {
        if (!(error instanceof StoreError && error.message.includes("measurement not found"))) throw error;
        missing.push(`${measurement},park=_ ${field}=${value} ${Date.now()}`);
      }
    }
    await this.#client.write(missing);
  }

  async #readProbe(): Promise<number> {
    const [series] = await this.#client.query(
      `SELECT last("number") FROM probe WHERE park = '${this.#park}' AND ${timeCondition(Date.now() - 2 * HOUR_MS, Date.now() + HOUR_MS)}`,
    );
    return Number(series?.rows[0]?.[1] ?? Number.NaN);
  }

  async #inTurn(kind: "readings" | "settlements", work: () => Promise<void>): Promise<void> {
    const turn = this.#turns[kind].then(work);
    this.#turns[kind] = turn.catch(() => undefined);
    return turn;
  }

  #requireStarted(): void {
    if (!this.#started) throw new StoreError("unavailable", `${this.#client.place} is not open`);
  }
}

function sentAgainFields(letter: DeadLetter): [string, FieldValue][] {
  const text = sentAgainText(letter);
  return text === null ? [] : [["sent_again", text]];
}
