import { useState } from "preact/hooks";
import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { LiveAnswer } from "../../../api/answers/live.ts";
import { apiPath, useAnswer } from "../../api.ts";
import { fixed, percent, quantity, significant, unitFor } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { serverNow } from "../../live.ts";
import { park } from "../../park.ts";
import { linkTo } from "../../router.ts";
import { kiosk, parkZone } from "../../state.ts";
import { addDays, dayStart } from "../../time.ts";
import { Figure } from "../../ui/figure.tsx";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { whyLink } from "../common/question.ts";
import { sumsOf } from "./moment.ts";
import type { Trouble } from "./trouble.ts";

type LiveCarbon = NonNullable<LiveAnswer["carbon"]>;

const EVERY_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
/** A rolling year is 365 or 366 days; less is said in days. */
const YEAR_DAYS = 365;

/** A day of the park as a span. */
function daySpan(day: string): { from: string; to: string } {
  const zone = parkZone.value;
  return {
    from: new Date(dayStart(day, zone)).toISOString(),
    to: new Date(dayStart(addDays(day, 1), zone)).toISOString(),
  };
}

function methodName(method: string): string {
  return method === "cn-910-2025-annex-4"
    ? t("overview.carbon.methods.cn-910-2025-annex-4")
    : t("overview.carbon.methods.other", { id: method });
}

function figure(kind: "carbon" | "carbonRate", kg: number | null): { value: string | null; unit: string } {
  if (kg === null) return { value: null, unit: kind === "carbon" ? "tCO₂" : "tCO₂/h" };
  const unit = unitFor(kind, [kg]);
  return { value: significant(kg / unit.per), unit: unit.text };
}

/** How the figure of now is made, term by term, with factor, grade and source. */
function tableOf(carbon: LiveCarbon): TableData {
  const { parts } = carbon;
  const { electricityFactor: factor } = parts;
  const restKw = parts.gridImportKw === null ? null : parts.gridImportKw * (1 - (parts.zeroFactorShare ?? 0));
  return {
    file: "carbon-now",
    caption: t("overview.carbon.explainTitle"),
    columns: [
      { label: t("overview.carbon.term") },
      { label: t("overview.carbon.amount"), unit: "kW", digits: 0 },
      { label: t("overview.carbon.factor"), digits: 4 },
      { label: t("overview.carbon.grade") },
      { label: t("overview.carbon.result"), unit: "kgCO₂/h", digits: 0 },
    ],
    rows: [
      [
        t("overview.carbon.electricity"),
        restKw,
        factor.value,
        factor.grade,
        restKw === null ? null : restKw * factor.value,
      ],
      [t("overview.carbon.fuel"), null, null, null, parts.fuelAndHeatKgPerHour],
      [
        t("overview.carbon.locationTerm"),
        parts.gridImportKw,
        carbon.locationBased.factor.value,
        carbon.locationBased.factor.grade,
        carbon.locationBased.nowKgPerHour,
      ],
    ],
    note: [
      t("overview.carbon.source", { source: sideOf(factor.source) }),
      t("overview.carbon.source", { source: sideOf(carbon.locationBased.factor.source) }),
      ...carbon.remarks.map(nameOf),
    ].join(" · "),
  };
}

/** The core indicator of the first boundary: the figure the park is judged by. */
function Core() {
  const boundary = park.value?.boundaries[0]?.id;
  const asked = useAnswer<IndicatorsAnswer>(
    boundary === undefined ? null : apiPath("/indicators", { boundary }),
    EVERY_MS,
  );
  const { data } = asked;
  const core = data?.core;
  const value = core?.value === null || core === undefined ? null : significant(core.value);
  // the span may end with the running day: what is known ends now
  const days =
    data === null
      ? YEAR_DAYS
      : Math.round((Math.min(Date.parse(data.to), serverNow.peek()) - Date.parse(data.from)) / DAY_MS);
  const note =
    core === undefined ? (
      t("overview.carbon.noCore")
    ) : (
      <>
        {days >= YEAR_DAYS ? t("overview.carbon.rolling") : t("overview.carbon.rollingDays", { days })}{" "}
        <StatusWord status={core.met === true ? "met" : core.met === false ? "broken" : "provisional"}>
          {t("overview.carbon.must", { target: fixed(core.target, 2) })}
        </StatusWord>
      </>
    );
  return (
    <Figure
      size="key-2"
      value={value}
      unit={t("overview.carbon.coreUnit")}
      note={note}
      explain={
        value === null || kiosk.value
          ? undefined
          : { label: t("overview.carbon.core", { value }), href: linkTo("/path", { explain: "core" }) }
      }
    />
  );
}

function Formula({ carbon }: { carbon: LiveCarbon }) {
  const { parts } = carbon;
  const words = t("overview.carbon.formula", {
    grid: quantity("power", parts.gridImportKw),
    share: percent(parts.zeroFactorShare, 0),
    factor: parts.electricityFactor.value,
    grade: parts.electricityFactor.grade,
    rest: quantity("carbonRate", parts.fuelAndHeatKgPerHour),
  });
  return (
    <p class="carbon-formula quiet">
      {[words, ...carbon.remarks.slice(0, 1).map(nameOf)].join(t("overview.day.sep"))}
    </p>
  );
}

/** Carbon by the rule the park is judged under, with formula, factor and grade; location-based beside it, smaller. */
export function CarbonPanel({ answer, trouble }: { answer: LiveAnswer | null; trouble: Trouble }) {
  const carbon = answer?.carbon ?? null;
  const sums = answer === null ? null : sumsOf(answer);
  const [open, set] = useState(false);
  const isOpen = (value: string | null): value is string => value !== null && !kiosk.value;
  const now = figure("carbonRate", carbon?.nowKgPerHour ?? null);
  const today = figure("carbon", carbon?.todayKg ?? null);
  return (
    <Panel
      {...trouble}
      class="carbon-panel"
      tableOpen={{ open, set }}
      quiet
      title={t("overview.carbon.title", {
        method:
          carbon === null ? t("overview.carbon.methods.cn-910-2025-annex-4") : methodName(carbon.method),
      })}
      provisional={
        carbon?.provisional === true ? carbon.remarks.map(nameOf).join(t("ui.between")) || true : undefined
      }
      loading={carbon === null}
      table={carbon === null ? undefined : () => tableOf(carbon)}
    >
      {carbon !== null && sums !== null && (
        <>
          <div class="carbon-figures">
            <Figure
              size="key-2"
              {...now}
              note={t("overview.carbon.now")}
              explain={
                isOpen(now.value)
                  ? {
                      label: t("overview.carbon.explainNow", { value: now.value }),
                      onOpen: () => set(true),
                    }
                  : undefined
              }
            />
            <Figure
              size="key-2"
              {...today}
              explain={
                isOpen(today.value)
                  ? {
                      label: t("overview.carbon.explainToday", { value: today.value }),
                      href: whyLink({
                        figure: `carbon:${carbon.method}`,
                        scope: "park",
                        ...daySpan(sums.day),
                      }),
                    }
                  : undefined
              }
              note={
                sums.yesterday
                  ? t("overview.carbon.yesterday")
                  : t("overview.carbon.today", { time: sums.to })
              }
            />
            <Core />
          </div>
          <Formula carbon={carbon} />
          <div class="carbon-location">
            <span class="quiet">
              {t("overview.carbon.location", {
                factor: carbon.locationBased.factor.value,
                grade: carbon.locationBased.factor.grade,
              })}
            </span>
            <b>
              <span>{quantity("carbonRate", carbon.locationBased.nowKgPerHour)}</span>
              <span>{quantity("carbon", carbon.locationBased.todayKg)}</span>
            </b>
          </div>
        </>
      )}
    </Panel>
  );
}
