import type { Combustion, FuelId } from "./fuels.ts";

/** The parameters of fuel set A, which calorific values without a printed coal equivalent are made of as well. */
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
