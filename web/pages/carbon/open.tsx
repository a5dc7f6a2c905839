import type { CarbonAnswer } from "../../../api/answers/carbon.ts";
import type { Asked } from "../../api.ts";
import { fixed, signed } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { Panel } from "../../ui/panel.tsx";
import { states } from "../common/listed.tsx";
import { monthRuns } from "../common/months.ts";

/** What the national figure would be under the other answers to what is still open, and what is missing from it. */
export function OpenPanel({ carbon }: { carbon: Asked<CarbonAnswer> }) {
  const answer = carbon.data;
  const total = answer?.figures[0]?.totalKg ?? null;
  return (
    <Panel
      room={[250, 250]}
      title={t("carbon.open.title")}
      subtitle={t("carbon.open.subtitle")}
      {...states(carbon)}
    >
      {answer !== null && (
        <>
          <table class="rows">
            <thead>
              <tr>
                <th scope="col">{t("carbon.open.option")}</th>
                <th scope="col" class="num">
                  tCO₂
                </th>
                <th scope="col" class="num">
                  {t("carbon.open.change")}
                </th>
                <th scope="col" class="grade">
                  {t("shared.grade")}
                </th>
              </tr>
            </thead>
            <tbody>
              {answer.alternatives.map((one) => (
                <tr key={one.question + one.option}>
                  <th scope="row">{nameOf(one.name)}</th>
                  <td class="num">{fixed(one.totalKg === null ? null : one.totalKg / 1000, 0)}</td>
                  <td class="num">
                    {signed(one.totalKg === null || total === null ? null : (one.totalKg - total) / 1000, 0)}
                  </td>
                  <td class="grade">{one.grade === "R" ? "?" : one.grade}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {answer.missing.length > 0 && (
            <ul class="remarks">
              {answer.missing.map((one) => (
                <li key={one.term}>
                  {t("carbon.open.missing", {
                    name: nameOf(one.name),
                    months: monthRuns(one.months).join(t("ui.between")),
                    count: one.meters.length,
                  })}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </Panel>
  );
}
