import type { Scope } from "../park/topology.ts";
import { flips, type Judged, judgeCore, tierMargin, zeroShareNeeded } from "../standards/core-indicator.ts";
import { GREEN_REMARKS } from "../standards/green/remarks.ts";
import { guidingIndicators } from "../standards/guiding.ts";
import { DIRECT_SUPPLY_IN_PRINCIPLE } from "../standards/indicators.ts";
import { METHOD_REMARKS } from "../standards/method/remarks.ts";
import { OPEN_QUESTIONS } from "../standards/open-questions.ts";
import { LEAST_COVERAGE, worstGrade } from "../standards/park-carbon.ts";
import { type Remark, uniqueRemarks } from "../standards/remark.ts";
import { REMARKS } from "../standards/remarks.ts";
import { findRuleSet } from "../standards/rules/released.ts";
import { type RuleSet, targetFor } from "../standards/rules/rule-set.ts";
import type { IndicatorsAnswer } from "./answers/indicators.ts";
import { alternativesOf } from "./standards/alternatives.ts";
import { factorUsed, type StandardsDeps } from "./standards/deps.ts";
import { factorDate, missingTerms } from "./standards/figures.ts";
import { type Evaluated, evaluate, type Reading } from "./standards/figures-of.ts";
import { greenParts } from "./standards/green-sums.ts";
import { guidingData } from "./standards/guiding-data.ts";
import { boundaryOf, daysPassed, equivalentOf, knownPart, rollingYear } from "./standards/rolling.ts";
import { readSpans } from "./standards/spans.ts";

const YEAR_DAYS = 365;

/**
 * GET /indicators: the indicators of a boundary by the rule set that it names. Without a span the twelve months up to now,
 * from the first day known. Spans lie on days.
 * @throws StoreError; RangeError for an unknown boundary or standard.
 */
export async function indicatorsAnswer(
  deps: StandardsDeps,
  query: {
    readonly boundary: string;
    readonly nowMs: number;
    readonly fromMs?: number;
    readonly toMs?: number;
    readonly factors?: readonly string[];
    readonly exports?: Reading["exports"];
  },
): Promise<IndicatorsAnswer> {
  const { park, matching } = deps;
  const { nowMs } = query;
  const boundary = boundaryOf(park, query.boundary);
  const rules = findRuleSet(boundary.standard);
  if (rules === null) throw new RangeError(`no rule set ${boundary.standard}`);
  const scope: Scope = { kind: "boundary", id: boundary.id };
  const year = rollingYear(park, nowMs);
  const rolling = query.fromMs === undefined || query.toMs === undefined;
  const wanted = rolling ? year : { fromMs: query.fromMs ?? year.fromMs, toMs: query.toMs ?? year.toMs };
  const chosen = rolling ? ((await knownPart(deps, scope, wanted, nowMs)) ?? wanted) : wanted;
  const energy = await readSpans(deps, scope, [chosen], nowMs);
  const span = energy.spans[0];
  if (span === undefined) throw new Error("no span was read");
  const date = factorDate(deps, span);
  const reading: Reading = { factors: query.factors ?? [], exports: query.exports ?? "own-kind" };
  const evaluateBy = (by: Reading) =>
    evaluate(span.inputs, date, by, (book, on) => equivalentOf(boundary, book, on));
  const now = evaluateBy(reading);
  const { carbon, consumption, value, book } = now;

  const days = daysPassed(chosen, nowMs);
  const wholeYear = days >= YEAR_DAYS - 0.5;
  const annualOf = (e: Evaluated) => {
    const tce = e.consumption.totalTce;
    return tce === null || days <= 0 ? null : wholeYear ? tce : (tce * YEAR_DAYS) / days;
  };
  const judgeYear = park.calendar.parts(chosen.toMs - 1).year;
  const judge = (e: Evaluated) =>
    judgeCore(
      rules,
      e.value,
      { annualTce: annualOf(e), wholeYear, declaredTier: boundary.annualConsumption ?? null },
      judgeYear,
    );
  const judged = judge(now);
  const alternatives = alternativesOf(reading, evaluateBy);
  const annualTce = annualOf(now);

  const matched = await matching.days(chosen.fromMs, chosen.toMs, nowMs);
  const useKwh = span.flows.use.value;
  const green = greenParts(park, scope, matched, energy.contracts, chosen, useKwh);
  const inPrinciple = rules.directSupply?.share ?? DIRECT_SUPPLY_IN_PRINCIPLE;
  const directMet = green.directShare === null ? null : green.directShare >= inPrinciple;
  const data = await guidingData(deps, {
    boundary,
    span,
    zeroFactorShare: green.annualShare,
    book,
    date,
    nowMs,
  });

  const short = chosen.fromMs > year.fromMs && rolling;
  const missing = missingTerms(carbon);
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
      ...judged,
      tierNote: judged.tier === "below" ? { ...rules.core.below } : null,
      carbonT: carbon.totalKg === null ? null : carbon.totalKg / 1000,
      consumptionTce: consumption.totalTce,
      annualTce,
      annualScaled: !wholeYear,
      tierMargin: tierMargin(rules, annualTce),
      grade: worstGrade([
        carbon.grade,
        ...consumption.terms.filter((t) => t.amount !== 0).map((t) => t.factor.grade),
      ]),
      numerator: carbon.terms.map((t) => ({
        id: t.id,
        name: { ...t.name },
        amount: t.amount,
        unit: t.unit,
        factor: factorUsed(t.factor),
        carbonT: t.carbonKg === null ? null : t.carbonKg / 1000,
        basis: t.basis,
        declared: [...t.declared],
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
        zh: "(E_燃烧 + E_转换 + E_电 + E_热 + E_过程) ÷ 综合能源消费量",
        en: "(E_fuel + E_conversion + E_el + E_heat + E_process) ÷ energy consumption",
      },
      clause: { ...rules.core.clause },
      zeroShareNeeded: neededOf(rules, now, judgeYear),
      sensitivity: alternatives
        .filter((a) => a.question.id !== "exports")
        .map(({ question, option, evaluated, grade }) => ({
          name:
            question.id === "electricity-equivalent"
              ? { zh: `等价值 ${option.name.zh}`, en: `Equivalent value ${option.name.en}` }
              : { zh: `其余电力 ${option.name.zh}`, en: `Other electricity ${option.name.en}` },
          value: evaluated.value,
          grade,
        })),
    },
    directSupply: {
      share: green.directShare,
      shareWithoutOwnPv: green.directShareWithoutOwn,
      inPrinciple,
      met: directMet,
      warning: directMet === false ? directWarning(inPrinciple) : null,
    },
    guiding: guidingIndicators(rules, data, judgeYear).map((g) => ({
      ...g,
      name: { ...g.name },
      parts: g.parts.map((p) => ({
        ...p,
        name: { ...p.name },
        meters: [...p.meters],
        declared: [...p.declared],
      })),
      declared: [...g.declared],
      note: g.note === null ? null : { ...g.note },
    })),
    alternatives: alternatives.map(({ question, option, evaluated, grade }) => {
      const other = judge(evaluated);
      return {
        question: question.id,
        option: option.id,
        name: { ...option.name },
        grade,
        value: evaluated.value,
        carbonT: evaluated.carbon.totalKg === null ? null : evaluated.carbon.totalKg / 1000,
        consumptionTce: evaluated.consumption.totalTce,
        tier: other.tier,
        target: other.target,
        met: other.met,
        flips: flips(rules, { judged, annualTce }, { judged: other, annualTce: annualOf(evaluated) }),
        zeroShareNeeded: neededOf(rules, evaluated, judgeYear),
      };
    }),
    openQuestions: OPEN_QUESTIONS.map(({ id, question, asks, how }) => ({
      id,
      question: { ...question },
      asks: { ...asks },
      how,
    })),
    missing,
    factorSets: book.used(),
    remarks: uniqueRemarks(
      carbon.remarks,
      consumption.remarks,
      tierRemarks(judged, boundary.annualConsumption ?? null),
      [REMARKS.directSupplyOpen],
      energy.contracts.months.length > 0 ? [REMARKS.contractsByKnownTime, GREEN_REMARKS.claimsOnce] : [],
      span.flows.storageIn.meters.length > 0 ? [GREEN_REMARKS.storageTraced] : [],
      (span.inputs.soldKwh ?? 0) > 0 ? [GREEN_REMARKS.soldCertificates] : [],
      short ? [REMARKS.yearNotComplete] : [],
      span.flows.gridImport.basis === "declared" ? [METHOD_REMARKS.membersNotNetted] : [],
    ),
  };
}

function tierRemarks(judged: Judged, declared: string | null): Remark[] {
  if (judged.tier === "undeclared") return [REMARKS.tierNotDeclared];
  if (declared !== null && judged.tierBasis === "consumption" && judged.tier !== declared)
    return [METHOD_REMARKS.tierDiffers(declared)];
  return [];
}

/** For each tier's target of the year, the share of what is bought that must be of factor 0. */
function neededOf(rules: RuleSet, e: Evaluated, year: number): IndicatorsAnswer["core"]["zeroShareNeeded"] {
  const bought = e.carbon.terms.filter((t) => t.id.startsWith("electricity-in-"));
  const other = bought.find((t) => t.id === "electricity-in-fossil");
  const kwh = bought.reduce((sum, t) => sum + (t.amount ?? 0), 0);
  const restKg = (e.carbon.totalKg ?? 0) - (other?.carbonKg ?? 0);
  return rules.core.tiers.flatMap((tier) => {
    const target = targetFor(tier.targets, year);
    if (target === null) return [];
    const share =
      other === undefined || e.carbon.totalKg === null
        ? null
        : zeroShareNeeded(target.value, restKg, kwh * other.factor.value, e.consumption.totalTce);
    return [{ tier: tier.id, target: target.value, share }];
  });
}

function directWarning(share: number): Remark {
  const percent = Math.round(share * 100);
  return {
    code: "direct-supply-low",
    zh: `直接供应比例低于“原则上”的 ${percent}%：属提示，不影响核心指标结论。`,
    en: `Direct supply is under the ${percent} % asked “in principle”: a warning, which does not change the core indicator's verdict.`,
  };
}
