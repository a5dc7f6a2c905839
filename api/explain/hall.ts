import { enterprisesOf, type Scope } from "../../park/topology.ts";
import { DATA_CENTRE_METHODS, GAS_KWH_PER_M3 } from "../../standards/data-centre.ts";
import { factorBook } from "../../standards/factors/book.ts";
import type { DataCentresAnswer } from "../answers/data-centres.ts";
import { dataCentresAnswer, hallTerms } from "../data-centres.ts";
import type { FlowTerm } from "../energy/flows.ts";
import { factorUsed } from "../standards/deps.ts";
import { factorDate } from "../standards/figures.ts";
import { CARBON_METHODS, type HALL_INDICATORS } from "./ask.ts";
import { carbonGroup, carbonParts } from "./carbon.ts";
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
import { CONSUMED, meterRows, rowsOfTerms } from "./term.ts";

/** PUE, CUE and WUE of a data hall, by register. */

const L_PER_M3 = 1000;
const KG_PER_T = 1000;

type Indicator = (typeof HALL_INDICATORS)[number];
type HallAnswer = DataCentresAnswer["halls"][number];

/** Null for a hall that is none of the scope's. @throws StoreError */
export async function explainHall(
  deps: ExplainDeps,
  query: ExplainQuery,
  id: string,
  indicator: Indicator,
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
  const facility = async () => signed(terms.facility, await rows(terms.facility, "kWh"));
  const under = groupOf("it", { zh: "IT 设备用电", en: "IT energy" }, "kWh", await rows(terms.it, "kWh"));
  const made = {
    settled: answer.settled,
    simulated: answer.simulated,
    provisional: hall.provisional,
    factorSets: answer.factorSets,
    remarks: hall.remarks,
    name: method.name,
    unit: method.unit,
    formula: { zh: method.formula, en: method.formula },
    clause: { zh: method.clause, en: method.clause },
    readings: null,
    ...NOTHING_OPEN,
  };
  const over = async (): Promise<Group> => {
    switch (indicator) {
      case "pue":
        return groupOf("facility", { zh: "机房总用能", en: "The hall's energy" }, "kWh", [
          ...(await facility()),
          ...times(await rows(terms.gas, "m³"), GAS_KWH_PER_M3),
        ]);
      case "cue":
        return groupOf("emissions", { zh: "机房排放", en: "The hall's emissions" }, "tCO2", [
          ...electricityCarbon(await facility(), hall),
          ...gasCarbon(deps, query, await rows(terms.gas, "m³")),
        ]);
      case "wue":
        return groupOf(
          "water",
          { zh: "用水", en: "Water" },
          "l",
          times(await rows(terms.water, "m³"), L_PER_M3),
        );
    }
  };
  const top = await over();
  const value = indicator === "cue" ? (nationalOf(hall)?.value ?? null) : hall[indicator];
  const scaled = indicator === "cue" ? " × 1000" : "";
  const divided = `${figureText(top.result, top.unit, 1)}${scaled} ÷ ${figureText(under.result, "kWh", 1)}`;
  return {
    ...made,
    value,
    coverage: indicator === "wue" ? hall.coverage.water : hall.coverage.facility,
    calculation: `${divided} = ${figureText(value, method.unit, 4)}`,
    groups: [top, under, ...(indicator === "cue" ? await perKwhGroups(deps, query, asset.enterprise) : [])],
  };
}

function times(list: readonly Row[], factor: number): Row[] {
  return list.map((r) => ({ ...r, result: r.amount === null ? null : r.amount * factor }));
}

function nationalOf(hall: HallAnswer) {
  return hall.cue.find((c) => c.method === CARBON_METHODS[0]);
}

/** Registers of electricity at what a kWh makes that is consumed there. */
function electricityCarbon(rows: readonly Row[], hall: HallAnswer): Row[] {
  const cue = nationalOf(hall);
  if (cue?.kgPerKwh == null) return rows.map((r) => ({ ...r, result: null }));
  return times(rows, cue.kgPerKwh / KG_PER_T).map((r) => ({ ...r, grade: cue.grade }));
}

function gasCarbon({ park }: ExplainDeps, query: ExplainQuery, rows: readonly Row[]): Row[] {
  if (rows.length === 0) return [];
  const book = factorBook({ pins: query.factors ?? [] });
  const factor = factorUsed(book.require("fuel-co2", "fuel/natural-gas", factorDate({ park }, query)));
  return times(rows, factor.value / KG_PER_T).map((r) => ({ ...r, factor, grade: factor.grade }));
}

/** What a kWh makes that is consumed at the hall: the carbon of its enterprise's electricity over what that consumed. */
async function perKwhGroups(deps: ExplainDeps, query: ExplainQuery, enterprise: string): Promise<Group[]> {
  const scope: Scope = { kind: "enterprise", id: enterprise };
  const asked = { ...query, scope, exports: "own-kind" as const };
  const { figure } = await carbonParts(deps, asked, CARBON_METHODS[0]);
  const terms = figure.terms.filter((t) => t.part === "electricity");
  const carbon = carbonGroup(deps, asked, { method: figure.method, terms });
  const consumed = await meterRows(deps, asked, { flows: CONSUMED, meters: [], unit: "kWh" });
  return [
    {
      ...carbon,
      id: "electricity",
      name: { zh: "企业用电排放", en: "Carbon of the enterprise's electricity" },
    },
    groupOf("consumed", { zh: "企业消费电量", en: "Electricity the enterprise consumed" }, "kWh", consumed),
  ];
}

/** Rows of terms in their order; Measure has the terms' signs in the amounts already, the register itself is without. */
function signed(terms: readonly FlowTerm[], rows: readonly Row[]): Row[] {
  return rows.map((row, i) =>
    terms[i]?.sign === -1 ? { ...row, name: { zh: `减：${row.name.zh}`, en: `Less: ${row.name.en}` } } : row,
  );
}
