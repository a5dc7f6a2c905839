import type { GuidingId, RuleSet } from "./rule-set.ts";

const NAMES: Readonly<Record<GuidingId, { readonly zh: string; readonly en: string }>> = {
  "clean-energy-share": { zh: "清洁能源消费占比", en: "Clean-energy share of consumption" },
  "product-energy-intensity": {
    zh: "园区企业产出产品单位能耗",
    en: "Energy per unit of product of the park's enterprises",
  },
  "solid-waste-use": { zh: "工业固体废弃物综合利用率", en: "Use of industrial solid waste" },
  "waste-heat-use": { zh: "余热/余冷/余压综合利用率", en: "Use of waste heat, cold and pressure" },
  "water-reuse": { zh: "工业用水重复利用率", en: "Reuse of industrial water" },
};

/** A guiding indicator of a rule set, named as Annex 3 names it. Targets in percent: one for good, or by year. */
export function guiding(
  id: GuidingId,
  targets: number | Readonly<Record<number, number>> | null,
  note: { readonly zh: string; readonly en: string } | null = null,
): RuleSet["guiding"][number] {
  return {
    id,
    name: { ...NAMES[id] },
    targets: targets === null ? null : targetsOf(targets),
    note: note === null ? null : { ...note },
  };
}

/** Targets by year, or one without a year. */
export function targetsOf(
  targets: number | Readonly<Record<number, number>>,
): { year: number | null; value: number }[] {
  if (typeof targets === "number") return [{ year: null, value: targets }];
  return Object.entries(targets).map(([year, value]) => ({ year: Number(year), value }));
}
