import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { startInflux } from "./influx.ts";
import { startMosquitto } from "./mosquitto.ts";
import { postgresFolders, startPostgres } from "./postgres.ts";
import { findProgram, MissingProgramError, type RunningServer, serviceUser } from "./process.ts";

/**
 * `npm run servers [-- FOLDER]`: Debian's Mosquitto, InfluxDB and PostgreSQL in the foreground, on loopback ports of
 * their own with generated passwords, data in FOLDER (default ./data/servers, or
 * /var/lib/lingtan/servers where the first is out of PostgreSQL's reach). Prints the settings as `export` lines on
 * stdout, and nothing else there, so that `eval` can take them; progress goes to stderr.
 */
const say = (text: string) => process.stderr.write(`${text}\n`);

const PROGRAMS = [
  ["mosquitto", "mosquitto"],
  ["influxd", "influxdb"],
  ["postgres", "postgresql"],
] as const;

function installMissing(): void {
  const packages = PROGRAMS.flatMap(([program, debianPackage]) => {
    try {
      findProgram(program, debianPackage, program === "postgres" ? postgresFolders() : []);
      return [];
    } catch (error) {
      if (error instanceof MissingProgramError) return [error.debianPackage];
      throw error;
    }
  });
  if (packages.length === 0) return;
  const before = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const install = ["apt-get", "install", "-y", "--no-install-recommends", ...packages];
  say(`installing ${packages.join(", ")} …`);
  for (const words of [install, ["apt-get", "update"], install]) {
    const [command = "", ...args] = [...before, "env", "DEBIAN_FRONTEND=noninteractive", ...words];
    const { status } = spawnSync(command, args, { stdio: ["ignore", 2, 2] });
    if (status === 0 && words === install) return;
  }
  throw new Error(`these could not be installed; as an administrator: ${install.join(" ")}`);
}

async function rememberedPorts(file: string): Promise<Readonly<Record<string, number>>> {
  try {
    const known: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof known !== "object" || known === null) return {};
    return Object.fromEntries(Object.entries(known).filter(([, port]) => Number.isInteger(port)));
  } catch {
    return {};
  }
}

async function run(root: string): Promise<number> {
  installMissing();
  await mkdir(root, { recursive: true });
  const portsFile = path.join(root, "ports.json");
  const ports = await rememberedPorts(portsFile);
  const running: { name: string; server: RunningServer }[] = [];
  const asked = new Promise<string>((resolve) => {
    process.once("SIGINT", () => resolve("SIGINT"));
    process.once("SIGTERM", () => resolve("SIGTERM"));
  });
  let code = 0;
  try {
    // PostgreSQL first: it refuses a folder that another one uses, which the other two do not notice.
    for (const [name, start] of [
      ["postgres", startPostgres],
      ["influx", startInflux],
      ["mosquitto", startMosquitto],
    ] as const) {
      const port = ports[name];
      const server = await start({
        folder: path.join(root, name),
        auth: true,
        ...(port === undefined ? {} : { port }),
      });
      running.push({ name, server });
      const moved = port !== undefined && port !== server.port ? ` (port ${port} is taken now)` : "";
      say(`${name} on 127.0.0.1:${server.port}${moved}, data in ${path.join(root, name)}`);
    }
    const now = Object.fromEntries(running.map(({ name, server }) => [name, server.port]));
    await writeFile(portsFile, `${JSON.stringify(now)}\n`);
    const settings = Object.assign(
      { INFLUX_DATABASE: "lingtan" },
      ...running.map(({ server }) => server.env),
    );
    const lines = Object.entries(settings).map(([name, value]) => `export ${name}='${value}'`);
    process.stdout.write(`${lines.join("\n")}\n`);
    say("ready; stop with Ctrl-C");
    const why = await Promise.race([asked, ...running.map(({ server }) => server.ended)]);
    if (why !== "SIGINT" && why !== "SIGTERM") throw new Error(why);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    code = 1;
  }
  for (const { name, server } of running.reverse()) {
    await server.stop();
    say(`${name} stopped`);
  }
  return code;
}

/** ./data/servers, but for root where PostgreSQL, which refuses root, cannot get there: then a folder of the system. */
async function defaultFolder(): Promise<string> {
  const here = path.resolve("data/servers");
  if (process.getuid?.() !== 0) return here;
  installMissing();
  const probe = path.join(here, "postgres");
  await mkdir(probe, { recursive: true });
  try {
    serviceUser("postgres", probe, true);
    return here;
  } catch {
    return "/var/lib/lingtan/servers";
  }
}

const [asked] = process.argv.slice(2);
process.exitCode = await run(asked === undefined ? await defaultFolder() : path.resolve(asked));
