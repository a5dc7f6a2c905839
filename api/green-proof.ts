import { QUARTER_MS } from "../park/calendar.ts";
import { MICRO } from "../park/quantities.ts";
import { enterprisesOf, type Scope, scopeText } from "../park/topology.ts";
import { factorBook } from "../standards/factors/book.ts";
import { nodeValue, storageSums } from "../standards/green/day-result.ts";
import { NETWORK_PV, OWN_PV, STATE, TRADE } from "../standards/green/layout.ts";
import { shareOf } from "../standards/green/share.ts";
import { splitInto } from "../standards/green/split.ts";
import { GREEN_REMARKS } from "../standards/remarks/green.ts";
import type { Telemetry } from "../store/telemetry.ts";
import type { GreenProofAnswer } from "./answers/green-claims.ts";
import type { FlowTerm } from "./energy/flows.ts";
import { certificateAnswer } from "./green-claims.ts";
import { readContracts } from "./standards/contracts.ts";
import { factorUsed, type StandardsDeps } from "./standards/deps.ts";
import { displayRises } from "./standards/displays.ts";
import type { MatchedQuarter } from "./standards/matching.ts";
import { projectOfMeter, pvAssets } from "./standards/projects.ts";

interface ProofQuery {
  readonly scope: Scope;
  /** Start of a quarter-hour. */
  readonly fromMs: number;
  readonly nowMs: number;
  readonly factors?: readonly string[];
  /** False: readings only of the scope's own meters. */
  readonly seesAll: boolean;
}

type Answer = GreenProofAnswer;
type Row = Answer["rows"][number];
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

/**
 * GET /green-power/proof: how the use of a scope was served in one quarter-hour, down to what displays showed. Rows add
 * up to the use; null where the quarter-hour has not begun. @throws StoreError
 */
export async function greenProofAnswer(
  deps: StandardsDeps & { readonly telemetry: Pick<Telemetry, "readReadings"> },
  query: ProofQuery,
): Promise<Answer | null> {
  const { park, matching } = deps;
  const { scope, fromMs, nowMs } = query;
  const calendar = park.calendar;
  // Before the rows: what is worked in while they are read must not pass for settled.
  const marks = await deps.reader.marks();
  const quarter = await matching.quarter(fromMs, nowMs);
  if (quarter === null) return null;
  const members = enterprisesOf(park, scope, quarter.startMs);
  const inside = quarter.structure.nodes.flatMap((n, place) => (members.has(n.enterprise) ? [place] : []));
  const toMs = fromMs + QUARTER_MS;
  const contracts = await readContracts(deps, scope, fromMs, toMs, nowMs);
  const { parts, useMwh, matchedMwh, state } = served(deps, quarter, inside, members, query.seesAll);
  const book = factorBook({ pins: query.factors ?? [] });
  const factor = book.require("park-method", "electricity/other", calendar.dateKey(fromMs));

  const refused = new Set(contracts.refused.map((r) => r.instrument));
  const rows: Row[] = [];
  for (const part of parts) {
    const isOwn = part.terms.every((t) => members.has(enterpriseOf(quarter, t)));
    const rises =
      part.terms.length > 0 && (isOwn || query.seesAll)
        ? await displayRises(park, deps.telemetry, part.terms, fromMs)
        : [];
    const attached = contracts.claims.flatMap((c) =>
      c.documents.some((d) => d.instrument.id === part.settlement)
        ? c.documents.flatMap((d) => (refused.has(d.instrument.id) ? [] : (certificateAnswer(d) ?? [])))
        : [],
    );
    const energyKwh = part.mwh / MICRO;
    const isUnmatched = part.kind === "unmatched";
    rows.push({
      kind: part.kind,
      name: part.name,
      energyKwh,
      matched: !isUnmatched && part.matchedMwh === part.mwh,
      detail: part.detail,
      readings: rises.map(({ from, to, ...rise }) => ({
        ...rise,
        from: { time: calendar.iso(from.timeMs), display: from.display },
        to: { time: calendar.iso(to.timeMs), display: to.display },
      })),
      certificates: attached,
      factor: isUnmatched ? factorUsed(factor) : null,
      carbonKg: isUnmatched ? energyKwh * factor.value : 0,
    });
  }
  const registers = inside.flatMap((place) => quarter.structure.registersOfNode[place] ?? []);
  const meters = new Set(registers.map((r) => quarter.structure.registers[r]?.meter ?? ""));
  return {
    scope: scopeText(scope),
    name: scope.kind === "enterprise" ? (park.enterpriseById.get(scope.id)?.name ?? null) : null,
    from: calendar.iso(fromMs),
    to: calendar.iso(toMs),
    settled: await deps.reader.isSettled(meters, toMs, nowMs, marks),
    simulated: registers.some((r) => quarter.simulated[r] === 1),
    useKwh: state === STATE.missing ? null : useMwh / MICRO,
    quality: state === STATE.missing ? "missing" : state === STATE.measured ? "measured" : "estimated",
    matchedKwh: matchedMwh / MICRO,
    matchedShare: state === STATE.missing ? null : shareOf(matchedMwh, useMwh),
    rows,
    checks: checksOf(quarter, rows, state, query.seesAll),
    factorSets: book.used(),
  };
}

/** What served the use of some nodes, and what of it was matched; mWh. */
function served(
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

function checksOf(
  quarter: MatchedQuarter,
  rows: readonly Row[],
  state: number,
  seesAll: boolean,
): Answer["checks"] {
  const { structure, day } = quarter;
  const all = (field: Parameters<typeof nodeValue>[2]) =>
    structure.nodes.reduce((sum, _, place) => sum + nodeValue(day, place, field), 0);
  const made = all("pv");
  const claimed = all("ownUse") + all("ownCharge") + all("gave") + all("exported") + all("kept");
  const kwh = (mwh: number) => (mwh / MICRO).toFixed(1);
  // The sums are of all plants of the park.
  const sums = seesAll
    ? {
        zh: `合计 ${kwh(claimed)} = 光伏发电 ${kwh(made)} kWh`,
        en: ` come to ${kwh(claimed)} = ${kwh(made)} kWh of PV`,
      }
    : { zh: "合计等于全园光伏发电", en: " come to what all PV of the park made" };
  const checks: Answer["checks"] = [
    {
      status: made === claimed ? "met" : "broken",
      text: {
        code: "used-once",
        zh: `同一度电只用一次：本刻自用、充电、送邻与外送${sums.zh}`,
        en: `Each kWh is used once: own use, charging, deliveries and export${sums.en}`,
      },
    },
  ];
  if (structure.storages.length > 0) {
    const holds = structure.storages.every((_, s) => {
      const [into, out, lost] = [
        storageSums(day, s, "in"),
        storageSums(day, s, "out"),
        storageSums(day, s, "lost"),
      ];
      return [0, 1, 2, 3].every((k) => {
        const start = day.startContent[s * into.length + k] ?? 0;
        const end = day.endContent[s * into.length + k] ?? 0;
        return start + (into[k] ?? 0) === end + (out[k] ?? 0) + (lost[k] ?? 0);
      });
    });
    checks.push({
      status: holds ? "met" : "broken",
      text: {
        code: "storage-balance",
        zh: "储能含损耗，各来源放出不超过充入",
        en: "Storage with its losses: of no source more came out than went in",
      },
    });
  }
  const certificates = rows.flatMap((r) => r.certificates);
  if (certificates.length > 0) {
    checks.push({
      status: "met",
      text: {
        code: "certificates-valid",
        zh: "证书编号唯一，可交易，在两年有效期内",
        en: "Certificate numbers are unique, tradable and within their two years",
      },
    });
  }
  const isMeasured = state === STATE.measured && rows.every((r) => r.matched || r.kind === "unmatched");
  checks.push({
    status: isMeasured ? "met" : "provisional",
    text: isMeasured
      ? {
          code: "all-measured",
          zh: "本刻发用电均为实测",
          en: "All generation and use of the quarter-hour were measured",
        }
      : {
          code: "not-all-measured",
          zh: "本刻有估算或缺失的计量，相应电量不计入逐时匹配",
          en: "Some of it is estimated or missing and counts nothing in the hour-matched share",
        },
  });
  if (rows.some((r) => r.kind === "green-trade"))
    checks.push({ status: "met", text: GREEN_REMARKS.contractsByInterval });
  return checks;
}

function enterpriseOf(quarter: MatchedQuarter, term: FlowTerm): string {
  return quarter.structure.nodes.find((n) => n.terms.pv.includes(term))?.enterprise ?? "";
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
