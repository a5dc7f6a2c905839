import { useRef } from "preact/hooks";
import type { FlexibilityAnswer } from "../../../api/answers/flexibility.ts";
import type { Asked } from "../../api.ts";
import { DASH, fixed } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { kiosk, parkZone } from "../../state.ts";
import { clock } from "../../time.ts";
import { Panel } from "../../ui/panel.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import type { TableData } from "../../ui/table.tsx";
import { states } from "../common/listed.tsx";
import { useWidth } from "../common/width.ts";
import { type Capacity, capacities, flexChart, presentKw } from "./bars.ts";
import { doingText, durationText, powerUnit } from "./words.ts";

function tableOf(answer: FlexibilityAnswer, at: number): TableData {
  const unit = powerUnit(answer);
  const scaled = (kw: number | null | undefined): number | null => (kw == null ? null : kw / unit.per);
  return {
    file: `flexibility-${answer.time.slice(0, 16).replace(":", "")}`,
    caption: t("flexibility.now.name"),
    columns: [
      { label: t("flexibility.now.duration") },
      { label: `▲ ${t("flexibility.now.up")}`, unit: unit.text, digits: 3 },
      { label: `▼ ${t("flexibility.now.down")}`, unit: unit.text, digits: 3 },
      { label: t("flexibility.now.colUpNow"), unit: unit.text, digits: 3 },
      { label: t("flexibility.now.colDownNow"), unit: unit.text, digits: 3 },
    ],
    rows: [
      ...answer.durationsMin.map((minutes, one) => [
        durationText(minutes),
        scaled(answer.upKw[one]),
        scaled(answer.downKw[one]),
        scaled(answer.fromPresent?.upKw[one]),
        scaled(answer.fromPresent?.downKw[one]),
      ]),
      ...capacities(answer, at)
        .filter((one) => one.id !== "callable")
        .map((one) => [
          t(`flexibility.capacity.${one.id}`),
          scaled(one.upKw),
          scaled(one.downKw),
          null,
          null,
        ]),
    ],
  };
}

/** What the axis takes left of the bars; the figures under them keep the same columns. */
const axisWidth = (): number => (kiosk.value ? 62 : 40);

function Bars(props: { answer: FlexibilityAnswer; at: number; onPick: (at: number) => void }) {
  const { answer, at } = props;
  const [box, width] = useWidth<HTMLDivElement>();
  const group = useRef<HTMLDivElement>(null);
  const big = kiosk.value;
  const height = big ? 380 : 320;
  const left = axisWidth();
  const made = flexChart(answer, { left, right: width, top: 2, bottom: height - 2, pad: big ? 34 : 24 });
  const unit = powerUnit(answer);
  const number = (kw: number): string => fixed(kw / unit.per, 1);
  const last = answer.durationsMin.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    const to: Record<string, number> = {
      ArrowLeft: Math.max(0, at - 1),
      ArrowUp: Math.max(0, at - 1),
      ArrowRight: Math.min(last, at + 1),
      ArrowDown: Math.min(last, at + 1),
      Home: 0,
      End: last,
    };
    const next = to[event.key];
    if (next === undefined) return;
    event.preventDefault();
    props.onPick(next);
    const button = group.current?.children.item(next);
    if (button instanceof HTMLElement) button.focus();
  };
  return (
    <div class="flex-chart">
      <div ref={box} class="plot-box">
        <svg width={width} height={height} role="img" aria-label={t("flexibility.now.name")}>
          {width > 0 && (
            <>
              {made.ticks.map((tick) => (
                <g key={tick.kw}>
                  <line
                    class={tick.kw === 0 ? "zero" : "rule"}
                    x1={left}
                    x2={width}
                    y1={tick.y}
                    y2={tick.y}
                  />
                  <text class="axis" x={left - 8} y={tick.y + 4} text-anchor="end">
                    {number(Math.abs(tick.kw)).replace(/\.0$/, "")}
                  </text>
                </g>
              ))}
              {made.bars.map((bar) => (
                <g key={bar.durationMin}>
                  <rect
                    class="bar-up"
                    x={bar.x}
                    y={made.zero - bar.upHeight}
                    width={bar.width}
                    height={bar.upHeight}
                  />
                  <rect class="bar-down" x={bar.x} y={made.zero} width={bar.width} height={bar.downHeight} />
                  <text
                    class={`strong${bar.at === at ? " chosen" : ""}`}
                    x={bar.x + bar.width / 2}
                    y={made.zero - bar.upHeight - 6}
                    text-anchor="middle"
                  >
                    {number(bar.upKw)}
                  </text>
                  <text
                    class={`strong${bar.at === at ? " chosen" : ""}`}
                    x={bar.x + bar.width / 2}
                    y={made.zero + bar.downHeight + (big ? 28 : 18)}
                    text-anchor="middle"
                  >
                    {number(bar.downKw)}
                  </text>
                </g>
              ))}
            </>
          )}
        </svg>
      </div>
      <div
        class="durations"
        role="radiogroup"
        aria-label={t("flexibility.now.choose")}
        ref={group}
        style={{ left: `${left}px`, gridTemplateColumns: `repeat(${last + 1}, 1fr)` }}
      >
        {made.bars.map((bar) => (
          // biome-ignore lint/a11y/useSemanticElements: the choice is the whole bar, which an input cannot be
          <button
            key={bar.durationMin}
            type="button"
            role="radio"
            aria-checked={bar.at === at}
            aria-label={t("flexibility.now.summary", {
              duration: durationText(bar.durationMin),
              up: number(bar.upKw),
              down: number(bar.downKw),
              unit: unit.text,
            })}
            tabIndex={bar.at === at ? 0 : -1}
            onClick={() => props.onPick(bar.at)}
            onKeyDown={onKeyDown}
          >
            {durationText(bar.durationMin)}
          </button>
        ))}
      </div>
    </div>
  );
}

/** What can change from what the storages do now, under the bars of the same durations. */
function FromNow({ answer, at, per }: { answer: FlexibilityAnswer; at: number; per: number }) {
  const { fromPresent } = answer;
  if (fromPresent === undefined) return null;
  const side = (mark: "up" | "down", values: readonly number[]) => (
    <tr>
      <th scope="row" aria-label={t(`flexibility.now.${mark}`)}>
        {mark === "up" ? "▲" : "▼"}
      </th>
      {answer.durationsMin.map((minutes, one) => (
        <td key={minutes} class={one === at ? "chosen" : undefined}>
          {fixed((values[one] ?? Number.NaN) / per, 1)}
        </td>
      ))}
    </tr>
  );
  return (
    <table class="from-now">
      <caption>{t("flexibility.now.fromNow", { now: doingText(presentKw(answer), per) })}</caption>
      <colgroup>
        <col style={{ width: `${axisWidth()}px` }} />
        <col span={answer.durationsMin.length} />
      </colgroup>
      <thead class="visually-hidden">
        <tr>
          <th />
          {answer.durationsMin.map((minutes) => (
            <th key={minutes} scope="col">
              {durationText(minutes)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {side("up", fromPresent.upKw)}
        {side("down", fromPresent.downKw)}
      </tbody>
    </table>
  );
}

/** One capacity: up and down as two bars of one scale; null stands as a dash with why. */
function CapacityRow(props: { one: Capacity; label: string; longest: number; per: number }) {
  const { one, longest, per } = props;
  const side = (kw: number | null, kind: string) => (
    <span class="capacity-bar" aria-hidden="true">
      {kw !== null && <span class={kind} style={{ width: `${(kw / longest) * 100}%` }} />}
    </span>
  );
  const number = (kw: number | null): string => (kw === null ? DASH : fixed(kw / per, 1));
  const mark = one.id === "callable";
  const why =
    one.upKw === null && one.downKw === null && (one.id === "tested" || one.id === "declared")
      ? t(`flexibility.capacity.${one.id}Why`)
      : null;
  return (
    <tr class={mark ? "callable" : undefined}>
      <th scope="row">{props.label}</th>
      <td class="capacity-bars">
        {why === null ? (
          <>
            {side(one.upKw, mark ? "bar-up" : "bar-plain")}
            {side(one.downKw, mark ? "bar-down" : "bar-plain")}
          </>
        ) : (
          <span class="quiet">{why}</span>
        )}
      </td>
      <td class="num">
        <b>{number(one.upKw)}</b>
      </td>
      <td class="num">
        <b>{number(one.downKw)}</b>
      </td>
    </tr>
  );
}

/** Up above and down below by duration, the chosen duration outlined, and the four capacities under it. */
export function NowPanel(props: {
  readonly flexibility: Asked<FlexibilityAnswer>;
  readonly at: number;
  readonly onPick: (at: number) => void;
}) {
  const { flexibility, at } = props;
  const answer = flexibility.data;
  const none = answer !== null && answer.durationsMin.length === 0;
  const unit = answer === null ? { per: 1, text: "" } : powerUnit(answer);
  const rows = answer === null || none ? [] : capacities(answer, at);
  const longest = Math.max(1e-9, ...rows.flatMap((one) => [one.upKw ?? 0, one.downKw ?? 0]));
  const duration = durationText(answer?.durationsMin[at] ?? 60);
  return (
    <Panel
      class="flex-now"
      room={[664, 707]}
      title={t("flexibility.now.title")}
      subtitle={
        answer === null
          ? undefined
          : t("flexibility.now.subtitle", {
              unit: unit.text,
              time: clock(Date.parse(answer.time), parkZone.value),
            })
      }
      note={
        <span class="updown-key">
          <Swatch source="discharge" /> ▲ {t("flexibility.now.up")} <Swatch source="charge" /> ▼{" "}
          {t("flexibility.now.down")}
        </span>
      }
      {...states(flexibility)}
      empty={none ? t("flexibility.assets.none") : undefined}
      table={answer === null ? undefined : () => tableOf(answer, at)}
    >
      {answer !== null && (
        <>
          <Bars answer={answer} at={at} onPick={props.onPick} />
          <FromNow answer={answer} at={at} per={unit.per} />
          <p class="quiet flex-hint">{t("flexibility.now.hint")}</p>
          <table class="rows capacity">
            <caption class="visually-hidden">{t("flexibility.capacity.title")}</caption>
            <thead>
              <tr>
                <th scope="col">{t("flexibility.capacity.title")}</th>
                <th />
                <th scope="col" class="num">
                  {t("flexibility.capacity.colUp")}
                </th>
                <th scope="col" class="num">
                  {t("flexibility.capacity.colDown")}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map((one) => (
                <CapacityRow
                  key={one.id}
                  one={one}
                  longest={longest}
                  per={unit.per}
                  label={t(`flexibility.capacity.${one.id}`, { duration })}
                />
              ))}
            </tbody>
          </table>
          <p class="note">{t("flexibility.capacity.note")}</p>
        </>
      )}
    </Panel>
  );
}
