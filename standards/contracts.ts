/** Green power under contract: monthly figures that count up to what is left of the month's electricity. */

export interface MonthlyContract {
  readonly id: string;
  readonly kind: "green-trade" | "certificate" | "direct-line";
  readonly energyKwh: number;
}

export interface CountedContract {
  readonly id: string;
  readonly countedKwh: number;
  /** Shown, not counted: more than the month had left. */
  readonly carriedKwh: number;
}

const ORDER = { "direct-line": 0, "green-trade": 1, certificate: 2 } as const;

/**
 * Counts one enterprise's contracts of one month against what its month has left (use, or electricity
 * bought): direct lines first, then green trade, then certificates, each by id. A certificate counts once:
 * Σ counted ≤ limit, counted + carried = energy.
 */
export function countContracts(contracts: readonly MonthlyContract[], limitKwh: number): CountedContract[] {
  let left = Math.max(0, limitKwh);
  const ordered = [...contracts].sort((a, b) =>
    ORDER[a.kind] === ORDER[b.kind] ? (a.id < b.id ? -1 : 1) : ORDER[a.kind] - ORDER[b.kind],
  );
  const counted = new Map<string, CountedContract>();
  for (const contract of ordered) {
    const countedKwh = Math.min(contract.energyKwh, left);
    left -= countedKwh;
    counted.set(contract.id, { id: contract.id, countedKwh, carriedKwh: contract.energyKwh - countedKwh });
  }
  return contracts.flatMap((c) => counted.get(c.id) ?? []);
}

/** Part ÷ whole as a share of 1 at most; null where the whole is unknown or nothing. */
export function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : Math.min(1, Math.max(0, part / whole));
}
