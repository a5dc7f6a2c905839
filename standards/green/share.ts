/** Part ÷ whole as a share of 1 at most; null where the whole is unknown or nothing. */
export function shareOf(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || whole <= 0 ? null : Math.min(1, Math.max(0, part / whole));
}
