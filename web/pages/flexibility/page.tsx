import { useState } from "preact/hooks";
import type { FlexibilityAnswer } from "../../../api/answers/flexibility.ts";
import { type Asked, apiPath, useAnswer } from "../../api.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { kiosk } from "../../state.ts";
import { Panel } from "../../ui/panel.tsx";
import { states } from "../common/listed.tsx";
import { Remarks } from "../common/remarks.tsx";
import { scopeOf } from "../common/scope.ts";
import { AssetsPanel } from "./assets.tsx";
import { firstDuration } from "./bars.ts";
import { ConnectionsPanel } from "./connections.tsx";
import { NowPanel } from "./now.tsx";
import "../common/pages.css";
import "./flexibility.css";

const EVERY_MS = 10_000;

/** 灵活性: how much the park can give more or take more, for how long, and why. */
export function Page() {
  const asked: Asked<FlexibilityAnswer> = useAnswer<FlexibilityAnswer>(
    park.value === null ? null : apiPath("/flexibility", { scope: scopeOf() }),
    EVERY_MS,
  );
  const [picked, setPicked] = useState<number | null>(null);
  const answer = asked.data;
  const at =
    picked !== null && picked < (answer?.durationsMin.length ?? 0)
      ? picked
      : firstDuration(answer?.durationsMin ?? []);
  return (
    <div class="sheet flexibility-page">
      <div class="columns flexibility-columns">
        <div class="column">
          <NowPanel flexibility={asked} at={at} onPick={setPicked} />
        </div>
        <div class="column">
          <AssetsPanel flexibility={asked} at={at} />
          <ConnectionsPanel flexibility={asked} />
          {!kiosk.value && (
            <Panel room={[194, 282]} title={t("flexibility.method.title")} {...states(asked)}>
              {answer !== null && (
                <>
                  <dl class="method">
                    <dt>{t("flexibility.method.formula")}</dt>
                    <dd>{nameOf(answer.method.formula)}</dd>
                    <dt>{t("flexibility.method.source")}</dt>
                    <dd>{answer.method.source}</dd>
                  </dl>
                  <Remarks remarks={answer.remarks} first={2} />
                </>
              )}
            </Panel>
          )}
        </div>
      </div>
    </div>
  );
}
