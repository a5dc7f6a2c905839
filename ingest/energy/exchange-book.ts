import type { Exchange, RegisterDeclaration } from "../../park/park.ts";
import { type ExchangeRise, riseAcross, riseAcrossMoved, type Stand } from "./rises.ts";
import { type Placement, TermsByDate } from "./terms.ts";
import { LONGEST_GAP_MS } from "./voids.ts";

/** The declared exchanges of a register: which are placed or refused already, and the terms that follow (E6, E11). */
export class ExchangeBook {
  readonly #declaration: RegisterDeclaration;
  #placements: Placement[] = [];
  /** While true, the exchange in question is looked at as if it were never declared. */
  #doubted = false;
  #terms: TermsByDate;

  /** @param placements of the exchanges judged before, in their order. */
  constructor(declaration: RegisterDeclaration, placements: readonly Placement[]) {
    this.#declaration = declaration;
    this.#placements = [...placements];
    this.#terms = new TermsByDate(declaration, placements);
  }

  get terms(): TermsByDate {
    return this.#terms;
  }

  get placements(): readonly Placement[] {
    return this.#placements;
  }

  /** The first exchange not judged yet. */
  get next(): Exchange | null {
    return this.#declaration.exchanges[this.#placements.length] ?? null;
  }

  /** True when an exchange not judged yet lies between two instants: after the first, at or before the second. */
  between(fromMs: number, toMs: number): boolean {
    const next = this.next;
    return next !== null && !this.#doubted && fromMs < next.atMs && next.atMs <= toMs;
  }

  /** The next exchanges not judged yet. */
  upcoming(count: number): readonly Exchange[] {
    const start = this.#placements.length;
    return this.#declaration.exchanges.slice(start, start + count);
  }

  /** How many exchanges not judged yet lie at or before an instant. */
  countUntil(timeMs: number): number {
    return this.#declaration.exchanges.slice(this.#placements.length).filter((x) => x.atMs <= timeMs).length;
  }

  /** Energy across the exchanges between two stands, each at its own instant, or null where they do not fit. */
  rise(from: Stand, to: Stand): ExchangeRise | null {
    if (to.timeMs - from.timeMs > LONGEST_GAP_MS) return null;
    const between = this.upcoming(this.countUntil(to.timeMs));
    const rise = riseAcross(from, to, between, this.#terms);
    return rise !== null && rise.micro <= this.#terms.limitMicro(from.timeMs, to.timeMs) ? rise : null;
  }

  /** Energy across the next exchange with its split moved between two readings, or null where it does not fit. */
  movedRise(from: Stand, to: Stand): ExchangeRise | null {
    const exchange = this.next;
    if (exchange === null || to.timeMs - from.timeMs > LONGEST_GAP_MS) return null;
    const terms = new TermsByDate(this.#declaration, [...this.#placements, to.timeMs]);
    const rise = riseAcrossMoved(from, to, exchange, terms);
    return rise !== null && rise.micro <= terms.limitMicro(from.timeMs, to.timeMs) ? rise : null;
  }

  /** Settles where the next exchanges lie. */
  place(placement: Placement, count: number): void {
    for (let i = 0; i < count; i++) this.#placements.push(placement);
    this.#doubted = false;
    if (placement !== "in-place") this.#terms = new TermsByDate(this.#declaration, this.#placements);
  }

  /** Looks at the next exchanges as if they were never declared, or no longer so. */
  doubt(doubted: boolean, count: number): void {
    this.#doubted = doubted;
    const placements = doubted
      ? [...this.#placements, ...Array<Placement>(count).fill("refused")]
      : this.#placements;
    this.#terms = new TermsByDate(this.#declaration, placements);
  }
}
