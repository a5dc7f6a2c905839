import type { TariffAnswer } from "../../../api/answers/records.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent, quantity, significant, unitFor, withUnit } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { lang } from "../../state.ts";
import { Figure } from "../../ui/figure.tsx";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Files, states } from "../common/listed.tsx";
import { Remarks } from "../common/remarks.tsx";
import type { Question } from "./asked.ts";
import { DayBars } from "./days.tsx";
import { money } from "./money.ts";

/** 峰谷: the month's energy by band, what it cost, and each day's stack. */
export function BandsTab({ asked, question }: { asked: Asked<TariffAnswer>; question: Question }) {
  const answer = asked.data;
  const used = answer?.bands.filter((b) => b.total.energyKwh !== 0) ?? [];
  const currency = answer?.currency ?? "";
  const cost = answer?.total.cost == null ? null : money(answer.total.cost, currency, lang.value === "zh-CN");
  return (
    <>
      <section class="panel strip" aria-label={t("records.bands.title")}>
        <Figure
          label={t("records.bands.energy")}
          value={answer?.total.energyKwh == null ? null : significant(answer.total.energyKwh / 1000)}
          unit="MWh"
          loading={answer === null && asked.problem === null}
        />
        <Figure
          label={t("records.bands.cost")}
          value={cost?.text ?? null}
          unit={cost?.unit ?? ""}
          note={t("records.bands.notBill")}
          loading={answer === null && asked.problem === null}
        />
        <Figure
          label={t("records.bands.mean")}
          value={answer?.total.costPerKwh == null ? null : fixed(answer.total.costPerKwh, 4)}
          unit={currency === "" ? "" : `${currency}/kWh`}
          loading={answer === null && asked.problem === null}
        />
        {answer?.tariffs.map((tariff) => (
          <div key={tariff.from} class="strip-sentence">
            {nameOf(tariff.name)}{" "}
            {tariff.figures === "simulated" && (
              <StatusWord status="provisional">{t("records.bands.simulated")}</StatusWord>
            )}
            <span class="row-note">{sideOf(tariff.authority)}</span>
          </div>
        ))}
      </section>
      <Panel
        title={t("records.bands.title")}
        {...states(asked)}
        empty={answer !== null && answer.bands.length === 0 ? t("records.bands.none") : undefined}
        actions={<Files question={question} />}
      >
        {answer !== null && (
          <>
            <BandDays answer={answer} />
            <div class="scroll-x">
              <table class="rows record-rows">
                <thead>
                  <tr>
                    <th scope="col">{t("records.bands.band")}</th>
                    <th scope="col" class="num">
                      {t("records.bands.energy")} kWh
                    </th>
                    <th scope="col" class="num">
                      {t("records.bands.share")}
                    </th>
                    <th scope="col" class="num">
                      {t("records.bands.cost")} {currency}
                    </th>
                    <th scope="col" class="num">
                      {t("ui.quality.measured")}
                    </th>
                    <th scope="col" class="num">
                      {t("ui.quality.missing")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {used.map((b) => (
                    <tr key={b.band}>
                      <th scope="row" class="nowrap">
                        <span class={`band-key band-${b.band}`} aria-hidden="true" />{" "}
                        {t(`records.band.${b.band}`)}
                      </th>
                      <td class="num" data-label={`${t("records.bands.energy")} kWh`}>
                        {fixed(b.total.energyKwh, 0)}
                      </td>
                      <td class="num" data-label={t("records.bands.share")}>
                        {percent(b.total.share)}
                      </td>
                      <td class="num" data-label={`${t("records.bands.cost")} ${currency}`}>
                        {fixed(b.total.cost, 2)}
                      </td>
                      <td class="num" data-label={t("ui.quality.measured")}>
                        {percent(b.coverage?.measured)}
                      </td>
                      <td class="num" data-label={t("ui.quality.missing")}>
                        {percent(b.coverage?.missing)}
                      </td>
                    </tr>
                  ))}
                </tbody>
                <tfoot>
                  <tr>
                    <th scope="row">{t("shared.total")}</th>
                    <td class="num" data-label={`${t("records.bands.energy")} kWh`}>
                      {fixed(answer.total.energyKwh, 0)}
                    </td>
                    <td />
                    <td class="num" data-label={`${t("records.bands.cost")} ${currency}`}>
                      {fixed(answer.total.cost, 2)}
                    </td>
                    <td class="num" data-label={t("ui.quality.measured")}>
                      {percent(answer.coverage.measured)}
                    </td>
                    <td class="num" data-label={t("ui.quality.missing")}>
                      {percent(answer.coverage.missing)}
                    </td>
                  </tr>
                </tfoot>
              </table>
            </div>
            <Remarks remarks={answer.remarks} />
          </>
        )}
      </Panel>
    </>
  );
}

function BandDays({ answer }: { answer: TariffAnswer }) {
  // Cheapest at the bottom, as the night is.
  const bands = [...answer.bands].reverse();
  const bars = answer.time.map((time, i) => ({
    label: String(Number(time.slice(8, 10))),
    parts: bands.map((b) => ({ kind: `band-${b.band}`, value: b.energyKwh[i] ?? null })),
    words: [
      time.slice(5, 10),
      ...answer.bands
        .filter((b) => (b.energyKwh[i] ?? null) !== 0)
        .map((b) => `${t(`records.band.${b.band}`)} ${quantity("energy", b.energyKwh[i])}`),
    ].join(" · "),
  }));
  const unit = unitFor(
    "energy",
    bars.map((bar) => bar.parts.reduce((s, p) => s + (p.value ?? 0), 0)),
  );
  return (
    <DayBars
      name={t("records.bands.chart", { total: withUnit(fixed(answer.total.energyKwh, 0), "kWh") })}
      bars={bars}
      unit={unit}
    />
  );
}
