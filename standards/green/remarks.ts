import { fixed, type Remark } from "../remark.ts";

/** The sentences that go with green power and claims. */

export const GREEN_REMARKS = {
  storageTraced: fixed(
    "storage-traced",
    "储能按充入时刻该接入点的用电构成记账（整 Wh），放出按比例，损耗按比例；余量降到最低时清零重记。无来源的放电按其余电力计。离开接入点的放电不主张。",
    "A storage holds the mix its connection was served with while it charged, in whole Wh; discharge and losses take of it in proportion, and at its minimum it begins anew. Discharge without content counts as other electricity. What leaves the connection is claimed by nobody.",
  ),
  contractsByInterval: fixed(
    "contracts-by-interval",
    "按刻结算的绿电交易与直连计入逐时匹配，以该刻剩余用电为限；只精确到月的绿证与交易不计入。",
    "Trades and direct lines settled by interval count in the hourly match up to what the quarter-hour's use has left; those known by month only, and certificates, do not.",
  ),
  claimsOnce: fixed(
    "claims-once",
    "同一度电从计量、绿证、交易几处出现只算一次：取同一项目、同月、同一用户各类凭证中最大的一类。",
    "The same kWh through several doors counts once: of one project, month and user the largest kind of instrument.",
  ),
  soldCertificates: fixed(
    "sold-certificates",
    "园内项目的绿证已售出，相应电量不再为零：先扣离园电量，再扣专网与直连送出，最后扣自用。",
    "Certificates of the park's own plants were sold: those kWh are no longer zero. What left the park goes first, then deliveries over networks, then own use.",
  ),
  ownPlantsBySettlement: fixed(
    "own-plants-by-meter",
    "园内电站的逐时匹配只按计量，不按结算单。",
    "The park's own plants are matched by the hour from meters, not from settlements.",
  ),
  refused: (reason: "expired" | "not-tradable" | "future-month"): Remark =>
    ({
      expired: fixed(
        "certificate-expired",
        "绿证已过有效期，不计。",
        "The certificate has expired and does not count.",
      ),
      "not-tradable": fixed(
        "certificate-not-tradable",
        "不可交易绿证只证明自用，不另计。",
        "A certificate that cannot be traded proves own use and adds nothing.",
      ),
      "future-month": fixed(
        "certificate-future-month",
        "生产月晚于使用月或尚未开始，不计。",
        "It is of a later month than the use, or of one that has not begun, and does not count.",
      ),
    })[reason],
} as const;
