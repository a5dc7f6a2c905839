import { DAY_MS, QUARTER_MS } from "../../park/calendar.ts";
import type { Meter, Park } from "../../park/park.ts";
import { isExpected, type RegisterTerm, registerTerms } from "../../park/topology.ts";
import type { DirtyMark, EnergySeries, Telemetry } from "../../store/telemetry.ts";
import type { EnergyMemory } from "./memory.ts";
import { columnKey, type Register } from "./series.ts";
import { alignColumn, type EnergyColumn, type EnergyTable, emptyColumn } from "./table.ts";
import { combine, foldDay, partsOf } from "./virtual.ts";

/** Most rows one question may read from the store: 31 days of quarter-hours of a large park. */
const ROW_LIMIT = 6_000_000;
/** How far back it is looked for what a register typically makes. */
const HISTORY_MS = 28 * DAY_MS;
/** A day of one meter that sends every second. */
const READING_LIMIT = 100_000;

/** What is to be read for a wanted register. */
interface Plan {
  readonly key: string;
  readonly terms: readonly RegisterTerm[];
  readonly expected: boolean;
  readonly virtual: boolean;
}

/** Reads energy by register and bucket; virtual meters are made of their parts, and a missing part makes them missing. */
export class EnergyReader {
  readonly #park: Park;
  readonly #telemetry: Telemetry;
  /** Null: each question reads the store. */
  readonly #memory: EnergyMemory | null;
  readonly #plans = new Map<string, Plan>();

  readonly #repairs: () => Promise<readonly DirtyMark[]>;

  /** @param repairs marks of meters about which a decision is still being carried out */
  constructor(
    park: Park,
    telemetry: Telemetry,
    memory: EnergyMemory | null = null,
    repairs: () => Promise<readonly DirtyMark[]> = async () => [],
  ) {
    this.#park = park;
    this.#telemetry = telemetry;
    this.#memory = memory;
    this.#repairs = repairs;
  }

  /** Quarter-hours whose start lies in [fromMs, toMs). @throws StoreError */
  async quarterHours(registers: readonly Register[], fromMs: number, toMs: number): Promise<EnergyTable> {
    return await this.#withHistory(await this.#read("interval", registers, fromMs, toMs), registers, fromMs);
  }

  /** Days of the park's calendar whose start lies in [fromMs, toMs). @throws StoreError */
  async days(registers: readonly Register[], fromMs: number, toMs: number): Promise<EnergyTable> {
    return await this.#withHistory(await this.#read("day", registers, fromMs, toMs), registers, fromMs);
  }

  /**
   * A meter's own maximum demand as it last showed it in [fromMs, toMs), looked for in the day before its last reading
   * there; null when it sends none. A virtual meter has none. @throws StoreError
   */
  async lastMaxDemand(
    meter: string,
    fromMs: number,
    toMs: number,
  ): Promise<{ readonly timeMs: number; readonly maxDemandKw: number } | null> {
    if (this.#park.meterById.get(meter)?.sum !== null) return null;
    const [last] = await this.#telemetry.readLastReadings([meter], toMs);
    if (last === undefined || last.timeMs < fromMs) return null;
    const rows = await this.#telemetry.readReadings({
      meters: [meter],
      fromMs: Math.max(fromMs, last.timeMs - DAY_MS),
      toMs: last.timeMs + 1,
      limit: READING_LIMIT,
    });
    for (const { timeMs, values } of rows.reverse())
      if (values.maxDemandKw !== undefined) return { timeMs, maxDemandKw: values.maxDemandKw };
    return null;
  }

  /** What has not been worked in: readings, and what people decided. @throws StoreError */
  async marks(): Promise<DirtyMark[]> {
    const [dirty, repairs] = await Promise.all([this.#telemetry.readDirty(), this.#repairs()]);
    return [...dirty, ...repairs];
  }

  /**
   * True when no reading already taken could still change a closed quarter-hour of these meters before toMs.
   * The quarter-hour that is running is never settled and does not count. `marks` as they stood before the energy was
   * read: marks of later may have been cleared for energy that this answer does not hold yet. @throws StoreError
   */
  async isSettled(
    meters: ReadonlySet<string>,
    toMs: number,
    nowMs: number,
    marks?: readonly DirtyMark[],
  ): Promise<boolean> {
    const dirty = marks ?? (await this.marks());
    if (dirty.length === 0) return true;
    const concerned = new Map<string, number>();
    for (const id of meters) {
      const meter = this.#park.meterById.get(id);
      if (meter === undefined) continue;
      for (const part of this.#realParts(meter)) concerned.set(part.id, part.reportsEveryMs);
    }
    const runningMs = Math.floor(nowMs / QUARTER_MS) * QUARTER_MS;
    return !dirty.some((mark) => {
      const reportsEveryMs = concerned.get(mark.meter);
      if (reportsEveryMs === undefined || mark.fromMs >= toMs) return false;
      // The first reading of the running quarter-hour closes the one before it.
      return mark.fromMs < runningMs + 1.5 * reportsEveryMs;
    });
  }

  /**
   * Of the days on which the parts of virtual meters are not all known throughout, the parts' quarter-hours: a sum is
   * known where every part is, and day rows do not tell which hours those are (E4).
   */
  async #unevenDays(
    virtuals: readonly (readonly RegisterTerm[])[],
    columns: ReadonlyMap<string, EnergyColumn>,
    startMs: readonly number[],
    endMs: readonly number[],
  ): Promise<UnevenDay[]> {
    const uneven: number[] = [];
    const parts = new Map<string, Register>();
    startMs.forEach((start, row) => {
      const lengthMs = (endMs[row] ?? start) - start;
      const some = virtuals.filter((terms) => {
        const known = partsOf(terms, columns).map((p) => p.column?.knownMs[row] ?? 0);
        return known.every((k) => k > 0) && known.some((k) => k !== lengthMs);
      });
      if (some.length === 0) return;
      uneven.push(row);
      for (const t of some.flat()) {
        const id = { meter: t.meter.id, channel: t.channel };
        parts.set(columnKey(id), id);
      }
    });
    const days: UnevenDay[] = [];
    for (const row of uneven) {
      const day = await this.#read("interval", [...parts.values()], startMs[row] ?? 0, endMs[row] ?? 0);
      days.push({ row, startMs: day.startMs, columns: day.columns });
    }
    return days;
  }

  #realParts(meter: Meter): Meter[] {
    if (meter.sum === null) return [meter];
    return meter.sum.flatMap(({ meter: id }) => {
      const part = this.#park.meterById.get(id);
      return part === undefined ? [] : this.#realParts(part);
    });
  }

  async #series(
    rows: "interval" | "day",
    registers: readonly Register[],
    fromMs: number,
    toMs: number,
  ): Promise<EnergySeries[]> {
    return this.#memory === null
      ? await this.#telemetry.readEnergy({ rows, registers, fromMs, toMs, limit: ROW_LIMIT })
      : await this.#memory.read(rows, registers, fromMs, toMs, ROW_LIMIT);
  }

  /** What was made of a day's rows, as long as they stay what they are; made anew without a memory. @throws what `make` throws */
  async ofDay<T>(name: string, dayMs: number, make: () => Promise<T>): Promise<T> {
    return this.#memory === null ? await make() : await this.#memory.ofDay(name, dayMs, make);
  }

  #plan(register: Register): Plan {
    const key = columnKey(register);
    let plan = this.#plans.get(key);
    if (plan === undefined) {
      const meter = this.#park.meterById.get(register.meter);
      const terms = meter === undefined ? [] : registerTerms(this.#park, meter, register.channel);
      plan = {
        key,
        terms,
        expected: terms.some((t) => isExpected(t.meter, t.channel)),
        virtual: meter !== undefined && meter.sum !== null,
      };
      this.#plans.set(key, plan);
    }
    return plan;
  }

  /** The days before for those registers of which nothing is known in the table. */
  async #withHistory(
    table: EnergyTable,
    registers: readonly Register[],
    fromMs: number,
  ): Promise<EnergyTable> {
    const silent = registers.filter((register) => {
      const column = table.columns.get(columnKey(register));
      return column?.present === true && column.knownMs.every((known) => known === 0);
    });
    if (silent.length === 0) return table;
    const { calendar } = this.#park;
    const untilMs = calendar.floor(fromMs, "1d");
    const sinceMs = calendar.floor(untilMs - HISTORY_MS, "1d");
    const { startMs, endMs, columns: days } = await this.#read("day", silent, sinceMs, untilMs);
    const columns = new Map(table.columns);
    for (const register of silent) {
      const key = columnKey(register);
      const [column, before] = [columns.get(key), days.get(key)];
      if (column !== undefined && before !== undefined)
        columns.set(key, { ...column, before: { startMs, endMs, column: before } });
    }
    return { ...table, columns };
  }

  async #read(
    rows: "interval" | "day",
    registers: readonly Register[],
    fromMs: number,
    toMs: number,
  ): Promise<EnergyTable> {
    const calendar = this.#park.calendar;
    const resolution = rows === "interval" ? "15m" : "1d";
    const startMs = calendar.buckets(fromMs, toMs, resolution).filter((t) => t >= fromMs);
    const endMs = startMs.map((t) => calendar.next(t, resolution));
    const wanted = new Set(registers.map((register) => this.#plan(register)));
    const real = new Map<string, Register>();
    for (const { terms } of wanted) {
      for (const { meter, channel } of terms) {
        const id = { meter: meter.id, channel };
        real.set(columnKey(id), id);
      }
    }
    const series =
      real.size === 0 || startMs.length === 0
        ? []
        : await this.#series(rows, [...real.values()], fromMs, toMs);
    const columns = new Map<string, EnergyColumn>();
    let rev = 0;
    for (const s of series) {
      columns.set(columnKey(s), alignColumn(s, startMs));
      rev = Math.max(rev, s.rev);
    }
    const empty = emptyColumn(startMs.length);
    const missing = { ...empty, present: true };
    const answer = new Map<string, EnergyColumn>();
    const virtuals = [...wanted].filter((w) => w.virtual).map((w) => w.terms);
    const fine = rows === "day" ? await this.#unevenDays(virtuals, columns, startMs, endMs) : [];
    for (const { key, terms, expected, virtual } of wanted) {
      if (virtual) {
        const column = combine(terms, columns, startMs.length);
        for (const day of fine) foldDay(combine(terms, day.columns, day.startMs.length), column, day.row);
        answer.set(key, column);
      } else {
        const column = columns.get(key) ?? empty;
        answer.set(key, column.present || !expected ? column : missing);
      }
    }
    return { startMs, endMs, columns: answer, rev };
  }
}

/** A day whose parts are known in different spans, quarter-hour by quarter-hour. */
interface UnevenDay {
  readonly row: number;
  readonly startMs: readonly number[];
  readonly columns: ReadonlyMap<string, EnergyColumn>;
}
