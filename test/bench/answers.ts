import { DAY_MS } from "../../park/calendar.ts";
import { type Lingtan, makeToken, startLingtan } from "../kit/lingtan.ts";
import { mulberry32 } from "../kit/replay.ts";
import type { Figure } from "./figures.ts";
import { fillPast } from "./fill.ts";
import type { PublisherNews, PublishOrder, Taken } from "./publisher.ts";
import { type BenchOptions, prepareGround, type Shape, withEnds } from "./stage.ts";
import { percentile } from "./stats.ts";
import { Worker } from "./worker.ts";

/** How long questions to a store with a past take over HTTP: first to a fresh process, then while readings come in. */

const COLD_STARTS = 3;
/** Of each kind, but no longer than so many seconds and no fewer than enough for a p95. */
const QUESTIONS = 100;
const QUESTIONS_SECONDS = 10;
const FEWEST_QUESTIONS = 20;
/** Readings that come in while it is asked: every meter of a park of 500 once in ten seconds. */
const READINGS_PER_SECOND = 50;

interface Question {
  readonly what: string;
  readonly path: () => string;
  readonly mostP95Ms: number | null;
}

export async function benchAnswers(shape: Shape, options: BenchOptions): Promise<Figure[]> {
  return await withEnds(async (atEnd) => {
    const { say, meters } = options;
    const ground = await prepareGround(shape, options, atEnd);
    const { bench, env, servers } = ground;
    const past = await fillPast(ground, Date.now(), say);
    const token = await makeToken(env);
    const subject = `answers, ${shape}`;
    const { calendar } = bench.park;
    const random = mulberry32(7);
    const dayAt = (i: number) => past.days[Math.max(0, Math.min(past.days.length - 1, i))] ?? 0;
    const ask = (of: string, scope: string, fromMs: number, toMs: number, resolution: string) =>
      `/api/v1/${of}?${new URLSearchParams({ scope, from: calendar.iso(fromMs), to: calendar.iso(toMs), resolution })}`;
    const randomSpan = (): [number, number] => {
      const first = Math.floor(random() * (past.days.length - 30));
      return [dayAt(first), dayAt(first + 7 + Math.floor(random() * (past.days.length - first - 7)))];
    };
    const anyMeter = () => `meter:${bench.meters[Math.floor(random() * meters)]?.id}`;
    const wholeYear = ask("balance", "park", dayAt(0), dayAt(past.days.length - 1), "1d");
    const questions: readonly Question[] = [
      {
        what: "balance of the park by day, random spans",
        path: () => ask("balance", "park", ...randomSpan(), "1d"),
        mostP95Ms: 50,
      },
      { what: "balance of the park by day, the year", path: () => wholeYear, mostP95Ms: null },
      {
        what: "energy of a meter by day, random spans",
        path: () => ask("energy", anyMeter(), ...randomSpan(), "1d"),
        mostP95Ms: null,
      },
      {
        what: "energy of a meter by quarter-hour, a week",
        path: () => {
          const fromMs = past.fineFromMs + Math.floor(random() * 23) * DAY_MS;
          return ask("energy", anyMeter(), fromMs, fromMs + 7 * DAY_MS, "15m");
        },
        mostP95Ms: null,
      },
      {
        what: "balance of the park by quarter-hour, a day",
        path: () => {
          const fromMs = past.fineFromMs + Math.floor(random() * 29) * DAY_MS;
          return ask("balance", "park", fromMs, fromMs + DAY_MS, "15m");
        },
        mostP95Ms: null,
      },
      { what: "live", path: () => "/api/v1/live", mostP95Ms: null },
    ];

    const coldMs: number[] = [];
    let lingtan: Lingtan | null = null;
    atEnd(async () => await lingtan?.stop());
    for (let i = 0; i < COLD_STARTS; i++) {
      await lingtan?.stop();
      lingtan = await startLingtan(env, ["--no-simulate"], token);
      coldMs.push(await timed(lingtan, wholeYear));
      say(`cold: ${Math.round(coldMs.at(-1) ?? 0)} ms`);
    }
    if (lingtan === null) throw new Error("nothing was started");
    const figures: Figure[] = [
      {
        subject,
        what: "balance of the park by day over a year, cold",
        value: Math.max(...coldMs),
        unit: "ms",
        bar: { at: "most", value: 2_000 },
      },
    ];

    const publisher = new Worker<PublishOrder | Taken, PublisherNews>("publisher.ts");
    atEnd(() => publisher.stop());
    publisher.send({
      kind: "publish",
      host: "127.0.0.1",
      port: servers?.mosquitto.now.port ?? Number(new URL(lingtan.mqttUrl).port),
      park: bench.park.id,
      meters: bench.meters,
      fromMs: Date.now(),
      everyMs: (meters / READINGS_PER_SECOND) * 1000,
      lateShare: 0,
      limit: 1e6,
      seconds: 600,
      perSecond: READINGS_PER_SECOND,
      mostAhead: null,
    });
    for (const { what, path, mostP95Ms } of questions) {
      const ms: number[] = [];
      const endMs = performance.now() + QUESTIONS_SECONDS * 1000;
      while (ms.length < FEWEST_QUESTIONS || (ms.length < QUESTIONS && performance.now() < endMs))
        ms.push(await timed(lingtan, path()));
      say(`${what}: p50 ${percentile(ms, 0.5).toFixed(1)} ms, p95 ${percentile(ms, 0.95).toFixed(1)} ms`);
      figures.push(
        { subject, what: `${what}, p50`, value: percentile(ms, 0.5), unit: "ms", bar: null },
        {
          subject,
          what: `${what}, p95`,
          value: percentile(ms, 0.95),
          unit: "ms",
          bar: mostP95Ms === null ? null : { at: "most", value: mostP95Ms },
        },
      );
    }
    return figures;
  });
}

/** Until the whole answer is here, in milliseconds. @throws when it is no answer, or does not know what was stored */
async function timed(lingtan: Lingtan, path: string): Promise<number> {
  const startMs = performance.now();
  const response = await lingtan.get(path);
  const text = await response.text();
  const ms = performance.now() - startMs;
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  const answer: unknown = JSON.parse(text);
  if (typeof answer === "object" && answer !== null && "known" in answer) {
    const isKnown =
      Array.isArray(answer.known) && answer.known.length > 0 && answer.known.every((k) => k === 1);
    if (!isKnown) throw new Error(`${path}: not all that was stored is known`);
  }
  return ms;
}
