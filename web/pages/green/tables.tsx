import type { GreenPowerAnswer } from "../../../api/answers/green.ts";
import type { Asked } from "../../api.ts";
import { percent, unitFor } from "../../format.ts";
import { nameOf, sideOf, t } from "../../i18n/i18n.ts";
import { park } from "../../park.ts";
import { Panel } from "../../ui/panel.tsx";
import { type Pattern, type Source, Swatch } from "../../ui/swatch.tsx";
import type { TableData } from "../../ui/table.tsx";
import { partText, sumKnown, sumText } from "../common/amounts.ts";
import { RowBar } from "../common/bars.tsx";

type SourceRow = GreenPowerAnswer["sources"][number];
type Contract = GreenPowerAnswer["contracts"][number];

const MARKS: Readonly<Record<SourceRow["id"], { source: Source; pattern: Pattern }>> = {
  "own-pv": { source: "solar", pattern: "solid" },
  "network-pv": { source: "solar", pattern: "solid" },
  "storage-pv": { source: "discharge", pattern: "solid" },
  "green-trade": { source: "grid", pattern: "vertical" },
  certificate: { source: "grid", pattern: "vertical" },
  "direct-line": { source: "grid", pattern: "horizontal" },
  "other-grid": { source: "grid", pattern: "solid" },
};

function states(green: Asked<GreenPowerAnswer>) {
  return {
    loading: green.data === null,
    problem: green.problem,
    retryAt: green.retryAt,
    onRetry: green.reload,
  };
}

const file = (answer: GreenPowerAnswer, what: string): string =>
  `${what}-${answer.scope.replace(":", "-")}-${answer.from.slice(0, 7)}`;

function sourcesTable(answer: GreenPowerAnswer): TableData {
  return {
    file: file(answer, "green-sources"),
    caption: t("green.sources.title"),
    columns: [
      { label: t("green.sources.source") },
      { label: t("green.sources.energy"), unit: "kWh", digits: 0 },
      { label: t("green.sources.matched"), unit: "kWh", digits: 0 },
      { label: t("green.sources.direct"), unit: "kWh", digits: 0 },
    ],
    rows: answer.sources.map((one) => [nameOf(one.name), one.energyKwh, one.matchedKwh, one.directKwh]),
    foot: [
      t("green.sources.total"),
      answer.useKwh,
      sumKnown(answer.sources.map((one) => one.matchedKwh)).value,
      sumKnown(answer.sources.map((one) => one.directKwh)).value,
    ],
    note: t("green.sources.note"),
  };
}

/** Where the scope's power comes from; the rest of the grid stands last, cut short where it is too long. */
export function SourcesPanel({ green }: { green: Asked<GreenPowerAnswer> }) {
  const answer = green.data;
  const energies = answer?.sources.map((one) => one.energyKwh) ?? [];
  const unit = unitFor("energy", [...energies, answer?.useKwh ?? null]);
  const longest = Math.max(
    1e-9,
    ...(answer?.sources.filter((one) => one.id !== "other-grid").map((one) => one.energyKwh ?? 0) ?? []),
  );
  const value = (kwh: number | null): string => partText(kwh, unit.per, 1);
  const missing = (answer?.coverage.missing ?? 0) > 0;
  return (
    <Panel
      room={[370, 370]}
      title={t("green.sources.title")}
      subtitle={answer === null ? undefined : unit.text}
      {...states(green)}
      empty={answer !== null && answer.sources.length === 0 ? t("shared.noneYet") : undefined}
      table={answer === null ? undefined : () => sourcesTable(answer)}
    >
      {answer !== null && (
        <>
          <table class="rows sources">
            <thead>
              <tr>
                <th scope="col">{t("green.sources.source")}</th>
                <th class="bar-column" />
                <th scope="col" class="num">
                  {t("green.sources.energy")}
                </th>
                <th scope="col" class="num">
                  {t("green.sources.matched")}
                </th>
                <th scope="col" class="num">
                  {t("green.sources.direct")}
                </th>
              </tr>
            </thead>
            <tbody>
              {answer.sources.map((one) => {
                const mark = MARKS[one.id];
                return (
                  <tr key={one.id}>
                    <th scope="row">
                      <span class="with-swatch">
                        <Swatch source={mark.source} pattern={mark.pattern} />
                        <span>{nameOf(one.name)}</span>
                      </span>
                    </th>
                    <td class="bar-column">
                      <RowBar
                        part={(one.energyKwh ?? 0) / longest}
                        class={`src-${mark.source} fill-${mark.pattern}`}
                      />
                    </td>
                    <td class="num">
                      <b>{value(one.energyKwh)}</b>
                    </td>
                    <td class="num">{value(one.matchedKwh)}</td>
                    <td class="num">{value(one.directKwh)}</td>
                  </tr>
                );
              })}
            </tbody>
            <tfoot>
              <tr>
                <th scope="row">{t("green.sources.total")}</th>
                <td class="bar-column" />
                <td class="num">
                  <b>{sumText({ value: answer.useKwh, complete: !missing }, unit.per, 1)}</b>
                </td>
                <td class="num">
                  <b>{value(sumKnown(answer.sources.map((one) => one.matchedKwh)).value)}</b>
                </td>
                <td class="num">
                  <b>{value(sumKnown(answer.sources.map((one) => one.directKwh)).value)}</b>
                </td>
              </tr>
            </tfoot>
          </table>
          <p class="note">{t("green.sources.note")}</p>
        </>
      )}
    </Panel>
  );
}

function enterprisesTable(answer: GreenPowerAnswer): TableData {
  const share = (value: number | null): number | null => (value === null ? null : value * 100);
  return {
    file: file(answer, "green-enterprises"),
    caption: t("green.enterprises.title"),
    columns: [
      { label: t("green.enterprises.enterprise") },
      { label: t("green.enterprises.use"), unit: "kWh", digits: 0 },
      { label: t("green.enterprises.annual"), unit: "%", digits: 2 },
      { label: t("green.enterprises.matched"), unit: "%", digits: 2 },
      { label: t("green.enterprises.ownPv"), unit: "kWh", digits: 0 },
      { label: t("green.enterprises.networkPv"), unit: "kWh", digits: 0 },
      { label: t("green.enterprises.contracts"), unit: "kWh", digits: 0 },
    ],
    rows: answer.byEnterprise.map((one) => [
      nameOf(one.name),
      one.useKwh,
      share(one.annualShare),
      share(one.matchedShare),
      one.ownPvKwh,
      one.networkPvKwh,
      one.contractKwh,
    ]),
  };
}

/** Each enterprise's green power; one that is silent stays listed with what is known. */
export function EnterprisesPanel({ green }: { green: Asked<GreenPowerAnswer> }) {
  const answer = green.data;
  const rows = answer?.byEnterprise ?? [];
  const unit = unitFor(
    "energy",
    rows.map((one) => one.useKwh),
  );
  const value = (kwh: number | null): string => partText(kwh, unit.per, 2);
  const head = ["use", "annual", "matched", "ownPv", "networkPv", "contracts"] as const;
  return (
    <Panel
      room={[552, 552]}
      title={t("green.enterprises.title")}
      subtitle={answer === null ? undefined : unit.text}
      {...states(green)}
      empty={answer !== null && rows.length === 0 ? t("shared.noneYet") : undefined}
      table={answer === null ? undefined : () => enterprisesTable(answer)}
    >
      <div class="scroll-x">
        <table class="rows green-enterprises">
          <thead>
            <tr>
              <th scope="col">{t("green.enterprises.enterprise")}</th>
              {head.map((column) => (
                <th key={column} scope="col" class="num">
                  {t(`green.enterprises.${column}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.id} class={one.useKwh === null ? "silent" : undefined}>
                <th scope="row">{nameOf(one.name)}</th>
                <td class="num">
                  <b>{value(one.useKwh)}</b>
                </td>
                <td class="num">
                  <b>{percent(one.annualShare)}</b>
                </td>
                <td class="num">{percent(one.matchedShare)}</td>
                <td class="num">{value(one.ownPvKwh)}</td>
                <td class="num">{value(one.networkPvKwh)}</td>
                <td class="num">{value(one.contractKwh)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function kindName(kind: string): string {
  return kind === "green-trade" || kind === "certificate" || kind === "direct-line"
    ? t(`green.contracts.${kind}`)
    : kind;
}

function enterpriseName(id: string): string {
  const found = park.value?.enterprises.find((one) => one.id === id);
  return found === undefined ? id : nameOf(found.name);
}

function contractsTable(answer: GreenPowerAnswer): TableData {
  return {
    file: file(answer, "green-contracts"),
    caption: t("green.contracts.title"),
    columns: [
      { label: t("green.contracts.contract") },
      { label: t("green.contracts.kind") },
      { label: t("green.enterprises.enterprise") },
      { label: t("shared.month") },
      { label: t("green.contracts.energy"), unit: "kWh", digits: 0 },
      { label: t("green.contracts.counted"), unit: "kWh", digits: 0 },
      { label: t("green.contracts.carried"), unit: "kWh", digits: 0 },
      { label: t("green.contracts.project") },
      { label: t("green.contracts.evidence") },
    ],
    rows: answer.contracts.map((one) => [
      one.id,
      kindName(one.kind),
      enterpriseName(one.enterprise),
      one.month,
      one.energyKwh,
      one.countedKwh,
      one.carriedKwh,
      sideOf(one.project),
      sideOf(one.evidence),
    ]),
  };
}

function ContractName({ contract }: { contract: Contract }) {
  const pattern: Pattern = contract.kind === "direct-line" ? "horizontal" : "vertical";
  return (
    <>
      <span class="with-swatch">
        <Swatch source="grid" pattern={pattern} />
        <span>
          <b>{kindName(contract.kind)}</b> {enterpriseName(contract.enterprise)}
        </span>
      </span>
      <span class="row-note indent">
        {contract.id} · {sideOf(contract.project)}
      </span>
    </>
  );
}

/** Contracts and certificates of the span: what they say, what counted, what is carried on. */
export function ContractsPanel({ green }: { green: Asked<GreenPowerAnswer> }) {
  const answer = green.data;
  const rows = answer?.contracts ?? [];
  const unit = unitFor(
    "energy",
    rows.map((one) => one.energyKwh),
  );
  const value = (kwh: number | null): string => partText(kwh, unit.per, 2);
  return (
    <Panel
      room={[488, 504]}
      title={t("green.contracts.title")}
      subtitle={rows.length === 0 ? undefined : unit.text}
      {...states(green)}
      empty={answer !== null && rows.length === 0 ? t("green.contracts.none") : undefined}
      table={answer === null || rows.length === 0 ? undefined : () => contractsTable(answer)}
    >
      <table class="rows contracts">
        <thead>
          <tr>
            <th scope="col">{t("green.contracts.contract")}</th>
            {(["energy", "counted", "carried"] as const).map((column) => (
              <th key={column} scope="col" class="num">
                {t(`green.contracts.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((one) => (
            <tr key={one.id + one.month}>
              <th scope="row">
                <ContractName contract={one} />
              </th>
              <td class="num">{value(one.energyKwh)}</td>
              <td class="num">
                <b>{value(one.countedKwh)}</b>
              </td>
              <td class="num">{value(one.carriedKwh)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
