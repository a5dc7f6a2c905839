/** Electricity at 当量值, GB/T 2589-2020: what one kWh holds as heat, never 等价值. */
const CALORIFIC_KGCE_PER_KWH = 0.1229;

/**
 * Says why a number cannot be 等价值 of electricity, or null. It is the coal that a kWh takes to make, so it lies above what
 * a kWh holds; Annex 3 converts at it, and a calorific value in its place would more than double the indicator.
 */
export function refuseEquivalent(kgcePerKwh: number): string | null {
  if (Math.abs(kgcePerKwh - CALORIFIC_KGCE_PER_KWH) < 0.005)
    return `${kgcePerKwh} is the calorific value of electricity (当量值, 0.1229 kgce/kWh); Annex 3 converts at the equivalent value (等价值)`;
  return kgcePerKwh >= 0.2 && kgcePerKwh <= 0.5
    ? null
    : `${kgcePerKwh} is no equivalent value of electricity (等价值), which lies between 0.2 and 0.5 kgce/kWh`;
}
