import { describePath } from "../pathway/describe.ts";
import { readPath } from "../pathway/path.ts";
import {
  asks,
  type ExplainDeps,
  type ExplainQuery,
  figureText,
  groupOf,
  type Made,
  NOTHING_OPEN,
  plainRow,
  readingOf,
} from "./parts.ts";

/** What a boundary's forecast lacks in the target's year; null for another scope, or where there is no gap to tell. @throws StoreError */
export async function explainGap(deps: ExplainDeps, query: ExplainQuery): Promise<Made | null> {
  if (query.scope.kind !== "boundary") return null;
  const path = await readPath(deps, {
    boundary: query.scope.id,
    nowMs: query.nowMs,
    ...readingOf(query),
  });
  const answer = describePath(path);
  const { gap, forecast } = answer;
  if (gap === null) return null;
  const carbonOf = (tco2PerTce: number) => tco2PerTce * gap.annualTce;
  const rows = [
    plainRow({
      id: "forecast",
      name: {
        zh: `${gap.year} 年预测 ${gap.forecastTco2PerTce.toFixed(4)} tCO2/tce × 能耗`,
        en: `forecast of ${gap.year}, ${gap.forecastTco2PerTce.toFixed(4)} tCO2/tce × energy`,
      },
      amount: carbonOf(gap.forecastTco2PerTce),
      unit: "tCO2",
    }),
    plainRow({
      id: "target",
      name: {
        zh: `减：目标 ${gap.targetTco2PerTce} tCO2/tce × 能耗`,
        en: `less: target ${gap.targetTco2PerTce} tCO2/tce × energy`,
      },
      amount: -carbonOf(gap.targetTco2PerTce),
      unit: "tCO2",
    }),
  ];
  // The forecast rests on what is measured: the present value opens down to the readings.
  const { calendar } = deps.park;
  const fromMs = Date.parse(answer.now.from);
  const toMs = calendar.next(calendar.floor(Date.parse(answer.now.to) - 1, "1d"), "1d");
  const present = groupOf("present", { zh: "预测所依据", en: "What the forecast rests on" }, "tCO2/tce", [
    plainRow({
      id: "now",
      name: { zh: "现在的单位能耗碳排放", en: "carbon per unit of energy now" },
      amount: answer.now.tco2PerTce,
      unit: "tCO2/tce",
      opens: asks(deps, "carbon-per-tce", { scope: query.scope, fromMs, toMs }),
    }),
  ]);
  const group = groupOf("gap", { zh: "差距", en: "The gap" }, "tCO2", rows);
  return {
    settled: answer.settled,
    simulated: answer.simulated,
    provisional: answer.provisional,
    factorSets: answer.factorSets,
    remarks: answer.remarks,
    name: { zh: `${gap.year} 年差距（零因子电）`, en: `Gap of ${gap.year} in zero-factor power` },
    value: gap.gapKwh,
    unit: "kWh",
    coverage: null,
    formula: {
      zh: "(预测 − 目标) × 年能耗 ÷ 其余电力因子",
      en: "(forecast − target) × the year's energy ÷ the factor of all other electricity",
    },
    clause: forecast === null ? null : forecast.description,
    calculation: `${figureText(gap.gapTco2, "tCO2", 1)} ÷ ${gap.factor.value} ${gap.factor.unit} = ${figureText(gap.gapKwh, "kWh", 0)}`,
    groups: [group, present],
    readings: [],
    ...NOTHING_OPEN,
  };
}
