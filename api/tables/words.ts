import type { Quality } from "../answers/common.ts";
import type { FileLanguage } from "./table.ts";

/** The words of tables as files. */

export const TABLE_WORDS = {
  start: { zh: "开始时间", en: "Start" },
  end: { zh: "结束时间", en: "End" },
  measured: { zh: "实测", en: "Measured" },
  estimated: { zh: "估算", en: "Estimated" },
  missing: { zh: "缺失", en: "Missing" },
  quality: { zh: "质量", en: "Quality" },
  known: { zh: "已知时间占比", en: "Known share of time" },
  simulated: { zh: "模拟数据", en: "Simulated data" },
  running: { zh: "进行中", en: "Running" },
  note: { zh: "备注", en: "Note" },
  scope: { zh: "范围", en: "Scope" },
  from: { zh: "起", en: "From" },
  to: { zh: "止", en: "To" },
  through: { zh: "计至", en: "Counted up to" },
  resolution: { zh: "分辨率", en: "Resolution" },
  timeZone: { zh: "时区", en: "Time zone" },
  unsettled: { zh: "有读数尚未处理完", en: "Readings are still being worked in" },
  stampEnd: {
    zh: "时间为各区间的结束时刻（电网 96 点：00:15 … 24:00）。",
    en: "Times are the ends of the intervals (the grid's 96 points: 00:15 … 24:00).",
  },
  stampStart: { zh: "时间为各区间的开始时刻。", en: "Times are the starts of the intervals." },
  total: { zh: "合计", en: "Total" },
  coverage: { zh: "覆盖率", en: "Coverage" },
  import: { zh: "购入", en: "Import" },
  export: { zh: "外送", en: "Export" },
  gridImport: { zh: "购网电", en: "Grid import" },
  gridExport: { zh: "上网电", en: "Grid export" },
  pv: { zh: "光伏", en: "PV" },
  storageIn: { zh: "储能充电", en: "Storage in" },
  storageOut: { zh: "储能放电", en: "Storage out" },
  use: { zh: "用电", en: "Use" },
  unknown: { zh: "未归属", en: "Not attributed" },
  meter: { zh: "电表编号", en: "Meter" },
  name: { zh: "名称", en: "Name" },
  enterprise: { zh: "企业", en: "Enterprise" },
  level: { zh: "层级", en: "Level" },
  amount: { zh: "总表", en: "Meter's amount" },
  children: { zh: "分表之和", en: "Sum of meters below" },
  difference: { zh: "差额", en: "Difference" },
  unit: { zh: "单位", en: "Unit" },
  share: { zh: "差额率", en: "Difference share" },
  matchedKnown: { zh: "各表均已知时间占比", en: "Share of time all are known" },
  matchedDifference: { zh: "其间差额", en: "Difference therein" },
  matchedShare: { zh: "其间差额率", en: "Share therein" },
  state: { zh: "结论", en: "State" },
  parts: { zh: "分表", en: "Meters below" },
  ok: { zh: "平衡", en: "In balance" },
  over: { zh: "超差", en: "Over tolerance" },
  missingPart: { zh: "有缺失", en: "A part is missing" },
  hidden: { zh: "含他方电表", en: "Others' meters" },
  idle: { zh: "无电量", en: "Nothing flowed" },
  tolerance: { zh: "允许差额率", en: "Tolerance" },
  band: { zh: "时段", en: "Band" },
  sharp: { zh: "尖", en: "Sharp" },
  peak: { zh: "峰", en: "Peak" },
  flat: { zh: "平", en: "Flat" },
  valley: { zh: "谷", en: "Valley" },
  deepValley: { zh: "深谷", en: "Deep valley" },
  energy: { zh: "电量", en: "Energy" },
  cost: { zh: "电度电费", en: "Energy cost" },
  tariff: { zh: "电价", en: "Tariff" },
  authority: { zh: "依据", en: "Authority" },
  rank: { zh: "序", en: "Rank" },
  kind: { zh: "类别", en: "Kind" },
  demand: { zh: "需量", en: "Demand" },
  dayPeak: { zh: "当日最大", en: "Day's maximum" },
  monthTop: { zh: "当月前十", en: "Month's top ten" },
  estimatedTop: { zh: "估算区间（不计入）", en: "Estimated (not counted)" },
  ownDemand: { zh: "电表自身最大需量", en: "Meter's own maximum demand" },
  loadFactor: { zh: "负荷率", en: "Load factor" },
  mean: { zh: "平均负荷", en: "Mean load" },
  side: { zh: "时期", en: "Period" },
  current: { zh: "本期", en: "This span" },
  year: { zh: "去年同期", en: "Same span last year" },
  base: { zh: "基准期", en: "Base period" },
  change: { zh: "增减", en: "Change" },
  changeShare: { zh: "增减率", en: "Change share" },
} as const satisfies Record<string, Readonly<Record<FileLanguage, string>>>;

export type TableWord = keyof typeof TABLE_WORDS;

/** A word of the table's language. */
export function wordsOf(language: FileLanguage): (key: TableWord) => string {
  return (key) => TABLE_WORDS[key][language];
}

export function qualityWord(quality: Quality | undefined, language: FileLanguage): string {
  return TABLE_WORDS[quality ?? "missing"][language];
}
