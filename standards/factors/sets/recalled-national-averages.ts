import { listedSet } from "../listed.ts";

const national = (subject: string, zh: string, en: string, value: number, year?: number) => ({
  subject,
  zh,
  en,
  value,
  unit: "kgCO2/kWh",
  grade: "R" as const,
  ...(year === undefined ? {} : { year }),
});

/** Unverified: older national averages of corporate guidance, an example of grade R, never chosen by itself. */
export const set = listedSet({
  id: "recalled-national-averages",
  family: "electricity-co2-recalled",
  zh: "较早的全国电网平均排放因子（未核实，仅作示例）",
  en: "Older national averages of electricity (unverified, an example)",
  source: "未核实，企业温室气体核算指南历年所用值待核对",
  from: null,
  to: null,
  chosen: "by-pin",
  values: [
    national("nation/guidance-2021", "2021—2022年度核算用", "Used in 2021 and 2022", 0.581),
    national("nation/guidance-2022", "2022年度报告用", "Used for reporting 2022", 0.5703, 2022),
    national("nation/average-2015", "2015年", "Average of 2015", 0.6101, 2015),
  ],
});
