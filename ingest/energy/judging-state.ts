import { copyBuckets, type OpenBuckets } from "./buckets.ts";
import type { Register } from "./decimal.ts";
import type { Events } from "./events.ts";
import { Lookback } from "./lookback.ts";
import type { Stand } from "./rises.ts";

/** A reading on its way through judging: its register under the multiplier in force, and its number in the history. */
export interface Taken extends Stand {
  readonly register: Register;
  readonly simulated: boolean;
  readonly ordinal: number;
}

/** A step or rollover that rule 5 can still withdraw: how everything stood at the trusted reading before it. */
export interface Candidate {
  readonly last: Taken;
  readonly open: OpenBuckets;
  readonly lookback: Lookback;
  /** How far the step fell, in 10⁻⁶ units; 0 for a step up or a rollover. */
  readonly fellMicro: number;
  readonly firstAfterMs: number;
}

/** How the last trusted reading follows the one before it: only these can still be undone. */
export type LinkKind = "plain" | "rollover" | "unknown";

/** What only the next reading decides about the last trusted one: rules 0, 3, and 5 without a limit. */
export type Trial = "tick" | "rollover" | "return";

/** Everything that judging knows; see `state.ts` for its text. */
export interface JudgingState {
  /** Last trusted reading (a), null before the first. */
  last: Taken | null;
  /** The trusted reading before it while the last one can still be set aside, and how they are linked. */
  before: Taken | null;
  link: LinkKind;
  open: OpenBuckets | null;
  openBefore: OpenBuckets | null;
  lookback: Lookback;
  suspect: Taken | null;
  trial: Trial | null;
  /** True while the first reading of all is the only trusted one (rule 6). */
  onlyFirst: boolean;
  candidates: readonly Candidate[];
  events: Events;
  /** Energy and time of the last link, null where it is unknown. */
  linkMicro: number | null;
  linkMs: number;
  /** Readings taken, and the times of the last two. */
  taken: number;
  lastRawMs: number | null;
  rawBeforeMs: number | null;
}

export function freshState(): JudgingState {
  return {
    last: null,
    before: null,
    link: "plain",
    open: null,
    openBefore: null,
    lookback: new Lookback(),
    suspect: null,
    trial: null,
    onlyFirst: false,
    candidates: [],
    events: [],
    linkMicro: null,
    linkMs: 0,
    taken: 0,
    lastRawMs: null,
    rawBeforeMs: null,
  };
}

export function copyState(state: JudgingState): JudgingState {
  return {
    ...state,
    open: state.open === null ? null : copyBuckets(state.open),
    openBefore: state.openBefore === null ? null : copyBuckets(state.openBefore),
    lookback: state.lookback.copy(),
  };
}

/** No later reading changes what lies before this instant; null before the first reading. */
export function revisableFromMs(state: JudgingState): number | null {
  const { last, before, link, trial, candidates } = state;
  if (last === null) return null;
  const undoable = before !== null && (link !== "unknown" || trial !== null) ? before : last;
  return Math.min(undoable.timeMs, candidates[0]?.last.timeMs ?? undoable.timeMs);
}
