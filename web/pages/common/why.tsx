import { useEffect, useRef, useState } from "preact/hooks";
import type { ExplainAnswer } from "../../../api/answers/explain.ts";
import { apiPath, useAnswer } from "../../api.ts";
import { fixed, percents } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { langOf } from "../../i18n/sides.ts";
import { place } from "../../router.ts";
import { copyText } from "../../ui/copy.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Failure, LateWords, ProvisionalTag } from "../../ui/panel.tsx";
import { amountText, detailUnit, factorText, unitText } from "./amounts.ts";
import { lastDay } from "./months.ts";
import { openSteps, type Question, stepsOf } from "./question.ts";
import { meterName } from "./registers.ts";
import { scopeName } from "./scope.ts";
import "./why.css";

type Group = ExplainAnswer["groups"][number];

const WHOLE_FROM = 100_000;

/** A figure in full: four digits after the point where it is small. */
function valueText(value: number | null, unit: string): string {
  if (value === null) return "—";
  const size = Math.abs(value);
  return fixed(
    value,
    size >= WHOLE_FROM || (Number.isInteger(value) && unit !== "%")
      ? 0
      : size >= 10
        ? 1
        : size >= 0.1
          ? 2
          : 4,
  );
}

/** Decimals of a group's results: one up to six digits before the point, the same in all its rows. */
function decimalsOf(group: Group): number {
  const results = [group.result, ...group.rows.map((row) => row.result)];
  return results.some((result) => Math.abs(result ?? 0) >= WHOLE_FROM) ? 0 : 1;
}

function Rows({ group, steps }: { group: Group; steps: readonly Question[] }) {
  if (group.rows.length === 0)
    return <p class="why-none">{t("shared.why.nothing", { what: nameOf(group.name) })}</p>;
  const digits = decimalsOf(group);
  const energy = detailUnit(group.rows.flatMap((row) => (row.unit === "kWh" ? [row.amount] : [])));
  const hasFactors = group.rows.some((row) => row.factor !== null);
  return (
    <table class="rows why-rows">
      <thead>
        <tr>
          <th scope="col">{nameOf(group.name)}</th>
          {hasFactors && (
            <>
              <th scope="col" class="num">
                {t("shared.why.amount")}
              </th>
              <th scope="col" class="num">
                {t("shared.why.factor")}
              </th>
            </>
          )}
          <th scope="col" class="num">
            {unitText(group.unit)}
          </th>
          <th scope="col" class="grade">
            {hasFactors ? t("shared.grade") : t("shared.why.basis")}
          </th>
        </tr>
      </thead>
      <tbody>
        {group.rows.map((row) => {
          const amount = amountText(row.amount, row.unit, energy);
          const { opens } = row;
          const basis = row.basis === null ? "" : t(`shared.why.${row.basis}`);
          return (
            <tr key={row.id}>
              <th scope="row">
                {opens === null ? (
                  nameOf(row.name)
                ) : (
                  <button type="button" class="why-open" onClick={() => openSteps([...steps, opens])}>
                    {nameOf(row.name)}
                  </button>
                )}
                {row.evidence !== null && (
                  <span class="why-evidence" lang={langOf(sideOf(row.evidence))}>
                    {sideOf(row.evidence)}
                  </span>
                )}
              </th>
              {hasFactors && (
                <>
                  <td class="num">
                    {amount.text} <span class="unit">{amount.unit}</span>
                  </td>
                  <td class="num">{row.factor === null ? "" : factorText(row.factor.value)}</td>
                </>
              )}
              <td class="num">
                <b>{fixed(row.result, digits)}</b>
              </td>
              <td class="grade">{hasFactors ? (row.grade === "R" ? "?" : (row.grade ?? "")) : basis}</td>
            </tr>
          );
        })}
      </tbody>
      {group.rows.length > 1 && (
        <tfoot>
          <tr>
            <th scope="row" colSpan={hasFactors ? 3 : 1}>
              {t("shared.total")}
            </th>
            <td class="num">
              <b>{fixed(group.result, digits)}</b>
            </td>
            <td />
          </tr>
        </tfoot>
      )}
    </table>
  );
}

const DISPLAY_DIGITS = 6;

/** A display as it was sent: all its digits after the point, and no more. */
function displayText(value: number): string {
  const digits = String(value).split(".")[1]?.length ?? 0;
  return fixed(value, Math.min(DISPLAY_DIGITS, digits));
}

/** Down to the display: what was read, times what. */
function Readings({ readings }: { readings: ExplainAnswer["readings"] }) {
  if (readings.length === 0) return null;
  return (
    <section class="why-readings">
      <h3>{t("shared.why.readings")}</h3>
      <ol>
        {readings.map((r) => (
          <li key={`${r.meter}${r.channel}`}>
            <span>
              {meterName(r.meter)} · {r.to.time.slice(0, 16).replace("T", " ")} ·{" "}
              <b>
                {fixed(r.energy, 1)} {r.unit}
              </b>{" "}
              <span class="quiet">{t(`ui.quality.${r.quality}`)}</span>
            </span>
            <span>
              ({displayText(r.to.display)} − {displayText(r.from.display)}) × {factorText(r.multiplier)}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Facts({ answer }: { answer: ExplainAnswer }) {
  const { coverage } = answer;
  return (
    <dl class="why-list">
      {coverage !== null && (
        <>
          <dt>{t("shared.why.coverage")}</dt>
          <dd>{t("shared.coverage", percents(coverage))}</dd>
        </>
      )}
      {answer.factorSets.length > 0 && (
        <>
          <dt>{t("shared.why.factorSets")}</dt>
          <dd>
            <ul class="plain">
              {answer.factorSets.map((set) => (
                <li key={set.id}>
                  <code>{set.id}</code> {nameOf(set.name)}
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
      {answer.sensitivity.length > 0 && (
        <>
          <dt>{t("shared.why.sensitivity")}</dt>
          <dd>
            <ul class="plain">
              {answer.sensitivity.map((one) => (
                <li key={one.name.zh}>
                  {nameOf(one.name)} → <b>{valueText(one.value, answer.unit)}</b>{" "}
                  <span class="quiet">{one.grade === "R" ? "?" : one.grade}</span>
                </li>
              ))}
            </ul>
          </dd>
        </>
      )}
      <dt>{t("shared.why.changes")}</dt>
      <dd>
        {answer.changes.length === 0 ? (
          t("shared.why.noChanges")
        ) : (
          <ul class="plain">
            {answer.changes.map((change) => (
              <li key={`${change.time}${change.kind}`}>
                {change.time.slice(0, 10)} · {change.by} · {change.reason}{" "}
                <span class="quiet">
                  {t(`repair.act.${change.kind}`)} · {change.meters.map(meterName).join(t("ui.between"))}
                </span>
              </li>
            ))}
          </ul>
        )}
      </dd>
      {(answer.openQuestions.length > 0 || answer.remarks.length > 0) && (
        <>
          <dt>
            <StatusWord status="warning">{t("shared.why.open")}</StatusWord>
          </dt>
          <dd>
            <ul class="plain">
              {answer.openQuestions.map((one) => (
                <li key={one.id}>
                  {nameOf(one.question)} <span class="quiet">{nameOf(one.asks)}</span>
                </li>
              ))}
              {answer.remarks.map((remark) => (
                <li key={remark.code + remark.zh}>{nameOf(remark)}</li>
              ))}
            </ul>
          </dd>
        </>
      )}
    </dl>
  );
}

/** Steps up from here, and the address to send to somebody. */
function Head({ steps }: { steps: readonly Question[] }) {
  const [copied, setCopied] = useState<boolean | null>(null);
  return (
    <header class="panel-head">
      {steps.length > 1 && (
        <button
          type="button"
          class="button"
          aria-label={t("shared.why.up")}
          onClick={() => openSteps(steps.slice(0, -1))}
        >
          ‹
        </button>
      )}
      <h2 class="panel-title" id="why-title">
        {t("shared.why.title")}
      </h2>
      <div class="panel-tools">
        <button
          type="button"
          class="button"
          onClick={() => copyText(location.href).then(setCopied, () => setCopied(false))}
        >
          {copied === true ? t("shared.why.copied") : t("shared.why.copy")}
        </button>
        <button type="button" class="button" aria-label={t("shared.why.close")} onClick={() => openSteps([])}>
          ✕
        </button>
      </div>
    </header>
  );
}

function Opened({ steps, question }: { steps: readonly Question[]; question: Question }) {
  const asked = useAnswer<ExplainAnswer>(apiPath("/explain", { ...question }));
  const box = useRef<HTMLElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    box.current?.focus({ preventScroll: true });
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") openSteps([]);
    };
    addEventListener("keydown", onKey);
    return () => {
      removeEventListener("keydown", onKey);
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const answer = asked.data;
  return (
    <aside class="drawer" aria-labelledby="why-title" tabIndex={-1} ref={box}>
      <Head steps={steps} />
      {answer === null ? (
        asked.problem === null ? (
          <LateWords />
        ) : (
          <Failure problem={asked.problem} retryAt={asked.retryAt} onRetry={asked.reload} />
        )
      ) : (
        <>
          <div class="why-figure">
            <span class="figure-value">
              <b class="figure-number">{valueText(answer.value, answer.unit)}</b>{" "}
              {answer.value !== null && <span class="unit">{unitText(answer.unit)}</span>}
            </span>
            <span class="why-span">
              {nameOf(answer.name)} {answer.provisional && <ProvisionalTag />}
              <br />
              {scopeName(answer.scope)} · {spanText(answer)}
            </span>
          </div>
          <div class="why-formula">
            <span class="note">
              {t("shared.why.formula")}
              {answer.clause !== null && ` · ${nameOf(answer.clause)}`}
            </span>
            <span>{nameOf(answer.formula)}</span>
            {answer.value !== null && <b>{unitText(answer.calculation)}</b>}
          </div>
          {answer.groups.map((group) => (
            <Rows key={group.id} group={group} steps={steps} />
          ))}
          <Readings readings={answer.readings} />
          <Facts answer={answer} />
          {answer.groups.some((group) => group.rows.some((row) => row.grade !== null)) && (
            <p class="note why-grades">{t("shared.gradeNote")}</p>
          )}
        </>
      )}
    </aside>
  );
}

/** Days, or the quarter-hour itself. */
function spanText({ from, to }: Pick<ExplainAnswer, "from" | "to">): string {
  const onDays = [from, to].every((t) => t.slice(11, 19) === "00:00:00");
  if (onDays)
    return from.slice(0, 10) === lastDay(to) ? lastDay(to) : `${from.slice(0, 10)} – ${lastDay(to)}`;
  return `${from.slice(0, 16).replace("T", " ")} – ${to.slice(11, 16)}`;
}

/** 这个数怎么来的: docked beside the page, which stays in view; each row opens what it is made of. Escape closes it. */
export function Why() {
  const steps = stepsOf(place.value.query);
  const question = steps[steps.length - 1];
  return question === undefined ? null : <Opened steps={steps} question={question} />;
}
