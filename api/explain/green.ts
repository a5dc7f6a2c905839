import { LEAST_COVERAGE } from "../../standards/park-carbon.ts";
import type { GreenPowerAnswer } from "../answers/green.ts";
import { greenPowerAnswer } from "../green-power.ts";
import type { GREEN_SHARES } from "./ask.ts";
import {
  type ExplainDeps,
  type ExplainQuery,
  figureText,
  type Group,
  groupOf,
  type Made,
  NOTHING_OPEN,
  plainRow,
  type Row,
} from "./parts.ts";
import { type TermAmount, termGroup } from "./term.ts";

/** A green share: what counts in it by source, over the use by meter. */

type Share = (typeof GREEN_SHARES)[number];
type Source = GreenPowerAnswer["sources"][number];

const SHARE_WORDS = {
  annual: {
    name: { zh: "年度绿电占比", en: "Annual green share" },
    formula: { zh: "零因子电量 ÷ 用电量", en: "zero-factor power ÷ use" },
    part: (s: Source) => s.energyKwh,
  },
  "hour-matched": {
    name: { zh: "逐时匹配率", en: "Hour-matched share" },
    formula: {
      zh: "Σ 各刻 min(绿电, 用电) ÷ 用电量；估算的一刻按 0 计",
      en: "Σ over quarter-hours of min(green, use) ÷ use; an estimated quarter-hour counts 0",
    },
    part: (s: Source) => s.matchedKwh,
  },
  direct: {
    name: { zh: "直供率", en: "Direct-supply share" },
    formula: { zh: "自建光伏与直连电量 ÷ 用电量", en: "own PV and direct lines ÷ use" },
    part: (s: Source) => s.directKwh,
  },
} as const satisfies Record<Share, unknown>;

/** Numerator and denominator of a share. @throws StoreError */
async function greenGroups(
  deps: ExplainDeps,
  query: ExplainQuery,
  share: Share,
  answer: GreenPowerAnswer,
): Promise<readonly [Group, Group]> {
  const { part } = SHARE_WORDS[share];
  const rows = answer.sources
    .filter((s) => s.id !== "other-grid")
    .flatMap((s): Row[] => {
      const amount = part(s);
      return amount === null ? [] : [plainRow({ id: s.id, name: s.name, amount, unit: "kWh" })];
    });
  if (share !== "direct" && answer.soldKwh > 0)
    rows.push(
      plainRow({
        id: "sold",
        name: { zh: "减：绿证已售出的光伏", en: "Less: PV whose certificates were sold" },
        amount: -answer.soldKwh,
        unit: "kWh",
      }),
    );
  const use: TermAmount = {
    id: "use",
    amount: answer.useKwh,
    unit: "kWh",
    meters: [],
    basis: "metered",
    declared: [],
    flows: [{ kind: "use", sign: 1 }],
    less: [],
  };
  const denominator = await termGroup(deps, query, use);
  return [
    groupOf("numerator", { zh: "分子 · 绿电", en: "Numerator: green power" }, "kWh", rows),
    { ...denominator, id: "denominator", name: { zh: "分母 · 用电", en: "Denominator: use" } },
  ];
}

/** A green share of a scope. @throws StoreError */
export async function explainGreen(
  deps: ExplainDeps,
  query: ExplainQuery,
  share: keyof typeof SHARE_WORDS,
): Promise<Made> {
  const answer = await greenPowerAnswer(deps, query);
  const words = SHARE_WORDS[share];
  const [over, under] = await greenGroups(deps, query, share, answer);
  const value =
    share === "annual"
      ? answer.annualShare
      : share === "direct"
        ? answer.directShare
        : answer.hourMatchedShare;
  return {
    settled: answer.settled,
    simulated: answer.simulated,
    provisional: answer.coverage.missing > 1 - LEAST_COVERAGE || query.toMs > query.nowMs,
    factorSets: [],
    remarks: answer.remarks,
    name: words.name,
    value: value === null ? null : value * 100,
    unit: "%",
    coverage: answer.coverage,
    formula: words.formula,
    clause: null,
    calculation: `${figureText(over.result, "kWh", 1)} ÷ ${figureText(under.result, "kWh", 1)} = ${figureText(value === null ? null : value * 100, "%", 2)}`,
    groups: [over, under],
    readings: null,
    ...NOTHING_OPEN,
  };
}
