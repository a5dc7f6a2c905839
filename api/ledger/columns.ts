import type { ImportKind } from "../answers/ledger.ts";

/** The columns of files with records: names in both languages, and what a cell is. */

export interface Column {
  /** Where the value goes in the record: a key, or one of its `detail`. */
  readonly key: string;
  readonly zh: string;
  readonly en: string;
  readonly is: "text" | "number" | "month" | "date" | "flag" | "list" | "party" | "scope";
  readonly needed: boolean;
  readonly note: { readonly zh: string; readonly en: string };
  /** Words for values, as people write them. */
  readonly words?: Readonly<Record<string, string>>;
}

const note = (zh: string, en: string) => ({ zh, en });
const NONE = note("", "");

const KIND_WORDS = {
  产量: "production",
  增加值: "added-value",
  工业增加值: "added-value",
  燃料: "fuel",
  转换产出: "conversion-output",
  工业过程: "process",
  热力: "heat",
  活动量: "activity",
  账单: "bill",
  固废: "waste",
  用水: "water",
  余热: "waste-heat",
  目标: "target",
  指标: "indicator",
};
const ENERGY_WORDS = {
  风电: "wind",
  光伏: "solar",
  太阳能: "solar",
  水电: "hydro",
  生物质: "biomass",
  地热: "geothermal",
  海洋能: "ocean",
  其他: "other",
};
const SETTLEMENT_WORDS = { 绿电交易: "green-trade", 绿电直连: "direct-line", 直连: "direct-line" };

const evidence: Column = {
  key: "evidence",
  zh: "凭证",
  en: "Evidence",
  is: "text",
  needed: true,
  note: note("单据名称与编号", "the document and its number"),
};
const evidenceFile: Column = {
  key: "evidenceFile",
  zh: "凭证文件",
  en: "Evidence file",
  is: "text",
  needed: false,
  note: note("已上传文件的 SHA-256", "SHA-256 of a file kept before"),
};
const replaces: Column = {
  key: "replaces",
  zh: "更正编号",
  en: "Corrects",
  is: "number",
  needed: false,
  note: note("被更正记录的编号", "id of the record that this one corrects"),
};
const month = (zhNote: string, enNote: string, needed = true): Column => ({
  key: "month",
  zh: "月份",
  en: "Month",
  is: "month",
  needed,
  note: note(zhNote, enNote),
});
const numbers: readonly Column[] = [
  {
    key: "series",
    zh: "证书系列",
    en: "Series",
    is: "text",
    needed: true,
    note: note("证书编码中序号之前的部分", "the code before the running number"),
  },
  { key: "first", zh: "起始序号", en: "First number", is: "number", needed: true, note: NONE },
  {
    key: "last",
    zh: "截止序号",
    en: "Last number",
    is: "number",
    needed: true,
    note: note("含；每个序号 1 MWh", "included; 1 MWh a number"),
  },
];
const project: Column = {
  key: "project",
  zh: "项目",
  en: "Project",
  is: "text",
  needed: true,
  note: note("园区资产编号，或证书的项目代码", "a park asset's id, or the certificates' project code"),
};
const beneficiary: Column = {
  key: "beneficiary",
  zh: "受益企业",
  en: "Beneficiary",
  is: "party",
  needed: true,
  note: note("企业编号或名称", "an enterprise's id or name"),
};

export const COLUMNS: Readonly<Record<ImportKind, readonly Column[]>> = {
  entries: [
    {
      key: "kind",
      zh: "类别",
      en: "Kind",
      is: "text",
      needed: true,
      words: KIND_WORDS,
      note: note(Object.keys(KIND_WORDS).join("、"), Object.values(KIND_WORDS).join(", ")),
    },
    {
      key: "scope",
      zh: "范围",
      en: "Scope",
      is: "scope",
      needed: true,
      note: note(
        "park、boundary:编号、enterprise:编号，或企业名称",
        "park, boundary:{id}, enterprise:{id}, or an enterprise's name",
      ),
    },
    {
      key: "subject",
      zh: "对象",
      en: "Subject",
      is: "text",
      needed: false,
      note: note(
        "产品；燃料/活动，如 natural-gas/final-use；介质/户号，如 electricity/630001；generated、used；fresh、reused；heat/recoverable、heat/recovered；指标编号",
        "product; fuel/activity, e.g. natural-gas/final-use; medium/account, e.g. electricity/630001; generated, used; fresh, reused; heat/recoverable, heat/recovered; an indicator's id",
      ),
    },
    month("YYYY-MM；或填起止日期", "YYYY-MM; or from and to", false),
    { key: "from", zh: "起", en: "From", is: "date", needed: false, note: note("YYYY-MM-DD", "YYYY-MM-DD") },
    {
      key: "to",
      zh: "止（不含）",
      en: "To (not included)",
      is: "date",
      needed: false,
      note: note("YYYY-MM-DD，不含当日", "YYYY-MM-DD, the day itself not included"),
    },
    { key: "amount", zh: "数量", en: "Amount", is: "number", needed: true, note: NONE },
    {
      key: "unit",
      zh: "单位",
      en: "Unit",
      is: "text",
      needed: true,
      note: note("t、m³、kWh、GJ、万元 等", "t, m³, kWh, GJ, 万元 …"),
    },
    evidence,
    evidenceFile,
    replaces,
    {
      key: "detail.factorTco2PerT",
      zh: "过程因子 tCO2/t",
      en: "Process factor tCO2/t",
      is: "number",
      needed: false,
      note: note("工业过程必填", "needed for a process"),
    },
    {
      key: "detail.source",
      zh: "因子来源",
      en: "Factor's source",
      is: "text",
      needed: false,
      note: note("工业过程必填", "needed for a process"),
    },
    {
      key: "detail.meters",
      zh: "电表",
      en: "Meters",
      is: "list",
      needed: false,
      note: note(
        "账单户号下的表计编号，用空格或分号隔开",
        "of a bill's account, with spaces or semicolons between",
      ),
    },
    {
      key: "detail.owner",
      zh: "责任人",
      en: "Owner",
      is: "text",
      needed: false,
      note: note("账单", "of a bill"),
    },
    { key: "detail.comment", zh: "说明", en: "Comment", is: "text", needed: false, note: NONE },
  ],
  certificates: [
    ...numbers,
    project,
    month("发电月份 YYYY-MM", "of generation, YYYY-MM"),
    {
      key: "energy",
      zh: "能源类型",
      en: "Energy",
      is: "text",
      needed: true,
      words: ENERGY_WORDS,
      note: note(
        Object.keys(ENERGY_WORDS).join("、"),
        "wind, solar, hydro, biomass, geothermal, ocean, other",
      ),
    },
    {
      key: "tradable",
      zh: "可交易",
      en: "Tradable",
      is: "flag",
      needed: true,
      note: note("是 / 否", "yes / no"),
    },
    {
      key: "holder",
      zh: "持有者",
      en: "Holder",
      is: "party",
      needed: true,
      note: note("企业编号或名称，或 park", "an enterprise's id or name, or park"),
    },
    evidence,
    evidenceFile,
  ],
  allocations: [
    ...numbers,
    beneficiary,
    month("计入哪个月的用电 YYYY-MM", "in whose use they count, YYYY-MM"),
    {
      key: "cancelledOn",
      zh: "核销日期",
      en: "Cancelled on",
      is: "date",
      needed: false,
      note: note("已在国家系统核销的填写", "if cancelled in the national system already"),
    },
    evidence,
    evidenceFile,
  ],
  settlements: [
    {
      key: "kind",
      zh: "类别",
      en: "Kind",
      is: "text",
      needed: true,
      words: SETTLEMENT_WORDS,
      note: note("绿电交易、绿电直连", "green-trade, direct-line"),
    },
    {
      key: "reference",
      zh: "结算单号",
      en: "Reference",
      is: "text",
      needed: true,
      note: note("同类中只计一次", "counts once within its kind"),
    },
    project,
    month("发电与用电月份 YYYY-MM", "of generation and use, YYYY-MM"),
    beneficiary,
    { key: "energyKwh", zh: "电量 kWh", en: "Energy kWh", is: "number", needed: true, note: NONE },
    evidence,
    evidenceFile,
    replaces,
  ],
};
