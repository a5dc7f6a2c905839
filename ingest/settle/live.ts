import { HOUR_MS } from "../../park/calendar.ts";
import type { Meter } from "../../park/park.ts";
import type { LiveValue } from "../../store/feed.ts";
import type { ReadingRow } from "../../store/telemetry.ts";

/** How long a gauge's value speaks for now: two reporting intervals, within a minute and an hour. */
function freshMs(meter: Meter): number {
  return Math.min(HOUR_MS, Math.max(60_000, 2 * meter.reportsEveryMs));
}

/** What the registers of a meter say, mean power by energy channel; null where they say nothing. */
export interface RegisterRates {
  readonly timeMs: number;
  readonly importKw: number | null;
  readonly exportKw: number | null;
}

/** The latest value of one meter: of its gauge where it sends one, else of its registers. */
export class LiveMeter {
  readonly #meter: Meter;
  #timeMs = Number.NEGATIVE_INFINITY;
  #simulated = false;
  #gauge: { readonly timeMs: number; readonly powerKw: number } | null = null;
  #charge: { readonly timeMs: number; readonly stateOfCharge: number } | null = null;
  #rates: RegisterRates | null = null;

  constructor(meter: Meter) {
    this.#meter = meter;
  }

  /** A durable reading whose time has come. True when it says something that is worth telling at once. */
  take(row: ReadingRow): boolean {
    const { timeMs, values } = row;
    if (timeMs < this.#timeMs) return false;
    this.#timeMs = timeMs;
    this.#simulated = row.simulated;
    if (values.powerKw !== undefined) {
      const powerKw = this.#meter.invert ? 0 - values.powerKw : values.powerKw;
      this.#gauge = { timeMs, powerKw };
    }
    if (values.stateOfCharge !== undefined) this.#charge = { timeMs, stateOfCharge: values.stateOfCharge };
    const hasRegister = this.#meter.registers.some((r) => values[r.channel] !== undefined);
    return values.powerKw !== undefined || values.stateOfCharge !== undefined || !hasRegister;
  }

  /** What the settled registers say now. */
  takeRates(rates: RegisterRates): void {
    this.#rates = rates;
  }

  /** Null before the first reading. Power > 0 takes; what is too old to speak for now is null. */
  value(): LiveValue | null {
    if (!Number.isFinite(this.#timeMs)) return null;
    const oldestMs = this.#timeMs - freshMs(this.#meter);
    const common = {
      meter: this.#meter.id,
      timeMs: this.#timeMs,
      stateOfCharge:
        this.#charge !== null && this.#charge.timeMs >= oldestMs ? this.#charge.stateOfCharge : null,
      simulated: this.#simulated,
    };
    if (this.#gauge !== null && this.#gauge.timeMs >= oldestMs)
      return { ...common, powerKw: this.#gauge.powerKw, powerFrom: "gauge" };
    const rates = this.#rates;
    if (rates !== null && rates.timeMs >= oldestMs && (rates.importKw !== null || rates.exportKw !== null)) {
      return { ...common, powerKw: (rates.importKw ?? 0) - (rates.exportKw ?? 0), powerFrom: "register" };
    }
    return { ...common, powerKw: null, powerFrom: null };
  }
}
