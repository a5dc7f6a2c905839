import type { Exchange } from "../../park/park.ts";
import type { RegisterReading } from "./engine.ts";
import type { Events } from "./events.ts";
import type { ExchangeBook } from "./exchange-book.ts";
import type { Judging } from "./judging.ts";
import { copyState, type JudgingState } from "./judging-state.ts";
import type { KeptRows, RowBuffer } from "./row-buffer.ts";

/** E6 looks for the split this far around a declared exchange. */
const AROUND_MS = 3_600_000;

/** The readings around a declared exchange that is not placed yet, and how judging stood before them. */
export interface Zone {
  readonly before: JudgingState;
  readonly readings: RegisterReading[];
  /** Rows made before, as they stood then: what is judged in between may take them back. */
  readonly kept: KeptRows;
}

/**
 * E6: finds where each declared exchange lies. In the order of trial: at its own instant; between the nearest pair
 * of readings within the hour before; at its own instant with one contradicting reading beside it set aside; between
 * the first pair within the hour after; else it is refused. All of it follows from the readings in order of time.
 */
export class ExchangePlacing {
  readonly #judging: Judging;
  readonly #book: ExchangeBook;
  readonly #rows: RowBuffer;
  #zone: Zone | null = null;
  /** approaching: no reading beyond it yet. crossing: one that did not fit. doubted: judged without it so far. */
  #stage: "approaching" | "crossing" | "doubted" = "approaching";
  /** Exchanges between the same two readings stand or fall together. */
  #together = 1;
  #beyond: { readonly before: number; readonly after: number } | null = null;

  constructor(judging: Judging, book: ExchangeBook, rows: RowBuffer) {
    this.#judging = judging;
    this.#book = book;
    this.#rows = rows;
  }

  /** Not null while an exchange is being placed: everything since may be judged anew. */
  get zone(): Zone | null {
    return this.#zone;
  }

  /** What is listed while it is not final. */
  get pendingEvents(): Events {
    return this.#zone !== null && this.#stage === "doubted" ? this.#refusals() : [];
  }

  /** Takes the next reading. */
  take(reading: RegisterReading): void {
    const exchange = this.#book.next;
    if (exchange === null || reading.timeMs < exchange.atMs - AROUND_MS) {
      this.#judging.take(reading);
      return;
    }
    if (this.#judging.state.last === null) {
      // an exchange before the first reading of all has nothing to say about it
      this.#book.place("in-place", this.#book.countUntil(reading.timeMs));
      this.#judging.take(reading);
      return;
    }
    if (this.#zone === null) {
      const { state } = this.#judging;
      this.#zone = { before: copyState(state), readings: [], kept: this.#rows.kept(state) };
      this.#stage = "approaching";
    }
    this.#takeNear(this.#zone, exchange, reading);
  }

  #takeNear(zone: Zone, exchange: Exchange, reading: RegisterReading): void {
    const previous = zone.readings.at(-1);
    if (this.#stage === "doubted" && previous !== undefined) {
      if (this.#together > 1 || previous.timeMs > exchange.atMs + AROUND_MS) {
        this.#refuse();
        this.take(reading);
        return;
      }
      zone.readings.push(reading);
      this.#takeDoubting(exchange, previous, reading);
      return;
    }
    zone.readings.push(reading);
    if (reading.timeMs < exchange.atMs) {
      this.#judging.take(reading);
      return;
    }
    if (this.#stage === "crossing") {
      this.#judging.take(reading);
      if (this.#book.next !== exchange) this.#zone = null;
      else this.#doubt(zone, exchange);
      return;
    }
    this.#cross(zone, exchange, reading);
  }

  /** The first reading at or after the exchange's instant. */
  #cross(zone: Zone, exchange: Exchange, reading: RegisterReading): void {
    const { state } = this.#judging;
    this.#together = this.#book.countUntil(reading.timeMs);
    this.#beyond = { before: state.last?.display ?? reading.display, after: reading.display };
    // a suspect beside it contradicts: then a pair before comes first, and setting the suspect aside second
    const settled = state.suspect === null;
    if (settled) {
      this.#judging.take(reading);
      if (this.#book.next !== exchange) {
        this.#zone = null;
        return;
      }
    }
    const moved = this.#moveEarlier(zone, exchange);
    if (moved === "moved") return;
    if (moved === "tried") {
      this.#restart(zone);
      for (const before of zone.readings.slice(0, -1)) this.#judging.take(before);
    }
    if (moved === "tried" || !settled) this.#judging.take(reading);
    if (this.#book.next === exchange) this.#stage = "crossing";
    else this.#zone = null;
  }

  /** Looks for a pair of readings before the exchange's instant where it fits, nearest first. */
  #moveEarlier(zone: Zone, exchange: Exchange): "moved" | "tried" | "none" {
    if (this.#together > 1) return "none";
    const { readings } = zone;
    let found: "tried" | "none" = "none";
    for (let i = readings.length - 2; i >= 0; i--) {
      const second = readings[i];
      const first = i === 0 ? zone.before.last : readings[i - 1];
      if (first === undefined || first === null || second === undefined || second.timeMs >= exchange.atMs)
        continue;
      if (this.#book.movedRise(first, second) === null) continue;
      found = "tried";
      this.#restart(zone);
      for (const reading of readings.slice(0, i)) this.#judging.take(reading);
      if (this.#movedBetween(first.timeMs, second)) {
        for (const reading of readings.slice(i + 1)) this.take(reading);
        return "moved";
      }
    }
    return found;
  }

  /** Only a step leads across it: judges without it, and watches for a later pair of readings where it fits. */
  #doubt(zone: Zone, exchange: Exchange): void {
    const { readings } = zone;
    this.#stage = "doubted";
    this.#book.doubt(true, this.#together);
    this.#restart(zone);
    readings.forEach((reading, i) => {
      if (this.#zone !== zone) this.take(reading);
      else this.#takeDoubting(exchange, readings[i - 1] ?? null, reading);
    });
  }

  /** Back to where the zone began. */
  #restart(zone: Zone): void {
    this.#judging.restore(copyState(zone.before));
    this.#rows.resume(zone.kept);
    this.#judging.repeatLastLink();
  }

  #takeDoubting(exchange: Exchange, previous: RegisterReading | null, reading: RegisterReading): void {
    const later = previous !== null && previous.timeMs >= exchange.atMs && this.#together === 1;
    if (later && this.#movedBetween(previous.timeMs, reading)) return;
    this.#judging.take(reading);
  }

  /** Places the exchange between the last trusted reading, if that is the one meant, and this one. */
  #movedBetween(firstMs: number, second: RegisterReading): boolean {
    const { last, suspect } = this.#judging.state;
    if (last === null || suspect !== null || last.timeMs !== firstMs) return false;
    const rise = this.#book.movedRise(last, second);
    if (rise === null) return false;
    this.#zone = null;
    this.#judging.takeMoved(second, rise);
    return true;
  }

  #refuse(): void {
    const refusals = this.#refusals();
    this.#zone = null;
    this.#book.place("refused", this.#together);
    for (const refusal of refusals) this.#judging.list(refusal);
  }

  #refusals(): Events {
    const beside = this.#beyond === null ? "" : ` before=${this.#beyond.before} after=${this.#beyond.after}`;
    return this.#book.upcoming(this.#together).map(({ atMs, final, initial }) => ({
      kind: "exchange-refused",
      timeMs: atMs,
      untilMs: atMs,
      count: 1,
      micro: null,
      detail: `final=${final} initial=${initial}${beside}`,
    }));
  }
}
