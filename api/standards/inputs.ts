import { z } from "@hono/zod-openapi";
import { FUEL_ACTIVITIES, type FuelActivity } from "../../park/activities.ts";
import type { Park } from "../../park/park.ts";
import type { Factor } from "../../standards/factors/factor.ts";
import { FUELS, isFuel } from "../../standards/factors/fuels.ts";
import type { Amount, FuelAmount, HeatAmount, ProcessAmount } from "../../standards/method/amounts.ts";
import type { Entry } from "../../store/records.ts";
import type { FlowTerm } from "../energy/flows.ts";
import { type DeclaredFigures, type DeclaredPart, type Series, usesOf } from "./declared.ts";
import type { Measure } from "./measure.ts";
import { byEnterprise, type MediumGroup } from "./media.ts";
import type { Piece } from "./pieces.ts";
import { Resolved, type Sources, together } from "./resolve.ts";

/** Fuels, conversion, heat and processes of a scope: from meters, and from the ledger's entries where there are none. */

/** Kinds of entries that make carbon and consumption. */
export const INPUT_KINDS = ["fuel", "conversion-output", "process", "heat", "activity"] as const;

/** A metered medium other than electricity, as it counts: one fuel and use, one kind of heat, water. */
export interface MediumAmount
  extends Amount,
    Pick<MediumGroup, "medium" | "unit" | "fuel" | "heatSource" | "activity" | "direction"> {}

interface InputSources extends Omit<Sources, "measure" | "declared"> {
  readonly park: Park;
  readonly measureOf: (terms: readonly FlowTerm[]) => Measure;
  /** Null where the ledger has no entry for the scope. */
  readonly figures: DeclaredFigures | null;
}

interface OtherInputs {
  readonly media: readonly MediumAmount[];
  readonly fuels: readonly FuelAmount[];
  readonly conversionOutputs: readonly FuelAmount[];
  readonly heats: readonly HeatAmount[];
  readonly processes: readonly ProcessAmount[];
}

interface Thing {
  readonly group: Omit<MediumGroup, "terms">;
  readonly sources: readonly Resolved[];
}

/** Reads the groups once; any span can then be asked for. */
export function otherInputs(
  of: InputSources,
  groups: readonly MediumGroup[],
): { readonly at: (span: Piece) => OtherInputs; readonly measures: readonly Measure[] } {
  const { figures } = of;
  const measures: Measure[] = [];
  const resolved = (terms: readonly FlowTerm[], declared: Sources["declared"]) => {
    const measure = terms.length === 0 ? null : of.measureOf(terms);
    if (measure !== null) measures.push(measure);
    return new Resolved({ ...of, measure, declared });
  };
  const sourcesOf = (group: MediumGroup | null, series: readonly Series[]): Resolved[] => {
    const scopes = figures?.scopes(series) ?? [];
    const terms = group?.terms ?? [];
    const figuresOf = (only: string | null) => (span: Piece) =>
      figures?.amount(series, span, (scope) => only === null || scope === only) ?? null;
    if (scopes.length === 0) return [resolved(terms, null)];
    // Entries of the scope as a whole stand against all of its meters; those of members against their own.
    const own = scopes.some((s) => !s.startsWith("enterprise:")) || group === null;
    const members = group === null ? new Map<string, FlowTerm[]>() : byEnterprise(group);
    if (
      own ||
      (members.size <= 1 && scopes.length === 1 && scopes[0] === `enterprise:${[...members.keys()][0]}`)
    )
      return [resolved(terms, figuresOf(null))];
    const all = new Set([...scopes, ...[...members.keys()].map((id) => `enterprise:${id}`)]);
    return [...all].map((scope) =>
      resolved(
        members.get(scope.slice("enterprise:".length)) ?? [],
        scopes.includes(scope) ? figuresOf(scope) : null,
      ),
    );
  };
  const things = groups.map((group): Thing => ({ group, sources: sourcesOf(group, seriesOf(group)) }));
  for (const group of declaredOnly(figures, groups))
    things.push({ group, sources: sourcesOf(null, seriesOf(group)) });

  const at = (span: Piece): OtherInputs => {
    const media = things.flatMap(({ group, sources }): MediumAmount[] => {
      const amount = together(sources, span);
      return amount === null ? [] : [{ ...plain(group), ...amount }];
    });
    return {
      media,
      fuels: media.flatMap(fuelOf),
      conversionOutputs: conversionOutputs(figures, span),
      heats: media.flatMap((m): HeatAmount[] => {
        const { medium: _m, unit: _u, fuel: _f, heatSource, activity: _a, direction, ...amount } = m;
        return heatSource === null ? [] : heatsOf(figures, { ...amount, source: heatSource, direction });
      }),
      processes: processesOf(figures, span),
    };
  };
  return { at, measures };
}

function plain({ medium, unit, fuel, heatSource, activity, direction }: Thing["group"]): Thing["group"] {
  return { medium, unit, fuel, heatSource, activity, direction };
}

/** Where entries speak of what a group of meters counts. */
function seriesOf(group: Omit<MediumGroup, "terms">): Series[] {
  switch (group.medium) {
    case "heat":
      return [{ kind: "heat", subject: `${group.direction}/${group.heatSource}` }];
    case "water":
      return [{ kind: "activity", subject: "water" }];
    default: {
      const fuel: Series = { kind: "fuel", subject: `${group.fuel}/${group.activity}` };
      const bill: Series = { kind: "activity", subject: `gas/${group.fuel}` };
      return group.activity === "final-use" ? [fuel, bill] : [fuel];
    }
  }
}

/** What entries declare and no meter counts. */
function declaredOnly(
  figures: DeclaredFigures | null,
  groups: readonly MediumGroup[],
): Omit<MediumGroup, "terms">[] {
  if (figures === null) return [];
  const said = new Set(groups.flatMap((g) => seriesOf(g).map((s) => `${s.kind} ${s.subject}`)));
  const found = new Map<string, Omit<MediumGroup, "terms">>();
  const fuel = (id: string, activity: FuelActivity) => {
    if (!isFuel(id)) return;
    const gas = FUELS[id].per !== "t";
    found.set(`${id}/${activity}`, {
      medium: gas ? "gas" : "fuel",
      unit: gas ? "m³" : "t",
      fuel: id,
      heatSource: null,
      activity,
      direction: "in",
    });
  };
  for (const subject of figures.subjects("fuel")) {
    if (said.has(`fuel ${subject}`)) continue;
    const [id = "", name = ""] = subject.split("/");
    const activity = activityOf(name);
    if (activity !== null) fuel(id, activity);
  }
  for (const subject of figures.subjects("activity")) {
    const [medium, id = ""] = subject.split("/");
    if (medium === "gas" && !said.has(`activity ${subject}`)) fuel(id, "final-use");
  }
  for (const subject of figures.subjects("heat")) {
    if (said.has(`heat ${subject}`)) continue;
    const [way, source] = subject.split("/");
    if ((way === "in" || way === "out") && (source === "fossil" || source === "non-fossil"))
      found.set(subject, {
        medium: "heat",
        unit: "GJ",
        fuel: null,
        heatSource: source,
        activity: null,
        direction: way,
      });
  }
  return [...found.values()];
}

function activityOf(text: string): FuelActivity | null {
  return FUEL_ACTIVITIES.find((a) => a === text) ?? null;
}

/** A fuel as it counts; feedstock is not burnt and does not. */
function fuelOf(m: MediumAmount): FuelAmount[] {
  const { medium: _m, heatSource: _h, direction: _d, activity, fuel, unit, ...amount } = m;
  if (fuel === null || unit === "GJ" || activity === "feedstock") return [];
  return [{ ...amount, fuel, unit, activity: activity ?? "final-use" }];
}

function conversionOutputs(figures: DeclaredFigures | null, span: Piece): FuelAmount[] {
  return (figures?.subjects("conversion-output") ?? []).flatMap((subject): FuelAmount[] => {
    const [fuel = "", name = ""] = subject.split("/");
    const activity = activityOf(name);
    const said = figures?.amount([{ kind: "conversion-output", subject }], span) ?? null;
    if (said === null || activity === null || !isFuel(fuel)) return [];
    return [
      {
        ...declaredAmount(said.parts, span, said.coveredMs),
        fuel,
        unit: FUELS[fuel].per === "t" ? "t" : "m³",
        activity,
      },
    ];
  });
}

function declaredAmount(parts: readonly DeclaredPart[], span: Piece, coveredMs: number): Amount {
  const share = Math.min(1, coveredMs / (span.toMs - span.fromMs));
  return {
    value: parts.reduce((sum, p) => sum + p.amount, 0),
    coverage: { measured: 0, estimated: share, missing: 1 - share },
    meters: [],
    basis: "declared",
    declared: usesOf(parts),
  };
}

const processDetail = z.object({ factorTco2PerT: z.number().min(0), source: z.string().min(1) });
const heatDetail = z.object({ factorTco2PerGj: z.number().min(0), source: z.string().min(1) });

/** One amount for each product and factor: a declared process brings its factor with its source. */
function processesOf(figures: DeclaredFigures | null, span: Piece): ProcessAmount[] {
  return (figures?.subjects("process") ?? []).flatMap((product): ProcessAmount[] => {
    const said = figures?.amount([{ kind: "process", subject: product }], span) ?? null;
    if (said === null) return [];
    const groups = grouped(said.parts, (row) => {
      const detail = detailOf(row, processDetail);
      if (detail === null) return null;
      return declaredFactor(row, detail.factorTco2PerT * 1000, "kgCO2/t", detail.source);
    });
    return groups.map(({ factor, parts }) => ({
      ...declaredAmount(parts, span, said.coveredMs),
      product,
      factor,
    }));
  });
}

/**
 * Declared fossil heat may bring a measured factor: what it covers is a term of its own, also where other members' heat is
 * metered or declared without one.
 */
function heatsOf(figures: DeclaredFigures | null, heat: HeatAmount): HeatAmount[] {
  const { value, declared = [] } = heat;
  if (figures === null || value === null || heat.source !== "fossil") return [heat];
  const parts = declared.map((use) => ({ ...use, row: figures.entry(use.entry) }));
  const groups = grouped(parts, (row) => {
    const detail = detailOf(row, heatDetail);
    if (detail === null) return null;
    return declaredFactor(row, detail.factorTco2PerGj * 1000, "kgCO2/GJ", detail.source);
  });
  const sumOf = (list: readonly DeclaredPart[]) => list.reduce((sum, p) => sum + p.amount, 0);
  // What is metered, and what stands beside it, is of the rest.
  const alike: HeatAmount =
    heat.basis === "declared" ? heat : { ...heat, basis: "declared", meters: [], beside: null };
  const own = groups.flatMap(({ factor, parts }): HeatAmount[] =>
    factor === null ? [] : [{ ...alike, value: sumOf(parts), declared: usesOf(parts), factor }],
  );
  if (own.length === 0) return [heat];
  const rest = groups.find((g) => g.factor === null)?.parts ?? [];
  if (heat.basis === "declared" && rest.length === 0) return own;
  return [
    ...own,
    {
      ...heat,
      value: value - own.reduce((sum, h) => sum + (h.value ?? 0), 0),
      basis: rest.length === 0 ? "metered" : (heat.basis ?? "metered"),
      declared: usesOf(rest),
    },
  ];
}

/** Parts by the factor that their entries bring. */
function grouped(parts: readonly DeclaredPart[], factorOf: (row: Entry) => Factor | null) {
  const found = new Map<string, { factor: Factor | null; parts: DeclaredPart[] }>();
  for (const part of parts) {
    const factor = factorOf(part.row);
    const key = factor === null ? "" : `${factor.value} ${factor.source}`;
    const group = found.get(key) ?? { factor, parts: [] };
    group.parts.push(part);
    found.set(key, group);
  }
  return [...found.values()];
}

function declaredFactor(row: Entry, value: number, unit: string, source: string): Factor {
  return {
    id: `ledger/entry/${row.id}`,
    subject: row.subject,
    name: { zh: row.subject, en: row.subject },
    value,
    unit,
    grade: "C",
    source,
    year: null,
  };
}

function detailOf<T>(row: Entry, schema: z.ZodType<T>): T | null {
  const parsed = schema.safeParse(JSON.parse(row.detail === "" ? "{}" : row.detail));
  return parsed.success ? parsed.data : null;
}
