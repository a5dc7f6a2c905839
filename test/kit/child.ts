import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

/** A TypeScript program in a process of its own, to be killed by its id. */
export class Child {
  readonly process: ChildProcess;
  readonly #lines: string[] = [];
  #errors = "";

  constructor(script: string, args: readonly string[]) {
    this.process = spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", script, ...args],
      {
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    let rest = "";
    this.process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      this.#lines.push(...lines);
    });
    this.process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
  }

  /** Whole lines printed so far. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Waits until so many lines are there. @throws when the process ends or the time is over first. */
  async untilLines(count: number, timeoutMs = 20_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (this.#lines.length < count) {
      if (this.process.exitCode !== null || Date.now() > end) {
        throw new Error(`child gave ${this.#lines.length} of ${count} lines: ${this.#errors}`);
      }
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  /** kill −9, and waits for the end. */
  async kill(): Promise<void> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    const exit = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await exit;
  }
}

/** An absolute URL of a file of the checkout, for a child's imports. */
export function moduleUrl(fromRoot: string): string {
  return new URL(`../../${fromRoot}`, import.meta.url).href;
}
