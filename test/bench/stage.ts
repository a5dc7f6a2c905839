import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestServer, testInflux, testMosquitto, testPostgres } from "../kit/servers.ts";
import { type BenchPark, benchPark } from "./park.ts";

/** What the stages share: options, progress, and the things to be ended whatever happens. */

export type Shape = "embedded" | "servers";

export interface BenchOptions {
  readonly meters: number;
  readonly seconds: number;
  /** How long memory is watched under a steady load; not at all unless it is said. */
  readonly minutes?: number;
  readonly say: (progress: string) => void;
}

const begun: (() => Promise<void>)[] = [];

let ending: Promise<void> = Promise.resolve();

/** Ends what was begun and not ended yet, last first; waits for an end already under way. */
export async function endAll(): Promise<void> {
  ending = ending.then(async () => {
    for (let end = begun.pop(); end !== undefined; end = begun.pop())
      await end().catch((error: unknown) => console.error(error));
  });
  await ending;
}

/** Ends what was begun in a stage, also when it fails. */
export async function withEnds<T>(
  work: (atEnd: (end: () => Promise<void>) => void) => Promise<T>,
): Promise<T> {
  try {
    return await work((end) => begun.push(end));
  } finally {
    await endAll();
  }
}

export interface Ground {
  readonly bench: BenchPark;
  /** Settings with which the product runs on this ground. */
  readonly env: Readonly<Record<string, string>>;
  /** Null in the embedded shape. */
  readonly servers: { readonly mosquitto: TestServer; readonly influx: TestServer } | null;
}

/** A park, a folder for it, and for the server shape the three servers. */
export async function prepareGround(
  shape: Shape,
  { meters }: BenchOptions,
  atEnd: (end: () => Promise<void>) => void,
): Promise<Ground> {
  const folder = await mkdtemp(path.join(tmpdir(), "lingtan-bench-"));
  atEnd(() => rm(folder, { recursive: true, force: true }));
  const bench = benchPark(meters);
  const parkFile = path.join(folder, "park.yaml");
  await writeFile(parkFile, bench.yaml);
  const env = {
    PARK_FILE: parkFile,
    DATA_DIR: path.join(folder, "data"),
    LOG_LEVEL: "warn",
  };
  if (shape === "embedded") return { bench, env, servers: null };
  const started = async (starting: Promise<TestServer>) => {
    const server = await starting;
    atEnd(() => server.close());
    return server;
  };
  const mosquitto = await started(testMosquitto());
  const influx = await started(testInflux());
  const postgres = await started(testPostgres());
  return {
    bench,
    env: { ...env, ...mosquitto.now.env, ...influx.now.env, ...postgres.now.env },
    servers: { mosquitto, influx },
  };
}
