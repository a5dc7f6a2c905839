import type { Boundary } from "../../park/schema.ts";
import type { Scope } from "../../park/topology.ts";
import type { FactorBook } from "../../standards/factors/book.ts";
import type { GuidingData, Part, ProductPart } from "../../standards/guiding.ts";
import type { DeclaredUse } from "../../standards/method/amounts.ts";
import { GUIDING_IDS } from "../../standards/rules/rule-set.ts";
import type { Entry } from "../../store/records.ts";
import { DeclaredFigures, type Series, usesOf } from "./declared.ts";
import type { StandardsDeps } from "./deps.ts";
import { evaluate } from "./figures-of.ts";
import { equivalentOf } from "./rolling.ts";
import { readSpans, type Span, type SpanEnergy } from "./spans.ts";

/** What the guiding indicators are made of, from meters and the ledger. */

const KINDS = ["waste", "water", "waste-heat", "production", "target", "indicator"] as const;

/** @throws StoreError */
export async function guidingData(
  deps: StandardsDeps,
  of: {
    readonly boundary: Boundary;
    readonly span: SpanEnergy;
    readonly zeroFactorShare: number | null;
    readonly book: FactorBook;
    readonly date: string;
    readonly nowMs: number;
    /** Energy per unit of product needs every enterprise's energy; left out where nobody asks for it. */
    readonly withProducts?: boolean;
  },
): Promise<GuidingData> {
  const { park, records } = deps;
  const { boundary, span } = of;
  const scope: Scope = { kind: "boundary", id: boundary.id };
  const entries = await records.entries({
    kinds: KINDS,
    from: park.calendar.dateKey(span.fromMs),
    to: park.calendar.dateKey(span.toMs),
  });
  const figures = new DeclaredFigures(park, scope, entries, span);
  const part = (kind: Entry["kind"], subject: string, zh: string, en: string, unit: string): Part | null => {
    const series: Series[] = [{ kind, subject }];
    const said = figures.amount(series, span);
    if (said === null) return null;
    return { name: { zh, en }, amount: said.value, unit, meters: [], declared: usesOf(said.parts) };
  };
  return {
    zeroFactorShare: of.zeroFactorShare,
    wasteGenerated: part("waste", "generated", "固废产生量", "Solid waste made", "t"),
    wasteUsed: part("waste", "used", "固废综合利用量", "Solid waste used", "t"),
    waterFresh: freshWater(span) ?? part("water", "fresh", "取用新水量", "Fresh water taken", "m³"),
    waterReused: part("water", "reused", "重复用水量", "Water reused", "m³"),
    wasteHeat: WASTE_HEAT.flatMap(({ id, zh, en }) => {
      const recoverable = part("waste-heat", `${id}/recoverable`, `可回收${zh}`, `Recoverable ${en}`, "GJ");
      const recovered = part("waste-heat", `${id}/recovered`, `已回收${zh}`, `Recovered ${en}`, "GJ");
      return recoverable === null ? [] : [{ recoverable, recovered }];
    }),
    products: of.withProducts === false ? [] : await productsOf(deps, entries, of),
    declared: declaredIndicators(figures, span),
    leftOut: new Map(boundary.leftOut.map((l) => [l.indicator, l.reason])),
  };
}

const WASTE_HEAT = [
  { id: "heat", zh: "余热", en: "waste heat" },
  { id: "cold", zh: "余冷", en: "waste cold" },
  { id: "pressure", zh: "余压", en: "waste pressure" },
] as const;

/** Water as meters count it. */
function freshWater(span: SpanEnergy): Part | null {
  const water = span.media.find((m) => m.medium === "water");
  if (water === undefined || water.value === null) return null;
  return {
    name: { zh: "取用新水量", en: "Fresh water taken" },
    amount: water.value,
    unit: "m³",
    meters: water.meters,
    declared: water.declared ?? [],
  };
}

/** Declared values of whole indicators that stand for the span, the latest first. */
function declaredIndicators(
  figures: DeclaredFigures,
  span: Span,
): ReadonlyMap<string, readonly DeclaredUse[]> {
  return new Map(
    GUIDING_IDS.map((id) => {
      const parts = figures.amount([{ kind: "indicator", subject: id }], span)?.parts ?? [];
      const whole = parts.map((p) => ({ ...p, amount: p.row.amount ?? 0 }));
      return [id, usesOf(whole).sort((a, b) => (a.to > b.to ? -1 : 1))];
    }),
  );
}

/**
 * Energy per unit of product against the level-2 limit that was declared for an enterprise (a target of
 * `product-energy-intensity`, kgce per unit): its consumption over its production in that unit.
 */
async function productsOf(
  deps: StandardsDeps,
  entries: readonly Entry[],
  of: Parameters<typeof guidingData>[1],
): Promise<ProductPart[]> {
  const { park } = deps;
  const { boundary, span, book, date, nowMs } = of;
  const members = new DeclaredFigures(park, { kind: "boundary", id: boundary.id }, entries, span);
  const limits = members.amount([{ kind: "target", subject: "product-energy-intensity" }], span)?.parts ?? [];
  const products: ProductPart[] = [];
  for (const { row } of limits) {
    const id = row.scope.replace(/^enterprise:/, "");
    const enterprise = park.enterpriseById.get(id);
    if (enterprise === undefined || row.amount === null) continue;
    const scope: Scope = { kind: "enterprise", id };
    const own = new DeclaredFigures(park, scope, entries, span);
    const unit = row.unit.replace(/^kgce\//, "");
    const made = own
      .subjects("production")
      .flatMap((subject) => own.amount([{ kind: "production", subject }], span)?.parts ?? [])
      .filter((p) => p.unit === unit);
    const output = made.reduce((sum, p) => sum + p.amount, 0);
    const energy = (await readSpans(deps, scope, [span], nowMs)).spans[0];
    const tce =
      energy === undefined
        ? null
        : evaluate(energy.inputs, date, { factors: book.used().map((s) => s.id) }, (b, d) =>
            equivalentOf(boundary, b, d),
          ).consumption.totalTce;
    products.push({
      name: enterprise.name,
      value: tce === null || output <= 0 ? null : (tce * 1000) / output,
      limit: row.amount,
      unit: row.unit,
      declared: usesOf(made),
    });
  }
  return products;
}
