import type { CarbonAnswer, CarbonFigure } from "../../../api/answers/carbon.ts";
import type { Asked } from "../../api.ts";
import { fixed } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { amountText, atLeast, atLeastText, detailUnit, factorText } from "../common/amounts.ts";
import { states } from "../common/listed.tsx";
import { openSteps, type Question } from "../common/question.ts";

type Term = CarbonFigure["terms"][number];

const KG_PER_T = 1000;

function tableOf(answer: CarbonAnswer): TableData {
  return {
    file: `carbon-${answer.scope.replace(":", "-")}-${answer.from.slice(0, 10)}`,
    caption: t("carbon.terms.title"),
    columns: [
      { label: t("carbon.terms.method") },
      { label: t("carbon.terms.term") },
      { label: t("carbon.terms.clause") },
      { label: t("carbon.terms.amount"), digits: 3 },
      { label: t("shared.unit") },
      { label: t("carbon.terms.factor"), digits: 5 },
      { label: t("carbon.terms.carbon"), unit: "t", digits: 3 },
      { label: t("shared.grade") },
      { label: t("carbon.terms.source") },
    ],
    rows: answer.figures.flatMap((figure) => [
      ...figure.terms.map((term) => [
        nameOf(figure.name),
        nameOf(term.name),
        nameOf(term.clause),
        term.amount,
        term.unit,
        term.factor.value,
        term.carbonKg === null ? null : term.carbonKg / KG_PER_T,
        term.factor.grade,
        sideOf(term.factor.source),
      ]),
      [
        nameOf(figure.name),
        t("shared.total"),
        "",
        null,
        "",
        null,
        figure.totalKg === null ? null : figure.totalKg / KG_PER_T,
        figure.grade,
        figure.factorSet,
      ],
    ]),
    note: t("shared.gradeNote"),
  };
}

/** A method's total in tonnes; with a term unknown or known in part it is a lower bound. */
function totalText(figure: CarbonFigure): string {
  const text = fixed(figure.totalKg === null ? null : figure.totalKg / KG_PER_T, 0);
  return atLeast(figure) ? atLeastText(text) : text;
}

/** Each term's amount once, and what it makes by each method; parts in the order of Annex 4. */
export function TermsPanel({
  carbon,
  question,
}: {
  carbon: Asked<CarbonAnswer>;
  question: Omit<Question, "figure"> | null;
}) {
  const answer = carbon.data;
  const national = answer?.figures[0];
  const others = answer?.figures.slice(1) ?? [];
  // one prefix for the whole column, so that its rows can be read against each other
  const energy = detailUnit(
    (answer?.figures ?? []).flatMap((figure) =>
      figure.terms.flatMap((term) => (term.unit === "kWh" ? [term.amount] : [])),
    ),
  );
  const carbonOf = (figure: CarbonFigure, term: Term) => {
    const same = figure.terms.find((o) => o.id === term.id);
    if (same === undefined) return "";
    const carbon = fixed(same.carbonKg === null ? null : same.carbonKg / KG_PER_T, 0);
    if (same.amount === term.amount) return carbon;
    // Location-based takes all that is bought, whatever the contracts: its own amount stands with it.
    const amount = amountText(same.amount, same.unit, energy);
    return (
      <>
        {carbon}
        <span class="own-amount">
          {amount.text} {amount.unit}
        </span>
      </>
    );
  };
  return (
    <Panel
      room={[325, 344]}
      title={t("carbon.terms.title")}
      subtitle={t("carbon.terms.subtitle")}
      {...states(carbon)}
      table={answer === null ? undefined : () => tableOf(answer)}
    >
      {national !== undefined && question !== null && (
        <>
          <table class="rows carbon-terms">
            <thead>
              <tr>
                <th scope="col">{t("carbon.terms.term")}</th>
                <th scope="col" class="num">
                  {t("carbon.terms.amount")}
                </th>
                <th scope="col" class="num factor">
                  {t("carbon.terms.factor")}
                </th>
                <th scope="col" class="num">
                  {nameOf(national.name)} t
                </th>
                {others.map((figure) => (
                  <th scope="col" class="num other" key={figure.method}>
                    {nameOf(figure.name)} t
                  </th>
                ))}
                <th scope="col" class="basis">
                  {t("shared.why.basis")}
                </th>
                <th scope="col" class="grade">
                  {t("shared.grade")}
                </th>
              </tr>
            </thead>
            <tbody>
              {national.terms.map((term) => {
                const amount = amountText(term.amount, term.unit, energy);
                return (
                  <tr key={term.id}>
                    <th scope="row">
                      <button
                        type="button"
                        class="why-open"
                        onClick={() =>
                          openSteps([{ figure: `carbon:${national.method}/${term.id}`, ...question }])
                        }
                      >
                        {nameOf(term.name)}
                      </button>
                    </th>
                    <td class="num">
                      {amount.text} <span class="unit">{amount.unit}</span>
                    </td>
                    <td class="num factor">{factorText(term.factor.value)}</td>
                    <td class="num">
                      <b>{carbonOf(national, term)}</b>
                    </td>
                    {others.map((figure) => (
                      <td class="num other" key={figure.method}>
                        {carbonOf(figure, term)}
                      </td>
                    ))}
                    <td class="basis">{t(`shared.why.${term.basis}`)}</td>
                    <td class="grade">{term.factor.grade === "R" ? "?" : term.factor.grade}</td>
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t("shared.total")}</th>
                <td />
                <td class="factor" />
                {[national, ...others].map((figure, place) => (
                  <td class={place === 0 ? "num" : "num other"} key={figure.method}>
                    <b>{totalText(figure)}</b>
                  </td>
                ))}
                <td class="basis" />
                <td />
              </tr>
            </tfoot>
          </table>
          <p class="note">{t("shared.gradeNote")}</p>
        </>
      )}
    </Panel>
  );
}
