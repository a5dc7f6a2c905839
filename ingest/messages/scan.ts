/** Numbers and times read from bytes, where they are written in the ordinary way; NaN for any other, which is read elsewhere. */

export interface Scan {
  /** Index of the next byte. */
  at: number;
}

const QUOTE = 0x22;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const COLON = 0x3a;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;

/** Up to it every integer is a double, and so is every power of ten below 10^23: their quotient is rounded once. */
const MOST_DIGITS = 15;
const POWERS = Array.from({ length: MOST_DIGITS + 1 }, (_, i) => 10 ** i);
const MINUTE_MS = 60_000;

/** A JSON number without an exponent and of at most 15 digits, rounded as JSON.parse rounds it; −0 is 0. */
export function plainNumber(bytes: Uint8Array, scan: Scan, to: number): number {
  let at = scan.at;
  const isNegative = bytes[at] === MINUS;
  if (isNegative) at++;
  const first = at;
  let units = 0;
  let digit = digitAt(bytes, at, to);
  for (; digit >= 0; digit = digitAt(bytes, ++at, to)) units = units * 10 + digit;
  const whole = at - first;
  if (whole === 0 || (whole > 1 && bytes[first] === ZERO)) return Number.NaN;
  let decimals = 0;
  if (at < to && bytes[at] === POINT) {
    const point = at++;
    for (digit = digitAt(bytes, at, to); digit >= 0; digit = digitAt(bytes, ++at, to))
      units = units * 10 + digit;
    decimals = at - point - 1;
    if (decimals === 0) return Number.NaN;
  }
  if (whole + decimals > MOST_DIGITS) return Number.NaN;
  const next = at < to ? (bytes[at] ?? 0) | 0x20 : 0;
  if (next === 0x65) return Number.NaN; // an exponent
  scan.at = at;
  const value = decimals === 0 ? units : units / (POWERS[decimals] ?? Number.NaN);
  return isNegative ? 0 - value : value;
}

/** A `time` as the wire has it, epoch milliseconds: an integer of them, or "YYYY-MM-DDThh:mm:ss[.fff…](Z|±hh:mm)". */
export function plainTime(bytes: Uint8Array, scan: Scan, to: number): number {
  if (bytes[scan.at] !== QUOTE) {
    const value = plainNumber(bytes, scan, to);
    return Number.isSafeInteger(value) ? value : Number.NaN;
  }
  let at = scan.at + 1;
  // The shortest form, with its closing quote.
  if (to - at < 21) return Number.NaN;
  const isFormed =
    bytes[at + 4] === MINUS &&
    bytes[at + 7] === MINUS &&
    bytes[at + 10] === UPPER_T &&
    bytes[at + 13] === COLON &&
    bytes[at + 16] === COLON;
  if (!isFormed) return Number.NaN;
  const year = pairAt(bytes, at) * 100 + pairAt(bytes, at + 2);
  const dayMs = dayOf(year, pairAt(bytes, at + 5), pairAt(bytes, at + 8));
  const hour = pairAt(bytes, at + 11);
  const minute = pairAt(bytes, at + 14);
  const second = pairAt(bytes, at + 17);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  let timeMs = dayMs + (hour * 60 + minute) * MINUTE_MS + second * 1000;
  at += 19;
  if (bytes[at] === POINT) {
    const first = ++at;
    let weight = 100;
    for (let digit = digitAt(bytes, at, to); digit >= 0; digit = digitAt(bytes, ++at, to)) {
      if (weight >= 1) timeMs += digit * weight;
      weight /= 10;
    }
    if (at === first || at > first + 9) return Number.NaN;
  }
  const sign = bytes[at++];
  if (sign === PLUS || sign === MINUS) {
    if (to - at < 6 || bytes[at + 2] !== COLON) return Number.NaN;
    const hours = pairAt(bytes, at);
    const minutes = pairAt(bytes, at + 3);
    if (!(hours <= 14 && minutes <= 59)) return Number.NaN;
    const offsetMs = (hours * 60 + minutes) * MINUTE_MS;
    timeMs += sign === MINUS ? offsetMs : -offsetMs;
    at += 5;
  } else if (sign !== UPPER_Z) return Number.NaN;
  if (at >= to || bytes[at] !== QUOTE) return Number.NaN;
  scan.at = at + 1;
  return timeMs;
}

/** Midnight UTC of a date, NaN where there is none; by the count of days of the Gregorian calendar, which repeats every 400 years. */
function dayOf(year: number, month: number, day: number): number {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)))
    return Number.NaN;
  const shifted = month > 2 ? year : year - 1;
  const inEra = shifted % 400;
  const inYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const days = inEra * 365 + Math.floor(inEra / 4) - Math.floor(inEra / 100) + inYear;
  return ((shifted - inEra) / 400) * 146_097 * 86_400_000 + (days - 719_468) * 86_400_000;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function digitAt(bytes: Uint8Array, at: number, to: number): number {
  const digit = at < to ? (bytes[at] ?? 0) - ZERO : -1;
  return digit <= 9 ? digit : -1;
}

/** Two digits, NaN where they are none. */
function pairAt(bytes: Uint8Array, at: number): number {
  const tens = (bytes[at] ?? 0) - ZERO;
  const ones = (bytes[at + 1] ?? 0) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}
