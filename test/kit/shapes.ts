import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestServer, testInflux, testMosquitto, testPostgres, whyMissing } from "./servers.ts";

/** The two shapes of the one program, for tests that ask the same of both. */

const missing = whyMissing("mosquitto") ?? whyMissing("influx") ?? whyMissing("postgres");

/** For `describe.each`; `why` says why a shape cannot run here. */
export const SHAPES: readonly { readonly shape: "embedded" | "server"; readonly why: string | null }[] = [
  { shape: "embedded", why: null },
  { shape: "server", why: missing },
];

export interface StartedShape {
  /** Settings for `startLingtan`. */
  readonly env: Readonly<Record<string, string>>;
  /** Where to publish, with the credentials; null: to the process itself. */
  readonly publishTo: string | null;
  close(): Promise<void>;
}

/** What a shape needs besides the program: a folder with the park file, and the real servers. */
export async function startShape(shape: "embedded" | "server", park: string): Promise<StartedShape> {
  const folder = await mkdtemp(path.join(tmpdir(), `lingtan-${shape}-`));
  await writeFile(path.join(folder, "park.yaml"), park);
  let env: Record<string, string> = {
    PARK_FILE: path.join(folder, "park.yaml"),
    DATA_DIR: path.join(folder, "data"),
  };
  const servers: TestServer[] = [];
  let publishTo: string | null = null;
  if (shape === "server") {
    const mosquitto = await testMosquitto({ auth: true });
    servers.push(mosquitto, ...(await Promise.all([testInflux({ auth: true }), testPostgres()])));
    for (const server of servers) env = { ...env, ...server.now.env };
    const url = new URL(mosquitto.now.url);
    url.username = mosquitto.now.env["MQTT_USERNAME"] ?? "";
    url.password = mosquitto.now.env["MQTT_PASSWORD"] ?? "";
    publishTo = url.href;
  }
  return {
    env,
    publishTo,
    async close() {
      await Promise.all(servers.map((server) => server.close()));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
