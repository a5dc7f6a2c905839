import path from "node:path";
import type { Park } from "../../park/park.ts";
import { type Problem, show } from "../../park/problems.ts";
import { loadSets } from "../load-sets.ts";
import { type RuleSet, ruleSetSchema } from "./rule-set.ts";

/** The rule sets there are: every file of the folder `sets` is one. */
export const RULE_SETS: readonly RuleSet[] = await loadSets(
  path.join(import.meta.dirname, "sets"),
  ruleSetSchema,
);

export function findRuleSet(id: string): RuleSet | null {
  return RULE_SETS.find((r) => r.id === id) ?? null;
}

/** What a park file says that no rule set knows: boundaries name theirs by id. */
export function ruleProblems(park: Pick<Park, "boundaries">): Problem[] {
  return park.boundaries.flatMap((boundary, i): Problem[] => {
    const problems: Problem[] = [];
    const path = `boundaries[${i}] (${boundary.id})`;
    const rules = findRuleSet(boundary.standard);
    if (rules === null)
      problems.push({
        path: `${path}.standard`,
        expected: `a rule set: ${RULE_SETS.map((r) => r.id).join(", ")}`,
        found: show(boundary.standard),
      });
    boundary.leftOut.forEach(({ indicator }, j) => {
      if (rules === null || rules.guiding.some((g) => g.id === indicator)) return;
      problems.push({
        path: `${path}.leftOut[${j}].indicator`,
        expected: `a guiding indicator of ${rules.id}: ${rules.guiding.map((g) => g.id).join(", ")}`,
        found: show(indicator),
      });
    });
    return problems;
  });
}
