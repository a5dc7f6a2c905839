import type { Marks } from "../batch/marks.ts";

export interface MarkClearingParts {
  readonly marks: Pick<Marks, "clear">;
  /** Marks of settled meters are cleared together. */
  readonly everyMs: number;
  /** True while a meter has nothing left to settle; asked again when its mark's turn has come. */
  readonly isSettled: (meter: string) => boolean;
  readonly onFailure: (error: unknown) => void;
}

/** Takes the marks of settled meters away, a little later and together; what fails is tried again with the next ones. */
export class MarkClearing {
  readonly #parts: MarkClearingParts;
  /** Settled meters whose mark may still stand in the store. */
  readonly #meters = new Set<string>();
  /** Marks that stay until an instant has come, by meter. */
  readonly #keptUntilMs = new Map<string, number>();
  #running: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(parts: MarkClearingParts) {
    this.#parts = parts;
  }

  add(meter: string): void {
    this.#meters.add(meter);
  }

  /** The clock was set back behind a mark: the readings it stands for are held, and it stays until their time has come again. */
  keep(meter: string, untilMs: number): void {
    this.#keptUntilMs.set(meter, untilMs);
  }

  /** So far has the time come: marks kept until then may go. */
  come(toMs: number): void {
    for (const [meter, untilMs] of this.#keptUntilMs) {
      if (untilMs > toMs) continue;
      this.#keptUntilMs.delete(meter);
      this.add(meter);
    }
  }

  schedule(): void {
    if (this.#timer !== null || this.#running !== null || this.#meters.size === 0) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#running = this.#clear().finally(() => {
        this.#running = null;
        this.schedule();
      });
    }, this.#parts.everyMs);
  }

  /** Clears what is left, unless it is to give up. */
  async stop(givesUp: boolean): Promise<void> {
    this.#cancel();
    await this.#running;
    // The clearing that was under way has appointed the next one.
    this.#cancel();
    if (!givesUp) await this.#clear();
  }

  #cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #clear(): Promise<void> {
    const meters = [...this.#meters];
    this.#meters.clear();
    try {
      await this.#parts.marks.clear(
        meters,
        (meter) => !this.#keptUntilMs.has(meter) && this.#parts.isSettled(meter),
      );
    } catch (error) {
      this.#parts.onFailure(error);
      for (const meter of meters) this.#meters.add(meter);
    }
  }
}
