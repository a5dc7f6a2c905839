import { scopeText } from "../park/topology.ts";
import { LEAST_COVERAGE, worstGrade } from "../standards/park-carbon.ts";
import type { ExplainAnswer } from "./answers/explain.ts";
import { CARBON_METHODS, type Figure } from "./explain/ask.ts";
import { carbonTerm, explainCarbon, explainCarbonTerm } from "./explain/carbon.ts";
import { changesOf } from "./explain/changes.ts";
import { explainGap } from "./explain/gap.ts";
import { explainGreen } from "./explain/green.ts";
import { explainHall } from "./explain/hall.ts";
import { explainConsumption, explainIntensity } from "./explain/intensity.ts";
import {
  type ExplainDeps,
  type ExplainQuery,
  type Group,
  type Made,
  NOTHING_OPEN,
  type Row,
  sumText,
} from "./explain/parts.ts";
import { explainRegister } from "./explain/register.ts";
import { largestRow, lastReadings } from "./explain/trail.ts";

/**
 * GET /explain: how a figure was made. What each row opens is again a question to this, down to displays.
 * Null for a figure that the scope does not have. @throws StoreError
 */
export async function explainAnswer(
  deps: ExplainDeps,
  query: ExplainQuery,
  figure: Figure,
): Promise<ExplainAnswer | null> {
  const made = await make(deps, query, figure);
  if (made === null) return null;
  const { calendar } = deps.park;
  const rows = made.groups.flatMap((g) => g.rows);
  const grades = rows.flatMap((r) => (r.grade === null || r.amount === 0 ? [] : [r.grade]));
  return {
    figure: query.figure,
    scope: scopeText(query.scope),
    from: calendar.iso(query.fromMs),
    to: calendar.iso(query.toMs),
    ...made,
    grade: grades.length === 0 ? null : worstGrade(grades),
    readings: made.readings ?? (await trailOf(deps, query, made.groups)),
    changes: await changesOf(deps, metersOf(figure, rows), query),
  };
}

async function make(deps: ExplainDeps, query: ExplainQuery, figure: Figure): Promise<Made | null> {
  switch (figure.kind) {
    case "carbon-per-tce":
      return await explainIntensity(deps, query);
    case "consumption":
      return await explainConsumption(deps, query, figure.term);
    case "carbon":
      return figure.term === null
        ? await explainCarbon(deps, query, figure.method)
        : await explainCarbonTerm(deps, query, figure.method, figure.term);
    case "pathway-gap":
      return await explainGap(deps, query);
    case "hall":
      return await explainHall(deps, query, figure.hall, figure.indicator);
    case "green":
      return await explainGreen(deps, query, figure.share);
    case "register": {
      const marks = await deps.reader.marks();
      const parts = await explainRegister(deps, query, figure.meter, figure.channel);
      if (parts === null) return null;
      const settled = await deps.reader.isSettled(new Set([figure.meter]), query.toMs, query.nowMs, marks);
      const calculation = parts.groups.map(sumText).join("; ");
      const isThin = (parts.coverage?.missing ?? 1) > 1 - LEAST_COVERAGE;
      return {
        ...parts,
        ...NOTHING_OPEN,
        factorSets: [],
        remarks: [],
        settled,
        provisional: isThin || query.toMs > query.nowMs,
        calculation,
      };
    }
  }
}

/** What displays showed around the last measured quarter-hour of the largest register of the largest row. @throws StoreError */
async function trailOf(
  deps: ExplainDeps,
  query: ExplainQuery,
  groups: readonly Group[],
): Promise<ExplainAnswer["readings"]> {
  const row = largestRow(groups);
  if (row?.opens == null) return [];
  if (row.opens.figure.startsWith("register:")) return await lastReadings(deps, query, row);
  const [head, term] = [row.opens.figure.slice(0, row.opens.figure.indexOf("/")), row.id];
  if (!head.startsWith("carbon:")) return [];
  const method = CARBON_METHODS.find((m) => head === `carbon:${m}`);
  const found = method === undefined ? null : await carbonTerm(deps, query, method, term);
  return found === null ? [] : await lastReadings(deps, query, largestRow([found.group]));
}

/** Meters that a figure's rows name. */
function metersOf(figure: Figure, rows: readonly Row[]): ReadonlySet<string> {
  const meters = new Set<string>(figure.kind === "register" ? [figure.meter] : []);
  for (const { opens } of rows) {
    const register =
      opens?.figure.startsWith("register:") === true ? opens.figure.slice("register:".length) : null;
    if (register !== null) meters.add(register.slice(0, register.indexOf("/")));
  }
  return meters;
}
