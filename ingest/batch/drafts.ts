import { isChannel, isRegisterChannel, type RegisterChannel } from "../../park/quantities.ts";
import type { DirtyMark, ReadingRow } from "../../store/telemetry.ts";
import type { ParsedMessage, ParsedReading } from "../messages/parsed.ts";
import { PlainReading } from "../messages/plain.ts";
import { keepElement, type RejectionReason } from "../messages/rejection.ts";
import { AHEAD_MS } from "../messages/time.ts";
import type { LetterDraft } from "./letters.ts";
import { mergeReading } from "./merge.ts";
import type { Seen } from "./seen.ts";

/** What became of one message, once it is durable. */
export interface Outcome {
  readonly readings: number;
  readonly duplicates: number;
  readonly deadLetters: number;
}

export type Tally = { -readonly [K in keyof Outcome]: Outcome[K] };

export interface Origin {
  readonly topic: string;
  readonly reading: ParsedReading;
  readonly tally: Tally;
}

/** A row of the batch being made: what it will be, what of it is new, and the readings it was made of. */
export interface Draft extends Origin {
  row: ReadingRow;
  /** Ahead of its time (E12). */
  readonly ahead: boolean;
  changed: readonly RegisterChannel[];
  /** Further readings of the same instant. */
  more: Origin[] | null;
}

export interface DraftBatch {
  readonly drafts: readonly Draft[];
  /** Dead letters to be written with the batch; more may come from the store. */
  readonly refused: LetterDraft[];
  /** One a message, in their order. */
  readonly tallies: readonly Tally[];
}

const NONE_SUPERSEDED: ReadingRow["superseded"] = {};
/** Drafts of one meter among which an instant is looked for one by one. */
const FEW = 32;

/** One meter's drafts of the batch. */
class OfMeter {
  #lastMs = Number.NEGATIVE_INFINITY;
  readonly #list: Draft[] = [];
  #byTime: Map<number, Draft> | null = null;

  at(timeMs: number): Draft | undefined {
    if (timeMs > this.#lastMs) return undefined;
    if (this.#list.length <= FEW) return this.#list.find((d) => d.row.timeMs === timeMs);
    this.#byTime ??= new Map(this.#list.map((d) => [d.row.timeMs, d]));
    return this.#byTime.get(timeMs);
  }

  add(draft: Draft): void {
    const { timeMs } = draft.row;
    if (timeMs > this.#lastMs) this.#lastMs = timeMs;
    this.#list.push(draft);
    this.#byTime?.set(timeMs, draft);
  }
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
  const meters = new Map<string, OfMeter>();
  const drafts: Draft[] = [];
  const refused: LetterDraft[] = [];
  const tallies: Tally[] = [];
  const heldBefore = seen.heldCount;
  let held = 0;
  for (const { topic, parsed } of messages) {
    const tally: Tally = { readings: 0, duplicates: 0, deadLetters: parsed.rejections.length };
    tallies.push(tally);
    for (const rejection of parsed.rejections) refused.push({ topic, ...rejection });
    for (const reading of parsed.readings) {
      const { meter, timeMs } = reading;
      let own = meters.get(meter);
      if (own === undefined) {
        own = new OfMeter();
        meters.set(meter, own);
      }
      const draft = own.at(timeMs);
      const known = draft?.row ?? seen.at(meter, timeMs);
      const before = known === "unknown" ? (found.get(`${meter} ${timeMs}`) ?? null) : known;
      const ahead = timeMs > nowMs + AHEAD_MS;
      if (before === null) {
        if (ahead && heldBefore + held >= maxHeld) {
          const detail = `${maxHeld} readings ahead of time are held already`;
          refuse(refused, tally, topic, reading, "too-many-held", detail);
          continue;
        }
        if (ahead) held++;
        const { values, simulated } = reading;
        tally.readings++;
        const made: Draft = {
          topic,
          reading,
          tally,
          // While it is ahead it is kept for long, and then without the bytes it came in.
          row:
            reading instanceof PlainReading && !ahead
              ? reading
              : { meter, timeMs, values, superseded: NONE_SUPERSEDED, simulated },
          ahead,
          changed: registersIn(values),
          more: null,
        };
        own.add(made);
        drafts.push(made);
        continue;
      }
      const { row, changed, overflow } = mergeReading(before, reading);
      if (overflow.length > 0) {
        const detail = `${overflow.join(", ")}: too many different values for this instant`;
        refuse(refused, tally, topic, reading, "too-many-conflicts", detail);
      }
      if (changed.length === 0) {
        if (overflow.length === 0) tally.duplicates++;
        continue;
      }
      tally.readings++;
      const origin = { topic, reading, tally };
      const registers = changed.filter(isRegisterChannel);
      if (draft === undefined) {
        const made: Draft = { ...origin, row, ahead, changed: registers, more: null };
        own.add(made);
        drafts.push(made);
      } else {
        draft.row = row;
        draft.changed = [...new Set([...draft.changed, ...registers])];
        draft.more = [...(draft.more ?? []), origin];
      }
    }
  }
  return { drafts, refused, tallies };
}

function refuse(
  refused: LetterDraft[],
  tally: Tally,
  topic: string,
  { element }: ParsedReading,
  reason: RejectionReason,
  detail: string,
): void {
  tally.deadLetters++;
  refused.push({ topic, reason, detail, ...keepElement(element) });
}

const NO_REGISTERS: readonly RegisterChannel[] = [];
const ONE_REGISTER = new Map<string, readonly RegisterChannel[]>();

/** The register channels of a reading's values; the same list again for the common case of one. */
export function registersIn(values: ReadingRow["values"]): readonly RegisterChannel[] {
  let first: RegisterChannel | null = null;
  let all: RegisterChannel[] | null = null;
  for (const channel in values) {
    if (!isChannel(channel) || !isRegisterChannel(channel) || values[channel] === undefined) continue;
    if (first === null) first = channel;
    else if (all === null) all = [first, channel];
    else all.push(channel);
  }
  if (first === null) return NO_REGISTERS;
  if (all !== null) return all;
  let one = ONE_REGISTER.get(first);
  if (one === undefined) {
    one = [first];
    ONE_REGISTER.set(first, one);
  }
  return one;
}

/** A gauge alone changes no energy; a reading ahead of time is settled when its time comes, not before (E12). */
export function marksOf(drafts: readonly Pick<Draft, "row" | "ahead" | "changed">[]): DirtyMark[] {
  const from = new Map<string, number>();
  for (const { row, changed, ahead } of drafts) {
    if (changed.length === 0 || ahead) continue;
    const earliest = from.get(row.meter);
    if (earliest === undefined || row.timeMs < earliest) from.set(row.meter, row.timeMs);
  }
  return Array.from(from, ([meter, fromMs]) => ({ meter, fromMs }));
}
