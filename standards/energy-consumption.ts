import { refuseEquivalent } from "../park/equivalent.ts";
import type { Factor } from "./factors/factor.ts";
import { isFuel } from "./factors/fuels.ts";
import type { Amount, CarbonInputs, FuelAmount } from "./method/amounts.ts";
import type { TermOptions } from "./method/terms.ts";
import type { LocalText, Remark } from "./remark.ts";
import { REMARKS } from "./remarks.ts";

/** 年综合能源消费量 (Annex 3): all energy actually consumed, in tce, electricity at 等价值. */

interface TceTerm {
  readonly id: string;
  readonly name: LocalText;
  readonly amount: number | null;
  readonly unit: string;
  readonly factor: Factor;
  readonly tce: number | null;
}

export interface Consumption {
  /** Null without an electricity equivalent, or when electricity is unknown. */
  readonly totalTce: number | null;
  readonly terms: readonly TceTerm[];
  readonly remarks: readonly Remark[];
}

/** 等价值 as a factor of the park file: dated by its authority, never 0.1229. @throws RangeError for a number that is no 等价值. */
export function equivalentFactor(
  boundary: string,
  declared: { kgcePerKwh: number; authority: string; grade: "A" | "B" | "C" | "D" },
): Factor {
  const refusal = refuseEquivalent(declared.kgcePerKwh);
  if (refusal !== null) throw new RangeError(refusal);
  return {
    id: `park-file/${boundary}/electricity-equivalent`,
    subject: "electricity/equivalent",
    name: { zh: "电力（等价值）", en: "Electricity (equivalent value)" },
    value: declared.kgcePerKwh,
    unit: "kgce/kWh",
    grade: declared.grade,
    source: declared.authority,
    year: null,
  };
}

/**
 * Energy consumed in the scope: electricity that came in, less what left, plus own PV; fuels, less what conversion gave;
 * heat in, less heat given out. What is made and used inside is counted once, as the fuel it was made of.
 * @param equivalent 等价值 in kgce/kWh, null where no authority has named one: then the total is null.
 */
export function energyConsumption(
  inputs: CarbonInputs,
  equivalent: Factor | null,
  { book, date }: TermOptions,
): Consumption {
  const terms: TceTerm[] = [];
  const { electricityIn, electricityOut, pv } = inputs;
  const consumedKwh =
    electricityIn.value === null ? null : electricityIn.value - (electricityOut.value ?? 0) + (pv.value ?? 0);
  if (equivalent !== null) {
    terms.push({
      id: "electricity",
      name: { zh: "电力（外购 − 外送 + 自发）", en: "Electricity (in − out + own PV)" },
      amount: consumedKwh,
      unit: "kWh",
      factor: equivalent,
      tce: consumedKwh === null ? null : (consumedKwh * equivalent.value) / 1000,
    });
  }
  const fuel = (f: FuelAmount, sign: 1 | -1, idOf: (plain: string) => string) => {
    const factor = isFuel(f.fuel) ? book.choose("coal-equivalent", `fuel/${f.fuel}`, date) : null;
    if (factor === null || factor.unit !== (f.unit === "m³" ? "kgce/m³" : "kgce/t")) return;
    const id = idOf(`${f.unit === "m³" ? "gas" : "fuel"}:${f.fuel}`);
    terms.push(tceTerm({ id, name: factor.name, unit: f.unit }, f, factor, sign));
  };
  for (const f of inputs.fuels) {
    const activity = f.activity ?? "final-use";
    fuel(f, 1, (plain) => (activity === "final-use" ? plain : `${plain}:${activity}`));
  }
  for (const f of inputs.conversionOutputs ?? [])
    fuel(f, -1, () => `conversion-out:${f.fuel}:${f.activity ?? "final-use"}`);
  const heatFactor = book.require("coal-equivalent", "heat", date);
  for (const h of inputs.heats) {
    const direction = h.direction ?? "in";
    const name =
      h.source === "fossil"
        ? { zh: "化石能源热力", en: "Fossil heat" }
        : { zh: "非化石能源热力", en: "Non-fossil heat" };
    const out = { zh: `外供${name.zh}`, en: `${name.en} given out` };
    const measured = h.factor === undefined || h.factor === null ? "" : `:${h.factor.id}`;
    const id = `heat-${direction}-${h.source}${measured}`;
    const head = { id, name: direction === "in" ? name : out, unit: "GJ" };
    terms.push(tceTerm(head, h, heatFactor, direction === "in" ? 1 : -1));
  }
  const gas = inputs.fuels.some((f) => f.fuel === "natural-gas");
  const known = terms.reduce((sum, t) => sum + (t.tce ?? 0), 0);
  return {
    totalTce: equivalent === null || consumedKwh === null ? null : known,
    terms,
    remarks: [
      equivalent === null ? REMARKS.noEquivalent : REMARKS.equivalentToBeConfirmed,
      ...(gas ? [REMARKS.gasEquivalentRange] : []),
    ],
  };
}

function tceTerm(
  head: Pick<TceTerm, "id" | "name" | "unit">,
  of: Amount,
  factor: Factor,
  sign: 1 | -1,
): TceTerm {
  const tce = of.value === null ? null : (sign * of.value * factor.value) / 1000;
  return { ...head, amount: of.value, factor, tce };
}

/** 单位能耗碳排放 in tCO2/tce; null where either is unknown or nothing was consumed. */
export function carbonPerTce(carbonKg: number | null, tce: number | null): number | null {
  return carbonKg === null || tce === null || tce <= 0 ? null : carbonKg / 1000 / tce;
}
