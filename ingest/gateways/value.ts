import { type GatewayPoint, INTEGER_RANGES } from "../../park/gateways.ts";
import { isRegisterChannel } from "../../park/quantities.ts";
import {
  add,
  type Decimal,
  decimalOf,
  decimalOfText,
  isWhole,
  multiply,
  numberOf,
} from "../energy/decimal.ts";
import { checkValue, describe, type ElementProblem } from "../messages/rejection.ts";

/** Beyond this an integer was not held in 32 bits with a sign. */
const WRAPPED = 2 ** 31;
/** All 32 bits set: what is read where nothing is there to be read. */
const ALL_ONES = 4_294_967_295;

/**
 * A tag's raw value as the value of its channel: sign × (raw × scale + offset) in the point's unit, in decimals, so
 * that 123 × 0.1 is 12.3. A number in a text is one where it is plainly written. No number, too: what an integer of
 * the declared kind cannot be; and where no kind is declared, 2³² − 1, and for a gauge any integer of 2³¹ or more (a
 * small negative power read without its sign comes as 4294906616).
 */
export function channelValue(raw: unknown, point: GatewayPoint): number | ElementProblem {
  const decimal = decimalOfRaw(raw);
  if (decimal === null) return notANumber(point, "a number", raw);
  const held = numberOf(decimal);
  if (point.integer !== null) {
    const [least, most] = INTEGER_RANGES[point.integer];
    if (!isWhole(decimal) || held < least || held > most) return notANumber(point, point.integer, raw);
  } else if (isWhole(decimal)) {
    const isGauge = !isRegisterChannel(point.channel);
    if (held === ALL_ONES || (isGauge && Math.abs(held) >= WRAPPED))
      return notANumber(point, "an integer that did not wrap (else declare its kind: integer)", raw);
  }
  const scaled = add(multiply(decimal, decimalOf(point.scale)), decimalOf(point.offset));
  const inUnit = multiply(scaled, decimalOf(point.unitFactor * point.sign));
  const value = numberOf(inUnit) + 0; // −0 and 0 are one value
  return checkValue(point.channel, value) ?? value;
}

function decimalOfRaw(raw: unknown): Decimal | null {
  if (typeof raw === "number") return Number.isFinite(raw) ? decimalOf(raw) : null;
  return typeof raw === "string" ? decimalOfText(raw) : null;
}

function notANumber(point: GatewayPoint, expected: string, raw: unknown): ElementProblem {
  return {
    reason: "not-a-number",
    detail: `${point.channel} of ${point.meter}: expected ${expected}, found ${describe(raw)}`,
  };
}
