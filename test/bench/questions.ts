import { setTimeout as delay } from "node:timers/promises";
import { liveAnswer } from "../../api/answers/live.ts";
import { DAY_MS, type Resolution } from "../../park/calendar.ts";
import { type Lingtan, makeToken, startLingtan } from "../kit/lingtan.ts";
import { mulberry32 } from "../kit/replay.ts";
import type { Figure } from "./figures.ts";
import type { Past } from "./fill.ts";
import { ProcessMeter } from "./process-meter.ts";
import type { PublisherNews, PublishOrder, Taken } from "./publisher.ts";
import type { BenchOptions, Ground } from "./stage.ts";
import { percentile } from "./stats.ts";
import { Worker } from "./worker.ts";

/** Questions over HTTP about a store with a past, and how long they take. */

/** Of each kind, but no longer than so many seconds and no fewer than enough for a p95. */
const QUESTIONS = 200;
const QUESTIONS_SECONDS = 8;
const FEWEST_QUESTIONS = 20;
/** Readings that come in while it is asked: every meter of a park of 500 once in ten seconds. */
const READINGS_PER_SECOND = 50;
const WHOLE_PATIENCE_MS = 60_000;

interface Question {
  readonly what: string;
  readonly path: () => string;
  readonly mostP95Ms: number | null;
}

/** What is asked of a park with this past; the same spans in every run. */
export function questionsOf({ bench }: Ground, past: Past) {
  const { calendar } = bench.park;
  const random = mulberry32(7);
  const pick = (below: number) => Math.floor(random() * below);
  const dayAt = (i: number) => past.days[Math.max(0, Math.min(past.days.length - 1, i))] ?? 0;
  const tomorrow = calendar.next(past.days.at(-1) ?? 0, "1d");
  const ask = (of: string, scope: string, fromMs: number, toMs: number, resolution: Resolution) =>
    `/api/v1/${of}?${new URLSearchParams({ scope, from: calendar.iso(fromMs), to: calendar.iso(toMs), resolution })}`;
  /** Half of them up to now, with the day that is running. */
  const randomSpan = (): [number, number] => {
    const first = pick(past.days.length - 30);
    if (random() < 0.5) return [dayAt(first), tomorrow];
    return [dayAt(first), dayAt(first + 7 + pick(past.days.length - first - 7))];
  };
  const fineDay = (length: number): [number, number] => {
    const fromMs = past.fineFromMs + pick(Math.max(1, past.fineDays - length)) * DAY_MS;
    return [fromMs, fromMs + length * DAY_MS];
  };
  const anyMeter = () => `meter:${bench.meters[pick(bench.meters.length)]?.id}`;
  return {
    balanceOfYear: () => ask("balance", "park", dayAt(0), tomorrow, "1d"),
    energyOfYear: () => ask("energy", "park", dayAt(0), tomorrow, "1d"),
    balanceByDay: () => ask("balance", "park", ...randomSpan(), "1d"),
    energyByDay: () => ask("energy", "park", ...randomSpan(), "1d"),
    meterByDay: () => ask("energy", anyMeter(), ...randomSpan(), "1d"),
    meterByQuarter: () => ask("energy", anyMeter(), ...fineDay(7), "15m"),
    balanceByQuarter: () => ask("balance", "park", ...fineDay(1), "15m"),
    live: () => "/api/v1/live",
  };
}

/** The first answer of a fresh process, the slowest of so many; the last process goes on. */
export async function coldMs(
  { env }: Ground,
  path: string,
  starts: number,
  { say }: Pick<BenchOptions, "say">,
): Promise<{ readonly ms: number; readonly lingtan: Lingtan }> {
  const token = await makeToken(env);
  let slowest = 0;
  for (let i = 1; ; i++) {
    const lingtan = await startLingtan(env, ["--no-simulate"], token);
    try {
      const ms = await timed(lingtan, path);
      slowest = Math.max(slowest, ms);
      say(`cold: ${Math.round(ms)} ms`);
    } catch (error) {
      await lingtan.stop();
      throw error;
    }
    if (i === starts) return { ms: slowest, lingtan };
    await lingtan.stop();
  }
}

/** How long until the live picture has all that is made for it. */
export async function untilWholeMs(lingtan: Lingtan, path: string): Promise<number> {
  const startMs = performance.now();
  while (performance.now() - startMs < WHOLE_PATIENCE_MS) {
    const picture = liveAnswer.parse(await (await lingtan.get(path)).json());
    if (!picture.today.making && picture.carbon !== null) return performance.now() - startMs;
    await delay(50);
  }
  throw new Error(`${path}: today's sums or carbon are not made`);
}

/** Readings of now, every meter in turn, until it is stopped. */
export function beginReadings({ bench, servers }: Ground, lingtan: Lingtan): { stop(): Promise<void> } {
  const publisher = new Worker<PublishOrder | Taken, PublisherNews>("publisher.ts");
  publisher.send({
    kind: "publish",
    host: "127.0.0.1",
    port: servers?.mosquitto.now.port ?? Number(new URL(lingtan.mqttUrl).port),
    park: bench.park.id,
    meters: bench.meters,
    fromMs: Date.now(),
    everyMs: (bench.meters.length / READINGS_PER_SECOND) * 1000,
    lateShare: 0,
    limit: 1e6,
    seconds: 600,
    perSecond: READINGS_PER_SECOND,
    mostAhead: null,
  });
  return publisher;
}

/**
 * Asks each question over and over. @returns p50, p95 and p99 of each, and the processor time that one takes, with
 * that of the readings that come in meanwhile
 */
export async function askAll(
  lingtan: Lingtan,
  subject: string,
  questions: readonly Question[],
  { say }: Pick<BenchOptions, "say">,
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { what, path, mostP95Ms } of questions) {
    const ms: number[] = [];
    const endMs = performance.now() + QUESTIONS_SECONDS * 1000;
    const meter = new ProcessMeter(lingtan.child.pid ?? 0);
    while (ms.length < FEWEST_QUESTIONS || (ms.length < QUESTIONS && performance.now() < endMs))
      ms.push(await timed(lingtan, path()));
    const { cpuSeconds } = meter.end();
    const shares = [0.5, 0.95, 0.99] as const;
    say(`${what}: ${shares.map((s) => `p${s * 100} ${percentile(ms, s).toFixed(1)} ms`).join(", ")}`);
    for (const share of shares) {
      figures.push({
        subject,
        what: `${what}, p${share * 100}`,
        value: percentile(ms, share),
        unit: "ms",
        bar: share === 0.95 && mostP95Ms !== null ? { at: "most", value: mostP95Ms } : null,
      });
    }
    figures.push({
      subject,
      what: `${what}, processor time`,
      value: cpuSeconds === null ? null : (cpuSeconds * 1000) / ms.length,
      unit: "ms",
      bar: null,
    });
  }
  return figures;
}

/** Until the whole answer is here, in milliseconds. @throws when it is no answer, or does not know what was stored */
async function timed(lingtan: Lingtan, path: string): Promise<number> {
  const startMs = performance.now();
  const response = await lingtan.get(path);
  const text = await response.text();
  const ms = performance.now() - startMs;
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  const answer: unknown = JSON.parse(text);
  if (typeof answer === "object" && answer !== null && "known" in answer && Array.isArray(answer.known)) {
    const isRunning = "openFrom" in answer && answer.openFrom !== null;
    const closed: unknown[] = isRunning ? answer.known.slice(0, -1) : answer.known;
    if (closed.length === 0 || !closed.every((k) => k === 1))
      throw new Error(`${path}: not all that was stored is known`);
  }
  return ms;
}
