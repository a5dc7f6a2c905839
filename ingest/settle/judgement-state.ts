import { createHash } from "node:crypto";
import { z } from "zod";
import type { RegisterDeclaration } from "../../park/park.ts";

/**
 * The text kept in `Judgement.state`: the engine's own state, and of which declaration it was made. A state of another
 * declaration is worth nothing: the register is then recomputed from its first reading.
 */
const wrapper = z.object({ declaration: z.string(), rev: z.number(), engine: z.string() });

/** Raised by one whenever the rules give other energy for the same readings: everything is then recomputed. */
const RULES_VERSION = 2;

export interface JudgementState {
  readonly declaration: string;
  /** Revision under which it was written. */
  readonly rev: number;
  readonly engine: string;
}

/** Names everything a register's energy depends on besides its readings. */
export function fingerprint(declaration: RegisterDeclaration, timeZone: string): string {
  const infinityAsText = (_key: string, value: unknown) =>
    value === Number.NEGATIVE_INFINITY ? "always" : value;
  const text = JSON.stringify([RULES_VERSION, timeZone, declaration], infinityAsText);
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

export function wrapState(state: JudgementState): string {
  return JSON.stringify(state);
}

/** Null for a text that is not one of ours: treated as another declaration's. */
export function unwrapState(text: string): JudgementState | null {
  try {
    const parsed = wrapper.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** The engine's state in a wrapped judgement, for a comparison. */
export function engineStateOf(text: string, declaration: string): string | null {
  const state = unwrapState(text);
  return state === null || state.declaration !== declaration ? null : state.engine;
}
