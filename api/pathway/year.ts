import type { Boundary } from "../../park/schema.ts";
import type { FactorBook } from "../../standards/factors/book.ts";
import type { Factor } from "../../standards/factors/factor.ts";
import type { Month, MonthAmounts } from "../../standards/pathway/months.ts";
import type { YearFactors, YearStructure } from "../../standards/pathway/scenario.ts";
import type { StandardsDeps } from "../standards/deps.ts";
import { factorDate } from "../standards/figures.ts";
import { type Evaluated, evaluate, type Reading } from "../standards/figures-of.ts";
import { equivalentOf } from "../standards/rolling.ts";
import type { SpanEnergy } from "../standards/spans.ts";

/** Carbon and consumption of a span, and the year that they make. */

export const YEAR_DAYS = 365;

/** Useful heat of a m³ of gas (38.931 MJ, boiler 90 %) as electric heat at 99 %, where the park file says nothing. */
const EQUAL_HEAT_KWH_PER_M3 = ((38.931 / 3.6) * 0.9) / 0.99;

/** Annex 4 over Annex 3 for a span, with the 等价值 of its last day: as the core indicator is made. */
export function intensityOf(
  deps: StandardsDeps,
  boundary: Boundary,
  reading: Reading,
  span: SpanEnergy,
): Evaluated {
  return evaluate(span.inputs, factorDate(deps, span), reading, (book, on) =>
    equivalentOf(boundary, book, on),
  );
}

/** A month's carbon and tce, scaled from the days known to the whole month; null where too little is known. */
export function monthAmounts(
  { carbon, consumption }: Evaluated,
  daysKnown: number,
  daysOfMonth: number,
  leastDays: number,
): Month | null {
  const tce = consumption.totalTce;
  if (carbon.totalKg === null || tce === null || tce <= 0 || daysKnown < leastDays) return null;
  const whole = daysOfMonth / Math.min(daysKnown, daysOfMonth);
  return { numerator: (carbon.totalKg / 1000) * whole, denominator: tce * whole, days: daysOfMonth };
}

/** Zero-factor power over power consumed of a month, as the core indicator counts it; null where too little is known. */
export function zeroFactorMonth(
  span: SpanEnergy,
  { carbon }: Evaluated,
  daysKnown: number,
  daysOfMonth: number,
  leastDays: number,
): Month | null {
  const consumedKwh = consumedOf(span);
  if (consumedKwh === null || consumedKwh <= 0 || daysKnown < leastDays) return null;
  const otherKwh = carbon.terms
    .filter((t) => t.id.startsWith("electricity") && t.factor.value > 0)
    .reduce((sum, t) => sum + (t.carbonKg ?? 0) / t.factor.value, 0);
  const whole = daysOfMonth / Math.min(daysKnown, daysOfMonth);
  return {
    numerator: Math.max(0, consumedKwh - otherKwh) * whole,
    denominator: consumedKwh * whole,
    days: daysOfMonth,
  };
}

/** In − out + own PV; null where what came in is not known. */
function consumedOf({ inputs }: SpanEnergy): number | null {
  const { electricityIn, electricityOut, pv } = inputs;
  return electricityIn.value === null
    ? null
    : electricityIn.value - (electricityOut.value ?? 0) + (pv.value ?? 0);
}

/** The factors of a date that a scenario needs. */
export function yearFactors(
  boundary: Boundary,
  equivalent: Factor,
  book: FactorBook,
  date: string,
): YearFactors {
  return {
    otherKgPerKwh: book.require("park-method", "electricity/other", date).value,
    equivalentKgcePerKwh: equivalent.value,
    gasKgPerM3: book.require("fuel-co2", "fuel/natural-gas", date).value,
    gasKgcePerM3: book.require("coal-equivalent", "fuel/natural-gas", date).value,
    powerKwhPerM3: boundary.gasReplacement?.kwhPerM3 ?? EQUAL_HEAT_KWH_PER_M3,
  };
}

/**
 * The year that a span stands for, brought to the carbon and consumption that are foretold: consumption scales all
 * amounts alike, and what carbon does beyond that is electricity's, as fuel and heat have no factor that could fall.
 */
export function yearStructure(
  span: SpanEnergy,
  { carbon, consumption }: Evaluated,
  directKwh: number,
  factors: YearFactors,
  foretold: MonthAmounts,
): YearStructure | null {
  const tce = consumption.totalTce;
  const consumed = consumedOf(span);
  if (carbon.totalKg === null || tce === null || tce <= 0 || consumed === null) return null;
  const scale = foretold.denominator / tce;
  // What leaves at the factor of all other electricity is taken off what came in at it.
  const powerKg = carbon.terms
    .filter((t) => t.id.startsWith("electricity"))
    .reduce((sum, t) => sum + (t.carbonKg ?? 0), 0);
  const withoutPowerT = ((carbon.totalKg - powerKg) / 1000) * scale;
  const consumedKwh = consumed * scale;
  const otherKwh = Math.max(0, ((foretold.numerator - withoutPowerT) * 1000) / factors.otherKgPerKwh);
  const gas = span.inputs.fuels.filter((f) => f.fuel === "natural-gas" && f.unit === "m³");
  return {
    carbonT: foretold.numerator,
    consumptionTce: foretold.denominator,
    consumedKwh,
    otherKwh: Math.min(otherKwh, consumedKwh),
    useKwh: span.flows.use.value === null ? consumedKwh : span.flows.use.value * scale,
    directKwh: directKwh * scale,
    gasM3: gas.reduce((sum, f) => sum + (f.value ?? 0), 0) * scale,
    factors,
  };
}
