import type { Park } from "../../park/park.ts";
import type { Scope } from "../../park/topology.ts";
import { shareOf } from "../../standards/green/share.ts";
import { type GreenSums, greenSums } from "./green-totals.ts";
import type { MatchedDay } from "./matching.ts";
import type { ScopeContracts } from "./scope-contracts.ts";

/** What counts as green in a span of a scope, and the three shares. */
interface GreenParts {
  readonly whole: GreenSums;
  readonly byEnterprise: ReadonlyMap<string, GreenSums>;
  /** PV used, at once or through storage, less what lost its zero with certificates that were sold. */
  readonly pvKwh: number;
  readonly soldKwh: number;
  readonly tradeKwh: number;
  readonly certificateKwh: number;
  readonly lineContractKwh: number;
  readonly greenKwh: number;
  readonly annualShare: number | null;
  readonly hourMatchedShare: number | null;
  /** Directly supplied; with and without own PV as an open question has it. */
  readonly directShare: number | null;
  readonly directShareWithoutOwn: number | null;
}

/** Shares of use over a span: all zero-factor kWh, those matched in the quarter-hour, those directly supplied. */
export function greenParts(
  park: Park,
  scope: Scope,
  days: readonly MatchedDay[],
  contracts: ScopeContracts,
  span: { readonly fromMs: number; readonly toMs: number },
  useKwh: number | null,
  nowMs: number = Number.POSITIVE_INFINITY,
): GreenParts {
  const { whole, byEnterprise } = greenSums(park, scope, days, nowMs);
  const within = (kind: string) => contracts.within(span.fromMs, span.toMs, "use", (c) => c.kind === kind);
  const tradeKwh = within("green-trade");
  const certificateKwh = within("certificate");
  const lineContractKwh = within("direct-line");
  const soldKwh = Math.min(whole.pvKwh, contracts.soldWithin(span.fromMs, span.toMs));
  const pvKwh = whole.pvKwh - soldKwh;
  const greenKwh = pvKwh + tradeKwh + certificateKwh + lineContractKwh;
  const ownKwh = whole.kwh("ownUse") + whole.kwh("storageOwnUse");
  return {
    whole,
    byEnterprise,
    pvKwh,
    soldKwh,
    tradeKwh,
    certificateKwh,
    lineContractKwh,
    greenKwh,
    annualShare: shareOf(greenKwh, useKwh),
    hourMatchedShare: shareOf(Math.max(0, whole.matchedKwh - soldKwh), useKwh),
    directShare: shareOf(pvKwh + lineContractKwh, useKwh),
    directShareWithoutOwn: shareOf(Math.max(0, pvKwh - ownKwh) + lineContractKwh, useKwh),
  };
}
