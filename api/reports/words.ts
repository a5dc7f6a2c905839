import { FUELS, isFuel } from "../../standards/factors/fuels.ts";

/** The words of the enterprise's month as file and as page. */

export type ReportLanguage = "zh" | "en";

export const REPORT_WORDS = {
  title: { zh: "企业能源与碳月报", en: "Monthly energy and carbon report" },
  enterprise: { zh: "企业", en: "Enterprise" },
  park: { zh: "园区", en: "Park" },
  month: { zh: "月份", en: "Month" },
  span: { zh: "时段", en: "Span" },
  generatedAt: { zh: "生成时间", en: "Made at" },
  simulated: { zh: "模拟数据", en: "Simulated data" },
  provisional: { zh: "暂估", en: "Provisional" },
  running: { zh: "当月未完", en: "The month is still running" },
  unsettled: { zh: "有读数尚未处理完", en: "Readings are still being worked in" },
  coverage: { zh: "覆盖率", en: "Coverage" },
  measured: { zh: "实测", en: "Measured" },
  estimated: { zh: "估算", en: "Estimated" },
  missing: { zh: "缺失", en: "Missing" },
  energy: { zh: "能源消费", en: "Energy" },
  balance: { zh: "电量平衡", en: "Electricity balance" },
  carbon: { zh: "碳排放", en: "Carbon" },
  green: { zh: "绿电", en: "Green power" },
  days: { zh: "逐日", en: "By day" },
  remarks: { zh: "说明与未考虑事项", en: "Remarks and what is not considered" },
  factors: { zh: "因子来源", en: "Sources of factors" },
  item: { zh: "项目", en: "Item" },
  import: { zh: "购入", en: "In" },
  export: { zh: "外送", en: "Out" },
  unit: { zh: "单位", en: "Unit" },
  meters: { zh: "计量表", en: "Meters" },
  amount: { zh: "数量", en: "Amount" },
  factor: { zh: "因子", en: "Factor" },
  factorId: { zh: "因子编号", en: "Factor id" },
  grade: { zh: "证据等级", en: "Grade" },
  clause: { zh: "条款", en: "Clause" },
  source: { zh: "来源", en: "Source" },
  total: { zh: "合计", en: "Total" },
  method: { zh: "方法", en: "Method" },
  factorSet: { zh: "因子集", en: "Factor set" },
  date: { zh: "日期", en: "Date" },
  quality: { zh: "质量", en: "Quality" },
  use: { zh: "用电", en: "Use" },
  gridImport: { zh: "购网电", en: "Grid import" },
  gridExport: { zh: "上网电", en: "Grid export" },
  pv: { zh: "光伏", en: "PV" },
  storageIn: { zh: "储能充电", en: "Storage in" },
  storageOut: { zh: "储能放电", en: "Storage out" },
  unknown: { zh: "未归属", en: "Not attributed" },
  annualShare: { zh: "绿电占比（电量）", en: "Green share (by volume)" },
  hourMatchedShare: { zh: "逐时匹配率", en: "Hour-matched share" },
  directShare: { zh: "直供率", en: "Direct-supply share" },
  electricity: { zh: "电力", en: "Electricity" },
  heat: { zh: "热力", en: "Heat" },
  water: { zh: "水", en: "Water" },
  gas: { zh: "燃气", en: "Gas" },
  fuel: { zh: "燃料", en: "Fuel" },
  grades: {
    zh: "证据等级：A 官方全文；B 官方摘录或多个独立副本；C 单一副本；D 推算。",
    en: "Grades: A official text read; B official excerpt or several copies; C one copy; D derived.",
  },
} as const;

export type ReportWord = keyof typeof REPORT_WORDS;

/** A medium such as gas:natural-gas in words. */
export function mediumWord(medium: string, language: ReportLanguage): string {
  const [kind = "", detail] = medium.split(":");
  const known =
    kind === "electricity" || kind === "heat" || kind === "water" || kind === "gas" || kind === "fuel"
      ? REPORT_WORDS[kind][language]
      : kind;
  if (detail === undefined) return known;
  return isFuel(detail) ? FUELS[detail][language] : `${known} (${detail})`;
}

/** The balance's rows in their order. */
export const BALANCE_ROWS = [
  ["gridImport", "gridImportKwh"],
  ["pv", "pvKwh"],
  ["storageOut", "storageOutKwh"],
  ["gridExport", "gridExportKwh"],
  ["storageIn", "storageInKwh"],
  ["use", "useKwh"],
  ["unknown", "unknownKwh"],
] as const;
