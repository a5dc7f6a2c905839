import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HealthAnswer } from "../../api/answers/park.ts";
import { freePort, type Lingtan, makeToken, type Run, runMain, startLingtan } from "../kit/lingtan.ts";
import {
  energyOf,
  faultsOf,
  figuresOf,
  makeSeries,
  messagesOf,
  publishAll,
  REPLAY_PARK,
} from "../kit/replay.ts";
import { type TestServer, testInflux, testMosquitto, testPostgres, whyMissing } from "../kit/servers.ts";

/** The server shape on real Mosquitto, InfluxDB and PostgreSQL: the same answers, also through their failures. */

const missing = whyMissing("mosquitto") ?? whyMissing("influx") ?? whyMissing("postgres");
const DAYS = 6;
const series = makeSeries(11, DAYS);
const messages = messagesOf(series);

describe.skipIf(missing !== null)(`the server shape${missing === null ? "" : ` (${missing})`}`, () => {
  let folder = "";
  let mosquitto: TestServer;
  let influx: TestServer;
  let postgres: TestServer;
  let env: Record<string, string>;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lingtan-servers-"));
    await writeFile(path.join(folder, "park.yaml"), REPLAY_PARK);
    [mosquitto, influx, postgres] = await Promise.all([
      testMosquitto({ auth: true }),
      testInflux({ auth: true }),
      testPostgres(),
    ]);
    env = {
      ...mosquitto.now.env,
      ...influx.now.env,
      ...postgres.now.env,
      PARK_FILE: path.join(folder, "park.yaml"),
      DATA_DIR: path.join(folder, "none"),
    };
  });
  afterAll(async () => {
    await Promise.all([mosquitto?.close(), influx?.close(), postgres?.close()]);
    await rm(folder, { recursive: true, force: true });
  });

  async function embedded(): Promise<string> {
    const lingtan = await startLingtan(
      { PARK_FILE: path.join(folder, "park.yaml"), DATA_DIR: path.join(folder, "embedded") },
      ["--no-simulate"],
    );
    try {
      await publishAll(lingtan.mqttUrl, messages);
      return await figures(lingtan);
    } finally {
      await lingtan.stop();
    }
  }

  async function figures(lingtan: Pick<Lingtan, "get">): Promise<string> {
    const fine = await energyOf(lingtan, series, "15m", DAYS);
    expect(faultsOf(series, fine)).toEqual([]);
    return figuresOf(fine) + figuresOf(await energyOf(lingtan, series, "1d", DAYS));
  }

  const brokerUrl = () => {
    const url = new URL(mosquitto.now.url);
    const { MQTT_USERNAME, MQTT_PASSWORD } = mosquitto.now.env;
    url.username = MQTT_USERNAME ?? "";
    url.password = MQTT_PASSWORD ?? "";
    return url.href;
  };

  const health = async (lingtan: Pick<Lingtan, "get">) =>
    (await (await lingtan.get("/api/v1/health")).json()) as HealthAnswer; // its states are asserted

  const until = async (what: string, holds: () => Promise<boolean>) => {
    for (let tries = 0; tries < 300; tries++) {
      if (await holds().catch(() => false)) return;
      await delay(100);
    }
    throw new Error(`in 30 s not: ${what}`);
  };

  it("gives the same JSON as the embedded shape; InfluxDB, broker and process killed on the way, nothing acknowledged is lost", async () => {
    const expected = await embedded();
    const token = await makeToken(env);
    let lingtan = await startLingtan(env, ["--no-simulate"], token);
    try {
      const done = new Set<number>();
      const publishing = publishAll(brokerUrl(), messages, done, { version: 5 });
      await until("a quarter published", async () => done.size > messages.length / 4);
      await influx.now.kill();
      await until("telemetry down in health", async () => (await health(lingtan)).ingest?.waiting !== 0);
      await influx.restart();
      await until("a half published", async () => done.size > messages.length / 2);
      await lingtan.kill();
      lingtan = await startLingtan(env, ["--no-simulate"], token);
      await publishing;
      await mosquitto.now.kill();
      await until("broker down in health", async () => (await health(lingtan)).broker.state === "down");
      await mosquitto.restart();
      await until("broker up again", async () => (await health(lingtan)).broker.state === "up");
      expect(await figures(lingtan)).toBe(expected);
    } finally {
      await lingtan.stop();
    }
  }, 240_000);

  it("ingest and api are two processes; a second ingest waits for the lease and takes over", async () => {
    const port = await freePort();
    const token = await makeToken(env);
    const get = (asked: string) =>
      fetch(`http://127.0.0.1:${port}${asked}`, { headers: { authorization: `Bearer ${token}` } });
    const processes: Run[] = [];
    const begin = (command: string) => {
      const run = runMain([command], { ...env, PORT: String(port), LOG_LEVEL: "info" });
      processes.push(run);
      return run;
    };
    try {
      begin("api");
      const first = begin("ingest");
      await until("broker up", async () => (await health({ get })).broker.state === "up");
      const second = begin("ingest");
      await publishAll(brokerUrl(), messages);
      await figures({ get });
      await delay(2_000);
      expect(second.child.exitCode).toBeNull();
      expect(second.stderr()).not.toContain("ingest has started");
      first.child.kill("SIGKILL");
      await until("the standby has started", async () => second.stderr().includes("ingest has started"));
      await until("broker up again", async () => (await health({ get })).broker.state === "up");
    } finally {
      for (const run of processes) run.child.kill("SIGKILL");
      await Promise.all(processes.map((run) => run.exit));
    }
  }, 120_000);

  it("starts before its servers are there, says so in health, and goes on when they come", async () => {
    const token = await makeToken(env);
    await influx.now.stop();
    await mosquitto.now.stop();
    const port = await freePort();
    const run = runMain(["start", "--no-simulate"], { ...env, PORT: String(port), LOG_LEVEL: "warn" });
    const get = (asked: string) =>
      fetch(`http://127.0.0.1:${port}${asked}`, { headers: { authorization: `Bearer ${token}` } });
    try {
      await until("health answers", async () => (await get("/api/v1/health")).ok);
      const early = await health({ get });
      expect(early.telemetry.state).toBe("down");
      expect(early.status).not.toBe("ok");
      await influx.restart();
      await mosquitto.restart();
      await until("all up", async () => (await health({ get })).status === "ok");
      await figures({ get });
    } finally {
      run.child.kill("SIGTERM");
      await run.exit;
    }
  }, 120_000);
});
