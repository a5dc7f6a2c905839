import { type Consumption, carbonPerTce, energyConsumption } from "../../standards/energy-consumption.ts";
import { type FactorBook, factorBook } from "../../standards/factors/book.ts";
import type { Factor } from "../../standards/factors/factor.ts";
import type { CarbonInputs } from "../../standards/method/amounts.ts";
import { type CarbonFigure, type CarbonOptions, nationalParkCarbon } from "../../standards/park-carbon.ts";

/** The national figure and consumption of a span under one reading of the rules, and what is asked for of it. */

export interface Reading {
  readonly exports?: CarbonOptions["exports"];
  /** Ids of factor sets. */
  readonly factors: readonly string[];
}

export interface Evaluated {
  readonly book: FactorBook;
  readonly carbon: CarbonFigure;
  readonly consumption: Consumption;
  readonly equivalent: Factor | null;
  /** tCO2/tce. */
  readonly value: number | null;
}

/** @param equivalentOf 等价值 as the book pins it or the park file names it */
export function evaluate(
  inputs: CarbonInputs,
  date: string,
  reading: Reading,
  equivalentOf: (book: FactorBook, date: string) => Factor | null,
): Evaluated {
  const book = factorBook({ pins: reading.factors });
  const options: CarbonOptions = { date, book, exports: reading.exports ?? "own-kind" };
  const carbon = nationalParkCarbon(inputs, options);
  const equivalent = equivalentOf(book, date);
  const consumption = energyConsumption(inputs, equivalent, options);
  return { book, carbon, consumption, equivalent, value: carbonPerTce(carbon.totalKg, consumption.totalTce) };
}

/** A reading with a pin of its own in place of what was pinned of the same family. */
export function withPin(reading: Reading, pin: string, family: (id: string) => string | null): Reading {
  return { ...reading, factors: [...reading.factors.filter((id) => family(id) !== family(pin)), pin] };
}
