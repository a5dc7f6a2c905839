import type { FlexibilityAnswer } from "../../../api/answers/flexibility.ts";
import type { Asked } from "../../api.ts";
import { fixed } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { states } from "../common/listed.tsx";
import { powerUnit } from "./words.ts";

type Connection = FlexibilityAnswer["connections"][number];

function meterName({ meter, name }: Connection): string {
  return name === null ? meter : nameOf(name);
}

function bindingText(one: Connection): string {
  const words = [
    ...(one.bindingUp ? [t("flexibility.connections.bindingUp")] : []),
    ...(one.bindingDown ? [t("flexibility.connections.bindingDown")] : []),
  ];
  return words.length === 0 ? t("flexibility.connections.bindingNone") : words.join(" ");
}

function tableOf(answer: FlexibilityAnswer): TableData {
  return {
    file: `flexibility-connections-${answer.time.slice(0, 16).replace(":", "")}`,
    caption: t("flexibility.connections.title"),
    columns: [
      { label: t("flexibility.connections.meter") },
      { label: t("flexibility.connections.now"), unit: "kW", digits: 1 },
      { label: t("flexibility.connections.importLimit"), unit: "kW", digits: 0 },
      { label: t("flexibility.connections.exportLimit"), unit: "kW", digits: 0 },
      { label: t("flexibility.connections.binding") },
    ],
    rows: answer.connections.map((one) => [
      meterName(one),
      one.netImportKw,
      one.importLimitKw,
      one.exportLimitKw,
      bindingText(one),
    ]),
  };
}

/** The limits of connections with what flows there now, and which of them cut the sum. */
export function ConnectionsPanel({ flexibility }: { flexibility: Asked<FlexibilityAnswer> }) {
  const answer = flexibility.data;
  const unit = answer === null ? { per: 1, text: "" } : powerUnit(answer);
  const value = (kw: number | null): string => fixed(kw === null ? null : kw / unit.per, 1);
  return (
    <Panel
      room={[223, 349]}
      title={t("flexibility.connections.title")}
      subtitle={answer === null ? undefined : `${unit.text} · ${t("flexibility.connections.subtitle")}`}
      {...states(flexibility)}
      empty={
        answer !== null && answer.connections.length === 0 ? t("flexibility.connections.none") : undefined
      }
      table={answer === null ? undefined : () => tableOf(answer)}
    >
      {answer !== null && (
        <table class="rows connections">
          <thead>
            <tr>
              <th scope="col">{t("flexibility.connections.meter")}</th>
              <th scope="col" class="num">
                {t("flexibility.connections.now")}
              </th>
              <th scope="col" class="num">
                {t("flexibility.connections.importLimit")}
              </th>
              <th scope="col" class="num">
                {t("flexibility.connections.exportLimit")}
              </th>
              <th scope="col">{t("flexibility.connections.binding")}</th>
            </tr>
          </thead>
          <tbody>
            {answer.connections.map((one) => (
              <tr key={one.meter}>
                <th scope="row">{meterName(one)}</th>
                <td class="num" data-label={t("flexibility.connections.now")}>
                  <b>{value(one.netImportKw)}</b>
                </td>
                <td class="num" data-label={t("flexibility.connections.importLimit")}>
                  {value(one.importLimitKw)}
                </td>
                <td class="num" data-label={t("flexibility.connections.exportLimit")}>
                  {value(one.exportLimitKw)}
                </td>
                <td class="binding">
                  {one.bindingUp || one.bindingDown ? (
                    <span class="status status-warning">{bindingText(one)}</span>
                  ) : (
                    <StatusWord status="met">{t("flexibility.connections.bindingNone")}</StatusWord>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
