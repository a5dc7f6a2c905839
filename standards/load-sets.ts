import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";

/** Data in files of one schema: every file of a folder is a set, so that adding one is adding a file. */

/** Run from source or built. */
const FILE = /^[a-z0-9-]+\.(ts|js)$/;

/** The `set` of each file of a folder, checked, in the order of their file names. @throws ZodError when one breaks the schema. */
export async function loadSets<T>(folder: string, schema: z.ZodType<T>): Promise<T[]> {
  const module = z.object({ set: schema });
  const names = readdirSync(folder).filter((name) => FILE.test(name));
  return await Promise.all(
    names.sort().map(async (name) => {
      const loaded: unknown = await import(pathToFileURL(path.join(folder, name)).href);
      return module.parse(loaded).set;
    }),
  );
}
