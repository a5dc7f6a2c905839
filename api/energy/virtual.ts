import { isExpected, type RegisterTerm } from "../../park/topology.ts";
import { ENERGY_FLAGS } from "../../store/telemetry.ts";
import { columnKey } from "./series.ts";
import { type EnergyColumn, emptyColumn } from "./table.ts";

/** Registers of virtual meters: what their parts make of them. */

const SHARP_BITS = 1023;
/** What one part says of a sum. */
const MARKS = ENERGY_FLAGS.simulated | ENERGY_FLAGS.typicalDay;

/** The parts that take part: those expected, and those ever heard of. */
export function partsOf(terms: readonly RegisterTerm[], columns: ReadonlyMap<string, EnergyColumn>) {
  return terms
    .map((t) => ({
      factor: t.factor,
      column: columns.get(columnKey({ meter: t.meter.id, channel: t.channel })),
      expected: isExpected(t.meter, t.channel),
    }))
    .filter((p) => p.expected || p.column?.present === true);
}

/** Puts the sum of a day's quarter-hours into its day row. */
export function foldDay(quarters: EnergyColumn, days: EnergyColumn, row: number): void {
  let micro = 0;
  let knownMs = 0;
  let marks = 0;
  let first = -1;
  let last = -1;
  for (let i = 0; i < quarters.micro.length; i++) {
    const known = quarters.knownMs[i] ?? 0;
    if (known === 0) continue;
    micro += quarters.micro[i] ?? 0;
    knownMs += known;
    marks |= (quarters.flags[i] ?? 0) & MARKS;
    if (first < 0) first = i;
    last = i;
  }
  if (knownMs === 0) return;
  const startSharp = ((quarters.flags[first] ?? 0) & ENERGY_FLAGS.startSharp15m) !== 0;
  const endSharp = ((quarters.flags[last] ?? 0) & ENERGY_FLAGS.endSharp15m) !== 0;
  days.micro[row] = micro;
  days.knownMs[row] = knownMs;
  days.flags[row] = (startSharp && endSharp ? ENERGY_FLAGS.partSharp : 0) | marks;
}

/** A virtual register: the sum of its terms where all are known throughout, else missing. */
export function combine(
  terms: readonly RegisterTerm[],
  columns: ReadonlyMap<string, EnergyColumn>,
  length: number,
): EnergyColumn {
  const out = emptyColumn(length);
  const parts = partsOf(terms, columns);
  for (let i = 0; i < length; i++) {
    let micro = 0;
    let knownMs = Number.POSITIVE_INFINITY;
    let longest = 0;
    let sharp = SHARP_BITS;
    let marks = 0;
    for (const { factor, column } of parts) {
      const known = column?.knownMs[i] ?? 0;
      const flags = column?.flags[i] ?? 0;
      micro += factor * (column?.micro[i] ?? 0);
      knownMs = Math.min(knownMs, known);
      longest = Math.max(longest, known);
      sharp &= flags;
      marks |= flags & MARKS;
    }
    if (parts.length === 0 || knownMs === 0 || knownMs !== longest) continue;
    out.micro[i] = micro;
    out.knownMs[i] = knownMs;
    out.flags[i] = sharp | marks;
  }
  return { ...out, present: parts.length > 0 };
}
