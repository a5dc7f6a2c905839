import type { GreenPowerAnswer } from "../../../api/answers/green.ts";
import type { Asked } from "../../api.ts";
import { percent, quantity, unitFor } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { Panel } from "../../ui/panel.tsx";
import { type Pattern, type Source, Swatch } from "../../ui/swatch.tsx";
import type { TableData } from "../../ui/table.tsx";
import { partText } from "../common/amounts.ts";
import { states } from "../common/listed.tsx";
import { type Segment, StackBar } from "./stack-bar.tsx";

type Storage = GreenPowerAnswer["storages"][number];

/** What stands together in a storage: PV of any way, traded, other, of unknown source. */
const KINDS = [
  { key: "pv", of: ["own-pv", "network-pv"], source: "solar", pattern: "solid" },
  { key: "trade", of: ["trade"], source: "grid", pattern: "vertical" },
  { key: "other", of: ["other-grid"], source: "grid", pattern: "solid" },
  { key: "unknown", of: ["unknown"], source: "unknown", pattern: "hatch" },
] as const satisfies readonly { key: string; of: readonly string[]; source: Source; pattern: Pattern }[];

function kwhOf(storage: Storage, of: readonly string[]): number {
  return storage.bySource.reduce((sum, one) => (of.includes(one.id) ? sum + one.energyKwh : sum), 0);
}

function segments(storage: Storage): Segment[] {
  const whole = storage.usableKwh ?? storage.contentKwh;
  return KINDS.map(({ of, source, pattern }) => ({
    part: whole > 0 ? kwhOf(storage, of) / whole : 0,
    source,
    pattern,
  }));
}

function tableOf(answer: GreenPowerAnswer): TableData {
  return {
    file: `storage-${answer.scope.replace(":", "-")}-${answer.from.slice(0, 7)}`,
    caption: t("green.storage.title"),
    columns: [
      { label: t("green.storage.name") },
      { label: t("green.storage.energy"), unit: "kWh", digits: 0 },
      ...KINDS.map(({ key }) => ({ label: t(`green.storage.${key}`), unit: "kWh", digits: 0 })),
      { label: t("green.storage.green"), unit: "%", digits: 1 },
    ],
    rows: answer.storages.map((one) => [
      one.name === null ? one.id : nameOf(one.name),
      one.contentKwh,
      ...KINDS.map(({ of }) => kwhOf(one, of)),
      one.greenShare === null ? null : one.greenShare * 100,
    ]),
  };
}

/** 储能里存的是什么电: each storage's content by the source that charged it. */
export function StoragePanel({ green }: { green: Asked<GreenPowerAnswer> }) {
  const answer = green.data;
  const storages = answer?.storages ?? [];
  const unit = unitFor(
    "energy",
    storages.map((one) => one.usableKwh ?? one.contentKwh),
  );
  const sum = (of: (one: Storage) => number) =>
    quantity(
      "energy",
      storages.reduce((all, one) => all + of(one), 0),
    );
  return (
    <Panel
      room={[254, 254]}
      title={t("green.storage.title")}
      subtitle={storages.length === 0 ? undefined : unit.text}
      {...states(green)}
      empty={answer !== null && storages.length === 0 ? t("green.storage.empty") : undefined}
      table={answer === null || storages.length === 0 ? undefined : () => tableOf(answer)}
    >
      <table class="rows sources">
        <thead>
          <tr>
            <th scope="col">{t("green.storage.name")}</th>
            <th class="bar-column" />
            <th scope="col" class="num">
              {t("green.storage.energy")}
            </th>
            <th scope="col" class="num">
              {t("green.storage.green")}
            </th>
          </tr>
        </thead>
        <tbody>
          {storages.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.name === null ? one.id : nameOf(one.name)}</th>
              <td class="bar-column">
                <StackBar segments={segments(one)} framed />
              </td>
              <td class="num nowrap">
                <b>{partText(one.contentKwh, unit.per, 1)}</b>
                {one.usableKwh !== null && (
                  <span class="quiet"> / {partText(one.usableKwh, unit.per, 1)}</span>
                )}
              </td>
              <td class="num">
                <b>{percent(one.greenShare, 0)}</b>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul class="heat-legend note">
        {KINDS.map(({ key, source, pattern }) => (
          <li key={key}>
            <Swatch source={source} pattern={pattern} />
            {t(`green.storage.${key}`)}
          </li>
        ))}
      </ul>
      <p class="note">
        {t("green.storage.through", {
          in: sum((one) => one.inKwh),
          out: sum((one) => one.outKwh),
          lost: sum((one) => one.lostKwh),
        })}
      </p>
    </Panel>
  );
}
