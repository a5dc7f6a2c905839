import type { EnterpriseMonthAnswer } from "../../../api/answers/enterprise-month.ts";
import { type Sum, sumKnown } from "../common/amounts.ts";

type Day = EnterpriseMonthAnswer["days"][number];
export type DayKey = "useKwh" | "gridImportKwh" | "pvKwh" | "carbonKg";

/** The days' sums, column by column. */
export function daySums(days: readonly Day[]): Record<DayKey, Sum> {
  const of = (key: DayKey): Sum => sumKnown(days.map((day) => day[key]));
  return {
    useKwh: of("useKwh"),
    gridImportKwh: of("gridImportKwh"),
    pvKwh: of("pvKwh"),
    carbonKg: of("carbonKg"),
  };
}

/** What flows in and what flows out; the two sums are equal where nothing is missing. */
export function balanceSides(balance: EnterpriseMonthAnswer["balance"]): { inKwh: Sum; outKwh: Sum } {
  return {
    inKwh: sumKnown([balance.gridImportKwh, balance.pvKwh, balance.storageOutKwh]),
    outKwh: sumKnown([balance.gridExportKwh, balance.storageInKwh, balance.useKwh, balance.unknownKwh]),
  };
}
