import { writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { benchAnswers } from "./answers.ts";
import { benchBurst } from "./burst.ts";
import { benchEngine } from "./engine.ts";
import { environmentOf } from "./environment.ts";
import { type Figure, pageOf, tableOf } from "./figures.ts";
import { benchGreen } from "./green.ts";
import { benchGrowth } from "./growth.ts";
import { benchIngest } from "./ingest.ts";
import { type BenchOptions, endAll, type Shape } from "./stage.ts";

const USAGE = `usage: npm run bench -- [--only ingest|answers|burst|growth|engine] [--shape embedded|servers] [--meters N] [--seconds N] [--minutes N] [--write]
  --minutes how long memory is watched under a steady load: 10 with --write, else 0
  --write   also docs/benchmarks.md and docs/benchmarks.json
It exits 1 when a reading is lost or energy is wrong, whatever the speed.
`;

const ROOT = path.resolve(import.meta.dirname, "../..");
/** In the order in which they run, the longest last. */
const PARTS = ["ingest", "answers", "burst", "engine", "growth"] as const;
const SHAPES = ["servers", "embedded"] as const;

interface Asked {
  readonly parts: readonly (typeof PARTS)[number][];
  readonly shapes: readonly Shape[];
  readonly meters: number;
  readonly seconds: number;
  readonly minutes: number;
  readonly write: boolean;
}

/** What the command line asks for, or null when it cannot be understood. */
function parse(args: readonly string[]): Asked | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        only: { type: "string" },
        shape: { type: "string" },
        meters: { type: "string", default: "500" },
        seconds: { type: "string", default: "20" },
        minutes: { type: "string" },
        write: { type: "boolean", default: false },
      },
    });
    const parts = PARTS.filter((p) => values.only === undefined || values.only === p);
    const shapes = SHAPES.filter((s) => values.shape === undefined || values.shape === s);
    const meters = Number(values.meters);
    const seconds = Number(values.seconds);
    const minutes = Number(values.minutes ?? (values.write ? 10 : 0));
    const isRight =
      parts.length > 0 &&
      shapes.length > 0 &&
      Number.isInteger(meters) &&
      meters > 0 &&
      seconds > 0 &&
      minutes >= 0;
    return isRight ? { parts, shapes, meters, seconds, minutes, write: values.write } : null;
  } catch {
    return null;
  }
}

async function run(asked: Asked): Promise<number> {
  const startMs = performance.now();
  const say = (progress: string) => {
    const seconds = ((performance.now() - startMs) / 1000).toFixed(0).padStart(4);
    process.stderr.write(`${seconds} s  ${progress}\n`);
  };
  const options: BenchOptions = {
    meters: asked.meters,
    seconds: asked.seconds,
    minutes: asked.minutes,
    say,
  };
  const figures: Figure[] = [];
  const command = ["npm run bench --", ...process.argv.slice(2)].join(" ");
  // After each part: a run that is cut short leaves what it measured, and nothing it did not.
  const keep = async (more: readonly Figure[]) => {
    figures.push(...more);
    if (!asked.write) return;
    const environment = environmentOf(command, asked.shapes.includes("servers"));
    await writeFile(path.join(ROOT, "docs/benchmarks.md"), pageOf(figures, environment));
    await writeFile(
      path.join(ROOT, "docs/benchmarks.json"),
      `${JSON.stringify({ environment, figures }, null, 2)}\n`,
    );
  };
  // The green engine and what it keeps are the same in every shape.
  if (asked.parts.includes("engine")) {
    await keep(benchEngine(options));
    await keep(await benchGreen(options));
  }
  for (const part of asked.parts) {
    if (part === "engine") continue;
    for (const shape of asked.shapes) {
      say(`${part}, ${shape}`);
      if (part === "answers") await keep(await benchAnswers(shape, options));
      else if (part === "burst") await keep(await benchBurst(shape, options));
      else if (part === "growth") await keep(await benchGrowth(shape, options));
      else await keep(await benchIngest(shape, options));
    }
  }
  process.stdout.write(`${tableOf(figures)}\n`);
  return figures.some((f) => f.bar?.value === 0 && f.value !== 0) ? 1 : 0;
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void endAll().finally(() => process.exit(1)));
}
const asked = parse(process.argv.slice(2));
if (asked === null) process.stderr.write(USAGE);
const code = asked === null ? 64 : await run(asked);
process.exit(code);
