import type { CarbonFigure } from "../../../api/answers/carbon.ts";
import { DASH, fixed, type Unit, unitFor } from "../../format.ts";

/** A sum of what is known; `complete` is false when a part was null, so that the page can say ≥. Null: nothing known. */
export type Sum = { value: number | null; complete: boolean };

/** Adds what is known. */
export function sumKnown(values: readonly (number | null)[]): Sum {
  const known = values.filter((value) => value !== null);
  return {
    value: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
    complete: known.length === values.length,
  };
}

/** A sum as people read it: ≥ before a sum that misses a part. */
export function sumText(sum: Sum, per: number, digits: number): string {
  const text = fixed(sum.value === null ? null : sum.value / per, digits);
  return sum.value === null || sum.complete ? text : atLeastText(text);
}

/** A part in a list's unit; one that is not nothing but rounds to it reads <0.1, never 0.0. */
export function partText(value: number | null, per: number, digits: number): string {
  const least = 10 ** -digits;
  if (value !== null && value > 0 && value / per < least / 2) return `<${fixed(least, digits)}`;
  return fixed(value === null ? null : value / per, digits);
}

/** A lower bound, in any language. */
export function atLeastText(text: string): string {
  return `≥${text}`;
}

/** The unit in which the largest of the values reads 10…9,999: a digit more than on a tile, for rows that add up. */
export function detailUnit(values: readonly (number | null)[]): Unit {
  return unitFor(
    "energy",
    values.map((value) => (value === null ? null : value / 10)),
  );
}

/** An amount in the unit of its rule: kWh take a prefix, that of their column if it has one; the rest keeps its unit. */
export function amountText(
  amount: number | null,
  unit: string,
  column: Unit | null = null,
): { text: string; unit: string } {
  if (amount === null) return { text: DASH, unit: "" };
  if (unit === "kWh") {
    const best = column ?? detailUnit([amount]);
    return { text: fixed(amount / best.per, amount === 0 ? 0 : 1), unit: best.text };
  }
  return { text: fixed(amount, Math.abs(amount) >= 1000 || amount === 0 ? 0 : 1), unit };
}

/** A rule's unit as people write it: kgCO2/kWh → kgCO₂/kWh. */
export function unitText(unit: string): string {
  return unit.replaceAll("CO2", "CO₂");
}

/** A factor with as many decimals as it has, four at most. */
export function factorText(value: number): string {
  if (value === 0) return "0";
  const digits = Math.min(5, Math.max(0, String(value).split(".")[1]?.length ?? 0));
  return fixed(value, digits);
}

/** True when a term that makes carbon is unknown or known in part: the total is then a lower bound. */
export function atLeast(figure: CarbonFigure): boolean {
  return (
    figure.totalKg !== null &&
    figure.terms.some(
      (term) =>
        term.carbonKg === null ||
        (term.coverage.missing > 0 && term.factor.value !== 0 && term.carbonKg >= 0),
    )
  );
}
