/**
 * Splits a whole amount in proportion to weights, in integers and without making anything: parts are written into
 * `parts`, add up to the amount exactly, and none exceeds its weight. Part k is what the running sum of quotas gains by
 * weight k, rounded down, so every part is within one unit of its quota.
 * @param total an integer of 0 … `sum`.
 * @param sum Σ of the first `count` weights, which are integers of 0 or more, below 2⁵².
 */
export function splitInto(
  total: number,
  weights: Float64Array,
  count: number,
  sum: number,
  parts: Float64Array,
): void {
  if (total <= 0 || sum <= 0) {
    for (let k = 0; k < count; k++) parts[k] = 0;
    return;
  }
  const ratio = total / sum;
  let reached = 0;
  let given = 0;
  for (let k = 0; k < count; k++) {
    const weight = weights[k] ?? 0;
    reached += weight;
    let part = Math.floor(reached * ratio) - given;
    if (part > weight) part = weight;
    if (part > total - given) part = total - given;
    if (part < 0) part = 0;
    parts[k] = part;
    given += part;
  }
  // What the quotient's own rounding left over, at most a few units.
  for (let k = 0; k < count && given < total; k++) {
    const room = Math.min((weights[k] ?? 0) - (parts[k] ?? 0), total - given);
    parts[k] = (parts[k] ?? 0) + room;
    given += room;
  }
}

/** The part of `total` that falls to `weight` of `sum`, an integer of at most both the weight and the total; the rest falls to the others. */
export function partOf(total: number, weight: number, sum: number): number {
  if (total <= 0 || weight <= 0) return 0;
  if (weight >= sum) return Math.min(total, weight);
  // At least what the others cannot take, so that they need not take more than their own.
  const least = total - (sum - weight);
  return Math.min(weight, total, Math.max(Math.floor((total * weight) / sum), least));
}

/** Adds to one place of a list. */
export function addTo(list: Float64Array, at: number, value: number): void {
  list[at] = (list[at] ?? 0) + value;
}
