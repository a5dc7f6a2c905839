import { z } from "zod";
import type { Calendar } from "../../park/calendar.ts";
import type { OpenBucket, OpenBuckets } from "./buckets.ts";
import type { RegisterEvent, RegisterReading } from "./engine.ts";
import { ordered } from "./events.ts";
import type { ExchangeBook } from "./exchange-book.ts";
import type { Candidate, JudgingState, Taken } from "./judging-state.ts";
import { Lookback } from "./lookback.ts";
import type { Placement } from "./terms.ts";

/**
 * The text of a register's state: canonical, so that equal texts mean equal states. Numbers in their shortest
 * notation, keys in one order, instants absolute, readings numbered backwards from the last.
 */

const VERSION = 1;

const int = z.int();
const taken = z.tuple([int, z.number(), z.union([z.literal(0), z.literal(1)]), int]);
const bucket = z.tuple([int, z.number(), int, int, int, int]);
const open = z.tuple([int, bucket, bucket]);
const event = z.object({
  kind: z.enum([
    "rollover",
    "exchange",
    "exchange-refused",
    "conflict",
    "set-aside",
    "step",
    "step-accepted",
    "hand-read",
    "unknown-rollovers",
    "suspect",
    "one-tick-back",
  ]),
  timeMs: int,
  untilMs: int,
  count: int,
  micro: z.number().nullable(),
  detail: z.string(),
});
const candidate = z.object({
  last: taken,
  open,
  look: z.array(z.number()),
  fell: z.number(),
  first: int,
});
const judging = z.object({
  last: taken.nullable(),
  before: taken.nullable(),
  link: z.enum(["plain", "rollover", "unknown"]),
  open: open.nullable(),
  openBefore: open.nullable(),
  look: z.array(z.number()),
  suspect: taken.nullable(),
  trial: z.enum(["tick", "rollover", "return"]).nullable(),
  onlyFirst: z.boolean(),
  candidates: z.array(candidate),
  events: z.array(event),
  linkMicro: z.number().nullable(),
  linkMs: int,
  raw: z.tuple([int.nullable(), int.nullable()]),
});
const reading = z.tuple([
  int,
  z.number(),
  z.union([z.literal(0), z.literal(1)]),
  z.union([z.literal(0), z.literal(1)]),
]);
const row = z.tuple([int, z.number(), int, int]);
const engine = z.object({
  v: z.literal(VERSION),
  placements: z.array(z.union([z.literal("in-place"), z.literal("refused"), int])),
  judging,
  /** Readings around an exchange that is not placed yet; `judging` is then the state before them. */
  near: z.array(reading).nullable(),
  conflicts: z.array(event),
  quarters: z.array(row),
  days: z.array(row),
  /** The last reading, where it is one that judging was never given. */
  lastMs: int.optional(),
  /** Measured quarter-hours at which later gaps look, where gaps are shared by the typical day. */
  typical: z.string().optional(),
});

type TakenText = z.output<typeof taken>;
type OpenText = z.output<typeof open>;
export type RowText = z.output<typeof row>;

/** All that a register's engine knows. */
export interface EngineState {
  readonly placements: readonly Placement[];
  readonly judging: JudgingState;
  readonly near: readonly RegisterReading[] | null;
  /** Two values for one instant (E9), as they came. */
  readonly conflicts: readonly RegisterEvent[];
  /** Finished rows that rule 5 may still revise. */
  readonly quarters: readonly RowText[];
  readonly days: readonly RowText[];
  /** Time of the last reading where judging was never given it, else null. */
  readonly lastMs: number | null;
  /** Text of the typical day's measured quarter-hours; null where gaps are shared linearly. */
  readonly typical: string | null;
}

/** The state's canonical text. */
export function writeState(state: EngineState): string {
  const text: z.input<typeof engine> = {
    v: VERSION,
    placements: [...state.placements],
    judging: writeJudging(state.judging),
    near: state.near === null ? null : state.near.map(writeReading),
    conflicts: ordered(state.conflicts),
    quarters: [...state.quarters],
    days: [...state.days],
    ...(state.lastMs === null ? {} : { lastMs: state.lastMs }),
    ...(state.typical === null ? {} : { typical: state.typical }),
  };
  return JSON.stringify(text);
}

/** What the text says, with everything but the judging state. @throws RangeError when it is not such a text. */
export function readState(
  text: string,
): Omit<EngineState, "judging"> & { judging: (book: ExchangeBook, calendar: Calendar) => JudgingState } {
  const parsed = engine.safeParse(parseJson(text));
  if (!parsed.success) throw new RangeError(`not a register's state: ${z.prettifyError(parsed.error)}`);
  const { data } = parsed;
  return {
    placements: data.placements,
    near: data.near === null ? null : data.near.map(readReading),
    conflicts: data.conflicts,
    quarters: data.quarters,
    days: data.days,
    lastMs: data.lastMs ?? null,
    typical: data.typical ?? null,
    judging: (book, calendar) => readJudging(data.judging, book, calendar),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RangeError("not a register's state: no JSON");
  }
}

function writeJudging(state: JudgingState): z.input<typeof judging> {
  const number = (t: Taken | null): TakenText | null =>
    t === null ? null : [t.timeMs, t.display, t.simulated ? 1 : 0, t.ordinal - state.taken];
  return {
    last: number(state.last),
    before: number(state.before),
    link: state.link,
    open: state.open === null ? null : writeOpen(state.open),
    openBefore: state.openBefore === null ? null : writeOpen(state.openBefore),
    look: state.lookback.steps(),
    suspect: number(state.suspect),
    trial: state.trial,
    onlyFirst: state.onlyFirst,
    candidates: state.candidates.map((c) => ({
      last: [c.last.timeMs, c.last.display, c.last.simulated ? 1 : 0, c.last.ordinal - state.taken],
      open: writeOpen(c.open),
      look: c.lookback.steps(),
      fell: c.fellMicro,
      first: c.firstAfterMs,
    })),
    events: ordered(state.events),
    linkMicro: state.linkMicro,
    linkMs: state.linkMs,
    raw: [state.lastRawMs, state.rawBeforeMs],
  };
}

function readJudging(text: z.output<typeof judging>, book: ExchangeBook, calendar: Calendar): JudgingState {
  const takenOf = ([timeMs, display, simulated, ordinal]: TakenText): Taken => ({
    timeMs,
    display,
    simulated: simulated === 1,
    register: book.terms.at(timeMs).multiplier.register(display),
    ordinal,
  });
  const maybe = (t: TakenText | null) => (t === null ? null : takenOf(t));
  return {
    last: maybe(text.last),
    before: maybe(text.before),
    link: text.link,
    open: text.open === null ? null : readOpen(text.open, calendar),
    openBefore: text.openBefore === null ? null : readOpen(text.openBefore, calendar),
    lookback: text.last === null ? new Lookback() : Lookback.of(text.last[0], text.look),
    suspect: maybe(text.suspect),
    trial: text.trial,
    onlyFirst: text.onlyFirst,
    candidates: text.candidates.map(
      (c): Candidate => ({
        last: takenOf(c.last),
        open: readOpen(c.open, calendar),
        lookback: Lookback.of(c.last[0], c.look),
        fellMicro: c.fell,
        firstAfterMs: c.first,
      }),
    ),
    events: text.events,
    linkMicro: text.linkMicro,
    linkMs: text.linkMs,
    taken: 0,
    lastRawMs: text.raw[0],
    rawBeforeMs: text.raw[1],
  };
}

function writeOpen({ atMs, quarter, day }: OpenBuckets): OpenText {
  return [atMs, writeBucket(quarter), writeBucket(day)];
}

function writeBucket(b: OpenBucket): z.output<typeof bucket> {
  return [b.startMs, b.micro, b.knownMs, b.flags, b.firstMs, b.lastMs];
}

function readOpen([atMs, quarter, day]: OpenText, calendar: Calendar): OpenBuckets {
  return {
    atMs,
    quarter: readBucket(quarter, calendar.next(quarter[0], "15m")),
    day: readBucket(day, calendar.next(day[0], "1d")),
  };
}

function readBucket(
  [startMs, micro, knownMs, flags, firstMs, lastMs]: z.output<typeof bucket>,
  endMs: number,
): OpenBucket {
  return { startMs, endMs, micro, knownMs, flags, firstMs, lastMs };
}

function writeReading(r: RegisterReading): z.output<typeof reading> {
  return [r.timeMs, r.display, r.conflict ? 1 : 0, r.simulated ? 1 : 0];
}

function readReading([timeMs, display, conflict, simulated]: z.output<typeof reading>): RegisterReading {
  return { timeMs, display, conflict: conflict === 1, simulated: simulated === 1 };
}
