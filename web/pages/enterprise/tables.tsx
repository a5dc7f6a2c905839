import type { EnterpriseMonthAnswer } from "../../../api/answers/enterprise-month.ts";
import type { Asked } from "../../api.ts";
import { DASH, fixed, percent, unitFor } from "../../format.ts";
import { type Key, t } from "../../i18n/i18n.ts";
import { Panel } from "../../ui/panel.tsx";
import { QualityMark } from "../../ui/quality.tsx";
import { type Pattern, type Source, Swatch } from "../../ui/swatch.tsx";
import type { TableData } from "../../ui/table.tsx";
import { amountText, atLeastText, detailUnit, type Sum, sumText } from "../common/amounts.ts";
import { RowBar } from "../common/bars.tsx";
import { meterName } from "../common/registers.ts";
import { balanceSides, daySums } from "./month.ts";

type Month = { readonly month: Asked<EnterpriseMonthAnswer> };

function states(month: Asked<EnterpriseMonthAnswer>) {
  return {
    loading: month.data === null,
    problem: month.problem,
    retryAt: month.retryAt,
    onRetry: month.reload,
  };
}

/** A medium may name its kind behind a colon: gas:natural-gas. */
function mediumName(text: string): string {
  const [medium = text, kind] = text.split(":");
  const name = plainMediumName(medium);
  return kind === undefined || kind === "natural-gas" ? name : `${name} · ${kind}`;
}

function plainMediumName(medium: string): string {
  switch (medium) {
    case "electricity":
    case "gas":
    case "heat":
    case "water":
    case "fuel":
      return t(`enterprise.energy.${medium}`);
    default:
      return medium;
  }
}

function meterNames(ids: readonly string[]): string {
  return ids.map(meterName).join(t("ui.between"));
}

function energyTable(answer: EnterpriseMonthAnswer): TableData {
  return {
    file: `energy-${answer.enterprise.id}-${answer.month}`,
    caption: t("enterprise.energy.title"),
    columns: [
      { label: t("enterprise.energy.medium") },
      { label: t("enterprise.energy.import"), digits: 3 },
      { label: t("enterprise.energy.export"), digits: 3 },
      { label: t("shared.unit") },
      { label: t("ui.quality.measured"), unit: "%", digits: 2 },
      { label: t("ui.quality.estimated"), unit: "%", digits: 2 },
      { label: t("ui.quality.missing"), unit: "%", digits: 2 },
      { label: t("enterprise.energy.meters") },
    ],
    rows: answer.energy.map((one) => [
      mediumName(one.medium),
      one.importAmount,
      one.exportAmount,
      one.unit,
      one.coverage.measured * 100,
      one.coverage.estimated * 100,
      one.coverage.missing * 100,
      one.meters.join(" "),
    ]),
  };
}

/** What was taken and given by medium; a medium of which nothing is known stays listed with a dash. */
export function EnergyPanel({ month }: Month) {
  const answer = month.data;
  const amount = (value: number | null, unit: string, missing: number) => {
    const shown = amountText(value, unit);
    const text = value !== null && value > 0 && missing > 0 ? atLeastText(shown.text) : shown.text;
    return (
      <>
        <b>{text}</b> <span class="unit">{shown.unit}</span>
      </>
    );
  };
  return (
    <Panel
      room={[188, 188]}
      title={t("enterprise.energy.title")}
      {...states(month)}
      empty={answer !== null && answer.energy.length === 0 ? t("shared.noneYet") : undefined}
      table={answer === null ? undefined : () => energyTable(answer)}
    >
      {answer !== null && (
        <table class="rows">
          <thead>
            <tr>
              <th scope="col">{t("enterprise.energy.medium")}</th>
              <th scope="col" class="num">
                {t("enterprise.energy.import")}
              </th>
              <th scope="col" class="num">
                {t("enterprise.energy.export")}
              </th>
              <th scope="col" class="num">
                {t("ui.quality.measured")}
              </th>
            </tr>
          </thead>
          <tbody>
            {answer.energy.map((one) => (
              <tr key={one.medium + one.unit} class={one.importAmount === null ? "silent" : undefined}>
                <th scope="row">
                  {mediumName(one.medium)}
                  <span class="row-note">{meterNames(one.meters)}</span>
                </th>
                <td class="num">{amount(one.importAmount, one.unit, one.coverage.missing)}</td>
                <td class="num">{amount(one.exportAmount, one.unit, one.coverage.missing)}</td>
                <td class="num">{percent(one.coverage.measured)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

type Entry = { key: Key; kwh: number | null; source: Source; pattern: Pattern };

function sides(balance: EnterpriseMonthAnswer["balance"]): { in: Entry[]; out: Entry[] } {
  const entry = (key: Key, kwh: number | null, source: Source, pattern: Pattern = "solid"): Entry => ({
    key,
    kwh,
    source,
    pattern,
  });
  return {
    in: [
      entry("enterprise.balance.pv", balance.pvKwh, "solar"),
      entry("enterprise.balance.storageOut", balance.storageOutKwh, "discharge"),
      entry("enterprise.balance.gridImport", balance.gridImportKwh, "grid"),
    ],
    out: [
      entry("enterprise.balance.use", balance.useKwh, "use"),
      entry("enterprise.balance.storageIn", balance.storageInKwh, "charge"),
      entry("enterprise.balance.gridExport", balance.gridExportKwh, "export"),
      entry("enterprise.balance.unknown", balance.unknownKwh, "unknown", "hatch"),
    ],
  };
}

function balanceTable(answer: EnterpriseMonthAnswer): TableData {
  const { in: into, out } = sides(answer.balance);
  return {
    file: `balance-${answer.enterprise.id}-${answer.month}`,
    caption: t("enterprise.balance.title"),
    columns: [
      { label: t("enterprise.balance.item") },
      { label: t("enterprise.balance.in"), unit: "kWh", digits: 1 },
      { label: t("enterprise.balance.out"), unit: "kWh", digits: 1 },
    ],
    rows: [
      ...into.map((one) => [t(one.key), one.kwh, null]),
      ...out.map((one) => [t(one.key), null, one.kwh]),
    ],
    foot: [
      t("shared.total"),
      balanceSides(answer.balance).inKwh.value,
      balanceSides(answer.balance).outKwh.value,
    ],
  };
}

function Side(props: { name: string; entries: readonly Entry[]; sum: Sum; per: number }) {
  const longest = Math.max(1e-9, props.sum.value ?? 0);
  return (
    <table class="rows side">
      <thead>
        <tr>
          <th scope="col">{props.name}</th>
          <th class="bar-column" />
          <th scope="col" class="num">
            {sumText(props.sum, props.per, 1)}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.entries.map((one) => (
          <tr key={one.key} class={one.kwh === null ? "silent" : undefined}>
            <th scope="row">
              <span class="with-swatch">
                <Swatch source={one.source} pattern={one.pattern} />
                {t(one.key)}
              </span>
            </th>
            <td class="bar-column">
              <RowBar
                part={Math.abs(one.kwh ?? 0) / longest}
                class={`src-${one.source} fill-${one.pattern}`}
              />
            </td>
            <td class="num">
              <b>{one.kwh === null ? DASH : fixed(one.kwh / props.per, 1)}</b>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** What flowed in and what flowed out, on one scale, with what cannot be attributed. */
export function BalancePanel({ month }: Month) {
  const answer = month.data;
  const unit = detailUnit(answer === null ? [] : Object.values(answer.balance));
  const whole = answer !== null && answer.coverage.missing === 0;
  const known = (sum: Sum): Sum => ({ value: sum.value, complete: sum.complete && whole });
  return (
    <Panel
      room={[319, 319]}
      title={t("enterprise.balance.title")}
      subtitle={answer === null ? undefined : unit.text}
      {...states(month)}
      table={answer === null ? undefined : () => balanceTable(answer)}
    >
      {answer !== null && (
        <>
          <Side
            name={t("enterprise.balance.in")}
            entries={sides(answer.balance).in}
            sum={known(balanceSides(answer.balance).inKwh)}
            per={unit.per}
          />
          <Side
            name={t("enterprise.balance.out")}
            entries={sides(answer.balance).out}
            sum={known(balanceSides(answer.balance).outKwh)}
            per={unit.per}
          />
        </>
      )}
    </Panel>
  );
}

function daysTable(answer: EnterpriseMonthAnswer): TableData {
  const sums = daySums(answer.days);
  return {
    file: `days-${answer.enterprise.id}-${answer.month}`,
    caption: t("enterprise.days.title"),
    columns: [
      { label: t("enterprise.days.date") },
      { label: t("enterprise.days.use"), unit: "kWh", digits: 1 },
      { label: t("enterprise.days.grid"), unit: "kWh", digits: 1 },
      { label: t("enterprise.days.pv"), unit: "kWh", digits: 1 },
      { label: t("enterprise.days.carbon"), digits: 1 },
      { label: t("enterprise.days.quality") },
    ],
    rows: answer.days.map((day) => [
      day.date,
      day.useKwh,
      day.gridImportKwh,
      day.pvKwh,
      day.carbonKg,
      t(`ui.quality.${day.quality}`),
    ]),
    foot: [
      t("shared.total"),
      sums.useKwh.value,
      sums.gridImportKwh.value,
      sums.pvKwh.value,
      sums.carbonKg.value,
      "",
    ],
  };
}

/** The month day by day; a day without a value keeps its row, and the total then says ≥. */
export function DaysPanel({ month }: Month) {
  const answer = month.data;
  const days = answer?.days ?? [];
  const sums = daySums(days);
  const unit = unitFor(
    "energy",
    days.map((day) => day.useKwh),
  );
  const longest = Math.max(1e-9, ...days.map((day) => day.useKwh ?? 0));
  const value = (kwh: number | null): string => (kwh === null ? DASH : fixed(kwh / unit.per, 1));
  return (
    <Panel
      room={[686, 686]}
      title={t("enterprise.days.title")}
      subtitle={answer === null ? undefined : unit.text}
      {...states(month)}
      empty={answer !== null && days.length === 0 ? t("shared.noneYet") : undefined}
      table={answer === null ? undefined : () => daysTable(answer)}
    >
      <table class="rows days">
        <thead>
          <tr>
            <th scope="col">{t("enterprise.days.date")}</th>
            <th class="bar-column" />
            <th scope="col" class="num">
              {t("enterprise.days.use")}
            </th>
            <th scope="col" class="num">
              {t("enterprise.days.grid")}
            </th>
            <th scope="col" class="num">
              {t("enterprise.days.pv")}
            </th>
            <th scope="col" class="num">
              {t("enterprise.days.carbon")}
            </th>
            <th scope="col" class="quality-column">
              {t("enterprise.days.quality")}
            </th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.date} class={day.useKwh === null ? "silent" : undefined}>
              <th scope="row" class="nowrap">
                {day.date.slice(5)}
              </th>
              <td class="bar-column">
                <RowBar
                  part={(day.useKwh ?? 0) / longest}
                  class={`src-use fill-${day.quality === "measured" ? "solid" : "hatch"}`}
                />
              </td>
              <td class="num">
                <b>{value(day.useKwh)}</b>
              </td>
              <td class="num">{value(day.gridImportKwh)}</td>
              <td class="num">{value(day.pvKwh)}</td>
              <td class="num">{fixed(day.carbonKg, 0)}</td>
              <td class="quality-column">
                <QualityMark quality={day.quality} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">
              <b>{t("shared.total")}</b>
            </th>
            <td class="bar-column" />
            <td class="num">
              <b>{sumText(sums.useKwh, unit.per, 1)}</b>
            </td>
            <td class="num">{sumText(sums.gridImportKwh, unit.per, 1)}</td>
            <td class="num">{sumText(sums.pvKwh, unit.per, 1)}</td>
            <td class="num">{sumText(sums.carbonKg, 1, 0)}</td>
            <td class="quality-column" />
          </tr>
        </tfoot>
      </table>
    </Panel>
  );
}
