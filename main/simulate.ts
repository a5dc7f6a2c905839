import type { Problem } from "../park/problems.ts";
import { show } from "../park/problems.ts";
import { progressBar } from "../simulators/progress.ts";
import { replayCsv } from "../simulators/replay.ts";
import { runSimulation } from "../simulators/run.ts";
import { EXIT } from "./exit.ts";
import { parseFaults } from "./faults.ts";
import { type Context, instantOf, makeLog, parse, prepare, whole } from "./prepare.ts";

/** The command `simulate`: a simulated span, or a CSV replayed, sent to the broker. */

const SEED = 1;

export async function simulate(context: Context): Promise<number> {
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
