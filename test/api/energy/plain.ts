import type { Quality } from "../../../api/answers/common.ts";
import { FLOW_KINDS, type FlowKind, type FlowTerm, flowsOf } from "../../../api/energy/flows.ts";
import type { SpanQuery } from "../../../api/energy/service.ts";
import { typicalOf } from "../../../api/energy/typical.ts";
import { DAY_MS, type Resolution } from "../../../park/calendar.ts";
import type { Park } from "../../../park/park.ts";
import { isExpected } from "../../../park/topology.ts";
import { ENERGY_FLAGS, type EnergyRow, type Telemetry } from "../../../store/telemetry.ts";

/**
 * What /balance has to say, worked out as the rules read: register by register and bucket by bucket from the stored
 * rows, remembering nothing. For parks without virtual meters among their flows.
 */
interface PlainBalance {
  readonly flows: Readonly<Record<FlowKind | "unknown", readonly (number | null)[]>>;
  readonly complete: Readonly<Record<FlowKind | "unknown", boolean>>;
  readonly known: readonly number[];
  readonly quality: readonly Quality[];
  readonly coverage: { measured: number; estimated: number; missing: number };
}

interface Row extends EnergyRow {
  readonly endMs: number;
}

interface PartBucket {
  readonly micro: number;
  readonly knownMs: number;
  readonly dueMs: number;
  readonly quality: Quality;
  readonly edgesSharp: boolean;
}

const has = (row: Row | undefined, bit: number) => ((row?.flags ?? 0) & bit) !== 0;
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

export async function plainBalance(
  park: Park,
  telemetry: Telemetry,
  query: SpanQuery,
): Promise<PlainBalance> {
  const { calendar } = park;
  const { fromMs, toMs, resolution, nowMs } = query;
  const fine = resolution === "15m" || resolution === "1h";
  const terms = flowsOf(park, query.scope, fromMs, toMs);
  const base = fine ? "15m" : "1d";
  const starts = calendar.buckets(fromMs, toMs, base);
  const rowsOf = async (
    term: FlowTerm,
    of: readonly number[],
    rows: "interval" | "day",
  ): Promise<Row[] | null> => {
    const [series] = await telemetry.readEnergy({
      rows,
      registers: [{ meter: term.meter.id, channel: term.channel }],
      fromMs: of[0] ?? 0,
      toMs: (of.at(-1) ?? 0) + 1,
      limit: 1e6,
    });
    const places = new Map([...(series?.startMs ?? [])].map((start, i) => [start, i]));
    if (!of.some((t) => places.has(t)) && !isExpected(term.meter, term.channel)) return null;
    return of.map((startMs) => {
      const i = places.get(startMs) ?? -1;
      return {
        startMs,
        endMs: calendar.next(startMs, rows === "day" ? "1d" : "15m"),
        micro: series?.micro[i] ?? 0,
        knownMs: series?.knownMs[i] ?? 0,
        flags: series?.flags[i] ?? 0,
      };
    });
  };
  // The four weeks before, for a register of which nothing is known in the span.
  const todayMs = calendar.floor(fromMs, "1d");
  const daysBefore = calendar.buckets(calendar.floor(todayMs - 28 * DAY_MS, "1d"), todayMs, "1d");
  const belongs = (term: FlowTerm) => (row: Row) =>
    term.spans.some((s) => s.fromMs <= row.startMs && row.startMs < s.toMs);

  const buckets = calendar.buckets(fromMs, toMs, resolution).map((start) => ({
    startMs: Math.max(start, fromMs),
    endMs: Math.min(calendar.next(start, resolution), toMs),
  }));
  const parts: {
    kind: FlowKind;
    term: FlowTerm;
    all: Row[];
    before: Row[];
    rows: Row[];
    buckets: PartBucket[];
  }[] = [];
  for (const kind of FLOW_KINDS) {
    for (const term of terms[kind]) {
      const rows = await rowsOf(term, starts, fine ? "interval" : "day");
      if (rows === null) continue;
      const mine = rows.filter(belongs(term));
      const inBuckets = buckets.map((b) =>
        partOf(
          mine.filter((r) => b.startMs <= r.startMs && r.startMs < b.endMs),
          resolution,
        ),
      );
      const before = (await rowsOf(term, daysBefore, "day")) ?? [];
      parts.push({ kind, term, all: rows, before, rows: mine, buckets: inBuckets });
    }
  }

  const seriesOf = (kind: FlowKind) => {
    const of = parts.filter((p) => p.kind === kind);
    if (of.length === 0 && terms.gridImport.length > 0) return buckets.map(() => 0);
    return buckets.map((_, b) => {
      const known = of.filter((p) => p.buckets[b]?.quality !== "missing");
      return known.length === 0 ? null : sum(known.map((p) => p.term.sign * (p.buckets[b]?.micro ?? 0)));
    });
  };
  const isComplete = (kind: FlowKind) =>
    parts.filter((p) => p.kind === kind).every((p) => p.buckets.every((b) => b.knownMs === b.dueMs));

  const remainder = (startMs: number, rows: readonly { kind: FlowKind; term: FlowTerm; row: Row }[]) => {
    const isConnected = terms.gridImport.some((t) =>
      t.spans.some((s) => s.fromMs <= startMs && startMs < s.toMs),
    );
    const whole = rows.every(({ row }) => row.knownMs === row.endMs - row.startMs);
    if (!isConnected) return { micro: null, partly: false };
    if (!whole) return { micro: null, partly: rows.every(({ row }) => row.knownMs > 0) };
    const gives = (kind: FlowKind) => (["gridImport", "pv", "storageOut"].includes(kind) ? 1 : -1);
    return {
      micro: sum(rows.map(({ kind, term, row }) => gives(kind) * term.sign * row.micro)),
      partly: false,
    };
  };
  const unknownRows: (number | null)[] = [];
  let unknownComplete = true;
  for (const start of starts) {
    const at = parts.flatMap(({ kind, term, rows }) =>
      rows.filter((r) => r.startMs === start).map((row) => ({ kind, term, row })),
    );
    const { micro, partly } = remainder(start, at);
    if (micro === null) unknownComplete = false;
    if (micro !== null || fine || !partly) {
      unknownRows.push(micro);
      continue;
    }
    // A day whose parts are known in different spans: its quarter-hours.
    const quarters = calendar.buckets(start, calendar.next(start, "1d"), "15m");
    const fineParts: { kind: FlowKind; term: FlowTerm; rows: Row[] }[] = [];
    for (const kind of FLOW_KINDS) {
      for (const term of terms[kind]) {
        const rows = await rowsOf(term, quarters, "interval");
        if (rows !== null) fineParts.push({ kind, term, rows: rows.filter(belongs(term)) });
      }
    }
    const found = quarters.flatMap((t) => {
      const here = fineParts.flatMap(({ kind, term, rows }) =>
        rows.filter((r) => r.startMs === t).map((row) => ({ kind, term, row })),
      );
      return remainder(t, here).micro ?? [];
    });
    unknownRows.push(found.length === 0 ? null : sum(found));
  }
  const unknown = buckets.map(({ startMs, endMs }) => {
    const known = starts.flatMap((t, i) => (startMs <= t && t < endMs ? (unknownRows[i] ?? []) : []));
    return known.length === 0 ? null : sum(known);
  });

  const due = (b: number) => parts.flatMap((p) => p.buckets[b] ?? []).filter((p) => p.dueMs > 0);
  return {
    flows: {
      gridImport: seriesOf("gridImport"),
      gridExport: seriesOf("gridExport"),
      pv: seriesOf("pv"),
      storageIn: seriesOf("storageIn"),
      storageOut: seriesOf("storageOut"),
      use: seriesOf("use"),
      unknown,
    },
    complete: {
      gridImport: isComplete("gridImport"),
      gridExport: isComplete("gridExport"),
      pv: isComplete("pv"),
      storageIn: isComplete("storageIn"),
      storageOut: isComplete("storageOut"),
      use: isComplete("use"),
      unknown: unknownComplete,
    },
    known: buckets.map((_, b) =>
      due(b).length === 0 ? 0 : sum(due(b).map((p) => p.knownMs)) / sum(due(b).map((p) => p.dueMs)),
    ),
    quality: buckets.map((_, b) => {
      const qualities = due(b).map((p) => p.quality);
      if (qualities.every((q) => q === "missing")) return "missing";
      return qualities.every((q) => q === "measured") ? "measured" : "estimated";
    }),
    coverage: coverageOf(),
  };

  /** E14: energy by the quality of each register's bucket; what is missing counts with the register's typical energy. */
  function coverageOf() {
    const energy = { measured: 0, estimated: 0, missing: 0 };
    const time = { measured: 0, estimated: 0, missing: 0 };
    for (const { term, all, before, buckets: own } of parts) {
      // The mean of what is known in the span asked for, also while it belonged to another.
      const column = all.every((r) => r.knownMs === 0)
        ? { ...columnOf(all), before: { ...spansOf(before), column: columnOf(before) } }
        : columnOf(all);
      const typical = typicalOf(park, term, spansOf(all), column);
      own.forEach((part, b) => {
        const bucket = buckets[b];
        const endMs = Math.min(bucket?.endMs ?? 0, nowMs);
        const startMs = bucket?.startMs ?? 0;
        if (startMs >= endMs || part.dueMs === 0) return;
        const missingMs = Math.max(0, Math.min(part.dueMs, endMs - startMs) - part.knownMs);
        const good = part.quality === "measured" || (part.knownMs > 0 && missingMs > 0 && part.edgesSharp);
        energy[good ? "measured" : "estimated"] += Math.abs(part.micro);
        time[good ? "measured" : "estimated"] += part.knownMs;
        if (missingMs === 0) return;
        // The end of what is running is missing; of anything else nobody knows which part.
        const isRunning = (bucket?.endMs ?? 0) > nowMs;
        energy.missing += isRunning
          ? Math.abs(typical(nowMs - missingMs, nowMs))
          : Math.abs(typical(startMs, endMs)) * (missingMs / (endMs - startMs));
        time.missing += missingMs;
      });
    }
    const weights = sum(Object.values(energy)) > 0 ? energy : time;
    const whole = sum(Object.values(weights));
    if (whole === 0) return { measured: 0, estimated: 0, missing: 1 };
    return {
      measured: weights.measured / whole,
      estimated: weights.estimated / whole,
      missing: weights.missing / whole,
    };
  }
}

function columnOf(rows: readonly Row[]) {
  return {
    micro: Float64Array.from(rows, (r) => r.micro),
    knownMs: Float64Array.from(rows, (r) => r.knownMs),
    flags: Uint16Array.from(rows, (r) => r.flags),
    present: true,
  };
}

function spansOf(rows: readonly Row[]) {
  return { startMs: rows.map((r) => r.startMs), endMs: rows.map((r) => r.endMs) };
}

const START_BITS: Readonly<Record<Resolution, number>> = {
  "15m": ENERGY_FLAGS.startSharp15m,
  "1h": ENERGY_FLAGS.startSharp1h,
  "1d": ENERGY_FLAGS.startSharp1d,
  "1M": ENERGY_FLAGS.startSharp1M,
  "1y": ENERGY_FLAGS.startSharp1y,
};

function partOf(rows: readonly Row[], resolution: Resolution): PartBucket {
  const known = rows.filter((r) => r.knownMs > 0);
  const knownMs = sum(known.map((r) => r.knownMs));
  const dueMs = sum(rows.map((r) => r.endMs - r.startMs));
  const startBit = START_BITS[resolution];
  const isMeasured = knownMs === dueMs && has(rows[0], startBit) && has(rows.at(-1), startBit << 5);
  const isSharp = (row: Row | undefined, bit: number) =>
    row !== undefined && row.knownMs === row.endMs - row.startMs
      ? has(row, bit)
      : has(row, ENERGY_FLAGS.partSharp);
  return {
    micro: sum(known.map((r) => r.micro)),
    knownMs,
    dueMs,
    quality: known.length === 0 ? "missing" : isMeasured ? "measured" : "estimated",
    edgesSharp: known.length > 0 && isSharp(known[0], startBit) && isSharp(known.at(-1), startBit << 5),
  };
}
