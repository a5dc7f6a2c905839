import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";

/** A part of the bench in a process of its own, so that it takes no time from what is measured. */
export class Worker<In, Out> {
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;
  readonly #listeners = new Set<(message: Out) => void>();

  /** @param file a file of this folder that calls `serve` */
  constructor(file: string) {
    this.#child = fork(path.join(import.meta.dirname, file), [], {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    // Both ends are ours: the file named speaks exactly these types.
    this.#child.on("message", (message) => {
      for (const listener of this.#listeners) listener(message as Out);
    });
    this.#ended = new Promise((resolve) => this.#child.once("exit", (code) => resolve(code)));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  send(message: In & object): void {
    this.#child.send(message);
  }

  onMessage(listener: (message: Out) => void): void {
    this.#listeners.add(listener);
  }

  /** The first message that the guard accepts. @throws when the process ends before */
  async first<T extends Out>(isIt: (message: Out) => message is T): Promise<T> {
    return await new Promise<T>((resolve, reject) => {
      const listener = (message: Out) => {
        if (!isIt(message)) return;
        this.#listeners.delete(listener);
        resolve(message);
      };
      this.#listeners.add(listener);
      void this.#ended.then((code) => reject(new Error(`a process of the bench ended (${code})`)));
    });
  }

  async stop(): Promise<void> {
    if (this.#child.connected) this.#child.disconnect();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await this.#ended;
    clearTimeout(timer);
  }
}

/** The other end: handles messages until the parent lets go. */
export function serve<In, Out>(handle: (message: In, tell: (message: Out) => void) => Promise<void>): void {
  const tell = (message: Out) => {
    if (process.connected) process.send?.(message);
  };
  process.on("message", (message) => {
    handle(message as In, tell).catch((error: unknown) => {
      console.error(error);
      process.exit(1);
    });
  });
  process.on("disconnect", () => process.exit(0));
}
