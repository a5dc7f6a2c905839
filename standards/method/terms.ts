import type { FuelActivity } from "../../park/activities.ts";
import type { FactorBook } from "../factors/book.ts";
import type { Factor } from "../factors/factor.ts";
import { isFuel } from "../factors/fuels.ts";
import type { LocalText } from "../remark.ts";
import {
  type Amount,
  type Basis,
  type CarbonInputs,
  type CoverageShares,
  type DeclaredUse,
  type FuelAmount,
  type HeatAmount,
  isBurnt,
  type ProcessAmount,
} from "./amounts.ts";

/** The terms of Annex 4's sums, one by one: amount × factor = carbon. */

/** One term of the sum; carbon of a term that leaves the scope, or that conversion gave, is negative. */
export interface CarbonTerm {
  readonly id: string;
  readonly part: "fuel" | "conversion" | "electricity" | "heat" | "process";
  /** Scope 1: given off inside. Scope 2: by what is bought, less what is sold. */
  readonly emissionScope: 1 | 2;
  readonly name: LocalText;
  readonly clause: LocalText;
  readonly amount: number | null;
  readonly unit: string;
  readonly factor: Factor;
  readonly carbonKg: number | null;
  readonly meters: readonly string[];
  readonly coverage: CoverageShares;
  readonly basis: Basis;
  readonly declared: readonly DeclaredUse[];
  readonly beside: Amount["beside"];
  readonly missingMonths: readonly string[];
}

export interface TermOptions {
  /** Local date (YYYY-MM-DD) whose factors apply. */
  readonly date: string;
  /** Where they are taken from. */
  readonly book: FactorBook;
}

const E_FUEL: LocalText = {
  zh: "附件4 E_fuel = Σ 消费量×EF（NCV×CC×OX×44/12）",
  en: "Annex 4: E_fuel = Σ amount×EF (NCV×CC×OX×44/12)",
};
const E_CONVERSION: LocalText = {
  zh: "附件4 E_conversion = Σ 投入×EF − Σ 产出×EF（氧化率100%）",
  en: "Annex 4: E_conversion = Σ input×EF − Σ output×EF (oxidation 100 %)",
};
const E_HEAT: LocalText = {
  zh: "附件4 E_heat = Σ H_in×HF − Σ H_out×HF",
  en: "Annex 4: E_heat = Σ H_in×HF − Σ H_out×HF",
};
const E_PROCESS: LocalText = {
  zh: "附件4 E_process = Σ 产量×EF",
  en: "Annex 4: E_process = Σ output×EF",
};

const ACTIVITY_NAMES: Readonly<Record<FuelActivity, LocalText>> = {
  "final-use": { zh: "终端消费", en: "final use" },
  power: { zh: "火力发电", en: "thermal power" },
  "heat-supply": { zh: "供热", en: "heat supply" },
  refining: { zh: "炼油及煤制油", en: "refining and coal to oil" },
  "gas-making": { zh: "制气", en: "gas making" },
  recovered: { zh: "回收能", en: "recovered energy" },
};

type Head = Pick<CarbonTerm, "id" | "part" | "emissionScope" | "name" | "clause" | "unit">;

/** A term of an amount, or of a part of it. */
function termOf(head: Head, of: Amount, factor: Factor, sign: 1 | -1, value = of.value): CarbonTerm {
  return {
    ...head,
    amount: value,
    factor,
    carbonKg: value === null ? null : plainZero(sign * value * factor.value),
    meters: of.meters,
    coverage: of.coverage,
    basis: of.basis ?? "metered",
    declared: of.declared ?? [],
    beside: of.beside ?? null,
    missingMonths: of.missingMonths ?? [],
  };
}

interface ElectricityFactors {
  readonly direct: Factor;
  readonly contracts: Factor;
  readonly rest: Factor;
  /** Of exported electricity that is non-fossil by its own kind, and of all other. */
  readonly outZero: Factor;
  readonly outOther: Factor;
  readonly clause: LocalText;
}

/** El_in in three parts, El_out in two. */
export function electricityTerms(inputs: CarbonInputs, factors: ElectricityFactors): CarbonTerm[] {
  const { electricityIn, electricityOut } = inputs;
  const value = electricityIn.value;
  const direct = value === null ? 0 : clamp(inputs.directKwh, value);
  const contracts = value === null ? 0 : clamp(inputs.contractsKwh, value - direct);
  const head = (id: string, name: LocalText): Head => ({
    id,
    part: "electricity",
    emissionScope: 2,
    name,
    clause: factors.clause,
    unit: "kWh",
  });
  const rest = head("electricity-in-fossil", { zh: "外购电（其余）", en: "Electricity bought (all other)" });
  const terms = [
    termOf(rest, electricityIn, factors.rest, 1, value === null ? null : value - direct - contracts),
  ];
  if (direct > 0) {
    const name = { zh: "直接供应的非化石电力", en: "Directly supplied non-fossil electricity" };
    terms.push(termOf(head("electricity-in-zero:direct", name), electricityIn, factors.direct, 1, direct));
  }
  if (contracts > 0) {
    const name = { zh: "绿电交易与绿证", en: "Green power trade and certificates" };
    const zero = head("electricity-in-zero:contracts", name);
    terms.push(termOf(zero, electricityIn, factors.contracts, 1, contracts));
  }
  const { soldKwh = 0 } = inputs;
  if (soldKwh > 0) {
    const name = { zh: "自用光伏（绿证已售出）", en: "Own PV whose certificates were sold" };
    terms.push(termOf(head("electricity-own:sold", name), inputs.pv, factors.rest, 1, soldKwh));
  }
  const out = electricityOut.value;
  if (electricityOut.meters.length > 0 || (electricityOut.declared?.length ?? 0) > 0) {
    const outZero = out === null ? null : clamp(inputs.outZeroKwh ?? out, out);
    const name = { zh: "外送电", en: "Electricity given to the grid" };
    terms.push(termOf(head("electricity-out", name), electricityOut, factors.outZero, -1, outZero));
    if (out !== null && outZero !== null && out > outZero) {
      const other = { zh: "外送电（非光伏）", en: "Electricity given to the grid (not PV)" };
      const id = "electricity-out:other";
      terms.push(termOf(head(id, other), electricityOut, factors.outOther, -1, out - outZero));
    }
  }
  return terms;
}

/** Fuels burnt (E_fuel) and converted (E_conversion); a fuel without a factor gives no term (fuelsWithoutFactor names it). */
export function fuelTerms(inputs: CarbonInputs, options: TermOptions): CarbonTerm[] {
  const { fuels, conversionOutputs = [] } = inputs;
  return [
    ...fuels.flatMap((f) => fuelTerm(f, "in", options) ?? []),
    ...conversionOutputs.flatMap((f) => fuelTerm(f, "out", options) ?? []),
  ];
}

function fuelTerm(f: FuelAmount, direction: "in" | "out", options: TermOptions): CarbonTerm | null {
  const activity = f.activity ?? "final-use";
  const burnt = direction === "in" && isBurnt(activity);
  const factor = fuelFactor(f, options, burnt ? "burnt" : "oxidised");
  if (factor === null) return null;
  const plain = `${f.unit === "m³" ? "gas" : "fuel"}:${f.fuel}`;
  const id = direction === "out" ? `conversion-out:${f.fuel}:${activity}` : plain;
  const of = ACTIVITY_NAMES[activity];
  const added = activity === "final-use" && direction === "in" ? null : of;
  return termOf(
    {
      id: direction === "in" && activity !== "final-use" ? `${id}:${activity}` : id,
      part: burnt ? "fuel" : "conversion",
      emissionScope: 1,
      name: {
        zh: `${factor.name.zh}${added === null ? "" : `（${added.zh}${direction === "out" ? "产出" : ""}）`}`,
        en: `${factor.name.en}${added === null ? "" : ` (${added.en}${direction === "out" ? ", output" : ""})`}`,
      },
      clause: burnt ? E_FUEL : E_CONVERSION,
      unit: f.unit,
    },
    f,
    factor,
    direction === "in" ? 1 : -1,
  );
}

/** The factor of a fuel as metered: gases by volume, others by mass; null when there is none. */
function fuelFactor(
  f: { readonly fuel: string; readonly unit: "m³" | "t" },
  { book, date }: TermOptions,
  how: "burnt" | "oxidised" = "burnt",
): Factor | null {
  const subject = `fuel/${f.fuel}${how === "burnt" ? "" : "/oxidised"}`;
  const factor = isFuel(f.fuel) ? book.choose("fuel-co2", subject, date) : null;
  return factor !== null && factor.unit === (f.unit === "m³" ? "kgCO2/Nm³" : "kgCO2/t") ? factor : null;
}

/** Fuels that cannot be counted as no set in force gives a factor for them. */
export function fuelsWithoutFactor(inputs: CarbonInputs, options: TermOptions): string[] {
  return [...inputs.fuels, ...(inputs.conversionOutputs ?? [])]
    .filter((f) => fuelFactor(f, options) === null)
    .map((f) => f.fuel);
}

/** Heat that crosses the scope's edge, in and out. */
export function heatTerms(heats: readonly HeatAmount[], { book, date }: TermOptions): CarbonTerm[] {
  return heats.map((h) => {
    const direction = h.direction ?? "in";
    const printed = book.require("park-method", `heat/${h.source}`, date);
    const factor = h.factor ?? printed;
    const measured = h.factor === undefined || h.factor === null ? "" : `:${factor.id}`;
    return termOf(
      {
        id: `heat-${direction}-${h.source}${measured}`,
        part: "heat",
        emissionScope: 2,
        name:
          direction === "in"
            ? factor.name
            : { zh: `外供热力：${factor.name.zh}`, en: `Heat given out: ${factor.name.en}` },
        clause: E_HEAT,
        unit: "GJ",
      },
      h,
      factor,
      direction === "in" ? 1 : -1,
    );
  });
}

/** Outputs with a process factor; one without gives no term (processesPending names it). */
export function processTerms(processes: readonly ProcessAmount[]): CarbonTerm[] {
  return processes.flatMap((p) =>
    p.factor === null
      ? []
      : [
          termOf(
            {
              id: `process:${p.product}${p.factor.id === "" ? "" : `:${p.factor.id}`}`,
              part: "process",
              emissionScope: 1,
              name: { zh: `${p.product}（过程排放）`, en: `${p.product} (process)` },
              clause: E_PROCESS,
              unit: "t",
            },
            p,
            p.factor,
            1,
          ),
        ],
  );
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(value, most));
}

/** −0 is no figure for people. */
function plainZero(value: number): number {
  return value === 0 ? 0 : value;
}
