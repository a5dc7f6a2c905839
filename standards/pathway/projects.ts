import { LEVERS, type Lever } from "../../park/levers.ts";
import { type LeverAmounts, NO_AMOUNTS } from "./scenario.ts";

/** Approved projects (已批项目): an amount of a lever from a date on, with its evidence. */

export interface ApprovedProject {
  readonly lever: Lever;
  readonly amount: number;
  readonly fromMs: number;
}

/**
 * The yearly amounts in force in a month to come. A project that began before the months to come is in what was
 * measured already and shifts nothing; the month in which it begins counts from the next one on.
 */
export function amountsInForce(
  projects: readonly ApprovedProject[],
  knownUntilMs: number,
  monthStartMs: number,
): LeverAmounts {
  const sum: Record<Lever, number> = { ...NO_AMOUNTS };
  for (const { lever, amount, fromMs } of projects)
    if (fromMs >= knownUntilMs && fromMs <= monthStartMs) sum[lever] += amount;
  return sum;
}

/** Sums of yearly amounts, lever by lever. */
export function addAmounts(a: LeverAmounts, b: LeverAmounts): LeverAmounts {
  const sum: Record<Lever, number> = { ...a };
  for (const lever of LEVERS) sum[lever] += b[lever];
  return sum;
}
