import type { Resolution } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { fromMicro, MEDIUM_UNITS, type Medium } from "../../park/quantities.ts";
import { type Scope, scopeText } from "../../park/topology.ts";
import type { Coverage, Quality } from "../answers/common.ts";
import type { BalanceAnswer, EnergyAnswer } from "../answers/energy.ts";
import { type Bucket, bucketColumn, bucketsOf, CoverageTally } from "./buckets.ts";
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
import type { EnergyReader, EnergyTable } from "./reader.ts";
import { type FlowSeries, knownShares, type Part, qualities, sumOf, totalOf } from "./sums.ts";
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
    const table = await this.#table(query, [...imports, ...exports]);
    const buckets = bucketsOf(table, this.#park.calendar, query.fromMs, query.toMs, query.resolution);
    const importParts = this.#parts(table, imports, buckets, query.resolution);
    const exportParts = this.#parts(table, exports, buckets, query.resolution);
    const all = [...importParts, ...exportParts];
    const importSeries = sumOf(importParts, buckets.length);
    const exportSeries = sumOf(exportParts, buckets.length);
    const values = (s: FlowSeries) => s.micro.map((m) => (m === null ? null : fromMicro(m)));
    const total = (s: FlowSeries) => (s.total === null ? null : fromMicro(s.total));
    const electric = query.medium === "electricity";
    return {
      ...this.#frame(query, buckets, all, await this.#settled(query, all)),
      coverage: this.#coverage(table, all, buckets, query.nowMs),
      medium: query.medium,
      unit: MEDIUM_UNITS[query.medium],
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
    const { parts, table, buckets, flows, flowQuality } = await this.#balanceParts(query);
    const kwh = (s: FlowSeries) => s.micro.map((m) => (m === null ? null : fromMicro(m)));
    const total = (s: FlowSeries) => (s.total === null ? null : fromMicro(s.total));
    return {
      ...this.#frame(query, buckets, parts, await this.#settled(query, parts)),
      coverage: this.#coverage(table, parts, buckets, query.nowMs),
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
    const { parts, table, buckets, flows } = await this.#balanceParts(query);
    const frame = this.#frame(query, buckets, parts, true);
    return {
      buckets,
      flows,
      quality: frame.quality,
      known: frame.known,
      coverage: this.#coverage(table, parts, buckets, query.nowMs),
      simulated: frame.simulated,
      rev: table.rev,
    };
  }

  async #balanceParts(query: SpanQuery) {
    const terms: Flows = flowsOf(this.#park, query.scope, query.fromMs, query.toMs);
    const table = await this.#table(
      query,
      FLOW_KINDS.flatMap((k) => terms[k]),
    );
    const buckets = bucketsOf(table, this.#park.calendar, query.fromMs, query.toMs, query.resolution);
    const byKind = new Map(
      FLOW_KINDS.map((kind) => [kind, this.#parts(table, terms[kind], buckets, query.resolution)]),
    );
    const parts = FLOW_KINDS.flatMap((k) => byKind.get(k) ?? []);
    const series = (kind: FlowKind): FlowSeries => {
      const of = byKind.get(kind) ?? [];
      // What the park does not have is truly nothing; a park without a metered connection knows nothing of its grid.
      if (of.length === 0 && terms.gridImport.length > 0) {
        return { micro: buckets.map(() => 0), complete: true, total: 0 };
      }
      return sumOf(of, buckets.length);
    };
    const known = Object.fromEntries(FLOW_KINDS.map((k) => [k, series(k)])) as Record<FlowKind, FlowSeries>; // the entries are FLOW_KINDS
    const flowQuality = Object.fromEntries(
      FLOW_KINDS.flatMap((kind) => {
        const of = byKind.get(kind) ?? [];
        return of.length === 0 ? [] : [[kind, qualities(of, buckets.length)]];
      }),
    );
    return {
      parts,
      table,
      buckets,
      flowQuality,
      flows: { ...known, unknown: await this.#unknown(query, table, terms, buckets) },
    };
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
      const registers = registersOf(FLOW_KINDS.flatMap((k) => terms[k]));
      const uneven = rows.flatMap((row, i) => (row.micro === null && row.partly ? [i] : []));
      for (const i of uneven.slice(-MOST_UNEVEN_DAYS)) {
        const day = await this.reader.quarterHours(registers, table.startMs[i] ?? 0, table.endMs[i] ?? 0);
        micros[i] = sumOfRows(unknownRows(day, terms));
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

  #parts(
    table: EnergyTable,
    terms: readonly FlowTerm[],
    buckets: readonly Bucket[],
    resolution: Resolution,
  ): Part[] {
    return terms.flatMap((term) => {
      const column = columnOf(table, term);
      if (column === null) return [];
      return [{ term, bucketed: bucketColumn(table, column, buckets, resolution, belongsTo(table, term)) }];
    });
  }

  #coverage(table: EnergyTable, parts: readonly Part[], buckets: readonly Bucket[], nowMs: number): Coverage {
    const tally = new CoverageTally();
    for (const { term, bucketed } of parts) {
      const column = columnOf(table, term);
      if (column !== null) {
        tally.add(bucketed, buckets, nowMs, typicalOf(this.#park, term.meter, term.channel, column));
      }
    }
    return tally.shares();
  }

  async #settled(query: SpanQuery, parts: readonly Part[]): Promise<boolean> {
    return await this.reader.isSettled(new Set(parts.map((p) => p.term.meter.id)), query.toMs, query.nowMs);
  }

  #frame(query: SpanQuery, buckets: readonly Bucket[], parts: readonly Part[], settled: boolean) {
    const calendar = this.#park.calendar;
    const open = buckets.find((b) => b.startMs <= query.nowMs && query.nowMs < b.endMs);
    return {
      scope: scopeText(query.scope),
      from: calendar.iso(query.fromMs),
      to: calendar.iso(query.toMs),
      resolution: query.resolution,
      settled,
      openFrom: open === undefined ? null : calendar.iso(open.startMs),
      simulated: parts.some((p) => p.bucketed.simulated),
      time: buckets.map((b) => calendar.iso(b.startMs)),
      known: knownShares(parts, buckets.length),
      quality: qualities(parts, buckets.length),
      sharing: "linear" as const,
    };
  }
}
