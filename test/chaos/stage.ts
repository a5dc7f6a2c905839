import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startInflux } from "../../servers/influx.ts";
import type { RunningServer } from "../../servers/process.ts";
import { DuckDbDatabase } from "../../store/duckdb/database.ts";
import { DuckDbTelemetry } from "../../store/duckdb/telemetry.ts";
import { InfluxTelemetry } from "../../store/influx/telemetry.ts";
import type { Telemetry } from "../../store/telemetry.ts";
import { freePort } from "../kit/lingtan.ts";
import { type TestServer, testInflux, testMosquitto, testPostgres } from "../kit/servers.ts";
import { ProgramClock } from "./clock.ts";
import { MqttProxy } from "./mqtt-proxy.ts";
import { Program } from "./program.ts";
import { type SmallDisk, smallDisk } from "./small-disk.ts";
import { StoreProxy } from "./store-proxy.ts";

export type Shape = "embedded" | "servers";

/** The servers of all rounds; each round has a park of its own on them. */
export interface Servers {
  readonly mosquitto: TestServer;
  readonly influx: TestServer;
  readonly postgres: TestServer;
  close(): Promise<void>;
}

/** @param saveEveryChange Mosquitto saves with every change instead of once a second */
export async function startServers(saveEveryChange = false): Promise<Servers> {
  const all: TestServer[] = [];
  const close = async () => {
    await Promise.all(all.splice(0).map((server) => server.close()));
  };
  const started = async (starting: Promise<TestServer>) => {
    const server = await starting;
    all.push(server);
    return server;
  };
  try {
    const [mosquitto, influx, postgres] = await Promise.all([
      started(testMosquitto({ saveEveryChange })),
      started(testInflux()),
      started(testPostgres()),
    ]);
    return { mosquitto, influx, postgres, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A server that can be ended and started again. */
export type Restartable = Pick<TestServer, "now" | "restart">;

/** What stands while one round runs. */
export interface Stage {
  readonly shape: Shape;
  readonly program: Program;
  /** Where the generator publishes. */
  readonly generatorUrl: string;
  /** Before the embedded broker for the generator; before Mosquitto for ingest. */
  readonly brokerProxy: MqttProxy;
  /** Null in the embedded shape, like the servers. */
  readonly storeProxy: StoreProxy | null;
  readonly servers: {
    readonly mosquitto: Restartable;
    readonly influx: Restartable;
    readonly postgres: Restartable;
  } | null;
  /** The disk on which the store keeps its data, where the round needs a small one. */
  readonly disk: SmallDisk | null;
  /** The program's clock, where the round sets it. */
  readonly clock: ProgramClock | null;
  /** When the broker was killed −9. */
  readonly brokerKillsMs: number[];
  readonly healthUrl: string | null;
  /** The log of an influxd of this round alone. */
  readonly influxLog: string | null;
  /** The store's own view, past every proxy. The embedded file is free only when the program has ended. */
  withTelemetry<T>(work: (telemetry: Telemetry) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly park: string;
  readonly parkYaml: string;
  readonly wantsSmallDisk: boolean;
  readonly wantsClock: boolean;
  readonly random: () => number;
}

const EMBEDDED_DISK_MB = 24;
const INFLUX_DISK_MB = 64;
const INFLUX_FOLDER = "influx";

/** @returns the stage, not running yet; null where a small disk is wanted and cannot be had */
export async function makeStage(servers: Servers | null, options: StageOptions): Promise<Stage | null> {
  const ends: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end().catch((error: unknown) => console.error(error));
  };
  try {
    const folder = await mkdtemp(path.join(tmpdir(), "lingtan-chaos-"));
    ends.push(() => rm(folder, { recursive: true, force: true }));
    const disk = options.wantsSmallDisk
      ? await smallDisk(servers === null ? EMBEDDED_DISK_MB : INFLUX_DISK_MB)
      : null;
    if (disk !== null) ends.push(() => disk.close());
    else if (options.wantsSmallDisk) {
      await close();
      return null;
    }
    const parkFile = path.join(folder, "park.yaml");
    await writeFile(parkFile, options.parkYaml);
    const clock = options.wantsClock ? new ProgramClock(folder) : null;
    const common = { disk, clock, brokerKillsMs: [], close };
    const env = { PARK_FILE: parkFile, LOG_LEVEL: "info", ...clock?.env };
    return servers === null
      ? await embeddedStage(options, path.join(disk?.folder ?? folder, "data"), env, common, ends)
      : await serverStage(servers, options, env, common, ends);
  } catch (error) {
    await close();
    throw error;
  }
}

type Common = Pick<Stage, "disk" | "clock" | "brokerKillsMs" | "close">;
type Ends = (() => Promise<void>)[];

async function embeddedStage(
  options: StageOptions,
  dataDir: string,
  env: Readonly<Record<string, string>>,
  common: Common,
  ends: Ends,
): Promise<Stage> {
  const [port, mqttPort] = [await freePort(), await freePort()];
  const brokerProxy = new MqttProxy(mqttPort);
  const proxyPort = await brokerProxy.start();
  ends.push(() => brokerProxy.stop());
  const settings = { ...env, DATA_DIR: dataDir, PORT: String(port), MQTT_PORT: String(mqttPort) };
  const program = new Program(["start", "--no-simulate"], settings, common.clock?.preload);
  ends.push(() => program.stop("SIGKILL"));
  return {
    ...common,
    shape: "embedded",
    program,
    brokerProxy,
    generatorUrl: `mqtt://127.0.0.1:${proxyPort}`,
    storeProxy: null,
    servers: null,
    healthUrl: `http://127.0.0.1:${port}/api/v1/health`,
    influxLog: null,
    async withTelemetry(work) {
      const database = new DuckDbDatabase({ path: path.join(dataDir, "lingtan.duckdb"), threads: 1 });
      return await withStarted(new DuckDbTelemetry(database, options.park), work);
    },
  };
}

async function serverStage(
  servers: Servers,
  options: StageOptions,
  env: Readonly<Record<string, string>>,
  common: Common,
  ends: Ends,
): Promise<Stage> {
  const influx = common.disk === null ? servers.influx : await influxOn(common.disk, ends);
  const { mosquitto, postgres } = servers;
  const brokerProxy = new MqttProxy(mosquitto.now.port);
  const brokerPort = await brokerProxy.start();
  ends.push(() => brokerProxy.stop());
  const storeProxy = new StoreProxy(() => influx.now.port, options.random);
  const storePort = await storeProxy.start();
  ends.push(() => storeProxy.stop());
  const settings = {
    ...env,
    MQTT_URL: `mqtt://127.0.0.1:${brokerPort}`,
    INFLUX_URL: `http://127.0.0.1:${storePort}`,
    ...postgres.now.env,
  };
  const program = new Program(["ingest"], settings, common.clock?.preload);
  ends.push(() => program.stop("SIGKILL"));
  return {
    ...common,
    shape: "servers",
    program,
    brokerProxy,
    storeProxy,
    generatorUrl: mosquitto.now.url,
    servers: { mosquitto, influx, postgres },
    healthUrl: null,
    influxLog: common.disk === null ? null : path.join(common.disk.folder, INFLUX_FOLDER, "influxd.log"),
    withTelemetry: (work) =>
      withStarted(
        new InfluxTelemetry({
          url: influx.now.url,
          database: "lingtan",
          park: options.park,
          token: null,
          username: null,
          password: null,
        }),
        work,
      ),
  };
}

async function influxOn(disk: SmallDisk, ends: Ends): Promise<Restartable> {
  const folder = path.join(disk.folder, INFLUX_FOLDER);
  await mkdir(folder);
  let now: RunningServer = await startInflux({ folder });
  ends.push(() => now.stop());
  return {
    get now() {
      return now;
    },
    async restart() {
      now = await startInflux({ folder, port: now.port });
      return now;
    },
  };
}

async function withStarted<T>(telemetry: Telemetry, work: (telemetry: Telemetry) => Promise<T>): Promise<T> {
  await telemetry.start();
  try {
    return await work(telemetry);
  } finally {
    await telemetry.stop();
  }
}
