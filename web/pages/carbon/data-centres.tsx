import type { DataCentresAnswer } from "../../../api/answers/data-centres.ts";
import { apiPath, useAnswer } from "../../api.ts";
import { fixed, percent } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { Panel, ProvisionalTag } from "../../ui/panel.tsx";
import { states } from "../common/listed.tsx";
import { openSteps } from "../common/question.ts";

/** PUE, CUE, WUE and green share of the halls in the scope; nothing where there are none. */
export function DataCentresPanel(props: {
  readonly scope: string;
  readonly span: { readonly from: string; readonly to: string };
  readonly isReady: boolean;
  readonly everyMs: number | null;
}) {
  const { scope, span } = props;
  const halls = useAnswer<DataCentresAnswer>(
    props.isReady ? apiPath("/data-centres", { ...span, resolution: "1M" }) : null,
    props.everyMs,
  );
  const answer = halls.data;
  const shown = (answer?.halls ?? []).filter(
    (h) => !scope.startsWith("enterprise:") || scope === `enterprise:${h.enterprise}`,
  );
  if (answer !== null && shown.length === 0) return null;
  const open = (hall: DataCentresAnswer["halls"][number], indicator: "pue" | "cue" | "wue") => {
    if (answer === null) return;
    const { from, to } = answer;
    openSteps([{ figure: `hall:${hall.id}/${indicator}`, scope: `enterprise:${hall.enterprise}`, from, to }]);
  };
  return (
    <Panel
      room={[123, 142]}
      title={t("carbon.halls.title")}
      subtitle={t("carbon.halls.subtitle")}
      {...states(halls)}
    >
      {answer !== null && (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{t("carbon.halls.hall")}</th>
              <th scope="col" class="num">
                PUE
              </th>
              <th scope="col" class="num">
                CUE
              </th>
              <th scope="col" class="num">
                WUE
              </th>
              <th scope="col" class="num">
                {t("carbon.halls.green")}
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((hall) => (
              <tr key={hall.id}>
                <th scope="row">
                  {nameOf(hall.name)} {hall.provisional && <ProvisionalTag />}
                </th>
                <td class="num">
                  <button type="button" class="why-open" onClick={() => open(hall, "pue")}>
                    <b>{fixed(hall.pue, 3)}</b>
                  </button>
                </td>
                <td class="num">
                  <button type="button" class="why-open" onClick={() => open(hall, "cue")}>
                    <b>{fixed(hall.cue[0]?.value, 3)}</b>
                  </button>{" "}
                  <span class="unit">kg/kWh</span>
                </td>
                <td class="num">
                  <button type="button" class="why-open" onClick={() => open(hall, "wue")}>
                    <b>{fixed(hall.wue, 2)}</b>
                  </button>{" "}
                  <span class="unit">l/kWh</span>
                </td>
                <td class="num">{percent(hall.greenShare)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
