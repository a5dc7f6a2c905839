import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { Asked } from "../../api.ts";
import { fixed, withUnit } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";

type Guiding = IndicatorsAnswer["guiding"][number];

function valueText(value: number | null, unit: string): string {
  return withUnit(fixed(value, 1), unit);
}

function State({ indicator }: { indicator: Guiding }) {
  if (indicator.state === "met") return <StatusWord status="met">{t("path.guiding.met")}</StatusWord>;
  if (indicator.state === "provisional")
    return <StatusWord status="provisional">{t("path.guiding.provisional")}</StatusWord>;
  if (indicator.state === "unknown")
    return <StatusWord status="provisional">{t("path.guiding.unknown")}</StatusWord>;
  if (indicator.state === "left-out") return <span class="quiet">{t("path.guiding.left-out")}</span>;
  const by =
    indicator.value === null || indicator.target === null ? null : indicator.target - indicator.value;
  return (
    <StatusWord status="broken">
      {by === null ? t("path.guiding.notMetPlain") : t("path.guiding.not-met", { by: fixed(by, 1) })}
    </StatusWord>
  );
}

function guidingTable(answer: IndicatorsAnswer): TableData {
  return {
    file: `guiding-${answer.boundary}`,
    caption: t("path.guiding.title"),
    columns: [
      { label: t("path.guiding.indicator") },
      { label: t("path.guiding.now"), digits: 2 },
      { label: t("path.guiding.target"), digits: 1 },
      { label: t("shared.unit") },
      { label: t("path.guiding.state") },
      { label: t("path.guiding.missing") },
    ],
    rows: answer.guiding.map((one) => [
      nameOf(one.name),
      one.value,
      one.target,
      one.unit,
      one.state === "not-met" ? t("path.guiding.notMetPlain") : t(`path.guiding.${one.state}`),
      one.missing === null ? (one.reason ?? "") : nameOf(one.missing),
    ]),
  };
}

/** The five guiding indicators; what is missing is a column of its own. */
export function GuidingPanel({ indicators }: { indicators: Asked<IndicatorsAnswer> }) {
  const answer = indicators.data;
  return (
    <Panel
      class="guiding-panel"
      title={t("path.guiding.title")}
      subtitle={t("path.guiding.subtitle")}
      loading={answer === null}
      problem={indicators.problem}
      retryAt={indicators.retryAt}
      onRetry={indicators.reload}
      empty={answer !== null && answer.guiding.length === 0 ? t("shared.noneYet") : undefined}
      table={answer === null ? undefined : () => guidingTable(answer)}
    >
      {answer !== null && (
        <table class="rows guiding">
          <thead>
            <tr>
              <th scope="col">{t("path.guiding.indicator")}</th>
              <th scope="col" class="num">
                {t("path.guiding.now")}
              </th>
              <th scope="col" class="num">
                {t("path.guiding.target")}
              </th>
              <th scope="col">{t("path.guiding.state")}</th>
              <th scope="col">{t("path.guiding.missing")}</th>
            </tr>
          </thead>
          <tbody>
            {answer.guiding.map((one) => (
              <tr key={one.id}>
                <th scope="row">{nameOf(one.name)}</th>
                <td class="num">
                  <b>{valueText(one.value, one.unit)}</b>
                </td>
                <td class="num quiet">
                  {one.target === null
                    ? t("path.guiding.noTarget")
                    : `≥${withUnit(fixed(one.target, 0), one.unit)}`}
                </td>
                <td class="state">
                  <State indicator={one} />
                </td>
                <td class="missing">{one.missing === null ? "" : nameOf(one.missing)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
