import type { GreenPowerAnswer } from "../../../api/answers/green.ts";
import { apiPath, useAnswer, useUnsettled } from "../../api.ts";
import { percent } from "../../format.ts";
import { t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { place, setQuery } from "../../router.ts";
import { parkZone } from "../../state.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { MonthPicker, ScopePicker } from "../common/pickers.tsx";
import { Remarks } from "../common/remarks.tsx";
import { scopeOf } from "../common/scope.ts";
import { localNow } from "../common/when.ts";
import { HeatPanel } from "./heat-panel.tsx";
import { GreenStrip } from "./strip.tsx";
import { ContractsPanel, EnterprisesPanel, SourcesPanel } from "./tables.tsx";
import "../common/pages.css";
import "./green.css";
import { isMonth, monthSpan } from "../common/months.ts";

const EVERY_MS = 5 * 60_000;

/** 绿电: where green power comes from, and whether it was there when it was used. */
export function Page() {
  const latest = localNow().slice(0, 7);
  const asked = place.value.query.get("month");
  const month = asked !== null && isMonth(asked) ? asked : latest;
  const scope = scopeOf();
  const span = monthSpan(month, parkZone.value);
  const green = useAnswer<GreenPowerAnswer>(
    park.value === null ? null : apiPath("/green-power", { scope, ...span }),
    month === latest ? EVERY_MS : null,
  );
  const answer = green.data;
  const unsettled = useUnsettled(green);
  return (
    <div class="sheet green-page">
      <div class="page-tools">
        {park.value !== null && (
          <ScopePicker park={park.value} scope={scope} onPick={(next) => setQuery({ scope: next })} />
        )}
        <MonthPicker month={month} latest={latest} onPick={(next) => setQuery({ month: next })} />
        {answer !== null && (
          <span class="quiet spring">
            {t("shared.coverage", {
              measured: percent(answer.coverage.measured),
              estimated: percent(answer.coverage.estimated),
              missing: percent(answer.coverage.missing),
            })}
          </span>
        )}
        {unsettled && <StatusWord status="provisional">{t("shared.unsettled")}</StatusWord>}
      </div>
      <GreenStrip green={green} />
      <div class="columns green-columns">
        <div class="column">
          <HeatPanel green={green} />
          <EnterprisesPanel green={green} />
        </div>
        <div class="column">
          <SourcesPanel green={green} />
          <ContractsPanel green={green} />
          {answer !== null && answer.remarks.length > 0 && (
            <section class="panel">
              <Remarks remarks={answer.remarks} first={3} />
            </section>
          )}
        </div>
      </div>
    </div>
  );
}
