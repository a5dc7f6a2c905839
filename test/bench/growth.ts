import type { Figure } from "./figures.ts";
import { fillPast } from "./fill.ts";
import { benchIngestEmbedded, benchIngestOnServers } from "./ingest.ts";
import { askAll, beginReadings, coldMs, questionsOf } from "./questions.ts";
import { type BenchOptions, prepareGround, type Shape, withEnds } from "./stage.ts";

/** What a reading and an answer cost as a park grows. */

const SIZES = [50, 500, 2_000] as const;
const INGEST_SECONDS = 5;
const FINE_DAYS = 1;

export async function benchGrowth(shape: Shape, options: BenchOptions): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const meters of SIZES) {
    const subject = `growth, ${shape}, ${meters.toLocaleString("en-US")} meters`;
    options.say(subject);
    const sized = { ...options, meters, seconds: INGEST_SECONDS };
    const ingest =
      shape === "embedded" ? await benchIngestEmbedded(sized) : await benchIngestOnServers(sized);
    const isTold = ({ what, bar }: Figure) =>
      what === "processor time of ingest" || what === "processor time of whole process" || bar?.value === 0;
    figures.push(...ingest.filter(isTold).map((figure) => ({ ...figure, subject })));
    figures.push(...(await answersOf(shape, sized, subject)));
  }
  return figures;
}

async function answersOf(shape: Shape, options: BenchOptions, subject: string): Promise<Figure[]> {
  return await withEnds(async (atEnd) => {
    const ground = await prepareGround(shape, options, atEnd);
    const past = await fillPast(ground, Date.now(), FINE_DAYS, options.say);
    const ask = questionsOf(ground, past);
    const { ms, lingtan } = await coldMs(ground, ask.balanceOfYear(), 1, options);
    atEnd(() => lingtan.stop());
    const readings = beginReadings(ground, lingtan);
    atEnd(() => readings.stop());
    const what = "balance of the park by day";
    const warm = await askAll(
      lingtan,
      subject,
      [{ what: `${what}, random spans`, path: ask.balanceByDay, mostP95Ms: null }],
      options,
    );
    return [{ subject, what: `${what} over a year, cold`, value: ms, unit: "ms", bar: null }, ...warm];
  });
}
