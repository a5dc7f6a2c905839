import type { SubMetersAnswer } from "../../../api/answers/records.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent, signed } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { type Status, StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { QualityMark } from "../../ui/quality.tsx";
import { Files, states } from "../common/listed.tsx";
import { Remarks } from "../common/remarks.tsx";
import type { Question } from "./asked.ts";

type Row = SubMetersAnswer["rows"][number];

const MARKS = {
  ok: "met",
  over: "broken",
  missing: "warning",
  hidden: "provisional",
  idle: "provisional",
} as const satisfies Record<Row["state"], Status>;

const DIGITS = 1;

/** 总分表平衡: each meter against those directly below it; what does not agree stands first in words, then in kWh. */
export function BalanceTab({ asked, question }: { asked: Asked<SubMetersAnswer>; question: Question }) {
  const answer = asked.data;
  const rows = answer?.rows ?? [];
  const count = (state: Row["state"]) => rows.filter((row) => row.state === state).length;
  return (
    <Panel
      title={t("records.balance.title")}
      subtitle={
        answer === null
          ? undefined
          : t("records.balance.subtitle", { tolerance: percent(answer.tolerance, 0) })
      }
      {...states(asked)}
      empty={answer !== null && rows.length === 0 ? t("records.balance.none") : undefined}
      actions={<Files question={question} />}
    >
      {answer !== null && (
        <>
          <p class="record-counts">
            {(["over", "missing", "ok", "hidden", "idle"] as const)
              .filter((state) => count(state) > 0)
              .map((state) => (
                <StatusWord key={state} status={MARKS[state]}>
                  {t("records.balance.count", { state: t(`records.state.${state}`), count: count(state) })}
                </StatusWord>
              ))}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keys */}
          <section class="table-box" tabIndex={0} aria-label={t("records.balance.title")}>
            <table class="rows record-rows">
              <thead>
                <tr>
                  <th scope="col">{t("records.balance.meter")}</th>
                  <th scope="col">{t("records.balance.state")}</th>
                  <th scope="col" class="num">
                    {t("records.balance.amount")}
                  </th>
                  <th scope="col" class="num">
                    {t("records.balance.children")}
                  </th>
                  <th scope="col" class="num">
                    {t("records.balance.difference")}
                  </th>
                  <th scope="col" class="num">
                    {t("records.balance.share")}
                  </th>
                  <th scope="col">{t("records.unit")}</th>
                  <th scope="col">{t("records.quality")}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.meter}>
                    <th scope="row" style={{ paddingLeft: `${row.depth * 16}px` }}>
                      {row.name === null ? row.meter : nameOf(row.name)}
                      <span class="row-note">
                        {t("records.balance.parts", { meter: row.meter, count: row.children.length })}
                      </span>
                    </th>
                    <td
                      class={row.state === "over" ? "nowrap tone-bad" : "nowrap"}
                      data-label={t("records.balance.state")}
                    >
                      <StatusWord status={MARKS[row.state]}>{t(`records.state.${row.state}`)}</StatusWord>
                    </td>
                    <td class="num" data-label={t("records.balance.amount")}>
                      {fixed(row.amount, DIGITS)}
                    </td>
                    <td class="num" data-label={t("records.balance.children")}>
                      {fixed(row.childrenAmount, DIGITS)}
                    </td>
                    <td class="num" data-label={t("records.balance.difference")}>
                      {signed(row.difference, DIGITS)}
                      {row.difference === null && row.matched !== null && (
                        <span class="row-note">
                          {t("records.balance.matched", {
                            known: percent(row.matched.known),
                            difference: signed(row.matched.difference, DIGITS),
                            share: percent(row.matched.share, 2),
                          })}
                        </span>
                      )}
                    </td>
                    <td class="num" data-label={t("records.balance.share")}>
                      {percent(row.share, 2)}
                    </td>
                    <td data-label={t("records.unit")}>{row.unit}</td>
                    <td class="nowrap" data-label={t("records.quality")}>
                      <QualityMark quality={worseOf(row)} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
          <Remarks remarks={answer.remarks} first={2} />
        </>
      )}
    </Panel>
  );
}

function worseOf(row: Row): Row["quality"] {
  const both = [row.quality, row.state === "hidden" ? row.quality : row.childrenQuality];
  return both.includes("missing") ? "missing" : both.includes("estimated") ? "estimated" : "measured";
}
