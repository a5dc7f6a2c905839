import { type Calendar, QUARTER_MS } from "../../park/calendar.ts";
import { CHANNELS, type RegisterChannel } from "../../park/quantities.ts";
import type { ExplainAnswer } from "../answers/explain.ts";
import { bucketsOf } from "../energy/buckets.ts";
import { FLOW_KINDS, type FlowTerm, flowsOf, mediumTerms, registersOf } from "../energy/flows.ts";
import type { StandardsDeps } from "../standards/deps.ts";
import { displayRises } from "../standards/displays.ts";
import { Measure } from "../standards/measure.ts";
import { meterName, registerName } from "./names.ts";
import { asks, type ExplainDeps, type ExplainQuery, groupOf, plainRow, type Row } from "./parts.ts";

/** One register over a span: by months, days, hours, quarter-hours, down to what its display showed. */

const STEPS = [
  { resolution: "1M", name: { zh: "按月", en: "By month" } },
  { resolution: "1d", name: { zh: "按日", en: "By day" } },
  { resolution: "1h", name: { zh: "按小时", en: "By hour" } },
  { resolution: "15m", name: { zh: "按刻", en: "By quarter-hour" } },
] as const;

/** The register's part in a scope: the terms of the scope's flows that are its own, counted as it counts. */
export function registerTermsIn(
  { park }: Pick<StandardsDeps, "park">,
  { scope, fromMs, toMs }: Pick<ExplainQuery, "scope" | "fromMs" | "toMs">,
  meter: string,
  channel: RegisterChannel,
): FlowTerm[] {
  const flows = flowsOf(park, scope, fromMs, toMs);
  const media = (["electricity", "gas", "heat", "fuel", "water"] as const).flatMap((medium) => {
    const { imports, exports } = mediumTerms(park, scope, medium, fromMs, toMs);
    return [...imports, ...exports];
  });
  const own = [...FLOW_KINDS.flatMap((k) => flows[k]), ...media].filter(
    (t) => t.meter.id === meter && t.channel === channel,
  );
  const [first] = own;
  return first === undefined ? [] : [{ ...first, sign: 1 }];
}

type RegisterParts = Pick<
  ExplainAnswer,
  "name" | "value" | "unit" | "groups" | "coverage" | "simulated" | "readings" | "formula" | "clause"
>;

/**
 * How a register's energy of a span came about; null for a register that has no part in the scope.
 * @throws StoreError
 */
export async function explainRegister(
  deps: ExplainDeps,
  query: ExplainQuery,
  meter: string,
  channel: RegisterChannel,
): Promise<RegisterParts | null> {
  const { park, reader } = deps;
  const { calendar } = park;
  const terms = registerTermsIn(deps, query, meter, channel);
  const [own] = terms;
  if (own === undefined) return null;
  const { unit } = CHANNELS[channel];
  const { fromMs, toMs, nowMs } = query;
  const step = stepOf(calendar, fromMs, toMs);
  const head = {
    name: registerName(own.meter, channel),
    unit,
    formula: {
      zh: "Σ (止读数 − 起读数) × 倍率",
      en: "Σ (display at the end − display at the start) × multiplier",
    },
    clause: { zh: "能量规则 E2、E3、E10", en: "energy rules E2, E3, E10" },
  };
  const onDays = [fromMs, toMs].every((t) => calendar.isEdge(t, "1d"));
  const table = onDays
    ? await reader.days(registersOf(terms), fromMs, toMs)
    : await reader.quarterHours(registersOf(terms), fromMs, toMs);
  const whole = new Measure(
    park,
    table,
    terms,
    bucketsOf(table, calendar, fromMs, toMs, onDays ? "1d" : "15m"),
    nowMs,
  );
  const buckets = bucketsOf(table, calendar, fromMs, toMs, onDays ? "1d" : "15m");
  const value = whole.amount(0, buckets.length);
  const result = { ...head, value, coverage: whole.coverage(0, buckets.length), simulated: whole.simulated };
  if (step === null) {
    const readings = await readingsOf(deps, terms, fromMs, value, unit, whole.quality(0));
    const rows = readings.map((r) => {
      const read = meterName(park.meterById.get(r.meter) ?? { id: r.meter, name: null });
      const rise = `(${r.to.display} − ${r.from.display}) × ${r.multiplier}`;
      return plainRow({
        id: `${r.meter}/${r.channel}`,
        name: { zh: `${read.zh}：${rise}`, en: `${read.en}: ${rise}` },
        amount: (r.to.display - r.from.display) * r.multiplier,
        unit,
      });
    });
    return {
      ...result,
      groups: [groupOf("readings", { zh: "表计读数", en: "Readings" }, unit, rows)],
      readings,
    };
  }
  const fine = step.resolution === "1h" || step.resolution === "15m";
  const inner = fine && onDays ? await reader.quarterHours(registersOf(terms), fromMs, toMs) : table;
  const cells = bucketsOf(inner, calendar, fromMs, toMs, fine || !onDays ? "15m" : "1d");
  const measure = new Measure(park, inner, terms, cells, nowMs);
  const rows = piecesOf(calendar, fromMs, toMs, step.resolution).map((piece): Row => {
    const first = cells.findIndex((b) => b.startMs >= piece.fromMs);
    const after = cells.findIndex((b) => b.startMs >= piece.toMs);
    const end = after < 0 ? cells.length : after;
    const from = first < 0 ? cells.length : first;
    return plainRow({
      id: calendar.iso(piece.fromMs),
      name: { zh: labelOf(calendar, piece, step.resolution), en: labelOf(calendar, piece, step.resolution) },
      amount: measure.amount(from, end),
      unit,
      basis: "metered",
      coverage: measure.coverage(from, end),
      opens: asks(deps, query.figure, { scope: query.scope, ...piece }),
    });
  });
  return { ...result, groups: [groupOf("parts", step.name, unit, rows)], readings: [] };
}

/** What displays showed at the edges of a quarter-hour. @throws StoreError */
export async function readingsOf(
  deps: ExplainDeps,
  terms: readonly FlowTerm[],
  fromMs: number,
  energy: number | null,
  unit: string,
  quality: ExplainAnswer["readings"][number]["quality"],
): Promise<ExplainAnswer["readings"]> {
  const { calendar } = deps.park;
  const rises = await displayRises(deps.park, deps.telemetry, terms, fromMs);
  return rises.map(({ meter, channel, multiplier, from, to }) => ({
    meter,
    channel,
    multiplier,
    from: { time: calendar.iso(from.timeMs), display: from.display },
    to: { time: calendar.iso(to.timeMs), display: to.display },
    energy: rises.length === 1 && energy !== null ? energy : (to.display - from.display) * multiplier,
    unit,
    quality,
  }));
}

/** The next finer step of a span; null for a quarter-hour. */
function stepOf(calendar: Calendar, fromMs: number, toMs: number): (typeof STEPS)[number] | null {
  if (toMs - fromMs <= QUARTER_MS) return null;
  return STEPS.find((s) => calendar.next(calendar.floor(fromMs, s.resolution), s.resolution) < toMs) ?? null;
}

interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A span cut at the edges of a resolution. */
export function piecesOf(
  calendar: Calendar,
  fromMs: number,
  toMs: number,
  resolution: (typeof STEPS)[number]["resolution"],
): Piece[] {
  const pieces: Piece[] = [];
  for (let at = fromMs; at < toMs; ) {
    const next = Math.min(toMs, calendar.next(calendar.floor(at, resolution), resolution));
    pieces.push({ fromMs: at, toMs: next });
    at = next;
  }
  return pieces;
}

function labelOf(
  calendar: Calendar,
  { fromMs }: Piece,
  resolution: (typeof STEPS)[number]["resolution"],
): string {
  if (resolution === "1M") return calendar.monthKey(fromMs);
  if (resolution === "1d") return calendar.dateKey(fromMs);
  return calendar.iso(fromMs).slice(0, 16).replace("T", " ");
}
