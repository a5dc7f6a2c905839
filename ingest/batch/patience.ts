import type { Logger } from "pino";
import { StoreError } from "../../store/telemetry.ts";
import { backoffMs, sleep } from "../backoff.ts";

/** A write that went through, or one that no repetition mends. */
export type Attempt<T> = { readonly value: T } | { readonly refused: StoreError };

export interface PatienceParts {
  readonly random: () => number;
  readonly logger: Logger;
  /** Back-off while the store fails: first and longest wait. */
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** Aborted: give up. */
  readonly signal: AbortSignal;
}

/** Asks a store that fails again and again, and knows how it is. */
export class StorePatience {
  readonly #parts: PatienceParts;
  #store: { readonly state: "up" | "down"; readonly detail: string } = { state: "up", detail: "" };

  constructor(parts: PatienceParts) {
    this.#parts = parts;
  }

  /** State of the store as the last attempt found it. */
  get store(): { readonly state: "up" | "down"; readonly detail: string } {
    return this.#store;
  }

  /**
   * Does it again and again until it is done. With `mayRefuse` a StoreError that no repetition mends is handed back;
   * null: given up on stop.
   */
  async persist<T>(what: string, work: () => Promise<T>, mayRefuse = true): Promise<Attempt<T> | null> {
    const { retryFirstMs, retryMaxMs, random, logger, signal } = this.#parts;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        const value = await work();
        if (this.#store.state === "down") logger.info("the telemetry store answers again");
        this.#store = { state: "up", detail: "" };
        return { value };
      } catch (error) {
        const isStoreError = error instanceof StoreError;
        if (mayRefuse && isStoreError && (error.code === "rejected" || error.code === "too-much"))
          return { refused: error };
        const detail = `${what}: ${error instanceof Error ? error.message : String(error)}`;
        if (this.#store.state === "up")
          logger.warn({ err: error }, "the telemetry store fails; holding messages back");
        this.#store = { state: "down", detail };
        await sleep(backoffMs(attempt, retryFirstMs, retryMaxMs, random), signal);
      }
    }
    return null;
  }
}
