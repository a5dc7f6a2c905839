import { type Dated, valueAt } from "../../park/dated.ts";
import type { RegisterDeclaration } from "../../park/park.ts";
import { decimalOf, Multiplier, multiply, numberOf } from "./decimal.ts";

/** What the declaration says about a register at an instant (E11), with what moved and refused exchanges change (E6). */
export interface Terms {
  readonly fromMs: number;
  readonly toMs: number;
  readonly multiplier: Multiplier;
  /** Resolution × multiplier in 10⁻⁶ units. */
  readonly tickMicro: number;
  /** Largest believable rise in 10⁻⁶ units a millisecond; Infinity where no limit is declared. */
  readonly microPerMs: number;
  /** 10^digits on the display, null where digits are not declared. */
  readonly modulus: number | null;
  readonly modulusMicro: bigint;
}

/** Where an exchange's split lies: at its own instant, at the pair's second reading, or nowhere. */
export type Placement = "in-place" | "refused" | number;

const MINUTE_MS = 60_000;
const MARGIN = 1.1;
/** A hundredth of 10⁻⁶ unit: limits are computed in binary floating point, rises are integers. */
const ROUNDING = 0.01;

/** The terms of one register by date. */
export class TermsByDate {
  readonly #list: Terms[] = [];
  readonly #slackMs: number;
  readonly #limited: boolean;
  #current: Terms;

  /** @param placements of the exchanges judged so far, in their order; those not yet judged stand at their instant. */
  constructor(declaration: RegisterDeclaration, placements: readonly Placement[]) {
    const multiplier = placed(declaration.multiplier, declaration, placements);
    const digits = placed(declaration.digits, declaration, placements);
    const resolution = placed(declaration.resolution, declaration, placements);
    const maxRate = placed(declaration.maxRatePerHour, declaration, placements);
    this.#slackMs = Math.min(declaration.reportsEveryMs, 15 * MINUTE_MS) / 2;
    const gasFactor = placed(declaration.gas?.factor ?? [], declaration, placements);
    const starts = new Set([Number.NEGATIVE_INFINITY]);
    for (const list of [multiplier, digits, resolution, maxRate, gasFactor]) {
      for (const entry of list) starts.add(entry.fromMs);
    }
    const ordered = [...starts].sort((a, b) => a - b);
    ordered.forEach((fromMs, i) => {
      const meters = valueAt(multiplier, fromMs) ?? multiplier[0]?.value ?? 1;
      const ratio = new Multiplier(product(meters, valueAt(gasFactor, fromMs) ?? gasFactor[0]?.value ?? 1));
      const digitCount = valueAt(digits, fromMs);
      const rate = valueAt(maxRate, fromMs);
      const modulus = digitCount === null ? null : 10 ** digitCount;
      this.#list.push({
        fromMs,
        toMs: ordered[i + 1] ?? Number.POSITIVE_INFINITY,
        multiplier: ratio,
        tickMicro: (valueAt(resolution, fromMs) ?? resolution[0]?.value ?? 0.01) * ratio.value * 1e6,
        microPerMs: rate === null ? Number.POSITIVE_INFINITY : rate / 3.6,
        modulus,
        modulusMicro: modulus === null ? 0n : ratio.micro(modulus),
      });
    });
    this.#limited = this.#list.some((terms) => Number.isFinite(terms.microPerMs));
    this.#current = this.#find(Number.POSITIVE_INFINITY);
  }

  /** True when some date has a limit. */
  get limited(): boolean {
    return this.#limited;
  }

  /** Terms in force at an instant. */
  at(timeMs: number): Terms {
    const current = this.#current;
    if (timeMs >= current.fromMs && timeMs < current.toMs) return current;
    const found = this.#find(timeMs);
    this.#current = found;
    return found;
  }

  /** Terms in force just before an instant. */
  before(timeMs: number): Terms {
    return this.at(timeMs - 1);
  }

  /** Most that the register may rise between two instants, in 10⁻⁶ units, two ticks included; Infinity without a limit. */
  limitMicro(fromMs: number, toMs: number): number {
    let rate = 0;
    let tick = 0;
    for (const terms of this.within(fromMs, toMs)) {
      rate = Math.max(rate, terms.microPerMs);
      tick = Math.max(tick, terms.tickMicro);
    }
    return rate * Math.max(toMs - fromMs + this.#slackMs, MINUTE_MS) * MARGIN + 2 * tick + ROUNDING;
  }

  /** The larger tick of the two instants' span, in 10⁻⁶ units, with room for binary rounding. */
  tickMicro(fromMs: number, toMs: number): number {
    return Math.max(...this.within(fromMs, toMs).map((terms) => terms.tickMicro)) + ROUNDING;
  }

  /** All terms in force in [fromMs, toMs]. */
  within(fromMs: number, toMs: number): readonly Terms[] {
    const current = this.#current;
    if (fromMs >= current.fromMs && toMs < current.toMs) return [current];
    return this.#list.filter((terms) => terms.fromMs <= toMs && terms.toMs > fromMs);
  }

  #find(timeMs: number): Terms {
    for (const terms of this.#list) {
      if (timeMs >= terms.fromMs && (timeMs < terms.toMs || terms.toMs === Number.POSITIVE_INFINITY))
        return terms;
    }
    throw new RangeError(`no terms at ${timeMs}`);
  }
}

/** The decimal product of two figures, as the number nearest to it. */
function product(a: number, b: number): number {
  return b === 1 ? a : numberOf(multiply(decimalOf(a), decimalOf(b)));
}

/** What an exchange brings with it counts from where its split lies; what a refused one brings never counts (E6, E11). */
function placed<T>(
  list: Dated<T>,
  declaration: RegisterDeclaration,
  placements: readonly Placement[],
): Dated<T> {
  return list
    .flatMap((entry) => {
      const index = declaration.exchanges.findIndex((x) => x.atMs === entry.fromMs);
      const placement = placements[index];
      if (placement === "refused") return [];
      return typeof placement === "number" ? [{ fromMs: placement, value: entry.value }] : [entry];
    })
    .sort((a, b) => a.fromMs - b.fromMs);
}
