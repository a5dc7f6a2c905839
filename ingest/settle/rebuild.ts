import type { ReadingRow } from "../../store/telemetry.ts";
import type { RegisterReading } from "../energy/engine.ts";
import type { SettlementDraft } from "./revised-events.ts";

/** A declaration that has changed while energy made of another one stands in the store. */
export interface Redeclared {
  /** The other one's name. */
  readonly fingerprint: string;
  /** Before it both give the same states. */
  readonly affectedMs: number;
  /** Nothing that stands in the store because of the other one lies before it. */
  readonly sinceMs: number;
}

/** A reading that came while its register was judged anew from the store. */
export interface Arrived {
  readonly reading: RegisterReading;
  /** The store had it before the page that holds its instant was asked for. */
  readonly isToBeRead: boolean;
}

/** A register being judged anew from the store, beside its live judging. */
export interface Rebuild {
  readonly startMs: number;
  readonly canKeepLive: boolean;
  /** The engine's state before the first reading pushed, where it is one of no reading at all; else null. */
  readonly stateAtStart: string | null;
  /** Time of the first reading judged here, and of the last one that the engine knows; null without. */
  firstTimeMs(): number | null;
  lastTimeMs(): number | null;
  /** The engine's state now. */
  state(): string;
  /** Nothing before this instant is changed by readings to come. */
  revisableFromMs(): number;
  /** A page of stored readings up to this instant is about to be read. */
  requested(toMs: number): void;
  /** Judges the next stored readings; hands over what changed. */
  push(rows: readonly ReadingRow[]): SettlementDraft | null;
  /** All stored readings before this instant were pushed: judges those read by hand up to it; hands over what changed. */
  reached(toMs: number): SettlementDraft | null;
  /** All stored readings were pushed: this judging is the live one now. */
  finish(): void;
  /** The judging has met the live one, which goes on. */
  keepLive(): void;
}
