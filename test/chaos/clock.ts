import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** The setting that names the file with the offset. */
export const CLOCK_FILE = "CHAOS_CLOCK_FILE";

/** The wall clock of a program that loads `shifted-clock.ts`; it is set as often as one likes, also while none runs. */
export class ProgramClock {
  readonly #file: string;

  /** @param folder where the file with the offset lies */
  constructor(folder: string) {
    this.#file = path.join(folder, "clock-offset");
    this.set(0);
  }

  /** What the program needs to be started with. */
  get preload(): readonly string[] {
    return [path.join(import.meta.dirname, "shifted-clock.ts")];
  }

  get env(): Readonly<Record<string, string>> {
    return { [CLOCK_FILE]: this.#file };
  }

  /** Off by so much from now on. */
  set(offsetMs: number): void {
    const whole = `${this.#file}.new`;
    writeFileSync(whole, String(Math.round(offsetMs)));
    renameSync(whole, this.#file); // never read half written
  }
}
