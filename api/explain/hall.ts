import { enterprisesOf } from "../../park/topology.ts";
import { DATA_CENTRE_METHODS, GAS_KWH_PER_M3 } from "../../standards/data-centre.ts";
import { dataCentresAnswer, hallTerms } from "../data-centres.ts";
import type { FlowTerm } from "../energy/flows.ts";
import type { HALL_INDICATORS } from "./ask.ts";
import {
  type ExplainDeps,
  type ExplainQuery,
  figureText,
  type Group,
  groupOf,
  type Made,
  NOTHING_OPEN,
  type Row,
} from "./parts.ts";
import { rowsOfTerms } from "./term.ts";

/** PUE and WUE of a data hall, by register. */

const L_PER_M3 = 1000;

/** Null for a hall that is none of the scope's. @throws StoreError */
export async function explainHall(
  deps: ExplainDeps,
  query: ExplainQuery,
  id: string,
  indicator: (typeof HALL_INDICATORS)[number],
): Promise<Made | null> {
  const { park } = deps;
  const { fromMs, toMs, nowMs, scope } = query;
  const asset = park.assets.find((a) => a.id === id);
  if (asset?.kind !== "data-hall") return null;
  if (!enterprisesOf(park, scope, Math.min(nowMs, toMs - 1)).has(asset.enterprise)) return null;
  const answer = await dataCentresAnswer(deps, {
    fromMs,
    toMs,
    nowMs,
    resolution: "1d",
    enterprises: [asset.enterprise],
    factors: query.factors ?? [],
  });
  const hall = answer.halls.find((h) => h.id === id);
  const method = DATA_CENTRE_METHODS.find((m) => m.id === indicator);
  if (hall === undefined || method === undefined) return null;
  const terms = hallTerms(park, asset, query);
  const rows = (list: readonly FlowTerm[], unit: string) =>
    rowsOfTerms(deps, query, list, unit, ({ meter }) => ({ kind: "meter", id: meter.id }));
  const times = (list: readonly Row[], factor: number): Row[] =>
    list.map((r) => ({ ...r, result: r.amount === null ? null : r.amount * factor }));
  const over: Group =
    indicator === "pue"
      ? groupOf("facility", { zh: "机房总用能", en: "The hall's energy" }, "kWh", [
          ...signed(terms.facility, await rows(terms.facility, "kWh")),
          ...times(await rows(terms.gas, "m³"), GAS_KWH_PER_M3),
        ])
      : groupOf("water", { zh: "用水", en: "Water" }, "l", times(await rows(terms.water, "m³"), L_PER_M3));
  const under = groupOf("it", { zh: "IT 设备用电", en: "IT energy" }, "kWh", await rows(terms.it, "kWh"));
  const value = indicator === "pue" ? hall.pue : hall.wue;
  return {
    settled: answer.settled,
    simulated: answer.simulated,
    provisional: hall.provisional,
    factorSets: answer.factorSets,
    remarks: hall.remarks,
    name: method.name,
    value,
    unit: method.unit,
    coverage: indicator === "pue" ? hall.coverage.facility : hall.coverage.water,
    formula: { zh: method.formula, en: method.formula },
    clause: { zh: method.clause, en: method.clause },
    calculation: `${figureText(over.result, over.unit, 1)} ÷ ${figureText(under.result, "kWh", 1)} = ${figureText(value, method.unit, 4)}`,
    groups: [over, under],
    readings: null,
    ...NOTHING_OPEN,
  };
}

/** Rows of terms in their order; Measure has the terms' signs in the amounts already, the register itself is without. */
function signed(terms: readonly FlowTerm[], rows: readonly Row[]): Row[] {
  return rows.map((row, i) =>
    terms[i]?.sign === -1 ? { ...row, name: { zh: `减：${row.name.zh}`, en: `Less: ${row.name.en}` } } : row,
  );
}
