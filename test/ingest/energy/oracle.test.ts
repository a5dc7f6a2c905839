import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalOf, Multiplier, shareOf } from "../../../ingest/energy/decimal.ts";
import type { RegisterReading } from "../../../ingest/energy/engine.ts";
import { Calendar, type Resolution } from "../../../park/calendar.ts";
import { always } from "../../../park/dated.ts";
import type { RegisterDeclaration } from "../../../park/park.ts";
import { DAY, declare, HOUR, MINUTE, QUARTER, run, sorted } from "./kit.ts";

/** E2, E3, E11 written down once more, slowly and with rationals, for histories that need no judging. */

const RUNS = { numRuns: 60 };
const BERLIN = new Calendar("Europe/Berlin");
/** Two days before the clocks go forward. */
const T0 = Date.parse("2026-03-27T00:00:00+01:00");

/** A fraction of integers. */
type Ratio = readonly [bigint, bigint];

function ratio(text: string): Ratio {
  const [whole = "0", fraction = ""] = text.split(".");
  return [BigInt(whole + fraction), 10n ** BigInt(fraction.length)];
}

const times = (a: Ratio, b: Ratio): Ratio => [a[0] * b[0], a[1] * b[1]];
const plus = (a: Ratio, b: Ratio): Ratio => [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
const minus = (a: Ratio, b: Ratio): Ratio => plus(a, [-b[0], b[1]]);

function floor([n, d]: Ratio): bigint {
  return n >= 0n ? n / d : -((-n + d - 1n) / d);
}

const round = (a: Ratio): bigint => floor(plus(a, [1n, 2n]));

interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
  readonly start: bigint;
  readonly end: bigint;
}

/** Between two readings: one stretch, or two where the multiplier changes (E11). */
function stretches(declaration: RegisterDeclaration, a: RegisterReading, b: RegisterReading): Stretch[] {
  const multiplierAt = (timeMs: number): Ratio =>
    ratio(String(declaration.multiplier.findLast((m) => m.fromMs <= timeMs)?.value ?? 1));
  const register = (display: Ratio, multiplier: Ratio) =>
    round(times(times(display, multiplier), [1_000_000n, 1n]));
  const inner = declaration.multiplier.map((m) => m.fromMs).filter((t) => t > a.timeMs && t < b.timeMs);
  const cuts = [a.timeMs, ...inner, b.timeMs];
  const first = ratio(String(a.display));
  const rise = minus(ratio(String(b.display)), first);
  const displayAt = (timeMs: number) =>
    plus(first, times(rise, [BigInt(timeMs - a.timeMs), BigInt(b.timeMs - a.timeMs)]));
  return cuts.slice(1).map((toMs, i) => {
    const fromMs = cuts[i] ?? a.timeMs;
    const m = multiplierAt(fromMs);
    return { fromMs, toMs, start: register(displayAt(fromMs), m), end: register(displayAt(toMs), m) };
  });
}

function energy(list: readonly Stretch[], fromMs: number, toMs: number): bigint {
  const at = (s: Stretch, timeMs: number) =>
    round(
      plus(
        [s.start, 1n],
        times([s.end - s.start, 1n], [BigInt(timeMs - s.fromMs), BigInt(s.toMs - s.fromMs)]),
      ),
    );
  return list
    .filter((s) => s.fromMs < toMs && s.toMs > fromMs)
    .reduce((sum, s) => sum + at(s, Math.min(toMs, s.toMs)) - at(s, Math.max(fromMs, s.fromMs)), 0n);
}

/** E3 for one boundary and one length. */
function sharp(
  declaration: RegisterDeclaration,
  history: readonly RegisterReading[],
  edgeMs: number,
  lengthMs: number,
) {
  if (history.some((r) => r.timeMs === edgeMs)) return true;
  const p = history.findLast((r) => r.timeMs < edgeMs);
  const q = history.find((r) => r.timeMs > edgeMs);
  if (p === undefined || q === undefined) return false;
  const gapMs = q.timeMs - p.timeMs;
  const every = declaration.reportsEveryMs;
  if (
    declaration.onChange !== null &&
    gapMs <= 1.5 * every &&
    q.display - p.display <= declaration.onChange + 1e-9
  )
    return true;
  if (gapMs > Math.max(1.5 * Math.min(every, lengthMs), Math.min(lengthMs, HOUR) / 5)) return false;
  return lengthMs <= HOUR || Math.min(edgeMs - p.timeMs, q.timeMs - edgeMs) <= HOUR;
}

const LENGTHS: readonly Resolution[] = ["15m", "1h", "1d", "1M", "1y"];

/** Bits as in the store's rows. */
function sharpBits(
  declaration: RegisterDeclaration,
  history: readonly RegisterReading[],
  startMs: number,
  endMs: number,
) {
  let bits = 0;
  LENGTHS.forEach((resolution, i) => {
    const length = (t: number) => {
      const from = BERLIN.floor(t, resolution);
      return BERLIN.next(from, resolution) - from;
    };
    if (sharp(declaration, history, startMs, length(startMs))) bits |= 1 << i;
    if (sharp(declaration, history, endMs, length(endMs - 1))) bits |= 32 << i;
  });
  return bits;
}

const clean = fc
  .record({
    gaps: fc.array(
      fc.record({
        gapMs: fc.oneof(
          fc.integer({ min: 1, max: 40 * MINUTE }),
          fc.constantFrom(MINUTE, QUARTER, 30 * MINUTE, HOUR),
          fc.integer({ min: 1, max: 3 * DAY }),
        ),
        rise: fc.integer({ min: 0, max: 3000 }),
      }),
      { minLength: 1, maxLength: 40, size: "max" },
    ),
    startMs: fc.oneof(fc.integer({ min: 0, max: DAY }), fc.constantFrom(0, HOUR)),
    first: fc.integer({ min: 0, max: 900_000_000 }),
    multiplier: fc.constantFrom(1, 0.1, 0.333, 80, 4000, 1.23456789),
    later: fc.constantFrom(3, 0.007, 12_000),
    changeAt: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    everyMs: fc.constantFrom(MINUTE, QUARTER, HOUR, DAY, 40 * DAY),
    onChange: fc.constantFrom(null, 3),
  })
  .map((c) => {
    let timeMs = T0 + c.startMs;
    let hundredths = c.first;
    const history = [{ timeMs, display: hundredths / 100, conflict: false, simulated: false }];
    for (const { gapMs, rise } of c.gaps) {
      timeMs += gapMs;
      hundredths += rise;
      history.push({ timeMs, display: hundredths / 100, conflict: false, simulated: false });
    }
    const changeMs = T0 + c.startMs + Math.floor((c.changeAt ?? 0) * (timeMs - T0 - c.startMs));
    const changes = c.changeAt === null ? [] : [{ fromMs: changeMs, value: c.later }];
    const declaration = declare({
      multiplier: [...always(c.multiplier), ...changes],
      maxRatePerHour: always<number | null>(null),
      reportsEveryMs: c.everyMs,
      onChange: c.changeAt === null && c.multiplier === 1 ? c.onChange : null,
    });
    return { declaration, history };
  });

describe("histories that need no judging", () => {
  test("E2, E3, E11: rows are what the slow reference says", () => {
    fc.assert(
      fc.property(clean, ({ declaration, history }) => {
        const folded = run(declaration, history, { calendar: BERLIN });
        const firstMs = history[0]?.timeMs ?? 0;
        const lastMs = history.at(-1)?.timeMs ?? 0;
        const list = history.slice(1).flatMap((b, i) => stretches(declaration, history[i] ?? b, b));
        for (const [rows, resolution] of [
          [folded.quarters, "15m"],
          [folded.days, "1d"],
        ] as const) {
          const expected = BERLIN.buckets(firstMs, lastMs + 1, resolution).map((startMs) => {
            const endMs = BERLIN.next(startMs, resolution);
            const knownMs = Math.min(endMs, lastMs) - Math.max(startMs, firstMs);
            return {
              startMs,
              micro: Number(energy(list, startMs, endMs)),
              knownMs,
              bits: sharpBits(declaration, history, startMs, endMs),
            };
          });
          const found = sorted(rows).map(({ startMs, micro, knownMs, flags }) => ({
            startMs,
            micro,
            knownMs,
            bits: flags & 1023,
          }));
          expect(found).toEqual(expected);
        }
      }),
      RUNS,
    );
  });

  test("E2: half a micro rounds up, below zero too", () => {
    expect(new Multiplier(0.5).micro(0.000001)).toBe(1n);
    expect(new Multiplier(0.5).micro(-0.000001)).toBe(0n);
    expect(new Multiplier(0.5).micro(0.000003)).toBe(2n);
    expect(shareOf(1, 1, 2)).toBe(1);
    expect(shareOf(3, 1, 2)).toBe(2);
    expect(shareOf(-1, 1, 2)).toBe(0);
  });

  test("E2: displays are decimals, and registers pass 2^53", () => {
    expect(new Multiplier(1).micro(0.07)).toBe(70_000n);
    expect(new Multiplier(4000).micro(1.005)).toBe(4_020_000_000n);
    expect(new Multiplier(12_000).micro(98_765_432.1)).toBe(1_185_185_185_200_000_000n);
    expect(new Multiplier(1).micro(1e-7)).toBe(0n);
    expect(new Multiplier(1).micro(1.5e21)).toBe(1_500_000_000_000_000_000_000_000_000n);
    const declaration = declare({ multiplier: always(12_000), maxRatePerHour: always<number | null>(1e6) });
    const at = Date.parse("2026-03-02T08:00:00+08:00");
    const history = [0, 1, 2].map((i) => ({
      timeMs: at + i * QUARTER,
      display: Number((98_765_432.1 + i * 0.1).toFixed(1)),
      conflict: false,
      simulated: false,
    }));
    expect(sorted(run(declaration, history).quarters).map((row) => row.micro)).toEqual([
      1_200_000_000, 1_200_000_000, 0,
    ]);
  });

  test("E2: a decimal is what its shortest notation says, for every double", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const { units, scale } = decimalOf(value);
        expect(Number(`${units}e-${scale}`)).toBe(value === 0 ? 0 : value);
      }),
    );
  });

  test("E2: shares are exact wherever they are cut", () => {
    const whole = fc.oneof(fc.maxSafeInteger(), fc.integer());
    fc.assert(
      fc.property(
        whole,
        fc.integer({ min: 1, max: 4e11 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (w, total, x) => {
          const part = Math.floor(total * x);
          expect(BigInt(shareOf(w, part, total))).toBe(round([BigInt(w) * BigInt(part), BigInt(total)]));
        },
      ),
      { numRuns: 2000 },
    );
  });
});
