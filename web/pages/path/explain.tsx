import { useEffect, useRef } from "preact/hooks";
import type { FactorUsed } from "../../../api/answers/common.ts";
import type { IndicatorsAnswer } from "../../../api/answers/indicators.ts";
import { fixed, percent } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { langOf } from "../../i18n/sides.ts";
import { setQuery } from "../../router.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { amountText, factorText, unitText } from "../common/amounts.ts";
import { lastDay } from "../common/months.ts";

type Row = {
  id: string;
  name: string;
  amount: number | null;
  unit: string;
  factor: FactorUsed;
  result: number | null;
};

function Terms(props: { title: string; factor: string; result: string; rows: readonly Row[] }) {
  return (
    <table class="rows explain-terms">
      <thead>
        <tr>
          <th scope="col">{props.title}</th>
          <th scope="col" class="num">
            {t("path.explain.amount")}
          </th>
          <th scope="col" class="num">
            {props.factor}
          </th>
          <th scope="col" class="num">
            {props.result}
          </th>
          <th scope="col" class="grade">
            {t("shared.grade")}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.rows.map((row) => {
          const amount = amountText(row.amount, row.unit);
          return (
            <tr key={row.id}>
              <th scope="row">{row.name}</th>
              <td class="num">
                {amount.text} <span class="unit">{amount.unit}</span>
              </td>
              <td class="num">{factorText(row.factor.value)}</td>
              <td class="num">
                <b>{fixed(row.result, 0)}</b>
              </td>
              <td class="grade">{row.factor.grade === "R" ? "?" : row.factor.grade}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Each factor once, in the order of the rows. */
function factorsOf(rows: readonly Row[]): FactorUsed[] {
  const seen = new Map<string, FactorUsed>();
  for (const { factor } of rows) {
    const key = `${factor.value} ${factor.unit} ${factor.source} ${factor.grade}`;
    if (!seen.has(key)) seen.set(key, factor);
  }
  return [...seen.values()];
}

/**
 * 这个数怎么来的: docked beside the chart, which stays in view. Figure, formula with its clause, numerator, denominator,
 * coverage, factors, sensitivity, open points. Escape closes it.
 */
export function Explain({ answer }: { answer: IndicatorsAnswer }) {
  const { core } = answer;
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const numerator = core.numerator.map(
    (term): Row => ({ ...term, name: nameOf(term.name), result: term.carbonT }),
  );
  const denominator = core.denominator.map(
    (term): Row => ({ ...term, name: nameOf(term.name), result: term.tce }),
  );
  const rows = [...numerator, ...denominator];
  const unverified = rows.filter((row) => row.factor.grade === "R").map((row) => row.name);
  return (
    <aside class="drawer" aria-labelledby="explain-title" tabIndex={-1} ref={box}>
      <header class="panel-head">
        <h2 class="panel-title" id="explain-title">
          {t("path.explain.title")}
        </h2>
        <div class="panel-tools">
          <button type="button" class="button" aria-label={t("path.explain.close")} onClick={close}>
            ✕
          </button>
        </div>
      </header>
      <div class="explain-figure">
        <span class="figure-value">
          <b class="figure-number">{fixed(core.value, 2)}</b> <span class="unit">tCO₂/tce</span>
        </span>
        <span class="explain-span">
          {nameOf(core.name)}
          <br />
          {answer.from.slice(0, 10)} – {lastDay(answer.to)}
        </span>
      </div>
      <div class="explain-formula">
        <span class="note">{t("path.explain.formula", { clause: nameOf(core.clause) })}</span>
        <span>{nameOf(core.formula)}</span>
        <span>
          <b>{fixed(core.carbonT, 0)}</b> tCO₂ ÷ <b>{fixed(core.consumptionTce, 0)}</b> tce ={" "}
          <b>{fixed(core.value, 4)}</b>
        </span>
      </div>
      <Terms
        title={t("path.explain.numerator")}
        factor={t("path.explain.factor")}
        result={t("path.explain.carbon")}
        rows={numerator}
      />
      <Terms
        title={t("path.explain.denominator")}
        factor={t("path.explain.coal")}
        result={t("path.explain.tce")}
        rows={denominator}
      />
      <p class="note">{t("shared.gradeNote")}</p>
      <dl class="explain-list">
        <dt>{t("path.explain.coverage")}</dt>
        <dd>
          {t("shared.coverage", {
            measured: percent(answer.coverage.measured),
            estimated: percent(answer.coverage.estimated),
            missing: percent(answer.coverage.missing),
          })}
        </dd>
        <dt>{t("path.explain.factors")}</dt>
        <dd>
          <ul class="plain">
            {factorsOf(rows).map((factor) => (
              <li key={factor.id}>
                {factor.grade} · <b>{factorText(factor.value)}</b> {unitText(factor.unit)} ·{" "}
                <span lang={langOf(sideOf(factor.source))}>{sideOf(factor.source)}</span>
                {factor.year !== null && ` · ${t("path.explain.year", { year: factor.year })}`}
              </li>
            ))}
          </ul>
        </dd>
        <dt>{t("path.explain.sensitivity")}</dt>
        <dd>
          <ul class="plain">
            {core.sensitivity.map((one) => (
              <li key={one.name.zh}>
                {t("path.explain.sensitivityItem", { name: nameOf(one.name), value: fixed(one.value, 2) })}{" "}
                <span class="quiet">{one.grade}</span>
              </li>
            ))}
          </ul>
        </dd>
        <dt>
          <StatusWord status="warning">{t("path.explain.open")}</StatusWord>
        </dt>
        <dd>
          <ul class="plain">
            {unverified.length > 0 && (
              <li>{t("path.explain.openRows", { names: unverified.join(t("ui.between")) })}</li>
            )}
            {answer.remarks.map((remark) => (
              <li key={remark.code + remark.zh}>{nameOf(remark)}</li>
            ))}
            {unverified.length === 0 && answer.remarks.length === 0 && <li>{t("path.explain.noOpen")}</li>}
          </ul>
        </dd>
      </dl>
    </aside>
  );
}

function close(): void {
  setQuery({ explain: null });
}
