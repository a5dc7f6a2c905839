import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runMain, startLingtan } from "../kit/lingtan.ts";
import { REPLAY_PARK } from "../kit/replay.ts";

/** The commands as a user types them: what they print, and the code they exit with. */

let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lingtan-commands-"));
  await writeFile(path.join(folder, "park.yaml"), REPLAY_PARK);
  await writeFile(
    path.join(folder, "wrong.yaml"),
    `park: { id: wrong, name: { zh: 错, en: Wrong }, timeZone: Asia/Atlantis }
enterprises:
  - { id: works, name: { zh: 厂, en: Works }, sector: steel }
meters:
  - { id: gate, role: grid, enterprise: nobody, parent: lost }
  - { id: gate, role: load, enterprise: works, multiplier: 4000, registers: { energyImportKwh: {} } }
`,
  );
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const process = runMain(args, env);
  const code = await process.exit;
  return { code, stdout: process.stdout(), stderr: process.stderr() };
}

describe("commands", () => {
  it("check prints every problem at once, with its path, and exits 78", async () => {
    const { code, stderr } = await run(["check", path.join(folder, "wrong.yaml")]);
    expect(code).toBe(78);
    expect(stderr).toContain("park.timeZone");
    expect(stderr).toContain("meters[0] (gate).enterprise");
    expect(stderr).toContain("meters[0] (gate).parent");
    expect(stderr).toContain("meters[1] (gate).id");
    expect(stderr).toContain("meters[1] (gate).registers.energyImportKwh.resolution");
  });

  it("check says so when a file is right: the shipped park is", async () => {
    const { code, stdout } = await run(["check", "park/nanchuan.yaml"]);
    expect(code).toBe(0);
    expect(stdout).toContain("no problem found");
  });

  it("wrong settings and a wrong park file are shown together, without secrets, and exit 78", async () => {
    const { code, stderr } = await run(["start"], {
      PORT: "99999",
      MQTT_URL: "http://user:hunter2@127.0.0.1",
      INFLUX_PASSWORD: "hunter3",
      LOG_LEVEL: "loud",
      PARK_FILE: path.join(folder, "wrong.yaml"),
      DATA_DIR: path.join(folder, "never"),
    });
    expect(code).toBe(78);
    for (const part of ["PORT", "MQTT_URL", "LOG_LEVEL", "park.timeZone"]) expect(stderr).toContain(part);
    expect(stderr).not.toMatch(/hunter/);
  });

  it.each(["ingest", "api"])("%s without servers exits 78 and names what it needs", async (command) => {
    const { code, stderr } = await run([command]);
    expect(code).toBe(78);
    for (const name of ["MQTT_URL", "INFLUX_URL", "DATABASE_URL"]) expect(stderr).toContain(name);
  });

  it("an unknown command, option or role is refused", async () => {
    const env = { DATA_DIR: path.join(folder, "roles") };
    const [dance, loud, king, lonely] = await Promise.all([
      run(["dance"]),
      run(["start", "--loud"]),
      run(["token", "--role", "king"], env),
      run(["token", "--role", "enterprise"], env),
    ]);
    expect([dance.code, loud.code, king.code, lonely.code]).toEqual([64, 78, 78, 78]);
    expect(lonely.stderr).toContain("--enterprise");
  });

  it("token prints a new token and nothing else; a second process on the same data exits 75 and names the first", async () => {
    const env = { DATA_DIR: path.join(folder, "data"), PARK_FILE: path.join(folder, "park.yaml") };
    const made = await run(["token", "--role", "office"], env);
    expect(made.code).toBe(0);
    expect(made.stdout).toMatch(/^lt_[A-Za-z0-9_-]{43}\n$/);
    const lingtan = await startLingtan(env, ["--no-simulate"], made.stdout.trim());
    try {
      expect((await lingtan.get("/api/v1/park")).status).toBe(200);
      const second = await run(["start", "--no-simulate"], { ...env, PORT: "0" });
      expect(second.code).toBe(75);
      expect(second.stderr).toContain(String(lingtan.child.pid));
    } finally {
      await lingtan.stop();
    }
  });
});
