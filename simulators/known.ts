/** How much of a day is stored of a meter. */
export interface KnownDay {
  readonly startMs: number;
  readonly endMs: number;
  readonly knownMs: number;
}

/**
 * Up to where a meter's stored readings have no larger hole, for `knownUntilMs` of the live simulator. Its live values
 * are stored before its history; a history that was broken off leaves a hole that the newest reading does not show.
 * @param days stored days from `historyFromMs` on, ascending; a day without a row is not known at all.
 * @returns the start of the first day known for less than nine tenths, else the newest reading; null when nothing is stored.
 */
export function knownUntil(
  historyFromMs: number,
  days: readonly KnownDay[],
  newestMs: number | null,
): number | null {
  if (newestMs === null) return null;
  let at = historyFromMs;
  for (const day of days) {
    if (day.startMs > at) return at;
    const spanMs = Math.min(day.endMs, newestMs) - day.startMs;
    if (spanMs > 0 && day.knownMs < 0.9 * spanMs) return day.startMs;
    at = day.endMs;
  }
  return at < newestMs ? at : newestMs;
}
