import type { DeclaredUse } from "./method/amounts.ts";
import type { LocalText, Remark } from "./remark.ts";
import { REMARKS } from "./remarks.ts";
import { type GuidingId, type RuleSet, targetFor } from "./rules/rule-set.ts";

/**
 * The guiding indicators of a rule set: from meters and entries where they exist, else from a dated declared value with
 * its evidence, else unknown with what is missing. One may be left out with the reason of the application.
 */

/** A sum of meters or entries with what it rests on; null: nothing said. */
export interface Part {
  readonly name: LocalText;
  readonly amount: number | null;
  readonly unit: string;
  readonly meters: readonly string[];
  readonly declared: readonly DeclaredUse[];
}

export interface ProductPart {
  readonly name: LocalText;
  /** kgce per unit of product, and the level-2 limit that was declared. */
  readonly value: number | null;
  readonly limit: number;
  readonly unit: string;
  readonly declared: readonly DeclaredUse[];
}

export interface GuidingData {
  /** Zero-factor electricity over use, a share of 1. */
  readonly zeroFactorShare: number | null;
  readonly wasteGenerated: Part | null;
  readonly wasteUsed: Part | null;
  readonly waterFresh: Part | null;
  readonly waterReused: Part | null;
  /** Pairs of recoverable and recovered: heat, cold, pressure. */
  readonly wasteHeat: readonly { readonly recoverable: Part; readonly recovered: Part | null }[];
  readonly products: readonly ProductPart[];
  /** Declared values by indicator, the latest first. */
  readonly declared: ReadonlyMap<string, readonly DeclaredUse[]>;
  /** Reasons by indicator. */
  readonly leftOut: ReadonlyMap<string, string>;
}

interface GuidingIndicator {
  readonly id: GuidingId;
  readonly name: LocalText;
  readonly value: number | null;
  readonly unit: "%";
  readonly target: number | null;
  readonly targetYear: number | null;
  readonly state: "met" | "not-met" | "provisional" | "unknown" | "left-out";
  /** measured: from meters and entries of amounts. declared: the indicator's own value, declared with evidence. */
  readonly basis: "measured" | "declared" | null;
  readonly parts: readonly Part[];
  readonly declared: readonly DeclaredUse[];
  readonly missing: Remark | null;
  readonly reason: string | null;
  readonly note: LocalText | null;
}

const MISSING: Readonly<Record<GuidingId, Remark>> = {
  "clean-energy-share": REMARKS.cleanShareNotDefined,
  "product-energy-intensity": REMARKS.productIntensityMissing,
  "solid-waste-use": REMARKS.solidWasteMissing,
  "waste-heat-use": REMARKS.wasteHeatMissing,
  "water-reuse": REMARKS.waterReuseMissing,
};

/** @param year the calendar year to judge by */
export function guidingIndicators(rules: RuleSet, data: GuidingData, year: number): GuidingIndicator[] {
  return rules.guiding.map((rule): GuidingIndicator => {
    const target = rule.targets === null ? null : targetFor(rule.targets, year);
    const aim = target?.value ?? (rule.id === "product-energy-intensity" ? 100 : null);
    const head = {
      id: rule.id,
      name: rule.name,
      unit: "%" as const,
      target: aim,
      targetYear: target?.year ?? null,
      note: rule.note,
    };
    const declared = data.declared.get(rule.id) ?? [];
    const reason = data.leftOut.get(rule.id) ?? null;
    const measured = measure(rule.id, data);
    if (reason !== null && rules.mayLeaveOut)
      return {
        ...head,
        value: null,
        state: "left-out",
        basis: null,
        parts: [],
        declared,
        missing: null,
        reason,
      };
    const value = measured.value ?? declared[0]?.amount ?? null;
    const basis = measured.value !== null ? "measured" : value === null ? null : "declared";
    // No formula is given for the clean share: what stands in for it is no verdict.
    const open = rule.id === "clean-energy-share" && basis === "measured";
    return {
      ...head,
      value,
      state:
        value === null ? "unknown" : open || aim === null ? "provisional" : value >= aim ? "met" : "not-met",
      basis,
      parts: measured.parts,
      declared,
      missing: value === null || open ? MISSING[rule.id] : null,
      reason: null,
    };
  });
}

interface Measured {
  readonly value: number | null;
  readonly parts: readonly Part[];
}

/** An indicator in percent from amounts; null where any of them is not known. */
function measure(id: GuidingId, data: GuidingData): Measured {
  switch (id) {
    case "clean-energy-share":
      return { value: data.zeroFactorShare === null ? null : data.zeroFactorShare * 100, parts: [] };
    case "solid-waste-use":
      return ratio(data.wasteUsed, data.wasteGenerated, data.wasteGenerated?.amount ?? null);
    case "water-reuse": {
      const fresh = data.waterFresh?.amount ?? null;
      const reused = data.waterReused?.amount ?? null;
      return ratio(
        data.waterReused,
        data.waterFresh,
        fresh === null || reused === null ? null : fresh + reused,
      );
    }
    case "waste-heat-use": {
      // Weighted by what could be recovered: the annex gives no other weights.
      const pairs = data.wasteHeat;
      const known = pairs.every((p) => p.recovered?.amount != null && p.recoverable.amount !== null);
      const sum = (pick: (p: (typeof pairs)[number]) => Part | null) =>
        pairs.reduce((total, p) => total + (pick(p)?.amount ?? 0), 0);
      const whole = sum((p) => p.recoverable);
      const parts = pairs.flatMap((p) => [p.recoverable, ...(p.recovered === null ? [] : [p.recovered])]);
      return {
        value: pairs.length === 0 || !known || whole <= 0 ? null : (100 * sum((p) => p.recovered)) / whole,
        parts,
      };
    }
    case "product-energy-intensity": {
      const judged = data.products.filter((p) => p.value !== null);
      const parts = data.products.map((p) => ({
        name: p.name,
        amount: p.value,
        unit: p.unit,
        meters: [],
        declared: p.declared,
      }));
      if (data.products.length === 0 || judged.length < data.products.length) return { value: null, parts };
      const meeting = judged.filter((p) => p.value !== null && p.value <= p.limit).length;
      return { value: (100 * meeting) / judged.length, parts };
    }
  }
}

function ratio(part: Part | null, other: Part | null, whole: number | null): Measured {
  const amount = part?.amount ?? null;
  return {
    value: amount === null || whole === null || whole <= 0 ? null : (100 * amount) / whole,
    parts: [part, other].flatMap((p) => p ?? []),
  };
}
