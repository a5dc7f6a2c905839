import { MICRO } from "../../park/quantities.ts";
import { changesWithin, enterprisesOf, type Scope } from "../../park/topology.ts";
import { type Claim, claimsOf, countClaims, type Refused } from "../../standards/green/claims.ts";
import { type NodeField, nodeValue } from "../../standards/green/day-result.ts";
import type { StandardsDeps } from "./deps.ts";
import { boughtByEntries } from "./entered.ts";
import { GreenSums } from "./green-totals.ts";
import { type Document, meteredInstruments, readDocuments } from "./instruments.ts";
import type { MatchedDay } from "./matching.ts";
import { lengthMs, type Piece, within } from "./pieces.ts";
import { ownProjects } from "./projects.ts";

/** What documents say of a claim, as a contract of a month. */
export interface ClaimContract {
  readonly id: string;
  readonly kind: "green-trade" | "certificate" | "direct-line";
  readonly enterprise: string;
  /** Month of use. */
  readonly month: string;
  readonly energyKwh: number;
  readonly project: string;
  readonly evidence: string;
}

/** One claim's documents as they count. */
export interface CountedMonth {
  readonly contract: ClaimContract;
  /** What they say beyond the meters, for the metered part of the month. */
  readonly dueKwh: number;
  /** Up to what the month's electricity bought leaves (carbon), and what its use leaves too (green share). */
  readonly forCarbonKwh: number;
  readonly forUseKwh: number;
  /** As listed: against use, or where entries and not meters say what was bought, against that. */
  readonly countedKwh: number;
}

/** A claim with all that attaches to it. */
export interface ReadClaim extends CountedMonth {
  readonly claim: Claim;
  readonly documents: readonly Document[];
}

/** Claims of a scope's members over whole months, and what of them falls into any span within. */
export class ScopeContracts {
  /** Those with documents. */
  readonly months: readonly CountedMonth[];
  readonly claims: readonly ReadClaim[];
  readonly refused: readonly Refused[];
  /** Documents for members' use of the months that count nothing by themselves. */
  readonly refusedDocuments: readonly Document[];
  readonly #days: ReadonlyMap<string, readonly EnterpriseDay[]>;

  constructor(
    claims: readonly ReadClaim[],
    refused: readonly Refused[],
    refusedDocuments: readonly Document[],
    days: ReadonlyMap<string, readonly EnterpriseDay[]>,
  ) {
    this.claims = claims;
    this.months = claims.filter((c) => c.claim.contractKind !== null);
    this.refused = refused;
    this.refusedDocuments = refusedDocuments;
    this.#days = days;
  }

  /**
   * kWh that count in a span: what was settled by interval by its own hours, the rest by the share of its month's
   * electricity bought in the span.
   */
  within(
    fromMs: number,
    toMs: number,
    of: "carbon" | "use",
    counts: (c: ClaimContract) => boolean = () => true,
  ): number {
    let sum = 0;
    for (const one of this.claims) {
      const kwh = of === "carbon" ? one.forCarbonKwh : one.forUseKwh;
      if (kwh <= 0 || !counts(one.contract)) continue;
      const { enterprise, month } = one.contract;
      const byHour = one.documents.some((d) => d.byInterval) ? this.#settledByHour(one, of) : 0;
      const hours = this.#share(enterprise, month, fromMs, toMs, "hourKwh");
      const bought = of === "carbon" ? "boughtKwh" : "importKwh";
      sum += byHour * hours + (kwh - byHour) * this.#share(enterprise, month, fromMs, toMs, bought);
    }
    return sum;
  }

  /** kWh of PV that lost their zero because their certificates were sold, by the share of the month's PV in the span. */
  soldWithin(
    fromMs: number,
    toMs: number,
    counts: (enterprise: string) => boolean = () => true,
    of: "lostMeteredWh" | "lostNetworkWh" = "lostMeteredWh",
  ): number {
    let sum = 0;
    for (const { claim } of this.claims) {
      if (claim[of] <= 0 || !counts(claim.beneficiary)) continue;
      const share = this.#share(claim.beneficiary, claim.usedIn, fromMs, toMs, "pvKwh");
      sum += (claim[of] / 1000) * share;
    }
    return sum;
  }

  /** Of a claim what the engine found in its own hours; of several of an enterprise and month each has its part. */
  #settledByHour(one: ReadClaim, of: "carbon" | "use"): number {
    const { enterprise, month } = one.contract;
    const kwhOf = (c: ReadClaim) => (of === "carbon" ? c.forCarbonKwh : c.forUseKwh);
    const mine = kwhOf(one);
    let all = 0;
    for (const other of this.claims) {
      if (other.contract.enterprise === enterprise && other.contract.month === month)
        if (other.documents.some((d) => d.byInterval)) all += kwhOf(other);
    }
    let hours = 0;
    for (const day of this.#days.get(enterprise) ?? []) if (day.month === month) hours += day.hourKwh;
    return all === 0 ? 0 : Math.min(mine, (hours * mine) / all);
  }

  #share(
    enterprise: string,
    month: string,
    fromMs: number,
    toMs: number,
    of: "importKwh" | "boughtKwh" | "hourKwh" | "pvKwh",
  ): number {
    let [inside, all] = [0, 0];
    for (const day of this.#days.get(enterprise) ?? []) {
      if (day.month !== month) continue;
      all += day[of];
      const insideMs = lengthMs(within({ fromMs, toMs }, day.belongs));
      if (insideMs > 0) inside += day[of] * Math.min(1, insideMs / (day.endMs - day.startMs));
    }
    return all > 0 ? inside / all : 0;
  }
}

/** A day as metered; a month of which entries say what was bought adds one stretch of them. */
interface EnterpriseDay {
  readonly startMs: number;
  /** End of the day, or now while it is running. */
  readonly endMs: number;
  /** What of it the enterprise is of the scope: a member counts while it belongs. */
  readonly belongs: readonly Piece[];
  readonly month: string;
  /** As metered, and as it counts in carbon: as metered or as entries say. */
  readonly importKwh: number;
  readonly boughtKwh: number;
  /** Settled by interval and used. */
  readonly hourKwh: number;
  readonly pvKwh: number;
}

/**
 * Reads the claims of the months that a span touches, and what they count against.
 * @param options all: also claims of meters alone, which change nothing that counts. @throws StoreError
 */
export async function readContracts(
  { park, matching, records }: Pick<StandardsDeps, "park" | "matching" | "records">,
  scope: Scope,
  fromMs: number,
  toMs: number,
  nowMs: number,
  options: { readonly all?: boolean } = {},
): Promise<ScopeContracts> {
  const calendar = park.calendar;
  const startMs = calendar.floor(fromMs, "1M");
  const endMs = Math.min(
    calendar.next(calendar.floor(toMs - 1, "1M"), "1M"),
    calendar.next(calendar.floor(nowMs, "1d"), "1d"),
  );
  if (startMs >= endMs) return new ScopeContracts([], [], [], new Map());
  const monthStarts = calendar.buckets(startMs, endMs, "1M");
  const monthMs = new Map(monthStarts.map((t) => [calendar.monthKey(t), t]));
  const { documents, sales } = await readDocuments(park, records);
  const days = await matching.days(startMs, endMs, nowMs);
  const earlier = await earlierDays({ park, matching }, documents, monthMs, startMs, nowMs);
  const documented = new Set(documents.map((d) => d.instrument.beneficiary));
  const months = enterpriseMonths(park, days, monthStarts, documented, nowMs);

  // What meters say changes what counts only where a document or a sale is of the park's own plants.
  const own = ownProjects(park);
  const isConcerned = [...documents.map((d) => d.instrument.project), ...sales.map((s) => s.project)].some(
    (p) => own.has(p),
  );
  const metered =
    isConcerned || options.all === true
      ? meteredInstruments(park, [...earlier, ...days])
      : { instruments: [], generations: [] };
  const knownShare = (key: string) => months.get(key)?.knownShare ?? 0;
  const entered = await boughtByEntries(
    { park, records },
    { scope, documents, monthMs, endMs, nowMs, knownShare },
  );
  const known = (d: Document) => {
    const key = `${d.instrument.beneficiary}\n${d.instrument.usedIn}`;
    return months.has(key) && !entered.has(key) ? knownShare(key) : 1;
  };
  const instruments = [
    ...metered.instruments,
    ...documents.map((d) => ({ ...d.instrument, energyWh: Math.floor(d.instrument.energyWh * known(d)) })),
  ];
  const { claims, refused } = claimsOf(instruments, metered.generations, sales, calendar.monthKey(nowMs));

  const byInstrument = new Map(documents.map((d) => [d.instrument.id, d]));
  const belongs = memberships(park, scope, startMs, endMs);
  const wanted = new Map<string, Claim[]>();
  for (const claim of claims) {
    const since = monthMs.get(claim.usedIn);
    if (since === undefined) continue;
    const month = { fromMs: since, toMs: calendar.next(since, "1M") };
    if (within(month, belongs.get(claim.beneficiary) ?? []).length === 0) continue;
    const key = `${claim.beneficiary}\n${claim.usedIn}`;
    wanted.set(key, [...(wanted.get(key) ?? []), claim]);
  }
  const read: ReadClaim[] = [];
  for (const [key, list] of wanted) {
    const sums = months.get(key)?.sums ?? new GreenSums();
    // What lost its zero with certificates that were sold, others may cover.
    const lostKwh = (of: "lostMeteredWh" | "lostNetworkWh") => list.reduce((sum, c) => sum + c[of], 0) / 1000;
    const leftToBuyKwh = sums.kwh("taken") - sums.receivedKwh + lostKwh("lostNetworkWh");
    const leftToUseKwh =
      sums.useKwh === null ? leftToBuyKwh : sums.useKwh - sums.pvKwh + lostKwh("lostMeteredWh");
    const byEntries = entered.get(key) ?? null;
    const forCarbon = countClaims(list, (byEntries?.left() ?? leftToBuyKwh) * 1000);
    byEntries?.take(forCarbon.reduce((sum, c) => sum + c.countedWh, 0) / 1000);
    // Shares of use are of what meters know: of a month that entries say, its metered part.
    const metered = byEntries === null ? 1 : knownShare(key);
    const forUse = countClaims(
      metered === 1 ? list : list.map((c) => ({ ...c, contractWh: Math.floor(c.contractWh * metered) })),
      Math.min(leftToBuyKwh, leftToUseKwh) * 1000,
    );
    list.forEach((claim, i) => {
      const attached = claim.instruments.flatMap((id) => byInstrument.get(id) ?? []);
      read.push({
        claim,
        documents: attached,
        contract: contractOf(claim, attached),
        dueKwh: claim.contractWh / 1000,
        forCarbonKwh: (forCarbon[i]?.countedWh ?? 0) / 1000,
        forUseKwh: (forUse[i]?.countedWh ?? 0) / 1000,
        countedKwh: ((byEntries === null ? forUse : forCarbon)[i]?.countedWh ?? 0) / 1000,
      });
    });
  }
  const concerned = new Set(
    read
      .filter(({ claim }) => claim.contractWh > 0 || claim.lostMeteredWh > 0)
      .map(({ claim }) => claim.beneficiary),
  );
  const enterpriseDays = daysByEnterprise(park, days, concerned, belongs, nowMs);
  for (const [key, { piece, kwh }] of entered) {
    const [enterprise = "", month = ""] = key.split("\n");
    const list = enterpriseDays.get(enterprise) ?? [];
    enterpriseDays.set(enterprise, list);
    for (const day of list) if (day.month === month) day.boughtKwh = 0;
    const stretch = { startMs: piece.fromMs, endMs: piece.toMs, month, importKwh: 0, boughtKwh: kwh };
    const mine = within(piece, belongs.get(enterprise) ?? []);
    list.push({ ...stretch, belongs: mine, hourKwh: 0, pvKwh: 0 });
  }
  const refusedDocuments = refused.flatMap(({ instrument: id }) => {
    const document = byInstrument.get(id);
    if (document === undefined || !belongs.has(document.instrument.beneficiary)) return [];
    const { usedIn, generatedIn } = document.instrument;
    return monthMs.has(usedIn) || monthMs.has(generatedIn) ? [document] : [];
  });
  return new ScopeContracts(read, refused, refusedDocuments, enterpriseDays);
}

/** Days of months whose plants' certificates are used in the months asked for, but that lie before them. */
async function earlierDays(
  { park, matching }: Pick<StandardsDeps, "park" | "matching">,
  documents: readonly Document[],
  monthMs: ReadonlyMap<string, number>,
  startMs: number,
  nowMs: number,
): Promise<MatchedDay[]> {
  const own = ownProjects(park);
  const months = documents
    .map((d) => d.instrument)
    .filter((i) => own.has(i.project) && monthMs.has(i.usedIn) && !monthMs.has(i.generatedIn))
    .map((i) => i.generatedIn)
    .sort();
  const first = months[0];
  if (first === undefined) return [];
  const [year = 0, month = 1] = first.split("-").map(Number);
  return await matching.days(park.calendar.at(year, month, 1), startMs, nowMs);
}

interface EnterpriseMonth {
  readonly sums: GreenSums;
  /** Share of the month's time of which its use is known. */
  readonly knownShare: number;
}

/** When each enterprise is of the scope. */
function memberships(
  park: StandardsDeps["park"],
  scope: Scope,
  fromMs: number,
  toMs: number,
): ReadonlyMap<string, readonly Piece[]> {
  const edges = [fromMs, ...changesWithin(park, fromMs, toMs), toMs];
  const found = new Map<string, Piece[]>();
  edges.slice(0, -1).forEach((edge, i) => {
    for (const id of enterprisesOf(park, scope, edge))
      found.set(id, [...(found.get(id) ?? []), { fromMs: edge, toMs: edges[i + 1] ?? toMs }]);
  });
  return found;
}

/** By enterprise and month, what was used and bought. */
function enterpriseMonths(
  park: StandardsDeps["park"],
  days: readonly MatchedDay[],
  monthStarts: readonly number[],
  enterprises: ReadonlySet<string>,
  nowMs: number,
): ReadonlyMap<string, EnterpriseMonth> {
  const calendar = park.calendar;
  const found = new Map<string, EnterpriseMonth>();
  for (const monthMs of monthStarts) {
    const endMs = calendar.next(monthMs, "1M");
    const month = calendar.monthKey(monthMs);
    const quarters = (endMs - monthMs) / 900_000;
    const sums = new Map<string, { readonly sums: GreenSums; nodes: Map<string, number> }>();
    for (const day of days) {
      if (day.startMs < monthMs || day.startMs >= endMs || day.startMs >= nowMs) continue;
      day.structure.nodes.forEach((node, place) => {
        if (!enterprises.has(node.enterprise)) return;
        let one = sums.get(node.enterprise);
        if (one === undefined) {
          one = { sums: new GreenSums(), nodes: new Map() };
          sums.set(node.enterprise, one);
        }
        const known = nodeValue(day.day, place, "useKnownQuarters");
        one.sums.add(day, place);
        one.sums.knownQuarters += known;
        if (node.terms.use.length > 0) one.nodes.set(node.id, (one.nodes.get(node.id) ?? 0) + known);
      });
    }
    for (const [enterprise, { sums: of, nodes }] of sums) {
      const most = Math.max(0, ...nodes.values());
      found.set(`${enterprise}\n${month}`, { sums: of, knownShare: Math.min(1, most / quarters) });
    }
  }
  return found;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

function daysByEnterprise(
  park: StandardsDeps["park"],
  days: readonly MatchedDay[],
  enterprises: ReadonlySet<string>,
  memberOf: ReadonlyMap<string, readonly Piece[]>,
  nowMs: number,
): Map<string, Writable<EnterpriseDay>[]> {
  const found = new Map<string, Writable<EnterpriseDay>[]>();
  for (const { startMs, structure, day } of days) {
    const endMs = Math.max(startMs + 1, Math.min(park.calendar.next(startMs, "1d"), nowMs));
    const month = park.calendar.monthKey(startMs);
    structure.nodes.forEach(({ enterprise }, place) => {
      if (!enterprises.has(enterprise)) return;
      const list = found.get(enterprise) ?? [];
      found.set(enterprise, list);
      let one = list.at(-1);
      if (one?.startMs !== startMs) {
        const belongs = within({ fromMs: startMs, toMs: endMs }, memberOf.get(enterprise) ?? []);
        one = { startMs, endMs, belongs, month, importKwh: 0, boughtKwh: 0, hourKwh: 0, pvKwh: 0 };
        list.push(one);
      }
      const kwh = (...fields: NodeField[]) =>
        fields.reduce((sum, field) => sum + nodeValue(day, place, field), 0) / MICRO;
      one.importKwh += kwh("taken");
      one.boughtKwh += kwh("taken");
      one.hourKwh += kwh("tradeUse", "storageTradeUse");
      one.pvKwh += kwh("ownUse", "networkUse", "lineUse", "storageOwnUse", "storageNetworkUse");
    });
  }
  return found;
}

function contractOf(claim: Claim, documents: readonly Document[]): ClaimContract {
  const kind = claim.contractKind ?? "certificate";
  const mine = documents.filter((d) => d.instrument.kind === kind);
  const sumOf = (declared: boolean) =>
    mine
      .filter((d) => (d.instrument.isDeclared === true) === declared)
      .reduce((sum, d) => sum + d.energyKwh, 0);
  return {
    id: mine.map((d) => d.record).join(", "),
    kind,
    enterprise: claim.beneficiary,
    month: claim.usedIn,
    energyKwh: Math.max(sumOf(true), sumOf(false)),
    project: claim.project,
    evidence: [...new Set(mine.map((d) => d.evidence))].join("; "),
  };
}
