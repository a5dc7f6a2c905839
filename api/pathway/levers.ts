import type { Lever } from "../../park/levers.ts";
import type { Boundary, StorageAsset } from "../../park/schema.ts";
import { aboveTargetT } from "../../standards/pathway/gap.ts";
import {
  type LocalSupply,
  localSupply,
  type MeteredProfile,
  NO_SUPPLY,
  type StorageKind,
} from "../../standards/pathway/local-supply.ts";
import { addAmounts } from "../../standards/pathway/projects.ts";
import { PATH_REMARKS } from "../../standards/pathway/remarks.ts";
import {
  type LeverAmounts,
  NO_AMOUNTS,
  outcomeOf,
  type YearOutcome,
  type YearStructure,
} from "../../standards/pathway/scenario.ts";
import type { LocalText, Remark } from "../../standards/remark.ts";

/** What each lever gives to the year of the target, reckoned anew with the whole year each time. */

/** One more of a lever, as it is spoken of. */
export const LEVER_UNITS: Readonly<
  Record<Lever, { readonly unit: number; readonly name: LocalText; readonly words: LocalText }>
> = {
  directLineGwh: {
    unit: 1,
    name: { zh: "绿电直连", en: "Direct green line" },
    words: { zh: "1 GWh", en: "1 GWh" },
  },
  certificates: {
    unit: 10_000,
    name: { zh: "绿电交易与绿证", en: "Green trade and certificates" },
    words: { zh: "1 万张（10 GWh）", en: "10,000 certificates (10 GWh)" },
  },
  pvMwp: { unit: 1, name: { zh: "园内光伏", en: "PV in the park" }, words: { zh: "1 MWp", en: "1 MWp" } },
  efficiencyGwh: { unit: 1, name: { zh: "节能", en: "Efficiency" }, words: { zh: "1 GWh", en: "1 GWh" } },
  storageMwh: { unit: 1, name: { zh: "储能", en: "Storage" }, words: { zh: "1 MWh", en: "1 MWh" } },
  gasToPowerM3: {
    unit: 1_000_000,
    name: { zh: "气改电", en: "Gas to power" },
    words: { zh: "100 万 m³", en: "1 million m³" },
  },
};

/** Where the park has no storage: what is usual of lithium iron phosphate at two hours. */
const USUAL_STORAGE: StorageKind = {
  chargeEfficiency: 0.94,
  dischargeEfficiency: 0.94,
  hours: 2,
  usableShare: 0.9,
};

/** The kind of the storages that a boundary has, by capacity. */
export function storageKind(storages: readonly StorageAsset[]): { kind: StorageKind; declared: boolean } {
  const capacityKwh = storages.reduce((sum, s) => sum + s.capacityKwh, 0);
  if (capacityKwh === 0) return { kind: USUAL_STORAGE, declared: false };
  const mean = (of: (s: StorageAsset) => number): number =>
    storages.reduce((sum, s) => sum + of(s) * s.capacityKwh, 0) / capacityKwh;
  return {
    declared: true,
    kind: {
      chargeEfficiency: mean((s) => s.chargeEfficiency),
      dischargeEfficiency: mean((s) => s.dischargeEfficiency),
      hours: capacityKwh / storages.reduce((sum, s) => sum + Math.max(s.maxChargeKw, s.maxDischargeKw), 0),
      usableShare: mean((s) => s.maxStateOfCharge - s.minStateOfCharge),
    },
  };
}

/** The year of the target with approved projects in it, and what more PV and storage would give it. */
export class GoalYear {
  readonly year: YearStructure;
  readonly target: number;
  readonly #profile: MeteredProfile | null;
  readonly #kind: StorageKind;
  readonly #approved: LeverAmounts;
  readonly #exports: "own-kind" | "other";
  readonly #supplies = new Map<string, LocalSupply | null>();
  #approvedSupply: LocalSupply | null | undefined;

  constructor(of: {
    readonly year: YearStructure;
    readonly target: number;
    readonly profile: MeteredProfile | null;
    readonly kind: StorageKind;
    /** In force already: more PV and storage come on top of them. */
    readonly approved: LeverAmounts;
    readonly exports: "own-kind" | "other";
  }) {
    this.year = of.year;
    this.target = of.target;
    this.#profile = of.profile;
    this.#kind = of.kind;
    this.#approved = of.approved;
    this.#exports = of.exports;
  }

  /** Whether PV and storage can be reckoned at all. */
  knows(lever: Lever): boolean {
    if (lever === "pvMwp") return (this.#profile?.pvKwhPerKwp ?? null) !== null;
    return lever === "storageMwh" ? this.#profile !== null : true;
  }

  /** The year with the amounts; amounts of what cannot be reckoned give nothing. */
  with(amounts: LeverAmounts, zeroFactorForGas: boolean): YearOutcome {
    return outcomeOf(this.year, amounts, {
      supply: this.#supplyOf(amounts),
      zeroFactorForGas,
      exports: this.#exports,
    });
  }

  /** t CO2 above the target with the amounts. */
  aboveT(amounts: LeverAmounts, zeroFactorForGas: boolean): number {
    return aboveTargetT(this.target, this.with(amounts, zeroFactorForGas));
  }

  #supplyOf(amounts: LeverAmounts): LocalSupply {
    const { pvMwp, storageMwh } = amounts;
    if (this.#profile === null || (pvMwp === 0 && storageMwh === 0)) return NO_SUPPLY;
    const key = `${pvMwp}/${storageMwh}`;
    let supply = this.#supplies.get(key);
    if (supply === undefined) {
      const all = addAmounts(this.#approved, amounts);
      const after = localSupply(this.#profile, this.#kind, all.pvMwp, all.storageMwh);
      this.#approvedSupply ??= localSupply(
        this.#profile,
        this.#kind,
        this.#approved.pvMwp,
        this.#approved.storageMwh,
      );
      const before = this.#approvedSupply;
      supply = after === null || before === null ? null : lessSupply(after, before);
      for (const oldest of this.#supplies.keys()) {
        if (this.#supplies.size < 64) break;
        this.#supplies.delete(oldest);
      }
      this.#supplies.set(key, supply);
    }
    return supply ?? NO_SUPPLY;
  }
}

function lessSupply(a: LocalSupply, b: LocalSupply): LocalSupply {
  return {
    pvKwh: a.pvKwh - b.pvKwh,
    pvUsedKwh: a.pvUsedKwh - b.pvUsedKwh,
    storageInKwh: a.storageInKwh - b.storageInKwh,
    storageOutKwh: a.storageOutKwh - b.storageOutKwh,
  };
}

/** What one more unit of a lever does to the year. */
interface UnitEffect {
  readonly carbonT: number;
  readonly tco2PerTce: number;
  /** What it closes of the gap: carbon less what the target no longer allows. */
  readonly gapT: number;
}

export function unitEffect(goal: GoalYear, lever: Lever, zeroFactorForGas: boolean): UnitEffect {
  const after = goal.with({ ...NO_AMOUNTS, [lever]: LEVER_UNITS[lever].unit }, zeroFactorForGas);
  const before = goal.with(NO_AMOUNTS, zeroFactorForGas);
  return {
    carbonT: after.carbonT - before.carbonT,
    tco2PerTce: after.tco2PerTce - before.tco2PerTce,
    gapT: aboveTargetT(goal.target, before) - aboveTargetT(goal.target, after),
  };
}

/** The largest amounts that are looked at; more than any park could bring. */
const MOST: LeverAmounts = {
  directLineGwh: 100_000,
  certificates: 100_000_000,
  pvMwp: 20_000,
  efficiencyGwh: 100_000,
  storageMwh: 20_000,
  gasToPowerM3: 1e10,
};

/** The amount with which a lever alone would meet the target; null where it alone never does. */
export function amountAlone(goal: GoalYear, lever: Lever): number | null {
  const above = (amount: number): number => goal.aboveT({ ...NO_AMOUNTS, [lever]: amount }, true);
  if (above(0) <= 0) return 0;
  let high = LEVER_UNITS[lever].unit;
  while (above(high) > 0) {
    if (high >= MOST[lever]) return null;
    const gained = above(0) - above(high);
    high = Math.min(MOST[lever], high * 4);
    // What no longer grows will not get there: a storage that has all the surplus.
    if (
      lever !== "directLineGwh" &&
      lever !== "certificates" &&
      above(0) - above(high) <= gained * (1 + 1e-9)
    )
      return null;
  }
  let low = 0;
  for (let step = 0; step < 40 && high - low > high * 1e-4; step++) {
    const middle = (low + high) / 2;
    if (above(middle) > 0) low = middle;
    else high = middle;
  }
  return high;
}

/** What a reader must know of a lever's figures. */
export function leverRemarks(
  lever: Lever,
  goal: GoalYear | null,
  of: { readonly boundary: Boundary; readonly kind: StorageKind; readonly declared: boolean },
): Remark[] {
  if (goal === null) return [PATH_REMARKS.noYear];
  if (lever === "pvMwp") return [goal.knows(lever) ? PATH_REMARKS.pvSimulated : PATH_REMARKS.pvYieldUnknown];
  if (lever === "efficiencyGwh") return [PATH_REMARKS.efficiency];
  if (lever === "storageMwh") {
    const { kind } = of;
    return [
      goal.knows(lever)
        ? PATH_REMARKS.storageSimulated(
            kind.chargeEfficiency * kind.dischargeEfficiency,
            kind.hours,
            of.declared,
          )
        : PATH_REMARKS.storageUnknown,
    ];
  }
  if (lever !== "gasToPowerM3") return [];
  if (goal.year.gasM3 === 0) return [PATH_REMARKS.noGas];
  return [
    PATH_REMARKS.gasToPower(goal.year.factors.powerKwhPerM3, of.boundary.gasReplacement?.evidence ?? null),
  ];
}
