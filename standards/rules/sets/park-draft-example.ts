import { guiding, targetsOf } from "../guiding.ts";
import type { RuleSet } from "../rule-set.ts";

/** How a park writes down a draft of its own: a copy of this file with another id. */
export const set: RuleSet = {
  id: "park-draft-example",
  name: { zh: "园区自拟指标（示例）", en: "A park's own draft (an example)" },
  source: "示例：园区自拟的分年目标，未经主管部门确认",
  grade: "D",
  from: null,
  to: null,
  core: {
    clause: { zh: "园区自拟 单位能耗碳排放", en: "The park's own draft: carbon per unit of energy" },
    tiers: [
      {
        id: "any size",
        name: { zh: "不分规模", en: "Whatever its size" },
        fromTce: 0,
        toTce: null,
        targets: targetsOf({ 2026: 1.4, 2027: 0.8, 2028: 0.2 }),
      },
    ],
    below: { zh: "不分规模。", en: "Whatever its size." },
  },
  directSupply: {
    share: 0.5,
    inPrinciple: true,
    clause: { zh: "园区自拟 直接供应比例", en: "The park's own draft: direct supply" },
  },
  guiding: [guiding("clean-energy-share", { 2026: 60, 2028: 90 }), guiding("water-reuse", 80)],
  mayLeaveOut: true,
};
