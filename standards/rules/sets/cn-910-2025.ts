import { guiding, targetsOf } from "../guiding.ts";
import type { RuleSet } from "../rule-set.ts";

const NOT_DEFINED = { zh: "附件3未给出计算公式", en: "Annex 3 gives no formula" };

export const set: RuleSet = {
  id: "cn-910-2025",
  name: {
    zh: "国家级零碳园区建设指标体系（试行）",
    en: "National indicators for zero-carbon parks (trial)",
  },
  source:
    "国家发展改革委 工业和信息化部 国家能源局《关于开展零碳园区建设的通知》发改环资〔2025〕910号（2025-06-30）附件3",
  grade: "A",
  from: "2025-06-30",
  to: null,
  core: {
    clause: {
      zh: "发改环资〔2025〕910号 附件3 单位能耗碳排放；附件4 E_园区",
      en: "NDRC notice 2025 No. 910, Annex 3 (carbon per unit of energy), Annex 4 (E_park)",
    },
    tiers: [
      {
        id: "200k-1M tce",
        name: { zh: "年综合能源消费量20—100万吨标准煤", en: "200,000 to 1,000,000 tce a year" },
        fromTce: 200_000,
        toTce: 1_000_000,
        targets: targetsOf(0.2),
      },
      {
        id: "over 1M tce",
        name: { zh: "年综合能源消费量100万吨标准煤及以上", en: "1,000,000 tce a year and more" },
        fromTce: 1_000_000,
        toTce: null,
        targets: targetsOf(0.3),
      },
    ],
    below: {
      zh: "年综合能源消费量不足20万吨标准煤：附件3没有对应档位，待确认。",
      en: "Less than 200,000 tce a year: Annex 3 has no tier for it, to be confirmed.",
    },
  },
  directSupply: {
    share: 0.5,
    inPrinciple: true,
    clause: {
      zh: "附件4 “原则上直接供应比例不低于50%”",
      en: "Annex 4: in principle at least 50 % supplied directly",
    },
  },
  guiding: [
    guiding("clean-energy-share", 90, NOT_DEFINED),
    guiding("product-energy-intensity", null, {
      zh: "达到或优于能耗限额标准二级",
      en: "Meets or beats level 2 of the energy-limit standard",
    }),
    guiding("solid-waste-use", 80, NOT_DEFINED),
    guiding("waste-heat-use", 50, {
      zh: "三项利用率加权平均，权重未给出",
      en: "Weighted mean of the three rates; no weights are given",
    }),
    guiding("water-reuse", 80, NOT_DEFINED),
  ],
  mayLeaveOut: true,
};
