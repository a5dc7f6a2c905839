import { equivalentSet } from "../equivalents.ts";

export const set = equivalentSet({
  id: "equivalent-seen-0298",
  authority: "第三方系统所用值 0.298",
  en: "as used by a third party",
  value: 0.298,
  grade: "C",
});
