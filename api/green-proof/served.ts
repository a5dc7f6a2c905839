import { MICRO } from "../../park/quantities.ts";
import { nodeValue } from "../../standards/green/day-result.ts";
import { NETWORK_PV, OWN_PV, STATE, TRADE } from "../../standards/green/layout.ts";
import { splitInto } from "../../standards/green/split.ts";
import type { GreenProofAnswer } from "../answers/green-claims.ts";
import type { FlowTerm } from "../energy/flows.ts";
import type { StandardsDeps } from "../standards/deps.ts";
import type { MatchedQuarter } from "../standards/matching.ts";
import { projectOfMeter, pvAssets } from "../standards/projects.ts";

/** What served a use in one quarter-hour, source by source. */

type Row = GreenProofAnswer["rows"][number];
type Name = Row["name"];

interface Part {
  readonly kind: Row["kind"];
  readonly name: Name;
  readonly detail: Name | null;
  readonly terms: readonly FlowTerm[];
  /** Of a trade its settlement's id. */
  readonly settlement: string | null;
  mwh: number;
  matchedMwh: number;
}

/** What served the use of some nodes, and what of it was matched; mWh. */
export function served(
  { park }: StandardsDeps,
  quarter: MatchedQuarter,
  inside: readonly number[],
  members: ReadonlySet<string>,
  seesAll: boolean,
) {
  const { structure, day } = quarter;
  const parts = new Map<string, Part>();
  const add = (key: string, mwh: number, isMatched: boolean, part: Omit<Part, "mwh" | "matchedMwh">) => {
    if (mwh <= 0) return;
    const one = parts.get(key) ?? { ...part, mwh: 0, matchedMwh: 0 };
    parts.set(key, one);
    one.mwh += mwh;
    if (isMatched) one.matchedMwh += mwh;
  };
  let [useMwh, matchedMwh, green] = [0, 0, 0];
  const states: number[] = [];
  for (const place of inside) {
    const one = quarter.served[place];
    const node = structure.nodes[place];
    if (one === undefined || node === undefined) continue;
    const value = (field: Parameters<typeof nodeValue>[2]) => nodeValue(day, place, field);
    useMwh += one.useMwh;
    if (node.terms.use.length > 0) states.push(one.useState);
    for (const field of MATCHED) matchedMwh += value(field);
    const name = nameOf(park, node.enterprise);
    add(`own ${node.id}`, one.ownMwh, one.isMeasured, {
      kind: "own-pv",
      name: plantName(park, node.terms.pv) ?? { zh: `自建光伏 ${name.zh}`, en: `Own PV ${name.en}` },
      detail: null,
      terms: node.terms.pv,
      settlement: null,
    });
    for (const { giver, mwh, kind, network } of deliveries(quarter, place, one.networkMwh, one.lineMwh)) {
      const from = structure.nodes[giver];
      if (from === undefined) continue;
      const isMatched =
        kind === "network-pv"
          ? value("matchedNetwork") === one.networkMwh
          : value("matchedLine") === one.lineMwh;
      const madeKwh = nodeValue(day, giver, "pv") / MICRO;
      const giverName = nameOf(park, from.enterprise);
      add(`${kind} ${network} ${from.id}`, mwh, isMatched, {
        kind,
        name: { zh: `${giverName.zh} 余电`, en: `Surplus of ${giverName.en}` },
        // What a neighbour made is its own matter: its taker is told what it received.
        detail:
          seesAll || members.has(from.enterprise)
            ? {
                zh: `发电 ${madeKwh.toFixed(1)} kWh，自用后按用电分给网内成员`,
                en: `${madeKwh.toFixed(1)} kWh made; what own use left is shared by use`,
              }
            : { zh: "自用后的余电按用电分给网内成员", en: "What its own use left is shared by use" },
        terms: from.terms.pv,
        settlement: null,
      });
    }
    const [own = 0, network = 0, trade = 0] = [OWN_PV, NETWORK_PV, TRADE].map((k) => one.storageMwh[k] ?? 0);
    const storage = (key: string, mwh: number, what: Name) =>
      add(`storage ${key}`, mwh, one.isMeasured, {
        kind: "storage",
        name: what,
        detail: null,
        terms: [],
        settlement: null,
      });
    storage("pv", own + network, { zh: "储能放出的光伏", en: "PV out of storage" });
    storage("trade", trade, { zh: "储能放出的绿电交易", en: "Traded green power out of storage" });
    green += one.ownMwh + one.networkMwh + one.lineMwh + own + network + trade;
    for (const [at, mwh] of tradesOf(quarter, place, one.tradeMwh)) {
      const id = quarter.trades[at]?.id ?? "";
      green += mwh;
      add(`trade ${id}`, mwh, one.isConnectionMeasured, {
        kind: "green-trade",
        name: {
          zh: `绿电交易 ${quarter.trades[at]?.name ?? ""}`,
          en: `Green trade ${quarter.trades[at]?.name ?? ""}`,
        },
        detail: { zh: "按刻结算", en: "settled by quarter-hour" },
        terms: [],
        settlement: id,
      });
    }
  }
  add("unmatched", useMwh - green, false, {
    kind: "unmatched",
    name: { zh: "未匹配", en: "Not matched" },
    detail: null,
    terms: [],
    settlement: null,
  });
  const state = states.every((s) => s === STATE.missing)
    ? STATE.missing
    : states.every((s) => s === STATE.measured)
      ? STATE.measured
      : STATE.estimated;
  const inOrder = [...parts.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
  return { parts: inOrder, useMwh, matchedMwh, state, members };
}

const ORDER: readonly Row["kind"][] = [
  "own-pv",
  "network-pv",
  "direct-line",
  "storage",
  "green-trade",
  "unmatched",
];

const MATCHED = [
  "matchedOwn",
  "matchedNetwork",
  "matchedLine",
  "matchedTrade",
  "matchedStorage",
  "matchedStorageTrade",
] as const;

/** Each giver's part of what a node's use received. */
function deliveries(quarter: MatchedQuarter, node: number, networkMwh: number, lineMwh: number) {
  const { layout } = quarter.structure;
  const found: { giver: number; mwh: number; kind: "network-pv" | "direct-line"; network: string }[] = [];
  for (const kind of ["private", "direct-line"] as const) {
    const givers: { giver: number; network: string }[] = [];
    const weights: number[] = [];
    layout.members.forEach((places, n) => {
      const network = layout.networks[n];
      const taker = places.indexOf(node);
      if (network?.kind !== kind || taker < 0) return;
      places.forEach((giver, g) => {
        const mwh = quarter.day.pairs[(layout.pairStarts[n] ?? 0) + g * places.length + taker] ?? 0;
        if (mwh === 0) return;
        givers.push({ giver, network: network.id });
        weights.push(mwh);
      });
    });
    const total = kind === "private" ? networkMwh : lineMwh;
    const parts = new Float64Array(weights.length);
    const sum = weights.reduce((a, b) => a + b, 0);
    splitInto(Math.min(total, sum), Float64Array.from(weights), weights.length, sum, parts);
    givers.forEach(({ giver, network }, i) => {
      found.push({
        giver,
        network,
        mwh: parts[i] ?? 0,
        kind: kind === "private" ? "network-pv" : "direct-line",
      });
    });
  }
  return found;
}

/** Each trade's part of what a node's use took, by what was settled. */
function tradesOf(quarter: MatchedQuarter, node: number, mwh: number): [number, number][] {
  const places = quarter.trades.flatMap((t, at) =>
    t.nodes.includes(node) && (t.mwh[0] ?? 0) > 0 ? [at] : [],
  );
  const weights = Float64Array.from(places, (at) => quarter.trades[at]?.mwh[0] ?? 0);
  const parts = new Float64Array(places.length);
  const sum = weights.reduce((a, b) => a + b, 0);
  splitInto(Math.min(mwh, sum), weights, places.length, sum, parts);
  return places.map((at, i) => [at, parts[i] ?? 0]);
}

function nameOf(park: StandardsDeps["park"], enterprise: string): Name {
  return park.enterpriseById.get(enterprise)?.name ?? { zh: enterprise, en: enterprise };
}

/** The plant's name where one plant is all that is there. */
function plantName(park: StandardsDeps["park"], terms: readonly FlowTerm[]): Name | null {
  const projects = new Set(terms.map((t) => projectOfMeter(park, t.meter)));
  const [only] = projects;
  return projects.size === 1 ? (pvAssets(park).find((a) => a.id === only)?.name ?? null) : null;
}
