/** Stretches of time, half-open, in ms: what of one lies in others. Lists are ascending and apart. */

export interface Piece {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What of a stretch lies in the pieces. */
export function within(piece: Piece, pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((p) => {
    const fromMs = Math.max(p.fromMs, piece.fromMs);
    const toMs = Math.min(p.toMs, piece.toMs);
    return fromMs < toMs ? [{ fromMs, toMs }] : [];
  });
}

/** What of a stretch lies in none of the pieces. */
export function without(piece: Piece, pieces: readonly Piece[]): Piece[] {
  let left: Piece[] = [piece];
  for (const p of pieces) {
    left = left.flatMap((l) =>
      [
        { fromMs: l.fromMs, toMs: Math.min(l.toMs, p.fromMs) },
        { fromMs: Math.max(l.fromMs, p.toMs), toMs: l.toMs },
      ].filter((x) => x.fromMs < x.toMs),
    );
  }
  return left;
}

export function lengthMs(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, p) => sum + p.toMs - p.fromMs, 0);
}
