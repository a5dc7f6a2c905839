import path from "node:path";
import { loadSets } from "../load-sets.ts";
import { type FactorSet, factorSet, factorSetSchema } from "./factor.ts";

/** The released factor sets: every file of the folder `sets` is one. */

/** Every released set, by family and date. */
export const FACTOR_SETS: readonly FactorSet[] = (
  await loadSets(path.join(import.meta.dirname, "sets"), factorSetSchema)
)
  .map(factorSet)
  .sort((a, b) => (`${a.family} ${a.from ?? ""} ${a.id}` < `${b.family} ${b.from ?? ""} ${b.id}` ? -1 : 1));

/** A released set by its id; null when there is none. */
export function findFactorSet(id: string): FactorSet | null {
  return FACTOR_SETS.find((s) => s.id === id) ?? null;
}

/** A released factor by its id, whatever its grade; null when there is none. */
export function factorById(id: string): FactorSet["factors"][number] | null {
  for (const set of FACTOR_SETS) {
    const factor = set.factors.find((f) => f.id === id);
    if (factor !== undefined) return factor;
  }
  return null;
}
