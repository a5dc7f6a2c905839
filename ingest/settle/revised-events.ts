import type { Settlement, Telemetry } from "../../store/telemetry.ts";
import type { RevisedEvents } from "../energy/engine.ts";

/** A settlement as the engine gave it: of some earlier days only the events are new, their states stand as stored. */
export interface SettlementDraft extends Settlement {
  readonly revisedEvents: readonly RevisedEvents[];
}

/** The settlement with the revised events beside the stored states of their days. @throws StoreError */
export async function withRevisedEvents(
  telemetry: Pick<Telemetry, "readJudgement">,
  draft: SettlementDraft,
): Promise<Settlement> {
  const { revisedEvents, ...settlement } = draft;
  if (revisedEvents.length === 0) return settlement;
  const judgements = [...settlement.judgements];
  for (const { dayStartMs, events } of revisedEvents) {
    if (judgements.some((j) => j.dayStartMs === dayStartMs)) continue;
    const stored = await telemetry.readJudgement(draft.meter, draft.channel, dayStartMs);
    if (stored === null || stored.dayStartMs !== dayStartMs || stored.events === events) continue;
    judgements.push({ dayStartMs, state: stored.state, events });
  }
  return { ...settlement, judgements };
}
