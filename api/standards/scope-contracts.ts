import type { Claim, Refused } from "../../standards/green/claims.ts";
import type { EnterpriseDay } from "./enterprise-days.ts";
import type { Document } from "./instruments.ts";
import { lengthMs, within } from "./pieces.ts";

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
interface CountedMonth {
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
