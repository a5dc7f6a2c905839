import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import type { Asked } from "../../api.ts";
import { fixed, percent, signed, THIN, withUnit } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { type Pattern, type Source, Swatch } from "../../ui/swatch.tsx";
import type { TableData } from "../../ui/table.tsx";
import { ShareBar } from "../common/bars.tsx";
import { Remarks } from "../common/remarks.tsx";

type Lever = PathwayAnswer["levers"][number];
type Guiding = IndicatorsAnswer["guiding"][number];

const LEVER_MARKS: Readonly<Record<Lever["id"], { source: Source; pattern: Pattern }>> = {
  directLineGwh: { source: "grid", pattern: "horizontal" },
  certificates: { source: "grid", pattern: "vertical" },
  pvMwp: { source: "solar", pattern: "solid" },
  efficiencyGwh: { source: "use", pattern: "solid" },
  storageMwh: { source: "discharge", pattern: "solid" },
  gasToPowerM3: { source: "gas", pattern: "solid" },
};

function leversTable(answer: PathwayAnswer): TableData {
  return {
    file: `levers-${answer.boundary}`,
    caption: t("path.levers.title"),
    columns: [
      { label: t("path.levers.lever") },
      { label: t("shared.unit") },
      { label: t("path.levers.carbon"), digits: 1 },
      { label: t("path.levers.intensity"), digits: 5 },
      { label: t("shared.remarks") },
    ],
    rows: answer.levers.map((lever) => [
      nameOf(lever.name),
      nameOf(lever.unit),
      lever.carbonTPerUnit,
      lever.tco2PerTcePerUnit,
      lever.remarks.map(nameOf).join(" "),
    ]),
    note: t("path.levers.note"),
  };
}

/** What one more unit of each lever gives; remarks stand under their lever, not in a tooltip. */
export function LeversPanel({ pathway }: { pathway: Asked<PathwayAnswer> }) {
  const answer = pathway.data;
  return (
    <Panel
      title={t("path.levers.title")}
      subtitle={t("path.levers.subtitle")}
      loading={answer === null}
      problem={pathway.problem}
      retryAt={pathway.retryAt}
      onRetry={pathway.reload}
      empty={answer !== null && answer.levers.length === 0 ? t("shared.noneYet") : undefined}
      table={answer === null ? undefined : () => leversTable(answer)}
    >
      {answer !== null && (
        <>
          <table class="rows levers">
            <thead>
              <tr>
                <th scope="col">{t("path.levers.lever")}</th>
                <th scope="col" class="num">
                  {t("path.levers.carbon")}
                </th>
                <th scope="col" class="num">
                  {t("path.levers.intensity")}
                </th>
              </tr>
            </thead>
            <tbody>
              {answer.levers.map((lever) => {
                const mark = LEVER_MARKS[lever.id];
                const rises = (lever.carbonTPerUnit ?? 0) > 0;
                return (
                  <tr key={lever.id}>
                    <th scope="row">
                      <span class="with-swatch">
                        <Swatch source={mark.source} pattern={mark.pattern} />
                        <span>
                          <b>{nameOf(lever.name)}</b>{" "}
                          <span class="quiet">{t("path.levers.per", { unit: nameOf(lever.unit) })}</span>
                        </span>
                      </span>
                      {lever.remarks.length > 0 && (
                        <span class="row-note">{lever.remarks.map(nameOf).join(" ")}</span>
                      )}
                    </th>
                    <td class="num">
                      <b>{signed(lever.carbonTPerUnit, 1)}</b>
                      {rises && <span class="row-note tone-bad">{t("path.levers.up")}</span>}
                    </td>
                    <td class="num">{signed(lever.tco2PerTcePerUnit, 4)}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
          <p class="note">{t("path.levers.note")}</p>
        </>
      )}
    </Panel>
  );
}

/** The direct-supply principle: a warning of its own, never part of the core figure. */
export function DirectPanel({ indicators }: { indicators: Asked<IndicatorsAnswer> }) {
  const answer = indicators.data;
  const direct = answer?.directSupply;
  return (
    <Panel
      title={t("path.direct.title")}
      subtitle={t("path.direct.subtitle")}
      loading={answer === null}
      problem={indicators.problem}
      retryAt={indicators.retryAt}
      onRetry={indicators.reload}
    >
      {direct !== undefined && (
        <div class="direct-row">
          <span class="direct-figure">
            <b>{direct.share === null ? "—" : fixed(direct.share * 100, 1)}</b>
            <span class="unit">{THIN}%</span>
          </span>
          <ShareBar
            share={direct.share}
            mark={direct.inPrinciple}
            markLabel={t("path.direct.principle", { value: percent(direct.inPrinciple, 0) })}
            label={t("path.direct.share")}
          />
          {direct.share === null ? (
            <StatusWord status="provisional">{t("path.direct.unknown")}</StatusWord>
          ) : direct.met === true ? (
            <StatusWord status="met">{t("path.direct.met")}</StatusWord>
          ) : (
            <StatusWord status="warning">{t("path.direct.notMet")}</StatusWord>
          )}
        </div>
      )}
    </Panel>
  );
}

function valueText(value: number | null, unit: string): string {
  return withUnit(fixed(value, 1), unit);
}

function State({ indicator }: { indicator: Guiding }) {
  if (indicator.state === "met") return <StatusWord status="met">{t("path.guiding.met")}</StatusWord>;
  if (indicator.state === "provisional")
    return <StatusWord status="provisional">{t("path.guiding.provisional")}</StatusWord>;
  if (indicator.state === "unknown")
    return <StatusWord status="provisional">{t("path.guiding.unknown")}</StatusWord>;
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
      one.missing === null ? "" : nameOf(one.missing),
    ]),
  };
}

/** The five guiding indicators; what is missing is a column of its own. */
export function GuidingPanel({ indicators }: { indicators: Asked<IndicatorsAnswer> }) {
  const answer = indicators.data;
  return (
    <Panel
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

/** What is not settled yet: other values of open factors with what they would make of the core figure, and the points. */
export function OpenPanel({ indicators }: { indicators: Asked<IndicatorsAnswer> }) {
  const answer = indicators.data;
  const nothing = answer !== null && answer.core.sensitivity.length === 0 && answer.remarks.length === 0;
  return (
    <Panel
      title={t("path.open.title")}
      subtitle={t("path.open.subtitle")}
      loading={answer === null}
      problem={indicators.problem}
      retryAt={indicators.retryAt}
      onRetry={indicators.reload}
      empty={nothing ? t("path.open.none") : undefined}
    >
      {answer !== null && (
        <>
          <table class="rows open-values">
            <tbody>
              {answer.core.sensitivity.map((one) => (
                <tr key={one.name.zh}>
                  <th scope="row">
                    {nameOf(one.name)} <span class="quiet">{t("path.open.grade", { grade: one.grade })}</span>
                  </th>
                  <td class="num">
                    <b>{fixed(one.value, 2)}</b> <span class="unit">tCO₂/tce</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Remarks remarks={answer.remarks} first={2} />
        </>
      )}
    </Panel>
  );
}
