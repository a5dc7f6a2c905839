import { equivalentSet } from "../equivalents.ts";

export const set = equivalentSet({
  id: "equivalent-cec-2025",
  authority: "中国电力企业联合会 2025 年度报告（2024 年供电煤耗 302.4 gce/kWh）",
  en: "CEC annual report 2025, net supply coal use 2024",
  value: 0.3024,
  grade: "C",
  year: 2024,
});
