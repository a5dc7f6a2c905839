import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { platform, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { whyMissing } from "../kit/servers.ts";

const MAIN = fileURLToPath(new URL("../../servers/main.ts", import.meta.url));
const missing = whyMissing("postgres") ?? whyMissing("influx") ?? whyMissing("mosquitto");

describe.skipIf(missing !== null)(`npm run servers${missing === null ? "" : `: ${missing}`}`, () => {
  let folder: string;
  let started: ChildProcess[];
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "lingtan-servers-"));
    await chmod(folder, 0o755);
    started = [];
  });
  afterEach(async () => {
    for (const child of started) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const exit = once(child, "exit");
      child.kill("SIGTERM");
      await exit;
    }
    await rm(folder, { recursive: true, force: true });
  });

  /** Starts it and returns what stands on stdout when it is ready. */
  async function start(): Promise<{ child: ChildProcess; stdout: string }> {
    const child = spawn(process.execPath, ["--import", "tsx", MAIN, folder], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    started.push(child);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    await vi.waitFor(() => expect(stderr).toContain("ready"), { timeout: 40_000, interval: 50 });
    return { child, stdout };
  }

  function settingsOf(stdout: string): Record<string, string> {
    const lines = stdout.trimEnd().split("\n");
    for (const line of lines) expect(line).toMatch(/^export [A-Z_]+='[^']+'$/);
    return Object.fromEntries(lines.map((line) => [line.split(/[ =]/)[1], line.split("'")[1]]));
  }

  function listens(url: string): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(Number(new URL(url).port), "127.0.0.1");
      socket.once("error", () => resolve(false));
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
    });
  }

  test("only settings on stdout, each with a password; Ctrl-C ends all; the next start finds the same", async () => {
    const first = await start();
    const settings = settingsOf(first.stdout);
    expect(Object.keys(settings).sort()).toEqual([
      "DATABASE_URL",
      "INFLUX_DATABASE",
      "INFLUX_PASSWORD",
      "INFLUX_URL",
      "INFLUX_USERNAME",
      "MQTT_PASSWORD",
      "MQTT_URL",
      "MQTT_USERNAME",
    ]);
    const { DATABASE_URL = "", INFLUX_URL = "", MQTT_URL = "" } = settings;
    const client = new pg.Client({ connectionString: DATABASE_URL });
    await client.connect();
    expect((await client.query("SHOW fsync")).rows).toEqual([{ fsync: "on" }]);
    await client.end();
    const wrong = new URL(DATABASE_URL);
    wrong.password = "postgres";
    await expect(new pg.Client({ connectionString: wrong.href }).connect()).rejects.toThrow(/password/);
    const refused = await fetch(`${INFLUX_URL}/query?q=SHOW%20DATABASES`);
    expect(refused.status).toBe(401);
    await refused.text();
    const exit = once(first.child, "exit");
    first.child.kill("SIGINT");
    expect((await exit)[0]).toBe(0);
    for (const url of [DATABASE_URL, INFLUX_URL, MQTT_URL]) expect(await listens(url)).toBe(false);
    const second = await start();
    expect(second.stdout).toBe(first.stdout);
  }, 90_000);

  test.skipIf(platform() !== "linux")(
    "kill −9 leaves no server behind, and the next start works",
    async () => {
      const { child, stdout } = await start();
      const { DATABASE_URL = "", INFLUX_URL = "", MQTT_URL = "" } = settingsOf(stdout);
      child.kill("SIGKILL");
      for (const url of [DATABASE_URL, INFLUX_URL, MQTT_URL]) {
        await vi.waitFor(async () => expect(await listens(url)).toBe(false), { timeout: 15_000 });
      }
      expect((await start()).stdout).toBe(stdout);
    },
    90_000,
  );
});
