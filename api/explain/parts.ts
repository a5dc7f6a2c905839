import type { Scope } from "../../park/topology.ts";
import { scopeText } from "../../park/topology.ts";
import type { Ledger } from "../../store/ledger.ts";
import type { Telemetry } from "../../store/telemetry.ts";
import type { ExplainAnswer } from "../answers/explain.ts";
import type { StandardsDeps, StandardsQuery } from "../standards/deps.ts";

/** What all explanations are made of. */

export type Group = ExplainAnswer["groups"][number];
export type Row = Group["rows"][number];
type Question = NonNullable<Row["opens"]>;
type Name = Row["name"];

export interface ExplainDeps extends StandardsDeps {
  readonly telemetry: Pick<Telemetry, "readReadings">;
  readonly ledger: Pick<Ledger, "listRepairs">;
}

export interface ExplainQuery extends StandardsQuery {
  readonly figure: string;
}

/** A question about another figure of the same scope and span, or a part of it. */
export function asks(
  { park }: Pick<StandardsDeps, "park">,
  figure: string,
  query: { readonly scope: Scope; readonly fromMs: number; readonly toMs: number },
): Question {
  const { calendar } = park;
  return {
    figure,
    scope: scopeText(query.scope),
    from: calendar.iso(query.fromMs),
    to: calendar.iso(query.toMs),
  };
}

/** What a question says of how it wants the rules read. */
export function readingOf({
  factors,
  exports,
}: Pick<ExplainQuery, "factors" | "exports">): Pick<ExplainQuery, "factors" | "exports"> {
  return {
    ...(factors === undefined ? {} : { factors }),
    ...(exports === undefined ? {} : { exports }),
  };
}

/** A row that is an amount and nothing else. */
export function plainRow(of: Pick<Row, "id" | "name" | "amount" | "unit"> & Partial<Row>): Row {
  return {
    factor: null,
    result: of.amount,
    grade: null,
    basis: null,
    coverage: null,
    evidence: null,
    opens: null,
    ...of,
  };
}

/** A term with its factor, opening the term. */
export function termRow(
  term: Pick<Row, "id" | "name" | "amount" | "unit"> & { readonly factor: NonNullable<Row["factor"]> },
  of: Pick<Row, "result" | "opens"> & Partial<Pick<Row, "basis" | "coverage">>,
): Row {
  const { id, name, amount, unit, factor } = term;
  return plainRow({ id, name, amount, unit, factor, grade: factor.grade, ...of });
}

/** Rows with the sum of what is known of them; null where nothing is. */
export function groupOf(id: string, name: Name, unit: string, rows: readonly Row[]): Group {
  const known = rows.flatMap((r) => (r.result === null ? [] : [r.result]));
  return {
    id,
    name,
    unit,
    result: known.length === 0 ? null : known.reduce((a, b) => a + b, 0),
    rows: [...rows],
  };
}

/** A figure as formulas print it: thousands apart, at most `digits` after the point. */
export function figureText(value: number | null, unit: string, digits = 3): string {
  if (value === null) return "—";
  const text = new Intl.NumberFormat("en-US", { maximumFractionDigits: digits }).format(Math.abs(value));
  return `${value < 0 ? "−" : ""}${text}${unit === "" ? "" : ` ${unit}`}`;
}

/** `a + b − c = sum`, for sums of few rows; of many only how many there are. */
export function sumText(group: Group): string {
  const rows = group.rows.filter((r) => r.result !== null);
  const sum = figureText(group.result, group.unit);
  if (rows.length > 6) return `Σ ${rows.length} = ${sum}`;
  const parts = rows.map((r, i) => {
    const value = r.result ?? 0;
    const sign = value < 0 ? "− " : i === 0 ? "" : "+ ";
    return `${sign}${figureText(Math.abs(value), "")}`;
  });
  return parts.length === 0 ? sum : `${parts.join(" ")} = ${sum}`;
}

/** A figure explained, but for what every figure has alike; readings of null: those of its largest row. */
export type Made = Omit<
  ExplainAnswer,
  "figure" | "scope" | "from" | "to" | "changes" | "readings" | "grade"
> & {
  readonly readings: ExplainAnswer["readings"] | null;
};

/** Of a figure on which no open question bears. */
export const NOTHING_OPEN: Pick<Made, "sensitivity" | "openQuestions"> = {
  sensitivity: [],
  openQuestions: [],
};

/** What an answer says of itself. */
export function frameOf(
  answer: Pick<Made, "settled" | "simulated" | "factorSets"> & Partial<Pick<Made, "provisional" | "remarks">>,
) {
  const { settled, simulated, provisional = false, factorSets, remarks = [] } = answer;
  return { settled, simulated, provisional, factorSets, remarks };
}
