import { targetAt } from "../../standards/pathway/target-line.ts";
import type { PathwayAnswer } from "../answers/pathway.ts";
import type { Cell, FileLanguage, Table } from "./table.ts";

/** The path as a table: a row a month, what was and what is foretold beside the target. */

const HEAD = {
  month: { zh: "月", en: "Month" },
  kind: { zh: "种类", en: "Kind" },
  value: { zh: "当月 tCO2/tce", en: "Month tCO2/tce" },
  rolling: { zh: "近 12 个月 tCO2/tce", en: "Twelve months tCO2/tce" },
  months: { zh: "已知月数", en: "Months known" },
  target: { zh: "目标线 tCO2/tce", en: "Target line tCO2/tce" },
  p10: { zh: "P10 tCO2/tce", en: "P10 tCO2/tce" },
  p25: { zh: "P25 tCO2/tce", en: "P25 tCO2/tce" },
  p75: { zh: "P75 tCO2/tce", en: "P75 tCO2/tce" },
  p90: { zh: "P90 tCO2/tce", en: "P90 tCO2/tce" },
  scenario: { zh: "情景 tCO2/tce", en: "Scenario tCO2/tce" },
  missing: { zh: "缺失占比", en: "Share missing" },
} as const;

const KINDS = { actual: { zh: "实际", en: "Actual" }, forecast: { zh: "预测", en: "Forecast" } } as const;

export function pathwayTable(answer: PathwayAnswer, language: FileLanguage): Table {
  const line = answer.target.map((p) => ({ timeMs: Date.parse(p.time), value: p.tco2PerTce }));
  const targetOf = (time: string): number | null => targetAt(line, Date.parse(time));
  const scenario = new Map(
    (answer.scenario?.points ?? []).slice(1).map((p) => [p.time.slice(0, 7), p.tco2PerTce]),
  );
  const actual = answer.actual.map((m): Cell[] => [
    m.month,
    KINDS.actual[language],
    m.tco2PerTce,
    m.rolling?.tco2PerTce ?? null,
    m.rolling?.months ?? null,
    targetOf(m.time),
    null,
    null,
    null,
    null,
    null,
    m.coverage.missing,
  ]);
  // The first point is what is known now, and in the actual rows already.
  const foretold = (answer.forecast?.points ?? [])
    .slice(1)
    .map((p): Cell[] => [
      p.time.slice(0, 7),
      KINDS.forecast[language],
      null,
      p.tco2PerTce,
      null,
      targetOf(p.time),
      p.range?.p10 ?? null,
      p.range?.p25 ?? null,
      p.range?.p75 ?? null,
      p.range?.p90 ?? null,
      scenario.get(p.time.slice(0, 7)) ?? null,
      null,
    ]);
  return {
    file: `pathway-${answer.boundary}-${answer.asOf.slice(0, 10)}`,
    sheet: language === "en" ? "Path" : "路径",
    head: Object.values(HEAD).map((word) => word[language]),
    rows: [...actual, ...foretold],
    notes: notesOf(answer, language),
  };
}

function notesOf(answer: PathwayAnswer, language: FileLanguage): Cell[][] {
  const { forecast, gap, scenario } = answer;
  const en = language === "en";
  const test = forecast?.backTest ?? null;
  return [
    [en ? "As of" : "截至", answer.asOf],
    ...(answer.simulated ? [[en ? "Simulated data" : "模拟数据"]] : []),
    ...(forecast === null ? [] : [[en ? "Forecast" : "预测", forecast.description[language]]]),
    ...(test === null
      ? []
      : [
          [en ? "Back-test origins" : "回测起点数", test.origins],
          [en ? "Mean absolute error, %" : "平均绝对误差，%", test.meanAbsolutePercent],
          [en ? "Share of actual values inside P10–P90" : "实际落在 P10–P90 的比例", test.insideShare],
        ]),
    ...(gap === null
      ? []
      : [
          [en ? "Gap, t CO2" : "差距，tCO2", gap.gapTco2],
          [en ? "Gap, kWh of zero-factor power" : "差距，kWh 零因子电", gap.gapKwh],
          [en ? "Reachable by electricity" : "只靠电力可达", String(gap.reachable)],
          [en ? "Fuel cut needed, t CO2/tce" : "须减燃料，tCO2/tce", gap.fuelCutTco2PerTce],
        ]),
    ...answer.projects.map((p): Cell[] => [p.name[language], `${p.lever} ${p.amount}`, p.from, p.evidence]),
    ...(scenario === null
      ? []
      : Object.entries(scenario.amounts).map(([lever, amount]): Cell[] => [
          en ? "Scenario" : "情景",
          lever,
          amount,
        ])),
    ...answer.remarks.map((r): Cell[] => [r.code, r[language]]),
  ];
}
