import { footprintSet } from "../footprint.ts";

export const set = footprintSet({
  id: "cn-mee-2025-10-23-footprint",
  family: "electricity-footprint",
  year: 2024,
  zh: "2024年电力碳足迹因子",
  en: "Carbon footprint factors of electricity 2024 (MEE, NBS and NEA)",
  source:
    "生态环境部 等《2024年电力碳足迹因子数据》 https://www.mee.gov.cn/xxgk2018/xxgk/xxgk01/202510/t20251024_1130734.html",
  from: "2025-10-23",
  to: null,
  grade: "B",
  values: { nation: 0.5777 },
});
