import { computed } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { BalanceAnswer } from "../../../api/answers/energy.ts";
import type { LiveAnswer } from "../../../api/answers/live.ts";
import { apiPath, useAnswer, useUnsettled } from "../../api.ts";
import { fixed, withUnit } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { serverNow } from "../../live.ts";
import { place, setQuery } from "../../router.ts";
import { kiosk, lang, parkZone } from "../../state.ts";
import { addDays, dayLabel, dayOf, dayStart, hourMinute, quarterOf, zonedParts } from "../../time.ts";
import { Chart, type ChartLayer } from "../../ui/chart.tsx";
import { Panel } from "../../ui/panel.tsx";
import { QualityShares } from "../../ui/quality.tsx";
import type { TableData } from "../../ui/table.tsx";
import { type DaySeries, daySeries, dayTicks } from "./day.ts";
import { sumsOf } from "./moment.ts";

const MINUTE_MS = 60_000;
// computed: the panel is drawn anew once a minute, not with every tick of the clock
const minuteNow = computed(() => Math.floor(serverNow.value / MINUTE_MS) * MINUTE_MS);

function isDay(text: string | null): text is string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** Previous, the day itself (opens the browser's picker), next; ← and → do the same. */
function DayPicker({ day, today }: { day: string; today: string }) {
  const input = useRef<HTMLInputElement>(null);
  const open = (to: string): void => setQuery({ day: to >= today ? null : to });
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    open(addDays(day, event.key === "ArrowLeft" ? -1 : 1));
  };
  const label = dayLabel(day, lang.value);
  return (
    <fieldset class="button-group day-picker" onKeyDown={onKey} aria-label={t("overview.day.pick")}>
      <button
        type="button"
        class="button"
        aria-label={t("overview.day.prev")}
        onClick={() => open(addDays(day, -1))}
      >
        ‹
      </button>
      <button
        type="button"
        class="button day-date"
        aria-label={t("overview.day.date", { day: label })}
        onClick={() => input.current?.showPicker()}
      >
        {label}
        <input
          ref={input}
          type="date"
          tabIndex={-1}
          aria-hidden="true"
          value={day}
          max={today}
          onChange={(event) => {
            if (isDay(event.currentTarget.value)) open(event.currentTarget.value);
          }}
        />
      </button>
      <button
        type="button"
        class="button"
        aria-label={t("overview.day.next")}
        disabled={day >= today}
        onClick={() => open(addDays(day, 1))}
      >
        ›
      </button>
    </fieldset>
  );
}

function layersOf(s: DaySeries): ChartLayer[] {
  return [
    {
      id: "solar",
      label: t("overview.day.solar"),
      colour: "solar",
      kind: "above",
      values: s.solar,
      estimated: s.solarEstimated,
    },
    {
      id: "discharge",
      label: t("overview.day.discharge"),
      colour: "discharge",
      kind: "above",
      values: s.discharge,
      estimated: s.dischargeEstimated,
    },
    {
      id: "grid",
      label: t("overview.day.grid"),
      colour: "grid",
      kind: "above",
      values: s.grid,
      estimated: s.gridEstimated,
    },
    {
      id: "charge",
      label: t("overview.day.charge"),
      colour: "charge",
      kind: "below",
      values: s.charge,
      estimated: s.chargeEstimated,
    },
    {
      id: "export",
      label: t("overview.day.export"),
      colour: "export",
      kind: "below",
      values: s.export,
      estimated: s.exportEstimated,
    },
    { id: "use", label: t("overview.day.use"), colour: "ink", kind: "line", values: s.use, halo: true },
  ];
}

function tableOf(s: DaySeries, day: string): TableData {
  const unit = s.unit.text;
  const zone = parkZone.value;
  const digits = s.digits + 1;
  const column = (label: string) => ({ label, unit, digits });
  return {
    file: `power-${day}`,
    caption: t("overview.day.titleOther", { day }),
    columns: [
      { label: t("ui.table.time") },
      column(t("overview.day.solar")),
      column(t("overview.day.discharge")),
      column(t("overview.day.grid")),
      column(t("overview.day.charge")),
      column(t("overview.day.export")),
      column(t("overview.day.use")),
      column(t("overview.day.unknown")),
      { label: t("overview.day.quality") },
    ],
    rows: s.time.flatMap((at, i) => {
      const q = s.quality[i] ?? null;
      if (q === null) return [];
      return [
        [
          hourMinute(at, zone),
          s.solar[i] ?? null,
          s.discharge[i] ?? null,
          s.grid[i] ?? null,
          s.charge[i] ?? null,
          s.export[i] ?? null,
          s.use[i] ?? null,
          s.unknown[i] ?? null,
          t(`ui.quality.${q}`),
        ],
      ];
    }),
  };
}

/** Which meters are counted, and whose silence the missing share is. */
function footWords(answer: LiveAnswer): string {
  const silent = answer.unknownBecause
    .filter((b) => b.reason === "silent")
    .flatMap((b) => {
      const e = answer.enterprises.find((one) => one.id === b.enterprise);
      if (e === undefined || e.time === null) return [];
      return [
        t("overview.day.silent", {
          name: nameOf(e.name),
          time: hourMinute(Date.parse(e.time), parkZone.value),
        }),
      ];
    });
  const words = [t("overview.day.meters", { count: answer.meters.total })];
  if (silent.length > 0)
    words.push(t("overview.day.missing", { reasons: silent.slice(0, 2).join(t("ui.between")) }));
  return words.join(t("overview.day.sep"));
}

/** Power of a day by quarter-hours: supply above zero, charging and export below, use as a line. */
export function DayPanel(props: { answer: LiveAnswer | null; narrow: boolean; waiting: boolean }) {
  const { answer, narrow, waiting } = props;
  const zone = parkZone.value;
  const minute = minuteNow.value;
  const today = dayOf(minute, zone);
  // in the first hour of a day yesterday is shown, so that the page is never empty
  const usual = answer === null ? today : sumsOf(answer).day;
  const asked = place.value.query.get("day");
  const day = isDay(asked) && asked <= today ? asked : usual;
  const isToday = day === today;
  const from = dayStart(day, zone);
  const to = dayStart(addDays(day, 1), zone);
  // the live picture says which day is the usual one; without it history still stands on its own
  const path = waiting
    ? null
    : apiPath("/balance", {
        scope: "park",
        from: new Date(from).toISOString(),
        to: new Date(to).toISOString(),
        resolution: "15m",
      });
  const balance = useAnswer<BalanceAnswer>(path, isToday ? MINUTE_MS : 10 * MINUTE_MS);
  const unsettled = useUnsettled(balance);
  const closedTo = answer?.today.to;
  // a closed quarter-hour is asked for at once, not with the next minute
  const closedBefore = useRef(closedTo);
  useEffect(() => {
    const before = closedBefore.current;
    closedBefore.current = closedTo;
    if (isToday && before !== undefined && closedTo !== before) balance.reload();
  }, [closedTo, isToday, balance.reload]);

  const { data } = balance;
  const quarter = quarterOf(minute);
  const series = useMemo(() => (data === null ? null : daySeries(data, quarter)), [data, quarter]);
  const language = lang.value;
  const layers = useMemo(() => (series === null ? [] : layersOf(series)), [series, language]);
  const every = kiosk.value ? 4 : narrow ? 6 : 3;
  const ticks = useMemo(
    () => dayTicks(from, to, every, (ms) => zonedParts(ms, zone).hour),
    [from, to, every, zone],
  );
  const unit = series?.unit.text ?? "MW";
  const label = dayLabel(day, language);
  const title = isToday ? t("overview.day.title") : t("overview.day.titleOther", { day: label });
  const value = (v: number | null): string => withUnit(fixed(v, series?.digits ?? 1), unit);
  const empty =
    series !== null && !series.any ? t(isToday ? "overview.day.first" : "overview.day.noneThen") : undefined;
  const ofToday = isToday && answer !== null;
  const coverage = ofToday ? answer.dataQuality : (data?.coverage ?? null);
  return (
    <Panel
      class="day-panel"
      title={title}
      subtitle={
        kiosk.value ? unit : t(narrow ? "overview.day.subtitleShort" : "overview.day.subtitle", { unit })
      }
      note={unsettled ? t("overview.day.unsettled") : undefined}
      actions={kiosk.value ? undefined : <DayPicker day={day} today={today} />}
      table={series === null ? undefined : () => tableOf(series, day)}
      loading={series === null}
      problem={balance.problem}
      retryAt={balance.retryAt}
      onRetry={balance.reload}
      empty={empty}
    >
      {series !== null && (
        <>
          <Chart
            name={`${title} (${unit})`}
            summary={t("overview.day.summary", {
              min: value(series.useMin),
              max: value(series.useMax),
              last: value(series.useLast),
              gaps: series.missing,
            })}
            unit={unit}
            digits={series.digits}
            time={series.time}
            stepMs={15 * MINUTE_MS}
            from={from}
            to={to}
            layers={layers}
            ticks={ticks}
            tickLabel={(ms) => (ms === to ? "24:00" : hourMinute(ms, zone))}
            pointLabel={(ms) => `${hourMinute(ms, zone)}–${hourMinute(ms + 15 * MINUTE_MS, zone)}`}
            quality={series.quality}
            now={
              isToday
                ? { at: minute, label: t("overview.day.now", { time: hourMinute(minute, zone) }) }
                : null
            }
            height={narrow ? 220 : undefined}
          />
          <div class="day-foot">
            <QualityShares coverage={coverage} />
            <span class="quiet">{ofToday ? footWords(answer) : t("overview.day.byEnergy")}</span>
          </div>
        </>
      )}
    </Panel>
  );
}
