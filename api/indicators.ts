import type { Scope } from "../park/topology.ts";
import { carbonPerTce, energyConsumption, equivalentFactor } from "../standards/energy-consumption.ts";
import { factorBook } from "../standards/factors/book.ts";
import { coreTarget, DIRECT_SUPPLY_IN_PRINCIPLE, guidingIndicators } from "../standards/indicators.ts";
import { LEAST_COVERAGE, nationalParkCarbon } from "../standards/park-carbon.ts";
import { uniqueRemarks } from "../standards/remark.ts";
import { REMARKS } from "../standards/remarks.ts";
import type { IndicatorsAnswer } from "./answers/indicators.ts";
import { factorUsed, type StandardsDeps } from "./standards/deps.ts";
import { factorDate } from "./standards/figures.ts";
import { greenParts } from "./standards/green-sums.ts";
import { boundaryOf, equivalentOf, knownPart, rollingYear } from "./standards/rolling.ts";
import { readSpans } from "./standards/spans.ts";

/** 等价值 seen elsewhere: how much hangs on the number that is still to be confirmed. */
const OTHER_EQUIVALENTS = [
  { kgcePerKwh: 0.28078, authority: "DB31/T 783-2026 附录A（上海统计 2024）", grade: "C" },
  { kgcePerKwh: 0.298, authority: "第三方系统所用值", grade: "C" },
  { kgcePerKwh: 0.31, authority: "第三方系统所用值", grade: "C" },
] as const;

/**
 * GET /indicators: Annex 3 for a boundary. Without a span the twelve months up to now, from the first day
 * metered. Spans lie on days.
 * @throws StoreError; RangeError for an unknown boundary.
 */
export async function indicatorsAnswer(
  deps: StandardsDeps,
  query: {
    readonly boundary: string;
    readonly nowMs: number;
    readonly fromMs?: number;
    readonly toMs?: number;
    readonly factors?: readonly string[];
  },
): Promise<IndicatorsAnswer> {
  const { park, matching } = deps;
  const { nowMs } = query;
  const boundary = boundaryOf(park, query.boundary);
  const scope: Scope = { kind: "boundary", id: boundary.id };
  const year = rollingYear(park, nowMs);
  const rolling = query.fromMs === undefined || query.toMs === undefined;
  const wanted = rolling ? year : { fromMs: query.fromMs ?? year.fromMs, toMs: query.toMs ?? year.toMs };
  const chosen = rolling ? ((await knownPart(deps, scope, wanted, nowMs)) ?? wanted) : wanted;
  const energy = await readSpans(deps, scope, [chosen], nowMs);
  const span = energy.spans[0];
  if (span === undefined) throw new Error("no span was read");
  const date = factorDate(deps, span);
  const book = factorBook({ pins: query.factors ?? [] });
  const options = { date, book };
  const carbon = nationalParkCarbon(span.inputs, options);
  const equivalent = equivalentOf(boundary, book, date);
  const consumption = energyConsumption(span.inputs, equivalent, options);
  const value = carbonPerTce(carbon.totalKg, consumption.totalTce);
  const { target, tier, remark } = coreTarget(boundary.annualConsumption ?? null);

  const days = await matching.days(chosen.fromMs, chosen.toMs, nowMs);
  const green = greenParts(park, scope, days, energy.contracts, chosen, span.flows.use.value);

  const sensitivity: IndicatorsAnswer["core"]["sensitivity"] = [];
  for (const other of OTHER_EQUIVALENTS) {
    const factor = equivalentFactor(boundary.id, other);
    const alternative = energyConsumption(span.inputs, factor, options).totalTce;
    sensitivity.push({
      name: { zh: `等价值 ${other.kgcePerKwh}`, en: `Equivalent value ${other.kgcePerKwh}` },
      value: carbonPerTce(carbon.totalKg, alternative),
      grade: other.grade,
    });
  }
  const newer = book.require("electricity-co2", "nation/fossil", date);
  const fossil = carbon.terms.find((t) => t.id === "electricity-in-fossil");
  const withNewer =
    carbon.totalKg === null || fossil?.amount == null
      ? null
      : carbon.totalKg + fossil.amount * (newer.value - fossil.factor.value);
  sensitivity.push({
    name: {
      zh: `其余电力 ${newer.value}（${newer.year}年）`,
      en: `Other electricity ${newer.value} (${newer.year})`,
    },
    value: carbonPerTce(withNewer, consumption.totalTce),
    grade: newer.grade,
  });

  const short = chosen.fromMs > year.fromMs && rolling;
  return {
    boundary: boundary.id,
    name: boundary.name ?? null,
    standard: boundary.standard,
    from: park.calendar.iso(chosen.fromMs),
    to: park.calendar.iso(chosen.toMs),
    settled: energy.settled,
    simulated: energy.simulated,
    coverage: span.coverage,
    provisional:
      carbon.provisional || span.toMs > nowMs || short || span.coverage.missing > 1 - LEAST_COVERAGE,
    core: {
      id: "carbon-per-tce",
      name: { zh: "单位能耗碳排放", en: "Carbon per unit of energy consumed" },
      unit: "tCO2/tce",
      value,
      target,
      tier,
      met: value === null ? null : value <= target,
      carbonT: carbon.totalKg === null ? null : carbon.totalKg / 1000,
      consumptionTce: consumption.totalTce,
      numerator: carbon.terms.map((t) => ({
        id: t.id,
        name: { ...t.name },
        amount: t.amount,
        unit: t.unit,
        factor: factorUsed(t.factor),
        carbonT: t.carbonKg === null ? null : t.carbonKg / 1000,
      })),
      denominator: consumption.terms.map((t) => ({
        id: t.id,
        name: { ...t.name },
        amount: t.amount,
        unit: t.unit,
        factor: factorUsed(t.factor),
        tce: t.tce,
      })),
      formula: {
        zh: "(E_燃烧 + E_电 + E_热) ÷ 综合能源消费量",
        en: "(E_fuel + E_el + E_heat) ÷ energy consumption",
      },
      clause: {
        zh: "发改环资〔2025〕910号 附件3 单位能耗碳排放；附件4 E_园区",
        en: "NDRC notice 2025 No. 910, Annex 3 (carbon per unit of energy), Annex 4 (E_park)",
      },
      sensitivity,
    },
    directSupply: {
      share: green.directShare,
      inPrinciple: DIRECT_SUPPLY_IN_PRINCIPLE,
      met: green.directShare === null ? null : green.directShare >= DIRECT_SUPPLY_IN_PRINCIPLE,
    },
    guiding: guidingIndicators(green.annualShare).map((g) => ({ ...g, name: { ...g.name } })),
    factorSets: book.used(),
    remarks: uniqueRemarks(
      carbon.remarks,
      consumption.remarks,
      remark === null ? [] : [remark],
      [REMARKS.directSupplyOpen],
      energy.contracts.months.length > 0 ? [REMARKS.contractsByKnownTime, REMARKS.contractsDeclared] : [],
      span.flows.storageIn.meters.length > 0 ? [REMARKS.storageNotTraced] : [],
      short ? [REMARKS.yearNotComplete] : [],
    ),
  };
}
