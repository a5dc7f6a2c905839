import { equivalentSet } from "../equivalents.ts";

export const set = equivalentSet({
  id: "equivalent-seen-0310",
  authority: "第三方系统所用值 0.3050–0.3150，取中值",
  en: "as used by a third party, middle of its range",
  value: 0.31,
  grade: "C",
  range: { low: 0.305, high: 0.315 },
});
