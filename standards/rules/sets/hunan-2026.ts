import { guiding, targetsOf } from "../guiding.ts";
import type { RuleSet } from "../rule-set.ts";

export const set: RuleSet = {
  id: "hunan-2026",
  name: { zh: "湖南省零碳园区建设指标（2026）", en: "Hunan's indicators for zero-carbon parks (2026)" },
  source: "湖南省零碳园区建设指标体系（2026年省级版，据公开报道摘录）",
  grade: "B",
  from: "2026-01-01",
  to: null,
  core: {
    clause: { zh: "湖南省指标体系 单位能耗碳排放", en: "Hunan's indicators: carbon per unit of energy" },
    tiers: [
      {
        id: "20k-1M tce",
        name: { zh: "年综合能源消费量2—100万吨标准煤", en: "20,000 to 1,000,000 tce a year" },
        fromTce: 20_000,
        toTce: 1_000_000,
        targets: targetsOf({ 2027: 1, 2030: 0.7, 2035: 0.3 }),
      },
      {
        id: "over 1M tce",
        name: { zh: "年综合能源消费量100万吨标准煤及以上", en: "1,000,000 tce a year and more" },
        fromTce: 1_000_000,
        toTce: null,
        targets: targetsOf({ 2027: 1.1, 2030: 0.8, 2035: 0.5 }),
      },
    ],
    below: {
      zh: "年综合能源消费量不足2万吨标准煤：没有对应档位。",
      en: "Less than 20,000 tce a year: there is no tier for it.",
    },
  },
  directSupply: null,
  guiding: [
    guiding("clean-energy-share", { 2027: 60, 2030: 70, 2035: 90 }),
    guiding("solid-waste-use", { 2027: 80, 2030: 85, 2035: 95 }),
    guiding("waste-heat-use", { 2027: 50, 2030: 55, 2035: 60 }),
    guiding("water-reuse", { 2027: 80, 2030: 85, 2035: 90 }),
  ],
  mayLeaveOut: false,
};
