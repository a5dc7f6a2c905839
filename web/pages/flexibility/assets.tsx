import type { FlexibilityAnswer } from "../../../api/answers/flexibility.ts";
import type { Asked } from "../../api.ts";
import { DASH, duration, fixed, percent, signed } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import type { TableData } from "../../ui/table.tsx";
import { states } from "../common/listed.tsx";
import { assetSum, assetsInOrder } from "./bars.ts";
import { doingText, durationText, powerUnit } from "./words.ts";

type Asset = FlexibilityAnswer["assets"][number];

/** Past this age an asset's last value is told beside its name. */
const OLD_S = 300;

function kindName(kind: string): string {
  switch (kind) {
    case "storage":
    case "flexible-load":
    case "charger":
    case "pv":
    case "data-hall":
      return t(`flexibility.assets.${kind}`);
    default:
      return kind;
  }
}

function tableOf(answer: FlexibilityAnswer): TableData {
  return {
    file: `flexibility-assets-${answer.time.slice(0, 16).replace(":", "")}`,
    caption: t("flexibility.assets.title"),
    columns: [
      { label: t("flexibility.assets.asset") },
      { label: t("flexibility.assets.soc"), unit: "%", digits: 1 },
      { label: t("flexibility.assets.nowSigned"), unit: "kW", digits: 1 },
      ...answer.durationsMin.flatMap((minutes) => [
        { label: `▲ ${durationText(minutes)}`, unit: "kW", digits: 1 },
        { label: `▼ ${durationText(minutes)}`, unit: "kW", digits: 1 },
      ]),
      { label: t("flexibility.assets.why") },
    ],
    rows: answer.assets.map((asset) => [
      nameOf(asset.name),
      asset.stateOfCharge === null ? null : asset.stateOfCharge * 100,
      asset.powerKw ?? null,
      ...answer.durationsMin.flatMap((_, at) => [asset.upKw[at] ?? null, asset.downKw[at] ?? null]),
      nameOf(asset.because),
    ]),
  };
}

function Charge({ share }: { share: number | null }) {
  if (share === null) return <span class="quiet">{DASH}</span>;
  return (
    <span class="charge">
      <span class="charge-bar" aria-hidden="true">
        <span style={{ width: `${Math.min(1, Math.max(0, share)) * 100}%` }} />
      </span>
      <span>{percent(share, 0)}</span>
    </span>
  );
}

function Row({ asset, at, per }: { asset: Asset; at: number; per: number }) {
  const up = asset.upKw[at] ?? null;
  const down = asset.downKw[at] ?? null;
  const old = asset.ageSeconds === null || asset.ageSeconds > OLD_S;
  return (
    <tr class={old ? "silent" : undefined}>
      <th scope="row">
        <b>{nameOf(asset.name)}</b> <span class="quiet">{kindName(asset.kind)}</span>
      </th>
      <td class="charge-cell">
        <Charge share={asset.stateOfCharge} />
      </td>
      <td class="num doing">{doingText(asset.powerKw, per)}</td>
      <td class="num">
        <b>{fixed(up === null ? null : up / per, 1)}</b>
      </td>
      <td class="num">
        <b>{fixed(down === null ? null : down / per, 1)}</b>
      </td>
      <td
        class="because"
        title={
          asset.ageSeconds === null
            ? undefined
            : t("flexibility.assets.age", { age: duration(asset.ageSeconds) })
        }
      >
        {old ? <StatusWord status="warning">{nameOf(asset.because)}</StatusWord> : nameOf(asset.because)}
      </td>
    </tr>
  );
}

/** Asset by asset, adding up to the total; what connections cut is a row of its own, a silent asset stays listed. */
export function AssetsPanel({ flexibility, at }: { flexibility: Asked<FlexibilityAnswer>; at: number }) {
  const answer = flexibility.data;
  const unit = answer === null ? { per: 1, text: "" } : powerUnit(answer);
  const forTime = durationText(answer?.durationsMin[at] ?? 60);
  const sum = answer === null ? null : assetSum(answer, at);
  const order = answer === null ? { rows: [], waiting: [] } : assetsInOrder(answer);
  const cut = sum !== null && (sum.cutUpKw > 0.5 || sum.cutDownKw > 0.5);
  return (
    <Panel
      room={[387, 698]}
      title={t("flexibility.assets.title")}
      subtitle={
        answer === null ? undefined : t("flexibility.assets.subtitle", { unit: unit.text, duration: forTime })
      }
      {...states(flexibility)}
      empty={answer !== null && answer.assets.length === 0 ? t("flexibility.assets.none") : undefined}
      table={answer === null ? undefined : () => tableOf(answer)}
    >
      {answer !== null && sum !== null && (
        <table class="rows assets">
          <thead>
            <tr>
              <th scope="col">{t("flexibility.assets.asset")}</th>
              <th scope="col">{t("flexibility.assets.soc")}</th>
              <th scope="col" class="num">
                {t("flexibility.assets.now")}
              </th>
              <th scope="col" class="num">
                ▲ {t("flexibility.now.up")}
              </th>
              <th scope="col" class="num">
                ▼ {t("flexibility.now.down")}
              </th>
              <th scope="col">{t("flexibility.assets.why")}</th>
            </tr>
          </thead>
          <tbody>
            {order.rows.map((asset) => (
              <Row key={asset.id} asset={asset} at={at} per={unit.per} />
            ))}
            {order.waiting.map(({ kind, assets }) => (
              <tr key={kind} class="silent waiting" title={assets.map((one) => nameOf(one.name)).join(", ")}>
                <th scope="row" colSpan={2}>
                  {kindName(kind)}{" "}
                  <span class="quiet">{t("flexibility.assets.waiting", { count: assets.length })}</span>
                </th>
                <td class="because" colSpan={4}>
                  {assets[0] !== undefined && nameOf(assets[0].because)}
                </td>
              </tr>
            ))}
          </tbody>
          <tfoot>
            {cut && (
              <tr>
                <th scope="row" colSpan={3}>
                  {t("flexibility.assets.cut")}
                </th>
                <td class="num">{signed(-sum.cutUpKw / unit.per, 1)}</td>
                <td class="num">{signed(-sum.cutDownKw / unit.per, 1)}</td>
                <td />
              </tr>
            )}
            <tr>
              <th scope="row" colSpan={3}>
                <b>{t("flexibility.assets.total", { duration: forTime })}</b>
              </th>
              <td class="num">
                <b>{fixed((answer.upKw[at] ?? Number.NaN) / unit.per, 1)}</b>
              </td>
              <td class="num">
                <b>{fixed((answer.downKw[at] ?? Number.NaN) / unit.per, 1)}</b>
              </td>
              <td />
            </tr>
          </tfoot>
        </table>
      )}
    </Panel>
  );
}
