import { z } from "zod";
import { type Problem, ProblemsError } from "../park/problems.ts";
import { problemsOf } from "../park/shape-problems.ts";

/** Settings from the environment: parsed once at start, all problems at once. */

const PORT = { error: "a whole number from 0 to 65535" };
const port = z.coerce.number(PORT).int(PORT).min(0, PORT).max(65_535, PORT);
const text = z.string().min(1);
const url = (protocols: readonly string[]) =>
  z.string().refine(
    (value) => {
      try {
        return protocols.includes(new URL(value).protocol);
      } catch {
        return false;
      }
    },
    { error: `a URL that begins with ${protocols.map((p) => `${p}//`).join(" or ")}` },
  );

const schema = z.object({
  PORT: port.optional(),
  HOST: text.default("127.0.0.1"),
  DATA_DIR: text.default("./data"),
  PARK_FILE: text.optional(),
  MQTT_PORT: port.optional(),
  MQTT_URL: url(["mqtt:", "mqtts:", "ws:", "wss:"]).optional(),
  MQTT_USERNAME: text.optional(),
  MQTT_PASSWORD: text.optional(),
  INFLUX_URL: url(["http:", "https:"]).optional(),
  INFLUX_DATABASE: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, "letters, digits, _ and -, at most 64")
    .default("lingtan"),
  INFLUX_TOKEN: text.optional(),
  INFLUX_USERNAME: text.optional(),
  INFLUX_PASSWORD: text.optional(),
  DATABASE_URL: url(["postgres:", "postgresql:"]).optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
});

/** The names of all settings, as the environment and the README have them. */
const SETTING_NAMES = Object.keys(schema.shape);

export interface Settings {
  /** Null: 8080, or the next free one. */
  readonly port: number | null;
  readonly host: string;
  readonly dataDir: string;
  readonly parkFile: string | null;
  /** Port of the embedded broker; null: 1883, or the next free one. */
  readonly mqttPort: number | null;
  readonly mqtt: {
    readonly url: string;
    readonly username: string | null;
    readonly password: string | null;
  } | null;
  readonly influx: {
    readonly url: string;
    readonly database: string;
    readonly token: string | null;
    readonly username: string | null;
    readonly password: string | null;
  } | null;
  readonly databaseUrl: string | null;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
}

const SECRET = /PASSWORD|TOKEN|_URL$/;

/** @throws ProblemsError with every problem of the settings */
export function parseSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(
      ([key, value]) => SETTING_NAMES.includes(key) && value !== undefined && value !== "",
    ),
  );
  const parsed = schema.safeParse(given);
  const problems: Problem[] = [];
  if (!parsed.success) {
    // A setting that may hold a password is never shown.
    const shown = problemsOf(given, parsed.error, "the environment").map((problem) =>
      SECRET.test(problem.path) ? { ...problem, found: "something else" } : problem,
    );
    throw new ProblemsError("settings", shown);
  }
  const s = parsed.data;
  const needs = (name: keyof typeof s, other: keyof typeof s) => {
    if (s[name] !== undefined && s[other] === undefined) {
      problems.push({ path: other, expected: `a value, as ${name} is set`, found: "nothing" });
    }
  };
  needs("MQTT_USERNAME", "MQTT_URL");
  needs("MQTT_PASSWORD", "MQTT_USERNAME");
  needs("INFLUX_TOKEN", "INFLUX_URL");
  needs("INFLUX_USERNAME", "INFLUX_URL");
  needs("INFLUX_PASSWORD", "INFLUX_USERNAME");
  if (s.INFLUX_TOKEN !== undefined && s.INFLUX_USERNAME !== undefined) {
    problems.push({
      path: "INFLUX_TOKEN",
      expected: "either a token or a username and password",
      found: "both",
    });
  }
  if (s.MQTT_URL !== undefined && s.MQTT_PORT !== undefined) {
    problems.push({
      path: "MQTT_PORT",
      expected: "nothing, as MQTT_URL names a broker",
      found: String(s.MQTT_PORT),
    });
  }
  if (problems.length > 0) throw new ProblemsError("settings", problems);
  return {
    port: s.PORT ?? null,
    host: s.HOST,
    dataDir: s.DATA_DIR,
    parkFile: s.PARK_FILE ?? null,
    mqttPort: s.MQTT_PORT ?? null,
    mqtt:
      s.MQTT_URL === undefined
        ? null
        : { url: s.MQTT_URL, username: s.MQTT_USERNAME ?? null, password: s.MQTT_PASSWORD ?? null },
    influx:
      s.INFLUX_URL === undefined
        ? null
        : {
            url: s.INFLUX_URL,
            database: s.INFLUX_DATABASE,
            token: s.INFLUX_TOKEN ?? null,
            username: s.INFLUX_USERNAME ?? null,
            password: s.INFLUX_PASSWORD ?? null,
          },
    databaseUrl: s.DATABASE_URL ?? null,
    logLevel: s.LOG_LEVEL,
  };
}
