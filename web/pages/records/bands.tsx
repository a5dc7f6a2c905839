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
import { currencyName, money } from "./money.ts";
import { RecordTable, shareColumns } from "./table.tsx";

type Band = TariffAnswer["bands"][number];

/** A band, or all of them together. */
interface BandRow {
  readonly band: Band["band"] | null;
  readonly total: Pick<Band["total"], "energyKwh" | "cost"> & { readonly share: number | null };
  readonly coverage: Band["coverage"];
}

/** 峰谷: the month's energy by band, what it cost, and each day's stack. */
export function BandsTab({ asked, question }: { asked: Asked<TariffAnswer>; question: Question }) {
  const answer = asked.data;
  const used = answer?.bands.filter((b) => b.total.energyKwh !== 0) ?? [];
  const currency = answer?.currency ?? "";
  const share = t("records.bands.share");
  const chinese = lang.value === "zh-CN";
  const cost = answer?.total.cost == null ? null : money(answer.total.cost, currency, chinese);
  const coin = currencyName(currency, chinese);
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
          unit={currency === "" ? "" : `${coin}/kWh`}
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
        room={[440, 900]}
        title={t("records.bands.title")}
        subtitle={answer === null ? undefined : t("records.daily", { unit: dayUnit(answer).text })}
        {...states(asked)}
        empty={answer !== null && answer.bands.length === 0 ? t("records.bands.none") : undefined}
        actions={<Files question={question} />}
      >
        {answer !== null && (
          <>
            <BandDays answer={answer} />
            <RecordTable
              head={t("records.bands.band")}
              name={(row) =>
                row.band !== null && (
                  <>
                    <span class={`band-key band-${row.band}`} aria-hidden="true" />{" "}
                    {t(`records.band.${row.band}`)}
                  </>
                )
              }
              columns={[
                { label: `${t("records.bands.energy")} kWh`, cell: (row) => fixed(row.total.energyKwh, 0) },
                { label: share, cell: (row) => percent(row.total.share) },
                { label: `${t("records.bands.cost")} ${coin}`, cell: (row) => fixed(row.total.cost, 2) },
                ...shareColumns<BandRow>((row) => row.coverage),
              ]}
              rows={used}
              keyOf={(row) => row.band ?? ""}
              total={{
                row: { band: null, total: { ...answer.total, share: null }, coverage: answer.coverage },
                without: [share],
              }}
            />
            <Remarks remarks={answer.remarks} />
          </>
        )}
      </Panel>
    </>
  );
}

/** The days' energy in one unit. */
function dayUnit(answer: TariffAnswer) {
  return unitFor(
    "energy",
    answer.time.map((_, i) => answer.bands.reduce((sum, b) => sum + (b.energyKwh[i] ?? 0), 0)),
  );
}

function BandDays({ answer }: { answer: TariffAnswer }) {
  // Cheapest at the bottom, as the night is.
  const bands = [...answer.bands].reverse();
  const bars = answer.time.map((time, i) => ({
    date: time.slice(0, 10),
    parts: bands.map((b) => ({ kind: `band-${b.band}`, value: b.energyKwh[i] ?? null })),
    words: [
      time.slice(5, 10),
      ...answer.bands
        .filter((b) => (b.energyKwh[i] ?? null) !== 0)
        .map((b) => `${t(`records.band.${b.band}`)} ${quantity("energy", b.energyKwh[i])}`),
    ].join(" · "),
  }));
  return (
    <DayBars
      name={t("records.bands.chart", { total: withUnit(fixed(answer.total.energyKwh, 0), "kWh") })}
      bars={bars}
      unit={dayUnit(answer)}
    />
  );
}
