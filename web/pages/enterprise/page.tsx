import type { EnterpriseMonthAnswer } from "../../../api/answers/enterprise-month.ts";
import { apiPath, useAnswer, useUnsettled } from "../../api.ts";
import { fixed, percents, quantity, significant, THIN, unitFor } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import type { PageProps } from "../../pages.ts";
import { park } from "../../park.ts";
import { go, linkTo, place, setQuery } from "../../router.ts";
import { lang, parkZone } from "../../state.ts";
import { Figure } from "../../ui/figure.tsx";
import { StatusWord } from "../../ui/glyph.tsx";
import { Failure, Panel } from "../../ui/panel.tsx";
import { MonthPicker, Picker } from "../common/pickers.tsx";
import { type Question, whyLink } from "../common/question.ts";
import { Remarks } from "../common/remarks.tsx";
import { localNow } from "../common/when.ts";
import { Why } from "../common/why.tsx";
import { CarbonPanel } from "./carbon.tsx";
import { BalancePanel, DaysPanel, EnergyPanel } from "./tables.tsx";
import "../common/pages.css";
import "./enterprise.css";
import { atLeast, atLeastText } from "../common/amounts.ts";
import { isMonth, monthSpan } from "../common/months.ts";

const EVERY_MS = 5 * 60_000;

function Strip({
  answer,
  question,
}: {
  answer: EnterpriseMonthAnswer | null;
  question: Omit<Question, "figure">;
}) {
  const loading = answer === null;
  const use = answer?.balance.useKwh ?? null;
  const useUnit = unitFor("energy", [use]);
  const figure = answer?.carbon[0];
  const kg = figure?.totalKg ?? null;
  const carbonUnit = unitFor("carbon", [kg]);
  const shares = [
    ["annual", t("enterprise.green.annual"), answer?.green.annualShare],
    ["hour-matched", t("enterprise.green.matched"), answer?.green.hourMatchedShare],
    ["direct", t("enterprise.green.direct"), answer?.green.directShare],
  ] as const;
  const why = (figureId: string, name: string) => ({
    label: t("shared.why.openNamed", { name }),
    href: whyLink({ figure: figureId, ...question }),
  });
  const missing = (answer?.coverage.missing ?? 0) > 0;
  const lower = (text: string, low: boolean): string => (low ? atLeastText(text) : text);
  return (
    <section class="panel strip enterprise-strip" aria-label={t("enterprise.title")}>
      <Figure
        label={t("enterprise.balance.use")}
        value={use === null ? null : lower(significant(use / useUnit.per), missing)}
        unit={useUnit.text}
        loading={loading}
        note={
          answer === null
            ? ""
            : `${t("enterprise.balance.gridImport")} ${quantity("energy", answer.balance.gridImportKwh)}`
        }
      />
      <Figure
        label={figure === undefined ? t("enterprise.carbon.title") : nameOf(figure.name)}
        value={
          kg === null
            ? null
            : lower(significant(kg / carbonUnit.per), figure !== undefined && atLeast(figure))
        }
        unit={carbonUnit.text}
        loading={loading}
        explain={figure === undefined ? undefined : why(`carbon:${figure.method}`, nameOf(figure.name))}
        note={
          figure?.provisional === true ? (
            <StatusWord status="provisional">{t("shared.provisional")}</StatusWord>
          ) : (
            ""
          )
        }
      />
      {shares.map(([id, label, value]) => (
        <Figure
          key={id}
          label={label}
          value={value == null ? null : fixed(value * 100, 1)}
          unit={value == null ? undefined : "%"}
          loading={loading}
          explain={value == null ? undefined : why(`green:${id}`, label)}
        />
      ))}
    </section>
  );
}

/** 企业: one enterprise's month as a customer, an auditor or a portal takes it. */
export function Page({ rest }: PageProps) {
  const latest = localNow().slice(0, 7);
  const asked = place.value.query.get("month");
  const month = asked !== null && isMonth(asked) ? asked : latest;
  const enterprises = park.value?.enterprises ?? [];
  const own = park.value?.caller.enterprise ?? null;
  const id = rest ?? own ?? enterprises[0]?.id ?? null;
  const path = id === null ? null : `/enterprises/${encodeURIComponent(id)}/months/${month}`;
  const answerOf = useAnswer<EnterpriseMonthAnswer>(
    path === null || park.value === null ? null : apiPath(path),
    month === latest ? EVERY_MS : null,
  );
  const answer = answerOf.data;
  const unsettled = useUnsettled(answerOf);
  if (park.value !== null && id === null)
    return <Panel title={t("enterprise.title")} empty={t("enterprise.none")} />;
  const question = { scope: `enterprise:${id}`, ...monthSpan(month, parkZone.value) };
  if (park.value !== null && !enterprises.some((one) => one.id === id))
    return (
      <section class="panel lone">
        <h2 class="panel-title">{t("enterprise.unknown", { id: id ?? "" })}</h2>
        <ul class="lone-list">
          {enterprises.map((one) => (
            <li key={one.id}>
              <a class="button" href={linkTo(`/enterprises/${one.id}`)}>
                {nameOf(one.name)}
              </a>
            </li>
          ))}
        </ul>
      </section>
    );
  return (
    <div class="sheet enterprise-page">
      <div class="page-tools">
        <Picker
          label={t("enterprise.enterprise")}
          value={id ?? ""}
          choices={enterprises.map((one) => ({ value: one.id, label: nameOf(one.name) }))}
          onPick={(next) => go(linkTo(`/enterprises/${next}`, { month }))}
        />
        <MonthPicker month={month} latest={latest} onPick={(next) => setQuery({ month: next })} />
        <span class="quiet coverage-line">
          {answer === null ? THIN : t("shared.coverage", percents(answer.coverage))}
        </span>
        {answer !== null && (
          <StatusWord status={answer.complete ? "met" : "provisional"}>
            {t(answer.complete ? "enterprise.complete" : "enterprise.running")}
          </StatusWord>
        )}
        {unsettled && <StatusWord status="provisional">{t("shared.unsettled")}</StatusWord>}
        {path !== null && (
          <span class="spring downloads">
            <a class="button" href={apiPath(path)} target="_blank" rel="noreferrer">
              {t("enterprise.json")}
            </a>
            <a
              class="button"
              href={apiPath(path, { format: "csv", lang: lang.value })}
              download={`${id}-${month}.csv`}
            >
              {t("enterprise.csv")}
            </a>
            <a
              class="button"
              href={apiPath(path, { format: "html", lang: lang.value })}
              target="_blank"
              rel="noreferrer"
            >
              {t("enterprise.print")}
            </a>
          </span>
        )}
      </div>
      {answer === null && answerOf.problem !== null ? (
        <section class="panel">
          <Failure problem={answerOf.problem} retryAt={answerOf.retryAt} onRetry={answerOf.reload} />
        </section>
      ) : (
        <>
          <Strip answer={answer} question={question} />
          <CarbonPanel month={answerOf} />
          <div class="columns enterprise-columns">
            <div class="column">
              <EnergyPanel month={answerOf} />
              <BalancePanel month={answerOf} />
              {answer !== null && (
                <section class="panel">
                  <Remarks remarks={answer.remarks} first={3} />
                  <p class="note">
                    {t("enterprise.generated", { time: answer.generatedAt.slice(0, 16).replace("T", " ") })}
                  </p>
                </section>
              )}
            </div>
            <div class="column">
              <DaysPanel month={answerOf} />
            </div>
          </div>
        </>
      )}
      <Why />
    </div>
  );
}
