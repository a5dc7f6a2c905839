import { type GreenDay, noContent } from "../../standards/green/day-result.ts";
import { DAYS, ENTERPRISES, type EngineYear, engineYear, METERS } from "./engine-park.ts";
import type { Figure } from "./figures.ts";
import type { BenchOptions } from "./stage.ts";
import { percentile } from "./stats.ts";

/** How long matching and tracing a year take, beside a bare loop that only adds the same numbers up. */

const ROUNDS = 5;
const DAYS_AT_ONCE = 31;

export function benchEngine({ say }: Pick<BenchOptions, "say">): Figure[] {
  const subject = "green engine";
  const year = engineYear();
  if (year.columns.length !== METERS) throw new Error(`${year.columns.length} meters instead of ${METERS}`);
  const bareMs: number[] = [];
  const engineMs: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const bare = timed(() => addUp(year));
    const engine = timed(() => matchYear(year));
    if (bare.value <= 0 || engine.value <= 0) throw new Error("nothing was added up or matched");
    // The first round warms the compiler for both.
    if (round === 0) continue;
    bareMs.push(bare.ms);
    engineMs.push(engine.ms);
  }
  const [bare, engine] = [percentile(bareMs, 0.5), percentile(engineMs, 0.5)];
  say(`bare ${bare.toFixed(0)} ms, engine ${engine.toFixed(0)} ms`);
  return [
    {
      subject,
      what: `a bare loop over ${METERS} meters' year of quarter-hours`,
      value: bare,
      unit: "ms",
      bar: null,
    },
    {
      subject,
      what: `matching and tracing ${ENTERPRISES} enterprises' year`,
      value: engine,
      unit: "ms",
      bar: null,
    },
    {
      subject,
      what: "ratio to the bare loop",
      value: engine / bare,
      unit: "",
      bar: { at: "most", value: 10 },
    },
  ];
}

function addUp({ columns }: EngineYear): number {
  let sum = 0;
  for (const { mwh } of columns) for (let i = 0; i < mwh.length; i++) sum += mwh[i] ?? 0;
  return sum;
}

/** All days, some at a time as they are read from a store, each kept as a server keeps them. */
function matchYear({ engine, flows, input }: EngineYear): number {
  const kept: GreenDay[] = [];
  let content = noContent(engine.layout);
  for (let first = 0; first < DAYS; first += DAYS_AT_ONCE) {
    const count = Math.min(DAYS_AT_ONCE, DAYS - first);
    engine.load(flows(first, count));
    for (let day = 0; day < count; day++) {
      const one = engine.day(input(day), content);
      content = one.endContent;
      kept.push(one);
    }
  }
  return kept.reduce((sum, one) => sum + (one.nodes[0] ?? 0), 0);
}

/** Processor time, collecting garbage included: other programs on the machine take none of it. */
function timed<T>(work: () => T): { readonly ms: number; readonly value: T } {
  const before = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { ms: (user + system) / 1000, value };
}
