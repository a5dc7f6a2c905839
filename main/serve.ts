import { readFileSync } from "node:fs";
import path from "node:path";
import type { Park } from "../park/park.ts";
import type { Problem } from "../park/problems.ts";
import { type Context, makeLog, parse, prepare, whole } from "./prepare.ts";
import { runService } from "./run.ts";
import { type Announcement, LingtanService } from "./service.ts";
import type { Settings } from "./settings.ts";

/** The commands `start`, `ingest` and `api`: services that run until they are asked to stop. */

const HISTORY_DAYS = 7;
const SEED = 1;

export async function start(context: Context): Promise<number> {
  const { values } = parse(context.args, {
    "no-simulate": { type: "boolean" },
    "history-days": { type: "string" },
    seed: { type: "string" },
  });
  const problems: Problem[] = [];
  const historyDays = whole(values["history-days"], "--history-days", HISTORY_DAYS, 0, 400, problems);
  const seed = whole(values.seed, "--seed", SEED, 0, 2 ** 31, problems);
  const { settings, park } = prepare(context, problems);
  const log = makeLog(settings);
  const simulate = values["no-simulate"] === true ? null : { historyDays, seed };
  const service = new LingtanService(
    settings,
    park,
    {
      ingest: true,
      api: true,
      simulate,
      webRoot: webRoot(context.home),
      version: version(context.home),
      announce: (a) => announce(a, settings, park, context.home, simulate !== null),
    },
    log,
  );
  return await runService(service, log);
}

export async function serve(context: Context, part: "ingest" | "api"): Promise<number> {
  parse(context.args, {});
  const problems: Problem[] = [];
  const { settings, park } = prepare(context, problems, (s) => {
    const needed = { MQTT_URL: s.mqtt, INFLUX_URL: s.influx, DATABASE_URL: s.databaseUrl };
    for (const [name, value] of Object.entries(needed)) {
      if (value === null) {
        problems.push({
          path: name,
          expected: `a value: an embedded store belongs to one process, so ${part} alone needs servers`,
          found: "nothing",
        });
      }
    }
  });
  const log = makeLog(settings);
  const service = new LingtanService(
    settings,
    park,
    {
      ingest: part === "ingest",
      api: part === "api",
      simulate: null,
      webRoot: webRoot(context.home),
      version: version(context.home),
      announce: (a) => announce(a, settings, park, context.home, false),
    },
    log,
  );
  return await runService(service, log);
}

function webRoot(home: string): string {
  return path.join(home, "dist", "web");
}

function version(home: string): string {
  const text = readFileSync(path.join(home, "package.json"), "utf8");
  const parsed: unknown = JSON.parse(text);
  return typeof parsed === "object" && parsed !== null && "version" in parsed
    ? String(parsed.version)
    : "unknown";
}

function announce(a: Announcement, settings: Settings, park: Park, home: string, simulated: boolean): void {
  const lines = [
    `Lingtan ${version(home)}  ${park.name.zh} ${park.name.en}${simulated ? "  (模拟数据 simulated data)" : ""}`,
  ];
  if (a.apiUrl !== null) lines.push(`  pages    ${a.apiUrl}`);
  if (a.signInUrl !== null) lines.push(`  sign in  ${a.signInUrl}  (once, within 24 hours)`);
  if (a.brokerUrl !== null) lines.push(`  broker   ${a.brokerUrl}`);
  if (settings.influx === null || settings.databaseUrl === null)
    lines.push(`  data     ${path.resolve(settings.dataDir)}`);
  process.stdout.write(`${lines.join("\n")}\n`);
}
