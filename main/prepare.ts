import path from "node:path";
import { parseArgs } from "node:util";
import { destination, type Logger, pino } from "pino";

import type { Park } from "../park/park.ts";
import { type Problem, ProblemsError, show } from "../park/problems.ts";
import { readParkFile } from "./park-file.ts";
import { parseSettings, type Settings } from "./settings.ts";

/** What every command needs before it begins: arguments, settings, the park, a log; problems of all at once. */

export interface Context {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The checkout or installed folder: where the example park, package.json and the built pages are. */
  readonly home: string;
}

type OptionSpec = Readonly<Record<string, { readonly type: "string" | "boolean" }>>;

export function parse<T extends OptionSpec>(args: readonly string[], options: T, positionals = false) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: positionals, strict: true });
  } catch (error) {
    throw new ProblemsError("command line", [
      {
        path: "arguments",
        expected: "what the usage says",
        found: error instanceof Error ? error.message : show(error),
      },
    ]);
  }
}

/** Settings and park together, so that all problems of both are shown at once. */
export function prepare(
  context: Context,
  problems: Problem[],
  further: (settings: Settings, park: Park) => void = () => undefined,
): { readonly settings: Settings; readonly park: Park } {
  const attempt = <T>(read: () => T): T | null => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof ProblemsError)) throw error;
      problems.push(...error.problems);
      return null;
    }
  };
  const settings = attempt(() => parseSettings(context.env));
  const file = context.env["PARK_FILE"];
  const park = attempt(() =>
    readParkFile(file === undefined || file === "" ? path.join(context.home, "park", "nanchuan.yaml") : file),
  );
  if (settings !== null && park !== null) further(settings, park);
  if (settings === null || park === null || problems.length > 0) {
    throw new ProblemsError("cannot start", problems);
  }
  return { settings, park };
}

export function whole(
  text: string | boolean | undefined,
  option: string,
  fallback: number,
  least: number,
  most: number,
  problems: Problem[],
): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  problems.push({ path: option, expected: `a whole number from ${least} to ${most}`, found: show(text) });
  return fallback;
}

export function instantOf(text: string | undefined): number {
  if (text === undefined) return Number.NaN;
  const dated = /^\d{4}-\d{2}-\d{2}$/.test(text);
  return dated || /(Z|[+-]\d{2}:\d{2})$/.test(text) ? Date.parse(text) : Number.NaN;
}

export function makeLog(settings: Settings): Logger {
  return pino(
    { level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime },
    destination({ fd: 2, sync: true }),
  );
}
