import { readFileSync } from "node:fs";
import path from "node:path";
import { issueCredential } from "../api/access.ts";
import { loadParkFile } from "../park/load.ts";
import type { Park } from "../park/park.ts";
import { type Problem, show } from "../park/problems.ts";
import { progressBar } from "../simulators/progress.ts";
import { replayCsv } from "../simulators/replay.ts";
import { runSimulation } from "../simulators/run.ts";
import { ACCOUNT_ROLES } from "../store/ledger.ts";
import { EXIT } from "./exit.ts";
import { parseFaults } from "./faults.ts";
import { type Context, instantOf, makeLog, parse, prepare, whole } from "./prepare.ts";
import { runService } from "./run.ts";
import { type Announcement, LingtanService } from "./service.ts";
import type { Settings } from "./settings.ts";
import { makeStores } from "./stores.ts";

/** The commands of main.ts; each resolves with an exit code. */

const HISTORY_DAYS = 7;
const SEED = 1;

type Command = (context: Context) => Promise<number>;

const USAGE = `usage: lingtan COMMAND

  start [--no-simulate] [--history-days N] [--seed N]   everything in one process
  ingest                                                messages to energy (with MQTT_URL, INFLUX_URL, DATABASE_URL)
  api                                                   the answers and pages (with the same)
  simulate --from DATE --to DATE [--speed max|N] [--seed N] [--faults LIST]
  simulate --replay FILE.csv [--speed max|N]
  check FILE                                            every problem of a park file
  token --role office|vpp | --role enterprise --enterprise ID [--label TEXT] [--days N]
`;

/** @returns the exit code. @throws ProblemsError and other errors that main.ts explains */
export async function runCommand(name: string | undefined, context: Context): Promise<number> {
  const command = name === undefined ? undefined : COMMANDS.get(name);
  if (command === undefined) {
    process.stderr.write(
      name === undefined || name === "help" ? USAGE : `unknown command: ${name}\n\n${USAGE}`,
    );
    return name === "help" ? EXIT.ok : EXIT.usage;
  }
  return await command(context);
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["start", start],
  ["ingest", (context) => serve(context, "ingest")],
  ["api", (context) => serve(context, "api")],
  ["simulate", simulate],
  ["check", check],
  ["token", token],
]);

async function start(context: Context): Promise<number> {
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

async function serve(context: Context, part: "ingest" | "api"): Promise<number> {
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

async function simulate(context: Context): Promise<number> {
  const { values } = parse(context.args, {
    from: { type: "string" },
    to: { type: "string" },
    speed: { type: "string" },
    seed: { type: "string" },
    faults: { type: "string" },
    replay: { type: "string" },
  });
  const problems: Problem[] = [];
  const seed = whole(values.seed, "--seed", SEED, 0, 2 ** 31, problems);
  const speed = values.speed === undefined || values.speed === "max" ? "max" : Number(values.speed);
  if (speed !== "max" && !(speed > 0))
    problems.push({ path: "--speed", expected: "max or a factor above 0", found: show(values.speed) });
  const faults = values.faults === undefined ? null : parseFaults(values.faults, seed, problems);
  const { settings, park } = prepare(context, problems, () => {
    if (values.replay !== undefined) return;
    for (const key of ["from", "to"] as const) {
      if (values[key] === undefined || Number.isNaN(instantOf(values[key]))) {
        problems.push({
          path: `--${key}`,
          expected: "a date (2026-11-01) or an instant with an offset",
          found: show(values[key]),
        });
      }
    }
  });
  const log = makeLog(settings);
  const mqttUrl = settings.mqtt?.url ?? `mqtt://127.0.0.1:${settings.mqttPort ?? 1883}`;
  const credentials =
    settings.mqtt?.username == null
      ? undefined
      : { username: settings.mqtt.username, password: settings.mqtt.password ?? "" };
  const onProgress = progressBar(values.replay === undefined ? "simulating" : "replaying");
  const common = { park, mqttUrl, credentials, speed, logger: log, onProgress } as const;
  if (values.replay !== undefined) {
    const result = await replayCsv({ ...common, file: values.replay });
    process.stderr.write(`${result.rows} rows in ${result.messages} messages, all acknowledged\n`);
    return EXIT.ok;
  }
  const at = (text: string | undefined) => {
    const day = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text ?? "");
    return day === null ? instantOf(text) : park.calendar.at(Number(day[1]), Number(day[2]), Number(day[3]));
  };
  const result = await runSimulation({
    ...common,
    fromMs: at(values.from),
    toMs: at(values.to),
    seed,
    ...(faults === null ? {} : { faults }),
  });
  process.stderr.write(`${result.readings} readings in ${result.messages} messages, all acknowledged\n`);
  return EXIT.ok;
}

async function check(context: Context): Promise<number> {
  const { positionals } = parse(context.args, {}, true);
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) {
    process.stderr.write(USAGE);
    return EXIT.usage;
  }
  const park = loadParkFile(file);
  const real = park.meters.filter((m) => m.sum === null).length;
  process.stdout.write(
    `${file}: ${park.name.zh} ${park.name.en}, ${park.enterprises.length} enterprises, ${park.meters.length} meters (${real} real), ${park.assets.length} assets: no problem found\n`,
  );
  return EXIT.ok;
}

async function token(context: Context): Promise<number> {
  const { values } = parse(context.args, {
    role: { type: "string" },
    enterprise: { type: "string" },
    label: { type: "string" },
    days: { type: "string" },
  });
  const problems: Problem[] = [];
  const role = ACCOUNT_ROLES.find((r) => r === values.role);
  if (role === undefined)
    problems.push({ path: "--role", expected: ACCOUNT_ROLES.join(", "), found: show(values.role) });
  const days = values.days === undefined ? null : whole(values.days, "--days", 0, 1, 3_650, problems);
  const { settings, park } = prepare(context, problems, (_, loaded) => {
    if (
      role === "enterprise"
        ? values.enterprise === undefined || !loaded.enterpriseById.has(values.enterprise)
        : values.enterprise !== undefined
    ) {
      problems.push({
        path: "--enterprise",
        expected: role === "enterprise" ? "an enterprise of the park" : "nothing for this role",
        found: show(values.enterprise),
      });
    }
  });
  const log = makeLog(settings);
  const stores = makeStores(settings, park, log);
  await stores.lock();
  try {
    await stores.ledger.start();
    const { secret } = await issueCredential(stores.ledger, {
      kind: "token",
      role: role ?? "office",
      enterprise: values.enterprise ?? null,
      label: values.label ?? "command line",
      nowMs: Date.now(),
      ...(days === null ? {} : { lifetimeMs: days * 86_400_000 }),
    });
    await stores.ledger.stop();
    process.stdout.write(`${secret}\n`);
    return EXIT.ok;
  } finally {
    await stores.stop();
  }
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
