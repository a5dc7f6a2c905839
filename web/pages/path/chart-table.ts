import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import { percent } from "../../format.ts";
import { sideOf, t } from "../../i18n/i18n.ts";
import type { TableData } from "../../ui/table.tsx";

const date = (time: string): string => time.slice(0, 10);

/** Every point of the chart at full precision. */
export function tableOf(answer: PathwayAnswer): TableData {
  const rows = [
    ...answer.target.map((point) => [
      t("path.chart.kindTarget"),
      date(point.time),
      point.tco2PerTce,
      "",
      null,
      null,
      null,
      null,
    ]),
    ...answer.declared.map((point) => [
      t("path.chart.kindDeclared"),
      date(point.time),
      point.tco2PerTce,
      sideOf(point.evidence),
      null,
      null,
      null,
      null,
    ]),
    ...answer.actual.map((month) => [
      t("path.chart.kindActual"),
      month.month,
      month.rolling?.tco2PerTce ?? null,
      percent(1 - month.coverage.missing),
      month.tco2PerTce,
      null,
      null,
      null,
    ]),
    ...(answer.forecast?.points ?? [])
      .slice(1)
      .map((point) => [
        t("path.chart.kindForecast"),
        date(point.time),
        point.tco2PerTce,
        "",
        null,
        point.range?.p10 ?? null,
        point.range?.p90 ?? null,
        answer.scenario?.points.find((one) => one.time === point.time)?.tco2PerTce ?? null,
      ]),
  ];
  return {
    file: `pathway-${answer.boundary}`,
    caption: t("path.chart.title"),
    columns: [
      { label: t("path.chart.colWhat") },
      { label: t("path.chart.colTime") },
      { label: t("path.chart.colValue"), digits: 4 },
      { label: t("path.chart.colCoverage") },
      { label: t("path.chart.colMonth"), digits: 4 },
      { label: "P10", digits: 4 },
      { label: "P90", digits: 4 },
      { label: t("path.chart.colScenario"), digits: 4 },
    ],
    rows,
  };
}
