import { QUARTER_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import { enterprisesOf, type Scope } from "../../park/topology.ts";
import type { MeteredProfile } from "../../standards/pathway/local-supply.ts";
import { belongsTo, columnOf, type FlowTerm, flowsOf, registersOf } from "../energy/flows.ts";
import type { EnergyTable } from "../energy/table.ts";
import type { StandardsDeps } from "../standards/deps.ts";
import type { Span } from "../standards/spans.ts";
import { LEAST_DAYS } from "./history.ts";

/**
 * What a boundary bought and gave away in each quarter-hour of a span, less what PV of its neighbours already reached
 * over private networks and direct lines: the surplus that more storage could keep, the need that more PV could meet.
 */

const DAYS_AT_ONCE = 31;
const QUARTERS_OF_YEAR = 365 * 96;

/** The profile of a span of whole days, up to now; null where less than a week of quarter-hours is known. @throws StoreError */
export async function readProfile(
  deps: StandardsDeps,
  scope: Scope,
  span: Span,
  nowMs: number,
): Promise<MeteredProfile | null> {
  const { park, reader, matching } = deps;
  const calendar = park.calendar;
  const toMs = Math.min(span.toMs, Math.floor(nowMs / QUARTER_MS) * QUARTER_MS);
  const length = Math.max(0, Math.round((toMs - span.fromMs) / QUARTER_MS));
  const column = () => new Float64Array(length).fill(Number.NaN);
  const profile = { importKwh: column(), exportKwh: column() };
  const arrays = ownArrays(park, scope, toMs).map((array) => ({ ...array, kwh: column() }));
  const days = calendar.buckets(span.fromMs, toMs, "1d");
  for (let i = 0; i < days.length; i += DAYS_AT_ONCE) {
    const fromMs = days[i] ?? span.fromMs;
    const endMs = Math.min(days[i + DAYS_AT_ONCE] ?? toMs, toMs);
    const flows = flowsOf(park, scope, fromMs, endMs);
    const terms = [...flows.gridImport, ...flows.gridExport, ...flows.pv];
    const table = await reader.quarterHours(registersOf(terms), fromMs, endMs);
    const first = Math.round((fromMs - span.fromMs) / QUARTER_MS);
    addTerms(profile.importKwh, first, table, flows.gridImport, "known");
    addTerms(profile.exportKwh, first, table, flows.gridExport, "known");
    // A connection that gives nothing away has no register of it.
    if (flows.gridExport.every((t) => columnOf(table, t) === null))
      profile.exportKwh.fill(0, first, first + table.startMs.length);
    for (const array of arrays) {
      const own = flows.pv.filter((t) => array.meters.has(t.meter.id));
      addTerms(array.kwh, first, table, own, "all");
    }
  }
  const crossings = await matching.crossings(scope, span.fromMs, toMs, nowMs);
  takeOff(profile.importKwh, crossings.takenMwh);
  takeOff(profile.exportKwh, crossings.givenMwh);
  let known = 0;
  for (let q = 0; q < length; q++)
    if (!Number.isNaN((profile.importKwh[q] ?? Number.NaN) + (profile.exportKwh[q] ?? Number.NaN))) known++;
  if (known < LEAST_DAYS * 96) return null;
  return { ...profile, pvKwhPerKwp: yieldOf(arrays, length), toYear: QUARTERS_OF_YEAR / known };
}

/**
 * Adds registers to a column. "all": a quarter-hour of which one of them is not known whole stays unknown. "known": what
 * is not known counts nothing, so that neither surplus nor need is ever made of a guess.
 */
function addTerms(
  into: Float64Array,
  first: number,
  table: EnergyTable,
  terms: readonly FlowTerm[],
  needed: "all" | "known",
): void {
  const columns = terms.flatMap((term) => {
    const column = columnOf(table, term);
    return column === null ? [] : [{ column, term, belongs: belongsTo(table, term) }];
  });
  if (columns.length === 0) return;
  for (let row = 0; row < table.startMs.length; row++) {
    let kwh = Number.NaN;
    for (const { column, term, belongs } of columns) {
      if (belongs !== null && belongs[row] !== 1) continue;
      if ((column.knownMs[row] ?? 0) === QUARTER_MS) {
        kwh = (Number.isNaN(kwh) ? 0 : kwh) + (term.sign * (column.micro[row] ?? 0)) / MICRO;
      } else if (needed === "all") {
        kwh = Number.NaN;
        break;
      }
    }
    into[first + row] = kwh;
  }
}

interface OwnArray {
  readonly meters: ReadonlySet<string>;
  readonly capacityKwp: number;
}

/** PV arrays that meters of their own measure; a meter of two arrays tells neither's yield. */
function ownArrays(park: Park, scope: Scope, toMs: number): OwnArray[] {
  const members = enterprisesOf(park, scope, toMs - 1);
  const arrays = park.assets.filter((a) => a.kind === "pv").filter((a) => members.has(a.enterprise));
  return arrays
    .filter((a) => a.meters.every((m) => arrays.every((b) => b === a || !b.meters.includes(m))))
    .map((a) => ({ meters: new Set(a.meters), capacityKwp: a.capacityKwp }));
}

/** kWh of a kWp by quarter-hour, from the arrays known in it; null where none ever is. */
function yieldOf(
  arrays: readonly (OwnArray & { readonly kwh: Float64Array })[],
  length: number,
): Float64Array | null {
  const perKwp = new Float64Array(length).fill(Number.NaN);
  let known = false;
  for (let q = 0; q < length; q++) {
    let kwh = 0;
    let capacityKwp = 0;
    for (const array of arrays) {
      const made = array.kwh[q] ?? Number.NaN;
      if (Number.isNaN(made)) continue;
      kwh += made;
      capacityKwp += array.capacityKwp;
    }
    if (capacityKwp === 0) continue;
    // An array's own use at night is no generation.
    perKwp[q] = Math.max(0, kwh) / capacityKwp;
    known = true;
  }
  return known ? perKwp : null;
}

/** Takes off what crossed from one connection to another: it is used already, and zero already. */
function takeOff(kwh: Float64Array, crossedMwh: Float64Array): void {
  for (let q = 0; q < kwh.length; q++)
    kwh[q] = Math.max(0, (kwh[q] ?? Number.NaN) - (crossedMwh[q] ?? 0) / MICRO);
}
