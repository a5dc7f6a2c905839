import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RegisterReading } from "../../../ingest/energy/engine.ts";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { always } from "../../../park/dated.ts";
import type { DatedDay } from "../../../park/day-kinds.ts";
import { ENERGY_FLAGS, type EnergyRow } from "../../../store/telemetry.ts";
import { type History, histories } from "./histories.ts";
import {
  calendar,
  DAY,
  declare,
  eventsOf,
  type Folded,
  HOUR,
  KWH,
  QUARTER,
  reading,
  run,
  sorted,
  T0,
  textsOf,
  totalMicro,
} from "./kit.ts";

/** E3: a gap shared by the meter's typical day. Monday 2 March 2026 is T0. */

const BY_TYPICAL_DAY = { typicalDay: { datedDays: [] } };

/** kWh of a quarter-hour: 10 from 8 to 20 o'clock on working days, else 2. */
function quarterKwh(startMs: number): number {
  const { weekday, hour } = calendar.parts(startMs);
  return weekday % 6 !== 0 && hour >= 8 && hour < 20 ? 10 : 2;
}

/** Readings on every quarter-hour of [fromMs, toMs], the first one of `display`. */
function measured(fromMs: number, toMs: number, display = 1000, kwh = quarterKwh): RegisterReading[] {
  const list = [reading(fromMs, display)];
  let at = display;
  for (let t = fromMs; t < toMs; t += QUARTER) {
    at += kwh(t);
    list.push(reading(t + QUARTER, at));
  }
  return list;
}

/** What was measured up to a gap, the gap with its energy, and an hour more. */
function withGap(days: number, gap: { fromMs: number; toMs: number; kwh: number }): RegisterReading[] {
  const before = measured(gap.fromMs - days * DAY, gap.fromMs);
  const display = (before.at(-1)?.display ?? 0) + gap.kwh;
  return [...before, ...measured(gap.toMs, gap.toMs + HOUR, display)];
}

function kwhOf(folded: Folded, fromMs: number, toMs: number): number[] {
  return sorted(folded.quarters)
    .filter((row) => row.startMs >= fromMs && row.startMs < toMs)
    .map((row) => row.micro / KWH);
}

const isTypical = (row: EnergyRow | undefined) => ((row?.flags ?? 0) & ENERGY_FLAGS.typicalDay) !== 0;

/** Tuesday 31 March, 07:00 to 09:00. */
const TUESDAY = { fromMs: T0 + 29 * DAY + 7 * HOUR, toMs: T0 + 29 * DAY + 9 * HOUR };

describe("the typical day (E3), worked by hand", () => {
  test("E3: two hours of 60 kWh where a working day takes 2, 2, 2, 2, 10, 10, 10, 10: 2.5 and 12.5 each", () => {
    const folded = run(declare(BY_TYPICAL_DAY), withGap(28, { ...TUESDAY, kwh: 60 }));
    expect(kwhOf(folded, TUESDAY.fromMs, TUESDAY.toMs)).toEqual([2.5, 2.5, 2.5, 2.5, 12.5, 12.5, 12.5, 12.5]);
    expect(isTypical(folded.quarters.get(TUESDAY.fromMs))).toBe(true);
    expect(isTypical(folded.quarters.get(TUESDAY.toMs))).toBe(false);
    expect(isTypical(folded.days.get(T0 + 29 * DAY))).toBe(true);
    const linear = run(declare(), withGap(28, { ...TUESDAY, kwh: 60 }));
    expect(kwhOf(linear, TUESDAY.fromMs, TUESDAY.toMs)).toEqual(Array.from({ length: 8 }, () => 7.5));
    expect(isTypical(linear.quarters.get(TUESDAY.fromMs))).toBe(false);
  });

  test("E3: a gap that begins and ends inside quarter-hours has its part of theirs", () => {
    // 07:55 to 08:05: a third of 2 and a third of 10, of 24 kWh: 4 and 20; the rest of both is linear around it.
    const fromMs = TUESDAY.fromMs + 50 * 60_000;
    const toMs = fromMs + 30 * 60_000;
    const before = measured(TUESDAY.fromMs - 28 * DAY, TUESDAY.fromMs + 45 * 60_000);
    const display = before.at(-1)?.display ?? 0;
    const list = [
      ...before,
      reading(fromMs, display + 1),
      reading(toMs, display + 1 + 26),
      ...measured(TUESDAY.toMs, TUESDAY.toMs + HOUR, display + 200),
    ];
    const folded = run(declare({ ...BY_TYPICAL_DAY, maxRatePerHour: always(null) }), list);
    // ten minutes of 2 a quarter-hour, fifteen of 10, five of 10: 4/3 + 10 + 10/3 = 44/3 for 26 kWh
    const [first, second] = kwhOf(folded, TUESDAY.fromMs + 45 * 60_000, TUESDAY.fromMs + 75 * 60_000);
    expect(first).toBeCloseTo(1 + (26 * 4) / 44, 6);
    expect(second).toBeCloseTo((26 * 30) / 44, 6);
    expect(totalMicro(folded.quarters)).toBe(
      Math.round(((list.at(-1)?.display ?? 0) - (list[0]?.display ?? 0)) * KWH),
    );
  });

  test("E3: no share above the limit: at 40 kW a quarter-hour takes 10 kWh at most, the others the rest", () => {
    const declaration = declare({ ...BY_TYPICAL_DAY, maxRatePerHour: always(40) });
    const capped = run(declaration, withGap(28, { ...TUESDAY, kwh: 60 }));
    expect(kwhOf(capped, TUESDAY.fromMs, TUESDAY.toMs)).toEqual([5, 5, 5, 5, 10, 10, 10, 10]);
    // 88 kWh are believable in two hours (a tenth more and half an interval), but leave no room below the limit
    const full = run(declaration, withGap(28, { ...TUESDAY, kwh: 88 }));
    expect(kwhOf(full, TUESDAY.fromMs, TUESDAY.toMs)).toEqual(Array.from({ length: 8 }, () => 11));
    expect(isTypical(full.quarters.get(TUESDAY.fromMs))).toBe(false);
  });

  test("E3: only where two weeks were measured of the kind of day: with 13 days the gap is linear", () => {
    const short = run(declare(BY_TYPICAL_DAY), withGap(13, { ...TUESDAY, kwh: 60 }));
    expect(kwhOf(short, TUESDAY.fromMs, TUESDAY.toMs)).toEqual(Array.from({ length: 8 }, () => 7.5));
    const enough = run(declare(BY_TYPICAL_DAY), withGap(14, { ...TUESDAY, kwh: 60 }));
    expect(isTypical(enough.quarters.get(TUESDAY.fromMs))).toBe(true);
  });

  test("E3: only the 28 days before the gap count", () => {
    const old = measured(T0 - 30 * DAY, T0);
    const display = old.at(-1)?.display ?? 0;
    const list = [
      ...old,
      reading(T0 + 29 * DAY, display + 100),
      reading(T0 + 29 * DAY + 2 * HOUR, display + 160),
    ];
    const folded = run(declare(BY_TYPICAL_DAY), list);
    // the second gap finds nothing measured in its 28 days; the first, of 29 days, has all it needs
    expect(isTypical(folded.quarters.get(T0))).toBe(true);
    expect(isTypical(folded.quarters.get(T0 + 29 * DAY))).toBe(false);
    expect(kwhOf(folded, T0 + 29 * DAY, T0 + 29 * DAY + 2 * HOUR)).toEqual(
      Array.from({ length: 8 }, () => 7.5),
    );
  });

  test("E3: weekends by weekends, and a worked Saturday or a holiday by what the tariff says of it", () => {
    const saturday = { fromMs: T0 + 33 * DAY + 7 * HOUR, toMs: T0 + 33 * DAY + 9 * HOUR, kwh: 60 };
    const even = Array.from({ length: 8 }, () => 7.5);
    const shares = (datedDays: readonly DatedDay[]) =>
      kwhOf(
        run(declare({ typicalDay: { datedDays } }), withGap(28, saturday)),
        saturday.fromMs,
        saturday.toMs,
      );
    expect(shares([])).toEqual(even);
    expect(shares([["2026-04-04", "workday"]])).toEqual([2.5, 2.5, 2.5, 2.5, 12.5, 12.5, 12.5, 12.5]);
    // of holidays nothing was measured: linear, which is the same as by a flat weekend here, but named otherwise
    const holiday = run(
      declare({ typicalDay: { datedDays: [["2026-04-04", "holiday"]] } }),
      withGap(28, saturday),
    );
    expect(isTypical(holiday.quarters.get(saturday.fromMs))).toBe(false);
    const weekend = run(declare(BY_TYPICAL_DAY), withGap(28, saturday));
    expect(isTypical(weekend.quarters.get(saturday.fromMs))).toBe(true);
  });

  test("E3: where the meter typically takes nothing, all weights are zero: linear", () => {
    const night = (t: number) => (calendar.parts(t).hour < 6 ? 0 : 4);
    const fromMs = T0 + 29 * DAY + 2 * HOUR;
    const before = measured(fromMs - 28 * DAY, fromMs, 1000, night);
    const after = reading(fromMs + 2 * HOUR, (before.at(-1)?.display ?? 0) + 16);
    const folded = run(declare(BY_TYPICAL_DAY), [...before, after]);
    expect(kwhOf(folded, fromMs, fromMs + 2 * HOUR)).toEqual(Array.from({ length: 8 }, () => 2));
    expect(isTypical(folded.quarters.get(fromMs))).toBe(false);
  });

  test("E9: a late reading of four weeks before the gap changes the gap's shares", () => {
    const whole = withGap(28, { ...TUESDAY, kwh: 60 });
    // the first working days' 8 o'clock came late: at first they are gaps themselves and count for nothing
    const lateMs = new Set(
      whole
        .filter(({ timeMs }) => timeMs < T0 + 20 * DAY && calendar.parts(timeMs).hour === 8)
        .map((r) => r.timeMs),
    );
    const shifted = whole.map((r) =>
      lateMs.has(r.timeMs)
        ? { ...r, display: r.display + (calendar.parts(r.timeMs).minute === 30 ? 1 : 0) }
        : r,
    );
    const early = shifted.filter((r) => !lateMs.has(r.timeMs));
    const first = run(declare(BY_TYPICAL_DAY), early);
    const then = run(declare(BY_TYPICAL_DAY), shifted);
    expect(kwhOf(then, TUESDAY.fromMs, TUESDAY.toMs)).not.toEqual(kwhOf(first, TUESDAY.fromMs, TUESDAY.toMs));
    // and every state between tells them apart, so that a recompute does not stop before the gap
    const states = [...then.states].filter(([day]) => day > T0 + 20 * DAY && day <= T0 + 29 * DAY);
    expect(states.length).toBe(9);
    for (const [day, state] of states) expect(first.states.get(day)).not.toBe(state);
  });

  test("E9: a state without a gap is forgotten after 28 days: there a recompute may stop", () => {
    const list = measured(T0, T0 + 40 * DAY);
    const other = list.map((r, i) => (i === 5 ? { ...r, display: r.display + 1 } : r));
    const a = run(declare(BY_TYPICAL_DAY), list).states;
    const b = run(declare(BY_TYPICAL_DAY), other).states;
    expect(a.get(T0 + 28 * DAY)).not.toBe(b.get(T0 + 28 * DAY));
    expect(a.get(T0 + 30 * DAY)).toBe(b.get(T0 + 30 * DAY));
  });

  test("a state that says something else than measured energy is refused", () => {
    const states = [...run(declare(BY_TYPICAL_DAY), measured(T0, T0 + 2 * DAY)).states.values()];
    const spoilt = states.at(-1)?.replace(/"typical":"[^"]*"/, '"typical":"k!,1"') ?? "";
    expect(() => createRegisterEngine(declare(BY_TYPICAL_DAY), calendar, spoilt)).toThrow(RangeError);
  });
});

/** Three weeks measured, then whatever happens. */
const WEEKS: fc.Arbitrary<History> = fc
  .tuple(histories(40), fc.integer({ min: 9, max: 26 }), fc.array(fc.nat({ max: 2_000 }), { maxLength: 12 }))
  .map(([{ declaration, readings }, days, lost]): History => {
    const startMs = Math.floor((readings[0]?.timeMs ?? T0) / QUARTER) * QUARTER;
    const before = measured(startMs - days * DAY, startMs - QUARTER, 50).filter((_, i) => !lost.includes(i));
    const riseKwh = before.at(-1)?.display ?? 0;
    const firstKwh = readings[0]?.display ?? 0;
    // what follows goes on from the display that the weeks end with
    const on = (display: number) =>
      display === 0 ? 0 : Number((display - firstKwh + riseKwh + 2).toFixed(2));
    const later = readings.map((r) => ({ ...r, display: Math.max(0, on(r.display)) }));
    return {
      declaration: {
        ...declaration,
        ...BY_TYPICAL_DAY,
        digits: always(null),
        exchanges: declaration.exchanges.map((x) => ({
          ...x,
          final: Math.max(0, on(x.final)),
          initial: Math.max(0, on(x.initial)),
        })),
      },
      readings: [...before, ...later],
    };
  });

const FEW = { numRuns: Number(process.env["RUNS"] ?? 25) };

describe("every history with the typical day on", () => {
  test("the generator makes gaps that are shared by it", () => {
    const found = fc
      .sample(WEEKS, { numRuns: 40, seed: 11 })
      .filter((h) => [...run(h.declaration, h.readings).quarters.values()].some((row) => isTypical(row)));
    expect(found.length).toBeGreaterThan(10);
  });

  test("E9: draining after any reading gives the same rows, states and events", () => {
    fc.assert(
      fc.property(WEEKS, fc.infiniteStream(fc.boolean()), ({ declaration, readings }, drains) => {
        const often = run(declaration, readings, { drainAfter: () => drains.next().value });
        expect(textsOf(often)).toEqual(textsOf(run(declaration, readings)));
      }),
      FEW,
    );
  });

  test("E9: going on from the state of a day gives what one run gives", () => {
    fc.assert(
      fc.property(WEEKS, fc.nat(), ({ declaration, readings }, pick) => {
        const whole = run(declaration, readings);
        const days = [...whole.states];
        const late = days.slice(-5).concat(days.slice(pick % days.length).slice(0, 1));
        for (const [dayMs, state] of late) {
          const after = readings.filter((r) => r.timeMs >= dayMs);
          if (after.length === 0) continue;
          const onto = run(
            declaration,
            readings.filter((r) => r.timeMs < dayMs),
          );
          expect(textsOf(run(declaration, after, { state, onto }))).toEqual(textsOf(whole));
        }
      }),
      FEW,
    );
  });

  test("E9: going on from how it stood after any reading gives what one run gives", () => {
    fc.assert(
      fc.property(WEEKS, fc.nat(), ({ declaration, readings }, pick) => {
        const first = readings.slice(0, readings.length - (pick % Math.min(60, readings.length)));
        const engine = createRegisterEngine(declaration, calendar, null);
        for (const r of first) engine.push(r);
        const after = readings.slice(first.length);
        const resumed = run(declaration, after, { state: engine.state, onto: run(declaration, first) });
        const whole = run(declaration, readings);
        expect(sorted(resumed.quarters)).toEqual(sorted(whole.quarters));
        expect(sorted(resumed.days)).toEqual(sorted(whole.days));
      }),
      FEW,
    );
  });

  test("E9: a late reading, judged anew until a state is equal, leaves what one run gives", () => {
    let stops = 0;
    fc.assert(
      fc.property(WEEKS, fc.nat(), ({ declaration, readings }, pick) => {
        const late = pick % readings.length;
        const lateMs = readings[late]?.timeMs ?? 0;
        const first = run(declaration, readings.toSpliced(late, 1));
        const whole = run(declaration, readings);
        const beginMs = Math.max(...[...first.states.keys()].filter((day) => day <= lateMs));
        if (!Number.isFinite(beginMs)) return;
        const engine = createRegisterEngine(declaration, calendar, first.states.get(beginMs) ?? null);
        const made: EnergyRow[] = [];
        let equalMs: number | null = null;
        for (const r of readings.filter((x) => x.timeMs >= beginMs)) {
          engine.push(r);
          const { intervals, judgements } = engine.drain();
          made.push(...intervals);
          const equal = judgements.find(
            (j) => j.dayStartMs > lateMs && first.states.get(j.dayStartMs) === j.state,
          );
          equalMs ??= equal?.dayStartMs ?? null;
          if (equalMs !== null && (engine.revisableFromMs ?? 0) >= equalMs) {
            stops++;
            break;
          }
        }
        const stopped = equalMs !== null && (engine.revisableFromMs ?? 0) >= equalMs;
        const quarters = new Map(first.quarters);
        for (const row of made) if (!stopped || row.startMs < (equalMs ?? 0)) quarters.set(row.startMs, row);
        expect(sorted(quarters)).toEqual(sorted(whole.quarters));
      }),
      FEW,
    );
    expect(stops).toBeGreaterThanOrEqual(0);
  });

  test("E10: the shares of every gap add up to what linear shares add up to, by the gap and in all", () => {
    fc.assert(
      fc.property(WEEKS, ({ declaration, readings }) => {
        const { typicalDay: _, ...linear } = declaration;
        const shared = run(declaration, readings);
        const straight = run(linear, readings);
        expect(totalMicro(shared.quarters)).toBe(totalMicro(straight.quarters));
        expect(totalMicro(shared.days)).toBe(totalMicro(shared.quarters));
        expect(eventsOf(shared)).toEqual(eventsOf(straight));
        for (const row of shared.quarters.values()) expect(row.micro).toBeGreaterThanOrEqual(0);
      }),
      FEW,
    );
  });
});
