import { type Problem, show } from "../park/problems.ts";
import { FAULT_NAMES, type FaultOptions } from "../simulators/faults.ts";

/** Faults as written on a command line: `gaps=0.01,late=0.05,shuffle`; all problems into the list given. */
export function parseFaults(text: string, seed: number, problems: Problem[]): FaultOptions {
  const values = new Map<string, number>();
  for (const item of text.split(",")) {
    const [name = "", value] = item.split("=");
    const amount = value === undefined ? 1 : Number(value);
    const most = name === "jitterMs" ? 3_600_000 : 1;
    if (!FAULT_NAMES.some((known) => known === name)) {
      problems.push({ path: "--faults", expected: FAULT_NAMES.join(", "), found: show(name) });
    } else if (!(amount >= 0 && amount <= most)) {
      problems.push({ path: `--faults ${name}`, expected: `a number from 0 to ${most}`, found: show(value) });
    } else values.set(name, amount);
  }
  const share = (name: (typeof FAULT_NAMES)[number]) => values.get(name) ?? 0;
  return {
    seed,
    gaps: share("gaps"),
    late: share("late"),
    duplicates: share("duplicates"),
    shuffle: share("shuffle") > 0,
    resets: share("resets"),
    rollovers: share("rollovers"),
    jitterMs: share("jitterMs"),
  };
}
