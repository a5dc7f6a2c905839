import { type FactorSet, factorSet, type Grade } from "./factor.ts";

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

export const COMBUSTION_A: Readonly<Record<FuelId, Combustion>> = {
  anthracite: { ncvGj: 24.515, carbonTPerGj: 0.02749, oxidation: 0.94 },
  bituminous: { ncvGj: 23.204, carbonTPerGj: 0.02618, oxidation: 0.93 },
  lignite: { ncvGj: 14.449, carbonTPerGj: 0.028, oxidation: 0.96 },
  "washed-coal": { ncvGj: 26.344, carbonTPerGj: 0.0254, oxidation: 0.93 },
  coke: { ncvGj: 28.446, carbonTPerGj: 0.0294, oxidation: 0.93 },
  "crude-oil": { ncvGj: 42.62, carbonTPerGj: 0.0201, oxidation: 0.98 },
  "fuel-oil": { ncvGj: 40.19, carbonTPerGj: 0.0211, oxidation: 0.98 },
  gasoline: { ncvGj: 44.8, carbonTPerGj: 0.0189, oxidation: 0.98 },
  diesel: { ncvGj: 43.33, carbonTPerGj: 0.0202, oxidation: 0.98 },
  kerosene: { ncvGj: 44.75, carbonTPerGj: 0.0196, oxidation: 0.98 },
  lpg: { ncvGj: 47.31, carbonTPerGj: 0.0172, oxidation: 0.99 },
  lng: { ncvGj: 41.868, carbonTPerGj: 0.0153, oxidation: 0.99 },
  "natural-gas": { ncvGj: 389.31, carbonTPerGj: 0.0153, oxidation: 0.99 },
  "coke-oven-gas": { ncvGj: 173.854, carbonTPerGj: 0.0136, oxidation: 0.99 },
  "blast-furnace-gas": { ncvGj: 37.69, carbonTPerGj: 0.0708, oxidation: 0.99 },
  "converter-gas": { ncvGj: 79.54, carbonTPerGj: 0.0496, oxidation: 0.99 },
};

/** Another family of the guidelines, for comparison; anthracite and lignite as burnt in a power boiler. */
export const COMBUSTION_B: Readonly<Partial<Record<FuelId, Combustion>>> = {
  anthracite: { ncvGj: 22.867, carbonTPerGj: 0.02749, oxidation: 0.95 },
  lignite: { ncvGj: 14.759, carbonTPerGj: 0.02797, oxidation: 0.95 },
  gasoline: { ncvGj: 43.07, carbonTPerGj: 0.0189, oxidation: 0.98 },
  diesel: { ncvGj: 42.652, carbonTPerGj: 0.0202, oxidation: 0.98 },
  lpg: { ncvGj: 50.179, carbonTPerGj: 0.0172, oxidation: 0.98 },
  lng: { ncvGj: 51.498, carbonTPerGj: 0.0172, oxidation: 0.98 },
  "natural-gas": { ncvGj: 389.31, carbonTPerGj: 0.01532, oxidation: 0.99 },
};

export const FUEL_IDS = Object.keys(FUELS) as FuelId[]; // keys of a const object: the cast names what Object.keys forgets

/** True for a fuel that has factors. */
export function isFuel(id: string): id is FuelId {
  return Object.hasOwn(FUELS, id);
}

/** tCO2 per t, or per 10⁴ Nm³ of a gas. */
export function carbonTPerUnit(c: Combustion): number {
  return (c.ncvGj * c.carbonTPerGj * c.oxidation * 44) / 12;
}

function fuelSet(set: {
  id: string;
  family: string;
  zh: string;
  en: string;
  source: string;
  grade: Grade;
  values: Readonly<Partial<Record<FuelId, Combustion>>>;
}): FactorSet {
  return factorSet({
    id: set.id,
    family: set.family,
    name: { zh: set.zh, en: set.en },
    source: set.source,
    from: null,
    to: null,
    factors: FUEL_IDS.flatMap((id) => {
      const c = set.values[id];
      if (c === undefined) return [];
      const { zh, en, per } = FUELS[id];
      const carbon = carbonTPerUnit(c);
      return [
        {
          id: `${set.id}/fuel/${id}`,
          subject: `fuel/${id}`,
          name: { zh, en },
          value: per === "t" ? carbon * 1000 : carbon / 10,
          unit: per === "t" ? "kgCO2/t" : "kgCO2/Nm³",
          grade: set.grade,
          source: `${set.source}; NCV ${c.ncvGj} GJ/${per} × CC ${c.carbonTPerGj} tC/GJ × OX ${c.oxidation} × 44/12`,
          year: null,
        },
      ];
    }),
  });
}

export const FUEL_SETS: readonly FactorSet[] = [
  fuelSet({
    id: "cn-ndrc-guidelines-a",
    family: "fuel-co2",
    zh: "燃料燃烧缺省因子（行业核算指南 A 组）",
    en: "Fuel combustion defaults (sector guidelines, set A)",
    source: "国家发展改革委 行业企业温室气体排放核算方法与报告指南 缺省值（A 组）",
    grade: "C",
    values: COMBUSTION_A,
  }),
  fuelSet({
    id: "cn-ndrc-guidelines-b",
    family: "fuel-co2-alternative",
    zh: "燃料燃烧缺省因子（行业核算指南 B 组，供比较）",
    en: "Fuel combustion defaults (sector guidelines, set B, for comparison)",
    source: "国家发展改革委 行业企业温室气体排放核算方法与报告指南 缺省值（B 组）",
    grade: "C",
    values: COMBUSTION_B,
  }),
];
