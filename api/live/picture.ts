import { valueAt } from "../../park/dated.ts";
import type { Park } from "../../park/park.ts";
import type { StorageAsset } from "../../park/schema.ts";
import { groupOfSector } from "../../park/sectors.ts";
import { compositionOf } from "../../park/topology.ts";
import type { LiveValue } from "../../store/feed.ts";
import type { LiveAnswer } from "../answers/live.ts";

/** The picture of now, from the latest value of each meter. Pure. */

/** A value is silent after two intervals, and never sooner than this. */
const LEAST_PATIENCE_MS = 30_000;

type Enterprise = LiveAnswer["enterprises"][number];
type Picture = Pick<
  LiveAnswer,
  | "time"
  | "simulated"
  | "scope"
  | "busKw"
  | "sources"
  | "uses"
  | "unknownBecause"
  | "selfSupplyShare"
  | "dataAgeSeconds"
  | "meters"
  | "groups"
  | "storages"
> & { readonly enterprises: Omit<Enterprise, "todayKwh" | "todayComplete">[] };

/** Whether a value is too old to count: older than two of its meter's intervals. */
export function isSilent(value: LiveValue | undefined, reportsEveryMs: number, nowMs: number): boolean {
  return value === undefined || nowMs - value.timeMs > Math.max(2 * reportsEveryMs, LEAST_PATIENCE_MS);
}

/** Sources, uses, enterprises and storages of the whole park now; silent meters are told and left out of sums. */
export function pictureOf(park: Park, latest: ReadonlyMap<string, LiveValue>, nowMs: number): Picture {
  const composition = compositionOf(park, { kind: "park" }, nowMs);
  const fresh = (meterId: string): LiveValue | null => {
    const value = latest.get(meterId);
    const meter = park.meterById.get(meterId);
    if (value === undefined || meter === undefined) return null;
    return isSilent(value, meter.reportsEveryMs, nowMs) ? null : value;
  };
  /** Power of a meter, virtual ones from their parts; null when any part is silent. */
  const powerOf = (meterId: string): number | null => {
    const meter = park.meterById.get(meterId);
    if (meter?.sum == null) return fresh(meterId)?.powerKw ?? null;
    let sum = 0;
    for (const part of meter.sum) {
      const power = powerOf(part.meter);
      if (power === null) return null;
      sum += part.factor * power;
    }
    return sum;
  };
  const powers = (meters: readonly { id: string }[]) => meters.map((m) => powerOf(m.id));
  const known = (list: readonly (number | null)[]) => list.filter((p) => p !== null);
  const add = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
  const sumOrNull = (list: readonly (number | null)[]) =>
    list.length > 0 && known(list).length === 0 ? null : add(known(list));

  const grid = powers(composition.grid);
  const gridKnown = grid.length > 0 && grid.every((p) => p !== null);
  const gridImportKw = gridKnown ? add(known(grid).map((p) => Math.max(0, p))) : null;
  const gridExportKw = gridKnown ? add(known(grid).map((p) => Math.max(0, -p))) : null;
  const pv = powers(composition.pv);
  const pvKw = sumOrNull(pv.map((p) => (p === null ? null : -p)));
  const storage = powers(composition.storage);
  const storageInKw = sumOrNull(storage.map((p) => (p === null ? null : Math.max(0, p))));
  const storageOutKw = sumOrNull(storage.map((p) => (p === null ? null : Math.max(0, -p))));
  const use = powers(composition.use);
  const useKw = sumOrNull(use);
  const busKw = gridImportKw === null ? null : gridImportKw + Math.max(0, pvKw ?? 0) + (storageOutKw ?? 0);
  const pvUseKw = Math.max(0, -(pvKw ?? 0));
  const unknownKw =
    busKw === null || gridExportKw === null
      ? null
      : busKw - gridExportKw - (storageInKw ?? 0) - (useKw ?? 0) - pvUseKw;

  const silentEnterprises = new Set<string>();
  for (const [i, meter] of composition.use.entries()) {
    const enterprise = valueAt(meter.enterprise, nowMs);
    if (use[i] === null && enterprise !== null) silentEnterprises.add(enterprise);
  }
  const enterprises = park.enterprises.flatMap((enterprise): Picture["enterprises"] => {
    const meters = composition.use.filter((m) => valueAt(m.enterprise, nowMs) === enterprise.id);
    if (meters.length === 0) return [];
    const of = powers(meters);
    const times = meters.flatMap((m) => realParts(park, m.id)).flatMap((id) => latest.get(id)?.timeMs ?? []);
    const timeMs = times.length === 0 ? null : Math.min(...times);
    const silent = known(of).length === 0;
    return [
      {
        id: enterprise.id,
        name: enterprise.name,
        group: groupOfSector(enterprise.sector).id,
        powerKw: silent ? null : watts(add(known(of))),
        time: timeMs === null ? null : park.calendar.iso(timeMs),
        ageSeconds: timeMs === null ? null : (nowMs - timeMs) / 1000,
        stale: known(of).length < of.length,
      },
    ];
  });
  const groups = new Map<string, Picture["groups"][number]>();
  for (const enterprise of park.enterprises) {
    const row = enterprises.find((e) => e.id === enterprise.id);
    if (row === undefined) continue;
    const group = groupOfSector(enterprise.sector);
    const before = groups.get(group.id) ?? { id: group.id, name: group.name, enterprises: 0, powerKw: null };
    groups.set(group.id, {
      ...before,
      enterprises: before.enterprises + 1,
      powerKw: row.powerKw === null ? before.powerKw : watts((before.powerKw ?? 0) + row.powerKw),
    });
  }
  const storages = park.assets
    .filter((a): a is StorageAsset => a.kind === "storage")
    .map((asset): Picture["storages"][number] => {
      const meterId = asset.meters[0] ?? "";
      const value = latest.get(meterId);
      const reportsEveryMs = park.meterById.get(meterId)?.reportsEveryMs ?? 0;
      const stateOfCharge = value?.stateOfCharge ?? null;
      return {
        id: asset.id,
        name: asset.name,
        enterprise: asset.enterprise,
        stateOfCharge,
        minStateOfCharge: asset.minStateOfCharge,
        maxStateOfCharge: asset.maxStateOfCharge,
        energyKwh: stateOfCharge === null ? null : stateOfCharge * asset.capacityKwh,
        capacityKwh: asset.capacityKwh,
        powerKw: value?.powerKw ?? null,
        time: value === undefined ? null : park.calendar.iso(value.timeMs),
        ageSeconds: value === undefined ? null : (nowMs - value.timeMs) / 1000,
        stale: isSilent(value, reportsEveryMs, nowMs),
      };
    });
  const real = park.meters.filter((m) => m.sum === null);
  let newestMs: number | null = null;
  let simulated = false;
  for (const value of latest.values()) {
    newestMs = newestMs === null ? value.timeMs : Math.max(newestMs, value.timeMs);
    if (value.simulated) simulated = true;
  }
  return {
    time: park.calendar.iso(nowMs),
    simulated,
    scope: "park",
    busKw: watts(busKw),
    sources: { gridImportKw: watts(gridImportKw), pvKw: watts(pvKw), storageOutKw: watts(storageOutKw) },
    uses: {
      useKw: watts(useKw),
      storageInKw: watts(storageInKw),
      gridExportKw: watts(gridExportKw),
      unknownKw: watts(unknownKw),
    },
    unknownBecause: [
      { enterprise: null, reason: "losses" as const },
      ...[...silentEnterprises].map((enterprise) => ({ enterprise, reason: "silent" as const })),
    ],
    selfSupplyShare: selfSupply(pvKw, gridExportKw, useKw),
    dataAgeSeconds: newestMs === null ? null : Math.max(0, (nowMs - newestMs) / 1000),
    meters: {
      total: real.length,
      silent: real.filter((m) => isSilent(latest.get(m.id), m.reportsEveryMs, nowMs)).length,
    },
    enterprises,
    groups: [...groups.values()],
    storages,
  };
}

/** Powers to the watt: sums of decimals in binary carry noise behind it. */
function watts(powerKw: number | null): number | null {
  return powerKw === null ? null : Math.round(powerKw * 1000) / 1000;
}

/** PV that stayed in the park, over use. Storage counts nothing: what it was charged with is not traced yet. */
export function selfSupply(pv: number | null, gridExport: number | null, use: number | null): number | null {
  if (pv === null || gridExport === null || use === null || use <= 0) return null;
  return Math.min(1, Math.max(0, pv - gridExport) / use);
}

/** The real meters behind a meter: itself, or the parts of its sum. */
function realParts(park: Park, meterId: string): string[] {
  const meter = park.meterById.get(meterId);
  return meter?.sum == null ? [meterId] : meter.sum.flatMap((p) => realParts(park, p.meter));
}
