import { isExpired, lastValidMonth } from "../../standards/certificates.ts";
import type { CertificateLot, CertificateUse } from "../../store/records.ts";
import type { CertificateState } from "../answers/ledger.ts";

/** The life of certificates: issued, held, then allocated and cancelled, or sold, or expired. Pure. */

interface CertificateRange {
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly state: CertificateState;
  /** The use they are in; null where they are free. */
  readonly use: CertificateUse | null;
}

/** A lot's numbers by what became of them, in order. @param inMonth the running month, YYYY-MM */
export function rangesOf(
  lot: CertificateLot,
  standing: readonly CertificateUse[],
  inMonth: string,
): CertificateRange[] {
  const ranges: CertificateRange[] = [];
  const push = (first: number, last: number, state: CertificateState, use: CertificateUse | null) => {
    if (first <= last) ranges.push({ first, last, count: last - first + 1, state, use });
  };
  const free = isExpired(lot.month, inMonth) ? "expired" : "held";
  let next = lot.first;
  const mine = standing
    .filter((u) => u.series === lot.series && u.first <= lot.last && lot.first <= u.last)
    .sort((a, b) => a.first - b.first);
  for (const use of mine) {
    const first = Math.max(use.first, lot.first);
    const last = Math.min(use.last, lot.last);
    push(next, first - 1, free, null);
    push(first, last, stateOf(use), use);
    next = last + 1;
  }
  push(next, lot.last, free, null);
  return ranges;
}

export function validity(lot: Pick<CertificateLot, "month">, inMonth: string) {
  return { lastValidMonth: lastValidMonth(lot.month), expired: isExpired(lot.month, inMonth) };
}

function stateOf(use: CertificateUse): CertificateState {
  if (use.purpose === "sold") return "sold";
  return use.cancelledAtMs === null ? "allocated" : "cancelled";
}
