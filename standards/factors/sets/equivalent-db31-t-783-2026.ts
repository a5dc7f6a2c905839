import { equivalentSet } from "../equivalents.ts";

export const set = equivalentSet({
  id: "equivalent-db31-t-783-2026",
  authority: "DB31/T 783-2026 附录A（上海统计 2024）",
  en: "DB31/T 783-2026 Annex A, Shanghai statistics 2024",
  value: 0.28078,
  grade: "C",
  year: 2024,
});
