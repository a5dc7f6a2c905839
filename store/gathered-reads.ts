import type { RegisterChannel } from "../park/quantities.ts";
import { Gather } from "./gather.ts";
import { tooMuch } from "./rows.ts";
import type { Judgement, ReadingRow } from "./telemetry.ts";

/** Reads of single meters that an engine answers for several at once: after a start, or a burst, all are read. */

export interface ReadingsQuery {
  readonly meters: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

export interface JudgementQuery {
  readonly meter: string;
  readonly channel: RegisterChannel;
  readonly atOrBeforeMs: number;
}

/** In one question with spans that begin or end further apart, too much would be read for nothing. */
const MOST_APART_MS = 3_600_000;
/** More at once could be more than an engine gives. */
const MOST_TOGETHER_MS = 40 * 86_400_000;

/** Readings of one meter each. @param read as Telemetry.readReadings */
export function gatheredReadings(
  read: (query: ReadingsQuery) => Promise<ReadingRow[]>,
): (query: ReadingsQuery) => Promise<ReadingRow[]> {
  const gather = new Gather<ReadingsQuery, ReadingRow[]>(
    async (queries) => {
      const [only, ...more] = queries;
      if (only !== undefined && more.length === 0) return [await read(only)];
      const rows = await read({
        meters: queries.flatMap((q) => q.meters),
        fromMs: Math.min(...queries.map((q) => q.fromMs)),
        toMs: Math.max(...queries.map((q) => q.toMs)),
        limit: queries.reduce((sum, q) => sum + q.limit, 0),
      });
      const byMeter = new Map<string, ReadingRow[]>();
      for (const row of rows) {
        const list = byMeter.get(row.meter);
        if (list === undefined) byMeter.set(row.meter, [row]);
        else list.push(row);
      }
      return queries.map(({ meters, fromMs, toMs, limit }) => {
        const own = meters
          .flatMap((meter) => byMeter.get(meter) ?? [])
          .filter((row) => row.timeMs >= fromMs && row.timeMs < toMs);
        if (own.length > limit) throw tooMuch("readings", limit);
        return own;
      });
    },
    (first, other) =>
      Math.abs(first.fromMs - other.fromMs) <= MOST_APART_MS &&
      Math.abs(first.toMs - other.toMs) <= MOST_APART_MS &&
      first.meters[0] !== other.meters[0],
  );
  return (query) =>
    query.meters.length === 1 && query.toMs - query.fromMs <= MOST_TOGETHER_MS
      ? gather.ask(query)
      : read(query);
}

/** What a judgement's absence is told as between the gathering and its askers. */
interface Found {
  readonly judgement: Judgement | null;
}

/**
 * The newest judgement of a register at or before an instant.
 * @param readMany those of several registers at or before one instant, by `${meter} ${channel}`
 */
export function gatheredJudgements(
  readMany: (
    registers: readonly { readonly meter: string; readonly channel: RegisterChannel }[],
    atOrBeforeMs: number,
  ) => Promise<ReadonlyMap<string, Judgement>>,
): (query: JudgementQuery) => Promise<Judgement | null> {
  const one = async (query: JudgementQuery): Promise<Judgement | null> =>
    (await readMany([query], query.atOrBeforeMs)).get(`${query.meter} ${query.channel}`) ?? null;
  const gather = new Gather<JudgementQuery, Found>(
    async (queries) => {
      const latestMs = Math.max(...queries.map((q) => q.atOrBeforeMs));
      const unique = new Map(queries.map((q) => [`${q.meter} ${q.channel}`, q]));
      const found = await readMany([...unique.values()], latestMs);
      return await Promise.all(
        queries.map(async (query): Promise<Found> => {
          const judgement = found.get(`${query.meter} ${query.channel}`) ?? null;
          const isLater = judgement !== null && judgement.dayStartMs > query.atOrBeforeMs;
          return { judgement: isLater ? await one(query) : judgement };
        }),
      );
    },
    (first, other) => Math.abs(first.atOrBeforeMs - other.atOrBeforeMs) <= MOST_APART_MS,
  );
  return async (query) => (await gather.ask(query)).judgement;
}
