import type { Calendar } from "../../park/calendar.ts";
import { MEDIUM_UNITS, type Medium } from "../../park/quantities.ts";
import { scopeText } from "../../park/topology.ts";
import type { ComparisonAnswer } from "../answers/records.ts";
import type { EnergyService } from "../energy/service.ts";
import type { StandardsDeps, StandardsQuery } from "../standards/deps.ts";

/** Share of a side's energy that must be known for a change to be told. */
const LEAST_KNOWN = 0.95;

const BY_DATE = {
  code: "by-calendar-date",
  zh: "去年同期按日历日期对应，工作日和春节可能错位。",
  en: "The year before is matched by calendar date: workdays and moving holidays may fall differently.",
} as const;
const NOT_KNOWN = {
  code: "not-known-enough",
  zh: "有一侧已知电量不足 95 %，不给出增减。",
  en: "On one side less than 95 % of the energy is known: no change is told.",
} as const;
const CLOSED_ONLY = {
  code: "closed-days-only",
  zh: "本期未完：各期都只比较到已结束的同一天数。",
  en: "The span is still running: all sides are cut to the days that are closed.",
} as const;

type ComparedWith = "year" | "base";
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * GET /comparison: a span of whole days, the same dates a year before 去年同期 and a base period 基准期. A span that is still
 * running is cut to its closed days, on every side alike. @throws StoreError
 */
export async function comparisonAnswer(
  { park }: Pick<StandardsDeps, "park">,
  energy: EnergyService,
  query: StandardsQuery & {
    readonly medium: Medium;
    readonly compareWith: readonly ComparedWith[];
    readonly baseFromMs: number | null;
  },
): Promise<ComparisonAnswer> {
  const { calendar } = park;
  const { scope, medium, fromMs, toMs, nowMs } = query;
  const throughMs = Math.max(fromMs, Math.min(toMs, calendar.floor(nowMs, "1d")));
  const span = { fromMs, toMs: throughMs };
  const ask = async ({ fromMs: sideFrom, toMs: sideTo }: Span) => {
    const found =
      sideFrom < sideTo
        ? await energy.energy({ scope, medium, fromMs: sideFrom, toMs: sideTo, resolution: "1d", nowMs })
        : null;
    return {
      settled: found?.settled ?? true,
      simulated: found?.simulated ?? false,
      side: {
        from: calendar.iso(sideFrom),
        to: calendar.iso(sideTo),
        importAmount: found?.total.importKwh ?? found?.total.import ?? null,
        exportAmount: found?.total.exportKwh ?? found?.total.export ?? null,
        coverage: found?.coverage ?? { measured: 0, estimated: 0, missing: 1 },
      },
    };
  };
  const current = await ask(span);
  const others = await Promise.all(
    query.compareWith.map(async (kind) => {
      const other =
        kind === "year" ? yearBefore(calendar, span) : baseSpan(calendar, span, query.baseFromMs ?? fromMs);
      return { kind, ...(await ask(other)) };
    }),
  );
  const isKnown = (side: ComparisonAnswer["current"]) => 1 - side.coverage.missing >= LEAST_KNOWN;
  const compared = others.map(({ kind, side }) => {
    const comparable = isKnown(current.side) && isKnown(side);
    return {
      with: kind,
      ...side,
      comparable,
      importChange: changeOf(current.side.importAmount, side.importAmount, comparable),
      exportChange: changeOf(current.side.exportAmount, side.exportAmount, comparable),
    };
  });
  const all = [current, ...others];
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    through: calendar.iso(throughMs),
    settled: all.every((a) => a.settled),
    simulated: all.some((a) => a.simulated),
    medium,
    unit: MEDIUM_UNITS[medium],
    leastKnown: LEAST_KNOWN,
    current: current.side,
    compared,
    remarks: [
      ...(query.compareWith.includes("year") ? [BY_DATE] : []),
      ...(throughMs < toMs ? [CLOSED_ONLY] : []),
      ...(compared.some((c) => !c.comparable) ? [NOT_KNOWN] : []),
    ],
  };
}

/** The same calendar dates a year before; 29 February has 28 February for its date. */
export function yearBefore(calendar: Calendar, { fromMs, toMs }: Span): Span {
  const dateBefore = (timeMs: number): number => {
    const { year, month, day } = calendar.parts(timeMs);
    const leap = month === 2 && day === 29;
    return calendar.at(year - 1, month, leap ? 28 : day);
  };
  if (fromMs >= toMs) return { fromMs: dateBefore(fromMs), toMs: dateBefore(fromMs) };
  const lastDay = calendar.floor(toMs - 1, "1d");
  const { month } = calendar.parts(lastDay);
  const wholeMonths = calendar.isEdge(fromMs, "1M") && calendar.isEdge(toMs, "1M");
  // Of whole months a February that ends them ends them a year before too, however many days it has.
  const toBefore =
    wholeMonths && month === 2
      ? calendar.at(calendar.parts(lastDay).year - 1, 3, 1)
      : calendar.next(dateBefore(lastDay), "1d");
  return { fromMs: dateBefore(fromMs), toMs: toBefore };
}

/** A base period as long as the span: as many months where both begin with one and the span ends with one, else as many days. */
export function baseSpan(calendar: Calendar, { fromMs, toMs }: Span, baseFromMs: number): Span {
  const count = (resolution: "1d" | "1M") => calendar.buckets(fromMs, toMs, resolution).length;
  const inMonths = [fromMs, toMs, baseFromMs].every((t) => calendar.isEdge(t, "1M"));
  const { year, month, day } = calendar.parts(baseFromMs);
  return {
    fromMs: baseFromMs,
    toMs: inMonths ? calendar.at(year, month + count("1M"), 1) : calendar.at(year, month, day + count("1d")),
  };
}

function changeOf(now: number | null, before: number | null, comparable: boolean) {
  if (!comparable || now === null || before === null) return { amount: null, share: null };
  return { amount: now - before, share: before === 0 ? null : (now - before) / before };
}
