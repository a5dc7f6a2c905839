import type { Scope } from "../../park/topology.ts";
import { type Claim, claimsOf, countClaims } from "../../standards/green/claims.ts";
import type { StandardsDeps } from "./deps.ts";
import { boughtByEntries, type Entered } from "./entered.ts";
import {
  daysByEnterprise,
  type EnterpriseMonth,
  enterpriseMonths,
  memberships,
  monthKeyOf,
  ofMonthKey,
} from "./enterprise-days.ts";
import { GreenSums } from "./green-totals.ts";
import { type Document, meteredInstruments, readDocuments } from "./instruments.ts";
import type { MatchedDay } from "./matching.ts";
import { within } from "./pieces.ts";
import { ownProjects } from "./projects.ts";
import { type ClaimContract, type ReadClaim, ScopeContracts } from "./scope-contracts.ts";

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
  // Without them no claim counts: the months need not be matched.
  if (documents.length === 0 && sales.length === 0 && options.all !== true)
    return new ScopeContracts([], [], [], new Map());
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
    const key = monthKeyOf(d.instrument.beneficiary, d.instrument.usedIn);
    return months.has(key) && !entered.has(key) ? knownShare(key) : 1;
  };
  const instruments = [
    ...metered.instruments,
    ...documents.map((d) => ({ ...d.instrument, energyWh: Math.floor(d.instrument.energyWh * known(d)) })),
  ];
  const { claims, refused } = claimsOf(instruments, metered.generations, sales, calendar.monthKey(nowMs));

  const byInstrument = new Map(documents.map((d) => [d.instrument.id, d]));
  const belongs = memberships(park, scope, startMs, endMs);
  const isOfScope = ({ beneficiary, usedIn }: Claim) => {
    const since = monthMs.get(usedIn);
    if (since === undefined) return false;
    const month = { fromMs: since, toMs: calendar.next(since, "1M") };
    return within(month, belongs.get(beneficiary) ?? []).length > 0;
  };
  const wanted = new Map<string, Claim[]>();
  for (const claim of claims.filter(isOfScope)) {
    const key = monthKeyOf(claim.beneficiary, claim.usedIn);
    wanted.set(key, [...(wanted.get(key) ?? []), claim]);
  }
  const read = [...wanted].flatMap(([key, list]) =>
    countMonth(list, months.get(key) ?? null, entered.get(key) ?? null, byInstrument),
  );
  const concerned = new Set(
    read
      .filter(({ claim }) => claim.contractWh > 0 || claim.lostMeteredWh > 0)
      .map(({ claim }) => claim.beneficiary),
  );
  const enterpriseDays = daysByEnterprise(park, days, concerned, belongs, nowMs);
  for (const [key, { piece, kwh }] of entered) {
    const { enterprise, month } = ofMonthKey(key);
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

/** Claims of an enterprise's month, counted against what it bought and used. */
function countMonth(
  claims: readonly Claim[],
  month: EnterpriseMonth | null,
  byEntries: Entered | null,
  documents: ReadonlyMap<string, Document>,
): ReadClaim[] {
  const sums = month?.sums ?? new GreenSums();
  // What lost its zero with certificates that were sold, others may cover.
  const lostKwh = (of: "lostMeteredWh" | "lostNetworkWh") => claims.reduce((sum, c) => sum + c[of], 0) / 1000;
  const leftToBuyKwh = sums.kwh("taken") - sums.receivedKwh + lostKwh("lostNetworkWh");
  const leftToUseKwh =
    sums.useKwh === null ? leftToBuyKwh : sums.useKwh - sums.pvKwh + lostKwh("lostMeteredWh");
  const forCarbon = countClaims(claims, (byEntries?.left() ?? leftToBuyKwh) * 1000);
  byEntries?.take(forCarbon.reduce((sum, c) => sum + c.countedWh, 0) / 1000);
  // Shares of use are of what meters know: of a month that entries say, its metered part.
  const metered = byEntries === null ? 1 : (month?.knownShare ?? 0);
  const forUse = countClaims(
    metered === 1 ? claims : claims.map((c) => ({ ...c, contractWh: Math.floor(c.contractWh * metered) })),
    Math.min(leftToBuyKwh, leftToUseKwh) * 1000,
  );
  return claims.map((claim, i): ReadClaim => {
    const attached = claim.instruments.flatMap((id) => documents.get(id) ?? []);
    return {
      claim,
      documents: attached,
      contract: contractOf(claim, attached),
      dueKwh: claim.contractWh / 1000,
      forCarbonKwh: (forCarbon[i]?.countedWh ?? 0) / 1000,
      forUseKwh: (forUse[i]?.countedWh ?? 0) / 1000,
      countedKwh: ((byEntries === null ? forUse : forCarbon)[i]?.countedWh ?? 0) / 1000,
    };
  });
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
