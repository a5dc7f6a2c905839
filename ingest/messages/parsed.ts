import type { Channel } from "../../park/quantities.ts";
import type { Rejection } from "./rejection.ts";

/** What a message is taken for, whatever its format. */

/** Objects of one message beyond which it is refused whole. */
export const MAX_ELEMENTS = 10_000;

/** One object of a message, taken. */
export interface ParsedReading {
  readonly meter: string;
  readonly timeMs: number;
  readonly values: Readonly<Partial<Record<Channel, number>>>;
  readonly simulated: boolean;
  /** The object as it came, for a dead letter should the store refuse it. */
  readonly element: unknown;
}

export interface ParsedMessage {
  readonly readings: readonly ParsedReading[];
  readonly rejections: readonly Rejection[];
  /** Of a gateway's message: what of it is neither a reading nor a rejection. */
  readonly gateway?: GatewayTally;
}

export interface GatewayTally {
  readonly id: string;
  /** The park's tags that the gateway could not read: no value, and no zero either. */
  readonly errors: number;
  /** Tags that no point of the park file names. */
  readonly unmapped: number;
}
