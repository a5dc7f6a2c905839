import { FUEL_ACTIVITIES } from "../../park/activities.ts";
import { valueAt } from "../../park/dated.ts";
import type { Park } from "../../park/park.ts";
import { MEDIA, MEDIUM_UNITS, type Medium } from "../../park/quantities.ts";
import { factorBook, isValidOn } from "../../standards/factors/book.ts";
import { FUELS, isFuel } from "../../standards/factors/fuels.ts";
import { GUIDING_IDS, type GuidingId } from "../../standards/rules/rule-set.ts";
import type { EntryKind } from "../../store/records.ts";
import { pvAssets } from "../standards/projects.ts";

/** What an entry of each kind may be about, and in which unit; `store/records.ts` has the table. */

/** What is wrong with an entry's subject or unit: in our words, or null. */
interface Wrong {
  readonly path: "subject" | "unit" | "from";
  readonly expected: string;
}

const HEAT = ["in/fossil", "in/non-fossil", "out/fossil", "out/non-fossil"];
const WASTE_HEAT = ["heat", "cold", "pressure"].flatMap((k) => [`${k}/recoverable`, `${k}/recovered`]);
const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._()（）-]{0,63}$/u;
/** The core indicator, tCO2 per tce, and the guiding ones. */
export const CORE_INDICATOR = "carbon-per-tce";
const INDICATORS: readonly string[] = [CORE_INDICATOR, ...GUIDING_IDS];
/** The traced clean share of the grid that a park advertises; declared of the park, and no target of any rule. */
export const GRID_CLEAN_SHARE = "grid-clean-share";
const PRODUCT_INTENSITY: GuidingId = "product-energy-intensity";
const PERCENT = "%";

function indicatorOf(subject: string, unit: string, known: readonly string[]): readonly Wrong[] {
  if (!known.includes(subject)) return oneOf(subject, known);
  return unitOf(unit, [subject === CORE_INDICATOR ? "tCO2/tce" : PERCENT]);
}

/** The most that an amount can be: shares and rates are parts of a whole. */
export function largestAmount(kind: EntryKind, unit: string): number {
  return (kind === "target" || kind === "indicator") && unit === PERCENT ? 100 : Number.POSITIVE_INFINITY;
}

/** Amounts below zero are none of these kinds. */
export function mayBeNegative(kind: EntryKind): boolean {
  return kind === "added-value";
}

/** What enterprises write of themselves; everything else is the office's. */
export const OWN_KINDS: readonly EntryKind[] = ["production", "added-value", "fuel", "bill"];

export function wrongSubject(kind: EntryKind, subject: string, unit: string, from: string): readonly Wrong[] {
  switch (kind) {
    case "production":
    case "process": {
      const wrong = NAME.test(subject) ? [] : subjectOf("the product's name");
      return kind === "process" ? [...wrong, ...unitOf(unit, ["t"])] : wrong;
    }
    case "added-value":
      return [...oneOf(subject, [""]), ...unitOf(unit, ["万元"])];
    case "fuel":
    case "conversion-output": {
      const [fuel = "", activity = "", ...rest] = subject.split("/");
      const known = FUEL_ACTIVITIES.some((a) => a === activity) && rest.length === 0;
      if (!known) return subjectOf(`{fuel}/{activity}, the activity one of ${FUEL_ACTIVITIES.join(", ")}`);
      return fuelWrong(fuel, unit, from);
    }
    case "heat":
      return [...oneOf(subject, HEAT), ...unitOf(unit, ["GJ"])];
    case "activity": {
      const [medium, what = "", ...rest] = subject.split("/");
      if (medium === "gas" && rest.length === 0) return fuelWrong(what, unit, from);
      if (subject === "water") return unitOf(unit, ["m³"]);
      const electricity = ["in", "out", "pv", "use"].map((flow) => `electricity/${flow}`);
      if (electricity.includes(subject)) return unitOf(unit, ["kWh"]);
      return subjectOf(`${electricity.join(", ")}, gas/{fuel} or water`);
    }
    case "bill": {
      const bill = billOf(subject);
      if (bill === null) return subjectOf(`{medium}/{account}, the medium one of ${MEDIA.join(", ")}`);
      return unitOf(unit, [MEDIUM_UNITS[bill.medium]]);
    }
    case "waste":
      return [...oneOf(subject, ["generated", "used"]), ...unitOf(unit, ["t"])];
    case "water":
      return [...oneOf(subject, ["fresh", "reused"]), ...unitOf(unit, ["m³"])];
    case "waste-heat":
      return [...oneOf(subject, WASTE_HEAT), ...unitOf(unit, ["GJ"])];
    case "target":
      // Of products the limit itself may be a target, which an enterprise's energy per unit is held against.
      if (subject === PRODUCT_INTENSITY && /^kgce\/.+/.test(unit)) return [];
      return indicatorOf(subject, unit, INDICATORS);
    case "indicator":
      return indicatorOf(subject, unit, [...INDICATORS, GRID_CLEAN_SHARE]);
  }
}

/** Medium and account of a bill's subject; null when it is none. */
export function billOf(subject: string): { readonly medium: Medium; readonly account: string } | null {
  const at = subject.indexOf("/");
  const medium = MEDIA.find((m) => m === subject.slice(0, at));
  const account = subject.slice(at + 1);
  return medium === undefined || !NAME.test(account) ? null : { medium, account };
}

/** Whose a project of the park is in a month, by its asset's id, its certificates' project code or its meter; null for one elsewhere. */
export function projectOwner(park: Park, project: string, month: string): string | null {
  const asset = pvAssets(park).find((a) => a.id === project || a.certificateProject === project);
  if (asset !== undefined) return asset.enterprise;
  const meter = park.meterById.get(project);
  if (meter?.role !== "pv") return null;
  const [year = 0, number = 1] = month.split("-").map(Number);
  return valueAt(meter.enterprise, park.calendar.at(year, number, 1));
}

/** A fuel counts by its factors: one without them, or a span before they hold, cannot be counted. */
function fuelWrong(fuel: string, unit: string, from: string): readonly Wrong[] {
  if (!isFuel(fuel)) return subjectOf(`a fuel with a factor: ${Object.keys(FUELS).join(", ")}`);
  const book = factorBook();
  for (const family of ["fuel-co2", "coal-equivalent"]) {
    const set = book.setFor(family, from);
    if (book.choose(family, `fuel/${fuel}`, from) === null)
      return subjectOf(`a fuel with a factor of ${family}${set === null ? "" : ` in ${set.id}`}`);
    if (set !== null && !isValidOn(set, from)) {
      const expected = `a day on which ${set.id} holds: from ${set.from ?? "any"} to ${set.to ?? "now"}`;
      return [{ path: "from", expected }];
    }
  }
  return unitOf(unit, [FUELS[fuel].per === "t" ? "t" : "m³"]);
}

function subjectOf(expected: string): readonly Wrong[] {
  return [{ path: "subject", expected }];
}

function oneOf(subject: string, known: readonly string[]): readonly Wrong[] {
  if (known.includes(subject)) return [];
  return subjectOf(known.map((k) => (k === "" ? "none" : k)).join(", "));
}

function unitOf(unit: string, known: readonly string[]): readonly Wrong[] {
  return known.includes(unit) ? [] : [{ path: "unit", expected: known.join(", ") }];
}
