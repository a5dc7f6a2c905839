import { metersOf, parseAction } from "../../park/repair.ts";
import type { Ledger } from "../../store/ledger.ts";
import type { DirtyMark } from "../../store/telemetry.ts";

/** More than this wait only while nobody carries them out. */
const MOST_OPEN = 1_000;
/** What a decision changes may begin long before the instant it names. */
const WHOLE_MS = 0;

/** Meters about which a decision is still being carried out: what is answered of them is not settled. @throws StoreError */
export async function openRepairMarks(
  ledger: Pick<Ledger, "openRepairs" | "listRepairs">,
): Promise<DirtyMark[]> {
  const actions = (await ledger.openRepairs(MOST_OPEN)).map(({ action }) => parseAction(action));
  const undone = new Set(actions.flatMap((action) => (action?.kind === "undo" ? [action.of] : [])));
  if (undone.size > 0) {
    for (const { id, action } of await ledger.listRepairs())
      if (undone.has(id)) actions.push(parseAction(action));
  }
  const meters = new Set(actions.flatMap((action) => (action === null ? [] : metersOf(action))));
  return [...meters].map((meter) => ({ meter, fromMs: WHOLE_MS }));
}
