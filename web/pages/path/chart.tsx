import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import { fixed } from "../../format.ts";
import { sideOf, t } from "../../i18n/i18n.ts";
import { kiosk } from "../../state.ts";
import { nearestStop } from "../common/steps.ts";
import { useStops } from "../common/stops.ts";
import { useWidth } from "../common/width.ts";
import { type PathChart, type PathStop, pathChart } from "./geometry.ts";
import { Plot } from "./plot.tsx";

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

/** What the lines mean: of what is drawn only. */
function Key({ answer, made }: { answer: PathwayAnswer; made: PathChart }) {
  return (
    <ul class="key">
      <li>
        <i class="key-line key-target" />
        {t("path.chart.legendTarget")}
      </li>
      {made.actualRuns.some((run) => run.length > 1) && (
        <li>
          <i class="key-line key-actual" />
          {t("path.chart.legendActual")}
        </li>
      )}
      {answer.forecast !== null && (
        <li>
          <i class="key-line key-forecast" />
          {t("path.chart.legendForecast", { method: t(`path.method.${answer.forecast.method}`) })}
        </li>
      )}
      {made.ranges.length > 0 && (
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
      {made.scenario.length > 1 && (
        <li>
          <i class="key-line key-scenario" />
          {t("path.chart.legendScenario")}
        </li>
      )}
      {made.gaps.length > 0 && (
        <li>
          <i class="cell cell-missing" />
          {t("path.chart.legendGap")}
        </li>
      )}
    </ul>
  );
}

/** The chart with its cursor and key; the arrow keys step through its points and say them. */
export function Chart({ answer }: { answer: PathwayAnswer }) {
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
        {made !== null && <Key answer={answer} made={made} />}
        <output class="readout" aria-live="polite">
          {stop === undefined ? "" : stopText(stop)}
        </output>
      </div>
    </>
  );
}
