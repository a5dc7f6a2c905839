/** 活动类型: what fuels are used for (发改环资〔2025〕910号 Annex 4). Feedstock and material use are none of them. */
export const FUEL_ACTIVITIES = [
  "final-use",
  "power",
  "heat-supply",
  "refining",
  "gas-making",
  "recovered",
] as const;
export type FuelActivity = (typeof FUEL_ACTIVITIES)[number];

/** What a meter of gas or fuel may count: feedstock too, which is neither burnt nor converted. */
export type MeteredActivity = FuelActivity | "feedstock";
