import type { Factor, FactorSet } from "./factor.ts";
import { FACTOR_SETS } from "./released.ts";

/** The factors that one answer is made with: by date, or as pinned, with a note of every set that gave one. */

/** A set that an answer used, as answers name it. */
export interface SetUsed {
  readonly id: string;
  readonly family: string;
  readonly name: { readonly zh: string; readonly en: string };
  readonly from: string | null;
  readonly to: string | null;
  readonly supersedes: string | null;
}

export interface FactorBook {
  /**
   * The factor of a subject for a local date (YYYY-MM-DD), from the family's pinned set or else the one in force.
   * Null when that set has none; grade R is given only where its set was pinned.
   */
  choose(family: string, subject: string, date: string): Factor | null;
  /** As choose, for a subject that is known to be there. @throws Error when the data lack it. */
  require(family: string, subject: string, date: string): Factor;
  /** The set of a family for a date; null for an unknown family. */
  setFor(family: string, date: string): FactorSet | null;
  /** Sets that gave a factor so far, by family and id. */
  used(): SetUsed[];
}

interface BookOptions {
  /** Ids of sets, at most one of a family: each fixes its family to that set, whatever the date. */
  readonly pins?: readonly string[];
  /** The sets to choose from; the released ones by default. */
  readonly sets?: readonly FactorSet[];
}

/** A book of its own for each answer, as it notes what the answer used. @throws RangeError for an unknown pin, or two of one family. */
export function factorBook({ pins = [], sets = FACTOR_SETS }: BookOptions = {}): FactorBook {
  const pinned = new Map<string, FactorSet>();
  for (const pin of pins) {
    const set = sets.find((s) => s.id === pin);
    if (set === undefined) throw new RangeError(`there is no factor set ${pin}`);
    const other = pinned.get(set.family);
    if (other !== undefined && other !== set)
      throw new RangeError(`${pin} and ${other.id} are both of ${set.family}: one set of a family counts`);
    pinned.set(set.family, set);
  }
  const used = new Map<string, FactorSet>();
  const setFor = (family: string, date: string) => pinned.get(family) ?? setInForce(family, date, sets);
  const choose = (family: string, subject: string, date: string): Factor | null => {
    const set = setFor(family, date);
    const factor = set?.factors.find((f) => f.subject === subject);
    if (set === null || factor === undefined || (factor.grade === "R" && !pinned.has(family))) return null;
    used.set(set.id, set);
    return factor;
  };
  return {
    choose,
    setFor,
    require(family, subject, date) {
      const factor = choose(family, subject, date);
      if (factor === null) throw new Error(`no factor ${family} ${subject} on ${date}`);
      return factor;
    },
    used: () =>
      [...used.values()]
        .map(setUsed)
        .sort((a, b) => (`${a.family} ${a.id}` < `${b.family} ${b.id}` ? -1 : 1)),
  };
}

/**
 * The set of a family in force on a local date: before the first one, the first. A set that another corrects
 * has given its place to it from that one's date on. Null for a family without sets chosen by date.
 */
export function setInForce(
  family: string,
  date: string,
  sets: readonly FactorSet[] = FACTOR_SETS,
): FactorSet | null {
  // One that is corrected from a later date holds until then; else an older one would come back in its place.
  const isReplaced = (set: FactorSet) =>
    sets.some((by) => by.supersedes === set.id && (by.from ?? "") <= (set.from ?? ""));
  const candidates = sets
    .filter((s) => s.family === family && s.chosen === "by-date" && !isReplaced(s))
    .sort((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : 1));
  let found: FactorSet | null = candidates[0] ?? null;
  for (const set of candidates) if ((set.from ?? "") <= date) found = set;
  return found;
}

/** Whether a local date lies in a set's validity. */
export function isValidOn(set: Pick<FactorSet, "from" | "to">, date: string): boolean {
  return (set.from ?? "") <= date && (set.to === null || date < set.to);
}

function setUsed({ id, family, name, from, to, supersedes }: FactorSet): SetUsed {
  return { id, family, name: { ...name }, from, to, supersedes };
}
