import { footprintSet } from "../footprint.ts";

export const set = footprintSet({
  id: "cn-mee-2025-3-footprint",
  family: "electricity-footprint",
  year: 2023,
  zh: "2023年电力碳足迹因子（公告2025年第3号）",
  en: "Carbon footprint factors of electricity 2023 (MEE, NBS and NEA, announcement 2025 No. 3)",
  source: "生态环境部 国家统计局 国家能源局《关于发布2023年电力碳足迹因子数据的公告》公告2025年第3号",
  // Published in January 2025; the day is not told.
  from: "2025-01-31",
  to: "2025-10-23",
  grade: "B",
  values: { nation: 0.6205, wind: 0.0336, pv: 0.0545, biomass: 0.0457 },
});
