import { execFile } from "node:child_process";
import { chown, mkdir, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { findProgram, freePort, launch, type RunningServer, serviceUser } from "./process.ts";
import { keptPassword, settingsText } from "./secrets.ts";

interface MosquittoOptions {
  readonly folder: string;
  readonly port?: number;
  /** Ask for a user name and a generated password. Without, anybody on this machine may connect. */
  readonly auth?: boolean;
  /** Saves with every packet instead of once a second: safer while no reader is there, and some 30 times slower. */
  readonly saveEveryChange?: boolean;
}

/** Mosquitto 2 on a loopback port. @throws MissingProgramError */
export async function startMosquitto(options: MosquittoOptions): Promise<RunningServer> {
  const program = findProgram("mosquitto", "mosquitto");
  const folder = path.resolve(options.folder);
  await mkdir(folder, { recursive: true });
  const user = serviceUser("mosquitto", folder, false);
  const port = await freePort(options.port);
  const password = options.auth ? await keptPassword(path.join(folder, "password")) : null;
  const settings = await settingsText("mosquitto.conf");
  const lines = [
    options.saveEveryChange === true
      ? settings.replace("autosave_on_changes false", "autosave_on_changes true")
      : settings,
    `listener ${port} 127.0.0.1`,
    `persistence_location ${folder}/`,
    password === null ? "allow_anonymous true" : "allow_anonymous false",
  ];
  if (user === null && process.getuid?.() === 0) lines.push("user root");
  if (password !== null) {
    const file = path.join(folder, "passwd");
    await writeFile(file, `lingtan:${password}\n`, { mode: 0o600 });
    await promisify(execFile)(findProgram("mosquitto_passwd", "mosquitto"), ["-U", file]); // -U: hashes it in place
    if (user !== null) await chown(file, user.uid, user.gid);
    lines.push(`password_file ${file}`);
  }
  const config = path.join(folder, "mosquitto.conf");
  await writeFile(config, `${lines.join("\n")}\n`);
  const running = await launch({
    name: "mosquitto",
    program,
    args: ["-c", config],
    logFile: path.join(folder, "mosquitto.log"),
    user,
    stopSignal: "SIGTERM",
    ready: () => accepts(port),
  });
  const url = `mqtt://127.0.0.1:${port}`;
  return {
    ...running,
    url,
    port,
    env: {
      MQTT_URL: url,
      ...(password === null ? {} : { MQTT_USERNAME: "lingtan", MQTT_PASSWORD: password }),
    },
  };
}

/** The broker listens once its persistence is loaded. */
function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
