import { fixed, type Remark } from "../remark.ts";

/** The sentences that go with the path's figures. */

export const PATH_REMARKS = {
  persistence: fixed(
    "forecast-persistence",
    "已知不足 6 个月，预测取现值不变。",
    "Fewer than 6 months are known: the forecast keeps today's value.",
  ),
  trendOnly: fixed(
    "forecast-trend-only",
    "已知 6 至 23 个月，预测为月度值的最小二乘直线，未考虑季节。",
    "6 to 23 months are known: the forecast is the least-squares line of the monthly values, without seasons.",
  ),
  rangeMissing: (months: number): Remark => ({
    code: "forecast-range-missing",
    zh: `没有区间：回测还缺 ${months} 个月的历史，不作推测。`,
    en: `No range: back-testing needs ${months} more months of history, and none is invented.`,
  }),
  rangeScaled: (months: number): Remark => ({
    code: "forecast-range-scaled",
    zh: `区间由回测误差得出；超过已回测的 ${months} 个月，按时间的平方根放大。`,
    en: `The range is made of the back-test's errors; past the ${months} months tested it grows with the square root of the time.`,
  }),
  denominatorUnchanged: fixed(
    "denominator-unchanged",
    "差距按全年能耗不变求解：(C − f·x) ÷ T = 目标，f 为其余电力因子。",
    "The gap is solved with the year's consumption unchanged: (C − f·x) ÷ T = target, f the factor of all other electricity.",
  ),
  projectsMeasured: fixed(
    "projects-measured",
    "已开始的已批项目已在计量之中，不再计入预测的下移。",
    "Approved projects that have begun are in the measurement already and do not shift the forecast again.",
  ),
  targetRefused: (year: number): Remark => ({
    code: "target-overlap",
    zh: `${year} 年有两个目标重叠，按园区文件（引导指标按规则集）执行，账本中的一条不采用。`,
    en: `Two targets overlap in ${year}: the park file's (of guiding indicators the rule set's) stands, the ledger's is refused.`,
  }),
  partsShared: fixed(
    "lever-parts-shared",
    "各杠杆互相影响：每个杠杆的份额是其在所有先后次序下的平均，份额之和等于整体。",
    "Levers lean on each other: each one's part is its mean over all orders of bringing them in, and the parts add up to the whole.",
  ),
  pvSimulated: fixed(
    "lever-pv-simulated",
    "按实测光伏出力逐一刻钟模拟：只计当刻用掉或经新增储能用掉的，余电上网不计。",
    "Simulated by quarter-hour on the metered PV: only what is used at once or by way of the new storage counts, the rest is exported.",
  ),
  pvYieldUnknown: fixed(
    "lever-pv-yield-unknown",
    "园内光伏实测不足 7 天，或没有单独计量的电站，不能推算年发电量。",
    "Less than 7 days of the park's own PV are measured, or no array has meters of its own: the yearly yield cannot be told.",
  ),
  efficiency: fixed(
    "lever-efficiency-denominator",
    "节能同时减小分母，单位能耗的下降小于同量零因子电。",
    "Efficiency also shrinks the denominator: per unit it lowers t/tce less than zero-factor power.",
  ),
  storageSimulated: (roundTrip: number, hours: number, declared: boolean): Remark => ({
    code: "lever-storage-simulated",
    zh: `按实测上网余电逐一刻钟模拟少上网、多自用（往返效率 ${percentOf(roundTrip)}，${hours.toFixed(1)} 小时，${declared ? "取园内储能" : "设定值"}）；已由专用网、直连送给邻居的余电不计。`,
    en: `Simulated by quarter-hour on the metered surplus: less export, more own use (round trip ${percentOf(roundTrip)}, ${hours.toFixed(1)} h, ${declared ? "of the park's storages" : "assumed"}); surplus that neighbours use already is left out.`,
  }),
  storageUnknown: fixed(
    "lever-storage-unknown",
    "近一年没有可用的一刻钟购电与上网数据，不能模拟储能。",
    "No quarter-hours of the last year's purchases and exports are known: storage cannot be simulated.",
  ),
  gasToPower: (kwhPerM3: number, evidence: string | null): Remark => ({
    code: "lever-electrification",
    zh: `每立方米按 ${kwhPerM3.toFixed(2)} kWh 电替代（${evidence === null ? "设定：等热量，锅炉 90%，电热 99%" : sideZh(evidence)}）。`,
    en: `Each m³ is replaced by ${kwhPerM3.toFixed(2)} kWh (${evidence === null ? "assumed: equal heat, boiler 90 %, electric 99 %" : sideEn(evidence)}).`,
  }),
  noGas: fixed("lever-no-gas", "范围内没有计量的天然气。", "No natural gas is metered in the boundary."),
  noYear: fixed(
    "lever-no-year",
    "缺全年结构（等价值或购电量未知），不能计算。",
    "The year's structure is missing (no equivalent value, or purchases unknown): nothing to reckon with.",
  ),
} as const;

function percentOf(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** The sides of a text "中文 / English". */
function sideZh(text: string): string {
  return text.split(" / ")[0] ?? text;
}

function sideEn(text: string): string {
  const [zh, en] = text.split(" / ");
  return en ?? zh ?? text;
}
