import type { LocalText, Remark } from "./remark.ts";
import { REMARKS } from "./remarks.ts";

/** 国家级零碳园区建设指标体系（试行）: 发改环资〔2025〕910号 Annex 3. */

export type Tier = "200k-1M tce" | "over 1M tce";

/** Core target by yearly consumption: ≤0.2 t/tce for 20–100万 tce, ≤0.3 from 100万 tce; no tier below 20万. */
export const CORE_TARGETS: Readonly<Record<Tier, number>> = { "200k-1M tce": 0.2, "over 1M tce": 0.3 };

/** Annex 4: direct supply of at least half, "in principle": a warning beside the core indicator, no part of it. */
export const DIRECT_SUPPLY_IN_PRINCIPLE = 0.5;

export interface GuidingIndicator {
  readonly id: string;
  readonly name: LocalText;
  readonly value: number | null;
  readonly unit: string;
  readonly target: number | null;
  readonly state: "met" | "not-met" | "provisional" | "unknown";
  readonly missing: Remark | null;
}

/** The core target of a boundary; without a declared tier the stricter one, and a remark. */
export function coreTarget(tier: Tier | null): { target: number; tier: string; remark: Remark | null } {
  return tier === null
    ? { target: CORE_TARGETS["200k-1M tce"], tier: "undeclared", remark: REMARKS.tierNotDeclared }
    : { target: CORE_TARGETS[tier], tier, remark: null };
}

/**
 * The five guiding indicators. Four need data that no meter of the park gives: they are unknown and say what
 * is missing; the clean-energy share is provisional as the annex gives no formula. Shares in percent.
 */
export function guidingIndicators(zeroFactorShare: number | null): GuidingIndicator[] {
  const unknown = (
    id: string,
    zh: string,
    en: string,
    target: number | null,
    missing: Remark,
  ): GuidingIndicator => ({
    id,
    name: { zh, en },
    value: null,
    unit: "%",
    target,
    state: "unknown",
    missing,
  });
  return [
    {
      id: "clean-energy-share",
      name: { zh: "清洁能源消费占比", en: "Clean-energy share of consumption" },
      value: zeroFactorShare === null ? null : zeroFactorShare * 100,
      unit: "%",
      target: 90,
      state: zeroFactorShare === null ? "unknown" : "provisional",
      missing: REMARKS.cleanShareNotDefined,
    },
    unknown(
      "product-energy-intensity",
      "园区企业产出产品单位能耗达二级限额",
      "Products at level 2 of the energy limits",
      null,
      REMARKS.productIntensityMissing,
    ),
    unknown(
      "solid-waste-use",
      "工业固体废弃物综合利用率",
      "Use of industrial solid waste",
      80,
      REMARKS.solidWasteMissing,
    ),
    unknown(
      "waste-heat-use",
      "余热/余冷/余压综合利用率",
      "Use of waste heat, cold and pressure",
      50,
      REMARKS.wasteHeatMissing,
    ),
    unknown("water-reuse", "工业用水重复利用率", "Reuse of industrial water", 80, REMARKS.waterReuseMissing),
  ];
}
