import { COAL_EQUIVALENT_SETS } from "./coal-equivalents.ts";
import { ELECTRICITY_SETS } from "./electricity.ts";
import type { Factor, FactorSet } from "./factor.ts";
import { FUEL_SETS } from "./fuels.ts";
import { PARK_METHOD_SETS } from "./park-method.ts";

/** Every factor set there is. */
export const FACTOR_SETS: readonly FactorSet[] = [
  ...ELECTRICITY_SETS,
  ...PARK_METHOD_SETS,
  ...FUEL_SETS,
  ...COAL_EQUIVALENT_SETS,
];

/** The set of a family in force on a local date (YYYY-MM-DD): before the first one, the first. Null for an unknown family. */
export function setInForce(
  family: string,
  date: string,
  sets: readonly FactorSet[] = FACTOR_SETS,
): FactorSet | null {
  const candidates = sets
    .filter((s) => s.family === family)
    .sort((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : 1));
  let found: FactorSet | null = candidates[0] ?? null;
  for (const set of candidates) if ((set.from ?? "") <= date) found = set;
  return found;
}

/**
 * The factor of a subject in the set of a family in force on a local date.
 * Null when there is none; a factor of grade R is never chosen by itself.
 */
export function chooseFactor(
  family: string,
  subject: string,
  date: string,
  sets: readonly FactorSet[] = FACTOR_SETS,
): Factor | null {
  const factor = setInForce(family, date, sets)?.factors.find((f) => f.subject === subject);
  return factor === undefined || factor.grade === "R" ? null : factor;
}

/** As chooseFactor, for a subject that is known to be there. @throws Error when the data lack it. */
export function requireFactor(family: string, subject: string, date: string): Factor {
  const factor = chooseFactor(family, subject, date);
  if (factor === null) throw new Error(`no factor ${family} ${subject} on ${date}`);
  return factor;
}

/** A factor by its id, whatever its grade; null when there is none. */
export function factorById(id: string): Factor | null {
  for (const set of FACTOR_SETS) {
    const factor = set.factors.find((f) => f.id === id);
    if (factor !== undefined) return factor;
  }
  return null;
}
