import type { Lingtan } from "../kit/lingtan.ts";
import type { Figure } from "./figures.ts";
import { fillPast } from "./fill.ts";
import { askAll, beginReadings, coldMs, questionsOf, untilWholeMs } from "./questions.ts";
import { type BenchOptions, prepareGround, type Shape, withEnds } from "./stage.ts";

/** How long questions to a store with a past take over HTTP: first to a fresh process, then while readings come in. */

const COLD_STARTS = 3;
const FINE_DAYS = 30;

export async function benchAnswers(shape: Shape, options: BenchOptions): Promise<Figure[]> {
  return await withEnds(async (atEnd) => {
    const ground = await prepareGround(shape, options, atEnd);
    const past = await fillPast(ground, Date.now(), FINE_DAYS, options.say);
    const subject = `answers, ${shape}`;
    const ask = questionsOf(ground, past);
    const figures: Figure[] = [];
    let lingtan: Lingtan | null = null;
    atEnd(async () => await lingtan?.stop());
    const cold = async (what: string, path: string, starts: number, mostMs: number | null) => {
      await lingtan?.stop();
      lingtan = null;
      const found = await coldMs(ground, path, starts, options);
      lingtan = found.lingtan;
      const bar = mostMs === null ? null : ({ at: "most", value: mostMs } as const);
      figures.push({ subject, what: `${what}, cold`, value: found.ms, unit: "ms", bar });
      return found.lingtan;
    };
    await cold("energy of the park by day over a year", ask.energyOfYear(), 1, null);
    await cold("balance of the park by quarter-hour, a day", ask.balanceByQuarter(), 1, null);
    const fresh = await cold("live", ask.live(), 1, null);
    // The first picture may tell that sums are still being made.
    const wholeMs = (figures.at(-1)?.value ?? 0) + (await untilWholeMs(fresh, ask.live()));
    figures.push({
      subject,
      what: "live with today's sums and carbon, cold",
      value: wholeMs,
      unit: "ms",
      bar: null,
    });
    const running = await cold(
      "balance of the park by day over a year",
      ask.balanceOfYear(),
      COLD_STARTS,
      2_000,
    );
    const readings = beginReadings(ground, running);
    atEnd(() => readings.stop());
    const warm = await askAll(
      running,
      subject,
      [
        { what: "balance of the park by day, random spans", path: ask.balanceByDay, mostP95Ms: 50 },
        { what: "balance of the park by day, the year", path: ask.balanceOfYear, mostP95Ms: null },
        { what: "balance of the park by quarter-hour, a day", path: ask.balanceByQuarter, mostP95Ms: null },
        { what: "energy of the park by day, random spans", path: ask.energyByDay, mostP95Ms: null },
        { what: "energy of a meter by day, random spans", path: ask.meterByDay, mostP95Ms: null },
        { what: "energy of a meter by quarter-hour, a week", path: ask.meterByQuarter, mostP95Ms: null },
        { what: "live", path: ask.live, mostP95Ms: null },
      ],
      options,
    );
    return [...figures, ...warm];
  });
}
