import { loadParkFile } from "../park/load.ts";
import type { Park } from "../park/park.ts";
import { ProblemsError } from "../park/problems.ts";
import { ruleProblems } from "../standards/rules/released.ts";

/** Reads a park file and holds it to the rule sets that it names. @throws ProblemsError with every problem found. */
export function readParkFile(file: string): Park {
  const park = loadParkFile(file);
  const problems = ruleProblems(park);
  if (problems.length > 0) throw new ProblemsError(file, problems);
  return park;
}
