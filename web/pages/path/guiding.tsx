import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { Asked } from "../../api.ts";
import { fixed, withUnit } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { lang } from "../../state.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { states } from "../common/listed.tsx";

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

/** What is missing; else why it is left out, or what it rests on. */
function restsOn(one: Guiding): string {
  if (one.missing !== null) return nameOf(one.missing);
  if (one.reason !== null) return sideOf(one.reason);
  const uses = one.basis === "declared" ? one.declared : one.parts.flatMap((part) => part.declared);
  const first = uses[0];
  if (first === undefined) return "";
  const evidence = [...new Set(uses.map((use) => sideOf(use.evidence)))].slice(0, 2).join(t("ui.between"));
  return one.basis === "declared"
    ? t("path.guiding.declared", { span: `${first.from.slice(0, 7)} – ${lastMonth(first.to)}`, evidence })
    : t("path.guiding.measured", { evidence });
}

/** The last month of a half-open span of local dates. */
function lastMonth(to: string): string {
  return new Date(Date.parse(`${to}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 7);
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
      restsOn(one),
    ]),
  };
}

/** The five guiding indicators; what is missing is a column of its own. */
export function GuidingPanel({ indicators }: { indicators: Asked<IndicatorsAnswer> }) {
  const answer = indicators.data;
  return (
    <Panel
      class="guiding-panel"
      room={[lang.value === "en" ? 310 : 257, 449]}
      title={t("path.guiding.title")}
      subtitle={t("path.guiding.subtitle")}
      {...states(indicators)}
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
                <td class="missing">{restsOn(one)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
