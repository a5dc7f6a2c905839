import { isExpired, lastValidMonth } from "../certificates.ts";
import { splitInto } from "./split.ts";

/**
 * Claims: the only thing that makes a kWh zero. A claim is of one project's generation of one month, for one
 * beneficiary's use of one month; instruments attach to it. The same MWh through two doors (a meter, a certificate, a
 * trade) is one claim: its energy is the largest that one kind of instrument says, not their sum. Energy in whole Wh.
 */

type InstrumentKind = "self-use" | "network" | "direct-line" | "green-trade" | "certificate";

export interface Instrument {
  readonly id: string;
  readonly kind: InstrumentKind;
  /** Of the park's own plants their id, else as the document names it. */
  readonly project: string;
  /** YYYY-MM. */
  readonly generatedIn: string;
  readonly beneficiary: string;
  readonly usedIn: string;
  readonly energyWh: number;
  /** True where a park file declares it: the same energy may stand in the ledger, too, and is another door to it. */
  readonly isDeclared?: boolean;
  /** Of a certificate: whether it can be traded, and whether it was declared and cancelled (核销). */
  readonly certificate?: { readonly tradable: boolean; readonly isCancelled: boolean };
}

/** Why an instrument counts nothing. */
type Refusal = "expired" | "not-tradable" | "future-month";

/** What a project of the park made in a month, as metered. */
export interface Generation {
  readonly project: string;
  readonly month: string;
  readonly energyWh: number;
}

/** Certificates of a project's month that were sold out of the park. */
export interface Sale {
  readonly project: string;
  readonly month: string;
  readonly energyWh: number;
}

export interface Claim {
  readonly project: string;
  readonly generatedIn: string;
  readonly beneficiary: string;
  readonly usedIn: string;
  /** What meters say was used of it: own use, deliveries over private networks and direct lines. */
  readonly selfUseWh: number;
  readonly networkWh: number;
  /** What documents say beyond the meters, and the kind that says the most. */
  readonly contractWh: number;
  readonly contractKind: "direct-line" | "green-trade" | "certificate" | null;
  /** Of the claim as its instruments have it, what sold certificates or missing generation took away. */
  readonly lostWh: number;
  /** Of that, what meters had delivered, and of this what came over networks. */
  readonly lostMeteredWh: number;
  readonly lostNetworkWh: number;
  readonly instruments: readonly string[];
}

export interface Refused {
  readonly instrument: string;
  readonly reason: Refusal;
}

/**
 * Whether an instrument counts in the month it is claimed for, seen from a month that has begun.
 * A certificate that cannot be traded proves its owner's own use and adds nothing to it.
 */
export function refusalOf(instrument: Instrument, nowMonth: string): Refusal | null {
  const { certificate, generatedIn, usedIn } = instrument;
  if (generatedIn > usedIn || generatedIn > nowMonth || usedIn > nowMonth) return "future-month";
  if (certificate === undefined) return null;
  if (isExpired(generatedIn, usedIn)) return "expired";
  if (!certificate.isCancelled && lastValidMonth(generatedIn) < nowMonth) return "expired";
  return certificate.tradable ? null : "not-tradable";
}

type Document =
  | "direct-line"
  | "green-trade"
  | "certificate"
  | `declared ${"direct-line" | "green-trade" | "certificate"}`;

interface Group {
  readonly project: string;
  readonly generatedIn: string;
  readonly beneficiary: string;
  selfUseWh: number;
  networkWh: number;
  /** What documents of each kind and origin say for the month of generation. */
  readonly documentWh: Map<Document, number>;
  /** Certificates of the ledger by month of use. */
  readonly certificateWh: Map<string, number>;
  readonly instruments: Map<string, string[]>;
}

/**
 * Makes claims of instruments. What one kind says is added up; meters' two kinds are different kWh and add up, too.
 *
 * Where a project's generation is metered, claims and sales together never pass it. Sold certificates take first what
 * left the park, then what networks delivered, then own use: those kWh lose their zero.
 */
export function claimsOf(
  instruments: readonly Instrument[],
  generations: readonly Generation[],
  sales: readonly Sale[],
  nowMonth: string,
): { readonly claims: readonly Claim[]; readonly refused: readonly Refused[] } {
  const refused: Refused[] = [];
  const groups = new Map<string, Group>();
  for (const instrument of [...instruments].sort((a, b) => compare(a.id, b.id))) {
    const reason = refusalOf(instrument, nowMonth);
    if (reason !== null) refused.push({ instrument: instrument.id, reason });
    if (reason !== null && reason !== "not-tradable") continue;
    addTo(groups, instrument, reason === null ? Math.max(0, Math.floor(instrument.energyWh)) : 0);
  }
  const generated = sumBy(generations);
  const sold = sumBy(sales);
  const byProject = new Map<string, Group[]>();
  for (const group of [...groups.values()].sort((a, b) => compare(keyOf(a), keyOf(b)))) {
    const key = `${group.project}\n${group.generatedIn}`;
    byProject.set(key, [...(byProject.get(key) ?? []), group]);
  }
  const claims: Claim[] = [];
  for (const [key, list] of byProject) {
    const cut = cutsOf(list, generated.get(key) ?? null, sold.get(key) ?? 0);
    list.forEach((group, place) => {
      claims.push(...periodsOf(group, cut[place] ?? NO_CUT));
    });
  }
  return { claims, refused };
}

function addTo(groups: Map<string, Group>, instrument: Instrument, wh: number): void {
  const { project, generatedIn, beneficiary, usedIn, kind, id } = instrument;
  const key = keyOf(instrument);
  let group = groups.get(key);
  if (group === undefined) {
    group = {
      project,
      generatedIn,
      beneficiary,
      selfUseWh: 0,
      networkWh: 0,
      documentWh: new Map(),
      certificateWh: new Map(),
      instruments: new Map(),
    };
    groups.set(key, group);
  }
  if (kind === "self-use") group.selfUseWh += wh;
  else if (kind === "network") group.networkWh += wh;
  else if (kind === "certificate" && instrument.isDeclared !== true) addWh(group.certificateWh, usedIn, wh);
  else addWh(group.documentWh, instrument.isDeclared === true ? `declared ${kind}` : kind, wh);
  group.instruments.set(usedIn, [...(group.instruments.get(usedIn) ?? []), id]);
}

/** What documents say beyond the meters, by month of use; all kinds but certificates are of the month of generation. */
function contractsOf(group: Group): ReadonlyMap<string, number> {
  const { generatedIn, certificateWh } = group;
  const metered = group.selfUseWh + group.networkWh;
  const certificates = [...certificateWh.values()].reduce((a, b) => a + b, 0);
  const fixed = Math.max(metered, ...group.documentWh.values());
  const here = Math.max(fixed, certificateWh.get(generatedIn) ?? 0);
  const months = new Map([[generatedIn, here - metered]]);
  let left = Math.max(fixed, certificates) - here;
  for (const month of [...certificateWh.keys()].sort(compare)) {
    if (month === generatedIn) continue;
    const wh = Math.min(left, certificateWh.get(month) ?? 0);
    left -= wh;
    months.set(month, wh);
  }
  return months;
}

interface Cut {
  readonly selfUseWh: number;
  readonly networkWh: number;
  readonly contractWh: number;
}
const NO_CUT: Cut = { selfUseWh: 0, networkWh: 0, contractWh: 0 };

/** What each group of a project's month loses to sales and to what was never generated. */
function cutsOf(groups: readonly Group[], generatedWh: number | null, soldWh: number): readonly Cut[] {
  if (generatedWh === null) return groups.map(() => NO_CUT);
  const own = groups.map((g) => g.selfUseWh);
  const network = groups.map((g) => g.networkWh);
  const contracts = groups.map((g) => sum([...contractsOf(g).values()]));
  const left = generatedWh - sum(own) - sum(network);
  const over = Math.max(0, soldWh - left);
  const networkCut = Math.min(over, sum(network));
  const ownCut = Math.min(over - networkCut, sum(own));
  const contractCut = Math.max(0, sum(contracts) - Math.max(0, left - soldWh));
  const parts = (total: number, weights: readonly number[]): Float64Array => {
    const found = new Float64Array(weights.length);
    splitInto(total, Float64Array.from(weights), weights.length, sum(weights), found);
    return found;
  };
  const [ownParts, networkParts, contractParts] = [
    parts(ownCut, own),
    parts(networkCut, network),
    parts(contractCut, contracts),
  ];
  return groups.map((_, i) => ({
    selfUseWh: ownParts[i] ?? 0,
    networkWh: networkParts[i] ?? 0,
    contractWh: contractParts[i] ?? 0,
  }));
}

/** A group's claims, one for each month of use; what is cut from documents is cut from the latest month first. */
function periodsOf(group: Group, cut: Cut): Claim[] {
  const contracts = contractsOf(group);
  const months = [...new Set([...contracts.keys(), ...group.instruments.keys()])].sort(compare).reverse();
  let open = cut.contractWh;
  const claims = months.flatMap((usedIn): Claim[] => {
    const isHere = usedIn === group.generatedIn;
    const said = contracts.get(usedIn) ?? 0;
    const contractCut = Math.min(open, said);
    open -= contractCut;
    const instruments = group.instruments.get(usedIn) ?? [];
    if (instruments.length === 0) return [];
    return [
      {
        project: group.project,
        generatedIn: group.generatedIn,
        beneficiary: group.beneficiary,
        usedIn,
        selfUseWh: isHere ? group.selfUseWh - cut.selfUseWh : 0,
        networkWh: isHere ? group.networkWh - cut.networkWh : 0,
        contractWh: said - contractCut,
        contractKind: said === 0 ? null : isHere ? kindOf(group) : "certificate",
        lostWh: contractCut + (isHere ? cut.selfUseWh + cut.networkWh : 0),
        lostMeteredWh: isHere ? cut.selfUseWh + cut.networkWh : 0,
        lostNetworkWh: isHere ? cut.networkWh : 0,
        instruments,
      },
    ];
  });
  return claims.reverse();
}

/** The kind of document that says the most. */
function kindOf(group: Group): Claim["contractKind"] {
  const of = (kind: "direct-line" | "green-trade" | "certificate") =>
    Math.max(group.documentWh.get(kind) ?? 0, group.documentWh.get(`declared ${kind}`) ?? 0);
  const certificate = Math.max(of("certificate"), group.certificateWh.get(group.generatedIn) ?? 0);
  if (of("direct-line") >= of("green-trade") && of("direct-line") >= certificate) return "direct-line";
  return of("green-trade") >= certificate ? "green-trade" : "certificate";
}

function keyOf(of: {
  readonly project: string;
  readonly generatedIn: string;
  readonly beneficiary: string;
}): string {
  return `${of.project}\n${of.generatedIn}\n${of.beneficiary}`;
}

function addWh<K>(sums: Map<K, number>, key: K, wh: number): void {
  sums.set(key, (sums.get(key) ?? 0) + wh);
}

function sumBy(list: readonly (Generation | Sale)[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { project, month, energyWh } of list) {
    const key = `${project}\n${month}`;
    sums.set(key, (sums.get(key) ?? 0) + Math.max(0, Math.floor(energyWh)));
  }
  return sums;
}

function sum(list: readonly number[]): number {
  return list.reduce((a, b) => a + b, 0);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A claim as it counts against what its beneficiary used in its month. */
interface CountedClaim {
  readonly claim: Claim;
  /** Of its documents, up to what the month's use has left: the rest is carried, shown and not counted. */
  readonly countedWh: number;
  readonly carriedWh: number;
}

const ORDER = { "direct-line": 0, "green-trade": 1, certificate: 2 } as const;

/**
 * Counts one beneficiary's claims of one month against what its use has left beyond what meters delivered: direct lines
 * first, then green trade, then certificates, each by project and month of generation.
 * @param limitWh what is left for documents to cover.
 */
export function countClaims(claims: readonly Claim[], limitWh: number): CountedClaim[] {
  let left = Math.max(0, Math.floor(limitWh));
  const ordered = [...claims].sort(
    (a, b) =>
      ORDER[a.contractKind ?? "direct-line"] - ORDER[b.contractKind ?? "direct-line"] ||
      compare(keyOf(a), keyOf(b)),
  );
  const counted = new Map<Claim, CountedClaim>();
  for (const claim of ordered) {
    const countedWh = Math.min(claim.contractWh, left);
    left -= countedWh;
    counted.set(claim, { claim, countedWh, carriedWh: claim.contractWh - countedWh });
  }
  return claims.flatMap((c) => counted.get(c) ?? []);
}
