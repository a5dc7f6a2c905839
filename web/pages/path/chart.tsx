import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { kiosk } from "../../state.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { unitText } from "../common/amounts.ts";
import { lastDay } from "../common/months.ts";
import { Remarks } from "../common/remarks.tsx";
import { nearestStop } from "../common/steps.ts";
import { useStops } from "../common/stops.ts";
import { useWidth } from "../common/width.ts";
import { type PathChart, type PathStop, pathChart, polyline } from "./geometry.ts";
import { gapFigures } from "./strip.tsx";

const date = (time: string): string => time.slice(0, 10);

function stopText(stop: PathStop): string {
  const value = fixed(stop.value, 2);
  const when = date(stop.time);
  if (stop.kind === "declared")
    return t("path.chart.stopDeclared", { date: when, value, evidence: sideOf(stop.evidence ?? "") });
  if (stop.kind === "actual") return t("path.chart.stopActual", { month: stop.month ?? when, value });
  if (stop.kind === "forecast") {
    const parts = [t("path.chart.stopForecast", { date: when, value })];
    if (stop.range !== null)
      parts.push(
        t("path.chart.stopRange", { low: fixed(stop.range.p10, 2), high: fixed(stop.range.p90, 2) }),
      );
    if (stop.scenario !== null) parts.push(t("path.chart.stopScenario", { value: fixed(stop.scenario, 2) }));
    return parts.join(t("path.levers.between"));
  }
  return t("path.chart.stopTarget", { date: when, value });
}

function Plot({ answer, made, narrow }: { answer: PathwayAnswer; made: PathChart; narrow: boolean }) {
  const { plot, labels } = made;
  const gap = answer.gap;
  const figures = gap === null ? null : gapFigures(gap);
  const first = answer.declared[0];
  const declared = made.stops.find((stop) => stop.kind === "declared");
  const line = kiosk.value ? 28 : 17;
  const mid = made.target[Math.floor((made.target.length - 1) / 2)];
  const next = made.target[Math.floor((made.target.length - 1) / 2) + 1];
  const right = plot.right + (made.bracket === null ? 10 : 24);
  const rangeAt = made.ranges[0]?.[Math.floor((made.forecast.length - 1) * 0.55)];
  const scenarioAt = made.scenario[Math.floor((made.scenario.length - 1) * 0.5)];
  const shifted = answer.projects.some((project) => project.shiftsForecast);
  return (
    <>
      {made.yTicks.map((tick) => (
        <g key={tick.value}>
          <line
            class={tick.value === 0 ? "zero" : "rule"}
            x1={plot.left}
            x2={plot.right}
            y1={tick.y}
            y2={tick.y}
          />
          <text class="axis" x={plot.left - 8} y={tick.y + 4} text-anchor="end">
            {fixed(tick.value, 1)}
          </text>
        </g>
      ))}
      {made.xTicks.map((tick, at) => (
        <g key={tick.label}>
          <line class="zero" x1={tick.x} x2={tick.x} y1={plot.bottom} y2={plot.bottom + 4} />
          {(!narrow || at === 0 || at === made.xTicks.length - 1 || at === 1) && (
            <text
              class="axis"
              x={at === 0 ? tick.x - 4 : tick.x}
              y={plot.bottom + line + 2}
              text-anchor={at === 0 ? "start" : at === made.xTicks.length - 1 ? "end" : "middle"}
            >
              {tick.label}
            </text>
          )}
        </g>
      ))}
      {made.ranges.map((points, at) => (
        <polygon key={at} class={at === 0 ? "range-outer" : "range-inner"} points={polyline(points)} />
      ))}
      {made.required !== null && (
        <line
          class="target"
          x1={plot.left + (plot.right - plot.left) * 0.66}
          x2={made.bracket === null ? plot.right : made.bracket.x}
          y1={made.required.y}
          y2={made.required.y}
        />
      )}
      <polyline class="target" points={polyline(made.target)} />
      {mid !== undefined && next !== undefined && !narrow && (
        <text
          class="label target-label"
          x={(mid.x + next.x) / 2 - 12}
          y={(mid.y + next.y) / 2 + line}
          text-anchor="end"
        >
          {t("path.chart.targetLine", {
            from: answer.target[0]?.time.slice(0, 4) ?? "",
            to: answer.target.at(-1)?.time.slice(0, 4) ?? "",
          })}
        </text>
      )}
      {made.forecast.length > 1 && <polyline class="forecast" points={polyline(made.forecast)} />}
      {made.scenario.length > 1 && <polyline class="scenario" points={polyline(made.scenario)} />}
      {made.ranges.length > 0 && rangeAt !== undefined && !narrow && (
        <text class="label" x={rangeAt.x} y={rangeAt.y - 8} text-anchor="middle">
          {t(shifted ? "path.chart.rangeLabel" : "path.chart.rangeLabelPlain")}
        </text>
      )}
      {made.scenario.length > 1 && scenarioAt !== undefined && !narrow && (
        <>
          <polyline
            class="leader"
            points={`${scenarioAt.x - 118},${plot.bottom - line - 4} ${scenarioAt.x - 2},${scenarioAt.y + 3}`}
          />
          <text class="label" x={scenarioAt.x - 122} y={plot.bottom - line} text-anchor="end">
            {t("path.chart.scenarioLabel")}
          </text>
        </>
      )}
      {made.gaps.map((missing) => (
        <rect
          key={missing.month}
          class="missing-month"
          x={missing.x - 3}
          y={plot.bottom - 9}
          width="6"
          height="8"
        >
          <title>{t("path.chart.gapMonth", { month: missing.month })}</title>
        </rect>
      ))}
      {made.actualRuns.map((run) => (
        <g key={run[0]?.x}>
          {run.length > 1 && <polyline class="actual" points={polyline(run)} />}
          {run.map((point) => (
            <circle key={point.x} class="actual-dot" cx={point.x} cy={point.y} r="2.6" />
          ))}
        </g>
      ))}
      {declared !== undefined && first !== undefined && (
        <>
          <rect
            class="declared"
            x={declared.x - 3.5}
            y={declared.y - 3.5}
            width="7"
            height="7"
            transform={`rotate(45 ${declared.x} ${declared.y})`}
          />
          <text class="label" x={declared.x + 10} y={declared.y - 8}>
            <tspan class="strong">{fixed(first.tco2PerTce, 2)}</tspan>
            {!narrow && ` ${t("path.chart.declared", { year: first.time.slice(0, 4) })}`}
          </text>
        </>
      )}
      {made.now !== null && (
        <>
          <circle class="now-dot" cx={made.now.x} cy={made.now.y} r="5" />
          <text class="label" x={made.now.x + 10} y={made.now.y - 10}>
            <tspan class="strong">{fixed(answer.now.tco2PerTce, 2)}</tspan>
            {!narrow && ` ${t("path.chart.now", { date: lastDay(answer.now.to) })}`}
          </text>
        </>
      )}
      {gap !== null && labels.forecast !== null && (
        <>
          <circle class="end-dot" cx={plot.right} cy={made.forecast.at(-1)?.y ?? labels.forecast} r="4" />
          <text class="label" x={right} y={labels.forecast + 4}>
            <tspan class="strong">{fixed(gap.forecastTco2PerTce, 2)}</tspan>
            {!narrow &&
              ` ${t(shifted ? "path.chart.approvedEnd" : "path.chart.forecastEnd", { year: gap.year })}`}
          </text>
        </>
      )}
      {made.scenario.length > 1 && (
        <circle
          class="end-dot scenario-dot"
          cx={plot.right}
          cy={made.scenario.at(-1)?.y ?? plot.bottom}
          r="4"
        />
      )}
      {made.bracket !== null && (
        <path class="bracket" d={`M${made.bracket.x - 6} ${made.bracket.top}h6V${made.bracket.bottom}h-6`} />
      )}
      {made.bracket !== null && figures !== null && labels.gap !== null && (
        <text class="label" x={right} y={labels.gap - line + 4}>
          <tspan class="quiet" x={right}>
            {t("path.chart.gap")}
          </tspan>
          <tspan class="strong gap-label" x={right} dy={line}>
            {narrow ? `${figures.kt} kt` : `${figures.kt} ktCO₂`}
          </tspan>
          {!narrow && (
            <tspan x={right} dy={line}>
              {t("path.chart.gapEquals", { gwh: figures.gwh })}
            </tspan>
          )}
        </text>
      )}
      {made.required !== null && labels.required !== null && (
        <text class="label" x={right} y={labels.required + 4}>
          <tspan class="strong">≤{fixed(made.required.value, 2)}</tspan>
          {!narrow && ` ${t("path.chart.required")}`}
        </text>
      )}
    </>
  );
}

function tableOf(answer: PathwayAnswer): TableData {
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

function Chart({ answer }: { answer: PathwayAnswer }) {
  const [box, width] = useWidth<HTMLElement>();
  const narrow = width > 0 && width < 560;
  const big = kiosk.value;
  const height = big ? 280 : narrow ? 240 : Math.min(440, Math.max(300, Math.round(width * 0.36)));
  const right = narrow ? 84 : big ? 300 : 158;
  const made =
    width === 0
      ? null
      : pathChart(
          answer,
          { width, height, left: big ? 56 : 34, right, top: 26, bottom: big ? 40 : 26 },
          big ? 58 : 36,
        );
  const stops = made?.stops ?? [];
  const cursor = useStops(stops.length);
  const stop = cursor.at === null ? undefined : stops[cursor.at];
  const year = answer.gap?.year ?? answer.target.at(-1)?.time.slice(0, 4) ?? "";
  const common = {
    now: fixed(answer.now.tco2PerTce, 2),
    year,
    target: fixed(answer.gap?.targetTco2PerTce ?? answer.target.at(-1)?.tco2PerTce ?? null, 2),
    gaps: made?.gaps.length ?? 0,
  };
  const summary =
    answer.gap === null
      ? t("path.chart.summaryNoForecast", common)
      : t("path.chart.summary", { ...common, forecast: fixed(answer.gap.forecastTco2PerTce, 2) });
  return (
    <>
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: the chart is stepped through with the arrow keys */}
      <figure
        ref={box}
        class="plot-box"
        tabIndex={0}
        aria-label={`${t("path.chart.name", { year })}。${summary}`}
        onKeyDown={cursor.onKeyDown}
        onBlur={() => cursor.set(null)}
        onPointerMove={(event) =>
          cursor.set(nearestStop(stops, event.clientX - event.currentTarget.getBoundingClientRect().left))
        }
        onPointerLeave={() => cursor.set(null)}
      >
        <svg class="path-chart" width={width} height={height} aria-hidden="true">
          {made !== null && <Plot answer={answer} made={made} narrow={narrow} />}
          {made !== null && stop !== undefined && (
            <>
              <line class="cursor" x1={stop.x} x2={stop.x} y1={made.plot.top} y2={made.plot.bottom} />
              <circle class="cursor-dot" cx={stop.x} cy={stop.y} r="6" />
            </>
          )}
        </svg>
      </figure>
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: as above */}
      <div class="chart-foot">
        <ul class="key">
          <li>
            <i class="key-line key-target" />
            {t("path.chart.legendTarget")}
          </li>
          <li>
            <i class="key-line key-actual" />
            {t("path.chart.legendActual")}
          </li>
          {answer.forecast !== null && (
            <li>
              <i class="key-line key-forecast" />
              {t("path.chart.legendForecast", { method: t(`path.method.${answer.forecast.method}`) })}
            </li>
          )}
          {(made?.ranges.length ?? 0) > 0 && (
            <>
              <li>
                <i class="key-area range-outer" />
                P10–P90
              </li>
              <li>
                <i class="key-area range-inner" />
                P25–P75
              </li>
            </>
          )}
          {(made?.scenario.length ?? 0) > 1 && (
            <li>
              <i class="key-line key-scenario" />
              {t("path.chart.legendScenario")}
            </li>
          )}
          {(made?.gaps.length ?? 0) > 0 && (
            <li>
              <i class="cell cell-missing" />
              {t("path.chart.legendGap")}
            </li>
          )}
        </ul>
        <output class="readout" aria-live="polite">
          {stop === undefined ? "" : stopText(stop)}
        </output>
      </div>
    </>
  );
}

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
      loading={answer === null}
      problem={pathway.problem}
      retryAt={pathway.retryAt}
      onRetry={pathway.reload}
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
                  from: date(answer.now.from),
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
