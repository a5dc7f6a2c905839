import type { CarbonFigure } from "../../../api/answers/carbon.ts";
import type { EnterpriseMonthAnswer } from "../../../api/answers/enterprise-month.ts";
import type { Asked } from "../../api.ts";
import { fixed, significant, unitFor } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { Figure } from "../../ui/figure.tsx";
import { Panel, ProvisionalTag } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { amountText, atLeast, atLeastText, factorText, unitText } from "../common/amounts.ts";
import { states } from "../common/listed.tsx";
import { Remarks } from "../common/remarks.tsx";

function tableOf(answer: EnterpriseMonthAnswer): TableData {
  return {
    file: `carbon-${answer.enterprise.id}-${answer.month}`,
    caption: t("enterprise.carbon.title"),
    columns: [
      { label: t("enterprise.carbon.method") },
      { label: t("enterprise.carbon.term") },
      { label: t("enterprise.carbon.amount"), digits: 3 },
      { label: t("shared.unit") },
      { label: t("enterprise.carbon.factor"), digits: 5 },
      { label: t("shared.unit") },
      { label: t("enterprise.carbon.carbon"), digits: 1 },
      { label: t("shared.grade") },
      { label: t("enterprise.carbon.clause") },
      { label: t("enterprise.carbon.source") },
    ],
    rows: answer.carbon.flatMap((figure) => [
      ...figure.terms.map((term) => [
        nameOf(figure.name),
        nameOf(term.name),
        term.amount,
        term.unit,
        term.factor.value,
        term.factor.unit,
        term.carbonKg,
        term.factor.grade,
        nameOf(term.clause),
        sideOf(term.factor.source),
      ]),
      [nameOf(figure.name), t("shared.total"), null, "", null, "", figure.totalKg, "", "", figure.factorSet],
    ]),
    note: t("shared.gradeNote"),
  };
}

function One({ figure }: { figure: CarbonFigure }) {
  const unit = unitFor("carbon", [figure.totalKg]);
  const total = figure.totalKg === null ? null : significant(figure.totalKg / unit.per);
  return (
    <section class="method-figure">
      <header>
        <h3>{nameOf(figure.name)}</h3>
        {figure.provisional && <ProvisionalTag />}
      </header>
      <Figure
        size="key-2"
        value={total !== null && atLeast(figure) ? atLeastText(total) : total}
        unit={total === null ? undefined : unit.text}
        note={t("enterprise.carbon.set", { id: figure.factorSet })}
      />
      {figure.terms.length === 0 ? (
        <p class="note">{t("enterprise.carbon.noTerms")}</p>
      ) : (
        <ul class="terms">
          {figure.terms.map((term) => {
            const amount = amountText(term.amount, term.unit);
            return (
              <li key={term.id}>
                <span class="term-name">
                  {nameOf(term.name)} <span class="quiet">{nameOf(term.clause)}</span>
                </span>
                <b class="term-carbon">{fixed(term.carbonKg, 0)}</b>
                <span class="term-sum">
                  {amount.text} {amount.unit} × {factorText(term.factor.value)} {unitText(term.factor.unit)}
                </span>
                <span class="term-grade">
                  {t("enterprise.carbon.graded", {
                    grade: term.factor.grade === "R" ? "?" : term.factor.grade,
                  })}
                </span>
              </li>
            );
          })}
          <li class="term-total">
            <span class="term-name">{t("shared.total")}</span>
            <b class="term-carbon">{fixed(figure.totalKg, 0)}</b>
          </li>
        </ul>
      )}
      <Remarks remarks={figure.remarks} first={2} />
    </section>
  );
}

/** The figures of all methods side by side, each as amount × factor = carbon with the grade of its factor. */
export function CarbonPanel({ month }: { month: Asked<EnterpriseMonthAnswer> }) {
  const answer = month.data;
  return (
    <Panel
      room={[477, 1260]}
      title={t("enterprise.carbon.title")}
      subtitle={t("enterprise.carbon.subtitle")}
      {...states(month)}
      empty={answer !== null && answer.carbon.length === 0 ? t("enterprise.carbon.noTerms") : undefined}
      table={answer === null ? undefined : () => tableOf(answer)}
    >
      {answer !== null && (
        <>
          <div class="method-figures">
            {answer.carbon.map((figure) => (
              <One key={figure.method} figure={figure} />
            ))}
          </div>
          <p class="note">{t("shared.gradeNote")}</p>
        </>
      )}
    </Panel>
  );
}
