import { MICRO } from "../../park/quantities.ts";
import type { Scope } from "../../park/topology.ts";
import type { DeclaredUse } from "../../standards/method/amounts.ts";
import { bucketsOf } from "../energy/buckets.ts";
import { type FlowKind, type FlowTerm, flowsOf, registersOf } from "../energy/flows.ts";
import { columnKey } from "../energy/series.ts";
import { readContracts } from "../standards/contracts.ts";
import { crossingMwh } from "../standards/matching.ts";
import { Measure } from "../standards/measure.ts";
import { mediumGroups } from "../standards/media.ts";
import { meterName, registerName } from "./names.ts";
import {
  asks,
  type ExplainDeps,
  type ExplainQuery,
  type Group,
  groupOf,
  plainRow,
  type Row,
} from "./parts.ts";
import { piecesOf } from "./register.ts";

/** How the amount of a term came about: by meter, by entry of the ledger, by claim. */

export interface TermAmount {
  readonly id: string;
  readonly amount: number | null;
  readonly unit: string;
  readonly meters: readonly string[];
  readonly basis: "metered" | "declared" | "both";
  readonly declared: readonly DeclaredUse[];
  /** Which flows of electricity make it; null for another medium. */
  readonly flows: readonly { readonly kind: FlowKind; readonly sign: 1 | -1 }[] | null;
  /** What is taken off what was metered. */
  readonly less: readonly Row[];
}

/** How a term that is only added up is made. */
export const AMOUNT_FORMULA = { zh: "Σ 各表计或台账之量", en: "Σ of meters or entries" };

/** Electricity that a scope consumes: bought less given, with its own PV. */
export const CONSUMED = [
  { kind: "gridImport", sign: 1 },
  { kind: "gridExport", sign: -1 },
  { kind: "pv", sign: 1 },
] as const satisfies TermAmount["flows"];

const BY_METER = { zh: "按表计", en: "By meter" };

/** Rows that add up to the term's amount. @throws StoreError */
export async function termGroup(deps: ExplainDeps, query: ExplainQuery, of: TermAmount): Promise<Group> {
  if (of.id === "electricity-in-zero:contracts") return await claimGroup(deps, query, of);
  if (of.id === "electricity-in-zero:direct") return await deliveryGroup(deps, query, of);
  const metered = of.basis === "declared" ? [] : await meterRows(deps, query, of);
  const entries = of.declared.map((d) =>
    plainRow({
      id: `entry:${d.entry}`,
      name: { zh: `台账 #${d.entry} ${d.from}…${d.to}`, en: `Ledger #${d.entry} ${d.from}…${d.to}` },
      amount: d.amount,
      unit: of.unit,
      basis: "declared",
      evidence: d.evidence,
    }),
  );
  const rows = [...metered, ...entries, ...of.less];
  const sum = rows.reduce((total, r) => total + (r.result ?? 0), 0);
  const rest = of.amount === null ? 0 : of.amount - sum;
  // Months of which entries stand in for meters (or the reverse) are in one of the two and not in the other.
  const isWhole = Math.abs(rest) <= 1e-6 * Math.max(1, Math.abs(of.amount ?? 0));
  return groupOf(
    "parts",
    BY_METER,
    of.unit,
    isWhole
      ? rows
      : [
          ...rows,
          plainRow({
            id: "other-source",
            name: {
              zh: "逐月择一：由另一来源计入或不计的月份",
              en: "Month by month one source counts: months in the other",
            },
            amount: rest,
            unit: of.unit,
          }),
        ],
  );
}

/** Each register's part, opening the register. @throws StoreError */
export async function meterRows(
  deps: ExplainDeps,
  query: ExplainQuery,
  of: Pick<TermAmount, "flows" | "meters" | "unit">,
): Promise<Row[]> {
  return await rowsOfTerms(deps, query, termsOf(deps, query, of), of.unit, () => query.scope);
}

/** A row of each register over the span, opening it in a scope that it has a part in. @throws StoreError */
export async function rowsOfTerms(
  deps: ExplainDeps,
  query: ExplainQuery,
  terms: readonly FlowTerm[],
  unit: string,
  scopeFor: (term: FlowTerm) => Scope,
): Promise<Row[]> {
  const { park, reader } = deps;
  const { fromMs, toMs, nowMs } = query;
  if (terms.length === 0) return [];
  const onDays = [fromMs, toMs].every((t) => park.calendar.isEdge(t, "1d"));
  const table = onDays
    ? await reader.days(registersOf(terms), fromMs, toMs)
    : await reader.quarterHours(registersOf(terms), fromMs, toMs);
  const buckets = bucketsOf(table, park.calendar, fromMs, toMs, onDays ? "1d" : "15m");
  return terms.map((term): Row => {
    const measure = new Measure(park, table, [term], buckets, nowMs);
    const { meter, channel } = term;
    // A meter that counts both ways has a row of each register.
    const isOneOfTwo = terms.some((t) => t.meter === meter && t.channel !== channel);
    const name = isOneOfTwo ? registerName(meter, channel) : meterName(meter);
    return plainRow({
      id: columnKey({ meter: meter.id, channel }),
      name: { zh: `${name.zh}（${meter.id}）`, en: `${name.en} (${meter.id})` },
      amount: measure.amount(0, buckets.length),
      unit,
      basis: "metered",
      coverage: measure.coverage(0, buckets.length),
      opens: asks(deps, `register:${meter.id}/${channel}`, { scope: scopeFor(term), fromMs, toMs }),
    });
  });
}

/** The registers behind a term. */
function termsOf(
  { park }: Pick<ExplainDeps, "park">,
  { scope, fromMs, toMs }: Pick<ExplainQuery, "scope" | "fromMs" | "toMs">,
  of: Pick<TermAmount, "flows" | "meters">,
): FlowTerm[] {
  if (of.flows !== null) {
    const flows = flowsOf(park, scope, fromMs, toMs);
    return of.flows.flatMap(({ kind, sign }) =>
      flows[kind].map((t): FlowTerm => ({ ...t, sign: sign === 1 ? t.sign : t.sign === 1 ? -1 : 1 })),
    );
  }
  const mine = new Set(of.meters);
  return mediumGroups(park, scope, fromMs, toMs)
    .flatMap((g) => g.terms)
    .filter((t) => mine.has(t.meter.id));
}

/** What claims with documents count for carbon, claim by claim. @throws StoreError */
async function claimGroup(deps: ExplainDeps, query: ExplainQuery, of: TermAmount): Promise<Group> {
  const { fromMs, toMs, nowMs, scope } = query;
  const contracts = await readContracts(deps, scope, fromMs, toMs, nowMs);
  const rows = contracts.months.flatMap(({ contract }): Row[] => {
    const amount = contracts.within(fromMs, toMs, "carbon", (c) => c === contract);
    if (amount <= 0) return [];
    const words = `${contract.project} · ${contract.enterprise} · ${contract.month}`;
    return [
      plainRow({
        id: contract.id,
        name: { zh: words, en: words },
        amount,
        unit: of.unit,
        basis: "declared",
        evidence: contract.evidence,
      }),
    ];
  });
  return closed(groupOf("claims", { zh: "按主张", en: "By claim" }, of.unit, rows), of);
}

/** What neighbours' PV brought, day by day. @throws StoreError */
async function deliveryGroup(deps: ExplainDeps, query: ExplainQuery, of: TermAmount): Promise<Group> {
  const { park, matching } = deps;
  const { fromMs, toMs, nowMs, scope } = query;
  const { calendar } = park;
  const onDays = [fromMs, toMs].every((t) => calendar.isEdge(t, "1d"));
  const days = onDays ? await matching.days(fromMs, toMs, nowMs) : [];
  const long = calendar.next(calendar.floor(fromMs, "1M"), "1M") < toMs;
  const rows = onDays
    ? piecesOf(calendar, fromMs, toMs, long ? "1M" : "1d").flatMap((piece): Row[] => {
        let mwh = 0;
        for (const day of days)
          if (day.startMs >= piece.fromMs && day.startMs < piece.toMs) mwh += crossingMwh(park, scope, day);
        if (mwh === 0) return [];
        const label = long ? calendar.monthKey(piece.fromMs) : calendar.dateKey(piece.fromMs);
        const opens =
          piece.toMs - piece.fromMs < toMs - fromMs ? asks(deps, query.figure, { scope, ...piece }) : null;
        return [
          plainRow({
            id: label,
            name: { zh: label, en: label },
            amount: mwh / MICRO,
            unit: of.unit,
            basis: "metered",
            opens,
          }),
        ];
      })
    : [];
  return closed(groupOf("deliveries", { zh: "网内送达", en: "Deliveries" }, of.unit, rows), of);
}

/** With what the whole is less than its parts: no more counts than was bought. */
function closed(group: Group, of: TermAmount): Group {
  const rest = (of.amount ?? 0) - (group.result ?? 0);
  if (Math.abs(rest) <= 1e-6 * Math.max(1, of.amount ?? 0)) return group;
  return groupOf(group.id, group.name, group.unit, [
    ...group.rows,
    plainRow({
      id: "bounded",
      name: { zh: "不超过所购电量", en: "Not more than was bought" },
      amount: rest,
      unit: of.unit,
    }),
  ]);
}
