import { COMBUSTION_A } from "../combustion-a.ts";
import { fuelSet } from "../fuels.ts";

export const set = fuelSet({
  id: "cn-ndrc-guidelines-a",
  zh: "燃料燃烧缺省因子（行业核算指南 A 组）",
  en: "Fuel combustion defaults (sector guidelines, set A)",
  source: "国家发展改革委 行业企业温室气体排放核算方法与报告指南 缺省值（A 组）",
  grade: "C",
  chosen: "by-date",
  values: COMBUSTION_A,
});
