/**
 * Randomness as a function of (seed, index): the same instant always draws the same number, whatever was
 * drawn before. So a week back and the live continuation agree, and so do two starts of the program.
 */

/** A 32-bit hash of two integers with good avalanche (lowbias32 over a Weyl sequence). */
export function hash32(seed: number, index: number): number {
  let h = (seed ^ Math.imul(index, 0x9e3779b9)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x21f0aaad);
  h = Math.imul(h ^ (h >>> 15), 0x735a2d97);
  return (h ^ (h >>> 15)) >>> 0;
}

/** A seed of its own for a named stream: one per meter and purpose. */
export function seedOf(seed: number, name: string): number {
  let h = seed >>> 0;
  for (let i = 0; i < name.length; i++) h = hash32(h, name.charCodeAt(i) + 1);
  return h;
}

/** Uniform in [0, 1). */
export function uniform(seed: number, index: number): number {
  return hash32(seed, index) / 4_294_967_296;
}

/** Smooth noise in [−1, 1]: a random value at each whole x, eased between. */
export function noise(seed: number, x: number): number {
  const cell = Math.floor(x);
  const f = x - cell;
  const a = uniform(seed, cell);
  const b = uniform(seed, cell + 1);
  return 2 * (a + (b - a) * f * f * (3 - 2 * f)) - 1;
}

/** A stream of uniform numbers in [0, 1) (mulberry32). */
export function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A normal deviate (Box–Muller) of a stream. */
export function normal(next: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
