import type { CarbonAnswer } from "../../../api/answers/carbon.ts";
import { apiPath, useAnswer, useUnsettled } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { place, setQuery } from "../../router.ts";
import { parkZone } from "../../state.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Coverage } from "../common/coverage.tsx";
import { isMonth, monthSpan, shiftMonth } from "../common/months.ts";
import { MonthPicker, ScopePicker } from "../common/pickers.tsx";
import { Remarks } from "../common/remarks.tsx";
import { scopeOf } from "../common/scope.ts";
import { localNow } from "../common/when.ts";
import { Why } from "../common/why.tsx";
import { ClaimPanel } from "./claim.tsx";
import { DataCentresPanel } from "./data-centres.tsx";
import { MethodsStrip } from "./methods.tsx";
import { OpenPanel } from "./open.tsx";
import { TermsPanel } from "./terms.tsx";
import "../common/pages.css";
import "./carbon.css";

const EVERY_MS = 5 * 60_000;
const MONTHS = 12;

/** The twelve months that end with this one. */
function yearTo(month: string): { from: string; to: string } {
  return {
    from: monthSpan(shiftMonth(month, 1 - MONTHS), parkZone.value).from,
    to: monthSpan(month, parkZone.value).to,
  };
}

/** 碳: a scope's carbon three ways, term by term, what it is over energy, value and products, and what is still open. */
export function Page() {
  const latest = localNow().slice(0, 7);
  const asked = place.value.query.get("month");
  const month = asked !== null && isMonth(asked) ? asked : latest;
  const isYear = place.value.query.get("span") === "year";
  const scope = scopeOf();
  const span = isYear ? yearTo(month) : monthSpan(month, parkZone.value);
  const everyMs = month === latest ? EVERY_MS : null;
  const isReady = park.value !== null;
  const carbon = useAnswer<CarbonAnswer>(isReady ? apiPath("/carbon", { scope, ...span }) : null, everyMs);
  const answer = carbon.data;
  const unsettled = useUnsettled(carbon);
  const question = answer === null ? null : { scope: answer.scope, from: answer.from, to: answer.to };
  return (
    <div class="sheet carbon-page">
      <div class="page-tools">
        <ScopePicker scope={scope} onPick={(next) => setQuery({ scope: next })} />
        <MonthPicker month={month} latest={latest} onPick={(next) => setQuery({ month: next })} />
        <fieldset class="span-choice">
          <legend class="visually-hidden">{t("carbon.span")}</legend>
          <button
            type="button"
            class="button"
            aria-pressed={!isYear}
            onClick={() => setQuery({ span: null })}
          >
            {t("carbon.oneMonth")}
          </button>
          <button
            type="button"
            class="button"
            aria-pressed={isYear}
            onClick={() => setQuery({ span: "year" })}
          >
            {t("carbon.twelveMonths")}
          </button>
        </fieldset>
        <Coverage coverage={answer?.coverage} />
        {unsettled && <StatusWord status="provisional">{t("shared.unsettled")}</StatusWord>}
      </div>
      <MethodsStrip carbon={carbon} question={question} />
      <div class="columns carbon-columns">
        <div class="column">
          <TermsPanel carbon={carbon} question={question} />
          <DataCentresPanel scope={scope} span={span} isReady={isReady} everyMs={everyMs} />
        </div>
        <div class="column">
          <ClaimPanel carbon={carbon} />
          <OpenPanel carbon={carbon} />
          {answer !== null && (answer.figures[0]?.remarks.length ?? 0) > 0 && (
            <section class="panel">
              <Remarks remarks={answer.figures[0]?.remarks ?? []} first={3} />
            </section>
          )}
        </div>
      </div>
      <Why />
    </div>
  );
}
