import type { Factor, Grade } from "./factors/factor.ts";
import { GRADES } from "./factors/factor.ts";
import { findProvince } from "./factors/provinces.ts";
import type { CarbonInputs, CoverageShares } from "./method/amounts.ts";
import { METHOD_REMARKS } from "./method/remarks.ts";
import {
  type CarbonTerm,
  electricityTerms,
  fuelsWithoutFactor,
  fuelTerms,
  heatTerms,
  processTerms,
  type TermOptions,
} from "./method/terms.ts";
import type { LocalText, Remark } from "./remark.ts";
import { REMARKS } from "./remarks.ts";

/**
 * Carbon of a park, a boundary or an enterprise over a span: the national park method (发改环资〔2025〕910号
 * Annex 4), and beside it the location-based and market-based figures of a usual inventory. CO2 only.
 */

type CarbonMethod = "cn-910-2025-annex-4" | "location-based" | "market-based";

export interface CarbonFigure {
  readonly method: CarbonMethod;
  readonly name: LocalText;
  readonly factorSet: string;
  /** Σ of the terms known; null when electricity or every term is unknown. */
  readonly totalKg: number | null;
  /** Its parts: given off inside (scope 1), and by what was bought less what was sold (scope 2). */
  readonly scope1Kg: number | null;
  readonly scope2Kg: number | null;
  readonly terms: readonly CarbonTerm[];
  /** The worst grade among the factors that count. */
  readonly grade: Grade;
  /** Of the term of which most is missing. */
  readonly coverage: CoverageShares;
  readonly provisional: boolean;
  readonly remarks: readonly Remark[];
}

export interface CarbonOptions extends TermOptions {
  /**
   * What El_out carries. "own-kind": PV's 0, so nothing is taken off, and what is not PV the factor of all other
   * electricity. "other": that factor for all of it, as some read the formula. Annex 4 says only El_out_i × EF_i.
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
const SCOPE_2: LocalText = {
  zh: "GHG Protocol 范围二指南（2015）",
  en: "GHG Protocol Scope 2 Guidance (2015)",
};

/** E_park of Annex 4 over the span. */
export function nationalParkCarbon(inputs: CarbonInputs, options: CarbonOptions): CarbonFigure {
  const of = (subject: string) => options.book.require("park-method", subject, options.date);
  const other = of("electricity/other");
  const terms = [
    ...electricityTerms(inputs, {
      direct: of("electricity/direct"),
      contracts: of("electricity/green-trade"),
      rest: other,
      outZero: options.exports === "other" ? other : of("electricity/direct"),
      outOther: other,
      clause: E_EL,
    }),
    ...restOf(inputs, options),
  ];
  const set = options.book.setFor("park-method", options.date)?.id ?? "";
  return figure("cn-910-2025-annex-4", set, inputs, options, terms, [
    ...((inputs.processes ?? []).length > 0 ? [] : [METHOD_REMARKS.noProcessDeclared]),
    ...(inputs.fuels.length > 0 ? [METHOD_REMARKS.feedstockLeftOut] : []),
    ...(options.exports === "other" ? [REMARKS.exportsCarryOther] : [METHOD_REMARKS.exportsByKind]),
    REMARKS.fossilFactorMayChange,
  ]);
}

/** Everything but electricity is alike in all three figures. */
function restOf(inputs: CarbonInputs, options: TermOptions): CarbonTerm[] {
  return [
    ...fuelTerms(inputs, options),
    ...heatTerms(inputs.heats, options),
    ...processTerms(inputs.processes ?? []),
  ];
}

/** The provincial average on all electricity bought, whatever the contracts; the nation's when no province has a factor. */
export function locationBasedCarbon(
  inputs: CarbonInputs,
  province: string | null,
  options: CarbonOptions,
): CarbonFigure {
  const id = findProvince(province);
  const chosen = id === null ? null : options.book.choose("electricity-co2", `province/${id}`, options.date);
  const factor = chosen ?? options.book.require("electricity-co2", "nation/average", options.date);
  // What was sold as certificates is a matter of contracts, too: here a kWh made on site is one that was not bought.
  const bought = { ...inputs, contractsKwh: 0, soldKwh: 0 };
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
  // An inventory takes nothing off for what is sold: scope 2 is what is bought.
  const factors = { direct, contracts, rest, outZero: direct, outOther: direct, clause: SCOPE_2 };
  const terms = [...electricityTerms(inputs, factors), ...restOf(inputs, options)];
  const set = options.book.setFor("electricity-co2", options.date)?.id ?? "";
  return figure(method, set, inputs, options, terms, remarks);
}

function figure(
  method: CarbonMethod,
  factorSet: string,
  inputs: CarbonInputs,
  options: CarbonOptions,
  terms: readonly CarbonTerm[],
  remarks: readonly Remark[],
): CarbonFigure {
  const unknown = terms.filter((t) => t.carbonKg === null);
  const electricityUnknown =
    inputs.electricityIn.value === null &&
    (inputs.electricityIn.meters.length > 0 || (inputs.electricityIn.declared?.length ?? 0) > 0);
  const thin = terms.filter((t) => t.coverage.missing > 1 - LEAST_COVERAGE);
  const withoutFactor = fuelsWithoutFactor(inputs, options);
  const pending = (inputs.processes ?? []).filter((p) => p.factor === null).map((p) => p.product);
  return {
    method,
    name: METHOD_NAMES[method],
    factorSet,
    totalKg: electricityUnknown ? null : sumOf(terms),
    scope1Kg: sumOf(terms.filter((t) => t.emissionScope === 1)) ?? 0,
    scope2Kg: electricityUnknown ? null : sumOf(terms.filter((t) => t.emissionScope === 2)),
    terms,
    grade: worstGrade(terms.filter((t) => t.amount !== 0).map((t) => t.factor.grade)),
    coverage: worstCoverage(terms.map((t) => t.coverage)),
    provisional: thin.length > 0 || unknown.length > 0 || withoutFactor.length > 0 || pending.length > 0,
    remarks: [
      ...remarks,
      ...(inputs.fuels.some((f) => f.unit === "m³") ? [REMARKS.gasVolumeBasis] : []),
      ...(terms.some((t) => t.basis !== "metered") ? [METHOD_REMARKS.declaredUsed] : []),
      ...(terms.some((t) => t.beside?.basis === "declared") ? [METHOD_REMARKS.declaredBeside] : []),
      ...(thin.length > 0 || unknown.length > 0 ? [REMARKS.coverageLow(thin.concat(unknown))] : []),
      ...(withoutFactor.length > 0 ? [REMARKS.fuelWithoutFactor(withoutFactor)] : []),
      ...(pending.length > 0 ? [METHOD_REMARKS.processFactorPending(pending)] : []),
    ],
  };
}

/** Σ of what is known; null where nothing is. */
function sumOf(terms: readonly CarbonTerm[]): number | null {
  const known = terms.flatMap((t) => (t.carbonKg === null ? [] : [t.carbonKg]));
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
}

/** A before B before C before D before R; A for none. */
export function worstGrade(grades: readonly Grade[]): Grade {
  return grades.reduce<Grade>((worst, g) => (GRADES.indexOf(g) > GRADES.indexOf(worst) ? g : worst), "A");
}

function worstCoverage(list: readonly CoverageShares[]): CoverageShares {
  return list.reduce<CoverageShares>((worst, c) => (c.missing > worst.missing ? c : worst), {
    measured: 1,
    estimated: 0,
    missing: 0,
  });
}
