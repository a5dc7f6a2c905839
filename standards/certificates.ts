/** Green certificates 绿证: rules of their life (国能发新能规〔2024〕67号 and its detailed rules). Months are YYYY-MM. */

const VALID_MONTHS = 24;
const FIRST_DATED_YEAR = 2024;
/** Of electricity generated before 2024. */
const LAST_MONTH_OF_OLD = "2025-12";

/** The last month in which a certificate is valid: 2 years counted from its month of generation, that month included; of electricity before 2024 the end of 2025. */
export function lastValidMonth(month: string): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  if (year < FIRST_DATED_YEAR) return LAST_MONTH_OF_OLD;
  const last = year * 12 + (number - 1) + VALID_MONTHS - 1;
  return `${Math.floor(last / 12)}-${String((last % 12) + 1).padStart(2, "0")}`;
}

/** Whether certificates of a month of generation have expired in a month. */
export function isExpired(month: string, inMonth: string): boolean {
  return lastValidMonth(month) < inMonth;
}

/** What a certificate that cannot be traded still may do: count for the use of its own project's owner. */
export function mayCountFor(
  certificate: { readonly tradable: boolean; readonly owner: string },
  beneficiary: string,
): boolean {
  return certificate.tradable || certificate.owner === beneficiary;
}
