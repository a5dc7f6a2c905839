import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import { fixed } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { kiosk } from "../../state.ts";
import { lastDay } from "../common/months.ts";
import { type PathChart, polyline } from "./geometry.ts";
import { gapFigures } from "./strip.tsx";

/** The drawing of the path: target line, what was, what is foretold, the scenario, and the bracket of the gap. */
export function Plot({ answer, made, narrow }: { answer: PathwayAnswer; made: PathChart; narrow: boolean }) {
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
