import type { Exchange } from "../../park/park.ts";
import type { Piece } from "./buckets.ts";
import { type Decimal, decimalOf, type Multiplier, powerOfTen, subtract } from "./decimal.ts";
import type { TermsByDate } from "./terms.ts";

/** Energy between two displays of one register: across multiplier changes (E11) and declared exchanges (E6). */

/** An instant and the display there. */
export interface Stand {
  readonly timeMs: number;
  readonly display: number;
}

/** A declared exchange as it was fitted between two readings. */
export interface FittedExchange {
  readonly exchange: Exchange;
  /** (final − initial) × multiplier as counted, in 10⁻⁶ units: the term of E10. */
  readonly micro: number;
}

export interface ExchangeRise {
  /** One for each stretch between instants whose registers are known: the exchange's own instant is one. */
  readonly spans: readonly { readonly fromMs: number; readonly toMs: number; readonly pieces: Piece[] }[];
  readonly micro: number;
  readonly fitted: readonly FittedExchange[];
  readonly rollovers: readonly { readonly atMs: number; readonly micro: number }[];
}

/**
 * Pieces of energy of the straight line from one display to the other; may be negative. A change of multiplier
 * strictly inside splits it: the exact display there is rounded once with each multiplier (E11).
 * @param raise added to the later display: the modulus times the rollovers in between.
 */
export function linearPieces(from: Stand, to: Stand, raise: number, terms: TermsByDate): Piece[] {
  const list = terms.within(from.timeMs, Math.max(from.timeMs, to.timeMs - 1));
  const start = decimalOf(from.display);
  const end = add(decimalOf(to.display), decimalOf(raise));
  const scale = Math.max(start.scale, end.scale);
  const startUnits = start.units * powerOfTen(scale - start.scale);
  const endUnits = end.units * powerOfTen(scale - end.scale);
  const lengthMs = BigInt(to.timeMs - from.timeMs);
  const microAt = (timeMs: number, multiplier: Multiplier): bigint => {
    if (timeMs === from.timeMs) return multiplier.microOf(start, 1n);
    if (timeMs === to.timeMs) return multiplier.microOf(end, 1n);
    const units = startUnits * lengthMs + (endUnits - startUnits) * BigInt(timeMs - from.timeMs);
    return multiplier.microOf({ units, scale }, lengthMs);
  };
  return list.map((t) => {
    const fromMs = Math.max(from.timeMs, t.fromMs);
    const toMs = Math.min(to.timeMs, t.toMs);
    return { fromMs, toMs, micro: Number(microAt(toMs, t.multiplier) - microAt(fromMs, t.multiplier)) };
  });
}

/** Sum of pieces. */
export function sumOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.micro, 0);
}

/**
 * Energy across declared exchanges, each at its own instant (E6): (final − a) + (b − initial), each part at least 0.
 * A final or initial that falls short of its neighbour by less than its own last digit or by at most a tick is taken
 * as equal to it; a part below 0 may hold a rollover where digits and a limit are declared. Null: it does not fit.
 */
export function riseAcross(
  from: Stand,
  to: Stand,
  exchanges: readonly Exchange[],
  terms: TermsByDate,
): ExchangeRise | null {
  const spans: { fromMs: number; toMs: number; pieces: Piece[] }[] = [];
  const fitted: FittedExchange[] = [];
  const rollovers: { atMs: number; micro: number }[] = [];
  let at: Stand = from;
  for (const exchange of exchanges) {
    const old = terms.before(exchange.atMs);
    const next = exchanges[exchanges.indexOf(exchange) + 1];
    const after: Stand =
      next === undefined || next.atMs > to.timeMs ? to : { timeMs: next.atMs, display: next.final };
    const final = nearest(exchange.final, at.display, old.modulus, terms, at.timeMs, exchange.atMs, 1);
    const initial = nearest(
      exchange.initial,
      after.display,
      terms.at(exchange.atMs).modulus,
      terms,
      exchange.atMs,
      after.timeMs,
      -1,
    );
    if (final === null || initial === null) return null;
    const pieces = linearPieces(
      at,
      { timeMs: exchange.atMs, display: final.display },
      final.rolled ? (old.modulus ?? 0) : 0,
      terms,
    );
    if (final.rolled) rollovers.push({ atMs: exchange.atMs, micro: Number(old.modulusMicro) });
    spans.push({ fromMs: at.timeMs, toMs: exchange.atMs, pieces });
    const fresh = terms.at(exchange.atMs);
    fitted.push({
      exchange,
      micro: Number(old.multiplier.micro(final.display) - fresh.multiplier.micro(initial.display)),
    });
    at = { timeMs: exchange.atMs, display: initial.display };
  }
  const last = terms.at(at.timeMs);
  const rolled = to.display < at.display;
  const raise = rolled ? (last.modulus ?? 0) : 0;
  if (rolled) rollovers.push({ atMs: to.timeMs, micro: Number(last.modulusMicro) });
  if (to.timeMs > at.timeMs) {
    spans.push({ fromMs: at.timeMs, toMs: to.timeMs, pieces: linearPieces(at, to, raise, terms) });
  } else {
    // a reading at the exchange's own instant: what it shows above the initial value lies before it
    const micro = Number(last.multiplier.micro(to.display) - last.multiplier.micro(at.display));
    const before = spans.at(-1)?.pieces;
    const end = before?.pop();
    if (before !== undefined && end !== undefined) before.push({ ...end, micro: end.micro + micro });
  }
  const micro = spans.reduce((sum, span) => sum + sumOf(span.pieces), 0);
  return { spans, micro, fitted, rollovers };
}

/**
 * Energy across one exchange whose split moved between two readings beside its instant (E6): linear between them,
 * the old multiplier up to the first, the new one from the second on.
 */
export function riseAcrossMoved(
  from: Stand,
  to: Stand,
  exchange: Exchange,
  terms: TermsByDate,
): ExchangeRise | null {
  const old = terms.at(from.timeMs);
  const fresh = terms.at(to.timeMs);
  const final = nearest(exchange.final, from.display, old.modulus, terms, from.timeMs, from.timeMs, 1);
  const initial = nearest(exchange.initial, to.display, fresh.modulus, terms, to.timeMs, to.timeMs, -1);
  if (final === null || initial === null || final.rolled || initial.rolled) return null;
  const ending = old.multiplier.micro(final.display);
  const beginning = fresh.multiplier.micro(initial.display);
  const micro = Number(
    ending - old.multiplier.micro(from.display) + fresh.multiplier.micro(to.display) - beginning,
  );
  const piece = { fromMs: from.timeMs, toMs: to.timeMs, micro };
  return {
    spans: [{ fromMs: from.timeMs, toMs: to.timeMs, pieces: [piece] }],
    micro,
    fitted: [{ exchange, micro: Number(ending - beginning) }],
    rollovers: [],
  };
}

/**
 * A declared value beside its neighbour: final (sign 1) must not lie below it, initial (sign −1) not above it.
 * Null where it does by more than its last digit and a tick, and no rollover can lie between.
 */
function nearest(
  declared: number,
  neighbour: number,
  modulus: number | null,
  terms: TermsByDate,
  fromMs: number,
  toMs: number,
  sign: 1 | -1,
): { display: number; rolled: boolean } | null {
  const short = subtract(decimalOf(neighbour), decimalOf(declared));
  const units = sign === 1 ? short.units : -short.units;
  if (units <= 0n) return { display: declared, rolled: false };
  const lastDigit = decimalOf(declared).scale;
  if (units * powerOfTen(lastDigit) < powerOfTen(short.scale)) return { display: neighbour, rolled: false };
  const missing: Decimal = { units, scale: short.scale };
  const beside = sign === 1 ? terms.before(toMs) : terms.at(fromMs);
  if (Number(beside.multiplier.microOf(missing, 1n)) <= terms.tickMicro(fromMs, toMs)) {
    return { display: neighbour, rolled: false };
  }
  const limited = Number.isFinite(terms.limitMicro(fromMs, toMs));
  return modulus !== null && limited ? { display: declared, rolled: true } : null;
}

function add(a: Decimal, b: Decimal): Decimal {
  return subtract(a, { units: -b.units, scale: b.scale });
}
