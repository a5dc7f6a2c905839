import { useState } from "preact/hooks";
import type { GreenPowerAnswer } from "../../../api/answers/green.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent, THIN } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { kiosk } from "../../state.ts";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { states } from "../common/listed.tsx";
import { localNow } from "../common/when.ts";
import { useWidth } from "../common/width.ts";
import { HEAT_STEPS, type HeatCell, heatColumns, heatSummary, moveCell } from "./heat.ts";

type Column = { day: string; cells: HeatCell[] };

const hourText = (hour: number): string => `${String(hour).padStart(2, "0")}:00`;
const shortDay = (day: string): string => day.slice(5);

/** True for a day of which an hour has passed. */
const begun = (column: Column): boolean => column.cells.some((cell) => cell.state !== "future");

const isMissing = (column: Column): boolean => column.cells.every((cell) => cell.state === "missing");

/** Days that follow each other of which no hour is known: one field, so that it does not outweigh what is known. */
function missingRuns(columns: readonly Column[]): { from: number; days: number }[] {
  const runs: { from: number; days: number }[] = [];
  columns.forEach((column, at) => {
    const last = runs.at(-1);
    if (!isMissing(column)) return;
    if (last !== undefined && last.from + last.days === at) last.days += 1;
    else runs.push({ from: at, days: 1 });
  });
  return runs;
}

function cellText(cell: HeatCell): string {
  const when = { date: shortDay(cell.day), hour: hourText(cell.hour), until: hourText(cell.hour + 1) };
  if (cell.state === "known") return t("green.heat.cellKnown", { ...when, share: percent(cell.share) });
  return t(cell.state === "missing" ? "green.heat.cellMissing" : "green.heat.cellFuture", when);
}

function tableOf(answer: GreenPowerAnswer, columns: readonly Column[]): TableData {
  const percentOf = (share: number | null): number | null => (share === null ? null : share * 100);
  return {
    file: `hour-matched-${answer.scope.replace(":", "-")}-${answer.from.slice(0, 7)}`,
    caption: t("green.heat.title"),
    columns: [
      { label: t("green.heat.colDay") },
      ...Array.from({ length: 24 }, (_, hour) => ({ label: String(hour), digits: 1 })),
    ],
    rows: columns
      .filter(begun)
      .map((column) => [
        shortDay(column.day),
        ...column.cells.map((cell) =>
          cell.state === "future" ? t("green.heat.future") : percentOf(cell.share),
        ),
      ]),
    foot: [t("green.heat.colAverage"), ...answer.heatMap.byHour.map(percentOf)],
    note: "%",
  };
}

/** The seven steps and the missing cell, in words. */
function Steps() {
  return (
    <ul class="heat-legend">
      {HEAT_STEPS.map((from, at) => (
        <li key={from}>
          <i class={`heat-swatch heat-fill-${at + 1}`} />
          {fixed(from * 100, 0)}–{fixed((HEAT_STEPS[at + 1] ?? 1) * 100, 0)}
        </li>
      ))}
      <li>%</li>
      <li>
        <i class="heat-swatch heat-missing-swatch" />
        {t("green.heat.missing")}
      </li>
    </ul>
  );
}

type Chosen = { readonly day: string; readonly hour: number } | null;

function HeatMap(props: {
  answer: GreenPowerAnswer;
  columns: readonly Column[];
  open: Chosen;
  onOpen: (day: string, hour: number) => void;
}) {
  const { answer, columns } = props;
  const [box, width] = useWidth<HTMLElement>();
  const [at, setAt] = useState<{ column: number; hour: number } | null>(null);
  const big = kiosk.value;
  const narrow = width > 0 && width < 560;
  const left = big ? 76 : 42;
  const side = big ? 170 : narrow ? 56 : 96;
  const rowHeight = big ? 25 : width > 1000 ? 16 : 12;
  const top = 4;
  const bottom = top + 24 * rowHeight;
  const columnWidth = (width - left - side) / Math.max(1, columns.length);
  const chosen = at === null ? undefined : columns[at.column]?.cells[at.hour];
  const openColumn = columns.findIndex((column) => column.day === props.open?.day);
  const openAt = props.open === null || openColumn < 0 ? null : { column: openColumn, hour: props.open.hour };
  const summary = heatSummary(columns);
  const words =
    summary.lowest === null || summary.highest === null
      ? t("green.heat.summaryNone")
      : t("green.heat.summary", {
          known: summary.known,
          missing: summary.missing,
          lowest: percent(summary.lowest.share),
          highest: percent(summary.highest.share),
        });
  const averages = answer.heatMap.byHour;
  const known = averages.filter((share) => share !== null);
  const highest = averages.indexOf(Math.max(...known));
  const lowest = averages.indexOf(Math.min(...known));
  const barsFrom = width - side + 12;
  const barsWide = side - 12 - (big ? 84 : narrow ? 6 : 42);
  const everyDays = Math.max(1, Math.ceil((big ? 84 : 44) / Math.max(1, columnWidth)));

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape") {
      setAt(null);
      return;
    }
    if (event.key === "Enter" && chosen?.state === "known") {
      props.onOpen(chosen.day, chosen.hour);
      return;
    }
    const start = { column: Math.max(0, columns.findLastIndex(begun)), hour: 12 };
    const next = moveCell(at ?? start, event.key, columns.length);
    if (next === null) return;
    event.preventDefault();
    setAt(at === null ? start : next);
  };
  const onPointerMove = (event: PointerEvent): void => {
    const rect = box.current?.getBoundingClientRect();
    if (rect === undefined) return;
    const column = Math.floor((event.clientX - rect.left - left) / columnWidth);
    const hour = Math.floor((event.clientY - rect.top - top) / rowHeight);
    setAt(column >= 0 && column < columns.length && hour >= 0 && hour < 24 ? { column, hour } : null);
  };

  return (
    <>
      {/* biome-ignore-start lint/a11y/noNoninteractiveTabindex: the map is walked with the arrow keys */}
      <figure
        ref={box}
        class="plot-box heat"
        tabIndex={0}
        aria-label={`${t("green.heat.name", { days: columns.length })}. ${words}`}
        onKeyDown={onKeyDown}
        onBlur={() => setAt(null)}
        onPointerMove={onPointerMove}
        onPointerLeave={() => setAt(null)}
        onClick={() => {
          if (chosen?.state === "known") props.onOpen(chosen.day, chosen.hour);
        }}
      >
        <svg width={width} height={bottom + (big ? 34 : 24)} aria-hidden="true">
          {width > 0 && (
            <>
              {[0, 6, 12, 18, 24].map((hour) => (
                <text
                  key={hour}
                  class="axis"
                  x={left - 8}
                  y={top + hour * rowHeight + (hour === 0 ? 10 : hour === 24 ? 0 : 4)}
                  text-anchor="end"
                >
                  {hourText(hour)}
                </text>
              ))}
              {columns.map((column, c) => (
                <g key={column.day} transform={`translate(${left + c * columnWidth} 0)`}>
                  {!isMissing(column) &&
                    column.cells.map((cell) => (
                      <HeatRect
                        key={cell.hour}
                        cell={cell}
                        y={top + cell.hour * rowHeight}
                        {...{ columnWidth, rowHeight }}
                      />
                    ))}
                  {c % everyDays === 0 && c * columnWidth < width - left - side - 30 && (
                    <text class="axis" x={0} y={bottom + (big ? 26 : 16)}>
                      {shortDay(column.day)}
                    </text>
                  )}
                </g>
              ))}
              {missingRuns(columns).map((run) => (
                <g key={run.from} transform={`translate(${left + run.from * columnWidth} 0)`}>
                  <MissingRect y={top} columnWidth={run.days * columnWidth} height={24 * rowHeight - 1} />
                  {run.days * columnWidth > 60 && (
                    <text
                      class="label heat-word"
                      x={(run.days * columnWidth) / 2}
                      y={top + 12 * rowHeight + 4}
                      text-anchor="middle"
                    >
                      {t("green.heat.missing")}
                    </text>
                  )}
                </g>
              ))}
              {averages.map((share, hour) => (
                <g key={hour}>
                  {share !== null && (
                    <rect
                      class="hour-bar"
                      x={barsFrom}
                      y={top + hour * rowHeight}
                      width={Math.max(1, share * barsWide)}
                      height={rowHeight - 1}
                    />
                  )}
                  {share !== null && !narrow && (hour === highest || hour === lowest) && (
                    <text
                      class="strong"
                      x={barsFrom + share * barsWide + 5}
                      y={top + hour * rowHeight + rowHeight - (big ? 2 : 1)}
                    >
                      {`${fixed(share * 100, 0)}${THIN}%`}
                    </text>
                  )}
                </g>
              ))}
              <text
                class="axis"
                x={narrow ? width : barsFrom}
                y={bottom + (big ? 26 : 16)}
                text-anchor={narrow ? "end" : "start"}
              >
                {t("green.heat.byHour")}
              </text>
              {[openAt, at].map(
                (cell, place) =>
                  cell !== null &&
                  columns[cell.column] !== undefined &&
                  ["heat-halo", "heat-chosen"].map((kind) => (
                    <rect
                      key={`${kind} ${place}`}
                      class={kind}
                      x={left + cell.column * columnWidth - 1}
                      y={top + cell.hour * rowHeight - 1}
                      width={columnWidth + 1}
                      height={rowHeight + 1}
                    />
                  )),
              )}
            </>
          )}
        </svg>
      </figure>
      {/* biome-ignore-end lint/a11y/noNoninteractiveTabindex: as above */}
      <div class="chart-foot">
        <Steps />
        <output class="readout" aria-live="polite">
          {chosen === undefined ? "" : cellText(chosen)}
        </output>
      </div>
    </>
  );
}

/** Missing hours: framed and crossed, never coloured. */
function MissingRect({ y, columnWidth, height }: { y: number; columnWidth: number; height: number }) {
  const width = Math.max(1, columnWidth - 1);
  return (
    <g class="heat-missing">
      <rect x={0.5} y={y + 0.5} width={Math.max(0, width - 1)} height={height - 1} />
      <line x1={0.5} x2={width - 0.5} y1={y + height - 0.5} y2={y + 0.5} />
      <line x1={0.5} x2={width - 0.5} y1={y + 0.5} y2={y + height - 0.5} />
    </g>
  );
}

function HeatRect(props: { cell: HeatCell; y: number; columnWidth: number; rowHeight: number }) {
  const { cell, y } = props;
  const width = Math.max(1, props.columnWidth - 1);
  const height = props.rowHeight - 1;
  if (cell.state === "future") return null;
  if (cell.state === "missing") return <MissingRect y={y} columnWidth={props.columnWidth} height={height} />;
  return <rect class={`heat-fill-${(cell.step ?? 0) + 1}`} x={0} y={y} width={width} height={height} />;
}

/** Day × hour in seven fixed steps; missing crossed, future blank, averages by hour at the side. */
export function HeatPanel(props: {
  green: Asked<GreenPowerAnswer>;
  open: Chosen;
  onOpen: (day: string, hour: number) => void;
}) {
  const { green } = props;
  const answer = green.data;
  const columns = answer === null ? [] : heatColumns(answer, localNow());
  const none =
    answer !== null && columns.every((column) => column.cells.every((cell) => cell.share === null));
  return (
    <Panel
      class="heat-panel"
      room={[408, 438]}
      title={t("green.heat.title")}
      subtitle={
        answer === null
          ? undefined
          : t("green.heat.subtitle", {
              from: columns[0]?.day ?? "",
              to: columns.findLast(begun)?.day ?? "",
            })
      }
      {...states(green)}
      empty={none ? t("green.heat.summaryNone") : undefined}
      table={answer === null ? undefined : () => tableOf(answer, columns)}
    >
      {answer !== null && (
        <HeatMap answer={answer} columns={columns} open={props.open} onOpen={props.onOpen} />
      )}
    </Panel>
  );
}
