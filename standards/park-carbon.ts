import type { FactorBook } from "./factors/book.ts";
import type { Factor } from "./factors/factor.ts";
import { isFuel } from "./factors/fuels.ts";
import { findProvince } from "./factors/provinces.ts";
import type { LocalText, Remark } from "./remark.ts";
import { REMARKS } from "./remarks.ts";

/**
 * Carbon of a park, a boundary or an enterprise over a span: the national park method (发改环资〔2025〕910号
 * Annex 4), and beside it the location-based and market-based figures of a usual inventory. CO2 only.
 */

export interface CoverageShares {
  readonly measured: number;
  readonly estimated: number;
  readonly missing: number;
}

/** A metered amount: its known part, null when nothing at all is known of it. */
export interface Amount {
  readonly value: number | null;
  readonly coverage: CoverageShares;
  readonly meters: readonly string[];
}

export interface FuelAmount extends Amount {
  readonly fuel: string;
  /** As the meter counts: volume in m³, taken as Nm³, or mass in t. */
  readonly unit: "m³" | "t";
}

export interface HeatAmount extends Amount {
  readonly source: "fossil" | "non-fossil";
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
  /** Generation inside the scope less its night use; it never crosses the edge where it is used. */
  readonly pv: Amount;
  readonly fuels: readonly FuelAmount[];
  readonly heats: readonly HeatAmount[];
}

/** One term of the sum: amount × factor = carbon; carbon of a term that leaves the scope is negative. */
export interface CarbonTerm {
  readonly id: string;
  readonly name: LocalText;
  readonly clause: LocalText;
  readonly amount: number | null;
  readonly unit: string;
  readonly factor: Factor;
  readonly carbonKg: number | null;
  readonly meters: readonly string[];
  readonly coverage: CoverageShares;
}

export type CarbonMethod = "cn-910-2025-annex-4" | "location-based" | "market-based";

export interface CarbonFigure {
  readonly method: CarbonMethod;
  readonly name: LocalText;
  readonly factorSet: string;
  /** Σ of the terms known; null when electricity or every term is unknown. */
  readonly totalKg: number | null;
  readonly terms: readonly CarbonTerm[];
  readonly provisional: boolean;
  readonly remarks: readonly Remark[];
}

export interface CarbonOptions {
  /** Local date (YYYY-MM-DD) whose factors apply. */
  readonly date: string;
  /** Where they are taken from. */
  readonly book: FactorBook;
  /**
   * What El_out carries. "own-kind": PV's 0, so nothing is taken off. "other": the factor of all other
   * electricity, as some read the formula. Annex 4 says only El_out_i × EF_i.
   */
  readonly exports?: "own-kind" | "other";
}

/** Under this share of energy known or estimated a figure is provisional. */
export const LEAST_COVERAGE = 0.95;

const METHOD_NAMES: Readonly<Record<CarbonMethod, LocalText>> = {
  "cn-910-2025-annex-4": { zh: "国家零碳园区方法", en: "National park method" },
  "location-based": { zh: "基于位置", en: "Location-based" },
  "market-based": { zh: "基于市场", en: "Market-based" },
};

const E_EL: LocalText = {
  zh: "附件4 E_el = Σ El_in×EF − Σ El_out×EF",
  en: "Annex 4: E_el = Σ El_in×EF − Σ El_out×EF",
};
const E_FUEL: LocalText = {
  zh: "附件4 E_fuel = Σ 消费量×EF（NCV×CC×OX×44/12）",
  en: "Annex 4: E_fuel = Σ amount×EF (NCV×CC×OX×44/12)",
};
const E_HEAT: LocalText = { zh: "附件4 E_heat = Σ H_in×HF", en: "Annex 4: E_heat = Σ H_in×HF" };
const SCOPE_2: LocalText = {
  zh: "GHG Protocol 范围二指南（2015）",
  en: "GHG Protocol Scope 2 Guidance (2015)",
};

/** E_park of Annex 4 over the span; E_conversion and E_process are not considered yet, and remarks say so. */
export function nationalParkCarbon(inputs: CarbonInputs, options: CarbonOptions): CarbonFigure {
  const of = (subject: string) => options.book.require("park-method", subject, options.date);
  const exports = options.exports === "other" ? of("electricity/other") : of("electricity/direct");
  const terms = [
    ...electricityTerms(inputs, {
      direct: of("electricity/direct"),
      contracts: of("electricity/green-trade"),
      rest: of("electricity/other"),
      exports,
      clause: E_EL,
    }),
    ...fuelTerms(inputs.fuels, options),
    ...heatTerms(inputs.heats, options),
  ];
  const set = options.book.setFor("park-method", options.date)?.id ?? "";
  return figure("cn-910-2025-annex-4", set, inputs, options, terms, [
    REMARKS.processNotConsidered,
    REMARKS.conversionNotConsidered,
    ...(options.exports === "other" ? [REMARKS.exportsCarryOther] : [REMARKS.exportsCarryOwnKind]),
    REMARKS.fossilFactorMayChange,
  ]);
}

/** The provincial average on all electricity bought, whatever the contracts; null when no province has a factor. */
export function locationBasedCarbon(
  inputs: CarbonInputs,
  province: string | null,
  options: CarbonOptions,
): CarbonFigure {
  const id = findProvince(province);
  const chosen = id === null ? null : options.book.choose("electricity-co2", `province/${id}`, options.date);
  const factor = chosen ?? options.book.require("electricity-co2", "nation/average", options.date);
  const bought = { ...inputs, contractsKwh: 0 };
  return marketOrLocation("location-based", bought, options, factor, factor, [
    ...(chosen === null ? [REMARKS.noProvincialFactor] : []),
    REMARKS.locationIgnoresContracts,
  ]);
}

/** Contracts at 0, the rest at the residual mix: the national average without market-traded non-fossil power. */
export function marketBasedCarbon(inputs: CarbonInputs, options: CarbonOptions): CarbonFigure {
  const residual = options.book.require("electricity-co2", "nation/residual", options.date);
  const green = options.book.require("park-method", "electricity/green-trade", options.date);
  return marketOrLocation("market-based", inputs, options, residual, green, [REMARKS.residualIsNational]);
}

function marketOrLocation(
  method: "location-based" | "market-based",
  inputs: CarbonInputs,
  options: CarbonOptions,
  rest: Factor,
  contracts: Factor,
  remarks: readonly Remark[],
): CarbonFigure {
  const direct = options.book.require("park-method", "electricity/direct", options.date);
  const terms = [
    ...electricityTerms(inputs, { direct, contracts, rest, exports: direct, clause: SCOPE_2 }),
    ...fuelTerms(inputs.fuels, options),
    ...heatTerms(inputs.heats, options),
  ];
  const set = options.book.setFor("electricity-co2", options.date)?.id ?? "";
  return figure(method, set, inputs, options, terms, [REMARKS.processNotConsidered, ...remarks]);
}

function electricityTerms(
  inputs: CarbonInputs,
  factors: {
    readonly direct: Factor;
    readonly contracts: Factor;
    readonly rest: Factor;
    readonly exports: Factor;
    readonly clause: LocalText;
  },
): CarbonTerm[] {
  const { electricityIn, electricityOut } = inputs;
  const value = electricityIn.value;
  const direct = value === null ? 0 : clamp(inputs.directKwh, value);
  const contracts = value === null ? 0 : clamp(inputs.contractsKwh, value - direct);
  const electric = (
    id: string,
    name: LocalText,
    amount: number | null,
    factor: Factor,
    of: Amount,
    sign: 1 | -1 = 1,
  ): CarbonTerm => ({
    id,
    name,
    clause: factors.clause,
    amount,
    unit: "kWh",
    factor,
    carbonKg: amount === null ? null : plainZero(sign * amount * factor.value),
    meters: of.meters,
    coverage: of.coverage,
  });
  const terms = [
    electric(
      "electricity-in-fossil",
      { zh: "外购电（其余）", en: "Electricity bought (all other)" },
      value === null ? null : value - direct - contracts,
      factors.rest,
      electricityIn,
    ),
  ];
  if (direct > 0) {
    const name = { zh: "直接供应的非化石电力", en: "Directly supplied non-fossil electricity" };
    terms.push(electric("electricity-in-zero:direct", name, direct, factors.direct, electricityIn));
  }
  if (contracts > 0) {
    const name = { zh: "绿电交易与绿证", en: "Green power trade and certificates" };
    terms.push(electric("electricity-in-zero:contracts", name, contracts, factors.contracts, electricityIn));
  }
  if (electricityOut.meters.length > 0) {
    const name = { zh: "外送电", en: "Electricity given to the grid" };
    terms.push(electric("electricity-out", name, electricityOut.value, factors.exports, electricityOut, -1));
  }
  return terms;
}

/** Combustion of metered fuels; a fuel without a factor gives no term (missingFactors names it). */
function fuelTerms(fuels: readonly FuelAmount[], options: CarbonOptions): CarbonTerm[] {
  return fuels.flatMap((f): CarbonTerm[] => {
    const factor = fuelFactor(f, options);
    if (factor === null) return [];
    return [
      {
        id: `${f.unit === "m³" ? "gas" : "fuel"}:${f.fuel}`,
        name: factor.name,
        clause: E_FUEL,
        amount: f.value,
        unit: f.unit,
        factor,
        carbonKg: f.value === null ? null : f.value * factor.value,
        meters: f.meters,
        coverage: f.coverage,
      },
    ];
  });
}

function heatTerms(heats: readonly HeatAmount[], options: CarbonOptions): CarbonTerm[] {
  return heats.map((h) => {
    const factor = options.book.require("park-method", `heat/${h.source}`, options.date);
    return {
      id: `heat-in-${h.source}`,
      name: factor.name,
      clause: E_HEAT,
      amount: h.value,
      unit: "GJ",
      factor,
      carbonKg: h.value === null ? null : plainZero(h.value * factor.value),
      meters: h.meters,
      coverage: h.coverage,
    };
  });
}

/** The factor for a fuel as metered: gases by volume, others by mass; null when there is none. */
export function fuelFactor(
  f: { fuel: string; unit: "m³" | "t" },
  { book, date }: Pick<CarbonOptions, "book" | "date">,
): Factor | null {
  const factor = isFuel(f.fuel) ? book.choose("fuel-co2", `fuel/${f.fuel}`, date) : null;
  return factor !== null && factor.unit === (f.unit === "m³" ? "kgCO2/Nm³" : "kgCO2/t") ? factor : null;
}

function figure(
  method: CarbonMethod,
  factorSet: string,
  inputs: CarbonInputs,
  options: CarbonOptions,
  terms: readonly CarbonTerm[],
  remarks: readonly Remark[],
): CarbonFigure {
  const known = terms.flatMap((t) => (t.carbonKg === null ? [] : [t.carbonKg]));
  const unknown = terms.filter((t) => t.carbonKg === null);
  const electricityUnknown = inputs.electricityIn.meters.length > 0 && inputs.electricityIn.value === null;
  const thin = terms.filter((t) => t.coverage.missing > 1 - LEAST_COVERAGE);
  const withoutFactor = inputs.fuels.filter((f) => fuelFactor(f, options) === null);
  return {
    method,
    name: METHOD_NAMES[method],
    factorSet,
    totalKg: known.length === 0 || electricityUnknown ? null : known.reduce((a, b) => a + b, 0),
    terms,
    provisional: thin.length > 0 || unknown.length > 0 || withoutFactor.length > 0,
    remarks: [
      ...remarks,
      ...(inputs.fuels.some((f) => f.unit === "m³") ? [REMARKS.gasVolumeNotConverted] : []),
      ...(thin.length > 0 || unknown.length > 0 ? [REMARKS.coverageLow(thin.concat(unknown))] : []),
      ...(withoutFactor.length > 0 ? [REMARKS.fuelWithoutFactor(withoutFactor.map((f) => f.fuel))] : []),
    ],
  };
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** −0 is no figure for people. */
function plainZero(value: number): number {
  return value === 0 ? 0 : value;
}
