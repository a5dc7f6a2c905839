import type { Factor } from "../../standards/factors/factor.ts";
import type { CarbonAnswer, CarbonFigure } from "../answers/carbon.ts";
import { type DeclaredFigures, type DeclaredPart, usesOf } from "./declared.ts";
import { factorUsed } from "./deps.ts";
import type { Piece } from "./pieces.ts";

/** What a scope consumed and made over a span, for carbon per tce, per added value and per unit of product. */

/** Kinds of entries that say what was made, and what is advertised. */
export const OUTPUT_KINDS = ["added-value", "production", "indicator"] as const;

export function denominatorsOf(
  declared: DeclaredFigures,
  span: Piece,
  tce: number | null,
  equivalent: Factor | null,
): CarbonAnswer["denominators"] {
  const value = declared.amount([{ kind: "added-value", subject: "" }], span);
  const products: CarbonAnswer["denominators"]["products"] = [];
  const parts: DeclaredPart[] = [...(value?.parts ?? [])];
  for (const product of declared.subjects("production")) {
    const said = declared.amount([{ kind: "production", subject: product }], span);
    parts.push(...(said?.parts ?? []));
    // One product may be declared in several units, each an amount of its own.
    for (const unit of new Set(said?.parts.map((p) => p.unit))) {
      const amount = (said?.parts ?? []).filter((p) => p.unit === unit).reduce((sum, p) => sum + p.amount, 0);
      products.push({ product, unit, amount });
    }
  }
  return {
    tce,
    equivalent: equivalent === null ? null : factorUsed(equivalent),
    addedValueWan: value?.value ?? null,
    products,
    declared: usesOf(parts),
  };
}

/**
 * A figure over the denominators; null where either is unknown or nothing was made. Of several products none has a figure of
 * its own: what share of a scope's carbon each of them made is not known from the scope's meters.
 */
export function intensitiesOf(
  figure: CarbonFigure,
  { tce, addedValueWan, products }: CarbonAnswer["denominators"],
): CarbonAnswer["intensities"][number] {
  const tonnes = figure.totalKg === null ? null : figure.totalKg / 1000;
  const per = (amount: number | null) =>
    tonnes === null || amount === null || amount <= 0 ? null : tonnes / amount;
  return {
    method: figure.method,
    perTce: per(tce),
    perAddedValue: per(addedValueWan),
    perProduct:
      new Set(products.map((p) => p.product)).size > 1
        ? []
        : products.map(({ product, unit, amount }) => ({ product, unit, value: per(amount) })),
  };
}
