import { valueAt } from "../park/dated.ts";
import type { Meter, Park } from "../park/park.ts";
import type { Asset, StorageAsset } from "../park/schema.ts";
import { ancestorsOf, enterprisesOf, type Scope, scopeText } from "../park/topology.ts";
import {
  atRest,
  type ConnectionLimit,
  type DeviceCapability,
  fleetCapability,
  type StorageState,
} from "../standards/flexibility.ts";
import { REMARKS } from "../standards/remarks.ts";
import type { LiveValue } from "../store/feed.ts";
import type { Remark } from "./answers/common.ts";
import type { FlexibilityAnswer } from "./answers/flexibility.ts";
import { isSilent } from "./live/picture.ts";

/** Durations asked when none are. */
const FLEXIBILITY_DURATIONS_MIN: readonly number[] = [15, 30, 60, 120, 240];

/** The duration whose bound is told beside an asset. */
const TOLD_MIN = 60;

/**
 * GET /flexibility: how many kW up and down a scope's storages can hold, by duration, from the latest values.
 * Pure: the latest value of each meter is an argument.
 */
export function flexibilityAnswer(
  park: Park,
  latest: ReadonlyMap<string, LiveValue>,
  query: { readonly scope: Scope; readonly nowMs: number; readonly durationsMin?: readonly number[] },
): FlexibilityAnswer {
  const { scope, nowMs } = query;
  const durationsMin = [...(query.durationsMin ?? FLEXIBILITY_DURATIONS_MIN)];
  const members = enterprisesOf(park, scope, nowMs);
  const assets = park.assets.filter((a) => members.has(a.enterprise));
  const fresh = (meter: Meter | undefined): LiveValue | null => {
    const value = meter === undefined ? undefined : latest.get(meter.id);
    return value === undefined || meter === undefined || isSilent(value, meter.reportsEveryMs, nowMs)
      ? null
      : value;
  };
  const states = new Map<string, StorageState>();
  const silent = new Map<string, Remark>();
  for (const asset of assets) {
    if (asset.kind !== "storage") continue;
    const meter = park.meterById.get(asset.meters[0] ?? "");
    const value = fresh(meter);
    const state = value === null ? null : stateOf(asset, value);
    if (state === null) silent.set(asset.id, whySilent(latest.get(meter?.id ?? ""), value, nowMs));
    else states.set(asset.id, state);
  }
  const connections = connectionsOf(park, assets, states, fresh, nowMs);
  const present = [...states.values()];
  const rest = atRest(present, connections);
  const fleets = durationsMin.map((d) => fleetCapability(rest.storages, rest.connections, d / 60));
  const changes = durationsMin.map((d) => fleetCapability(present, connections, d / 60));
  const told = Math.max(0, durationsMin.indexOf(TOLD_MIN));
  const deviceOf = (id: string, d: number): DeviceCapability | undefined =>
    fleets[d]?.devices.find((device) => device.id === id);
  const storages = assets.filter((a): a is StorageAsset => a.kind === "storage");
  const capacity = (key: "maxDischargeKw" | "maxChargeKw") => storages.reduce((sum, s) => sum + s[key], 0);
  return {
    scope: scopeText(scope),
    time: park.calendar.iso(nowMs),
    simulated: storages.some((s) => latest.get(s.meters[0] ?? "")?.simulated === true),
    durationsMin,
    upKw: fleets.map((f) => f.upKw),
    downKw: fleets.map((f) => f.downKw),
    fromPresent: { upKw: changes.map((f) => f.upKw), downKw: changes.map((f) => f.downKw) },
    capacity: {
      connectedUpKw: capacity("maxDischargeKw"),
      connectedDownKw: capacity("maxChargeKw"),
      testedUpKw: null,
      testedDownKw: null,
      declaredUpKw: null,
      declaredDownKw: null,
    },
    assets: assets.map((asset): FlexibilityAnswer["assets"][number] => {
      const value = latest.get(asset.meters[0] ?? "");
      const each = (key: "upKw" | "downKw") => durationsMin.map((_, d) => deviceOf(asset.id, d)?.[key] ?? 0);
      return {
        id: asset.id,
        name: asset.name,
        kind: asset.kind,
        enterprise: asset.enterprise,
        stateOfCharge: asset.kind === "storage" ? (value?.stateOfCharge ?? null) : null,
        ageSeconds: value === undefined ? null : Math.max(0, (nowMs - value.timeMs) / 1000),
        upKw: each("upKw"),
        downKw: each("downKw"),
        powerKw: states.get(asset.id)?.powerKw ?? null,
        because:
          silent.get(asset.id) ??
          (asset.kind === "storage" ? bound(deviceOf(asset.id, told), durationsMin[told]) : NOT_YET),
      };
    }),
    connections: connections.map((c) => ({
      meter: c.id,
      name: park.meterById.get(c.id)?.name ?? null,
      importLimitKw: c.importLimitKw,
      exportLimitKw: c.exportLimitKw,
      netImportKw: c.netImportKw,
      bindingUp: fleets.some((f) => f.bindingUp.includes(c.id)),
      bindingDown: fleets.some((f) => f.bindingDown.includes(c.id)),
    })),
    method: {
      id: "sum-of-devices",
      formula: {
        zh: "上调(d) = Σ min(放电功率, η放·可放电量 ÷ d)；下调(d) = Σ min(充电功率, 可充电量 ÷ (η充·d))；并网点：上调 ≤ 上网限 + 净受电，下调 ≤ 受电限 − 净受电（净受电不含储能）",
        en: "up(d) = Σ min(p_dis, η_d·E ÷ d); down(d) = Σ min(p_ch, H ÷ (η_c·d)); at a connection: up ≤ export limit + net import, down ≤ import limit − net import (net import without storages)",
      },
      source: "Evans, Tindemans, Angeli, arXiv:1805.09315; arXiv:1807.09044",
    },
    remarks: [
      REMARKS.flexibilityBaseline,
      REMARKS.presentFlowOnly,
      ...(assets.some((a) => a.kind !== "storage") ? [REMARKS.onlyStorages] : []),
      REMARKS.noTests,
    ],
  };
}

function stateOf(asset: StorageAsset, value: LiveValue): StorageState | null {
  if (value.stateOfCharge === null || value.powerKw === null) return null;
  return {
    id: asset.id,
    capacityKwh: asset.capacityKwh,
    maxChargeKw: asset.maxChargeKw,
    maxDischargeKw: asset.maxDischargeKw,
    chargeEfficiency: asset.chargeEfficiency,
    dischargeEfficiency: asset.dischargeEfficiency,
    minStateOfCharge: asset.minStateOfCharge,
    maxStateOfCharge: asset.maxStateOfCharge,
    stateOfCharge: value.stateOfCharge,
    powerKw: value.powerKw,
  };
}

/** Limited connections above the storages that count, with the storages behind each. */
function connectionsOf(
  park: Park,
  assets: readonly Asset[],
  states: ReadonlyMap<string, StorageState>,
  fresh: (meter: Meter | undefined) => LiveValue | null,
  nowMs: number,
): ConnectionLimit[] {
  const members = new Map<string, string[]>();
  for (const asset of assets) {
    const meter = park.meterById.get(asset.meters[0] ?? "");
    if (!states.has(asset.id) || meter === undefined) continue;
    for (const above of [meter, ...ancestorsOf(park, meter, nowMs)]) {
      if (above.limits !== null && valueAt(above.enterprise, nowMs) !== null)
        members.set(above.id, [...(members.get(above.id) ?? []), asset.id]);
    }
  }
  return [...members].flatMap(([id, behind]): ConnectionLimit[] => {
    const meter = park.meterById.get(id);
    if (meter === undefined || meter.limits === null) return [];
    return [
      {
        id,
        importLimitKw: meter.limits.importKw,
        exportLimitKw: meter.limits.exportKw,
        netImportKw: fresh(meter)?.powerKw ?? null,
        members: behind,
      },
    ];
  });
}

const NOT_YET: Remark = {
  code: "not-counted-yet",
  zh: "此类资产尚未计入",
  en: "Assets of this kind do not count yet",
};

function whySilent(value: LiveValue | undefined, fresh: LiveValue | null, nowMs: number): Remark {
  if (value === undefined) return { code: "no-data", zh: "没有数据，计 0", en: "No data: counts 0" };
  if (fresh === null) {
    const minutes = Math.max(1, Math.round((nowMs - value.timeMs) / 60_000));
    return {
      code: "stale",
      zh: `${minutes} 分钟无数据，计 0`,
      en: `No data for ${minutes} min: counts 0`,
    };
  }
  return value.stateOfCharge === null
    ? { code: "no-state-of-charge", zh: "没有荷电状态，计 0", en: "No state of charge: counts 0" }
    : { code: "no-power", zh: "没有功率，计 0", en: "No power: counts 0" };
}

const BOUNDS = {
  power: { zh: "受功率限制", en: "bound by power" },
  energy: { zh: "受电量限制", en: "bound by energy" },
  connection: { zh: "受连接点限额限制", en: "bound by the connection" },
} as const;

function bound(device: DeviceCapability | undefined, durationMin: number | undefined): Remark {
  if (device === undefined) return NOT_YET;
  const up = BOUNDS[device.upBoundBy];
  const down = BOUNDS[device.downBoundBy];
  return {
    code: `up-${device.upBoundBy}-down-${device.downBoundBy}`,
    ...(up === down
      ? { zh: `${durationMin} 分钟：上下调都${up.zh}`, en: `${durationMin} min: up and down ${up.en}` }
      : {
          zh: `${durationMin} 分钟：上调${up.zh}，下调${down.zh}`,
          en: `${durationMin} min: up ${up.en}, down ${down.en}`,
        }),
  };
}
