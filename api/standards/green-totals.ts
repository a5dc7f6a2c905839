import { QUARTER_MS } from "../../park/calendar.ts";
import { valueAt } from "../../park/dated.ts";
import type { Park } from "../../park/park.ts";
import { MICRO } from "../../park/quantities.ts";
import { enterprisesOf, type Scope } from "../../park/topology.ts";
import {
  FIELD,
  hoursOf,
  NODE_FIELD_COUNT,
  type NodeField,
  nodeValue,
} from "../../standards/green/day-result.ts";
import { shareOf } from "../../standards/green/share.ts";
import type { Coverage } from "../answers/common.ts";
import type { MatchedDay } from "./matching.ts";

/** Sums of a node's day as they are added up for scopes. */
const ADDED = [
  "use",
  "taken",
  "ownUse",
  "networkUse",
  "lineUse",
  "tradeUse",
  "storageUse",
  "storageOwnUse",
  "storageNetworkUse",
  "storageTradeUse",
  "networkCharge",
  "lineCharge",
  "charge",
  "matchedOwn",
  "matchedNetwork",
  "matchedLine",
  "matchedTrade",
  "matchedStorage",
  "matchedStorageTrade",
  "useMeasured",
  "useEstimated",
] as const satisfies readonly NodeField[];

const PLACES = Int32Array.from(ADDED, (field) => FIELD[field]);
const PLACE_OF: Readonly<Record<string, number>> = Object.fromEntries(
  ADDED.map((field, place) => [field, place]),
);

/** What served the use of a scope's members, summed over matched days; integer mWh. */
export class GreenSums {
  readonly #mwh = new Float64Array(ADDED.length);
  /** Energy that is missing, by what the node typically uses. */
  missingMwh = 0;
  knownQuarters = 0;
  dueQuarters = 0;

  add({ day }: MatchedDay, node: number): void {
    const [sums, nodes, first] = [this.#mwh, day.nodes, node * NODE_FIELD_COUNT];
    for (let i = 0; i < PLACES.length; i++) sums[i] = (sums[i] ?? 0) + (nodes[first + (PLACES[i] ?? 0)] ?? 0);
  }

  addSums(other: GreenSums): void {
    for (let i = 0; i < PLACES.length; i++) this.#mwh[i] = (this.#mwh[i] ?? 0) + (other.#mwh[i] ?? 0);
    this.missingMwh += other.missingMwh;
    this.knownQuarters += other.knownQuarters;
    this.dueQuarters += other.dueQuarters;
  }

  kwh(field: (typeof ADDED)[number]): number {
    return (this.#mwh[PLACE_OF[field] ?? -1] ?? 0) / MICRO;
  }

  /** Use as far as it is known; null where nothing is. */
  get useKwh(): number | null {
    return this.knownQuarters === 0 ? null : this.kwh("use");
  }

  /** PV that came through storage. */
  get storagePvKwh(): number {
    return this.kwh("storageOwnUse") + this.kwh("storageNetworkUse");
  }

  /** PV used at once or through storage, whatever way it came. */
  get pvKwh(): number {
    return this.kwh("ownUse") + this.kwh("networkUse") + this.kwh("lineUse") + this.storagePvKwh;
  }

  /** What was generated in the quarter-hour it was used in, or stored in a measured one. */
  get matchedKwh(): number {
    return (
      this.kwh("matchedOwn") +
      this.kwh("matchedNetwork") +
      this.kwh("matchedLine") +
      this.kwh("matchedTrade") +
      this.kwh("matchedStorage") +
      this.kwh("matchedStorageTrade")
    );
  }

  /** What networks and lines brought through its connections. */
  get receivedKwh(): number {
    return this.kwh("networkUse") + this.kwh("lineUse") + this.kwh("networkCharge") + this.kwh("lineCharge");
  }

  /** Of the use, by energy, in quarter-hours. */
  get coverage(): Coverage {
    const [measured, estimated, missingKwh] = [
      this.kwh("useMeasured"),
      this.kwh("useEstimated"),
      this.missingMwh / MICRO,
    ];
    const all = measured + estimated + missingKwh;
    if (all > 0) return { measured: measured / all, estimated: estimated / all, missing: missingKwh / all };
    const missing = this.dueQuarters === 0 ? 1 : 1 - this.knownQuarters / this.dueQuarters;
    return { measured: 1 - missing, estimated: 0, missing };
  }
}

const HOUR_QUARTERS = 4;

/** Sums of a scope, and of each of its enterprises. Membership is taken as each day begins; days end at now. */
export function greenSums(
  park: Park,
  scope: Scope,
  days: readonly MatchedDay[],
  nowMs: number,
): { readonly whole: GreenSums; readonly byEnterprise: ReadonlyMap<string, GreenSums> } {
  const whole = new GreenSums();
  const byEnterprise = new Map<string, GreenSums>();
  const members = membersOf(park, scope);
  const nodes = new Map<
    string,
    { knownMwh: number; known: number; due: number; ratedKw: number; enterprise: string }
  >();
  for (const day of days) {
    const inside = members(day.startMs);
    const passed = Math.max(0, Math.floor((nowMs - day.startMs) / QUARTER_MS));
    day.structure.nodes.forEach((node, place) => {
      if (!inside.has(node.enterprise)) return;
      let own = byEnterprise.get(node.enterprise);
      if (own === undefined) {
        own = new GreenSums();
        byEnterprise.set(node.enterprise, own);
      }
      own.add(day, place);
      const known = nodeValue(day.day, place, "useKnownQuarters");
      const due = Math.min(passed, nodeValue(day.day, place, "useDueQuarters"));
      own.knownQuarters += known;
      own.dueQuarters += due;
      const sum = nodes.get(node.id) ?? {
        knownMwh: 0,
        known: 0,
        due: 0,
        ratedKw: 0,
        enterprise: node.enterprise,
      };
      nodes.set(node.id, sum);
      sum.knownMwh += nodeValue(day.day, place, "use");
      sum.known += known;
      sum.due += due;
      if (sum.known === 0)
        sum.ratedKw = node.terms.use.reduce(
          (kw, t) => kw + (valueAt(t.meter.maxPowerKw, day.startMs) ?? 0),
          0,
        );
    });
  }
  for (const { knownMwh, known, due, ratedKw, enterprise } of nodes.values()) {
    // A typical quarter-hour is the mean of those known, else what the meters' rating makes.
    const typicalMwh = known > 0 ? knownMwh / known : (ratedKw / HOUR_QUARTERS) * MICRO;
    const missing = Math.max(0, due - known) * typicalMwh;
    const own = byEnterprise.get(enterprise);
    if (own !== undefined) own.missingMwh += missing;
  }
  for (const own of byEnterprise.values()) whole.addSums(own);
  return { whole, byEnterprise };
}

/** The members of a scope at an instant; reckoned anew only for boundaries, whose members change. */
function membersOf(park: Park, scope: Scope): (timeMs: number) => ReadonlySet<string> {
  if (scope.kind === "boundary") return (timeMs) => enterprisesOf(park, scope, timeMs);
  const members = enterprisesOf(park, scope, 0);
  return () => members;
}

/** Under this share of known use an hour has no share. */
const LEAST_KNOWN = 0.5;

/** What an hour of a scope used and matched; null where too little of its use is known. */
interface HourOfScope {
  readonly useMwh: number;
  readonly matchedMwh: number;
}

/** By day and local hour. */
function hoursOfScope(
  park: Park,
  scope: Scope,
  days: readonly MatchedDay[],
): readonly (readonly (HourOfScope | null)[])[] {
  const members = membersOf(park, scope);
  return days.map((day) => {
    const inside = members(day.startMs);
    const sums = {
      use: new Float64Array(24),
      matched: new Float64Array(24),
      known: new Float64Array(24),
      due: new Float64Array(24),
    };
    day.structure.nodes.forEach((node, place) => {
      if (!inside.has(node.enterprise)) return;
      for (const field of ["use", "matched", "known", "due"] as const) {
        const hours = hoursOf(day.day, place, field);
        const sum = sums[field];
        for (let h = 0; h < 24; h++) sum[h] = (sum[h] ?? 0) + (hours[h] ?? 0);
      }
    });
    return Array.from({ length: 24 }, (_, h): HourOfScope | null => {
      const useMwh = sums.use[h] ?? 0;
      const due = sums.due[h] ?? 0;
      if (due === 0 || (sums.known[h] ?? 0) / due < LEAST_KNOWN || useMwh <= 0) return null;
      return { useMwh, matchedMwh: sums.matched[h] ?? 0 };
    });
  });
}

/** Hour-matched share by local day and hour of the days given; null where too little of the use is known. */
export function heatMapOf(park: Park, scope: Scope, days: readonly MatchedDay[]) {
  const useByHour = new Float64Array(24);
  const matchedByHour = new Float64Array(24);
  const share = hoursOfScope(park, scope, days).map((hours) =>
    hours.map((hour, h): number | null => {
      if (hour === null) return null;
      useByHour[h] = (useByHour[h] ?? 0) + hour.useMwh;
      matchedByHour[h] = (matchedByHour[h] ?? 0) + hour.matchedMwh;
      return hour.matchedMwh / hour.useMwh;
    }),
  );
  return {
    days: days.map((d) => park.calendar.dateKey(d.startMs)),
    share,
    byHour: Array.from({ length: 24 }, (_, h): number | null =>
      (useByHour[h] ?? 0) > 0 ? (matchedByHour[h] ?? 0) / (useByHour[h] ?? 1) : null,
    ),
  };
}

/**
 * The 24/7 share: Σ over hours of what was matched and of the grid's clean share of the rest, over the use of those
 * hours; null where a month of the span has no grid share.
 */
export function cfeShareOf(park: Park, scope: Scope, days: readonly MatchedDay[]): number | null {
  const shares = new Map(park.gridCleanShares.map((g) => [g.month, g.byHour]));
  if (days.some((d) => !shares.has(park.calendar.monthKey(d.startMs)))) return null;
  let [clean, use] = [0, 0];
  const hours = hoursOfScope(park, scope, days);
  for (const [place, day] of days.entries()) {
    const byHour = shares.get(park.calendar.monthKey(day.startMs));
    hours[place]?.forEach((hour, h) => {
      if (hour === null) return;
      use += hour.useMwh;
      clean += hour.matchedMwh + (hour.useMwh - hour.matchedMwh) * (byHour?.[h] ?? 0);
    });
  }
  return shareOf(clean, use);
}
