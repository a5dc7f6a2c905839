import type {
  BillsAnswer,
  CertificatesAnswer,
  EntriesAnswer,
  ImportKind,
  SettlementsAnswer,
} from "../answers/ledger.ts";
import { COLUMNS } from "../ledger/columns.ts";
import type { Cell, FileLanguage, Table } from "./table.ts";

/** The ledger's lists and templates as files. */

const WORDS = {
  id: { zh: "编号", en: "Id" },
  kind: { zh: "类别", en: "Kind" },
  scope: { zh: "范围", en: "Scope" },
  subject: { zh: "对象", en: "Subject" },
  from: { zh: "起", en: "From" },
  to: { zh: "止（不含）", en: "To (not included)" },
  amount: { zh: "数量", en: "Amount" },
  unit: { zh: "单位", en: "Unit" },
  detail: { zh: "附加信息", en: "Detail" },
  replaces: { zh: "更正编号", en: "Corrects" },
  standing: { zh: "有效", en: "Stands" },
  yes: { zh: "是", en: "yes" },
  no: { zh: "否", en: "no" },
  by: { zh: "录入", en: "By" },
  time: { zh: "时间", en: "Time" },
  evidence: { zh: "凭证", en: "Evidence" },
  evidenceFile: { zh: "凭证文件 SHA-256", en: "Evidence file SHA-256" },
  series: { zh: "证书系列", en: "Series" },
  first: { zh: "起始序号", en: "First number" },
  last: { zh: "截止序号", en: "Last number" },
  count: { zh: "张数（MWh）", en: "Certificates (MWh)" },
  project: { zh: "项目", en: "Project" },
  month: { zh: "发电月份", en: "Month of generation" },
  energy: { zh: "能源类型", en: "Energy" },
  tradable: { zh: "可交易", en: "Tradable" },
  holder: { zh: "持有者", en: "Holder" },
  valid: { zh: "有效至月", en: "Valid through" },
  state: { zh: "状态", en: "State" },
  beneficiary: { zh: "受益方", en: "Beneficiary" },
  useMonth: { zh: "计入月份", en: "Month of use" },
  reference: { zh: "结算单号", en: "Reference" },
  kwh: { zh: "电量 (kWh)", en: "Energy (kWh)" },
  intervals: { zh: "分时结算点数", en: "Intervals" },
  medium: { zh: "介质", en: "Medium" },
  account: { zh: "户号", en: "Account" },
  billed: { zh: "账单", en: "Bill" },
  metered: { zh: "表计", en: "Meters" },
  known: { zh: "表计已知占比", en: "Known share of meters" },
  difference: { zh: "差额（账单 − 表计）", en: "Difference (bill − meters)" },
  share: { zh: "差额率", en: "Difference share" },
  uses: { zh: "指标采用", en: "Figures use" },
  owner: { zh: "责任人", en: "Owner" },
  comment: { zh: "说明", en: "Comment" },
  threshold: { zh: "超差阈值", en: "Threshold" },
  column: { zh: "列", en: "Column" },
  needed: { zh: "必填", en: "Needed" },
  meaning: { zh: "说明", en: "Meaning" },
  key: { zh: "字段", en: "Key" },
} as const;

const STATE_WORDS: Readonly<Record<string, Readonly<Record<FileLanguage, string>>>> = {
  held: { zh: "持有", en: "held" },
  allocated: { zh: "已分配", en: "allocated" },
  cancelled: { zh: "已核销", en: "cancelled" },
  expired: { zh: "已过期", en: "expired" },
  sold: { zh: "已售出", en: "sold" },
  ok: { zh: "一致", en: "agrees" },
  over: { zh: "超差", en: "over threshold" },
  incomplete: { zh: "表计不全", en: "meters incomplete" },
  "no-meters": { zh: "无表计", en: "no meters" },
  "no-bill": { zh: "缺账单", en: "no bill" },
  meters: { zh: "表计", en: "meters" },
  declared: { zh: "申报值", en: "declared" },
  nothing: { zh: "无", en: "nothing" },
};

function words(language: FileLanguage) {
  return {
    w: (key: keyof typeof WORDS) => WORDS[key][language],
    flag: (value: boolean) => WORDS[value ? "yes" : "no"][language],
    state: (value: string) => STATE_WORDS[value]?.[language] ?? value,
  };
}

interface WrittenCells {
  readonly by: { readonly label: string } | null;
  readonly time: string | null;
  readonly evidence: string | null;
  readonly evidenceFile: string | null;
}

function writtenCells(row: WrittenCells): Cell[] {
  return [row.by?.label ?? null, row.time, row.evidence, row.evidenceFile];
}

const WRITTEN = ["by", "time", "evidence", "evidenceFile"] as const;

export function entriesTable(answer: EntriesAnswer, language: FileLanguage): Table {
  const { w, flag } = words(language);
  const head = [
    "id",
    "kind",
    "scope",
    "subject",
    "from",
    "to",
    "amount",
    "unit",
    "detail",
    "replaces",
    "standing",
  ] as const;
  return {
    file: "ledger-entries",
    sheet: language === "en" ? "Declared figures" : "申报数据",
    head: [...head, ...WRITTEN].map(w),
    rows: answer.entries.map((e): Cell[] => [
      e.id,
      e.kind,
      e.scope,
      e.subject,
      e.from,
      e.to,
      e.amount,
      e.unit,
      Object.keys(e.detail).length === 0 ? null : JSON.stringify(e.detail),
      e.replaces,
      flag(e.standing),
      ...writtenCells(e),
    ]),
    notes: [],
  };
}

export function certificatesTable(answer: CertificatesAnswer, language: FileLanguage): Table {
  const { w, flag, state } = words(language);
  const head = [
    "id",
    "series",
    "first",
    "last",
    "count",
    "project",
    "month",
    "energy",
    "tradable",
    "holder",
    "valid",
    "state",
    "beneficiary",
    "useMonth",
  ] as const;
  return {
    file: "ledger-certificates",
    sheet: language === "en" ? "Certificates" : "绿证",
    head: [...head, ...WRITTEN].map(w),
    rows: answer.lots.flatMap((lot) =>
      lot.ranges.map((range): Cell[] => [
        lot.id,
        lot.series,
        range.first,
        range.last,
        range.count,
        lot.project,
        lot.month,
        lot.energy,
        flag(lot.tradable),
        lot.holder,
        lot.lastValidMonth,
        state(range.state),
        range.beneficiary,
        range.month,
        ...writtenCells(lot),
      ]),
    ),
    notes: Object.entries(answer.total).map(([name, count]): Cell[] => [`${state(name)} (MWh)`, count]),
  };
}

export function settlementsTable(answer: SettlementsAnswer, language: FileLanguage): Table {
  const { w, flag } = words(language);
  const head = [
    "id",
    "kind",
    "reference",
    "project",
    "month",
    "beneficiary",
    "kwh",
    "intervals",
    "replaces",
    "standing",
  ] as const;
  return {
    file: "ledger-settlements",
    sheet: language === "en" ? "Settlements" : "绿电结算",
    head: [...head, ...WRITTEN].map(w),
    rows: answer.settlements.map((s): Cell[] => [
      s.id,
      s.kind,
      s.reference,
      s.project,
      s.month,
      s.beneficiary,
      s.energyKwh,
      s.intervals,
      s.replaces,
      flag(s.standing),
      ...writtenCells(s),
    ]),
    notes: [],
  };
}

export function billsTable(answer: BillsAnswer, language: FileLanguage): Table {
  const { w, state } = words(language);
  const head = [
    "scope",
    "medium",
    "account",
    "from",
    "to",
    "unit",
    "billed",
    "metered",
    "difference",
    "share",
    "known",
    "state",
    "uses",
    "owner",
    "comment",
  ] as const;
  return {
    file: `ledger-bills-${answer.from}-${answer.to}`,
    sheet: language === "en" ? "Bills against meters" : "账单对账",
    head: [...head, ...WRITTEN].map(w),
    rows: answer.bills.map((b): Cell[] => [
      b.scope,
      b.medium,
      b.account,
      b.from,
      b.to,
      b.unit,
      b.billed,
      b.metered,
      b.difference,
      b.share,
      b.known,
      state(b.state),
      state(b.uses),
      b.owner,
      b.comment,
      ...writtenCells(b),
    ]),
    notes: [[w("threshold"), answer.threshold]],
  };
}

/** A file to fill in: the header row, and what each column takes on a sheet of its own. */
export function templateTable(kind: ImportKind, language: FileLanguage): Table {
  const { w, flag } = words(language);
  const columns = COLUMNS[kind];
  return {
    file: `ledger-${kind}-template`,
    sheet: kind,
    head: columns.map((c) => c[language]),
    rows: [],
    notes: [
      [w("column"), w("key"), w("needed"), w("meaning")],
      ...columns.map((c): Cell[] => [
        c[language],
        c.key.replace("detail.", ""),
        flag(c.needed),
        c.note[language],
      ]),
    ],
  };
}
