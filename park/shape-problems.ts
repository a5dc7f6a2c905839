import type { z } from "zod";
import { type Problem, show } from "./problems.ts";

/** Every problem of a question, a body or the settings: keys with dots between them, `root` for the whole. */
export function problemsOf(raw: unknown, error: z.core.$ZodError, root: string): Problem[] {
  const name: NameOf = (_, path) => path.map(String).join(".") || root;
  return error.issues.flatMap((issue) => shapeProblems(raw, issue, [], name));
}

type NameOf = (raw: unknown, path: readonly PropertyKey[]) => string;

/** What the schema complains of, in our words: each unknown key by itself, and of a choice the form that was meant. */
export function shapeProblems(
  raw: unknown,
  issue: z.core.$ZodIssue,
  before: readonly PropertyKey[] = [],
  name: NameOf = namePath,
): Problem[] {
  const path = [...before, ...issue.path];
  const found = dig(raw, path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: name(raw, [...path, key]),
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
    if (meant !== undefined) return meant.flatMap((inner) => shapeProblems(raw, inner, path, name));
  }
  if (issue.code === "invalid_key") {
    const [inner] = issue.issues;
    const key = path.at(-1);
    return [{ path: name(raw, path), expected: wording(inner?.message ?? issue.message), found: show(key) }];
  }
  return [{ path: name(raw, path), expected: expectedOf(issue), found: show(found) }];
}

const TYPES: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a map of keys to values",
};
const COUNTED: Readonly<Record<string, readonly [one: string, more: string]>> = {
  string: ["character", "characters"],
  array: ["entry", "entries"],
};

/** What was expected, by the kind of complaint; a schema's own words come first. */
function expectedOf(issue: z.core.$ZodIssue): string {
  if (!/^(Invalid|Too (small|big)|Unrecognized)/.test(issue.message)) return wording(issue.message);
  if (issue.code === "invalid_type") return TYPES[issue.expected] ?? wording(issue.message);
  if (issue.code === "invalid_union" && issue.inclusive !== false) {
    const options = issue.options?.map((option) => show(String(option))) ?? [];
    if (options.length > 0) return `one of ${options.join(", ")}`;
  }
  if (issue.code === "too_small" || issue.code === "too_big") {
    const units = COUNTED[issue.origin];
    const [word, edge] =
      issue.code === "too_small" ? (["least", issue.minimum] as const) : (["most", issue.maximum] as const);
    if (units !== undefined) return `at ${word} ${edge} ${Number(edge) === 1 ? units[0] : units[1]}`;
    if (issue.inclusive === true) return `at ${word} ${edge}`;
  }
  return wording(issue.message);
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
