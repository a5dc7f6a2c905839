import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import mqtt from "mqtt";
import { healthAnswer } from "../../api/answers/park.ts";
import { mulberry32 } from "../kit/replay.ts";
import { check, differencesOf } from "./check.ts";
import type { GeneratorOrder } from "./generator.ts";
import { readHistory, record } from "./history.ts";
import { keyOf } from "./mqtt-proxy.ts";
import { type Choice, chooseFor, type Nemesis } from "./nemeses.ts";
import { type Picture, pictureOf } from "./picture.ts";
import { makeStage, type Servers, type Stage } from "./stage.ts";
import { undisturbedEnergy } from "./undisturbed.ts";
import { closingMessage, makeWorkload, type NumberedMessage, type Workload } from "./workload.ts";

export interface RoundOptions {
  readonly seed: number;
  /** Null: the embedded shape. */
  readonly servers: Servers | null;
  readonly only: string | null;
  readonly days: number;
  readonly publishMs: number;
  /** Breaks something on purpose that only the check can see. */
  readonly sabotage?: (stage: Stage) => void;
}

export interface RoundResult {
  readonly name: string;
  /** Null: nothing is wrong. */
  readonly fault: string | null;
  /** Null: it ran. */
  readonly skipped: string | null;
  readonly acknowledged: number;
  readonly lostInBroker: number;
  /** How often the broker was killed −9. */
  readonly brokerKills: number;
  /** How often the program (ingest; embedded all of it) was killed −9. */
  readonly programKills: number;
  readonly seconds: number;
  /** Folder with the history, kept when there is a fault. */
  readonly evidence: string | null;
}

/**
 * How long each of three parts may take: ingest is up, all is acknowledged, all is settled. Not a bar for speed: a
 * client that was cut off sends what it had in flight again one by one, and each waits until it is durable.
 */
const LONGEST_MS = 60_000;
const inTime = () => Date.now() + LONGEST_MS;
const SHOWN = 5;
/**
 * Mosquitto saves about once a second. A round's park is new to it, and a session that was never saved is lost with
 * all that is published until ingest is back; that is no part of a park's days but the first two seconds of the first.
 */
const SESSION_SAVED_MS = 3_000;

/** One round: disturb, let heal, compare; it takes some 15 s, on a machine that is busy with other things more. */
export async function runRound(options: RoundOptions): Promise<RoundResult> {
  const beganMs = performance.now();
  const { seed, servers, only, days, publishMs } = options;
  const shape = servers === null ? "embedded" : "servers";
  const random = mulberry32(seed * 7919 + 17);
  const choice = chooseFor(shape, seed, random, only);
  const name = [...choice.nemeses.map((n) => n.name), ...choice.troubles].join(" + ") || "nothing";
  const result = {
    name,
    skipped: null,
    acknowledged: 0,
    lostInBroker: 0,
    brokerKills: 0,
    programKills: 0,
    evidence: null,
  };
  const seconds = () => (performance.now() - beganMs) / 1000;
  const park = `chaos-${seed}-${Date.now().toString(36)}`;
  const workload = makeWorkload({ park, seed, days, publishMs, troubles: choice.troubles });
  const stage = await makeStage(servers, {
    park,
    parkYaml: workload.parkYaml,
    random,
    wantsSmallDisk: choice.nemeses.some((n) => n.wantsSmallDisk === true),
    wantsClock: choice.nemeses.some((n) => n.wantsClock === true),
  });
  if (stage === null) {
    const skipped = `${name}: no small file system can be mounted here (it needs root)`;
    return { ...result, fault: null, skipped, seconds: seconds() };
  }
  const folder = await mkdtemp(path.join(tmpdir(), `lingtan-chaos-${shape}-${seed}-`));
  const historyFile = path.join(folder, "history.jsonl");
  const note = (text: string) => record(historyFile, [{ note: text }]);
  note(`seed ${seed}, ${shape}, ${name}`);
  let fault: string | null = null;
  let summary = { acknowledged: 0, lostInBroker: 0 };
  try {
    const disturbed = await disturb(stage, workload, choice, folder, { random, note, options });
    summary = { acknowledged: disturbed.acknowledged, lostInBroker: disturbed.lostInBroker };
    fault = disturbed.fault;
  } catch (error) {
    fault = error instanceof Error ? error.message : String(error);
  } finally {
    note(fault ?? "ok");
    if (fault !== null) await keepLogs(stage, folder);
    await stage.close();
    if (fault === null) await rm(folder, { recursive: true, force: true });
  }
  return {
    ...result,
    ...summary,
    fault,
    brokerKills: stage.brokerKillsMs.length,
    programKills: stage.program.kills,
    seconds: seconds(),
    evidence: fault === null ? null : folder,
  };
}

async function keepLogs({ program, influxLog }: Stage, folder: string): Promise<void> {
  await writeFile(path.join(folder, "program.log"), program.errors);
  if (influxLog !== null) await copyFile(influxLog, path.join(folder, "influxd.log"));
}

interface Play {
  readonly random: () => number;
  readonly note: (text: string) => void;
  readonly options: RoundOptions;
}

async function disturb(
  stage: Stage,
  workload: Workload,
  choice: Choice,
  folder: string,
  { random, note, options }: Play,
): Promise<{ readonly fault: string | null; readonly acknowledged: number; readonly lostInBroker: number }> {
  const history = path.join(folder, "history.jsonl");
  stage.program.start(note);
  await until("ingest is up", inTime(), async () =>
    stage.shape === "servers"
      ? stage.brokerProxy.subscriptions > 0
      : (await healthOf(stage)).broker.state === "up",
  );
  if (choice.nemeses.some((n) => n.killsBroker === true)) await delay(SESSION_SAVED_MS);
  options.sabotage?.(stage);
  const generating = generate({ ...workload, url: stage.generatorUrl, history }, folder, inTime());
  const lanes = choice.nemeses.map((nemesis) =>
    actSometimes(nemesis, stage, options.publishMs, random, note),
  );
  // Both are waited for whatever the other does, so that nothing is left half healed.
  const done = await Promise.allSettled([generating, ...lanes]);
  for (const one of done) if (one.status === "rejected") throw one.reason;
  note("everything is acknowledged and healed");
  const found = await settledPicture(stage, workload, random, inTime());

  const takenByIngest =
    stage.shape === "servers" ? numbersOf(workload.messages, stage.brokerProxy.taken) : null;
  const closing = closingMessage(workload.park);
  const written = readHistory(history);
  const isClosed = stage.shape === "servers";
  const messages = isClosed ? [...workload.messages, closing] : workload.messages;
  const verdict = check({
    messages,
    history: isClosed ? withClosing(written, messages.length - 1) : written,
    found,
    takenByIngest,
    brokerKillsMs: stage.brokerKillsMs,
  });
  const gone = new Set([...verdict.lost, ...verdict.lostInBroker]);
  const undisturbed = await undisturbedEnergy(
    workload,
    messages.filter((_, n) => !gone.has(n)),
  );
  const differences = differencesOf(found.energy, undisturbed);
  if (differences.length > 0) await writeFile(path.join(folder, "energy.txt"), `${differences.join("\n")}\n`);
  const faults = [
    listed(
      "acknowledged and lost",
      verdict.lost.map((n) => `${n} ${messages[n]?.payload}`),
    ),
    listed("never published", verdict.phantoms),
    listed("not settled", found.dirty),
    listed("energy differs", differences),
    found.energy.length === 0 ? "no energy at all" : null,
  ].filter((text) => text !== null);
  return {
    fault: faults.length === 0 ? null : faults.join("; "),
    acknowledged: written.acked.size,
    lostInBroker: verdict.lostInBroker.length,
  };
}

function withClosing(history: ReturnType<typeof readHistory>, n: number): ReturnType<typeof readHistory> {
  return {
    sent: new Set([...history.sent, n]),
    acked: new Map([...history.acked, [n, Number.POSITIVE_INFINITY]]),
  };
}

function numbersOf(messages: readonly NumberedMessage[], keys: ReadonlySet<string>): Set<number> {
  const numbers = new Set<number>();
  for (const [n, { topic, payload }] of messages.entries())
    if (keys.has(keyOf(topic, payload))) numbers.add(n);
  return numbers;
}

function listed(what: string, items: readonly string[]): string | null {
  if (items.length === 0) return null;
  const shown = items.slice(0, SHOWN).join(" | ");
  return `${what}: ${items.length} (${shown}${items.length > SHOWN ? " | …" : ""})`;
}

/** One nemesis strikes two or three times while the generator publishes. */
async function actSometimes(
  nemesis: Nemesis,
  stage: Stage,
  publishMs: number,
  random: () => number,
  note: (text: string) => void,
): Promise<void> {
  const times = 2 + Math.floor(random() * 2);
  const endMs = performance.now() + publishMs;
  for (let i = 0; i < times && performance.now() < endMs; i++) {
    await delay((0.2 + random() * 0.8) * (publishMs / (times + 1)));
    note(`${nemesis.name} begins`);
    await nemesis.act(stage, random);
    note(`${nemesis.name} has healed`);
  }
}

/** The generator, in a process of its own. */
async function generate(order: GeneratorOrder, folder: string, untilMs: number): Promise<void> {
  const file = path.join(folder, "order.json");
  const { url, history, messages, sending } = order;
  await writeFile(file, JSON.stringify({ url, history, messages, sending }));
  const child = spawn(
    process.execPath,
    ["--import", "tsx", path.join(import.meta.dirname, "generator.ts"), file],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const timer = setTimeout(() => child.kill("SIGKILL"), untilMs - Date.now());
  const [code] = await once(child, "exit");
  clearTimeout(timer);
  if (code !== 0) throw new Error("not everything was acknowledged in time");
}

/** Waits until everything has come through, then reads the store. */
async function settledPicture(
  stage: Stage,
  workload: Workload,
  random: () => number,
  untilMs: number,
): Promise<Picture> {
  if (stage.shape === "embedded") {
    let calm = 0;
    await until("everything is settled", untilMs, async () => {
      const { ingest } = await healthOf(stage);
      calm = ingest !== null && ingest.waiting === 0 && ingest.dirtyMeters === 0 ? calm + 1 : 0;
      await delay(200);
      return calm >= 4; // the status is up to a quarter of a second old
    });
    // What health calls settled must be in the file, however the process ends.
    await stage.program.stop(random() < 0.5 ? "SIGKILL" : "SIGTERM");
    return await stage.withTelemetry((telemetry) => pictureOf(telemetry, workload));
  }
  await publishClosing(stage, workload.park, untilMs);
  return await stage.withTelemetry(async (telemetry) => {
    const from = { fromMs: workload.fromMs, toMs: workload.toMs, limit: 10 };
    await until("the last message is stored", untilMs, async () => {
      return (await telemetry.readReadings({ meters: ["closing"], ...from })).length > 0;
    });
    await until("everything is settled", untilMs, async () => (await telemetry.readDirty()).length === 0);
    return await pictureOf(telemetry, workload);
  });
}

/** Behind everything else in the broker's queue. */
async function publishClosing(stage: Stage, park: string, untilMs: number): Promise<void> {
  const { topic, payload } = closingMessage(park);
  const client = mqtt.connect(stage.generatorUrl, { reconnectPeriod: 100 });
  client.on("error", () => undefined); // it connects again
  try {
    await Promise.race([
      client.publishAsync(topic, payload, { qos: 1 }),
      delay(Math.max(0, untilMs - Date.now())).then(() => {
        throw new Error("the broker does not take the last message");
      }),
    ]);
  } finally {
    await client.endAsync(true);
  }
}

async function healthOf(stage: Stage) {
  const response = await fetch(stage.healthUrl ?? "", { signal: AbortSignal.timeout(2_000) });
  return healthAnswer.parse(await response.json());
}

async function until(what: string, untilMs: number, holds: () => Promise<boolean>): Promise<void> {
  let last = "";
  while (Date.now() < untilMs) {
    try {
      if (await holds()) return;
    } catch (error) {
      last = `: ${error instanceof Error ? error.message : String(error)}`;
    }
    await delay(50);
  }
  throw new Error(`not within ${LONGEST_MS / 1000} s: ${what}${last}`);
}
