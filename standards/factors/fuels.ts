import type { FactorSet, Grade } from "./factor.ts";
import { type Listed, listedSet } from "./listed.ts";

/** Combustion: tCO2 = amount × NCV × CC × OX × 44/12. Solid and liquid fuels per t, gases per 10⁴ Nm³. */

interface Fuel {
  readonly zh: string;
  readonly en: string;
  readonly per: "t" | "10^4 Nm3";
}

export const FUELS = {
  anthracite: { zh: "无烟煤", en: "Anthracite", per: "t" },
  bituminous: { zh: "烟煤", en: "Bituminous coal", per: "t" },
  lignite: { zh: "褐煤", en: "Lignite", per: "t" },
  "washed-coal": { zh: "洗精煤", en: "Washed coal", per: "t" },
  coke: { zh: "焦炭", en: "Coke", per: "t" },
  "crude-oil": { zh: "原油", en: "Crude oil", per: "t" },
  "fuel-oil": { zh: "燃料油", en: "Fuel oil", per: "t" },
  gasoline: { zh: "汽油", en: "Gasoline", per: "t" },
  diesel: { zh: "柴油", en: "Diesel", per: "t" },
  kerosene: { zh: "煤油", en: "Kerosene", per: "t" },
  lpg: { zh: "液化石油气", en: "LPG", per: "t" },
  lng: { zh: "液化天然气", en: "LNG", per: "t" },
  "natural-gas": { zh: "天然气", en: "Natural gas", per: "10^4 Nm3" },
  "coke-oven-gas": { zh: "焦炉煤气", en: "Coke-oven gas", per: "10^4 Nm3" },
  "blast-furnace-gas": { zh: "高炉煤气", en: "Blast-furnace gas", per: "10^4 Nm3" },
  "converter-gas": { zh: "转炉煤气", en: "Converter gas", per: "10^4 Nm3" },
} as const satisfies Record<string, Fuel>;

export type FuelId = keyof typeof FUELS;

/** NCV in GJ per unit, carbon content in tC/GJ, oxidation as a share of 1. */
export interface Combustion {
  readonly ncvGj: number;
  readonly carbonTPerGj: number;
  readonly oxidation: number;
}

export const FUEL_IDS = Object.keys(FUELS) as FuelId[]; // keys of a const object: the cast names what Object.keys forgets

/** True for a fuel that has factors. */
export function isFuel(id: string): id is FuelId {
  return Object.hasOwn(FUELS, id);
}

/** tCO2 per t, or per 10⁴ Nm³ of a gas. */
function carbonTPerUnit(c: Combustion): number {
  return (c.ncvGj * c.carbonTPerGj * c.oxidation * 44) / 12;
}

type CombustionOf = Readonly<Partial<Record<FuelId, Combustion>>>;

/** A fuel set from its parameters, with what stands beside the plain fuels. */
export function fuelSet(set: {
  readonly id: string;
  readonly zh: string;
  readonly en: string;
  readonly source: string;
  readonly grade: Grade;
  readonly chosen: FactorSet["chosen"];
  readonly values: CombustionOf;
  readonly beside?: readonly Listed[];
}): FactorSet {
  return listedSet({
    id: set.id,
    family: "fuel-co2",
    zh: set.zh,
    en: set.en,
    source: set.source,
    from: null,
    to: null,
    chosen: set.chosen,
    values: [
      ...FUEL_IDS.flatMap((id): Listed[] => {
        const c = set.values[id];
        if (c === undefined) return [];
        // Conversion counts all carbon that goes in or comes out: Annex 4 sets its oxidation to 100 %.
        const oxidised = burnt(`fuel/${id}/oxidised`, id, { ...c, oxidation: 1 }, set.grade);
        return [burnt(`fuel/${id}`, id, c, set.grade), oxidised];
      }),
      ...(set.beside ?? []),
    ],
  });
}

/** A fuel burnt with these parameters, which the source line repeats. */
export function burnt(subject: string, id: FuelId, c: Combustion, grade: Grade): Listed {
  const { zh, en, per } = FUELS[id];
  const carbon = carbonTPerUnit(c);
  return {
    subject,
    zh,
    en,
    value: per === "t" ? carbon * 1000 : carbon / 10,
    unit: per === "t" ? "kgCO2/t" : "kgCO2/Nm³",
    grade,
    note: `NCV ${c.ncvGj} GJ/${per} × CC ${c.carbonTPerGj} tC/GJ × OX ${c.oxidation} × 44/12`,
  };
}
