import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { unitText } from "../common/amounts.ts";
import { states } from "../common/listed.tsx";
import { lastDay } from "../common/months.ts";
import { Remarks } from "../common/remarks.tsx";
import { Chart } from "./chart.tsx";
import { tableOf } from "./chart-table.ts";

/** What is foretold, how, and how well that held where it can be known. */
function ForecastNote({
  answer,
  indicators,
}: {
  answer: PathwayAnswer;
  indicators: IndicatorsAnswer | null;
}) {
  const { forecast, gap } = answer;
  if (forecast === null) return <p class="note">{t("path.chart.noForecast")}</p>;
  const test = forecast.backTest;
  const shifted = answer.projects.some((project) => project.shiftsForecast);
  const method = t(`path.method.${forecast.method}`);
  const equivalent = indicators?.core.denominator.find((term) => term.id === "electricity")?.factor;
  return (
    <p class="note" title={nameOf(forecast.description)}>
      {t(shifted ? "path.chart.methodWithProjects" : "path.chart.methodIs", { method })}
      {test === null
        ? t("path.chart.noRange", { months: forecast.missingMonths })
        : t("path.chart.backTest", {
            origins: test.origins,
            error: fixed(test.meanAbsolutePercent, 1),
            inside: percent(test.insideShare, 0),
          })}
      {test !== null && t("path.chart.pastTest", { months: test.longestMonths })}
      {equivalent !== undefined &&
        t("path.chart.equivalent", {
          value: equivalent.value,
          unit: unitText(equivalent.unit),
          grade: equivalent.grade,
        })}
      {gap !== null && t("path.chart.gapFactor", { value: gap.factor.value, tce: fixed(gap.annualTce, 0) })}
    </p>
  );
}

/** The chart panel; while little is known it says so in the panel, not only on the tag. */
export function PathPanel(props: {
  readonly pathway: Asked<PathwayAnswer>;
  readonly indicators: IndicatorsAnswer | null;
  readonly explainLink: string | null;
}) {
  const { pathway } = props;
  const answer = pathway.data;
  const few =
    answer !== null && answer.now.days < 364.5
      ? t("path.strip.nowDays", { days: fixed(answer.now.days, 0) })
      : undefined;
  return (
    <Panel
      class="path-panel"
      room={[462, 487]}
      title={t("path.chart.title")}
      subtitle={t("path.chart.subtitle")}
      {...states(pathway)}
      empty={answer !== null && answer.target.length < 2 ? t("path.chart.noTarget") : undefined}
      provisional={answer?.provisional === true ? (few ?? true) : undefined}
      actions={
        props.explainLink === null ? undefined : (
          <a class="button" href={props.explainLink}>
            {t("path.chart.how")}
          </a>
        )
      }
      table={answer === null ? undefined : () => tableOf(answer)}
    >
      {answer !== null && (
        <>
          <Chart answer={answer} />
          <ForecastNote answer={answer} indicators={props.indicators} />
          {few !== undefined && (
            <p class="few-days">
              <StatusWord status="provisional">
                {t("path.chart.few", {
                  days: fixed(answer.now.days, 0),
                  from: answer.now.from.slice(0, 10),
                  to: lastDay(answer.now.to),
                })}
              </StatusWord>
            </p>
          )}
          <Remarks remarks={answer.remarks} first={0} />
        </>
      )}
    </Panel>
  );
}
