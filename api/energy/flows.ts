import type { Meter, Park } from "../../park/park.ts";
import { type Medium, type RegisterChannel, ROLES } from "../../park/quantities.ts";
import {
  changesWithin,
  compositionOf,
  highestOfMedium,
  isExpected,
  type Scope,
} from "../../park/topology.ts";
import type { Register } from "./series.ts";
import { columnKey } from "./series.ts";
import type { EnergyColumn, EnergyTable } from "./table.ts";

/** Which registers make which flow of a scope, over a span in which links may change. */

export const FLOW_KINDS = ["gridImport", "gridExport", "pv", "storageIn", "storageOut", "use"] as const;
export type FlowKind = (typeof FLOW_KINDS)[number];

export interface FlowTerm {
  readonly meter: Meter;
  readonly channel: RegisterChannel;
  /** +1 adds to the flow, −1 takes from it (a PV array's night use). */
  readonly sign: 1 | -1;
  /** Spans in which it belongs to the scope. */
  readonly spans: readonly { readonly fromMs: number; readonly toMs: number }[];
}

export type Flows = Readonly<Record<FlowKind, readonly FlowTerm[]>>;

/** False for a register that the meter cannot have: a virtual meter has those of its role. */
function mayCount(meter: Meter, channel: RegisterChannel): boolean {
  return meter.sum === null
    ? meter.registers.some((r) => r.energyChannel === channel)
    : ROLES[meter.role].registers.some((c) => c === channel);
}

/** The flows of a scope's electricity over a span. */
export function flowsOf(park: Park, scope: Scope, fromMs: number, toMs: number): Flows {
  const found = new Map<
    FlowKind,
    Map<string, { term: Omit<FlowTerm, "spans">; spans: { fromMs: number; toMs: number }[] }>
  >();
  const add = (
    kind: FlowKind,
    meter: Meter,
    channel: RegisterChannel,
    sign: 1 | -1,
    span: { fromMs: number; toMs: number },
  ) => {
    if (!mayCount(meter, channel)) return;
    const byKey = found.get(kind) ?? new Map();
    found.set(kind, byKey);
    const key = columnKey({ meter: meter.id, channel });
    const entry = byKey.get(key) ?? { term: { meter, channel, sign }, spans: [] };
    byKey.set(key, entry);
    entry.spans.push(span);
  };
  const edges = [fromMs, ...changesWithin(park, fromMs, toMs), toMs];
  for (let i = 0; i + 1 < edges.length; i++) {
    const span = { fromMs: edges[i] ?? fromMs, toMs: edges[i + 1] ?? toMs };
    const composition = compositionOf(park, scope, span.fromMs);
    for (const m of composition.grid) {
      add("gridImport", m, "energyImportKwh", 1, span);
      add("gridExport", m, "energyExportKwh", 1, span);
    }
    for (const m of composition.pv) {
      add("pv", m, "energyExportKwh", 1, span);
      add("pv", m, "energyImportKwh", -1, span);
    }
    for (const m of composition.storage) {
      add("storageIn", m, "energyImportKwh", 1, span);
      add("storageOut", m, "energyExportKwh", 1, span);
    }
    for (const m of composition.use) {
      add("use", m, "energyImportKwh", 1, span);
      add("use", m, "energyExportKwh", -1, span);
    }
  }
  const terms = (kind: FlowKind): FlowTerm[] =>
    [...(found.get(kind)?.values() ?? [])].map(({ term, spans }) => ({ ...term, spans }));
  return {
    gridImport: terms("gridImport"),
    gridExport: terms("gridExport"),
    pv: terms("pv"),
    storageIn: terms("storageIn"),
    storageOut: terms("storageOut"),
    use: terms("use"),
  };
}

/** Import and export terms of a scope in a medium: of electricity what its connections carry, or its own meter. */
export function mediumTerms(
  park: Park,
  scope: Scope,
  medium: Medium,
  fromMs: number,
  toMs: number,
): { readonly imports: readonly FlowTerm[]; readonly exports: readonly FlowTerm[] } {
  const whole = [{ fromMs, toMs }];
  if (scope.kind === "meter") {
    const meter = park.meterById.get(scope.id);
    if (meter === undefined || meter.medium !== medium) return { imports: [], exports: [] };
    const term = (channel: RegisterChannel): FlowTerm[] =>
      mayCount(meter, channel) ? [{ meter, channel, sign: 1, spans: whole }] : [];
    return medium === "electricity"
      ? { imports: term("energyImportKwh"), exports: term("energyExportKwh") }
      : { imports: mainChannels(meter).flatMap(term), exports: [] };
  }
  if (medium === "electricity") {
    const flows = flowsOf(park, scope, fromMs, toMs);
    // An enterprise without a connection meter of its own takes what its highest loads take.
    const bare = flows.gridImport.length === 0 && flows.pv.length === 0 && flows.storageIn.length === 0;
    return { imports: bare ? flows.use : flows.gridImport, exports: flows.gridExport };
  }
  const imports = new Map<
    string,
    { meter: Meter; channel: RegisterChannel; spans: { fromMs: number; toMs: number }[] }
  >();
  const edges = [fromMs, ...changesWithin(park, fromMs, toMs), toMs];
  for (let i = 0; i + 1 < edges.length; i++) {
    const span = { fromMs: edges[i] ?? fromMs, toMs: edges[i + 1] ?? toMs };
    for (const meter of highestOfMedium(park, scope, span.fromMs, medium)) {
      for (const channel of mainChannels(meter)) {
        const key = columnKey({ meter: meter.id, channel });
        const entry = imports.get(key) ?? { meter, channel, spans: [] };
        imports.set(key, entry);
        entry.spans.push(span);
      }
    }
  }
  return { imports: [...imports.values()].map((t) => ({ ...t, sign: 1 })), exports: [] };
}

/** The registers in which a meter of another medium than electricity counts: the expected ones (a virtual meter: its parts' kind). */
function mainChannels(meter: Meter): RegisterChannel[] {
  if (meter.sum !== null)
    return meter.role === "heat" ? ["heatGj"] : meter.role === "fuel" ? ["massT"] : ["volumeM3"];
  return meter.registers.filter((r) => r.expected).map((r) => r.energyChannel);
}

/** The registers to read for these terms. */
export function registersOf(terms: Iterable<FlowTerm>): Register[] {
  const unique = new Map<string, Register>();
  for (const t of terms) {
    const id = { meter: t.meter.id, channel: t.channel };
    unique.set(columnKey(id), id);
  }
  return [...unique.values()];
}

/** The term's column, or null when it takes no part (a register not expected and never heard of). */
export function columnOf(table: EnergyTable, term: FlowTerm): EnergyColumn | null {
  const column = table.columns.get(columnKey({ meter: term.meter.id, channel: term.channel }));
  if (column === undefined) return null;
  return column.present || isExpected(term.meter, term.channel) ? column : null;
}

/** By row of a table 1 where it belongs to the term's spans, else 0; null: all of them do. */
export function belongsTo(table: EnergyTable, term: FlowTerm): Uint8Array | null {
  const first = table.startMs[0] ?? 0;
  const last = table.endMs[table.endMs.length - 1] ?? 0;
  if (term.spans.some((s) => s.fromMs <= first && s.toMs >= last)) return null;
  const belongs = new Uint8Array(table.startMs.length);
  for (const { fromMs, toMs } of term.spans) {
    for (let i = 0; i < belongs.length; i++) {
      const t = table.startMs[i] ?? 0;
      if (fromMs <= t && t < toMs) belongs[i] = 1;
    }
  }
  return belongs;
}
