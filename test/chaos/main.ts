import { rm } from "node:fs/promises";
import { parseArgs } from "node:util";
import { whyMissing } from "../kit/servers.ts";
import { NEMESIS_NAMES } from "./nemeses.ts";
import { type RoundResult, runRound } from "./round.ts";
import { selfTest } from "./self-test.ts";
import { type Servers, type Shape, startServers } from "./stage.ts";

const USAGE = `usage: npm run chaos -- [--rounds N] [--seed N] [--shape embedded|servers|both] [--only NEMESIS]
                            [--save-every-change] [--self-test]
  --rounds     of each shape (20)
  --seed       of the first round; the next ones count on (a new one each time)
  --only       ${NEMESIS_NAMES.join(", ")}
  --save-every-change  Mosquitto with autosave_on_changes, instead of a save a second
  --self-test  a store or broker that lies once must be found out
Exits 1 when anything acknowledged is lost, anything was never published, or energy is not as if nothing had happened.
`;

const SHAPES: readonly Shape[] = ["embedded", "servers"];

interface Asked {
  readonly rounds: number;
  readonly seed: number;
  readonly shapes: readonly Shape[];
  readonly only: string | null;
  readonly saveEveryChange: boolean;
  readonly selfTest: boolean;
}

/** What the command line asks for, or null when it cannot be understood. */
function parse(args: readonly string[]): Asked | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: "string", default: "20" },
        seed: { type: "string", default: String(Math.floor(Math.random() * 1e6)) },
        shape: { type: "string", default: "both" },
        only: { type: "string" },
        "save-every-change": { type: "boolean", default: false },
        "self-test": { type: "boolean", default: false },
      },
    });
    const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
    const shapes = SHAPES.filter((shape) => values.shape === "both" || values.shape === shape);
    const only = values.only ?? null;
    const isRight =
      Number.isInteger(rounds) &&
      rounds > 0 &&
      Number.isInteger(seed) &&
      seed >= 0 &&
      shapes.length > 0 &&
      (only === null || NEMESIS_NAMES.includes(only));
    const saveEveryChange = values["save-every-change"];
    return isRight ? { rounds, seed, shapes, only, saveEveryChange, selfTest: values["self-test"] } : null;
  } catch {
    return null;
  }
}

/** Asked to stop: the round under way heals and clears away what it began, then it ends; asked again it ends at once. */
let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    isInterrupted = true;
    say("stopping after this round");
  });
}

const say = (line: string) => process.stdout.write(`${line}\n`);

function verdictOf(shape: Shape, seed: number, r: RoundResult): string {
  const where = `${shape.padEnd(8)} seed ${seed}  ${r.name}`;
  if (r.skipped !== null) return `SKIPPED  ${shape.padEnd(8)} seed ${seed}  ${r.skipped}`;
  const brokers =
    r.lostInBroker > 0 ? `; the broker lost ${r.lostInBroker} it had acknowledged, its own guarantee` : "";
  if (r.fault !== null) return `FAILED   ${where}: ${r.fault}${brokers}\n         history: ${r.evidence}`;
  return `ok       ${where}: ${r.acknowledged} acknowledged, none lost by us${brokers} (${r.seconds.toFixed(0)} s)`;
}

/** @returns how many rounds failed */
async function runShape(shape: Shape, asked: Asked): Promise<number> {
  const missing =
    shape === "embedded" ? null : (whyMissing("mosquitto") ?? whyMissing("influx") ?? whyMissing("postgres"));
  if (missing !== null) {
    say(`SKIPPED  ${shape}: ${missing}`);
    return 0;
  }
  let servers: Servers | null = null;
  let failed = 0;
  const sums = { acknowledged: 0, lostInBroker: 0, brokerKills: 0, programKills: 0 };
  try {
    if (shape === "servers") servers = await startServers(asked.saveEveryChange);
    if (asked.selfTest) {
      const { isCaught, text } = await selfTest(servers, asked.seed);
      say(`${isCaught ? "ok      " : "FAILED  "} ${shape.padEnd(8)} seed ${asked.seed}  self-test: ${text}`);
      return isCaught ? 0 : 1;
    }
    let rounds = 0;
    for (; rounds < asked.rounds && !isInterrupted; rounds++) {
      const seed = asked.seed + rounds;
      const result = await runRound({ seed, servers, only: asked.only, days: 4, publishMs: 5_000 });
      if (isInterrupted && result.fault !== null) {
        // The signal may have ended the generator too: the round says nothing.
        if (result.evidence !== null) await rm(result.evidence, { recursive: true, force: true });
        break;
      }
      say(verdictOf(shape, seed, result));
      if (result.fault !== null) failed++;
      sums.acknowledged += result.acknowledged;
      sums.lostInBroker += result.lostInBroker;
      sums.brokerKills += result.brokerKills;
      sums.programKills += result.programKills;
    }
    const brokers =
      shape === "embedded"
        ? ""
        : `; the broker, killed ${sums.brokerKills} times, lost ${sums.lostInBroker} it had acknowledged (docs/chaos.md)`;
    say(
      `${shape}: ${rounds} rounds, ${failed} failed, ${sums.acknowledged} messages acknowledged, ${shape === "embedded" ? "the program" : "ingest"} killed −9 ${sums.programKills} times${brokers}`,
    );
    return failed;
  } finally {
    await servers?.close();
  }
}

async function run(asked: Asked): Promise<number> {
  say(`seed ${asked.seed}`);
  let failed = 0;
  for (const shape of asked.shapes) if (!isInterrupted) failed += await runShape(shape, asked);
  if (isInterrupted) return 130;
  return failed === 0 ? 0 : 1;
}

const asked = parse(process.argv.slice(2));
if (asked === null) process.stderr.write(USAGE);
process.exit(asked === null ? 64 : await run(asked));
