import { FUELS, isFuel } from "./factors/fuels.ts";
import { fixed, type LocalText, type Remark } from "./remark.ts";

/** The sentences that go with carbon and indicators; those of other rules stand beside them. */

export const REMARKS = {
  exportsCarryOther: fixed(
    "exports-other",
    "外送电按其余电力因子扣减（可选口径）。",
    "Exports are taken off with the factor of all other electricity (an optional reading).",
  ),
  fossilFactorMayChange: fixed(
    "fossil-factor-may-change",
    "附件4印明其余电力 0.8325（2022年）；2023年值为 0.8273，是否更新待确认。",
    "Annex 4 prints 0.8325 (2022) for all other electricity; the 2023 value is 0.8273, and whether it replaces it is to be confirmed.",
  ),
  gasVolumeBasis: fixed(
    "gas-volume-basis",
    "燃气体积按因子的 Nm³ 计：已申报工况或标况的表计换算至 20 °C、101.325 kPa，未申报的按示数；因子未言明其 Nm³ 的温度。",
    "Gas volumes are taken for the factor's Nm³: of meters that declare their conditions at 20 °C and 101.325 kPa, of others as displayed; the factor does not say its Nm³'s temperature.",
  ),
  noProvincialFactor: fixed(
    "no-provincial-factor",
    "园区文件未给出有因子的省份，位置法改用全国平均。",
    "The park file names no province that has a factor: the location-based figure uses the national average.",
  ),
  locationIgnoresContracts: fixed(
    "location-ignores-contracts",
    "位置法不考虑绿电合同与绿证。",
    "The location-based figure takes no account of contracts and certificates.",
  ),
  residualIsNational: fixed(
    "residual-is-national",
    "市场法剩余电力用全国平均（不包括市场化交易的非化石能源电量），年份为最近公布年。",
    "The market-based figure takes the rest at the national average without market-traded non-fossil power, of the latest year published.",
  ),
  noEquivalent: fixed(
    "no-electricity-equivalent",
    "缺电力折标准煤等价值（园区文件 electricityEquivalent），不能算单位能耗碳排放；不得以当量值 0.1229 代替。",
    "The equivalent value of electricity is missing from the park file (electricityEquivalent), so carbon per tce cannot be computed; the calorific value 0.1229 must not stand in.",
  ),
  equivalentToBeConfirmed: fixed(
    "equivalent-to-be-confirmed",
    "附件3规定电力按等价值折算但未印数值；所用等价值及其年份待确认。",
    "Annex 3 converts electricity at its equivalent value but prints no number; the value used and its year are to be confirmed.",
  ),
  gasEquivalentRange: fixed(
    "gas-equivalent-range",
    "天然气折标系数有 1.1000–1.3300 kgce/m³ 的范围，取与低位发热量一致的 1.3300；有实测热值时应以实测为准。",
    "Natural gas converts at 1.1000–1.3300 kgce/m³; 1.3300 is taken as it agrees with the calorific value used. A measured value should replace it.",
  ),
  methodIsForParks: fixed(
    "method-is-for-parks",
    "国家方法针对园区；企业与全园数字按同一规则计算，仅供参考。",
    "The national method is for certified parks; figures of enterprises and of the whole park follow the same rules and are for information.",
  ),
  contractsByKnownTime: fixed(
    "contracts-by-known-time",
    "绿电合同按当月已有计量数据的时间折算：当月未完或有缺测时只计相应部分，月结后可能调整。",
    "Contracts count by the part of their month that is metered: a running month, or one with gaps, counts only that part and may change when settled.",
  ),
  contractsSharedByImport: fixed(
    "contracts-shared-by-import",
    "绿电合同与绿证只精确到月；不足一月的时段按该时段外购电占比分摊。",
    "Contracts and certificates are monthly; shorter spans take a share by the electricity bought in them.",
  ),
  directSupplyOpen: fixed(
    "direct-supply-open",
    "自建屋顶光伏是否算“直接供应”待确认；此处计入。直供比例不低于 50% 为“原则上”的要求，与核心指标分列。",
    "Whether own roof PV counts as direct supply is to be confirmed; it is counted here. At least 50 % direct supply is asked “in principle”, apart from the core indicator.",
  ),
  estimatedMatchesNothing: fixed(
    "estimated-matches-nothing",
    "逐时匹配只计发电与用电均为实测的刻；估算的刻按 0 匹配。",
    "The hourly match counts only quarter-hours in which generation and use are both measured; estimated ones match 0.",
  ),
  cfeMissing: fixed(
    "cfe-grid-share-missing",
    "缺青海电网逐时清洁能源占比，不能算 24/7 无碳电占比。",
    "The 24/7 share needs the grid's hourly clean share, which is missing.",
  ),
  contractsDeclared: fixed(
    "contracts-declared",
    "园区文件中的合同电量为申报值；账本有同一项目、同月、同一用户的结算或绿证时合并为一条主张。不可交易绿证不另计。",
    "Contract volumes of the park file are as declared; a settlement or certificate of the ledger for the same project, month and user joins the same claim. Certificates that cannot be traded add nothing.",
  ),
  cleanShareNotDefined: fixed(
    "clean-share-not-defined",
    "附件3未给清洁能源消费占比公式，按零因子电占用电量的比例暂算；待省发改委确认。",
    "Annex 3 gives no formula for the clean-energy share; the zero-factor share of electricity stands in, to be confirmed.",
  ),
  productIntensityMissing: fixed(
    "product-intensity-missing",
    "缺产品产量与能耗限额二级值。",
    "Product outputs and level-2 energy limits are missing.",
  ),
  solidWasteMissing: fixed(
    "solid-waste-missing",
    "缺工业固体废弃物产生量与综合利用量。",
    "Amounts of industrial solid waste made and used are missing.",
  ),
  wasteHeatMissing: fixed(
    "waste-heat-missing",
    "缺余热/余冷/余压资源量与利用量；三项权重附件未给。",
    "Amounts of waste heat, cold and pressure and their use are missing; the annex gives no weights.",
  ),
  waterReuseMissing: fixed(
    "water-reuse-missing",
    "缺重复用水量计量；取水表不能给出重复利用率。",
    "Reused water is not metered; intake meters give no reuse rate.",
  ),
  tierNotDeclared: fixed(
    "tier-not-declared",
    "园区文件未声明年综合能耗档位，按较严的 0.2 判断。",
    "The park file declares no tier of yearly consumption: the stricter 0.2 is applied.",
  ),
  annualScaled: fixed(
    "annual-scaled",
    "不足 12 个月的数据按已知天数折算到全年，未考虑季节差异。",
    "With less than 12 months the year is scaled from the days known; seasons are not considered.",
  ),
  yearNotComplete: fixed(
    "year-not-complete",
    "计量数据不足 12 个月：数值只代表已有数据的时段，未考虑季节差异。",
    "Less than 12 months are metered: the value stands for the time known only, without seasons.",
  ),
  presentFlowOnly: fixed(
    "present-flow-only",
    "连接点限额按此刻潮流判断，未考虑持续时间内负荷与光伏的变化，也未扣已接受的调度。",
    "Connection limits are judged by what flows now; changes of load and PV within the duration, and dispatches accepted, are not considered.",
  ),
  flexibilityBaseline: fixed(
    "flexibility-baseline",
    "上调、下调从储能静置算起；若储能此刻在充放电，相对此刻还能变多少见“相对此刻”，并以其能量能维持整个时长为限。",
    "Up and down count from storages at rest; what can still change from their present power, held as far as their energy allows, stands beside it as from now.",
  ),
  onlyStorages: fixed(
    "only-storages",
    "目前只计储能；柔性负荷、充电桩与光伏限发尚未计入。",
    "Only storages count so far; flexible loads, chargers and PV curtailment do not yet.",
  ),
  noTests: fixed(
    "no-tests-or-declarations",
    "尚无实测与申报的容量。",
    "There are no tested or declared capacities yet.",
  ),
  /** Names the terms of which more than 5 % is missing. */
  coverageLow: (terms: readonly { readonly name: LocalText }[]): Remark => ({
    code: "coverage-low",
    zh: `数据缺失超过 5%：${unique(terms.map((t) => t.name.zh)).join("、")}；数字为已知部分。`,
    en: `More than 5 % of the data is missing: ${unique(terms.map((t) => t.name.en)).join(", ")}; the figure is of the known part.`,
  }),
  fuelWithoutFactor: (fuels: readonly string[]): Remark => ({
    code: "fuel-without-factor",
    zh: `没有排放因子的燃料未计入：${unique(fuels.map((f) => (isFuel(f) ? FUELS[f].zh : f))).join("、")}。`,
    en: `Fuels without a factor are not counted: ${unique(fuels.map((f) => (isFuel(f) ? FUELS[f].en : f))).join(", ")}.`,
  }),
} as const;

function unique(list: readonly string[]): string[] {
  return [...new Set(list)];
}
