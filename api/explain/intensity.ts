import type { IndicatorsAnswer } from "../answers/indicators.ts";
import { indicatorsAnswer } from "../indicators.ts";
import { CARBON_METHODS } from "./ask.ts";
import { carbonParts } from "./carbon.ts";
import {
  asks,
  type ExplainDeps,
  type ExplainQuery,
  figureText,
  frameOf,
  type Group,
  groupOf,
  type Made,
  NOTHING_OPEN,
  readingOf,
  sumText,
  termRow,
} from "./parts.ts";
import { AMOUNT_FORMULA, CONSUMED, type TermAmount, termGroup } from "./term.ts";

/** 单位能耗碳排放 and 综合能源消费量: their terms, each opening its amount. */

type Core = IndicatorsAnswer["core"];

function numeratorGroup(deps: ExplainDeps, query: ExplainQuery, core: Core): Group {
  const rows = core.numerator.map((t) =>
    termRow(t, {
      result: t.carbonT,
      basis: t.basis,
      opens: asks(deps, `carbon:${CARBON_METHODS[0]}/${t.id}`, query),
    }),
  );
  return groupOf("numerator", { zh: "分子 · 排放", en: "Numerator: emissions" }, "tCO2", rows);
}

function denominatorGroup(deps: ExplainDeps, query: ExplainQuery, core: Core): Group {
  const rows = core.denominator.map((t) =>
    termRow(t, { result: t.tce, opens: asks(deps, `consumption/${t.id}`, query) }),
  );
  return groupOf("denominator", { zh: "分母 · 能耗", en: "Denominator: energy" }, "tce", rows);
}

const CONSUMPTION = {
  name: { zh: "年综合能源消费量", en: "Energy consumption" },
  formula: { zh: "Σ 消费量 × 折标准煤系数", en: "Σ amount × coal equivalent" },
  clause: {
    zh: "发改环资〔2025〕910号 附件3：电力按等价值",
    en: "NDRC notice 2025 No. 910, Annex 3: electricity at 等价值",
  },
};

async function boundaryIndicators(deps: ExplainDeps, query: ExplainQuery) {
  if (query.scope.kind !== "boundary") return null;
  const { fromMs, toMs, nowMs } = query;
  return await indicatorsAnswer(deps, { boundary: query.scope.id, fromMs, toMs, nowMs, ...readingOf(query) });
}

/** 单位能耗碳排放 of a boundary; null for another scope. @throws StoreError */
export async function explainIntensity(deps: ExplainDeps, query: ExplainQuery): Promise<Made | null> {
  const answer = await boundaryIndicators(deps, query);
  if (answer === null) return null;
  const { core } = answer;
  const over = numeratorGroup(deps, query, core);
  const under = denominatorGroup(deps, query, core);
  return {
    ...frameOf(answer),
    name: core.name,
    value: core.value,
    unit: core.unit,
    coverage: answer.coverage,
    formula: core.formula,
    clause: core.clause,
    calculation: `${figureText(over.result, "tCO2", 1)} ÷ ${figureText(under.result, "tce", 1)} = ${figureText(core.value, core.unit, 4)}`,
    groups: [over, under],
    readings: null,
    sensitivity: sensitivityOf(answer),
    openQuestions: answer.openQuestions,
  };
}

/** 综合能源消费量 of a boundary, or one term of it; null for another scope or term. @throws StoreError */
export async function explainConsumption(
  deps: ExplainDeps,
  query: ExplainQuery,
  term: string | null,
): Promise<Made | null> {
  const answer = await boundaryIndicators(deps, query);
  if (answer === null) return null;
  const { core } = answer;
  const frame = { ...frameOf(answer), coverage: answer.coverage, clause: CONSUMPTION.clause, readings: null };
  const whole = denominatorGroup(deps, query, core);
  if (term === null)
    return {
      ...frame,
      name: CONSUMPTION.name,
      value: core.consumptionTce,
      unit: "tce",
      formula: CONSUMPTION.formula,
      calculation: sumText(whole),
      groups: [whole],
      ...NOTHING_OPEN,
    };
  const found = core.denominator.find((t) => t.id === term);
  if (found === undefined) return null;
  const isElectricity = term === "electricity";
  // A fuel's meters and entries are those of its carbon: the same amount, another factor.
  const twin = isElectricity
    ? null
    : ((await carbonParts(deps, query, CARBON_METHODS[0])).figure.terms.find((t) => t.id === term) ?? null);
  const of: TermAmount = {
    id: term,
    amount: found.amount,
    unit: found.unit,
    meters: twin?.meters ?? [],
    basis: twin?.basis ?? "metered",
    declared: twin?.declared ?? [],
    flows: isElectricity ? CONSUMED : null,
    less: [],
  };
  const group = await termGroup(deps, query, of);
  return {
    ...frame,
    name: found.name,
    value: found.amount,
    unit: found.unit,
    formula: isElectricity ? { zh: "外购 − 外送 + 自发", en: "in − out + own PV" } : AMOUNT_FORMULA,
    calculation: sumText(group),
    groups: [group],
    ...NOTHING_OPEN,
  };
}

function sensitivityOf({ core, alternatives }: NonNullable<Awaited<ReturnType<typeof boundaryIndicators>>>) {
  const others = alternatives.map(({ name, value, grade }) => ({ name, value, grade }));
  const named = new Set(others.map((o) => o.name.zh));
  return [...core.sensitivity.filter((s) => !named.has(s.name.zh)), ...others];
}
