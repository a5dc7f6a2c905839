import type { ComparisonAnswer } from "../../../api/answers/records.ts";
import type { Asked } from "../../api.ts";
import { DASH, fixed, percent, signed } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { setQuery } from "../../router.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Files, states } from "../common/listed.tsx";
import { lastDay, monthsBack } from "../common/months.ts";
import { Picker } from "../common/pickers.tsx";
import { Remarks } from "../common/remarks.tsx";
import { MEDIA, type Question, type View } from "./asked.ts";

const BASES_LISTED = 36;

/** ▲ and ▼ beside the sign: what rose and what fell is never told by colour alone. */
function Change({ change }: { change: ComparisonAnswer["compared"][number]["importChange"] }) {
  if (change.amount === null) return <>{DASH}</>;
  const arrow = change.amount > 0 ? "▲" : change.amount < 0 ? "▼" : "";
  const tone = change.amount > 0 ? "change-up" : change.amount < 0 ? "change-down" : undefined;
  const share = change.share === null ? DASH : `${change.share > 0 ? "+" : ""}${percent(change.share)}`;
  return (
    <span class={tone}>
      <span aria-hidden="true">{arrow}</span> {signed(change.amount, 1)}
      <span class="row-note">{share}</span>
    </span>
  );
}

/** 同比: the month, the same dates last year and a base period, each with how much of it is known. */
export function CompareTab(props: { asked: Asked<ComparisonAnswer>; question: Question; view: View }) {
  const { asked, question, view } = props;
  const answer = asked.data;
  const unit = answer?.unit ?? "";
  const bases = monthsBack(`${view.latest}-01`, BASES_LISTED);
  const span = (side: { from: string; to: string }) => `${side.from.slice(0, 10)} – ${lastDay(side.to)}`;
  return (
    <>
      <div class="page-tools">
        <Picker
          label={t("records.compare.medium")}
          value={view.medium}
          choices={MEDIA.map((medium) => ({ value: medium, label: t(`enterprise.energy.${medium}`) }))}
          onPick={(medium) => setQuery({ medium })}
        />
        <Picker
          label={t("records.compare.basePicker")}
          value={view.base ?? ""}
          choices={[
            { value: "", label: t("records.compare.noBase") },
            ...(view.base === null || bases.includes(view.base) ? bases : [view.base, ...bases]).map(
              (one) => ({
                value: one,
                label: one,
              }),
            ),
          ]}
          onPick={(base) => setQuery({ base: base === "" ? null : base })}
        />
      </div>
      <Panel
        title={t("records.compare.title")}
        subtitle={answer === null ? undefined : span({ from: answer.from, to: answer.through })}
        {...states(asked)}
        actions={<Files question={question} />}
      >
        {answer !== null && (
          <>
            <div class="scroll-x">
              <table class="rows record-rows">
                <thead>
                  <tr>
                    <th scope="col">{t("records.compare.side")}</th>
                    <th scope="col" class="num">
                      {t("enterprise.energy.import")} {unit}
                    </th>
                    <th scope="col" class="num">
                      {t("records.compare.change")}
                    </th>
                    <th scope="col" class="num">
                      {t("enterprise.energy.export")} {unit}
                    </th>
                    <th scope="col" class="num">
                      {t("records.compare.change")}
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
                  <tr>
                    <th scope="row">
                      {t("records.compare.current")}
                      <span class="row-note">{span(answer.current)}</span>
                    </th>
                    <td class="num" data-label={`${t("enterprise.energy.import")} ${unit}`}>
                      <b>{fixed(answer.current.importAmount, 1)}</b>
                    </td>
                    <td />
                    <td class="num" data-label={`${t("enterprise.energy.export")} ${unit}`}>
                      <b>{fixed(answer.current.exportAmount, 1)}</b>
                    </td>
                    <td />
                    <td class="num" data-label={t("ui.quality.measured")}>
                      {percent(answer.current.coverage.measured)}
                    </td>
                    <td class="num" data-label={t("ui.quality.missing")}>
                      {percent(answer.current.coverage.missing)}
                    </td>
                  </tr>
                  {answer.compared.map((side) => (
                    <tr key={side.with}>
                      <th scope="row">
                        {t(`records.compare.${side.with}`)}
                        <span class="row-note">{span(side)}</span>
                        {!side.comparable && (
                          <StatusWord status="warning">{t("records.compare.notKnown")}</StatusWord>
                        )}
                      </th>
                      <td class="num" data-label={`${t("enterprise.energy.import")} ${unit}`}>
                        {fixed(side.importAmount, 1)}
                      </td>
                      <td class="num" data-label={t("records.compare.change")}>
                        <Change change={side.importChange} />
                      </td>
                      <td class="num" data-label={`${t("enterprise.energy.export")} ${unit}`}>
                        {fixed(side.exportAmount, 1)}
                      </td>
                      <td class="num" data-label={t("records.compare.change")}>
                        <Change change={side.exportChange} />
                      </td>
                      <td class="num" data-label={t("ui.quality.measured")}>
                        {percent(side.coverage.measured)}
                      </td>
                      <td class="num" data-label={t("ui.quality.missing")}>
                        {percent(side.coverage.missing)}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <Remarks remarks={answer.remarks} />
          </>
        )}
      </Panel>
    </>
  );
}
