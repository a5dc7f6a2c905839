import { DAY_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import type { Boundary } from "../../park/schema.ts";
import { enterprisesOf, type Scope } from "../../park/topology.ts";
import { equivalentFactor } from "../../standards/energy-consumption.ts";
import type { FactorBook } from "../../standards/factors/book.ts";
import type { Factor } from "../../standards/factors/factor.ts";
import { bucketsOf } from "../energy/buckets.ts";
import { flowsOf, registersOf } from "../energy/flows.ts";
import { DeclaredFigures, midnightOf } from "./declared.ts";
import type { StandardsDeps } from "./deps.ts";
import { Measure } from "./measure.ts";
import type { Span } from "./spans.ts";

/** The twelve months up to now, and what of them is metered. */

/** The twelve months that end with the running day, on whole days. */
export function rollingYear(park: Park, nowMs: number): Span {
  const calendar = park.calendar;
  const toMs = calendar.next(calendar.floor(nowMs, "1d"), "1d");
  const { year, month, day } = calendar.parts(toMs);
  return { fromMs: calendar.at(year - 1, month, day), toMs };
}

/** The span cut to begin with the first day of which any electricity bought is metered or declared; null where there is none. @throws StoreError */
export async function knownPart(
  { park, reader, records }: StandardsDeps,
  scope: Scope,
  span: Span,
  nowMs: number,
): Promise<Span | null> {
  const { gridImport } = flowsOf(park, scope, span.fromMs, span.toMs);
  const table = await reader.days(registersOf(gridImport), span.fromMs, span.toMs);
  const buckets = bucketsOf(table, park.calendar, span.fromMs, span.toMs, "1d");
  const bought = new Measure(park, table, gridImport, buckets, nowMs);
  const first = buckets.findIndex((_, b) => bought.amount(b, b + 1) !== null);
  const metered = buckets[first]?.startMs ?? Number.POSITIVE_INFINITY;
  const declared = await firstDeclared({ park, records }, scope, span);
  const fromMs = Math.min(metered, declared);
  return fromMs < span.toMs ? { fromMs, toMs: span.toMs } : null;
}

/** The first day of a span on which electricity bought is declared; infinity where none is. @throws StoreError */
async function firstDeclared(
  { park, records }: Pick<StandardsDeps, "park" | "records">,
  scope: Scope,
  span: Span,
): Promise<number> {
  const { calendar } = park;
  const entries = await records.entries({
    kinds: ["activity"],
    from: calendar.dateKey(span.fromMs),
    to: calendar.dateKey(span.toMs),
  });
  const series = [{ kind: "activity" as const, subject: "electricity/in" }];
  const said = new DeclaredFigures(park, scope, entries, span).amount(series, span);
  return Math.min(...(said?.parts ?? []).map((p) => Math.max(span.fromMs, midnightOf(calendar, p.from))));
}

/** Days of a span that have passed, the running one in part. */
export function daysPassed(span: Span, nowMs: number): number {
  return Math.max(0, (Math.min(span.toMs, nowMs) - span.fromMs) / DAY_MS);
}

/** 等价值 as a question pins it, or as the boundary's park file names it; null where neither does. */
export function equivalentOf(boundary: Boundary, book: FactorBook, date: string): Factor | null {
  const pinned = book.choose("electricity-equivalent", "electricity/equivalent", date);
  if (pinned !== null) return pinned;
  const declared = boundary.electricityEquivalent ?? [];
  const inForce = [...declared]
    .sort((a, b) => ((a.from ?? "") < (b.from ?? "") ? -1 : 1))
    .findLast((e) => (e.from ?? "") <= date);
  return inForce === undefined ? null : equivalentFactor(boundary.id, inForce);
}

/** The boundary whose 等价值 a scope's energy is converted at: its own, of an enterprise the one it belongs to, else the first. */
export function boundaryFor(park: Park, scope: Scope, timeMs: number): Boundary | null {
  const holds = (b: Boundary) =>
    scope.kind === "boundary"
      ? b.id === scope.id
      : scope.kind === "enterprise" &&
        enterprisesOf(park, { kind: "boundary", id: b.id }, timeMs).has(scope.id);
  return park.boundaries.find(holds) ?? park.boundaries[0] ?? null;
}

/** A declared boundary of the park. @throws RangeError for an unknown id: callers ask only for declared ones. */
export function boundaryOf(park: Park, id: string): Boundary {
  const boundary = park.boundaries.find((b) => b.id === id);
  if (boundary === undefined) throw new RangeError(`no boundary ${id}`);
  return boundary;
}
