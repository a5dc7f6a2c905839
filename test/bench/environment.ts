import { execFileSync } from "node:child_process";
import { cpus, release, totalmem, type } from "node:os";
import { postgresFolders } from "../../servers/postgres.ts";
import { findProgram } from "../../servers/process.ts";
import type { Environment } from "./figures.ts";

/** What the figures were made on. */
export function environmentOf(command: string, servers: boolean): Environment {
  const versions: Record<string, string> = { node: process.versions.node };
  if (servers) {
    versions["mosquitto"] = versionOf(findProgram("mosquitto", "mosquitto"), "-h");
    versions["influxd"] = versionOf(findProgram("influxd", "influxdb"), "version");
    versions["postgres"] = versionOf(findProgram("postgres", "postgresql", postgresFolders()), "--version");
  }
  return {
    cores: cpus().length,
    memoryGb: totalmem() / 2 ** 30,
    system: `${type()} ${release().split(".").slice(0, 2).join(".")}`,
    versions,
    command,
    dateIso: new Date().toISOString(),
  };
}

function versionOf(program: string, flag: string): string {
  let text: string;
  try {
    text = execFileSync(program, [flag], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    // Mosquitto's help exits with 1.
    text = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
  }
  return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? "of unknown version";
}
