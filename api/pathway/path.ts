import type { Park } from "../../park/park.ts";
import type { Boundary, StorageAsset } from "../../park/schema.ts";
import { enterprisesOf, type Scope } from "../../park/topology.ts";
import type { SetUsed } from "../../standards/factors/book.ts";
import type { Factor } from "../../standards/factors/factor.ts";
import { LEAST_COVERAGE } from "../../standards/park-carbon.ts";
import {
  type PathForecast,
  pathForecast,
  shiftForecast,
  yearAt,
} from "../../standards/pathway/path-forecast.ts";
import { type ApprovedProject, amountsInForce } from "../../standards/pathway/projects.ts";
import { meanYear, type YearStructure } from "../../standards/pathway/scenario.ts";
import {
  type LinePoint,
  type TargetYears,
  targetLine,
  targetYears,
} from "../../standards/pathway/target-line.ts";
import { type Remark, uniqueRemarks } from "../../standards/remark.ts";
import { REMARKS } from "../../standards/remarks.ts";
import { findRuleSet } from "../../standards/rules/released.ts";
import type { Entry } from "../../store/records.ts";
import type { StandardsDeps } from "../standards/deps.ts";
import { factorDate } from "../standards/figures.ts";
import type { Evaluated, Reading } from "../standards/figures-of.ts";
import { boundaryOf } from "../standards/rolling.ts";
import type { SpanEnergy } from "../standards/spans.ts";
import { entryTargets, type GuidingPath, guidingPaths, guidingYears } from "./guiding.ts";
import { type PathMonth, readHistory } from "./history.ts";
import { GoalYear, storageKind } from "./levers.ts";
import { readProfile } from "./surplus.ts";
import { YEAR_DAYS, yearFactors, yearStructure } from "./year.ts";

/** Everything of a boundary's path but the scenario: read once, asked many times. */

interface Goal {
  readonly year: number;
  readonly target: number;
  readonly endMs: number;
  /** Months from the last known one to the year's December. */
  readonly monthsAhead: number;
  readonly goalYear: GoalYear;
}

export interface Path {
  readonly park: Park;
  readonly boundary: Boundary;
  readonly nowMs: number;
  readonly factorSets: readonly SetUsed[];
  readonly simulated: boolean;
  readonly settled: boolean;
  readonly provisional: boolean;
  readonly targets: TargetYears;
  readonly line: readonly LinePoint[];
  readonly months: readonly PathMonth[];
  /** Ends of the last known month, which may lie ahead of now, and of each month foretold. */
  readonly monthEnds: readonly number[];
  readonly present: SpanEnergy;
  readonly presentFrom: number;
  readonly days: number;
  readonly value: number | null;
  readonly factor: Factor;
  readonly equivalent: Factor | null;
  readonly forecast: PathForecast | null;
  readonly goal: Goal | null;
  readonly guiding: readonly GuidingPath[];
  readonly storage: ReturnType<typeof storageKind>;
  readonly remarks: readonly Remark[];
}

/** Reads a boundary's path. @throws StoreError; RangeError for an unknown boundary. */
export async function readPath(
  deps: StandardsDeps,
  query: {
    readonly boundary: string;
    readonly nowMs: number;
    readonly factors?: readonly string[];
    readonly exports?: Reading["exports"];
  },
): Promise<Path> {
  const { park } = deps;
  const { nowMs } = query;
  const calendar = park.calendar;
  const boundary = boundaryOf(park, query.boundary);
  const scope: Scope = { kind: "boundary", id: boundary.id };
  const reading: Reading = { factors: query.factors ?? [], exports: query.exports ?? "own-kind" };
  const history = await readHistory(deps, boundary, scope, reading, nowMs);
  const { months, known, present, intensity, days, directKwh } = history;
  const { equivalent, book } = intensity;
  const short = days < YEAR_DAYS - 1;

  const endOfYear = (year: number): number => calendar.at(year + 1, 1, 1) - 1000;
  const entries = await deps.records.entries({
    kinds: ["target"],
    scopes: [`boundary:${boundary.id}`],
  });
  const targets = coreTargets(boundary, entries);
  const rules = findRuleSet(boundary.standard);
  const line = targetLine(
    targets.years,
    boundary.declared.map((d) => ({ year: d.year, value: d.tco2PerTce })),
    endOfYear,
  );
  const lastKnown = months.findLastIndex((m) => m.month !== null);
  const series = months.slice(0, lastKnown + 1).map((m) => m.month);
  const knownUntilMs = lastKnown < 0 ? nowMs : calendar.next(months[lastKnown]?.span.fromMs ?? nowMs, "1M");
  const factor = book.require("park-method", "electricity/other", factorDate(deps, present));
  const wanted = targets.years.findLast((t) => endOfYear(t.year) > nowMs) ?? null;
  const storages = park.assets.filter(
    (a): a is StorageAsset => a.kind === "storage" && enterprisesOf(park, scope, nowMs).has(a.enterprise),
  );
  const storage = storageKind(storages);
  const ahead = wanted === null ? 12 : monthsBetween(park, knownUntilMs, endOfYear(wanted.year) + 1000);
  const lengths = monthLengths(park, knownUntilMs, Math.max(0, ahead));
  const plain = pathForecast(
    series,
    lengths.map((l) => l.days),
  );
  const base =
    plain === null || wanted === null || equivalent === null
      ? null
      : baseYear(
          plain,
          ahead,
          present,
          intensity,
          directKwh,
          yearFactors(boundary, equivalent, book, factorDate(deps, present)),
        );
  const projects = boundary.projects.map(
    (p): ApprovedProject => ({ lever: p.lever, amount: p.amount, fromMs: localMidnight(park, p.from) }),
  );
  let forecast = plain;
  let goal: Goal | null = null;
  if (plain !== null && base !== null && wanted !== null) {
    const profile = await readProfile(deps, scope, known, nowMs);
    const inForce = (at: number) =>
      amountsInForce(projects, knownUntilMs, lengths[at]?.startMs ?? Number.NEGATIVE_INFINITY);
    const without = new GoalYear({
      year: base,
      target: wanted.value,
      profile,
      kind: storage.kind,
      approved: amountsInForce([], 0, 0),
      exports: reading.exports ?? "own-kind",
    });
    const outcomes = lengths.map((_, at) => without.with(inForce(at), true));
    forecast = shiftForecast(plain, (monthsAhead) => {
      const outcome = outcomes[monthsAhead - 1] ?? base;
      return {
        numerator: (outcome.carbonT - base.carbonT) / 12,
        denominator: (outcome.consumptionTce - base.consumptionTce) / 12,
      };
    });
    const ofGoal: YearStructure[] = Array.from({ length: 12 }, (_, m) => outcomes[ahead - 12 + m] ?? base);
    goal = {
      year: wanted.year,
      target: wanted.value,
      endMs: endOfYear(wanted.year),
      monthsAhead: ahead,
      goalYear: new GoalYear({
        year: meanYear(ofGoal),
        target: wanted.value,
        profile,
        kind: storage.kind,
        approved: inForce(lengths.length - 1),
        exports: reading.exports ?? "own-kind",
      }),
    };
  }
  return {
    park,
    boundary,
    nowMs,
    factorSets: history.factorSets,
    simulated: history.simulated,
    settled: history.settled,
    provisional: intensity.carbon.provisional || short || present.coverage.missing > 1 - LEAST_COVERAGE,
    targets,
    line,
    months,
    monthEnds: [knownUntilMs, ...lengths.map((l) => park.calendar.next(l.startMs, "1M"))],
    present,
    presentFrom: known.fromMs,
    days,
    value: intensity.value,
    factor,
    equivalent,
    forecast,
    goal,
    guiding: guidingPaths({
      rules,
      goalYear: wanted?.year ?? calendar.parts(nowMs).year,
      targets: entries,
      years: await guidingYears(deps, boundary, rules, book, nowMs),
      zeroFactor: months.slice(0, lastKnown + 1).map((m) => m.zeroFactor),
      days: lengths.map((l) => l.days),
    }),
    storage,
    remarks: uniqueRemarks(
      intensity.carbon.remarks,
      intensity.consumption.remarks,
      short ? [REMARKS.annualScaled] : [],
      history.hasContracts ? [REMARKS.contractsByKnownTime, REMARKS.contractsDeclared] : [],
    ),
  };
}

/** The present year brought to the goal's months as they are foretold without approved projects. */
function baseYear(
  plain: PathForecast,
  ahead: number,
  present: SpanEnergy,
  intensity: Evaluated,
  directKwh: number,
  factors: YearStructure["factors"],
): YearStructure | null {
  const foretold = yearAt(plain, ahead);
  return foretold === null ? null : yearStructure(present, intensity, directKwh, factors, foretold);
}

/** Targets of the park file and then of the ledger; a ledger's target for a year that has one already is refused. */
function coreTargets(boundary: Boundary, entries: readonly Entry[]): TargetYears {
  return targetYears(
    boundary.targets.map((t) => ({ year: t.year, value: t.tco2PerTce, from: "park file" })),
    entryTargets(entries, "carbon-per-tce"),
  );
}

function monthsBetween(park: Park, fromMs: number, toMs: number): number {
  const a = park.calendar.parts(fromMs);
  const b = park.calendar.parts(toMs);
  return (b.year - a.year) * 12 + b.month - a.month;
}

function monthLengths(park: Park, fromMs: number, count: number): { startMs: number; days: number }[] {
  const lengths: { startMs: number; days: number }[] = [];
  let startMs = fromMs;
  for (let i = 0; i < count; i++) {
    const endMs = park.calendar.next(startMs, "1M");
    lengths.push({ startMs, days: Math.round((endMs - startMs) / 86_400_000) });
    startMs = endMs;
  }
  return lengths;
}

function localMidnight(park: Park, date: string): number {
  const [year, month, day] = date.split("-").map(Number);
  return park.calendar.at(year ?? 0, month ?? 1, day ?? 1);
}
