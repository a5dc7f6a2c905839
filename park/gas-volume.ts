import type { Dated } from "./dated.ts";

/**
 * Gas volumes. A display counts at the conditions of the pipe (工况) or, with a corrector, at standard conditions (标况);
 * what is answered is the volume at 20 °C and 101.325 kPa, the conditions of China's gas trade. The conversion is the
 * law of real gases: V × p ÷ 101.325 × 293.15 ÷ (273.15 + t) ÷ z.
 */

export const GAS_REFERENCE = { temperatureC: 20, pressureKpa: 101.325 } as const;
const ZERO_K = 273.15;
/** Digits of a factor that is reckoned: what the answer names is what was multiplied with. */
const DIGITS = 10;

/** How a display's cubic metres become those at 20 °C and 101.325 kPa, as declared from a date on. */
export type GasConversion =
  | { readonly method: "none" }
  /** The display counts at 0 °C and 101.325 kPa (Nm³): temperature alone. */
  | { readonly method: "normal" }
  /** A factor named by whoever set the meter. */
  | { readonly method: "factor"; readonly factor: number }
  /** Absolute pressure, temperature, and Z at these ÷ Z at the reference. */
  | {
      readonly method: "pressure-temperature";
      readonly pressureKpa: number;
      readonly temperatureC: number;
      readonly compressibility: number;
    };

/** What the display of a gas register counts, and how it is converted. */
export interface GasVolume {
  /** operating 工况, standard 标况. */
  readonly basis: "operating" | "standard";
  readonly conversion: Dated<GasConversion>;
  /** By date what the display is multiplied with, besides its multiplier. */
  readonly factor: Dated<number>;
}

/** The factor of a conversion; exact as declared, or rounded to ten digits where it is reckoned. */
export function factorOf(conversion: GasConversion): number {
  const { temperatureC, pressureKpa } = GAS_REFERENCE;
  switch (conversion.method) {
    case "none":
      return 1;
    case "normal":
      return rounded((temperatureC + ZERO_K) / ZERO_K);
    case "factor":
      return conversion.factor;
    case "pressure-temperature": {
      const pressure = conversion.pressureKpa / pressureKpa;
      const temperature = (temperatureC + ZERO_K) / (conversion.temperatureC + ZERO_K);
      return rounded((pressure * temperature) / conversion.compressibility);
    }
  }
}

/** A gas register's volume with its factors by date. */
export function gasVolume(basis: GasVolume["basis"], conversion: Dated<GasConversion>): GasVolume {
  const factor = conversion.map(({ fromMs, value }) => ({ fromMs, value: factorOf(value) }));
  return { basis, conversion, factor };
}

function rounded(factor: number): number {
  return Number(factor.toPrecision(DIGITS));
}
