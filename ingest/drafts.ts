import { isRegisterChannel, type RegisterChannel } from "../park/quantities.ts";
import type { DirtyMark, ReadingRow } from "../store/telemetry.ts";
import type { LetterDraft } from "./letters.ts";
import { mergeReading } from "./merge.ts";
import type { ParsedMessage } from "./parsed.ts";
import { keepElement, type RejectionReason } from "./rejection.ts";
import type { Seen } from "./seen.ts";
import { AHEAD_MS } from "./time.ts";

/** What became of one message, once it is durable. */
export interface Outcome {
  readonly readings: number;
  readonly duplicates: number;
  readonly deadLetters: number;
}

export type Tally = { -readonly [K in keyof Outcome]: Outcome[K] };

/** A row of the batch being made: what it will be, what of it is new, and the objects it was made of. */
export interface Draft {
  row: ReadingRow;
  /** Ahead of its time (E12). */
  readonly ahead: boolean;
  readonly changed: Set<RegisterChannel>;
  readonly origins: { readonly topic: string; readonly element: unknown; readonly tally: Tally }[];
}

export interface DraftBatch {
  readonly drafts: readonly Draft[];
  /** Dead letters to be written with the batch; more may come from the store. */
  readonly refused: LetterDraft[];
  /** One a message, in their order. */
  readonly tallies: readonly Tally[];
}

/**
 * Lays the readings of messages, one after the other, over what is stored at their instants (E9).
 * @param found what the store holds where memory does not know, by "meter time".
 */
export function draftBatch(
  messages: readonly { readonly topic: string; readonly parsed: ParsedMessage }[],
  seen: Seen,
  found: ReadonlyMap<string, ReadingRow>,
  nowMs: number,
  maxHeld: number,
): DraftBatch {
  const drafts = new Map<string, Draft>();
  const refused: LetterDraft[] = [];
  let held = seen.heldCount;
  const tallies = messages.map(({ topic, parsed }) => {
    const tally: Tally = { readings: 0, duplicates: 0, deadLetters: parsed.rejections.length };
    for (const rejection of parsed.rejections) refused.push({ topic, ...rejection });
    const refuse = (reason: RejectionReason, detail: string, element: unknown) => {
      tally.deadLetters++;
      refused.push({ topic, reason, detail, ...keepElement(element) });
    };
    for (const reading of parsed.readings) {
      const { meter, timeMs, element } = reading;
      const key = `${meter} ${timeMs}`;
      const draft = drafts.get(key);
      const known = draft?.row ?? seen.at(meter, timeMs);
      const before = known === "unknown" ? (found.get(key) ?? null) : known;
      const { row, changed, overflow } = mergeReading(before, reading);
      if (overflow.length > 0) {
        const detail = `${overflow.join(", ")}: too many different values for this instant`;
        refuse("too-many-conflicts", detail, element);
      }
      if (changed.length === 0) {
        if (overflow.length === 0) tally.duplicates++;
        continue;
      }
      const ahead = timeMs > nowMs + AHEAD_MS;
      if (ahead && before === null && held >= maxHeld) {
        refuse("too-many-held", `${maxHeld} readings ahead of time are held already`, element);
        continue;
      }
      if (ahead && before === null) held++;
      tally.readings++;
      const target: Draft = draft ?? { row, ahead, changed: new Set(), origins: [] };
      target.row = row;
      for (const channel of changed) if (isRegisterChannel(channel)) target.changed.add(channel);
      target.origins.push({ topic, element, tally });
      drafts.set(key, target);
    }
    return tally;
  });
  return { drafts: [...drafts.values()], refused, tallies };
}

/** A gauge alone changes no energy; a reading ahead of time is settled when its time comes, not before (E12). */
export function marksOf(drafts: readonly Pick<Draft, "row" | "ahead" | "changed">[]): DirtyMark[] {
  const from = new Map<string, number>();
  for (const { row, changed, ahead } of drafts) {
    if (changed.size === 0 || ahead) continue;
    from.set(row.meter, Math.min(row.timeMs, from.get(row.meter) ?? Number.POSITIVE_INFINITY));
  }
  return [...from].map(([meter, fromMs]) => ({ meter, fromMs }));
}
