import type { z } from "zod";
import { type Problem, show } from "./problems.ts";

/** What the schema complains of, in our words: each unknown key by itself, and of a choice the form that was meant. */
export function shapeProblems(
  raw: unknown,
  issue: z.core.$ZodIssue,
  before: readonly PropertyKey[] = [],
): Problem[] {
  const path = [...before, ...issue.path];
  const found = dig(raw, path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: namePath(raw, [...path, key]),
      expected: "no such key",
      found: show(dig(raw, [...path, key])),
    }));
  }
  if (issue.code === "invalid_union") {
    // A choice between a value and a list or a map of its parts: the form that fits what was written has deeper paths.
    const branches = issue.errors.filter((errors) => errors.length > 0);
    const structured = typeof found === "object" && found !== null;
    const deeper = branches.find((errors) =>
      errors.every((e) => e.path.length > 0 || e.code === "unrecognized_keys"),
    );
    const meant = structured ? (deeper ?? branches[0]) : branches[0];
    if (meant !== undefined) return meant.flatMap((inner) => shapeProblems(raw, inner, path));
  }
  if (issue.code === "invalid_key") {
    const [inner] = issue.issues;
    const key = path.at(-1);
    return [
      { path: namePath(raw, path), expected: wording(inner?.message ?? issue.message), found: show(key) },
    ];
  }
  return [{ path: namePath(raw, path), expected: wording(issue.message), found: show(found) }];
}

/** The validator's sentence as what belongs behind "expected". */
function wording(message: string): string {
  return message
    .replace(/^Invalid discriminator value\. Expected /, "one of ")
    .replace(/^(Invalid [a-z ]+|Too small|Too big): (expected )?/, "")
    .replace(/, received .*$/, "")
    .replace(/^must match pattern /, "text that matches ")
    .replace(/^must be /, "");
}

function dig(raw: unknown, path: readonly PropertyKey[]): unknown {
  let at: unknown = raw;
  for (const key of path) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}

/** meters[3] (wafer-gate).multiplier: the index as in the file, with the entry's id where it has one. */
function namePath(raw: unknown, path: readonly PropertyKey[]): string {
  let text = "";
  path.forEach((key, i) => {
    if (typeof key === "number") {
      const id = dig(raw, [...path.slice(0, i + 1), "id"]);
      text += `[${key}]${typeof id === "string" ? ` (${id})` : ""}`;
    } else text += `${text === "" ? "" : "."}${String(key)}`;
  });
  return text === "" ? "(the file)" : text;
}
