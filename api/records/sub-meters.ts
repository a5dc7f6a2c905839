import { DAY_MS } from "../../park/calendar.ts";
import { valueAt } from "../../park/dated.ts";
import type { Meter, Park } from "../../park/park.ts";
import { fromMicro, MEDIUM_UNITS, type RegisterChannel } from "../../park/quantities.ts";
import { ancestorsOf, scopeText } from "../../park/topology.ts";
import type { Coverage, Quality } from "../answers/common.ts";
import type { SubMetersAnswer } from "../answers/records.ts";
import {
  type Bucket,
  bucketColumn,
  CoverageTally,
  MISSING,
  qualityName,
  qualityOfSum,
} from "../energy/buckets.ts";
import { belongsTo, columnOf, type FlowTerm, registersOf } from "../energy/flows.ts";
import type { Part } from "../energy/sums.ts";
import type { EnergyTable } from "../energy/table.ts";
import { typicalOf } from "../energy/typical.ts";
import type { StandardsDeps, StandardsQuery } from "../standards/deps.ts";
import { familiesOf, type Span } from "./families.ts";

type Row = SubMetersAnswer["rows"][number];

const NET_OF_SUPPLY = {
  code: "net-of-supply",
  zh: "光伏和储能按下级表的净值（购入减外送）计入；差额率以进入该节点的电量（总表购入与下级外送之和）为分母。",
  en: "PV and storage count by their net (import less export); the share is of what enters the node: the meter's import and the exports of those below it.",
} as const;
const LEFT_OUT = {
  code: "virtual-left-out",
  zh: "由这些电表推算的虚拟表不参与平衡：它们按定义总是相等。",
  en: "Virtual meters reckoned from these very meters take no part: they agree by definition.",
} as const;
const HIDDEN = {
  code: "hidden-parts",
  zh: "部分下级表属于其他企业，未列出其数值。",
  en: "Some meters below belong to others; their values are not told.",
} as const;
const CLIPPED = {
  code: "closed-only",
  zh: "只计到已经结束的时段。",
  en: "Counted up to what is closed by now.",
} as const;

/**
 * GET /sub-meters, 总分表平衡: every meter of the scope that has meters below it, against their sum. Null where a part is
 * missing: a gap is never taken for a loss. `mayReadMeter` says whose amounts of which times may be told. @throws StoreError
 */
export async function subMetersAnswer(
  { park, reader }: Pick<StandardsDeps, "park" | "reader">,
  query: StandardsQuery & { readonly mayReadMeter: (meter: string, spans: readonly Span[]) => boolean },
): Promise<SubMetersAnswer> {
  const { calendar } = park;
  const { scope, fromMs, toMs, nowMs } = query;
  const onDays = calendar.isEdge(fromMs, "1d") && calendar.isEdge(toMs, "1d");
  // One day that is still running is answered by its quarter-hours, longer spans by their closed days.
  const days =
    onDays && (toMs <= nowMs || calendar.floor(nowMs, "1d") > fromMs || toMs - fromMs > 31 * DAY_MS);
  const closedMs = calendar.floor(nowMs, days ? "1d" : "15m");
  const throughMs = Math.max(fromMs, Math.min(toMs, closedMs));
  const families = familiesOf(park, scope, fromMs, Math.max(throughMs, fromMs + 1)).filter((f) =>
    query.mayReadMeter(f.parent.id, f.spans),
  );
  const terms = new Map<string, FlowTerm[]>();
  const termsOf = (meter: Meter, spans: readonly Span[]): FlowTerm[] =>
    channelsOf(meter).map(([channel, sign]) => ({ meter, channel, sign, spans }));
  for (const family of families) {
    terms.set(family.parent.id, termsOf(family.parent, family.spans));
    for (const { meter, spans } of family.children.values())
      terms.set(`${family.parent.id}/${meter.id}`, termsOf(meter, spans));
  }
  const registers = registersOf([...terms.values()].flat());
  const marks = await reader.marks();
  const table = days
    ? await reader.days(registers, fromMs, throughMs)
    : await reader.quarterHours(registers, fromMs, throughMs);
  const bucket: Bucket = {
    startMs: fromMs,
    endMs: throughMs,
    firstRow: 0,
    lastRow: table.startMs.length - 1,
  };
  const sumUp = (list: readonly FlowTerm[]) => addUp(park, table, list, bucket, days ? "1d" : "15m", nowMs);
  const rows = families.map((family): Row => {
    const { parent } = family;
    const own = sumUp(terms.get(parent.id) ?? []);
    const parts = [...family.children.values()].map(({ meter }) => ({
      meter,
      ...sumUp(terms.get(`${parent.id}/${meter.id}`) ?? []),
    }));
    const hidden = [...family.children.values()].some((p) => !query.mayReadMeter(p.meter.id, p.spans));
    const sumMicro = hidden ? null : add(parts.map((p) => p.netMicro));
    const throughputMicro = hidden ? null : add([own.inMicro, ...parts.map((p) => p.outMicro)]);
    const whole = own.complete && parts.every((p) => p.complete);
    const differenceMicro =
      whole && own.netMicro !== null && sumMicro !== null ? own.netMicro - sumMicro : null;
    const share =
      differenceMicro === null || throughputMicro === null || throughputMicro === 0
        ? null
        : differenceMicro / throughputMicro;
    const idle = share === null && differenceMicro === 0;
    return {
      meter: parent.id,
      name: parent.name,
      role: parent.role,
      enterprise: valueAt(parent.enterprise, Math.max(fromMs, throughMs - 1)),
      medium: parent.medium,
      unit: MEDIUM_UNITS[parent.medium],
      depth: ancestorsOf(park, parent, fromMs).length,
      amount: amountOf(own.netMicro),
      childrenAmount: amountOf(sumMicro),
      difference: amountOf(differenceMicro),
      throughput: amountOf(throughputMicro),
      share,
      matched: hidden
        ? null
        : matchedOf(
            table,
            terms.get(parent.id) ?? [],
            parts.flatMap((p) => terms.get(`${parent.id}/${p.meter.id}`) ?? []),
          ),
      state: hidden
        ? "hidden"
        : differenceMicro === null
          ? "missing"
          : idle
            ? "idle"
            : share === null || Math.abs(share) > park.subMeterTolerance
              ? "over"
              : "ok",
      quality: own.quality,
      childrenQuality: hidden ? "missing" : qualityOfSum(parts.map((p) => p.quality)),
      coverage: own.coverage(),
      childrenCoverage: hidden
        ? { measured: 0, estimated: 0, missing: 1 }
        : sumUp(parts.flatMap((p) => terms.get(`${parent.id}/${p.meter.id}`) ?? [])).coverage(),
      children: hidden
        ? []
        : parts.map((p) => ({
            meter: p.meter.id,
            name: p.meter.name,
            role: p.meter.role,
            amount: amountOf(p.netMicro),
            known: p.known,
            quality: p.quality,
          })),
      leftOut: [...family.leftOut].filter((id) => query.mayReadMeter(id, family.spans)),
    };
  });
  const meters = new Set([...terms.values()].flat().map((t) => t.meter.id));
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    through: calendar.iso(throughMs),
    settled: await reader.isSettled(meters, throughMs, nowMs, marks),
    simulated: [...table.columns.keys()].length > 0 && sumUp([...terms.values()].flat()).simulated,
    tolerance: park.subMeterTolerance,
    rows,
    remarks: [
      NET_OF_SUPPLY,
      ...(throughMs < toMs ? [CLIPPED] : []),
      ...(rows.some((r) => r.leftOut.length > 0) ? [LEFT_OUT] : []),
      ...(rows.some((r) => r.state === "hidden") ? [HIDDEN] : []),
    ],
  };
}

/** What a meter takes (+1) and gives (−1). */
function channelsOf(meter: Meter): (readonly [RegisterChannel, 1 | -1])[] {
  if (meter.medium === "electricity")
    return [
      ["energyImportKwh", 1],
      ["energyExportKwh", -1],
    ];
  if (meter.sum === null)
    return meter.registers.filter((r) => r.expected).map((r) => [r.energyChannel, 1] as const);
  return [[meter.role === "heat" ? "heatGj" : meter.role === "fuel" ? "massT" : "volumeM3", 1]];
}

interface Sum {
  readonly netMicro: number | null;
  readonly inMicro: number | null;
  readonly outMicro: number | null;
  readonly complete: boolean;
  readonly known: number;
  readonly quality: Quality;
  readonly simulated: boolean;
  coverage(): Coverage;
}

/** Some registers over the one bucket of the whole span. */
function addUp(
  park: Park,
  table: EnergyTable,
  terms: readonly FlowTerm[],
  bucket: Bucket,
  resolution: "1d" | "15m",
  nowMs: number,
): Sum {
  const parts: Part[] = [];
  const tally = new CoverageTally();
  for (const term of terms) {
    const column = columnOf(table, term);
    if (column === null) continue;
    const bucketed = bucketColumn(table, column, [bucket], resolution, belongsTo(table, term));
    if ((bucketed.dueMs[0] ?? 0) === 0) continue;
    parts.push({ term, bucketed });
    tally.add(bucketed, [bucket], nowMs, typicalOf(park, term, table, column));
  }
  const sum = (sign: 1 | -1) =>
    add(
      parts
        .filter((p) => p.term.sign === sign && p.bucketed.quality[0] !== MISSING)
        .map((p) => p.bucketed.micro[0] ?? null),
    );
  const inMicro = sum(1);
  const outMicro = sum(-1);
  const knownMs = parts.reduce((s, p) => s + (p.bucketed.knownMs[0] ?? 0), 0);
  const dueMs = parts.reduce((s, p) => s + (p.bucketed.dueMs[0] ?? 0), 0);
  return {
    netMicro: inMicro === null && outMicro === null ? null : (inMicro ?? 0) - (outMicro ?? 0),
    inMicro,
    outMicro,
    complete: parts.length > 0 && knownMs === dueMs,
    known: dueMs === 0 ? 0 : knownMs / dueMs,
    quality: qualityOfSum(parts.map((p) => qualityName(p.bucketed.quality[0]))),
    simulated: parts.some((p) => p.bucketed.simulated),
    coverage: () => tally.shares(),
  };
}

/** The balance over the days or quarter-hours in which every part is known throughout. */
function matchedOf(table: EnergyTable, own: readonly FlowTerm[], below: readonly FlowTerm[]): Row["matched"] {
  const columns = [
    ...own.map((term) => ({ term, top: true })),
    ...below.map((term) => ({ term, top: false })),
  ].flatMap(({ term, top }) => {
    const column = columnOf(table, term);
    return column === null ? [] : [{ column, sign: term.sign, top, belongs: belongsTo(table, term) }];
  });
  let dueMs = 0;
  let knownMs = 0;
  let differenceMicro = 0;
  let throughputMicro = 0;
  table.startMs.forEach((startMs, i) => {
    const due = columns.filter((c) => c.belongs === null || c.belongs[i] === 1);
    if (!due.some((c) => c.top) || !due.some((c) => !c.top)) return;
    const lengthMs = (table.endMs[i] ?? startMs) - startMs;
    dueMs += lengthMs;
    if (due.some((c) => c.column.knownMs[i] !== lengthMs)) return;
    knownMs += lengthMs;
    for (const { column, sign, top } of due) {
      const micro = column.micro[i] ?? 0;
      differenceMicro += (top ? sign : -sign) * micro;
      if ((sign === 1) === top) throughputMicro += micro;
    }
  });
  if (knownMs === 0) return null;
  return {
    known: knownMs / dueMs,
    difference: fromMicro(differenceMicro),
    share: throughputMicro === 0 ? null : differenceMicro / throughputMicro,
  };
}

/** The sum of what is known; null when nothing is. */
function add(list: readonly (number | null)[]): number | null {
  return list.reduce<number | null>((s, v) => (v === null ? s : (s ?? 0) + v), null);
}

function amountOf(micro: number | null): number | null {
  return micro === null ? null : fromMicro(micro);
}
