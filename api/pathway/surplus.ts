import { QUARTER_MS } from "../../park/calendar.ts";
import type { Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import { enterprisesOf, type Scope } from "../../park/topology.ts";
import type { MeteredProfile } from "../../standards/pathway/local-supply.ts";
import { columnOf, type FlowTerm, flowsOf, registersOf } from "../energy/flows.ts";
import type { EnergyTable } from "../energy/reader.ts";
import type { StandardsDeps } from "../standards/deps.ts";
import type { Span } from "../standards/spans.ts";

/**
 * What a boundary bought and gave away in each quarter-hour of a span, less what PV of its neighbours already reached
 * over private networks and direct lines: the surplus that more storage could keep, the need that more PV could meet.
 */

const DAYS_AT_ONCE = 31;
const QUARTERS_OF_YEAR = 365 * 96;

/** The profile of a span of whole days, up to now; null where no quarter-hour is known. @throws StoreError */
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
  const profile = {
    importKwh: new Float64Array(length).fill(Number.NaN),
    exportKwh: new Float64Array(length).fill(Number.NaN),
    pvKwh: new Float64Array(length).fill(Number.NaN),
  };
  const days = calendar.buckets(span.fromMs, toMs, "1d");
  for (let i = 0; i < days.length; i += DAYS_AT_ONCE) {
    const fromMs = days[i] ?? span.fromMs;
    const endMs = Math.min(days[i + DAYS_AT_ONCE] ?? toMs, toMs);
    const flows = flowsOf(park, scope, fromMs, endMs);
    const terms = [...flows.gridImport, ...flows.gridExport, ...flows.pv];
    const table = await reader.quarterHours(registersOf(terms), fromMs, endMs);
    const first = Math.round((fromMs - span.fromMs) / QUARTER_MS);
    addTerms(profile.importKwh, first, table, flows.gridImport);
    addTerms(profile.exportKwh, first, table, flows.gridExport);
    addTerms(profile.pvKwh, first, table, flows.pv);
    // A connection that gives nothing away has no register of it.
    if (flows.gridExport.every((t) => columnOf(table, t) === null))
      profile.exportKwh.fill(0, first, first + table.startMs.length);
  }
  const crossings = await matching.crossings(scope, span.fromMs, toMs, nowMs);
  takeOff(profile.importKwh, crossings.takenMwh);
  takeOff(profile.exportKwh, crossings.givenMwh);
  let known = 0;
  for (let q = 0; q < length; q++)
    if (!Number.isNaN((profile.importKwh[q] ?? Number.NaN) + (profile.exportKwh[q] ?? Number.NaN))) known++;
  if (known === 0) return null;
  const capacityKwp = ownArraysKwp(park, scope, span, toMs);
  if (capacityKwp !== null)
    for (let q = 0; q < length; q++) profile.pvKwh[q] = Math.max(0, profile.pvKwh[q] ?? 0) / capacityKwp;
  return {
    importKwh: profile.importKwh,
    exportKwh: profile.exportKwh,
    pvKwhPerKwp: capacityKwp === null ? null : profile.pvKwh,
    toYear: QUARTERS_OF_YEAR / known,
  };
}

/** Adds registers to a column; a quarter-hour of which one of them is not known whole stays unknown. */
function addTerms(into: Float64Array, first: number, table: EnergyTable, terms: readonly FlowTerm[]): void {
  const columns = terms.flatMap((term) => {
    const column = columnOf(table, term);
    return column === null ? [] : [{ column, term }];
  });
  if (columns.length === 0) return;
  for (let row = 0; row < table.startMs.length; row++) {
    const t = table.startMs[row] ?? 0;
    let kwh = 0;
    for (const { column, term } of columns) {
      if (!term.spans.some((s) => s.fromMs <= t && t < s.toMs)) continue;
      if ((column.knownMs[row] ?? 0) !== QUARTER_MS) {
        kwh = Number.NaN;
        break;
      }
      kwh += (term.sign * (column.micro[row] ?? 0)) / MICRO;
    }
    into[first + row] = kwh;
  }
}

/** Takes off what crossed from one connection to another: it is used already, and zero already. */
function takeOff(kwh: Float64Array, crossedMwh: Float64Array): void {
  for (let q = 0; q < kwh.length; q++)
    kwh[q] = Math.max(0, (kwh[q] ?? Number.NaN) - (crossedMwh[q] ?? 0) / MICRO);
}

/** kWp of the boundary's arrays; null where they are not just what its PV meters measure. */
function ownArraysKwp(park: Park, scope: Scope, span: Span, toMs: number): number | null {
  const members = enterprisesOf(park, scope, toMs - 1);
  const arrays = park.assets.filter((a) => a.kind === "pv").filter((a) => members.has(a.enterprise));
  const metered = new Set(arrays.flatMap((a) => a.meters));
  const read = new Set(flowsOf(park, scope, span.fromMs, toMs).pv.map((t) => t.meter.id));
  const capacityKwp = arrays.reduce((sum, a) => sum + a.capacityKwp, 0);
  return capacityKwp > 0 && metered.size === read.size && [...read].every((m) => metered.has(m))
    ? capacityKwp
    : null;
}
