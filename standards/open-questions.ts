import type { LocalText } from "./remark.ts";

/**
 * What the documents leave open and the province must answer. Until it does, each is a switch: the default counts, what the
 * others give stands beside it.
 */

export interface OpenOption {
  readonly id: string;
  readonly name: LocalText;
}

export interface OpenQuestion {
  readonly id: OpenQuestionId;
  readonly question: LocalText;
  /** Who must answer it. */
  readonly asks: LocalText;
  /** The first counts until it is answered. */
  readonly options: readonly [OpenOption, ...OpenOption[]];
  /** How a question asks for another option, where it can. */
  readonly how: string | null;
}

type OpenQuestionId =
  | "exports"
  | "other-electricity"
  | "own-pv-direct"
  | "electricity-equivalent"
  | "clean-energy-share";

const PROVINCE: LocalText = { zh: "省发展改革委", en: "the provincial development and reform commission" };

export const OPEN_QUESTIONS: readonly OpenQuestion[] = [
  {
    id: "exports",
    question: {
      zh: "外送电（El_out）按什么因子扣减？附件4只写 El_out×EF。",
      en: "Which factor do exports (El_out) carry? Annex 4 says only El_out×EF.",
    },
    asks: PROVINCE,
    options: [
      { id: "own-kind", name: { zh: "按自身种类（光伏为 0）", en: "Of their own kind (PV: 0)" } },
      { id: "other", name: { zh: "一律按其余电力因子", en: "All other electricity's, whatever they are" } },
    ],
    how: "exports=other",
  },
  {
    id: "other-electricity",
    question: {
      zh: "其余电力是否由附件4印明的 0.8325（2022年）更新为 0.8273（2023年）？",
      en: "Does 0.8273 (2023) replace 0.8325 (2022), which Annex 4 prints, for all other electricity?",
    },
    asks: PROVINCE,
    options: [
      { id: "cn-910-2025-annex-4", name: { zh: "0.8325（2022年）", en: "0.8325 (2022)" } },
      { id: "cn-910-2025-annex-4-fossil-2023", name: { zh: "0.8273（2023年）", en: "0.8273 (2023)" } },
    ],
    how: "factors=cn-910-2025-annex-4-fossil-2023",
  },
  {
    id: "own-pv-direct",
    question: {
      zh: "自建屋顶光伏是否算“直接供应”？",
      en: "Does own roof PV count as direct supply?",
    },
    asks: PROVINCE,
    options: [
      { id: "counts", name: { zh: "计入", en: "It counts" } },
      { id: "does-not", name: { zh: "不计入", en: "It does not" } },
    ],
    how: null,
  },
  {
    id: "electricity-equivalent",
    question: {
      zh: "年综合能源消费量中电力等价值取多少、哪一年？附件3未印数值。",
      en: "Which equivalent value of electricity, and of which year? Annex 3 prints none.",
    },
    asks: PROVINCE,
    options: [
      { id: "park-file", name: { zh: "园区文件所列", en: "As the park file names it" } },
      { id: "equivalent-db31-t-783-2026", name: { zh: "0.28078", en: "0.28078" } },
      { id: "equivalent-seen-0298", name: { zh: "0.298", en: "0.298" } },
      { id: "equivalent-cec-2025", name: { zh: "0.3024", en: "0.3024" } },
      { id: "equivalent-seen-0310", name: { zh: "0.310", en: "0.310" } },
    ],
    how: "factors=equivalent-…",
  },
  {
    id: "clean-energy-share",
    question: {
      zh: "清洁能源消费占比的计算公式？附件3未定义。",
      en: "Which formula has the clean-energy share? Annex 3 does not define it.",
    },
    asks: PROVINCE,
    options: [
      {
        id: "zero-factor-electricity",
        name: { zh: "以零因子电占用电量暂代", en: "Zero-factor electricity over electricity used, for now" },
      },
    ],
    how: null,
  },
];
