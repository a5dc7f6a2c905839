import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { type Run, runMain } from "../kit/lingtan.ts";

const RESTART_MS = 200;

/** The real `main.ts`, started again whenever it ends, as a service manager does it. */
export class Program {
  readonly #args: readonly string[];
  readonly #env: Readonly<Record<string, string>>;
  readonly #preload: readonly string[];
  #run: Run | null = null;
  #isStopping = false;
  #over: Promise<void> = Promise.resolve();
  #errors = "";
  /** How often it was killed −9 while it was to run. */
  kills = 0;

  constructor(
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    preload: readonly string[] = [],
  ) {
    this.#args = args;
    this.#env = env;
    this.#preload = preload;
  }

  /** @param note is told how each of its lives ended */
  start(note: (text: string) => void): void {
    this.#isStopping = false;
    this.#over = this.#keepRunning(note);
  }

  /** What it last wrote to its error output, over all its lives. */
  get errors(): string {
    return (this.#errors + (this.#run?.stderr() ?? "")).slice(-8_000);
  }

  signal(name: NodeJS.Signals): void {
    const isSent = this.#run?.child.kill(name) === true;
    if (isSent && name === "SIGKILL" && !this.#isStopping) this.kills++;
  }

  /** Ends it for good. */
  async stop(signal: "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#isStopping = true;
    this.signal("SIGCONT");
    this.signal(signal);
    const late = new AbortController();
    await Promise.race([this.#over, delay(8_000, undefined, { signal: late.signal }).catch(() => undefined)]);
    late.abort();
    this.signal("SIGKILL");
    await this.#over;
  }

  async #keepRunning(note: (text: string) => void): Promise<void> {
    while (!this.#isStopping) {
      const run = runMain(this.#args, this.#env, this.#preload);
      this.#run = run;
      await once(run.child, "close"); // after "exit" its last words may still come
      note(`the program ended: ${run.child.signalCode ?? run.child.exitCode}`);
      this.#errors = (this.#errors + run.stderr()).slice(-8_000);
      this.#run = null;
      if (!this.#isStopping) await delay(RESTART_MS);
    }
  }
}
