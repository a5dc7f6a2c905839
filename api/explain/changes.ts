import { metersOf, parseAction, type RepairAction } from "../../park/repair.ts";
import type { ExplainAnswer } from "../answers/explain.ts";
import type { ExplainDeps } from "./parts.ts";

const MOST = 20;

/** Decisions about the meters of a figure that touch its span, the latest first. @throws StoreError */
export async function changesOf(
  { park, ledger }: Pick<ExplainDeps, "park" | "ledger">,
  meters: ReadonlySet<string>,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Promise<ExplainAnswer["changes"]> {
  const repairs = await ledger.listRepairs();
  const actionOf = new Map(repairs.map((r) => [r.id, parseAction(r.action)]));
  return repairs
    .flatMap((repair) => {
      const own = actionOf.get(repair.id) ?? null;
      const action = own?.kind === "undo" ? (actionOf.get(own.of) ?? null) : own;
      if (own === null || action === null) return [];
      const named = metersOf(action).filter((m) => meters.has(m));
      if (named.length === 0 || !touches(action, fromMs, toMs)) return [];
      return [
        {
          time: park.calendar.iso(repair.atMs),
          kind: own.kind,
          meters: named,
          by: repair.byLabel,
          reason: repair.reason,
        },
      ];
    })
    .reverse()
    .slice(0, MOST);
}

function touches(action: RepairAction, fromMs: number, toMs: number): boolean {
  const inside = (timeMs: number) => timeMs >= fromMs && timeMs < toMs;
  switch (action.kind) {
    case "accept-step":
    case "declare-exchange":
      return inside(action.atMs);
    case "reject-reading":
    case "restore-reading":
      return action.timesMs.some(inside);
    case "enter-readings":
      return action.rows.some((r) => inside(r.timeMs));
    case "change-multiplier":
      return action.fromMs < toMs;
    case "undo":
      return false;
  }
}
