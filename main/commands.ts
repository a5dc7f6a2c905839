import { EXIT } from "./exit.ts";
import type { Context } from "./prepare.ts";

/** The commands of main.ts; each is read when it is called, so that a small one does not wait for the large ones. */

type Command = (context: Context) => Promise<number>;

const USAGE = `usage: lingtan COMMAND

  start [--no-simulate] [--history-days N] [--seed N]   everything in one process
  ingest                                                messages to energy (with MQTT_URL, INFLUX_URL, DATABASE_URL)
  api                                                   the answers and pages (with the same)
  simulate --from DATE --to DATE [--speed max|N] [--seed N] [--faults LIST]
  simulate --replay FILE.csv [--speed max|N]
  check FILE                                            every problem of a park file
  token --role office|vpp | --role enterprise --enterprise ID [--label TEXT] [--days N]
`;

/** @returns the exit code. @throws ProblemsError and other errors that main.ts explains */
export async function runCommand(name: string | undefined, context: Context): Promise<number> {
  const command = name === undefined ? undefined : COMMANDS.get(name);
  if (command === undefined) {
    process.stderr.write(
      name === undefined || name === "help" ? USAGE : `unknown command: ${name}\n\n${USAGE}`,
    );
    return name === "help" ? EXIT.ok : EXIT.usage;
  }
  return await command(context);
}

const COMMANDS: ReadonlyMap<string, Command> = new Map<string, Command>([
  ["start", async (context) => await (await import("./serve.ts")).start(context)],
  ["ingest", async (context) => await (await import("./serve.ts")).serve(context, "ingest")],
  ["api", async (context) => await (await import("./serve.ts")).serve(context, "api")],
  ["simulate", async (context) => await (await import("./simulate.ts")).simulate(context)],
  ["check", async (context) => await (await import("./check.ts")).check(context)],
  ["token", async (context) => await (await import("./token.ts")).token(context)],
]);
