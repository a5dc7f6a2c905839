import type { CarbonAnswer, CarbonFigure } from "../answers/carbon.ts";
import type { LiveAnswer } from "../answers/live.ts";

/**
 * Carbon now, from today's figures: the grid power of this moment at today's share of zero-factor power, and
 * today's mean rate of fuels and heat, whose meters report too seldom to have a power of now. Pure.
 */

type LiveCarbon = NonNullable<LiveAnswer["carbon"]>;

const MEAN_RATE = {
  code: "fuel-heat-mean-of-day",
  zh: "燃料与热力取当日平均；绿电按当月合同预扣，月结后重算",
  en: "Fuels and heat are the day's mean; green power is set off by the month's contracts and recomputed when they settle",
} as const;

/** @param hours length of the carbon answer's span */
export function carbonNow(gridImportKw: number | null, today: CarbonAnswer, hours: number): LiveCarbon {
  const national = figureOf(today, "cn-910-2025-annex-4");
  const location = figureOf(today, "location-based");
  const fossil = national.terms.find((t) => t.id === "electricity-in-fossil");
  const locationTerm = location.terms.find((t) => t.id === "electricity-in-fossil");
  if (fossil === undefined || locationTerm === undefined) {
    throw new Error("a carbon figure without its electricity term");
  }
  const zero = national.terms.filter((t) => t.id.startsWith("electricity-in-zero"));
  const zeroKwh = zero.reduce((sum, t) => sum + (t.amount ?? 0), 0);
  const importKwh = fossil.amount === null ? null : fossil.amount + zeroKwh;
  const zeroFactorShare = importKwh === null || importKwh <= 0 ? null : zeroKwh / importKwh;
  const fuelAndHeatKgPerHour = fuelAndHeat(national, hours);
  const rate = (share: number | null, factor: number) =>
    gridImportKw === null || share === null
      ? null
      : gridImportKw * (1 - share) * factor + fuelAndHeatKgPerHour;
  return {
    method: national.method,
    nowKgPerHour: rate(zeroFactorShare, fossil.factor.value),
    todayKg: national.totalKg,
    provisional: true,
    parts: { gridImportKw, zeroFactorShare, electricityFactor: fossil.factor, fuelAndHeatKgPerHour },
    locationBased: {
      nowKgPerHour: rate(0, locationTerm.factor.value),
      todayKg: location.totalKg,
      factor: locationTerm.factor,
    },
    remarks: [MEAN_RATE, ...national.remarks],
  };
}

function figureOf(answer: CarbonAnswer, method: CarbonFigure["method"]): CarbonFigure {
  const figure = answer.figures.find((f) => f.method === method);
  if (figure === undefined) throw new Error(`a carbon answer without ${method}`);
  return figure;
}

function fuelAndHeat(figure: CarbonFigure, hours: number): number {
  const kg = figure.terms
    .filter((t) => !t.id.startsWith("electricity"))
    .reduce((sum, t) => sum + (t.carbonKg ?? 0), 0);
  return hours > 0 ? kg / hours : 0;
}
