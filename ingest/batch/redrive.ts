import type { Logger } from "pino";
import { z } from "zod";
import type { Decision, Ledger } from "../../store/ledger.ts";
import type { DeadLetter, Telemetry } from "../../store/telemetry.ts";
import { sleep } from "../backoff.ts";
import { REJECTIONS } from "../messages/rejection.ts";
import type { Message } from "../sources/source.ts";
import type { Outcome } from "./drafts.ts";

/** `Decision.detail` of kind `redrive`: dead letters by id (their time), or all of one reason. */
export const redriveDetail = z.union([
  z.strictObject({ ids: z.array(z.int()).min(1).max(10_000) }),
  z.strictObject({ reason: z.enum(REJECTIONS) }),
]);

const PAGE = 200;

export interface RedriveParts {
  readonly telemetry: Pick<Telemetry, "readDeadLetters" | "writeDeadLetters">;
  readonly ledger: Pick<Ledger, "openDecisions" | "finishDecision">;
  readonly offer: (message: Message, done: (outcome: Outcome) => void) => void;
  /** So many letters are open no more. */
  readonly onClosed: (count: number) => void;
  readonly clock: () => number;
  readonly logger: Logger;
  readonly everyMs: number;
}

/**
 * Carries out decisions that send dead letters again (E13): each goes the way every message goes; what is refused
 * again becomes a new dead letter, and the one that was sent is marked with what became of it. A decision carried out twice changes nothing, as repetitions are nothing (E9).
 */
export class Redrive {
  readonly #parts: RedriveParts;
  readonly #abort = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(parts: RedriveParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { ledger, clock, logger, everyMs } = this.#parts;
    const { signal } = this.#abort;
    let isFailing = false;
    while (!signal.aborted) {
      try {
        for (const decision of await ledger.openDecisions(20)) {
          if (decision.kind !== "redrive" || signal.aborted) continue;
          const outcome = await this.#carryOut(decision);
          if (outcome === null) return;
          await ledger.finishDecision(decision.id, clock(), outcome);
          logger.info({ decision: decision.id, outcome }, "dead letters sent again");
        }
        isFailing = false;
      } catch (error) {
        if (!isFailing) logger.warn({ err: error }, "decisions cannot be carried out now; trying again");
        isFailing = true;
      }
      await sleep(everyMs, signal);
    }
  }

  /** What became of it, in words; null when stopped before the end: it is done again at the next start. */
  async #carryOut(decision: Decision): Promise<string | null> {
    let detail: z.infer<typeof redriveDetail>;
    try {
      detail = redriveDetail.parse(JSON.parse(decision.detail));
    } catch {
      return `refused: expected {"ids": […]} or {"reason": "…"}`;
    }
    const sum = { sent: 0, taken: 0, duplicates: 0, refused: 0, cut: 0 };
    for await (const letters of this.#letters(detail, decision.atMs)) {
      const whole = letters.filter(isWhole).toSorted((a, b) => a.timeMs - b.timeMs);
      const outcomes = await this.#send(whole);
      if (outcomes === null) return null;
      await this.#close(whole, outcomes);
      sum.cut += letters.filter((l) => !isWhole(l)).length;
      sum.sent += outcomes.length;
      for (const o of outcomes) {
        sum.taken += o.readings;
        sum.duplicates += o.duplicates;
        sum.refused += o.deadLetters;
      }
    }
    const cut = sum.cut > 0 ? `; ${sum.cut} not sent, as only their first part is kept` : "";
    return `${sum.sent} sent again: ${sum.taken} readings taken, ${sum.duplicates} known already, ${sum.refused} refused again${cut}`;
  }

  /** Pages of the letters asked for; of a reason only those from before the decision, else a letter refused again would be sent for ever. */
  async *#letters(detail: z.infer<typeof redriveDetail>, decidedAtMs: number): AsyncGenerator<DeadLetter[]> {
    const { telemetry } = this.#parts;
    if ("ids" in detail) {
      for (const id of detail.ids) {
        const [letter] = await telemetry.readDeadLetters({ beforeMs: id + 1, limit: 1 });
        if (letter?.timeMs === id) yield [letter];
      }
      return;
    }
    let beforeMs = decidedAtMs + 1;
    for (;;) {
      const page = await telemetry.readDeadLetters({ beforeMs, limit: PAGE });
      const last = page.at(-1);
      if (last === undefined) return;
      const asked = page.filter((l) => l.reason === detail.reason && l.sentAgain === undefined);
      if (asked.length > 0) yield asked;
      beforeMs = last.timeMs;
    }
  }

  /** Marks each letter with what became of it: when a part was refused again, a newer letter holds that part. */
  async #close(letters: readonly DeadLetter[], outcomes: readonly Outcome[]): Promise<void> {
    const { telemetry, clock, onClosed } = this.#parts;
    const atMs = clock();
    const marked = letters.map((letter, i) => {
      const outcome = outcomes[i]?.deadLetters === 0 ? ("taken" as const) : ("refused" as const);
      return { ...letter, sentAgain: { atMs, outcome } };
    });
    await telemetry.writeDeadLetters(marked);
    onClosed(letters.filter((letter) => letter.sentAgain === undefined).length);
  }

  /** Given oldest first, so that of two values for one instant the later one stands again (E9). Null: stopped before all were durable. */
  async #send(letters: readonly DeadLetter[]): Promise<Outcome[] | null> {
    const { signal } = this.#abort;
    let stop = () => {};
    const stopped = new Promise<null>((resolve) => {
      stop = () => resolve(null);
      signal.addEventListener("abort", stop, { once: true });
    });
    const outcomes = letters.map(
      (letter) =>
        new Promise<Outcome>((resolve) => {
          const payload = Buffer.from(letter.payload, letter.encoding === "base64" ? "base64" : "utf8");
          this.#parts.offer({ topic: letter.topic, payload, arrivedMs: letter.timeMs }, resolve);
        }),
    );
    const all = await Promise.race([Promise.all(outcomes), stopped]);
    signal.removeEventListener("abort", stop);
    return all;
  }
}

function isWhole(letter: DeadLetter): boolean {
  return Buffer.byteLength(letter.payload, letter.encoding === "base64" ? "base64" : "utf8") === letter.bytes;
}
