import type { Logger } from "pino";
import { StoreError, type Telemetry } from "../../store/telemetry.ts";
import { backoffMs, sleep } from "../backoff.ts";
import { type SettlementDraft, withRevisedEvents } from "./revised-events.ts";

export interface SettlementWriterParts {
  readonly telemetry: Pick<Telemetry, "writeSettlements" | "readJudgement">;
  readonly random: () => number;
  readonly logger: Logger;
  /** Rows given to the store in one write, about. */
  readonly maxRows: number;
  readonly retryFirstMs: number;
  readonly retryMaxMs: number;
  /** Aborted: give up. */
  readonly signal: AbortSignal;
  /** The store will never take this meter's settlement. */
  readonly onRefused: (meter: string, error: StoreError) => void;
}

interface Request {
  readonly drafts: readonly SettlementDraft[];
  readonly done: (isWritten: boolean) => void;
}

/** Writes settlements until they are written; what is asked for while a write is under way goes together into the next. */
export class SettlementWriter {
  readonly #parts: SettlementWriterParts;
  #queue: Request[] = [];
  #isWriting = false;
  #store: { readonly state: "up" | "down"; readonly detail: string } = { state: "up", detail: "" };

  constructor(parts: SettlementWriterParts) {
    this.#parts = parts;
  }

  /** State of the store as the last attempt found it. */
  get store(): { readonly state: "up" | "down"; readonly detail: string } {
    return this.#store;
  }

  /** True when it is written (or refused for good, which is told apart); false when given up. */
  write(drafts: readonly SettlementDraft[]): Promise<boolean> {
    if (drafts.length === 0) return Promise.resolve(!this.#parts.signal.aborted);
    return new Promise((resolve) => {
      this.#queue.push({ drafts, done: resolve });
      if (!this.#isWriting) void this.#run();
    });
  }

  /** Something else than a write failed on the store. */
  failed(what: string, error: unknown): void {
    const detail = `${what}: ${error instanceof Error ? error.message : String(error)}`;
    if (this.#store.state === "up")
      this.#parts.logger.warn({ err: error }, `the telemetry store fails: ${what}`);
    this.#store = { state: "down", detail };
  }

  async #run(): Promise<void> {
    this.#isWriting = true;
    while (this.#queue.length > 0) {
      let rows = 0;
      let n = 0;
      for (const { drafts } of this.#queue) {
        if (n > 0 && rows >= this.#parts.maxRows) break;
        for (const d of drafts) rows += d.intervals.length + d.days.length + d.judgements.length;
        n++;
      }
      const requests = this.#queue.splice(0, n);
      const isWritten = await this.#persist(requests.flatMap((r) => r.drafts));
      for (const { done } of requests) done(isWritten);
    }
    this.#isWriting = false;
  }

  async #persist(drafts: readonly SettlementDraft[]): Promise<boolean> {
    const { telemetry, retryFirstMs, retryMaxMs, random, signal, logger } = this.#parts;
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        // Asked all at once the store is asked for them together.
        await telemetry.writeSettlements(
          await Promise.all(drafts.map((draft) => withRevisedEvents(telemetry, draft))),
        );
        if (this.#store.state === "down") logger.info("settling goes on: the store answers again");
        this.#store = { state: "up", detail: "" };
        return true;
      } catch (error) {
        if (error instanceof StoreError && (error.code === "rejected" || error.code === "too-much"))
          return this.#persistApart(drafts, error);
        this.failed("writing energy", error);
        await sleep(backoffMs(attempt, retryFirstMs, retryMaxMs, random), signal);
      }
    }
    return false;
  }

  /** What a store never takes must not hold up the rest. */
  async #persistApart(drafts: readonly SettlementDraft[], error: StoreError): Promise<boolean> {
    const [only] = drafts;
    if (only === undefined) return true;
    if (drafts.length === 1) {
      this.#parts.onRefused(only.meter, error);
      return true;
    }
    for (const draft of drafts) if (!(await this.#persist([draft]))) return false;
    return true;
  }
}
