import { scopeText } from "../park/topology.ts";
import { type FactorBook, factorBook } from "../standards/factors/book.ts";
import { nationalParkCarbon } from "../standards/park-carbon.ts";
import type { CarbonAnswer } from "./answers/carbon.ts";
import { alternativesOf } from "./standards/alternatives.ts";
import { cleanShareClaim } from "./standards/clean-share.ts";
import { DeclaredFigures } from "./standards/declared.ts";
import { denominatorsOf, intensitiesOf, OUTPUT_KINDS } from "./standards/denominators.ts";
import type { StandardsDeps, StandardsQuery } from "./standards/deps.ts";
import { carbonFigures, factorDate, missingTerms } from "./standards/figures.ts";
import { evaluate, type Reading } from "./standards/figures-of.ts";
import { boundaryFor, equivalentOf } from "./standards/rolling.ts";
import { readSpans } from "./standards/spans.ts";

/**
 * GET /carbon: the carbon of a scope over a span, three ways, term by term, with what it comes to per tce, added value
 * and product. Any span on quarter-hours; on days it is read from day rows.
 * @throws StoreError
 */
export async function carbonAnswer(deps: StandardsDeps, query: StandardsQuery): Promise<CarbonAnswer> {
  const { park, records } = deps;
  const { scope, fromMs, toMs, nowMs } = query;
  const { spans, settled, simulated } = await readSpans(deps, scope, [{ fromMs, toMs }], nowMs);
  const span = spans[0];
  if (span === undefined) throw new Error("no span was read");
  const { calendar } = park;
  const reading: Reading = { factors: query.factors ?? [], exports: query.exports ?? "own-kind" };
  const book = factorBook({ pins: reading.factors });
  const date = factorDate(deps, span);
  const figures = carbonFigures(deps, scope, span, nowMs, book, reading.exports);
  const boundary = boundaryFor(park, scope, toMs - 1);
  const evaluateBy = (by: Reading) =>
    evaluate(span.inputs, date, by, (b, on) => (boundary === null ? null : equivalentOf(boundary, b, on)));
  const { consumption, equivalent, book: perTce } = evaluateBy(reading);
  const entries = await records.entries({
    kinds: OUTPUT_KINDS,
    from: calendar.dateKey(fromMs),
    to: calendar.dateKey(calendar.next(calendar.floor(toMs - 1, "1d"), "1d")),
  });
  const declared = new DeclaredFigures(park, scope, entries, { fromMs, toMs });
  const denominators = denominatorsOf(declared, span, consumption.totalTce, equivalent);
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    settled,
    simulated,
    coverage: span.coverage,
    figures,
    intensities: figures.map((f) => intensitiesOf(f, denominators)),
    denominators,
    alternatives: alternativesOf(reading, evaluateBy)
      .filter((a) => a.question.id !== "electricity-equivalent")
      .map(({ question, option, evaluated, grade }) => ({
        question: question.id,
        option: option.id,
        name: { ...option.name },
        totalKg: evaluated.carbon.totalKg,
        grade,
      })),
    cleanShareClaim: cleanShareClaim(
      deps,
      span,
      entries,
      book.require("park-method", "electricity/other", date).value,
    ),
    missing: missingTerms(
      nationalParkCarbon(span.inputs, { date, book, exports: reading.exports ?? "own-kind" }),
    ),
    factorSets: setsOf(book, perTce),
  };
}

/** What either of two books used, by family and id. */
function setsOf(...books: readonly [FactorBook, FactorBook]): CarbonAnswer["factorSets"] {
  const sets = new Map(books.flatMap((book) => book.used()).map((set) => [set.id, set]));
  return [...sets.values()].sort((a, b) => (`${a.family} ${a.id}` < `${b.family} ${b.id}` ? -1 : 1));
}
