/**
 * What storages can hold up (more injection) and down (less) for a duration d.
 *
 *   dis_i(d) = min(p_dis, η_d·E_i ÷ d)      E_i = (soc − soc_min)·C
 *   ch_i(d)  = min(p_ch, H_i ÷ (η_c·d))     H_i = (soc_max − soc)·C
 *
 * Each device alone, then summed: exact for constant power (each is a bound, and all can be held at once).
 * One battery of the summed size would overstate it. Down counts no energy burnt by cycling through losses.
 *
 * The baseline is the storage's present power x (charging positive), taken to last the whole of d as far as
 * the storage can hold it: b_i(d) = clamp(x, −dis_i(d), ch_i(d)). A charging storage that stops charging gives
 * up b before it discharges at all; a discharging one has already spent part of its up:
 *
 *   up_i(d) = dis_i(d) + b_i(d)             down_i(d) = ch_i(d) − b_i(d)
 *
 * So up + down = dis + ch whatever the baseline is, both fall with d, and a storage that would run full or
 * empty within d on its present course is not paid for the time after. Whoever is promised the figure must
 * be told the baseline with it.
 *
 * Connections that carry other load too bound the change by what flows now: up ≤ exportLimit + netImport,
 * down ≤ importLimit − netImport, nested from the inside out (limits form a tree, so min of sums is exact).
 */

export interface StorageState {
  readonly id: string;
  readonly capacityKwh: number;
  readonly maxChargeKw: number;
  readonly maxDischargeKw: number;
  readonly chargeEfficiency: number;
  readonly dischargeEfficiency: number;
  readonly minStateOfCharge: number;
  readonly maxStateOfCharge: number;
  /** 0…1. */
  readonly stateOfCharge: number;
  /** Present power, charging positive. */
  readonly powerKw: number;
}

/** A limited connection and the storages behind it. */
export interface ConnectionLimit {
  readonly id: string;
  readonly importLimitKw: number;
  readonly exportLimitKw: number;
  /** Present net import of the connection, storages included; null: unknown, then nothing behind it counts. */
  readonly netImportKw: number | null;
  /** Ids of storages behind it. Two connections' sets are nested or apart. */
  readonly members: readonly string[];
}

export interface DeviceCapability {
  readonly id: string;
  readonly upKw: number;
  readonly downKw: number;
  /** What up and down count from, charging positive. */
  readonly baselineKw: number;
  /** power: the rating bounds it; energy: the state of charge does. */
  readonly upBoundBy: "power" | "energy" | "connection";
  readonly downBoundBy: "power" | "energy" | "connection";
}

interface FleetCapability {
  readonly upKw: number;
  readonly downKw: number;
  readonly devices: readonly DeviceCapability[];
  /** Ids of connections that cut a sum. */
  readonly bindingUp: readonly string[];
  readonly bindingDown: readonly string[];
}

/**
 * The same storages and connections with every storage at rest: then up and down are the plain sums
 * Σ min(p, η·E ÷ d), whatever the storages happen to do now.
 */
export function atRest(
  storages: readonly StorageState[],
  connections: readonly ConnectionLimit[],
): { readonly storages: readonly StorageState[]; readonly connections: readonly ConnectionLimit[] } {
  const presentKw = new Map(storages.map((s) => [s.id, s.powerKw]));
  return {
    storages: storages.map((s) => ({ ...s, powerKw: 0 })),
    connections: connections.map((c) => ({
      ...c,
      netImportKw:
        c.netImportKw === null
          ? null
          : c.members.reduce((net, id) => net - (presentKw.get(id) ?? 0), c.netImportKw),
    })),
  };
}

/** One storage alone for a duration in hours. */
export function deviceCapability(s: StorageState, durationH: number): DeviceCapability {
  const energyKwh = Math.max(0, (s.stateOfCharge - s.minStateOfCharge) * s.capacityKwh);
  const headroomKwh = Math.max(0, (s.maxStateOfCharge - s.stateOfCharge) * s.capacityKwh);
  const byEnergyOut = (s.dischargeEfficiency * energyKwh) / durationH;
  const byEnergyIn = headroomKwh / (s.chargeEfficiency * durationH);
  const discharge = Math.min(s.maxDischargeKw, byEnergyOut);
  const charge = Math.min(s.maxChargeKw, byEnergyIn);
  const baselineKw = Math.max(-discharge, Math.min(charge, s.powerKw));
  return {
    id: s.id,
    upKw: discharge + baselineKw,
    downKw: charge - baselineKw,
    baselineKw,
    upBoundBy: byEnergyOut < s.maxDischargeKw ? "energy" : "power",
    downBoundBy: byEnergyIn < s.maxChargeKw ? "energy" : "power",
  };
}

/** A fleet for a duration in hours, cut by the connections it hangs on; devices' figures add up to the fleet's. */
export function fleetCapability(
  storages: readonly StorageState[],
  connections: readonly ConnectionLimit[],
  durationH: number,
): FleetCapability {
  const devices = new Map(storages.map((s) => [s.id, deviceCapability(s, durationH)]));
  const bindingUp: string[] = [];
  const bindingDown: string[] = [];
  const presentKw = new Map(storages.map((s) => [s.id, s.powerKw]));
  // Inner connections first: a set nested in another is smaller.
  for (const connection of [...connections].sort((a, b) => a.members.length - b.members.length)) {
    const inside = connection.members.flatMap((id) => devices.get(id) ?? []);
    const now = connection.netImportKw;
    // A baseline that cannot last moves the flow; what counts is the worse of now and then.
    const drift = inside.reduce((sum, d) => sum + d.baselineKw - (presentKw.get(d.id) ?? 0), 0);
    const upLimit = now === null ? 0 : Math.max(0, connection.exportLimitKw + Math.min(now, now + drift));
    const downLimit = now === null ? 0 : Math.max(0, connection.importLimitKw - Math.max(now, now + drift));
    const up = inside.reduce((sum, d) => sum + d.upKw, 0);
    const down = inside.reduce((sum, d) => sum + d.downKw, 0);
    if (up > upLimit) bindingUp.push(connection.id);
    if (down > downLimit) bindingDown.push(connection.id);
    for (const d of inside) {
      devices.set(d.id, {
        ...d,
        upKw: up > upLimit ? (d.upKw * upLimit) / up : d.upKw,
        downKw: down > downLimit ? (d.downKw * downLimit) / down : d.downKw,
        upBoundBy: up > upLimit ? "connection" : d.upBoundBy,
        downBoundBy: down > downLimit ? "connection" : d.downBoundBy,
      });
    }
  }
  const all = storages.flatMap((s) => devices.get(s.id) ?? []);
  return {
    upKw: all.reduce((sum, d) => sum + d.upKw, 0),
    downKw: all.reduce((sum, d) => sum + d.downKw, 0),
    devices: all,
    bindingUp,
    bindingDown,
  };
}
