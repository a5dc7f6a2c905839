/** One thing wrong with a file or a setting, shown together with all others. */
export interface Problem {
  readonly path: string;
  readonly expected: string;
  readonly found: string;
}

/** Raised with every problem found at once; processes exit 78 on it. */
export class ProblemsError extends Error {
  override readonly name = "ProblemsError";
  readonly subject: string;
  readonly problems: readonly Problem[];

  constructor(subject: string, problems: readonly Problem[]) {
    super(`${subject}: ${problems.length} problem${problems.length === 1 ? "" : "s"}`);
    this.subject = subject;
    this.problems = problems;
  }
}

/** Takes in one more problem; what was found is shown as it would be written. */
export type Complain = (path: string, expected: string, found: unknown) => void;

/** One screen of text, a line a problem. */
export function describeProblems(error: ProblemsError): string {
  const lines = error.problems.map((p) => `  ${p.path}: expected ${p.expected}, found ${p.found}`);
  return `${error.message}\n${lines.join("\n")}`;
}

/** What was found, short enough for a line. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
