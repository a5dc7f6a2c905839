/**
 * Numbers as people read them: Intl digits, a true minus, value + thin space + unit. The unit's prefix comes
 * from the largest value of a chart, list or tile, and is then kept. Missing is "—", never 0.
 */

/** A thin space and a word joiner: value and unit stay on one line. */
export const THIN = "\u2009\u2060";
export const DASH = "—";

export interface Unit {
  /** What to divide base values (kW, kWh, kg) by. */
  readonly per: number;
  readonly text: string;
}

type Kind = "power" | "energy" | "carbon" | "carbonRate";

const LADDERS: Readonly<Record<Kind, readonly Unit[]>> = {
  power: [
    { per: 1, text: "kW" },
    { per: 1e3, text: "MW" },
    { per: 1e6, text: "GW" },
  ],
  energy: [
    { per: 1, text: "kWh" },
    { per: 1e3, text: "MWh" },
    { per: 1e6, text: "GWh" },
    { per: 1e9, text: "TWh" },
  ],
  carbon: [
    { per: 1e-3, text: "gCO₂" },
    { per: 1, text: "kgCO₂" },
    { per: 1e3, text: "tCO₂" },
  ],
  carbonRate: [
    { per: 1, text: "kgCO₂/h" },
    { per: 1e3, text: "tCO₂/h" },
  ],
};

/** The unit in which the largest of the values reads 1…999; the smallest unit when there is none. Base: kW, kWh, kg. */
export function unitFor(kind: Kind, values: Iterable<number | null>): Unit {
  let largest = 0;
  for (const value of values) if (value !== null) largest = Math.max(largest, Math.abs(value));
  const ladder = LADDERS[kind];
  let chosen = ladder[0] ?? { per: 1, text: "" };
  // 999.6 kW reads "1,000 kW" at 3 digits, so the step up comes where rounding would reach it
  for (const unit of ladder) if (largest >= unit.per * 0.9995 && unit.per > chosen.per) chosen = unit;
  return chosen;
}

const formats = new Map<string, Intl.NumberFormat>();

function intl(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = JSON.stringify(options);
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat("en", { signDisplay: "negative", ...options });
    formats.set(key, format);
  }
  return format;
}

/** A number with a fixed count of decimals; null is "—". */
export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  return intl({ minimumFractionDigits: digits, maximumFractionDigits: digits })
    .format(value)
    .replace("-", "−");
}

/** A number with 3 significant digits (tiles): 121, 85.1, 8.60; none before the point is rounded away: 1,823; 0 is "0". */
export function significant(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return DASH;
  if (value === 0) return "0";
  const whole = Math.abs(value) < 1 ? 0 : Math.floor(Math.log10(Math.abs(value))) + 1;
  const shown = Math.max(digits, whole);
  return intl({ minimumSignificantDigits: shown, maximumSignificantDigits: shown })
    .format(value)
    .replace("-", "−");
}

/** With an explicit sign for a difference: +0.08, −1.2, 0.0. */
export function signed(value: number | null | undefined, digits: number): string {
  const text = fixed(value, digits);
  return value !== null && value !== undefined && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** A share of 1 as per cent: 0.995 → "99.5 %". */
export function percent(share: number | null | undefined, digits = 1): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return DASH;
  return `${fixed(share * 100, digits)}${THIN}%`;
}

/** The parts of a whole as per cent, rounded so that they add up on screen. */
export function percents(
  parts: Readonly<Record<"measured" | "estimated" | "missing", number>>,
): Record<"measured" | "estimated" | "missing", string> {
  const rounded = roundToSum([parts.measured * 100, parts.estimated * 100, parts.missing * 100], 1);
  const [measured = "", estimated = "", missing = ""] = rounded.map((part) => withUnit(fixed(part, 1), "%"));
  return { measured, estimated, missing };
}

/** Value and unit in one text; "—" stands alone. */
export function withUnit(text: string, unit: string): string {
  return text === DASH ? text : `${text}${THIN}${unit}`;
}

/** A quantity in its own best unit, 3 significant digits: 1691.4e3 kWh → "1.69 GWh". */
export function quantity(kind: Kind, value: number | null | undefined): string {
  if (value === null || value === undefined) return DASH;
  const unit = unitFor(kind, [value]);
  return withUnit(significant(value / unit.per), unit.text);
}

/** A span of time in words: 4 s, 46 min, 3 h, 2 d. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) return `${s}${THIN}s`;
  if (s < 90 * 60) return `${Math.round(s / 60)}${THIN}min`;
  if (s < 36 * 3600) return `${Math.round(s / 3600)}${THIN}h`;
  return `${Math.round(s / 86400)}${THIN}d`;
}

/**
 * Rounds each value to `digits` decimals so that the rounded ones add up to the rounded sum (largest remainder).
 * Nulls stay null and count nothing.
 */
export function roundToSum(
  values: readonly (number | null)[],
  digits: number,
  sum?: number,
): (number | null)[] {
  const scale = 10 ** digits;
  const known = values.map((value, index) => ({ value, index })).filter((v) => v.value !== null);
  const exact = known.map((v) => (v.value ?? 0) * scale);
  const target = Math.round((sum ?? exact.reduce((a, b) => a + b, 0) / scale) * scale);
  const whole = exact.map((v) => Math.floor(v));
  let left = target - whole.reduce((a, b) => a + b, 0);
  const order = exact.map((v, i) => ({ i, rest: v - Math.floor(v) })).sort((a, b) => b.rest - a.rest);
  for (const { i } of left >= 0 ? order : order.reverse()) {
    if (left === 0) break;
    const step = Math.sign(left);
    whole[i] = (whole[i] ?? 0) + step;
    left -= step;
  }
  const result: (number | null)[] = values.map(() => null);
  known.forEach((v, k) => {
    result[v.index] = (whole[k] ?? 0) / scale;
  });
  return result;
}
