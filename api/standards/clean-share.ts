import type { Entry } from "../../store/records.ts";
import type { CarbonAnswer } from "../answers/carbon.ts";
import { DeclaredFigures, usesOf } from "./declared.ts";
import type { StandardsDeps } from "./deps.ts";
import type { SpanEnergy } from "./spans.ts";

/** Why the share that the park advertises is not the share that the rule counts. */

/** The indicator entries that say it, in percent, of the park. */
const SUBJECT = "grid-clean-share";

const why = (otherKgPerKwh: number) => ({
  zh: `宣传的清洁电比例是电网溯源的发电结构；附件4只把直接供应的非化石电力和绿证绿电交易电量计为 0，其余每一度电无论来自哪个电网都按 ${otherKgPerKwh} 计。电网再清洁，也要有直供或绿证才能在国家口径中为零。`,
  en: `The advertised share is the traced generation mix of the grid; Annex 4 counts only directly supplied non-fossil electricity and that of certificates and green trade as 0, and every other kWh at ${otherKgPerKwh} whatever grid it comes from. However clean the grid, a kWh is zero by the national definition only with direct supply or a certificate.`,
});

const MISSING = {
  code: "grid-clean-share-missing",
  zh: "台账的“指标”里没有电网溯源清洁电比例及其依据，不填造数字。",
  en: "The ledger's indicators have no traced clean share of the grid with its evidence; no number is made up.",
};

/**
 * @param entries indicator entries of the span among others
 * @param otherKgPerKwh what the figure beside it counts all other electricity at
 */
export function cleanShareClaim(
  { park }: Pick<StandardsDeps, "park">,
  span: SpanEnergy,
  entries: readonly Entry[],
  otherKgPerKwh: number,
): CarbonAnswer["cleanShareClaim"] {
  const figures = new DeclaredFigures(park, { kind: "park" }, entries, span);
  const parts = figures.amount([{ kind: "indicator", subject: SUBJECT }], span)?.parts ?? [];
  const latest = [...parts].sort((a, b) => (a.to > b.to ? -1 : 1))[0];
  const use = latest === undefined ? undefined : usesOf([{ ...latest, amount: latest.row.amount ?? 0 }])[0];
  const { inputs } = span;
  const bought = inputs.electricityIn.value;
  const out = inputs.electricityOut.value ?? 0;
  const pv = inputs.pv.value ?? 0;
  const consumedKwh = bought === null ? null : bought - out + pv;
  const ownPvKwh = Math.max(0, pv - Math.min(out, inputs.outZeroKwh ?? out));
  const directKwh = bought === null ? null : Math.min(inputs.directKwh, bought);
  const contractsKwh =
    bought === null || directKwh === null ? null : Math.min(inputs.contractsKwh, bought - directKwh);
  const zero =
    directKwh === null || contractsKwh === null
      ? null
      : Math.max(0, directKwh + contractsKwh + ownPvKwh - (inputs.soldKwh ?? 0));
  return {
    advertised: use === undefined ? null : { share: use.amount / 100, declared: use },
    missing: use === undefined ? { ...MISSING } : null,
    national: {
      share:
        zero === null || consumedKwh === null || consumedKwh <= 0 ? null : Math.min(1, zero / consumedKwh),
      directKwh,
      contractsKwh,
      ownPvKwh,
      consumedKwh,
    },
    why: why(otherKgPerKwh),
  };
}
