import { parkMethodSet } from "../park-method.ts";

export const set = parkMethodSet({
  id: "cn-910-2025-annex-4",
  zh: "零碳园区碳排放核算方法（试行）所列因子",
  en: "Factors printed in the trial carbon accounting method for zero-carbon parks",
  chosen: "by-date",
  other: {
    zh: "其余电力（全国化石能源电力，2022年）",
    en: "All other electricity (national fossil power, 2022)",
    value: 0.8325,
    grade: "A",
    year: 2022,
  },
});
