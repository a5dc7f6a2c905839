import { type RuleSet, type RuleTier, targetFor, tierFor } from "./rules/rule-set.ts";

/** 单位能耗碳排放 against the target of its size (Annex 3): the tier, its margin, the verdict, what would turn it. */

export interface Judged {
  /** Id of the tier; "below" where the rules have none for so little; "undeclared" where the size is not known. */
  readonly tier: string;
  /** What the tier follows from. */
  readonly tierBasis: "consumption" | "declared" | "none";
  readonly target: number | null;
  /** By whose end it must be reached; null: whenever it is judged. */
  readonly targetYear: number | null;
  readonly met: boolean | null;
}

interface Size {
  /** Yearly consumption, scaled where the span is shorter; null: not known. */
  readonly annualTce: number | null;
  /** Whether it is of a whole year. */
  readonly wholeYear: boolean;
  /** The tier that the park file declares, by id. */
  readonly declaredTier: string | null;
}

/**
 * The verdict on a value. A whole year's consumption decides the tier; with less of it, the declared one, or else the
 * year as scaled. Below the lowest tier there is no target, and so no verdict.
 * @param year the calendar year to judge by, for rules whose targets tighten.
 */
export function judgeCore(rules: RuleSet, value: number | null, size: Size, year: number): Judged {
  const declared = rules.core.tiers.find((t) => t.id === size.declaredTier) ?? null;
  const { annualTce } = size;
  if (annualTce !== null && (size.wholeYear || declared === null)) {
    const tier = tierFor(rules, annualTce);
    if (tier !== null) return verdict(tier, "consumption", value, year);
    return { tier: "below", tierBasis: "consumption", target: null, targetYear: null, met: null };
  }
  if (declared !== null) return verdict(declared, "declared", value, year);
  const strictest = Math.min(
    ...rules.core.tiers.map((t) => targetFor(t.targets, year)?.value ?? Number.POSITIVE_INFINITY),
  );
  const target = Number.isFinite(strictest) ? strictest : null;
  return {
    tier: "undeclared",
    tierBasis: "none",
    target,
    targetYear: null,
    met: value === null || target === null ? null : value <= target,
  };
}

function verdict(tier: RuleTier, tierBasis: Judged["tierBasis"], value: number | null, year: number): Judged {
  const target = targetFor(tier.targets, year);
  return {
    tier: tier.id,
    tierBasis,
    target: target?.value ?? null,
    targetYear: target?.year ?? null,
    met: value === null || target === null ? null : value <= target.value,
  };
}

/** How far a yearly consumption lies from the edges of its tier, in tce; of one below the lowest, from that one's. */
export function tierMargin(
  rules: RuleSet,
  annualTce: number | null,
): { readonly aboveLowerTce: number | null; readonly belowUpperTce: number | null } {
  if (annualTce === null) return { aboveLowerTce: null, belowUpperTce: null };
  const tier = tierFor(rules, annualTce);
  const lower = tier?.fromTce ?? null;
  const upper = tier === null ? (rules.core.tiers[0]?.fromTce ?? null) : tier.toTce;
  return {
    aboveLowerTce: lower === null || lower === 0 ? null : annualTce - lower,
    belowUpperTce: upper === null ? null : upper - annualTce,
  };
}

/** What another reading would turn: the tier, the verdict, or nothing. */
export function flips(
  rules: RuleSet,
  now: { readonly judged: Judged; readonly annualTce: number | null },
  other: { readonly judged: Judged; readonly annualTce: number | null },
): "tier" | "verdict" | null {
  const tierOf = (tce: number | null) => (tce === null ? null : (tierFor(rules, tce)?.id ?? "below"));
  if (tierOf(now.annualTce) !== tierOf(other.annualTce) || now.judged.tier !== other.judged.tier)
    return "tier";
  return now.judged.met === other.judged.met ? null : "verdict";
}

/**
 * The share of what is bought that must be of factor 0 for a target, consumption unchanged:
 * (E_rest + (1 − g)·El_in·f) ÷ T = target. Above 1: electricity alone cannot reach it. Null where nothing is bought.
 * @param boughtKg what all electricity bought would give at f.
 */
export function zeroShareNeeded(
  target: number,
  restKg: number,
  boughtKg: number,
  tce: number | null,
): number | null {
  if (tce === null || boughtKg <= 0) return null;
  return Math.max(0, 1 - (target * tce * 1000 - restKg) / boughtKg);
}
