import { valueAt } from "../park/dated.ts";
import type { Meter } from "../park/park.ts";
import { type Channel, isRegisterChannel } from "../park/quantities.ts";
import { seedOf, stream } from "./random.ts";
import type { Reading } from "./readings.ts";

/** Faults on demand: what real gateways and meters do to data. All drawn from a seed, none unless asked for. */

export interface FaultOptions {
  readonly seed: number;
  /** Share of readings lost in outages of up to six hours. */
  readonly gaps?: number;
  /** Share of readings held back and sent in one burst later. */
  readonly late?: number;
  /** Share of readings sent twice. */
  readonly duplicates?: number;
  /** True: readings within a message come in any order. */
  readonly shuffle?: boolean;
  /** Share of meters whose display falls to zero once. */
  readonly resets?: number;
  /** Share of meters with declared digits whose display rolls over once. */
  readonly rollovers?: number;
  /** Largest error of a meter's clock, either way, in milliseconds. */
  readonly jitterMs?: number;
}

export const FAULT_NAMES = [
  "gaps",
  "late",
  "duplicates",
  "shuffle",
  "resets",
  "rollovers",
  "jitterMs",
] as const;

/** Does to one meter's readings, given ascending and in any portions, what the options ask. */
export class FaultyMeter {
  readonly #options: FaultOptions;
  readonly #meter: Meter;
  readonly #next: () => number;
  readonly #resetShare: number | null;
  readonly #rolloverShare: number | null;
  readonly #fromMs: number;
  readonly #toMs: number;
  /** By register: what is added to the display from the reset or for the rollover. */
  readonly #shift = new Map<Channel, number>();
  #reset = false;
  #lostUntilMs = Number.NEGATIVE_INFINITY;
  #heldUntilMs = Number.NEGATIVE_INFINITY;
  #held: Reading[] = [];

  /** @param fromMs @param toMs the span in which a reset or rollover falls. */
  constructor(options: FaultOptions, meter: Meter, fromMs: number, toMs: number) {
    this.#options = options;
    this.#meter = meter;
    this.#fromMs = fromMs;
    this.#toMs = toMs;
    this.#next = stream(seedOf(options.seed, `faults ${meter.id}`));
    this.#resetShare = this.#next() < (options.resets ?? 0) ? 0.25 + 0.5 * this.#next() : null;
    this.#rolloverShare = this.#next() < (options.rollovers ?? 0) ? 0.25 + 0.5 * this.#next() : null;
  }

  /** When the display falls to zero; null: never. */
  get resetMs(): number | null {
    return this.#resetShare === null ? null : this.#fromMs + this.#resetShare * (this.#toMs - this.#fromMs);
  }

  /** About when the display rolls over; null: never. */
  get rolloverMs(): number | null {
    return this.#rolloverShare === null
      ? null
      : this.#fromMs + this.#rolloverShare * (this.#toMs - this.#fromMs);
  }

  /** Millisecond error of the meter's clock for its next reading. */
  drift(): number {
    const { jitterMs } = this.#options;
    return jitterMs === undefined ? 0 : Math.round((2 * this.#next() - 1) * jitterMs);
  }

  /**
   * What arrives of these readings now, in order of sending.
   * @param displayAt the display a register would show at an instant; needed to place a rollover.
   */
  take(readings: readonly Reading[], displayAt: (channel: Channel, timeMs: number) => number): Reading[] {
    const now: Reading[] = [];
    for (const read of readings) {
      const reading = this.#shifted(read, displayAt);
      const { timeMs } = reading;
      if (this.#held.length > 0 && timeMs >= this.#heldUntilMs) now.push(...this.rest());
      if (timeMs < this.#lostUntilMs) continue;
      if (timeMs < this.#heldUntilMs) {
        this.#held.push(reading);
        continue;
      }
      // An outage of n readings begins with probability share ÷ n, so that the share comes out.
      const span = 1 + this.#next() * 6 * 3_600_000;
      const readingsInSpan = Math.max(1, span / this.#spacing(readings));
      if (this.#next() < (this.#options.gaps ?? 0) / readingsInSpan) {
        this.#lostUntilMs = timeMs + span;
        continue;
      }
      if (this.#next() < (this.#options.late ?? 0) / readingsInSpan) {
        this.#heldUntilMs = timeMs + span;
        this.#held.push(reading);
        continue;
      }
      now.push(reading);
      if (this.#next() < (this.#options.duplicates ?? 0)) now.push(reading);
    }
    if (this.#options.shuffle === true) {
      for (let i = now.length - 1; i > 0; i--) {
        const j = Math.floor(this.#next() * (i + 1));
        const [a, b] = [now[i], now[j]];
        if (a !== undefined && b !== undefined) {
          now[i] = b;
          now[j] = a;
        }
      }
    }
    return now;
  }

  /** What is still held back. */
  rest(): Reading[] {
    const held = this.#held;
    this.#held = [];
    return held;
  }

  #spacing(readings: readonly Reading[]): number {
    const first = readings[0];
    const second = readings[1];
    return first === undefined || second === undefined
      ? this.#meter.reportsEveryMs
      : Math.max(1000, second.timeMs - first.timeMs);
  }

  #shifted(reading: Reading, displayAt: (channel: Channel, timeMs: number) => number): Reading {
    const { resetMs, rolloverMs } = this;
    if (resetMs === null && rolloverMs === null) return reading;
    const values: Partial<Record<Channel, number>> = { ...reading.values };
    for (const register of this.#meter.registers) {
      const { channel } = register;
      const value = reading.values[channel];
      if (value === undefined || !isRegisterChannel(channel)) continue;
      const digits = valueAt(register.digits, reading.timeMs);
      const resolution = valueAt(register.resolution, reading.timeMs) ?? 0.01;
      const snap = (x: number) => Number((Math.round(x / resolution) * resolution).toFixed(6));
      let shown = value;
      if (rolloverMs !== null && digits !== null) {
        const modulus = 10 ** digits;
        let shift = this.#shift.get(channel);
        if (shift === undefined) {
          shift = modulus - displayAt(channel, rolloverMs);
          this.#shift.set(channel, shift);
        }
        shown = snap((((value + shift) % modulus) + modulus) % modulus);
      } else if (resetMs !== null && reading.timeMs >= resetMs) {
        if (!this.#reset || !this.#shift.has(channel)) this.#shift.set(channel, value);
        shown = snap(Math.max(0, value - (this.#shift.get(channel) ?? 0)));
      }
      values[channel] = shown;
    }
    if (resetMs !== null && reading.timeMs >= resetMs) this.#reset = true;
    return { ...reading, values };
  }
}
