import type { Channel, RegisterChannel } from "../../park/quantities.ts";
import {
  type DeadLetter,
  type DirtyMark,
  type EnergyQuery,
  type EnergyRow,
  type EnergySeries,
  type Judgement,
  type JudgementRow,
  type ReadingRow,
  type Settlement,
  StoreError,
  type Telemetry,
} from "../../store/telemetry.ts";

type Operation =
  | "writeReadings"
  | "writeSettlements"
  | "clearDirty"
  | "writeDeadLetters"
  | "readReadings"
  | "readJudgement"
  | "readNewestJudgements"
  | "readDirty";

/**
 * The telemetry port in memory, for tests, with faults to order: failures, delays, rows it will never take.
 * What a test reads from `readings`, `letters` and the like is what is durable.
 */
export class MemoryTelemetry implements Telemetry {
  readonly readings = new Map<string, Map<number, ReadingRow>>();
  readonly dirty = new Map<string, number>();
  readonly letters: DeadLetter[] = [];
  readonly intervals = new Map<string, Map<number, EnergyRow & { rev: number }>>();
  readonly days = new Map<string, Map<number, EnergyRow & { rev: number }>>();
  readonly judgements = new Map<string, Map<number, Judgement>>();
  /** How often each operation was called. */
  readonly calls = new Map<Operation, number>();
  /** Rows for which this is true are rejected for good. */
  rejects: (row: ReadingRow) => boolean = () => false;
  /** Called before a write takes effect: may wait. */
  beforeWrite: (operation: Operation) => Promise<void> = async () => {};
  readonly #failures = new Map<Operation, number>();

  /** Lets the next `count` calls of an operation fail as unavailable. */
  failNext(operation: Operation, count: number): void {
    this.#failures.set(operation, count);
  }

  async start(): Promise<void> {}
  async stop(): Promise<void> {}
  async probe(): Promise<void> {}

  async writeReadings(readings: readonly ReadingRow[], dirty: readonly DirtyMark[]): Promise<void> {
    await this.#enter("writeReadings");
    const bad = readings.filter((r) => this.rejects(r));
    if (bad.length > 0) throw new StoreError("rejected", `${bad.length} rows`);
    for (const row of readings) {
      const values = Object.values(row.values);
      if (!values.every((v) => Number.isFinite(v))) throw new StoreError("rejected", "no number");
    }
    for (const row of readings) {
      const rows = entry(this.readings, row.meter, () => new Map<number, ReadingRow>());
      const before = rows.get(row.timeMs);
      rows.set(row.timeMs, {
        ...row,
        values: { ...before?.values, ...row.values },
        superseded: { ...before?.superseded, ...row.superseded },
      });
    }
    for (const mark of dirty) {
      const before = this.dirty.get(mark.meter);
      this.dirty.set(mark.meter, before === undefined ? mark.fromMs : Math.min(before, mark.fromMs));
    }
  }

  async writeSettlements(settlements: readonly Settlement[]): Promise<void> {
    await this.#enter("writeSettlements");
    const rows = settlements.flatMap((s) => [...s.intervals, ...s.days]);
    if (!rows.every((r) => Number.isSafeInteger(r.micro)))
      throw new StoreError("rejected", "no whole number");
    for (const s of settlements) {
      const key = `${s.meter} ${s.channel}`;
      const intervals = entry(this.intervals, key, () => new Map());
      for (const row of s.intervals) intervals.set(row.startMs, { ...row, rev: s.rev });
      const days = entry(this.days, key, () => new Map());
      for (const row of s.days) days.set(row.startMs, { ...row, rev: s.rev });
      const judgements = entry(this.judgements, key, () => new Map());
      for (const j of s.judgements) judgements.set(j.dayStartMs, j);
    }
  }

  async clearDirty(meters: readonly string[]): Promise<void> {
    await this.#enter("clearDirty");
    for (const meter of meters) this.dirty.delete(meter);
  }

  async writeDeadLetters(letters: readonly DeadLetter[]): Promise<void> {
    await this.#enter("writeDeadLetters");
    for (const letter of letters) {
      const same = this.letters.findIndex((l) => l.timeMs === letter.timeMs);
      const { sentAgain, ...sent } = letter;
      // The same letter written again says at most what became of it; another one at its instant is a fault of the writer.
      if (same < 0) this.letters.push(letter);
      else if (sentAgain !== undefined) this.letters[same] = letter;
      else if (JSON.stringify(this.letters[same]) !== JSON.stringify(sent))
        throw new Error(`two dead letters at ${letter.timeMs}`);
    }
  }

  async readDirty(): Promise<DirtyMark[]> {
    await this.#enter("readDirty");
    return [...this.dirty].map(([meter, fromMs]) => ({ meter, fromMs }));
  }

  async readReadings(query: {
    meters: readonly string[];
    fromMs: number;
    toMs: number;
    limit: number;
  }): Promise<ReadingRow[]> {
    await this.#enter("readReadings");
    const rows = [...new Set(query.meters)]
      .sort()
      .flatMap((m) =>
        [...(this.readings.get(m)?.values() ?? [])]
          .filter((r) => r.timeMs >= query.fromMs && r.timeMs < query.toMs)
          .sort((a, b) => a.timeMs - b.timeMs),
      );
    if (rows.length > query.limit) throw new StoreError("too-much", `${rows.length} rows`);
    return rows;
  }

  async readLastReadings(meters: readonly string[], beforeMs: number): Promise<ReadingRow[]> {
    return [...meters].sort().flatMap((m) => {
      let last: ReadingRow | null = null;
      for (const row of this.readings.get(m)?.values() ?? [])
        if (row.timeMs < beforeMs && (last === null || row.timeMs > last.timeMs)) last = row;
      return last === null ? [] : [last];
    });
  }

  async readFirstTimes(meters: readonly string[], channel: Channel | null): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const meter of meters) {
      const rows = [...(this.readings.get(meter)?.values() ?? [])];
      const times = rows
        .filter((r) => channel === null || r.values[channel] !== undefined)
        .map((r) => r.timeMs);
      if (times.length > 0) found.set(meter, Math.min(...times));
    }
    return found;
  }

  async readEnergy(query: EnergyQuery): Promise<EnergySeries[]> {
    const source = query.rows === "interval" ? this.intervals : this.days;
    const registers = [...query.registers].sort((a, b) => cmp(a.meter, b.meter) || cmp(a.channel, b.channel));
    const found = registers.map(({ meter, channel }) => {
      const rows = [...(source.get(`${meter} ${channel}`)?.values() ?? [])]
        .filter((r) => r.startMs >= query.fromMs && r.startMs < query.toMs)
        .sort((a, b) => a.startMs - b.startMs);
      return {
        meter,
        channel,
        startMs: Float64Array.from(rows, (r) => r.startMs),
        micro: Float64Array.from(rows, (r) => r.micro),
        knownMs: Float64Array.from(rows, (r) => r.knownMs),
        flags: Uint16Array.from(rows, (r) => r.flags),
        revs: Float64Array.from(rows, (r) => r.rev),
        rev: Math.max(0, ...rows.map((r) => r.rev)),
      };
    });
    const count = found.reduce((sum, series) => sum + series.startMs.length, 0);
    if (count > query.limit) throw new StoreError("too-much", `${count} rows`);
    return found;
  }

  async readJudgement(
    meter: string,
    channel: RegisterChannel,
    atOrBeforeMs: number,
  ): Promise<Judgement | null> {
    await this.#enter("readJudgement");
    let newest: Judgement | null = null;
    for (const j of this.judgements.get(`${meter} ${channel}`)?.values() ?? [])
      if (j.dayStartMs <= atOrBeforeMs && (newest === null || j.dayStartMs > newest.dayStartMs)) newest = j;
    return newest;
  }

  async readNewestJudgements(meters: readonly string[], atOrBeforeMs: number): Promise<JudgementRow[]> {
    await this.#enter("readNewestJudgements");
    const whole = { fromMs: Number.NEGATIVE_INFINITY, toMs: atOrBeforeMs + 1, limit: Infinity };
    const rows = await this.readJudgements({ meters, ...whole });
    return [...new Map(rows.map((row) => [`${row.meter} ${row.channel}`, row])).values()];
  }

  async readJudgements(query: {
    meters: readonly string[];
    fromMs: number;
    toMs: number;
    limit: number;
  }): Promise<JudgementRow[]> {
    const rows: JudgementRow[] = [];
    for (const [key, list] of this.judgements) {
      const [meter, channel] = key.split(" ");
      if (meter === undefined || !query.meters.includes(meter)) continue;
      for (const j of list.values())
        if (j.dayStartMs >= query.fromMs && j.dayStartMs < query.toMs)
          rows.push({ ...j, meter, channel: channel as RegisterChannel }); // the key was made of one
    }
    rows.sort((a, b) => cmp(a.meter, b.meter) || cmp(a.channel, b.channel) || a.dayStartMs - b.dayStartMs);
    if (rows.length > query.limit) throw new StoreError("too-much", `${rows.length} rows`);
    return rows;
  }

  async readDeadLetters(query: { beforeMs: number; limit: number }): Promise<DeadLetter[]> {
    return this.letters
      .filter((l) => l.timeMs < query.beforeMs)
      .sort((a, b) => b.timeMs - a.timeMs)
      .slice(0, query.limit);
  }

  async countDeadLetters(): Promise<number> {
    return this.letters.filter((l) => l.sentAgain === undefined).length;
  }

  async listMeters(): Promise<string[]> {
    return [...this.readings.keys()].sort(cmp);
  }

  async #enter(operation: Operation): Promise<void> {
    this.calls.set(operation, (this.calls.get(operation) ?? 0) + 1);
    await this.beforeWrite(operation);
    const left = this.#failures.get(operation) ?? 0;
    if (left > 0) {
      this.#failures.set(operation, left - 1);
      throw new StoreError("unavailable", "ordered to fail");
    }
  }
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function cmp(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
