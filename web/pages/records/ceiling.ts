/** A round number at or above the largest value: where a scale ends. */
export function ceiling(largest: number): number {
  if (largest <= 0) return 1;
  const step = 10 ** Math.floor(Math.log10(largest));
  return ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((m) => m * step >= largest) ?? 10) * step;
}

/** A mark of such a scale with no more decimals than it has: 0.75, 1.5, 60. */
export function decimalsOf(mark: number): number {
  return [0, 1, 2].find((digits) => Math.abs(mark - Number(mark.toFixed(digits))) < 1e-9) ?? 3;
}
