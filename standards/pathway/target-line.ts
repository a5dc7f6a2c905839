/** The line of an indicator's targets, from its base year through the years for which a target stands. */

export interface LinePoint {
  readonly timeMs: number;
  readonly value: number;
}

/** The target at an instant: straight between the points given, null outside of them. */
export function targetAt(line: readonly LinePoint[], timeMs: number): number | null {
  for (let i = 0; i + 1 < line.length; i++) {
    const a = line[i];
    const b = line[i + 1];
    if (a === undefined || b === undefined || timeMs < a.timeMs || timeMs > b.timeMs) continue;
    if (b.timeMs === a.timeMs) return b.value;
    const share = (timeMs - a.timeMs) / (b.timeMs - a.timeMs);
    return a.value + share * (b.value - a.value);
  }
  const only = line.length === 1 ? line[0] : undefined;
  return only?.timeMs === timeMs ? only.value : null;
}

/** A target of an indicator for the year that ends a span, with where it is written. */
export interface YearTarget {
  readonly year: number;
  readonly value: number;
  /** "park file", or the id of a ledger entry. */
  readonly from: string;
}

export interface TargetYears {
  /** Ascending; one target a year. */
  readonly years: readonly YearTarget[];
  /** Targets that were not taken, each beside the one that stands for its year. */
  readonly refused: readonly { readonly target: YearTarget; readonly standing: YearTarget }[];
}

/**
 * Targets of one indicator from several places, the earlier place standing: two targets for one year overlap, and the
 * later one is refused, also where both say the same.
 */
export function targetYears(...places: readonly (readonly YearTarget[])[]): TargetYears {
  const standing = new Map<number, YearTarget>();
  const refused: { target: YearTarget; standing: YearTarget }[] = [];
  for (const target of places.flat()) {
    const before = standing.get(target.year);
    if (before === undefined) standing.set(target.year, target);
    else refused.push({ target, standing: before });
  }
  return { years: [...standing.values()].sort((a, b) => a.year - b.year), refused };
}

/**
 * The line: the last declared year before the first target, then every target, each at its year's end.
 * Without a declared year it begins with the first target.
 */
export function targetLine(
  targets: readonly YearTarget[],
  declared: readonly { readonly year: number; readonly value: number }[],
  endOfYear: (year: number) => number,
): LinePoint[] {
  const first = targets[0];
  if (first === undefined) return [];
  const base = declared
    .filter((d) => d.year < first.year)
    .reduce<{ year: number; value: number } | null>((a, b) => (a !== null && a.year > b.year ? a : b), null);
  return [...(base === null ? [] : [base]), ...targets].map(({ year, value }) => ({
    timeMs: endOfYear(year),
    value,
  }));
}
