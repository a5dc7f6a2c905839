import type { Resolution } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { fromMicro, MEDIUM_UNITS, type Medium } from "../../park/quantities.ts";
import { type Scope, scopeText } from "../../park/topology.ts";
import type { DirtyMark } from "../../store/telemetry.ts";
import type { Coverage, Quality } from "../answers/common.ts";
import type { BalanceAnswer, EnergyAnswer } from "../answers/energy.ts";
import {
  type Bucket,
  type BucketRoom,
  bucketColumn,
  bucketRoom,
  bucketsOf,
  CoverageTally,
} from "./buckets.ts";
import {
  belongsTo,
  columnOf,
  FLOW_KINDS,
  type FlowKind,
  type Flows,
  type FlowTerm,
  flowsOf,
  mediumTerms,
  registersOf,
} from "./flows.ts";
import { gasVolumesOf } from "./gas.ts";
import type { EnergyReader } from "./reader.ts";
import { type FlowSeries, SumOfParts, totalOf } from "./sums.ts";
import type { EnergyTable } from "./table.ts";
import { typicalOf } from "./typical.ts";
import { sumOfRows, unknownRows } from "./unknown.ts";

/** Answers /energy and /balance: energy of a scope by bucket, with its quality and coverage. */

export interface SpanQuery {
  readonly scope: Scope;
  readonly fromMs: number;
  readonly toMs: number;
  readonly resolution: Resolution;
  readonly nowMs: number;
}

/** What /balance answers, in integer 10⁻⁶ kWh. */
export interface Balance {
  readonly buckets: readonly Bucket[];
  readonly flows: Readonly<Record<FlowKind | "unknown", FlowSeries>>;
  readonly quality: readonly Quality[];
  readonly known: readonly number[];
  readonly coverage: Coverage;
  readonly simulated: boolean;
  readonly rev: number;
}

/** Most days of one question whose quarter-hours are read to find what does not add up; older ones stay unknown. */
const MOST_UNEVEN_DAYS = 62;

/** Resolutions made of quarter-hours; the others are made of days. */
function isFine(resolution: Resolution): boolean {
  return resolution === "15m" || resolution === "1h";
}

export class EnergyService {
  readonly #park: Park;
  readonly reader: EnergyReader;

  constructor(park: Park, reader: EnergyReader) {
    this.#park = park;
    this.reader = reader;
  }

  /** Energy of a scope in a medium. @throws StoreError */
  async energy(query: SpanQuery & { readonly medium: Medium }): Promise<EnergyAnswer> {
    const { imports, exports } = mediumTerms(this.#park, query.scope, query.medium, query.fromMs, query.toMs);
    const marks = await this.reader.marks();
    const table = await this.#table(query, [...imports, ...exports]);
    const sums = new Sums(this.#park, query, table);
    const importSum = sums.add(imports);
    const exportSum = sums.add(exports);
    const importSeries = importSum.series();
    const exportSeries = exportSum.series();
    const values = (s: FlowSeries) => s.micro.map((m) => (m === null ? null : fromMicro(m)));
    const total = (s: FlowSeries) => (s.total === null ? null : fromMicro(s.total));
    const electric = query.medium === "electricity";
    return {
      ...this.#frame(query, sums, await this.#settled(query, sums, marks)),
      medium: query.medium,
      unit: MEDIUM_UNITS[query.medium],
      ...(query.medium === "gas" ? { gas: gasVolumesOf(this.#park, imports) } : {}),
      ...(electric
        ? { importKwh: values(importSeries), exportKwh: values(exportSeries) }
        : { import: values(importSeries), export: values(exportSeries) }),
      total: electric
        ? { importKwh: total(importSeries), exportKwh: total(exportSeries) }
        : { import: total(importSeries), export: total(exportSeries) },
    };
  }

  /** The balance of a scope as answered over HTTP. @throws StoreError */
  async balanceAnswer(query: SpanQuery): Promise<BalanceAnswer> {
    const marks = await this.reader.marks();
    const { sums, flows, flowQuality } = await this.#balanceParts(query);
    const kwh = (s: FlowSeries) => s.micro.map((m) => (m === null ? null : fromMicro(m)));
    const total = (s: FlowSeries) => (s.total === null ? null : fromMicro(s.total));
    return {
      ...this.#frame(query, sums, await this.#settled(query, sums, marks)),
      gridImportKwh: kwh(flows.gridImport),
      gridExportKwh: kwh(flows.gridExport),
      pvKwh: kwh(flows.pv),
      storageInKwh: kwh(flows.storageIn),
      storageOutKwh: kwh(flows.storageOut),
      useKwh: kwh(flows.use),
      unknownKwh: kwh(flows.unknown),
      total: {
        gridImportKwh: total(flows.gridImport),
        gridExportKwh: total(flows.gridExport),
        pvKwh: total(flows.pv),
        storageInKwh: total(flows.storageIn),
        storageOutKwh: total(flows.storageOut),
        useKwh: total(flows.use),
        unknownKwh: total(flows.unknown),
      },
      flowQuality,
    };
  }

  /** The balance of a scope in integers, for other answers to build on. @throws StoreError */
  async balance(query: SpanQuery): Promise<Balance> {
    const { sums, table, flows } = await this.#balanceParts(query);
    return {
      buckets: sums.buckets,
      flows,
      quality: sums.all.qualities(),
      known: sums.all.knownShares(),
      coverage: sums.coverage.shares(),
      simulated: sums.all.simulated,
      rev: table.rev,
    };
  }

  async #balanceParts(query: SpanQuery) {
    const terms: Flows = flowsOf(this.#park, query.scope, query.fromMs, query.toMs);
    const table = await this.#table(
      query,
      FLOW_KINDS.flatMap((k) => terms[k]),
    );
    const sums = new Sums(this.#park, query, table);
    const byKind = new Map(FLOW_KINDS.map((kind) => [kind, sums.add(terms[kind])]));
    const series = (kind: FlowKind): FlowSeries => {
      const sum = byKind.get(kind);
      // What the park does not have is truly nothing; a park without a metered connection knows nothing of its grid.
      if (sum === undefined || (sum.parts === 0 && terms.gridImport.length > 0)) {
        return { micro: sums.buckets.map(() => 0), complete: true, total: 0 };
      }
      return sum.series();
    };
    const known = Object.fromEntries(FLOW_KINDS.map((k) => [k, series(k)])) as Record<FlowKind, FlowSeries>; // the entries are FLOW_KINDS
    const flowQuality = Object.fromEntries(
      [...byKind].flatMap(([kind, sum]) => (sum.parts === 0 ? [] : [[kind, sum.qualities()]])),
    );
    const unknown = await this.#unknown(query, table, terms, sums.buckets);
    return { sums, table, flowQuality, flows: { ...known, unknown } };
  }

  /**
   * What does not add up, by bucket. Of a day on which the parts are known in different spans (today, a day with an
   * outage) the quarter-hours tell the part that every one of them knows, so that hours and days say the same.
   */
  async #unknown(
    query: SpanQuery,
    table: EnergyTable,
    terms: Flows,
    buckets: readonly Bucket[],
  ): Promise<FlowSeries> {
    const rows = unknownRows(table, terms);
    const micros: (number | null)[] = rows.map((row) => row.micro);
    if (!isFine(query.resolution)) {
      const uneven = rows.flatMap((row, i) => (row.micro === null && row.partly ? [i] : []));
      for (const i of uneven.slice(-MOST_UNEVEN_DAYS)) {
        const [fromMs, toMs] = [table.startMs[i] ?? 0, table.endMs[i] ?? 0];
        micros[i] = await this.reader.ofDay(`unknown ${scopeText(query.scope)}`, fromMs, async () => {
          // As long as the day, so that what is kept of it does not depend on the question.
          const own = flowsOf(this.#park, query.scope, fromMs, toMs);
          const registers = registersOf(FLOW_KINDS.flatMap((k) => own[k]));
          return sumOfRows(unknownRows(await this.reader.quarterHours(registers, fromMs, toMs), own));
        });
      }
    }
    const complete = rows.every((row) => row.micro !== null);
    const micro = buckets.map(({ firstRow, lastRow }) => totalOf(micros.slice(firstRow, lastRow + 1)));
    return { micro, complete, total: totalOf(micro) };
  }

  async #table(query: SpanQuery, terms: readonly FlowTerm[]): Promise<EnergyTable> {
    const registers = registersOf(terms);
    return isFine(query.resolution)
      ? await this.reader.quarterHours(registers, query.fromMs, query.toMs)
      : await this.reader.days(registers, query.fromMs, query.toMs);
  }

  async #settled(query: SpanQuery, { meters }: Sums, marks: readonly DirtyMark[]): Promise<boolean> {
    return await this.reader.isSettled(meters, query.toMs, query.nowMs, marks);
  }

  #frame(query: SpanQuery, { all, buckets, coverage }: Sums, settled: boolean) {
    const calendar = this.#park.calendar;
    const open = buckets.find((b) => b.startMs <= query.nowMs && query.nowMs < b.endMs);
    return {
      scope: scopeText(query.scope),
      from: calendar.iso(query.fromMs),
      to: calendar.iso(query.toMs),
      resolution: query.resolution,
      settled,
      openFrom: open === undefined ? null : calendar.iso(open.startMs),
      simulated: all.simulated,
      time: buckets.map((b) => calendar.iso(b.startMs)),
      known: all.knownShares(),
      quality: all.qualities(),
      sharing: all.sharing,
      coverage: coverage.shares(),
    };
  }
}

/** The sums of one answer: each register is taken once, for its flow, for all of them together and for the coverage. */
class Sums {
  readonly buckets: readonly Bucket[];
  readonly all: SumOfParts;
  readonly coverage = new CoverageTally();
  /** Those that take part. */
  readonly meters = new Set<string>();
  readonly #park: Park;
  readonly #query: SpanQuery;
  readonly #table: EnergyTable;
  readonly #room: BucketRoom;

  constructor(park: Park, query: SpanQuery, table: EnergyTable) {
    this.#park = park;
    this.#query = query;
    this.#table = table;
    this.buckets = bucketsOf(table, park.calendar, query.fromMs, query.toMs, query.resolution);
    this.all = new SumOfParts(this.buckets.length);
    this.#room = bucketRoom(this.buckets.length);
  }

  /** The sum of a flow's registers. */
  add(terms: readonly FlowTerm[]): SumOfParts {
    const sum = new SumOfParts(this.buckets.length);
    const { resolution, nowMs } = this.#query;
    for (const term of terms) {
      const column = columnOf(this.#table, term);
      if (column === null) continue;
      const belongs = belongsTo(this.#table, term);
      const part = bucketColumn(this.#table, column, this.buckets, resolution, belongs, this.#room);
      sum.add(term.sign, part);
      const typical = typicalOf(this.#park, term, this.#table, column);
      this.coverage.add(part, this.buckets, nowMs, typical);
      this.meters.add(term.meter.id);
    }
    this.all.join(sum);
    return sum;
  }
}
