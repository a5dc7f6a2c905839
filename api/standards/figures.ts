import type { z } from "@hono/zod-openapi";
import type { Scope } from "../../park/topology.ts";
import type { FactorBook } from "../../standards/factors/book.ts";
import { GREEN_REMARKS } from "../../standards/green/remarks.ts";
import {
  type CarbonFigure,
  type CarbonOptions,
  LEAST_COVERAGE,
  locationBasedCarbon,
  marketBasedCarbon,
  nationalParkCarbon,
} from "../../standards/park-carbon.ts";
import { type Remark, uniqueRemarks } from "../../standards/remark.ts";
import { REMARKS } from "../../standards/remarks.ts";
import type { CarbonFigure as FigureAnswer } from "../answers/carbon.ts";
import type { missingOf } from "../answers/common.ts";
import { factorUsed, type StandardsDeps } from "./deps.ts";
import type { SpanEnergy } from "./spans.ts";

/** The three figures of a span: national park method, location-based, market-based. */
export function carbonFigures(
  { park }: StandardsDeps,
  scope: Scope,
  span: SpanEnergy,
  nowMs: number,
  book: FactorBook,
  exports: CarbonOptions["exports"] = "own-kind",
): FigureAnswer[] {
  const options: CarbonOptions = { date: factorDate({ park }, span), book, exports };
  const mayChange = span.toMs > nowMs;
  const scopeRemarks: Remark[] = scope.kind === "boundary" ? [] : [REMARKS.methodIsForParks];
  const contractRemarks: Remark[] =
    span.inputs.contractsKwh > 0
      ? [REMARKS.contractsByKnownTime, REMARKS.contractsSharedByImport, GREEN_REMARKS.claimsOnce]
      : [];
  const soldRemarks = (span.inputs.soldKwh ?? 0) > 0 ? [GREEN_REMARKS.soldCertificates] : [];
  return [
    figureAnswer(nationalParkCarbon(span.inputs, options), mayChange, [
      ...scopeRemarks,
      ...contractRemarks,
      ...soldRemarks,
    ]),
    figureAnswer(locationBasedCarbon(span.inputs, park.province, options), mayChange, []),
    figureAnswer(marketBasedCarbon(span.inputs, options), mayChange, [...contractRemarks, ...soldRemarks]),
  ];
}

/** The local date whose factors apply to a span: its last day. */
export function factorDate({ park }: Pick<StandardsDeps, "park">, span: { readonly toMs: number }): string {
  return park.calendar.dateKey(span.toMs - 1);
}

/** Terms of which more than 5 % is missing, with their meters and months. */
export function missingTerms(figure: CarbonFigure): z.infer<typeof missingOf>[] {
  return figure.terms
    .filter((t) => t.carbonKg === null || t.coverage.missing > 1 - LEAST_COVERAGE)
    .map((t) => ({
      term: t.id,
      name: { ...t.name },
      missing: t.coverage.missing,
      meters: [...t.meters],
      months: [...t.missingMonths],
    }));
}

function figureAnswer(figure: CarbonFigure, mayChange: boolean, extra: readonly Remark[]): FigureAnswer {
  return {
    method: figure.method,
    name: { ...figure.name },
    factorSet: figure.factorSet,
    totalKg: figure.totalKg,
    scope1Kg: figure.scope1Kg,
    scope2Kg: figure.scope2Kg,
    grade: figure.grade,
    coverage: { ...figure.coverage },
    terms: figure.terms.map((t) => ({
      id: t.id,
      name: { ...t.name },
      clause: { ...t.clause },
      amount: t.amount,
      unit: t.unit,
      factor: factorUsed(t.factor),
      carbonKg: t.carbonKg,
      meters: [...t.meters],
      coverage: { ...t.coverage },
      part: t.part,
      emissionScope: t.emissionScope,
      basis: t.basis,
      declared: [...t.declared],
      beside: t.beside ?? null,
      missingMonths: [...t.missingMonths],
    })),
    provisional: figure.provisional || mayChange,
    remarks: uniqueRemarks(figure.remarks, extra),
  };
}
