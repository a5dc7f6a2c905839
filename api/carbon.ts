import { scopeText } from "../park/topology.ts";
import { factorBook } from "../standards/factors/book.ts";
import type { CarbonAnswer } from "./answers/carbon.ts";
import type { StandardsDeps, StandardsQuery } from "./standards/deps.ts";
import { carbonFigures } from "./standards/figures.ts";
import { readSpans } from "./standards/spans.ts";

/**
 * GET /carbon: the carbon of a scope over a span, three ways, term by term. Any span on quarter-hours;
 * on days it is read from day rows.
 * @throws StoreError
 */
export async function carbonAnswer(deps: StandardsDeps, query: StandardsQuery): Promise<CarbonAnswer> {
  const { scope, fromMs, toMs, nowMs } = query;
  const { spans, settled, simulated } = await readSpans(deps, scope, [{ fromMs, toMs }], nowMs);
  const calendar = deps.park.calendar;
  const book = factorBook({ pins: query.factors ?? [] });
  const figures = spans.flatMap((span) => carbonFigures(deps, scope, span, nowMs, book));
  return {
    scope: scopeText(scope),
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    settled,
    simulated,
    coverage: spans[0]?.coverage ?? { measured: 0, estimated: 0, missing: 1 },
    figures,
    factorSets: book.used(),
  };
}
