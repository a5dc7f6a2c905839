import { existsSync } from "node:fs";
import path from "node:path";
import { runCommand } from "./main/commands.ts";
import { explainExit } from "./main/exit.ts";

/** The folder with package.json: this one in a checkout, the one above when built into dist/. */
function home(): string {
  const here = import.meta.dirname;
  return existsSync(path.join(here, "package.json")) ? here : path.dirname(here);
}

process.on("unhandledRejection", (error) => {
  process.stderr.write(`${explainExit(error).text}\n`);
  process.exit(1);
});

const [command, ...args] = process.argv.slice(2);
try {
  process.exitCode = await runCommand(command, { args, env: process.env, home: home() });
} catch (error) {
  const { text, code } = explainExit(error);
  process.stderr.write(`${text}\n`);
  process.exitCode = code;
}
// What a library left open must not keep a finished command alive.
process.exit();
