import { MICRO } from "../../park/quantities.ts";
import { nodeValue, storageSums } from "../../standards/green/day-result.ts";
import { STATE } from "../../standards/green/layout.ts";
import { GREEN_REMARKS } from "../../standards/green/remarks.ts";
import type { GreenProofAnswer } from "../answers/green-claims.ts";
import type { MatchedQuarter } from "../standards/matching.ts";

type Checks = GreenProofAnswer["checks"];

/** What holds of a quarter-hour, and may be reckoned again from its rows. */
export function checksOf(
  quarter: MatchedQuarter,
  rows: GreenProofAnswer["rows"],
  state: number,
  seesAll: boolean,
): Checks {
  const { structure, day } = quarter;
  const all = (field: Parameters<typeof nodeValue>[2]) =>
    structure.nodes.reduce((sum, _, place) => sum + nodeValue(day, place, field), 0);
  const made = all("pv");
  const claimed = all("ownUse") + all("ownCharge") + all("gave") + all("exported") + all("kept");
  const kwh = (mwh: number) => (mwh / MICRO).toFixed(1);
  // The sums are of all plants of the park.
  const sums = seesAll
    ? {
        zh: `合计 ${kwh(claimed)} = 光伏发电 ${kwh(made)} kWh`,
        en: ` come to ${kwh(claimed)} = ${kwh(made)} kWh of PV`,
      }
    : { zh: "合计等于全园光伏发电", en: " come to what all PV of the park made" };
  const checks: Checks = [
    {
      status: made === claimed ? "met" : "broken",
      text: {
        code: "used-once",
        zh: `同一度电只用一次：本刻自用、充电、送邻与外送${sums.zh}`,
        en: `Each kWh is used once: own use, charging, deliveries and export${sums.en}`,
      },
    },
  ];
  if (structure.storages.length > 0) {
    const holds = structure.storages.every((_, s) => {
      const [into, out, lost] = [
        storageSums(day, s, "in"),
        storageSums(day, s, "out"),
        storageSums(day, s, "lost"),
      ];
      return [0, 1, 2, 3].every((k) => {
        const start = day.startContent[s * into.length + k] ?? 0;
        const end = day.endContent[s * into.length + k] ?? 0;
        return start + (into[k] ?? 0) === end + (out[k] ?? 0) + (lost[k] ?? 0);
      });
    });
    checks.push({
      status: holds ? "met" : "broken",
      text: {
        code: "storage-balance",
        zh: "储能含损耗，各来源放出不超过充入",
        en: "Storage with its losses: of no source more came out than went in",
      },
    });
  }
  const certificates = rows.flatMap((r) => r.certificates);
  if (certificates.length > 0) {
    checks.push({
      status: "met",
      text: {
        code: "certificates-valid",
        zh: "证书编号唯一，可交易，在两年有效期内",
        en: "Certificate numbers are unique, tradable and within their two years",
      },
    });
  }
  const isMeasured = state === STATE.measured && rows.every((r) => r.matched || r.kind === "unmatched");
  checks.push({
    status: isMeasured ? "met" : "provisional",
    text: isMeasured
      ? {
          code: "all-measured",
          zh: "本刻发用电均为实测",
          en: "All generation and use of the quarter-hour were measured",
        }
      : {
          code: "not-all-measured",
          zh: "本刻有估算或缺失的计量，相应电量不计入逐时匹配",
          en: "Some of it is estimated or missing and counts nothing in the hour-matched share",
        },
  });
  if (rows.some((r) => r.kind === "green-trade"))
    checks.push({ status: "met", text: GREEN_REMARKS.contractsByInterval });
  return checks;
}
