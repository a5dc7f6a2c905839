import type { DemandAnswer } from "../../../api/answers/records.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent, unitFor } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { Figure } from "../../ui/figure.tsx";
import { Panel } from "../../ui/panel.tsx";
import { QualityMark, QualityShares } from "../../ui/quality.tsx";
import { Files, states } from "../common/listed.tsx";
import { Remarks } from "../common/remarks.tsx";
import type { Question } from "./asked.ts";
import { DayBars } from "./days.tsx";

const when = (time: string): string => time.slice(5, 16).replace("T", " ");

/** 需量: the month's highest measured quarter-hour, each day's highest, the ten highest; estimated ones apart. */
export function DemandTab({ asked, question }: { asked: Asked<DemandAnswer>; question: Question }) {
  const answer = asked.data;
  const loading = answer === null && asked.problem === null;
  const unit = unitFor("power", answer?.days.map((d) => d.peakKw) ?? []);
  const own = answer?.meters.filter((m) => m.maxDemandKw !== null) ?? [];
  return (
    <>
      <section class="panel strip" aria-label={t("records.demand.title")}>
        <Figure
          label={t("records.demand.peak")}
          value={answer?.peak == null ? null : fixed(answer.peak.demandKw, 0)}
          unit="kW"
          note={answer?.peak == null ? "" : when(answer.peak.time)}
          loading={loading}
        />
        <Figure
          label={t("records.demand.mean")}
          value={answer?.meanKw == null ? null : fixed(answer.meanKw, 0)}
          unit="kW"
          loading={loading}
        />
        <Figure
          label={t("records.demand.loadFactor")}
          value={answer?.loadFactor == null ? null : fixed(answer.loadFactor * 100, 1)}
          unit="%"
          note={t("records.demand.loadFactorNote")}
          loading={loading}
        />
        {answer !== null && (
          <div class="strip-sentence">
            {t("records.demand.intervals", {
              due: answer.intervals.due,
              measured: answer.intervals.measured,
            })}
            <span class="row-note">
              <QualityShares coverage={answer.coverage} />
            </span>
          </div>
        )}
      </section>
      <Panel
        room={[260, 285]}
        title={t("records.demand.days")}
        subtitle={`${unit.text}${t("ui.between")}${t("records.demand.subtitle")}`}
        {...states(asked)}
        empty={answer !== null && answer.peak === null ? t("records.demand.none") : undefined}
        actions={<Files question={question} />}
      >
        {answer !== null && (
          <DayBars
            name={t("records.demand.chart", { peak: fixed(answer.peak?.demandKw, 0) })}
            unit={unit}
            bars={answer.days.map((d) => ({
              date: d.date,
              parts: [{ kind: "demand-day", value: d.peakKw }],
              words: `${d.time === null ? d.date.slice(5) : when(d.time)} · ${fixed(d.peakKw, 0)} kW · ${t("ui.quality.measured")} ${percent(d.measured)}`,
            }))}
          />
        )}
      </Panel>
      {answer !== null && (
        <div class="columns record-columns">
          <Panel
            title={t("records.demand.top")}
            empty={answer.top.length === 0 ? t("records.demand.none") : undefined}
          >
            <Intervals list={answer.top.map((i) => ({ ...i, quality: "measured" as const }))} />
          </Panel>
          <div class="column">
            <Panel
              title={t("records.demand.estimated")}
              subtitle={t("records.demand.estimatedNote", { count: answer.estimated.intervals })}
              empty={answer.estimated.top.length === 0 ? t("records.demand.noneEstimated") : undefined}
            >
              <Intervals list={answer.estimated.top.map((i) => ({ ...i, quality: "estimated" as const }))} />
            </Panel>
            <Panel
              title={t("records.demand.own")}
              empty={own.length === 0 ? t("records.demand.noneOwn") : undefined}
            >
              <ul class="plain">
                {own.map((m) => (
                  <li key={m.meter}>
                    {m.name === null ? m.meter : nameOf(m.name)} <b>{fixed(m.maxDemandKw, 1)}</b> kW{" "}
                    <span class="quiet">{m.time === null ? "" : when(m.time)}</span>
                  </li>
                ))}
              </ul>
            </Panel>
            <section class="panel">
              <Remarks remarks={answer.remarks} />
            </section>
          </div>
        </div>
      )}
    </>
  );
}

function Intervals(props: {
  list: readonly (DemandAnswer["top"][number] & { quality: "measured" | "estimated" })[];
}) {
  return (
    <table class="rows">
      <thead>
        <tr>
          <th scope="col">{t("records.demand.interval")}</th>
          <th scope="col" class="num">
            kW
          </th>
          <th scope="col">{t("records.quality")}</th>
        </tr>
      </thead>
      <tbody>
        {props.list.map((i) => (
          <tr key={i.time}>
            <th scope="row" class="nowrap">
              {when(i.time)}–{i.end.slice(11, 16)}
            </th>
            <td class="num">{fixed(i.demandKw, 1)}</td>
            <td class="nowrap">
              <QualityMark quality={i.quality} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
