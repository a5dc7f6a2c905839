import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { listenOnLoopback } from "./loopback.ts";

/** The real process, started as a user starts it, on ports and in a folder of its own. */

const ROOT = path.resolve(import.meta.dirname, "../..");

/** A loopback port that is free now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listenOnLoopback(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface Run {
  readonly child: ChildProcess;
  readonly exit: Promise<number | null>;
  stdout(): string;
  stderr(): string;
}

/**
 * Runs `main.ts` with these arguments and settings; nothing of the caller's own settings leaks in.
 * @param preload modules that the process loads before anything else
 */
export function runMain(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  preload: readonly string[] = [],
): Run {
  const imports = ["tsx", ...preload].flatMap((module) => ["--import", module]);
  const child = spawn(process.execPath, [...imports, path.join(ROOT, "main.ts"), ...args], {
    cwd: ROOT,
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", TZ: "America/St_Johns", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    err = (err + chunk.toString()).slice(-200_000);
  });
  const exit = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  return { child, exit, stdout: () => out, stderr: () => err };
}

export interface Lingtan extends Run {
  readonly url: string;
  readonly mqttUrl: string;
  readonly token: string;
  get(pathAndQuery: string): Promise<Response>;
  /** Asks it to stop and waits. */
  stop(): Promise<void>;
  /** kill −9. */
  kill(): Promise<void>;
}

/** A token made before the start, as the README does it. */
export async function makeToken(env: Readonly<Record<string, string>>, role = "office"): Promise<string> {
  const run = runMain(["token", "--role", role], env);
  const code = await run.exit;
  if (code !== 0) throw new Error(`token exited ${code}: ${run.stderr()}`);
  return run.stdout().trim();
}

/** Starts `main.ts start` and waits until its health answers. */
export async function startLingtan(
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  token?: string,
): Promise<Lingtan> {
  const port = await freePort();
  const mqttPort = env["MQTT_URL"] === undefined ? await freePort() : null;
  const whole = {
    LOG_LEVEL: "warn",
    ...env,
    PORT: String(port),
    ...(mqttPort === null ? {} : { MQTT_PORT: String(mqttPort) }),
  };
  const known = token ?? (await makeToken(env));
  const run = runMain(["start", ...args], whole);
  const url = `http://127.0.0.1:${port}`;
  const untilMs = Date.now() + 30_000;
  for (;;) {
    if (run.child.exitCode !== null) throw new Error(`exited ${run.child.exitCode}: ${run.stderr()}`);
    const health = await fetch(`${url}/api/v1/health`).catch(() => null);
    if (health?.ok === true) {
      const body: unknown = await health.json();
      if (typeof body === "object" && body !== null && "broker" in body) {
        const broker = body.broker;
        if (typeof broker === "object" && broker !== null && "state" in broker && broker.state === "up")
          break;
      }
    }
    if (Date.now() > untilMs) {
      run.child.kill("SIGKILL");
      throw new Error(`not up in 30 s: ${run.stderr()}`);
    }
    await delay(100);
  }
  return {
    ...run,
    url,
    mqttUrl: env["MQTT_URL"] ?? `mqtt://127.0.0.1:${mqttPort}`,
    token: known,
    get: (pathAndQuery) => fetch(url + pathAndQuery, { headers: { authorization: `Bearer ${known}` } }),
    async stop() {
      run.child.kill("SIGTERM");
      await run.exit;
    },
    async kill() {
      run.child.kill("SIGKILL");
      await run.exit;
    },
  };
}
