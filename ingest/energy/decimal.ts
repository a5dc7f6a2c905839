/** Exact decimals: displays and multipliers are decimal figures, and 0.07 must not become 0.070000000000000007. */

/** units ÷ 10^scale, with the smallest scale ≥ 0 that holds the figure. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const MICRO_SCALE = 6;
/** Below it every decimal has a double of its own, so that the first one found is the shortest notation. */
const MOST_PLAIN_UNITS = 1e15;
const powers: bigint[] = [];

/** 10^exponent, exponent ≥ 0. */
export function powerOfTen(exponent: number): bigint {
  const known = powers[exponent];
  if (known !== undefined) return known;
  const power = 10n ** BigInt(exponent);
  powers[exponent] = power;
  return power;
}

/** The decimal that a finite number's shortest notation names. @throws RangeError for NaN and infinities. */
export function decimalOf(value: number): Decimal {
  let power = 1;
  for (let scale = 0; scale <= MICRO_SCALE; scale++) {
    const units = Math.round(value * power);
    if (Math.abs(units) < MOST_PLAIN_UNITS && units / power === value) return { units: BigInt(units), scale };
    power *= 10;
  }
  const decimal = decimalOfText(String(value));
  if (decimal === null) throw new RangeError(`not a decimal figure: ${value}`);
  return decimal;
}

/** The figure that a text writes plainly (-12, 0.5, 1.5e-3), null for anything else. */
export function decimalOfText(text: string): Decimal | null {
  const match = /^(-?\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text);
  if (match === null) return null;
  const fraction = match[2] ?? "";
  const units = BigInt(`${match[1]}${fraction}`);
  const scale = fraction.length - Number(match[3] ?? 0);
  return scale >= 0 ? { units, scale } : { units: units * powerOfTen(-scale), scale: 0 };
}

/** The number nearest to the figure. */
export function numberOf({ units, scale }: Decimal): number {
  return scale === 0 ? Number(units) : Number(`${units}e-${scale}`);
}

/** True when the figure is an integer. */
export function isWhole({ units, scale }: Decimal): boolean {
  return units % powerOfTen(scale) === 0n;
}

/** a × b, exact. */
export function multiply(a: Decimal, b: Decimal): Decimal {
  return { units: a.units * b.units, scale: a.scale + b.scale };
}

/** a + b, exact. */
export function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return {
    units: a.units * powerOfTen(scale - a.scale) + b.units * powerOfTen(scale - b.scale),
    scale,
  };
}

/** Integer division towards −∞; the divisor is positive. */
export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend < 0n && quotient * divisor !== dividend ? quotient - 1n : quotient;
}

/** floor(dividend ÷ divisor + ½), the rounding of E2; the divisor is positive. */
export function roundHalfUp(dividend: bigint, divisor: bigint): bigint {
  return floorDivide(2n * dividend + divisor, 2n * divisor);
}

/** a − b, exact. */
export function subtract(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return {
    units: a.units * powerOfTen(scale - a.scale) - b.units * powerOfTen(scale - b.scale),
    scale,
  };
}

/** A register in 10⁻⁶ units, exact: a number up to 2⁵³, as nearly every one is. To make and subtract BigInts costs many times as much. */
export type Register = number | bigint;

/** to − from, exact before it becomes a number. */
export function riseOf(from: Register, to: Register): number {
  return typeof from === "number" && typeof to === "number" ? to - from : Number(BigInt(to) - BigInt(from));
}

/** A multiplier that turns displays into registers of 10⁻⁶ units on the primary side. */
export class Multiplier {
  readonly value: number;
  readonly decimal: Decimal;
  /** By the display's scale: what its units are multiplied with where that needs no rounding. */
  readonly #factors: (bigint | null)[] = [];
  /** The same as numbers. */
  readonly #plainFactors: (number | null)[];

  /** @param value the ratio as declared, positive. */
  constructor(value: number) {
    this.value = value;
    this.decimal = decimalOf(value);
    for (let scale = 0; scale <= MICRO_SCALE; scale++) {
      const exponent = MICRO_SCALE - scale - this.decimal.scale;
      this.#factors.push(exponent < 0 ? null : this.decimal.units * powerOfTen(exponent));
    }
    this.#plainFactors = this.#factors.map((factor) => (factor === null ? null : Number(factor)));
  }

  /** E2: floor(display × multiplier × 10⁶ + ½). */
  register(display: number): Register {
    let power = 1;
    for (const factor of this.#plainFactors) {
      const units = Math.round(display * power);
      if (Math.abs(units) < MOST_PLAIN_UNITS && units / power === display) {
        // A product beyond 2⁵³ is rounded to no less than it.
        const micro = factor === null ? Number.NaN : units * factor;
        return Number.isSafeInteger(micro) ? micro : this.micro(display);
      }
      power *= 10;
    }
    return this.micro(display);
  }

  /** E2: floor(display × multiplier × 10⁶ + ½). */
  micro(display: number): bigint {
    return this.microOf(decimalOf(display), 1n);
  }

  /** The same for the display units ÷ (10^scale × divisor). */
  microOf(display: Decimal, divisor: bigint): bigint {
    const factor = divisor === 1n ? this.#factors[display.scale] : undefined;
    if (factor !== null && factor !== undefined) return display.units * factor;
    return roundHalfUp(
      display.units * this.decimal.units * powerOfTen(MICRO_SCALE),
      powerOfTen(display.scale + this.decimal.scale) * divisor,
    );
  }
}

/**
 * floor(whole × part ÷ total + ½): the share of an integer that has run after `part` of `total` milliseconds.
 * Exact for every safe whole; 0 ≤ part ≤ total.
 */
export function shareOf(whole: number, part: number, total: number): number {
  if (part === total) return whole;
  const each = Math.floor(whole / total);
  const rest = whole - each * total;
  const product = rest * part;
  if (!Number.isSafeInteger(each * total) || rest < 0 || rest >= total || !Number.isSafeInteger(product)) {
    return Number(roundHalfUp(BigInt(whole) * BigInt(part), BigInt(total)));
  }
  let share = Math.floor(product / total);
  let left = product - share * total;
  if (left < 0) {
    share -= 1;
    left += total;
  } else if (left >= total) {
    share += 1;
    left -= total;
  }
  return each * part + share + (2 * left >= total ? 1 : 0);
}
