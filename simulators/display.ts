import { type Dated, valueAt } from "../park/dated.ts";
import type { Meter, RegisterDeclaration } from "../park/park.ts";
import { CHANNELS } from "../park/quantities.ts";
import type { ParkModel } from "./model.ts";
import { seedOf, uniform } from "./random.ts";

/**
 * What stands on a register's display: energy over the multiplier, cut to the display's resolution, around at its last
 * digit. Old when the simulation begins. Declared exchanges and changes of the multiplier are played on their dates.
 */
export class Display {
  readonly #model: ParkModel;
  readonly #meterId: string;
  readonly #declaration: RegisterDeclaration;
  readonly #base: number;
  /** Dates on which the multiplier changes or the meter is exchanged, ascending. */
  readonly #breaks: readonly number[];

  constructor(model: ParkModel, meter: Meter, declaration: RegisterDeclaration, seed: number) {
    this.#model = model;
    this.#meterId = meter.id;
    this.#declaration = declaration;
    this.#base = baseDisplay(meter, declaration, seed);
    const dates = new Set<number>();
    for (const entry of declaration.multiplier) if (Number.isFinite(entry.fromMs)) dates.add(entry.fromMs);
    for (const exchange of declaration.exchanges) dates.add(exchange.atMs);
    this.#breaks = [...dates].sort((a, b) => a - b);
  }

  /** The display at an instant, to the register's resolution. */
  at(timeMs: number): number {
    const resolution = inForce(this.#declaration.resolution, timeMs) ?? 0.01;
    const digits = inForce(this.#declaration.digits, timeMs);
    const modulus = digits === null ? Number.POSITIVE_INFINITY : 10 ** digits;
    let display = this.#unrolled(timeMs);
    // 1e-6 of a step: what arithmetic leaves just under a step is the step.
    let ticks = Math.floor(display / resolution + 1e-6);
    if (Number.isFinite(modulus)) {
      const turn = Math.round(modulus / resolution);
      ticks = ((ticks % turn) + turn) % turn;
    }
    display = ticks * resolution;
    return Number(display.toFixed(decimals(resolution)));
  }

  /** The display without its end: anchored at the last exchange before, or the first after, else at the epoch. */
  #unrolled(timeMs: number): number {
    const { exchanges } = this.#declaration;
    let anchor: { atMs: number; display: number } | null = null;
    for (const exchange of exchanges) {
      if (exchange.atMs <= timeMs) anchor = { atMs: exchange.atMs, display: exchange.initial };
    }
    const first = exchanges[0];
    if (anchor === null && first !== undefined) anchor = { atMs: first.atMs, display: first.final };
    return anchor === null
      ? this.#base + this.#turned(null, timeMs)
      : anchor.display + this.#turned(anchor.atMs, timeMs);
  }

  /** By how much the display moves between two instants (null: the model's epoch): energy over the multiplier of its time. */
  #turned(fromMs: number | null, toMs: number): number {
    const low = fromMs === null ? Number.NEGATIVE_INFINITY : Math.min(fromMs, toMs);
    const high = fromMs === null ? toMs : Math.max(fromMs, toMs);
    const cuts = this.#breaks.filter((t) => t > low && t < high);
    let sum = 0;
    let at = fromMs === null ? Number.NEGATIVE_INFINITY : low;
    for (const cut of [...cuts, high]) {
      const amount = this.#amount(cut) - (Number.isFinite(at) ? this.#amount(at) : 0);
      const within = Number.isFinite(at) ? at : cut - 1;
      sum += amount / (inForce(this.#declaration.multiplier, within) ?? 1);
      at = cut;
    }
    return fromMs !== null && toMs < fromMs ? -sum : sum;
  }

  #amount(timeMs: number): number {
    const { imported, exported } = this.#model.passed(this.#meterId, timeMs);
    switch (this.#declaration.energyChannel) {
      case "energyExportKwh":
        return exported;
      // Power factor 0.95 of what is taken, and a little capacitive in the other direction.
      case "reactiveImportKvarh":
        return 0.33 * imported;
      case "reactiveExportKvarh":
        return 0.02 * imported + 0.05 * exported;
      default:
        return imported;
    }
  }
}

/** The value in force, or the first one before its date. */
function inForce<T>(list: Dated<T>, timeMs: number): T | null {
  return valueAt(list, timeMs) ?? list[0]?.value ?? null;
}

function decimals(resolution: number): number {
  const text = resolution.toString();
  const exponent = text.indexOf("e-");
  if (exponent >= 0) return Number(text.slice(exponent + 2));
  const point = text.indexOf(".");
  return point < 0 ? 0 : text.length - point - 1;
}

/** One to seven years of service at a third of the rating, or what the digits hold of it. */
function baseDisplay(meter: Meter, declaration: RegisterDeclaration, seed: number): number {
  const own = seedOf(seed, `${meter.id} ${declaration.channel}`);
  const years = 1 + 6 * uniform(own, 1);
  const medium = CHANNELS[declaration.energyChannel].direction;
  const main = medium === "import" ? meter.role !== "pv" : meter.role === "pv" || meter.role === "storage";
  const rate = (inForce(declaration.maxRatePerHour, 0) ?? 200) * (main ? 0.33 : 0.004);
  const display = (years * 8766 * rate) / (inForce(declaration.multiplier, 0) ?? 1);
  const digits = inForce(declaration.digits, 0);
  const resolution = inForce(declaration.resolution, 0) ?? 0.01;
  // Away from the end of the display: it rolls over when told to, not by chance.
  const room = digits === null ? display : display % (0.8 * 10 ** digits);
  return Math.floor(room / resolution) * resolution;
}
