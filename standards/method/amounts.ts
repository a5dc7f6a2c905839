import type { FuelActivity } from "../../park/activities.ts";
import type { Factor } from "../factors/factor.ts";

/** What the formulas of carbon and consumption need of a scope over one span, and where each amount came from. */

export interface CoverageShares {
  readonly measured: number;
  readonly estimated: number;
  readonly missing: number;
}

/** A declared entry's part in an amount. */
export interface DeclaredUse {
  /** The entry's number in the ledger. */
  readonly entry: number;
  readonly scope: string;
  /** Local dates, half-open. */
  readonly from: string;
  readonly to: string;
  /** What of it falls into the span, by days. */
  readonly amount: number;
  readonly unit: string;
  readonly evidence: string;
}

/** Meters, declared entries of the ledger, or months of each. */
export type Basis = "metered" | "declared" | "both";

/** An amount: its known part, null when nothing at all is known of it. */
export interface Amount {
  readonly value: number | null;
  /** What is declared counts as estimated. */
  readonly coverage: CoverageShares;
  readonly meters: readonly string[];
  /** What the value is made of; metered where not said. */
  readonly basis?: Basis;
  /** The entries that count. */
  readonly declared?: readonly DeclaredUse[];
  /** Known as well and not counted: what entries say of months that meters cover, or the reverse. */
  readonly beside?: { readonly value: number; readonly basis: "metered" | "declared" } | null;
  /** Local months (YYYY-MM) of which more than 5 % is missing. */
  readonly missingMonths?: readonly string[];
}

/** Fuels of these are burnt (E_fuel); those of the others are converted (E_conversion, oxidation 100 %). */
export function isBurnt(activity: FuelActivity): boolean {
  return activity === "final-use" || activity === "power" || activity === "heat-supply";
}

export interface FuelAmount extends Amount {
  readonly fuel: string;
  /** As the meter counts: volume in m³, taken as Nm³, or mass in t. */
  readonly unit: "m³" | "t";
  /** final-use where not said. */
  readonly activity?: FuelActivity;
}

export interface HeatAmount extends Amount {
  readonly source: "fossil" | "non-fossil";
  /** in where not said. */
  readonly direction?: "in" | "out";
  /** A measured factor that was declared, in kgCO2/GJ; Annex 4's default where there is none. */
  readonly factor?: Factor | null;
}

/** Output of a product whose process gives off CO2. */
export interface ProcessAmount extends Amount {
  readonly product: string;
  /** kgCO2/t of product; null: not known, so that the term is missing and not nothing. */
  readonly factor: Factor | null;
}

/** Everything the formulas need, over one span. Energy in kWh, heat in GJ. */
export interface CarbonInputs {
  /** El_in and El_out: what crosses the scope's edge. */
  readonly electricityIn: Amount;
  readonly electricityOut: Amount;
  /** The part of El_in that neighbours' PV supplied over a private network or direct line. */
  readonly directKwh: number;
  /** The part of El_in that green trade and certificates cover; counted already, so not more than the rest of El_in. */
  readonly contractsKwh: number;
  /** PV made and used inside the scope whose certificates were sold: it lost its zero. */
  readonly soldKwh?: number;
  /** The part of El_out that is non-fossil by its own kind; all of it where not said. */
  readonly outZeroKwh?: number;
  /** Generation inside the scope less its night use; it never crosses the edge where it is used. */
  readonly pv: Amount;
  readonly fuels: readonly FuelAmount[];
  /** Products of conversion that leave it: oil, gas, coke. */
  readonly conversionOutputs?: readonly FuelAmount[];
  readonly heats: readonly HeatAmount[];
  readonly processes?: readonly ProcessAmount[];
}
