import { LEVERS, type Lever } from "../../park/levers.ts";
import { type LeverAmounts, NO_AMOUNTS } from "./scenario.ts";

/**
 * What each lever of a scenario closes of the gap. Effects of levers lean on each other, so each one's part is its mean
 * over all orders of bringing them in (Shapley's value): the parts add up to the whole, and no order is preferred.
 */
export function leverParts(
  amounts: LeverAmounts,
  aboveTargetOf: (amounts: LeverAmounts) => number,
): Readonly<Record<Lever, number>> {
  const used = LEVERS.filter((id) => amounts[id] > 0);
  const remaining: number[] = [];
  for (let set = 0; set < 2 ** used.length; set++) {
    const some: Record<Lever, number> = { ...NO_AMOUNTS };
    used.forEach((id, bit) => {
      if ((set & (1 << bit)) !== 0) some[id] = amounts[id];
    });
    remaining.push(aboveTargetOf(some));
  }
  const parts: Record<Lever, number> = { ...NO_AMOUNTS };
  used.forEach((id, bit) => {
    for (let set = 0; set < remaining.length; set++) {
      if ((set & (1 << bit)) !== 0) continue;
      const before = remaining[set] ?? 0;
      const after = remaining[set | (1 << bit)] ?? 0;
      parts[id] += weight(members(set), used.length) * (before - after);
    }
  });
  return parts;
}

/** s! (n − s − 1)! ÷ n!: how often a lever comes right after these others. */
function weight(others: number, all: number): number {
  let orders = 1 / all;
  for (let k = 1; k <= others; k++) orders *= k / (all - k);
  return orders;
}

function members(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest &= rest - 1) count++;
  return count;
}
