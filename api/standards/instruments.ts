import type { Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import type { Generation, Instrument, Sale } from "../../standards/green/claims.ts";
import { type GreenDay, nodeValue } from "../../standards/green/day-result.ts";
import type { CertificateLot, CertificateUse, Settlement } from "../../store/records.ts";
import type { MatchedDay } from "./matching.ts";
import type { ParkNode, Structure } from "./nodes.ts";
import { ownProjects, projectOfMeter, pvAssets } from "./projects.ts";
import type { RecordBook } from "./record-book.ts";

/** What attaches to claims: meters, certificates, settlements and the park file's contracts, as instruments. */

/** mWh of a kWh's thousandth: claims are in whole Wh. */
const MWH_PER_WH = MICRO / 1000;
const WH_PER_CERTIFICATE = 1_000_000;

/** An instrument with what stands behind it. */
export interface Document {
  readonly instrument: Instrument;
  /** Id in the ledger or the park file, or the meter's. */
  readonly record: string;
  /** As the document says, before the part of a month that is not metered is taken off. */
  readonly energyKwh: number;
  readonly evidence: string;
  readonly certificate: {
    readonly series: string;
    readonly first: number;
    readonly last: number;
    readonly state: CertificateState;
  } | null;
  readonly byInterval: boolean;
}

type CertificateState = "allocated" | "cancelled";

/** Of documents; meters' come from matched days. @throws StoreError */
export async function readDocuments(
  park: Park,
  records: Pick<RecordBook, "lots" | "uses" | "settlements">,
): Promise<{ readonly documents: readonly Document[]; readonly sales: readonly Sale[] }> {
  const own = ownProjects(park);
  const projectOf = (name: string) => own.get(name) ?? name;
  const [lots, uses, settlements] = [await records.lots(), await records.uses(), await records.settlements()];
  const bySeries = new Map<string, CertificateLot[]>();
  for (const lot of lots) bySeries.set(lot.series, [...(bySeries.get(lot.series) ?? []), lot]);
  const documents: Document[] = [
    ...settlements.map((s) => settlementDocument(s, projectOf)),
    ...park.contracts.map(
      (c): Document => ({
        instrument: {
          id: `contract:${c.id}`,
          kind: c.kind,
          project: projectOf(c.project),
          generatedIn: c.month,
          beneficiary: c.enterprise,
          usedIn: c.month,
          energyWh: Math.floor(c.energyKwh * 1000),
          isDeclared: true,
        },
        record: c.id,
        energyKwh: c.energyKwh,
        evidence: c.evidence,
        certificate: null,
        byInterval: false,
      }),
    ),
  ];
  const sales: Sale[] = [];
  for (const use of uses) {
    for (const lot of bySeries.get(use.series) ?? []) {
      const [first, last] = [Math.max(lot.first, use.first), Math.min(lot.last, use.last)];
      if (first > last) continue;
      const energyWh = (last - first + 1) * WH_PER_CERTIFICATE;
      const project = projectOf(lot.project);
      if (use.purpose === "sold") sales.push({ project, month: lot.month, energyWh });
      else documents.push(certificateDocument(use, lot, { project, first, last, energyWh }));
    }
  }
  return { documents, sales };
}

function settlementDocument(s: Settlement, projectOf: (name: string) => string): Document {
  return {
    instrument: {
      id: `settlement:${s.id}`,
      kind: s.kind,
      project: projectOf(s.project),
      generatedIn: s.month,
      beneficiary: s.beneficiary,
      usedIn: s.month,
      energyWh: Math.floor(s.energyKwh * 1000),
    },
    record: s.reference,
    energyKwh: s.energyKwh,
    evidence: s.evidence,
    certificate: null,
    byInterval: s.quarterHoursKwh !== null,
  };
}

function certificateDocument(
  use: CertificateUse,
  lot: CertificateLot,
  of: { readonly project: string; readonly first: number; readonly last: number; readonly energyWh: number },
): Document {
  const isCancelled = use.cancelledAtMs !== null;
  return {
    instrument: {
      id: `certificate:${use.id}:${lot.id}`,
      kind: "certificate",
      project: of.project,
      generatedIn: lot.month,
      beneficiary: use.beneficiary,
      usedIn: use.month,
      energyWh: of.energyWh,
      certificate: { tradable: lot.tradable, isCancelled },
    },
    record: String(use.id),
    energyKwh: of.energyWh / 1000,
    evidence: use.evidence,
    certificate: {
      series: lot.series,
      first: of.first,
      last: of.last,
      state: isCancelled ? "cancelled" : "allocated",
    },
    byInterval: false,
  };
}

/** What meters say of the park's own plants in the months of the days given: own use, deliveries, generation. */
export function meteredInstruments(
  park: Park,
  days: readonly MatchedDay[],
): { readonly instruments: readonly Instrument[]; readonly generations: readonly Generation[] } {
  const uses = new Map<string, Instrument>();
  const made = new Map<string, Generation>();
  for (const day of days) {
    const month = park.calendar.monthKey(day.startMs);
    for (const { kind, project, beneficiary, wh } of meteredOf(park, day)) {
      if (kind === "generation") {
        const key = `${project} ${month}`;
        made.set(key, { project, month, energyWh: (made.get(key)?.energyWh ?? 0) + wh });
        continue;
      }
      const id = `${kind}:${project}:${month}:${beneficiary}`;
      const energyWh = (uses.get(id)?.energyWh ?? 0) + wh;
      uses.set(id, { id, kind, project, generatedIn: month, beneficiary, usedIn: month, energyWh });
    }
  }
  return { instruments: [...uses.values()], generations: [...made.values()] };
}

interface Metered {
  readonly kind: "self-use" | "network" | "generation";
  readonly project: string;
  readonly beneficiary: string;
  readonly wh: number;
}

/** Of days that stay the same it is reckoned once. */
const meteredDays = new WeakMap<GreenDay, readonly Metered[]>();

function meteredOf(park: Park, { structure, day }: MatchedDay): readonly Metered[] {
  const kept = meteredDays.get(day);
  if (kept !== undefined) return kept;
  const found: Metered[] = [];
  const plants = structure.nodes.map((n) => plantsOf(park, n));
  const add = (kind: Metered["kind"], node: number, beneficiary: string, mwh: number) => {
    for (const { project, wh } of shares(plants[node] ?? [], mwh))
      if (wh > 0) found.push({ kind, project, beneficiary, wh });
  };
  structure.nodes.forEach((node, place) => {
    const value = (field: Parameters<typeof nodeValue>[2]) => nodeValue(day, place, field);
    add("self-use", place, node.enterprise, value("ownUse") + value("storageOwnUse"));
    add("generation", place, "", value("pv"));
  });
  addDeliveries(structure, day, add);
  meteredDays.set(day, found);
  return found;
}

interface Plant {
  readonly project: string;
  readonly weight: number;
}

/** The plants behind a node by their rating: what they made together is known, what each brought to whom is not. */
function plantsOf(park: Park, node: ParkNode): Plant[] {
  const projects = new Set(node.terms.pv.map((t) => projectOfMeter(park, t.meter)));
  return [...projects].map((project) => ({
    project,
    weight: Math.max(1, Math.round(pvAssets(park).find((a) => a.id === project)?.capacityKwp ?? 1)),
  }));
}

function shares(plants: readonly Plant[], mwh: number): { readonly project: string; readonly wh: number }[] {
  let left = Math.floor(mwh / MWH_PER_WH);
  let weights = plants.reduce((sum, p) => sum + p.weight, 0);
  return plants.map(({ project, weight }) => {
    const wh = Math.floor((left * weight) / weights);
    left -= wh;
    weights -= weight;
    return { project, wh };
  });
}

/** Of what a node received and used, at once or through storage, each giver's part. */
function addDeliveries(
  structure: Structure,
  day: GreenDay,
  add: (kind: "network", giver: number, beneficiary: string, mwh: number) => void,
): void {
  const { layout, nodes } = structure;
  const received = nodes.map((_, place) => {
    const value = (field: Parameters<typeof nodeValue>[2]) => nodeValue(day, place, field);
    return {
      used: value("networkUse") + value("lineUse") + value("storageNetworkUse"),
      came: value("networkUse") + value("lineUse") + value("networkCharge") + value("lineCharge"),
    };
  });
  layout.members.forEach((places, network) => {
    const start = layout.pairStarts[network] ?? 0;
    places.forEach((from, giver) => {
      places.forEach((to, taker) => {
        const mwh = day.pairs[start + giver * places.length + taker] ?? 0;
        const { used = 0, came = 0 } = received[to] ?? {};
        if (mwh > 0 && came > 0)
          add("network", from, nodes[to]?.enterprise ?? "", Math.floor(mwh * Math.min(1, used / came)));
      });
    });
  });
}
