import { parkMethodSet } from "../park-method.ts";

/** An open question: whether the announcement of 2023 replaces the value that Annex 4 prints. */
export const set = parkMethodSet({
  id: "cn-910-2025-annex-4-fossil-2023",
  zh: "零碳园区核算因子，其余电力按2023年公告值（待确认的口径）",
  en: "Factors of the park method with all other electricity as announced for 2023 (a reading to be confirmed)",
  chosen: "by-pin",
  other: {
    zh: "其余电力（全国化石能源电力，2023年）",
    en: "All other electricity (national fossil power, 2023)",
    value: 0.8273,
    grade: "B",
    year: 2023,
    note: "附件4印明 0.8325；此为公告2025年第47号全国化石能源电力",
  },
});
