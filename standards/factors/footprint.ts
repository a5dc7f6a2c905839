import type { FactorSet } from "./factor.ts";
import { type Listed, listedSet } from "./listed.ts";

const NAMES = {
  nation: { zh: "全国平均", en: "National average" },
  wind: { zh: "风电", en: "Wind power" },
  pv: { zh: "光伏发电", en: "Photovoltaic power" },
  biomass: { zh: "生物质发电", en: "Biomass power" },
  coal: { zh: "燃煤发电", en: "Coal power" },
  gas: { zh: "燃气发电", en: "Gas power" },
  hydro: { zh: "水电", en: "Hydropower" },
  nuclear: { zh: "核电", en: "Nuclear power" },
  csp: { zh: "光热发电", en: "Concentrating solar power" },
  grid: { zh: "输配电", en: "Transmission and distribution" },
} as const;

/** 电力碳足迹因子: life-cycle factors of electricity, for product footprints and not for a park's carbon. */
export function footprintSet(set: {
  readonly id: string;
  readonly family: string;
  readonly year: number;
  readonly zh: string;
  readonly en: string;
  readonly source: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly chosen?: FactorSet["chosen"];
  readonly grade: Listed["grade"];
  readonly values: Readonly<Partial<Record<keyof typeof NAMES, number>>>;
}): FactorSet {
  const { year, grade, values, ...rest } = set;
  return listedSet({
    ...rest,
    values: Object.entries(NAMES).flatMap(([kind, name]) => {
      // keys of the const object above
      const value = values[kind as keyof typeof NAMES];
      if (value === undefined) return [];
      return [{ subject: `footprint/${kind}`, ...name, value, unit: "kgCO2e/kWh", grade, year }];
    }),
  });
}
