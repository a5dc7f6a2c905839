import { MICRO } from "../../park/quantities.ts";
import { changesWithin, enterprisesOf, type Scope } from "../../park/topology.ts";
import { type NodeField, nodeValue } from "../../standards/green/day-result.ts";
import type { StandardsDeps } from "./deps.ts";
import { GreenSums } from "./green-totals.ts";
import type { MatchedDay } from "./matching.ts";
import { type Piece, within } from "./pieces.ts";

/** What meters say that enterprises used, bought and made, by day and by month: what claims count against. */

/** A day as metered; a month of which entries say what was bought adds one stretch of them. */
export interface EnterpriseDay {
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

export interface EnterpriseMonth {
  readonly sums: GreenSums;
  /** Share of the month's time of which its use is known. */
  readonly knownShare: number;
}

/** When each enterprise is of the scope. */
export function memberships(
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

/** By enterprise and month (`monthKeyOf`), what was used and bought. */
export function enterpriseMonths(
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
      found.set(monthKeyOf(enterprise, month), { sums: of, knownShare: Math.min(1, most / quarters) });
    }
  }
  return found;
}

/** How a month of an enterprise is called in maps. */
export function monthKeyOf(enterprise: string, month: string): string {
  return `${enterprise}\n${month}`;
}

export function ofMonthKey(key: string): { readonly enterprise: string; readonly month: string } {
  const [enterprise = "", month = ""] = key.split("\n");
  return { enterprise, month };
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** By enterprise its days, ascending. */
export function daysByEnterprise(
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
