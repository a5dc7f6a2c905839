import type { LiveAnswer } from "../../../api/answers/live.ts";
import { DASH, duration, fixed, percent, significant, THIN, unitFor, withUnit } from "../../format.ts";
import { nameOf, t } from "../../i18n/i18n.ts";
import { StatusWord } from "../../ui/glyph.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import type { TableData } from "../../ui/table.tsx";
import type { Trouble } from "./trouble.ts";

type Storage = LiveAnswer["storages"][number];
type Doing = "charge" | "discharge" | "idle";

/** Below half a per cent of an hour's capacity a storage rests; meters never read exactly nothing. */
const REST_SHARE = 0.005;

function doingOf(s: Storage): Doing {
  if (s.powerKw === null || Math.abs(s.powerKw) < s.capacityKwh * REST_SHARE) return "idle";
  return s.powerKw > 0 ? "charge" : "discharge";
}

const pct = (share: number): string => percent(share, 0);

function Power({ storage, unitOf }: { storage: Storage; unitOf: ReturnType<typeof unitFor> }) {
  if (storage.stale) {
    return (
      <StatusWord status="warning">
        {storage.ageSeconds === null
          ? t("overview.enterprises.never")
          : t("overview.enterprises.silent", { age: duration(storage.ageSeconds) })}
      </StatusWord>
    );
  }
  const doing = doingOf(storage);
  if (doing === "idle") return <span>{t("overview.storage.idle")}</span>;
  const digits = unitOf.per === 1 ? 0 : 1;
  return (
    <>
      <Swatch source={doing} />
      <span>
        {t(`overview.storage.${doing}`)}{" "}
        {withUnit(fixed(Math.abs(storage.powerKw ?? 0) / unitOf.per, digits), unitOf.text)}
      </span>
    </>
  );
}

function Row({ storage, unitOf }: { storage: Storage; unitOf: ReturnType<typeof unitFor> }) {
  const { stateOfCharge: soc } = storage;
  const doing = doingOf(storage);
  const energy = unitFor("energy", [storage.capacityKwh]);
  const label =
    soc === null
      ? t("overview.storage.noSoc")
      : t("overview.storage.soc", {
          soc: pct(soc),
          min: pct(storage.minStateOfCharge),
          max: pct(storage.maxStateOfCharge),
        });
  return (
    <li class={storage.stale ? "storage stale" : "storage"}>
      <span class="storage-name">{nameOf(storage.name)}</span>
      <span class="soc" role="img" aria-label={label}>
        {soc !== null && (
          <span
            class={`soc-fill src-${doing === "idle" ? "use" : doing}`}
            style={{ width: `${Math.min(100, Math.max(0, soc * 100))}%` }}
          />
        )}
        {[storage.minStateOfCharge, storage.maxStateOfCharge].map((limit) => (
          <span
            key={limit}
            class={soc !== null && soc > limit ? "soc-tick soc-tick-in" : "soc-tick"}
            style={{ left: `${limit * 100}%` }}
          />
        ))}
      </span>
      <b class="storage-soc num">{soc === null ? DASH : pct(soc)}</b>
      <span class="storage-power">
        <Power storage={storage} unitOf={unitOf} />
      </span>
      <span class="storage-energy quiet num">
        {storage.energyKwh === null ? DASH : significant(storage.energyKwh / energy.per)} /{" "}
        {withUnit(String(storage.capacityKwh / energy.per), energy.text)}
      </span>
    </li>
  );
}

function tableOf(storages: readonly Storage[]): TableData {
  return {
    file: "storage",
    caption: t("overview.storage.title"),
    columns: [
      { label: t("overview.storage.name") },
      { label: t("overview.storage.socColumn"), unit: "%", digits: 1 },
      { label: t("overview.storage.power"), unit: "kW", digits: 0 },
      { label: t("overview.storage.energy"), unit: "kWh", digits: 0 },
      { label: t("overview.storage.capacity"), unit: "kWh", digits: 0 },
    ],
    rows: storages.map((s) => [
      nameOf(s.name),
      s.stateOfCharge === null ? null : s.stateOfCharge * 100,
      s.powerKw,
      s.energyKwh,
      s.capacityKwh,
    ]),
  };
}

/** Each storage: how full, between which limits, and what it does. */
export function StoragePanel({ answer, trouble }: { answer: LiveAnswer | null; trouble: Trouble }) {
  const storages = answer?.storages ?? [];
  const first = storages[0];
  const same =
    first !== undefined &&
    storages.every(
      (s) => s.minStateOfCharge === first.minStateOfCharge && s.maxStateOfCharge === first.maxStateOfCharge,
    );
  const unitOf = unitFor(
    "power",
    storages.map((s) => s.powerKw),
  );
  const subtitle = same
    ? t("overview.storage.subtitle", {
        min: `${fixed(first.minStateOfCharge * 100, 0)}${THIN}%`,
        max: `${fixed(first.maxStateOfCharge * 100, 0)}${THIN}%`,
      })
    : t("overview.storage.subtitleMixed");
  return (
    <Panel
      {...trouble}
      class="storage-panel"
      title={t("overview.storage.title")}
      subtitle={first === undefined ? undefined : subtitle}
      loading={answer === null}
      empty={answer !== null && storages.length === 0 ? t("overview.storage.none") : undefined}
      table={storages.length === 0 ? undefined : () => tableOf(storages)}
    >
      <ul class="storages">
        {storages.map((s) => (
          <Row key={s.id} storage={s} unitOf={unitOf} />
        ))}
      </ul>
    </Panel>
  );
}
