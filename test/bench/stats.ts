/** Figures from samples. Pure. */

export interface Sample {
  /** Epoch milliseconds. */
  readonly timeMs: number;
  readonly value: number;
}

/** The smallest value that at least this share (0…1) of all values do not exceed. @throws RangeError without values */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  if (found === undefined) throw new RangeError("no values");
  return found;
}

/** Rise of value per second by least squares; null with fewer than two instants. */
export function slopePerSecond(samples: readonly Sample[]): number | null {
  const n = samples.length;
  const meanT = samples.reduce((a, s) => a + s.timeMs, 0) / n;
  const meanV = samples.reduce((a, s) => a + s.value, 0) / n;
  let above = 0;
  let below = 0;
  for (const s of samples) {
    above += (s.timeMs - meanT) * (s.value - meanV);
    below += (s.timeMs - meanT) ** 2;
  }
  return below > 0 ? (above / below) * 1000 : null;
}

/** What compilers and caches need before a rate means something. */
const WARM_UP_MS = 1_000;

/**
 * How many a second, from samples of a growing count: from the first sample after the warm-up to the last one while the
 * load was on. A run too short for that is taken as a whole.
 */
export function ratePerSecond(samples: readonly Sample[], loadEndMs: number): number {
  const begun = samples.find((s) => s.value > 0);
  if (begun === undefined) return 0;
  const steady = samples.filter((s) => s.timeMs >= begun.timeMs + WARM_UP_MS && s.timeMs <= loadEndMs);
  return between(steady) ?? between(samples.filter((s) => s.timeMs >= begun.timeMs)) ?? 0;
}

function between(samples: readonly Sample[]): number | null {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.timeMs <= first.timeMs) return null;
  return ((last.value - first.value) / (last.timeMs - first.timeMs)) * 1000;
}
