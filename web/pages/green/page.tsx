import type { GreenPowerAnswer } from "../../../api/answers/green.ts";
import type { GreenProofAnswer } from "../../../api/answers/green-claims.ts";
import { apiPath, useAnswer, useUnsettled } from "../../api.ts";
import { t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { place, setQuery } from "../../router.ts";
import { kiosk, parkZone } from "../../state.ts";
import { zonedInstant } from "../../time.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Coverage } from "../common/coverage.tsx";
import { MonthPicker, ScopePicker } from "../common/pickers.tsx";
import { Remarks } from "../common/remarks.tsx";
import { scopeName, scopeOf } from "../common/scope.ts";
import { localNow } from "../common/when.ts";
import { Why } from "../common/why.tsx";
import { firstOpen, heatColumns } from "./heat.ts";
import { HeatPanel } from "./heat-panel.tsx";
import { ProofPanel } from "./proof.tsx";
import { StoragePanel } from "./storage.tsx";
import { GreenStrip } from "./strip.tsx";
import { ContractsPanel, EnterprisesPanel, SourcesPanel } from "./tables.tsx";
import "../common/pages.css";
import "./green.css";
import { isMonth, monthSpan } from "../common/months.ts";

const EVERY_MS = 5 * 60_000;
/** Local start of a quarter-hour. */
const QUARTER = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):(00|15|30|45)$/;

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
  const first = answer === null ? null : firstOpen(heatColumns(answer, localNow()));
  const wanted = place.value.query.get("at");
  const at =
    wanted !== null && QUARTER.test(wanted) && wanted.startsWith(month)
      ? wanted
      : first === null
        ? null
        : `${first.day}T${String(first.hour).padStart(2, "0")}:00`;
  const proof = useAnswer<GreenProofAnswer>(
    at === null ? null : apiPath("/green-power/proof", { scope, time: zonedInstant(at, parkZone.value) }),
    null,
  );
  const open = at === null ? null : { day: at.slice(0, 10), hour: Number(at.slice(11, 13)) };
  const pick = (next: string) => setQuery({ at: next });
  const unsettled = useUnsettled(green);
  const pair = (
    <div class="green-pair">
      <SourcesPanel green={green} />
      <StoragePanel green={green} />
    </div>
  );
  return (
    <div class="sheet green-page">
      <div class="page-tools">
        <ScopePicker scope={scope} onPick={(next) => setQuery({ scope: next })} />
        <MonthPicker month={month} latest={latest} onPick={(next) => setQuery({ month: next })} />
        <Coverage coverage={answer?.coverage} />
        {unsettled && <StatusWord status="provisional">{t("shared.unsettled")}</StatusWord>}
      </div>
      <GreenStrip green={green} />
      <div class="columns green-columns">
        <div class="column">
          <HeatPanel
            green={green}
            open={open}
            onOpen={(day, hour) => pick(`${day}T${String(hour).padStart(2, "0")}:00`)}
          />
          {!kiosk.value && (
            <>
              {pair}
              <EnterprisesPanel green={green} />
            </>
          )}
        </div>
        {kiosk.value ? (
          <div class="column">{pair}</div>
        ) : (
          <div class="column">
            <ProofPanel
              proof={proof}
              waiting={answer === null && green.problem === null}
              at={at}
              scopeName={scopeName(scope)}
              onQuarter={pick}
            />
            <ContractsPanel green={green} />
            {answer !== null && answer.remarks.length > 0 && (
              <section class="panel">
                <Remarks remarks={answer.remarks} first={3} />
              </section>
            )}
          </div>
        )}
      </div>
      <Why />
    </div>
  );
}
