import type { CarbonAnswer, CarbonFigure } from "../answers/carbon.ts";
import { carbonAnswer } from "../carbon.ts";
import { CARBON_METHODS } from "./ask.ts";
import {
  asks,
  type ExplainDeps,
  type ExplainQuery,
  frameOf,
  type Group,
  groupOf,
  type Made,
  NOTHING_OPEN,
  plainRow,
  type Row,
  sumText,
  termRow,
} from "./parts.ts";
import { AMOUNT_FORMULA, type TermAmount, termGroup } from "./term.ts";

/** A scope's carbon by one method, and one term of it. */

type Method = (typeof CARBON_METHODS)[number];
type CarbonTerm = CarbonFigure["terms"][number];

const NATIONAL = CARBON_METHODS[0];

const KG_PER_T = 1000;

interface CarbonParts {
  readonly answer: CarbonAnswer;
  readonly figure: CarbonFigure;
}

/** The figure of a method. @throws StoreError */
export async function carbonParts(
  deps: ExplainDeps,
  query: ExplainQuery,
  method: Method,
): Promise<CarbonParts> {
  const answer = await carbonAnswer(deps, query);
  const figure = answer.figures.find((f) => f.method === method);
  if (figure === undefined) throw new Error(`no figure ${method}`);
  return { answer, figure };
}

/** The terms of a carbon figure in t, each opening its amount. */
export function carbonGroup(
  deps: ExplainDeps,
  query: ExplainQuery,
  figure: Pick<CarbonFigure, "method" | "terms">,
): Group {
  const rows = figure.terms.map((t) =>
    termRow(t, {
      result: t.carbonKg === null ? null : t.carbonKg / KG_PER_T,
      basis: t.basis,
      coverage: t.coverage,
      opens: asks(deps, `carbon:${figure.method}/${t.id}`, query),
    }),
  );
  return groupOf("terms", { zh: "排放", en: "Emissions" }, "tCO2", rows);
}

/** How the amount of one term came about; null for a term that the figure does not have. @throws StoreError */
export async function carbonTerm(
  deps: ExplainDeps,
  query: ExplainQuery,
  method: Method,
  id: string,
): Promise<(CarbonParts & { readonly term: CarbonTerm; readonly group: Group }) | null> {
  const parts = await carbonParts(deps, query, method);
  const term = parts.figure.terms.find((t) => t.id === id);
  if (term === undefined) return null;
  const others = parts.figure.terms.filter((t) => t.id !== id);
  const flow = flowOf(id);
  const of: TermAmount = {
    id,
    amount: term.amount,
    unit: term.unit,
    meters: term.meters,
    basis: term.basis,
    declared: term.declared,
    flows: flow === null ? null : [flow],
    less:
      id === "electricity-in-fossil" || id === "electricity-out"
        ? lessOf(deps, query, method, id, others)
        : [],
  };
  return { ...parts, term, group: await termGroup(deps, query, of) };
}

/** What of the metered flow other terms take. */
function lessOf(
  deps: ExplainDeps,
  query: ExplainQuery,
  method: Method,
  id: string,
  others: readonly CarbonTerm[],
): Row[] {
  const prefix = id === "electricity-in-fossil" ? "electricity-in-zero:" : "electricity-out:";
  return others
    .filter((t) => t.id.startsWith(prefix))
    .map((t) =>
      plainRow({
        id: t.id,
        name: { zh: `减：${t.name.zh}`, en: `Less: ${t.name.en}` },
        amount: t.amount === null ? null : -t.amount,
        unit: t.unit,
        opens: asks(deps, `carbon:${method}/${t.id}`, query),
      }),
    );
}

function flowOf(id: string): TermAmount["flows"] extends readonly (infer F)[] | null ? F | null : never {
  if (id === "electricity-in-fossil") return { kind: "gridImport", sign: 1 };
  if (id.startsWith("electricity-out")) return { kind: "gridExport", sign: 1 };
  return null;
}

const FOSSIL_FORMULA = {
  zh: "外购电 − 直供 − 绿电绿证",
  en: "bought − directly supplied − green trade and certificates",
};

/** A scope's carbon by a method. @throws StoreError */
export async function explainCarbon(deps: ExplainDeps, query: ExplainQuery, method: Method): Promise<Made> {
  const { answer, figure } = await carbonParts(deps, query, method);
  const group = carbonGroup(deps, query, figure);
  return {
    ...frameOf(answer),
    remarks: figure.remarks,
    name: figure.name,
    value: group.result === null || figure.totalKg === null ? null : figure.totalKg / 1000,
    unit: "tCO2",
    provisional: figure.provisional,
    coverage: figure.coverage,
    formula:
      method === NATIONAL
        ? {
            zh: "E_园区 = E_燃烧 + E_转换 + E_电 + E_热 + E_过程",
            en: "E_park = E_fuel + E_conversion + E_el + E_heat + E_process",
          }
        : { zh: "范围一 + 范围二", en: "scope 1 + scope 2" },
    clause: figure.terms[0]?.clause ?? null,
    calculation: sumText(group),
    groups: [group],
    readings: null,
    ...NOTHING_OPEN,
  };
}

/** The amount of one term; null for a term that the figure does not have. @throws StoreError */
export async function explainCarbonTerm(
  deps: ExplainDeps,
  query: ExplainQuery,
  method: Method,
  id: string,
): Promise<Made | null> {
  const found = await carbonTerm(deps, query, method, id);
  if (found === null) return null;
  const { answer, figure, term, group } = found;
  return {
    ...frameOf(answer),
    remarks: figure.remarks,
    name: term.name,
    value: term.amount,
    unit: term.unit,
    provisional: figure.provisional,
    coverage: term.coverage,
    formula: id === "electricity-in-fossil" ? FOSSIL_FORMULA : AMOUNT_FORMULA,
    clause: term.clause,
    calculation: sumText(group),
    groups: [group],
    readings: null,
    ...NOTHING_OPEN,
  };
}
