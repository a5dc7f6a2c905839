/** Splitting whole units so that the parts add up exactly. */

/**
 * Splits `total` in proportion to the weights by largest remainder (ties: the earlier one).
 * Integers in, integers out, exact beyond 2⁵³ in between; parts add up to `total`, and where
 * `total` ≤ Σ weights no part exceeds its weight. All weights 0: all parts 0.
 * @throws RangeError for a total or weight that is no integer of 0 or more.
 */
export function splitByLargestRemainder(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (![total, sum, ...weights].every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new RangeError("splitting needs integers of 0 or more");
  }
  if (sum === 0 || total === 0) return weights.map(() => 0);
  if (total === sum) return [...weights];
  const bigTotal = BigInt(total);
  const bigSum = BigInt(sum);
  const parts: number[] = [];
  const remainders: { place: number; remainder: bigint }[] = [];
  let left = total;
  weights.forEach((weight, place) => {
    const product = bigTotal * BigInt(weight);
    const part = Number(product / bigSum);
    parts.push(part);
    left -= part;
    remainders.push({ place, remainder: product % bigSum });
  });
  remainders.sort((a, b) =>
    a.remainder === b.remainder ? a.place - b.place : a.remainder > b.remainder ? -1 : 1,
  );
  for (const { place } of remainders.slice(0, left)) parts[place] = (parts[place] ?? 0) + 1;
  return parts;
}
