import fc from "fast-check";
import type { RegisterReading } from "../../../ingest/energy/engine.ts";
import { always } from "../../../park/dated.ts";
import type { Exchange, RegisterDeclaration } from "../../../park/park.ts";
import { DAY, declare, HOUR, MINUTE, QUARTER, T0 } from "./kit.ts";

/** Random histories of one register: what meters, gateways and people do to it. */

export interface History {
  readonly declaration: RegisterDeclaration;
  readonly readings: readonly RegisterReading[];
}

const happening = fc.oneof(
  { weight: 30, arbitrary: fc.constant("normal" as const) },
  { weight: 3, arbitrary: fc.constant("zero" as const) },
  { weight: 3, arbitrary: fc.constant("spike" as const) },
  { weight: 2, arbitrary: fc.constant("low-spike" as const) },
  { weight: 3, arbitrary: fc.constant("step-up" as const) },
  { weight: 3, arbitrary: fc.constant("step-down" as const) },
  { weight: 4, arbitrary: fc.constant("return" as const) },
  { weight: 4, arbitrary: fc.constant("tick-back" as const) },
  { weight: 4, arbitrary: fc.constant("gap" as const) },
  { weight: 2, arbitrary: fc.constant("exchange" as const) },
  { weight: 2, arbitrary: fc.constant("burst" as const) },
  { weight: 4, arbitrary: fc.constant("nudge" as const) },
);

const moment = fc.record({
  what: happening,
  jitterMs: fc.integer({ min: 0, max: 420_000 }),
  rise: fc.double({ min: 0, max: 1, noNaN: true }),
  size: fc.double({ min: 0, max: 1, noNaN: true }),
  conflict: fc.integer({ min: 0, max: 40 }).map((n) => n === 0),
});

export interface Kinds {
  /** A change of the multiplier somewhere inside. */
  readonly multiplierChange?: boolean;
}

/** Histories of up to `most` readings over some days. */
export function histories(most: number, kinds: Kinds = {}): fc.Arbitrary<History> {
  return fc
    .record({
      moments: fc.array(moment, { minLength: 2, maxLength: most, size: "max" }),
      everyMs: fc.constantFrom(MINUTE, 5 * MINUTE, QUARTER, HOUR, 2 * HOUR, 6 * HOUR),
      digits: fc.constantFrom<(number | null)[]>(null, 3, 4, 6),
      resolution: fc.constantFrom(0.01, 0.1, 1),
      multiplier: fc.constantFrom(1, 1, 40, 4000, 0.5),
      later: fc.constantFrom(2, 80, 0.1),
      changeAt: fc.double({ min: 0, max: 1, noNaN: true }),
      limited: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
      startMs: fc.integer({ min: 0, max: DAY }),
      first: fc.double({ min: 0, max: 1, noNaN: true }),
      declaredOff: fc.integer({ min: -50 * MINUTE, max: 50 * MINUTE }),
      declaredWrong: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
      onChange: fc.constantFrom(null, null, 5),
    })
    .map((c): History => {
      const unit = c.resolution;
      const perHour = 100;
      // so that slow meters do not roll over several times between two readings
      const digits = c.digits === null ? null : Math.max(c.digits, c.everyMs > HOUR ? 5 : 3);
      const modulus = digits === null ? 1e6 : 10 ** digits;
      const readings: RegisterReading[] = [];
      const exchanges: Exchange[] = [];
      let timeMs = T0 + c.startMs;
      let value = Math.floor((c.first * modulus) / unit);
      let offset = 0;
      const units = (kwh: number) => Math.round(kwh / unit);
      const shown = (v: number) => {
        const wrapped =
          digits === null ? Math.max(0, v) : ((v % units(modulus)) + units(modulus)) % units(modulus);
        return Number((wrapped * unit).toFixed(2));
      };
      c.moments.forEach((m, i) => {
        const gapMs =
          m.what === "gap"
            ? Math.round(m.size * 40 * HOUR)
            : m.what === "burst"
              ? 1000
              : c.everyMs + m.jitterMs;
        timeMs += Math.max(1000, gapMs);
        value += Math.floor((m.rise * perHour * (gapMs / HOUR)) / unit);
        if (m.what === "step-up") offset += units(m.size * 50_000);
        if (m.what === "step-down") offset -= Math.min(value + offset, units(m.size * 50_000));
        if (m.what === "return") offset = 0;
        let display = shown(value + offset);
        if (m.what === "zero") display = 0;
        if (m.what === "spike") display = shown(value + offset + units(m.size * 20_000));
        if (m.what === "low-spike") display = shown(Math.max(0, value + offset - units(m.size * 300)));
        if (m.what === "nudge") display = shown(value + offset + units(m.size * 30));
        if (m.what === "tick-back") display = shown(value + offset - 1);
        if (m.what === "exchange") {
          const initial = Number((Math.floor(m.size * 10) * unit).toFixed(2));
          const atMs = timeMs - Math.floor(m.rise * gapMs) + c.declaredOff;
          const before = exchanges.at(-1);
          if (before === undefined || before.atMs < atMs) {
            exchanges.push({ atMs, final: c.declaredWrong ? 123_456.7 : display, initial });
          }
          value = units(initial);
          offset = 0;
          display = initial;
        }
        readings.push({ timeMs, display, conflict: m.conflict, simulated: i % 7 === 3 });
      });
      const first = readings[0]?.timeMs ?? T0;
      const changeMs = first + Math.floor(c.changeAt * (timeMs - first));
      const largest = kinds.multiplierChange ? Math.max(c.multiplier, c.later) : c.multiplier;
      const declaration = declare({
        digits: always(digits),
        resolution: always(unit),
        multiplier: kinds.multiplierChange
          ? [...always(c.multiplier), { fromMs: changeMs, value: c.later }]
          : always(c.multiplier),
        maxRatePerHour: always(c.limited ? 150 * largest : null),
        reportsEveryMs: c.everyMs,
        onChange: c.onChange,
        exchanges,
      });
      return { declaration, readings };
    });
}
