import { fixed, type Remark } from "../remark.ts";

/** Sentences of the national method and of where its amounts come from. */

export const METHOD_REMARKS = {
  feedstockLeftOut: fixed(
    "feedstock-left-out",
    "终端消费不含原料与材料用途：计量或申报中若包含原料用量，应先扣除。",
    "Final use leaves feedstock and material use out: where a meter or an entry holds some, it must be taken off first.",
  ),
  noProcessDeclared: fixed(
    "no-process-declared",
    "台账中没有工业过程产量：E_process 按无此类排放处理；如有工业硅、石灰等生产须申报。",
    "The ledger has no output of industrial processes: E_process is taken as none; industrial silicon, lime and the like must be declared where they are made.",
  ),
  processFactorPending: (products: readonly string[]): Remark => ({
    code: "process-factor-pending",
    zh: `过程因子待定，未计入：${products.join("、")}。`,
    en: `The process factor is to be determined; not counted: ${products.join(", ")}.`,
  }),
  exportsByKind: fixed(
    "exports-by-kind",
    "外送电按其自身种类：不超过自有光伏发电量的部分按非化石（0），其余按其余电力因子扣减。",
    "Exports by their own kind: up to what the scope's PV generated they are non-fossil (0); the rest is taken off at the factor of all other electricity.",
  ),
  declaredUsed: fixed(
    "declared-used",
    "部分数字取自台账申报（无计量，或计量缺失超过 5%），已标注依据。",
    "Some figures are taken from entries of the ledger (no meters, or more than 5 % missing); each says what it rests on.",
  ),
  declaredBeside: fixed(
    "declared-beside",
    "同一月份既有计量又有申报：以计量为准，申报值并列显示。",
    "Metered and declared for the same months: the metered figure counts, the declared one stands beside it.",
  ),
  membersNotNetted: fixed(
    "members-not-netted",
    "申报的外购电与外送电为各企业之和，未扣除相互供电。",
    "Declared electricity is the sum of the enterprises', without deducting what they deliver to each other.",
  ),
  tierDiffers: (declared: string): Remark => ({
    code: "tier-differs",
    zh: `全年综合能源消费量对应的档位与园区文件声明（${declared}）不同：按消费量判断。`,
    en: `A whole year's consumption lies in another tier than the park file declares (${declared}): consumption decides.`,
  }),
} as const;
