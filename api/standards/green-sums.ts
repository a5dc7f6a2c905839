import type { Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import { enterprisesOf, type Scope } from "../../park/topology.ts";
import { shareOf } from "../../standards/contracts.ts";
import type { ScopeContracts } from "./contracts.ts";
import type { MatchedDay } from "./matching.ts";
import type { Span } from "./spans.ts";

/** What PV brought to the members of a scope, summed over matched days; kWh. */
export interface GreenSums {
  ownKwh: number;
  matchedOwnKwh: number;
  networkKwh: number;
  matchedNetworkKwh: number;
  lineKwh: number;
  matchedLineKwh: number;
  useKwh: number;
}

export function noSums(): GreenSums {
  return {
    ownKwh: 0,
    matchedOwnKwh: 0,
    networkKwh: 0,
    matchedNetworkKwh: 0,
    lineKwh: 0,
    matchedLineKwh: 0,
    useKwh: 0,
  };
}

/** Sums of a scope, and of each of its enterprises. Membership is taken as each day begins. */
export function greenSums(
  park: Park,
  scope: Scope,
  days: readonly MatchedDay[],
): { readonly whole: GreenSums; readonly byEnterprise: ReadonlyMap<string, GreenSums> } {
  const whole = noSums();
  const byEnterprise = new Map<string, GreenSums>();
  for (const day of days) {
    const members = enterprisesOf(park, scope, day.startMs);
    const enterpriseOf = new Map(day.structure.nodes.map((n) => [n.id, n.enterprise]));
    const sumsOf = (enterprise: string | undefined): readonly GreenSums[] => {
      if (enterprise === undefined || !members.has(enterprise)) return [];
      const own = byEnterprise.get(enterprise) ?? noSums();
      byEnterprise.set(enterprise, own);
      return [whole, own];
    };
    day.structure.nodes.forEach((node, place) => {
      const match = day.nodes[place];
      if (match === null || match === undefined) return;
      for (const sums of sumsOf(node.enterprise)) {
        sums.ownKwh += match.ownMwh / MICRO;
        sums.matchedOwnKwh += match.matchedOwnMwh / MICRO;
        sums.useKwh += match.useMwh / MICRO;
      }
    });
    for (const flow of day.flows) {
      for (const sums of sumsOf(enterpriseOf.get(flow.to))) {
        if (flow.kind === "direct-line") {
          sums.lineKwh += flow.mwh / MICRO;
          sums.matchedLineKwh += flow.measuredMwh / MICRO;
        } else {
          sums.networkKwh += flow.mwh / MICRO;
          sums.matchedNetworkKwh += flow.measuredMwh / MICRO;
        }
      }
    }
  }
  return { whole, byEnterprise };
}

/** What counts as green in a span of a scope, and the three shares. */
export interface GreenParts {
  readonly whole: GreenSums;
  readonly byEnterprise: ReadonlyMap<string, GreenSums>;
  /** PV used at once, contracts by kind; kWh that count. */
  readonly pvKwh: number;
  readonly tradeKwh: number;
  readonly certificateKwh: number;
  readonly lineContractKwh: number;
  readonly greenKwh: number;
  readonly annualShare: number | null;
  readonly hourMatchedShare: number | null;
  readonly directShare: number | null;
}

/** Shares of use over a span: all zero-factor kWh, those matched in the quarter-hour, those directly supplied. */
export function greenParts(
  park: Park,
  scope: Scope,
  days: readonly MatchedDay[],
  contracts: ScopeContracts,
  span: Span,
  useKwh: number | null,
): GreenParts {
  const { whole, byEnterprise } = greenSums(park, scope, days);
  const within = (kind: string) => contracts.within(span.fromMs, span.toMs, "use", (c) => c.kind === kind);
  const tradeKwh = within("green-trade");
  const certificateKwh = within("certificate");
  const lineContractKwh = within("direct-line");
  const pvKwh = whole.ownKwh + whole.networkKwh + whole.lineKwh;
  const greenKwh = pvKwh + tradeKwh + certificateKwh + lineContractKwh;
  const matched = whole.matchedOwnKwh + whole.matchedNetworkKwh + whole.matchedLineKwh;
  return {
    whole,
    byEnterprise,
    pvKwh,
    tradeKwh,
    certificateKwh,
    lineContractKwh,
    greenKwh,
    annualShare: shareOf(greenKwh, useKwh),
    hourMatchedShare: shareOf(matched, useKwh),
    directShare: shareOf(pvKwh + lineContractKwh, useKwh),
  };
}

/** Under this share of known use an hour has no share. */
const LEAST_KNOWN = 0.5;

/** Hour-matched share by local day and hour of the days given; null where too little of the use is known. */
export function heatMapOf(park: Park, scope: Scope, days: readonly MatchedDay[]) {
  const useByHour = new Float64Array(24);
  const matchedByHour = new Float64Array(24);
  const share = days.map((day) => {
    const members = enterprisesOf(park, scope, day.startMs);
    const sums = { use: new Float64Array(24), matched: new Float64Array(24) };
    const times = { known: new Float64Array(24), due: new Float64Array(24) };
    day.structure.nodes.forEach((node, place) => {
      const match = day.nodes[place];
      if (match === null || match === undefined || !members.has(node.enterprise)) return;
      for (let h = 0; h < 24; h++) {
        sums.use[h] = (sums.use[h] ?? 0) + (match.useByHour[h] ?? 0);
        sums.matched[h] = (sums.matched[h] ?? 0) + (match.matchedByHour[h] ?? 0);
        times.known[h] = (times.known[h] ?? 0) + (match.knownByHour[h] ?? 0);
        times.due[h] = (times.due[h] ?? 0) + (match.dueByHour[h] ?? 0);
      }
    });
    return Array.from({ length: 24 }, (_, h): number | null => {
      const use = sums.use[h] ?? 0;
      const due = times.due[h] ?? 0;
      if (due === 0 || (times.known[h] ?? 0) / due < LEAST_KNOWN || use <= 0) return null;
      useByHour[h] = (useByHour[h] ?? 0) + use;
      matchedByHour[h] = (matchedByHour[h] ?? 0) + (sums.matched[h] ?? 0);
      return (sums.matched[h] ?? 0) / use;
    });
  });
  return {
    days: days.map((d) => park.calendar.dateKey(d.startMs)),
    share,
    byHour: Array.from({ length: 24 }, (_, h): number | null =>
      (useByHour[h] ?? 0) > 0 ? (matchedByHour[h] ?? 0) / (useByHour[h] ?? 1) : null,
    ),
  };
}
