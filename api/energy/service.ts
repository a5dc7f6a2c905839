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
      flows: { ...known, unknown: this.#unknown(table, terms, buckets) },
    };
  }

  /** What flows in less what flows out, over the rows of which every part is known throughout; null where there is none. */
  #unknown(table: EnergyTable, terms: Flows, buckets: readonly Bucket[]): FlowSeries {
    const signs: Readonly<Record<FlowKind, 1 | -1>> = {
      gridImport: 1,
      pv: 1,
      storageOut: 1,
      gridExport: -1,
      storageIn: -1,
      use: -1,
    };
    const parts = FLOW_KINDS.flatMap((kind) =>
      terms[kind].flatMap((term) => {
        const column = columnOf(table, term);
        return column === null
          ? []
          : [{ column, sign: signs[kind] * term.sign, belongs: belongsTo(table, term) }];
      }),
    );
    let complete = true;
    const micro = buckets.map((bucket) => {
      let sumMicro: number | null = null;
      for (let i = bucket.firstRow; i <= bucket.lastRow; i++) {
        const lengthMs = (table.endMs[i] ?? 0) - (table.startMs[i] ?? 0);
        let row = 0;
        let whole = terms.gridImport.length > 0;
        for (const { column, sign, belongs } of parts) {
          if (belongs !== null && !belongs(i)) continue;
          if (column.knownMs[i] !== lengthMs) {
            whole = false;
            break;
          }
          row += sign * (column.micro[i] ?? 0);
        }
        if (whole) sumMicro = (sumMicro ?? 0) + row;
        else complete = false;
      }
      return sumMicro;
    });
    return { micro, complete, total: totalOf(micro) };
  }

  async #table(query: SpanQuery, terms: readonly FlowTerm[]): Promise<EnergyTable> {
    const registers = registersOf(terms);
    const fine = query.resolution === "15m" || query.resolution === "1h";
    return fine
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
