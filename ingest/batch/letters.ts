import type { DeadLetter } from "../../store/telemetry.ts";

export type LetterDraft = Omit<DeadLetter, "timeMs">;

/** Numbers dead letters (their time of arrival is their id, so no two may share it) and counts them by reason. */
export class Letters {
  readonly byReason: Record<string, number> = {};
  total: number;
  readonly #clock: () => number;
  #lastMs: number;

  /** @param newestMs time of the newest letter in the store; @param total open letters in the store. */
  constructor(clock: () => number, newestMs: number, total: number) {
    this.#clock = clock;
    this.#lastMs = newestMs;
    this.total = total;
  }

  /** Gives each its time: now, or the next free millisecond. */
  number(drafts: readonly LetterDraft[]): DeadLetter[] {
    return drafts.map((draft) => {
      this.#lastMs = Math.max(Math.floor(this.#clock()), this.#lastMs + 1);
      const { topic, payload, encoding, bytes, reason, detail } = draft;
      return { timeMs: this.#lastMs, topic: topic.slice(0, 1000), payload, encoding, bytes, reason, detail };
    });
  }

  /** So many were sent again: they are open no more. */
  closed(count: number): void {
    this.total -= count;
  }

  /** They are durable. */
  count(letters: readonly DeadLetter[]): void {
    this.total += letters.length;
    for (const { reason } of letters) this.byReason[reason] = (this.byReason[reason] ?? 0) + 1;
  }
}
