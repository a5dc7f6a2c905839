import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import { type FactorSet, factorSet, factorSetSchema } from "./factor.ts";

/** The released factor sets: every file of the folder `sets` is one, so that adding a year is adding a file. */

const FOLDER = path.join(import.meta.dirname, "sets");
/** Run from source or built. */
const FILE = /^[a-z0-9-]+\.(ts|js)$/;

async function load(name: string): Promise<FactorSet> {
  const module: unknown = await import(pathToFileURL(path.join(FOLDER, name)).href);
  return factorSet(z.object({ set: factorSetSchema }).parse(module).set);
}

/** Every released set, by family and date. */
export const FACTOR_SETS: readonly FactorSet[] = (
  await Promise.all(
    readdirSync(FOLDER)
      .filter((name) => FILE.test(name))
      .map(load),
  )
).sort((a, b) => (`${a.family} ${a.from ?? ""} ${a.id}` < `${b.family} ${b.from ?? ""} ${b.id}` ? -1 : 1));

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
