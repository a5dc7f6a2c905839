import type { PathwayAnswer } from "../../../api/answers/pathway.ts";
import type { Lever } from "../../../park/levers.ts";
import type { Lang } from "../../state.ts";

/** Amounts of levers as they stand in the address, on sliders and in words. No effect of a lever is reckoned here. */

export type Amounts = Readonly<Record<Lever, number>>;
export type LeverAnswer = PathwayAnswer["levers"][number];
export type ScenarioAnswer = NonNullable<PathwayAnswer["scenario"]>;

/** The order of rows and of the gap bar's segments. */
export const LEVERS: readonly Lever[] = [
  "directLineGwh",
  "certificates",
  "pvMwp",
  "efficiencyGwh",
  "storageMwh",
  "gasToPowerM3",
];

const NOTHING: Amounts = {
  directLineGwh: 0,
  certificates: 0,
  pvMwp: 0,
  efficiencyGwh: 0,
  storageMwh: 0,
  gasToPowerM3: 0,
};

/** Amounts in an address; what is no amount counts nothing. */
export function amountsIn(query: URLSearchParams): Amounts {
  const amounts = { ...NOTHING };
  for (const lever of LEVERS) {
    const text = query.get(lever);
    if (text !== null && /^\d{1,13}(\.\d{1,6})?$/.test(text)) amounts[lever] = Number(text);
  }
  return amounts;
}

/** The same as parts of an address; null takes a part out. */
export function addressOf(amounts: Amounts): Record<Lever, string | null> {
  const parts: Record<Lever, string | null> = {
    directLineGwh: null,
    certificates: null,
    pvMwp: null,
    efficiencyGwh: null,
    storageMwh: null,
    gasToPowerM3: null,
  };
  for (const lever of LEVERS) if (amounts[lever] > 0) parts[lever] = plain(amounts[lever]);
  return parts;
}

export function sameAmounts(a: Amounts, b: Amounts): boolean {
  return LEVERS.every((lever) => plain(a[lever]) === plain(b[lever]));
}

export function isNothing(amounts: Amounts): boolean {
  return LEVERS.every((lever) => amounts[lever] === 0);
}

/** A number as an address has it: no exponent, at most six decimals. */
function plain(amount: number): string {
  return String(Math.round(amount * 1e6) / 1e6);
}

/** What an amount is divided by to be read: certificates and m³ go by 万 in Chinese, by thousands in English. */
export function shownPer(lever: Lever, language: Lang): number {
  if (lever !== "certificates" && lever !== "gasToPowerM3") return 1;
  return language === "en" ? 1_000 : 10_000;
}

/** 1, 2 or 5 times a power of ten: the largest not above a value. */
export function roundDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  for (const step of [5, 2]) if (step * power <= value * (1 + 1e-9)) return step * power;
  return power;
}

/**
 * The slider of a lever: up to its limit, else to what it alone would need, else a hundred units; null where the lever
 * gives nothing that is known.
 */
export function sliderOf(lever: LeverAnswer): { readonly max: number; readonly step: number } | null {
  if (lever.carbonTPerUnit === null) return null;
  const wanted = lever.limit?.amount ?? lever.aloneAmount ?? lever.unitAmount * 100;
  if (wanted <= 0) return null;
  const step = roundDown(wanted / 200);
  return { max: Math.ceil(wanted / step - 1e-9) * step, step };
}

/** Segments of the gap bar as parts of its length: what is found in the order of the levers, then what is still to find. */
export function gapSegments(
  gapTco2: number,
  scenario: ScenarioAnswer | null,
): { readonly parts: readonly { readonly id: Lever; readonly share: number }[]; readonly rest: number } {
  const found = (scenario?.parts ?? []).filter((part) => part.tco2 > 0);
  const rest = scenario === null ? gapTco2 : scenario.gapTco2;
  const whole = found.reduce((sum, part) => sum + part.tco2, 0) + rest;
  if (whole <= 0) return { parts: [], rest: 0 };
  return {
    parts: found.map((part) => ({ id: part.id, share: part.tco2 / whole })),
    rest: rest / whole,
  };
}

/** The scenario of an answer, null while no lever is moved. */
export function scenarioOf(answer: PathwayAnswer): ScenarioAnswer | null {
  const { scenario } = answer;
  return scenario === null || isNothing(scenario.amounts) ? null : scenario;
}

/**
 * The lever to speak of in one line: the one that closes most in the scenario; without a scenario the one that could
 * close most within its limit. Shares are of the gap.
 */
export function largestLever(
  answer: PathwayAnswer,
): { readonly id: Lever; readonly share: number; readonly chosen: boolean } | null {
  const gap = answer.gap?.gapTco2 ?? 0;
  if (gap <= 0) return null;
  let best: { id: Lever; share: number; chosen: boolean } | null = null;
  for (const part of answer.scenario?.parts ?? [])
    if (part.tco2 > (best?.share ?? 0) * gap) best = { id: part.id, share: part.tco2 / gap, chosen: true };
  if (best !== null) return best;
  for (const lever of answer.levers) {
    if (lever.limit === null || lever.gapTPerUnit === null) continue;
    const share = Math.min(1, (lever.limit.amount / lever.unitAmount) * (lever.gapTPerUnit / gap));
    if (share > (best?.share ?? 0)) best = { id: lever.id, share, chosen: false };
  }
  return best;
}
