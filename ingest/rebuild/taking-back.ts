import { type Calendar, DAY_MS } from "../../park/calendar.ts";
import type { JudgementRow, Telemetry } from "../../store/telemetry.ts";
import { unwrapState, wrapState } from "../settle/judgement-state.ts";
import type { MeterRun } from "../settle/meter-run.ts";
import type { Rebuild } from "../settle/rebuild.ts";
import type { RegisterRun } from "../settle/register-run.ts";
import type { SettlementDraft } from "../settle/revised-events.ts";
import { blanksOf } from "./blank.ts";
import type { FirstTimes } from "./first-times.ts";
import { foreignDaysOf } from "./foreign-days.ts";

/** What stands in the store of an earlier judging and is not said again by a new one: drafts that take it back, to be written in order. */

/** A register that was judged anew. */
interface Judged {
  readonly run: RegisterRun;
  readonly rebuild: Rebuild;
  /** Start of the first row it made; Infinity: none. */
  readonly firstRowMs: number;
}

/** In place of a declaration's fingerprint: the channel's energy was taken back, as no register makes it any more. */
const TAKEN_BACK = "none";
/** In the same place: a day of another calendar, whose state holds at no day's start of this one. */
export const FOREIGN = "foreign";
const JUDGEMENTS_PAGE_MS = 366 * DAY_MS;

/** A judging from the first reading may begin later than an earlier one did: what that one said before. @throws StoreError */
export async function* saidBefore(
  telemetry: Telemetry,
  calendar: Calendar,
  { run, rebuild, firstRowMs }: Judged,
  horizonMs: number,
): AsyncGenerator<SettlementDraft> {
  const firstMs = rebuild.firstTimeMs();
  const emptyToMs = firstMs === null ? horizonMs : calendar.floor(firstMs, "1d");
  const { stateAtStart } = rebuild;
  if (stateAtStart !== null) yield* emptyDays(telemetry, run, rebuild.startMs, emptyToMs, stateAtStart);
  const untilMs = Math.min(firstRowMs, horizonMs);
  const firstDayMs = Number.isFinite(firstRowMs) ? calendar.floor(firstRowMs, "1d") : firstRowMs;
  const fromMs = calendar.floor(rebuild.startMs, "1d");
  // The day in which it begins is known in part.
  for await (const { intervals, days } of blanksOf(telemetry, run.meter, run.channel, fromMs, untilMs))
    yield run.drafts.ofRows({ intervals, days: days.filter((d) => d.startMs < firstDayMs) });
}

/** The last reading may lie earlier than it did (one read by hand was taken back): what was said after it. @throws StoreError */
export async function* saidBeyond(
  telemetry: Telemetry,
  calendar: Calendar,
  { run, rebuild }: Judged,
  horizonMs: number,
): AsyncGenerator<SettlementDraft> {
  const lastMs = rebuild.lastTimeMs();
  if (lastMs === null) return;
  const emptyFromMs = calendar.next(calendar.floor(lastMs, "1d"), "1d");
  yield* emptyDays(telemetry, run, emptyFromMs, horizonMs, rebuild.state());
  const fromMs = calendar.next(calendar.floor(lastMs, "15m"), "15m");
  for await (const blank of blanksOf(telemetry, run.meter, run.channel, fromMs, horizonMs))
    yield run.drafts.ofRows(blank);
}

/** Days of another calendar stand beside its own ones and would be counted twice. @throws StoreError */
export async function* saidOfForeignDays(
  telemetry: Telemetry,
  calendar: Calendar,
  { run, rebuild }: Judged,
  horizonMs: number,
): AsyncGenerator<SettlementDraft> {
  const fromMs = rebuild.startMs - 2 * DAY_MS;
  const foreign = foreignDaysOf(telemetry, calendar, run.meter, run.channel, fromMs, horizonMs);
  for await (const { days, judgedMs } of foreign) {
    const draft = run.drafts.ofRows({ intervals: [], days });
    const state = wrapState({ declaration: FOREIGN, rev: draft.rev, engine: "" });
    yield { ...draft, judgements: judgedMs.map((dayStartMs) => ({ dayStartMs, state, events: "[]" })) };
  }
}

/**
 * Energy of channels that no register of the meter makes any more (`invert` turned, a register taken off).
 * @param states the newest of each channel of the meter. @throws StoreError
 */
export async function* saidOfOtherChannels(
  telemetry: Telemetry,
  { meter, registers }: MeterRun,
  states: readonly JudgementRow[],
  horizonMs: number,
  firsts: FirstTimes,
): AsyncGenerator<SettlementDraft> {
  const [any] = registers;
  if (any === undefined) return;
  for (const last of states) {
    const { channel } = last;
    if (registers.some((r) => r.channel === channel)) continue;
    const isAhead = last.dayStartMs > horizonMs;
    const newest = isAhead ? await telemetry.readJudgement(meter.id, channel, horizonMs) : last;
    if (newest === null || unwrapState(newest.state)?.declaration === TAKEN_BACK) continue;
    const fromMs = await firsts.ofAll(newest.dayStartMs);
    for await (const blank of blanksOf(telemetry, meter.id, channel, fromMs - DAY_MS, horizonMs))
      yield { ...any.drafts.ofRows(blank), channel };
    const none = any.drafts.ofRows({ intervals: [], days: [] });
    const state = wrapState({ declaration: TAKEN_BACK, rev: none.rev, engine: "" });
    yield { ...none, channel, judgements: [{ dayStartMs: newest.dayStartMs, state, events: "[]" }] };
  }
}

/** Stored judgements of days in [fromMs, toMs) on which there is no reading any more: nothing is listed there. */
async function* emptyDays(
  telemetry: Telemetry,
  run: RegisterRun,
  fromMs: number,
  toMs: number,
  state: string,
): AsyncGenerator<SettlementDraft> {
  for (let atMs = fromMs; atMs < toMs; atMs += JUDGEMENTS_PAGE_MS) {
    const endMs = Math.min(toMs, atMs + JUDGEMENTS_PAGE_MS);
    const span = { meters: [run.meter], fromMs: atMs, toMs: endMs, limit: 10_000 };
    const rows = await telemetry.readJudgements(span);
    const days = rows.filter((j) => j.channel === run.channel).map((j) => j.dayStartMs);
    if (days.length > 0) yield run.drafts.ofEmptyDays(days, state);
  }
}
