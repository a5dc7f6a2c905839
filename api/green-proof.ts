import { QUARTER_MS } from "../park/calendar.ts";
import { MICRO } from "../park/quantities.ts";
import { enterprisesOf, type Scope, scopeText } from "../park/topology.ts";
import { factorBook } from "../standards/factors/book.ts";
import { STATE } from "../standards/green/layout.ts";
import { shareOf } from "../standards/green/share.ts";
import type { Telemetry } from "../store/telemetry.ts";
import type { GreenProofAnswer } from "./answers/green-claims.ts";
import type { FlowTerm } from "./energy/flows.ts";
import { certificateAnswer } from "./green-claims.ts";
import { checksOf } from "./green-proof/checks.ts";
import { served } from "./green-proof/served.ts";
import { readContracts } from "./standards/contracts.ts";
import { factorUsed, type StandardsDeps } from "./standards/deps.ts";
import { displayRises } from "./standards/displays.ts";
import type { MatchedQuarter } from "./standards/matching.ts";

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

function enterpriseOf(quarter: MatchedQuarter, term: FlowTerm): string {
  return quarter.structure.nodes.find((n) => n.terms.pv.includes(term))?.enterprise ?? "";
}
