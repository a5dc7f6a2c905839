import type { Logger } from "pino";
import type { DeadLetter, Telemetry } from "../../store/telemetry.ts";
import type { Letters } from "./letters.ts";
import type { StorePatience } from "./patience.ts";

export interface LetterParts {
  readonly telemetry: Pick<Telemetry, "writeDeadLetters">;
  readonly letters: Letters;
  readonly logger: Logger;
}

/** Writes dead letters until they are durable; halves what the store refuses, down to one without its payload. False: given up. */
export async function writeLetters(
  patience: StorePatience,
  parts: LetterParts,
  numbered: readonly DeadLetter[],
): Promise<boolean> {
  const { telemetry, letters, logger } = parts;
  const result = await patience.persist("writing dead letters", () => telemetry.writeDeadLetters(numbered));
  if (result === null) return false;
  if ("value" in result) {
    letters.count(numbered);
    return true;
  }
  const [only] = numbered;
  if (numbered.length === 1 && only !== undefined) {
    if (only.payload === "") {
      logger.error(
        { reason: only.reason, bytes: only.bytes },
        "the store refuses a dead letter even without its payload",
      );
      return true;
    }
    // Better a letter without its payload than none: the reason, topic and time still say what happened.
    return writeLetters(patience, parts, [
      { ...only, payload: "", detail: `${only.detail} (payload refused by the store)` },
    ]);
  }
  const half = numbered.length >> 1;
  return (
    (await writeLetters(patience, parts, numbered.slice(0, half))) &&
    (await writeLetters(patience, parts, numbered.slice(half)))
  );
}
