/** Where a key leads; undefined for a key that means nothing here, null for none. */
export function nextStop(
  at: number | null,
  key: string,
  fast: boolean,
  count: number,
): number | null | undefined {
  if (key === "Escape") return at === null ? undefined : null;
  if (count === 0) return undefined;
  const clamp = (to: number): number => Math.min(count - 1, Math.max(0, to));
  const by = fast ? 5 : 1;
  if (key === "ArrowRight") return clamp(at === null ? 0 : at + by);
  if (key === "ArrowLeft") return clamp(at === null ? count - 1 : at - by);
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return undefined;
}

/** The stop nearest to an x, or null for none. */
export function nearestStop(stops: readonly { x: number }[], x: number): number | null {
  let best: number | null = null;
  let distance = Number.POSITIVE_INFINITY;
  stops.forEach((stop, at) => {
    const away = Math.abs(stop.x - x);
    if (away < distance) {
      distance = away;
      best = at;
    }
  });
  return best;
}
