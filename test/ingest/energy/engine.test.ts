import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lookback } from "../../../ingest/energy/lookback.ts";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { calendar, DAY, declare, HOUR, MINUTE, QUARTER, reading, run, sorted, T0 } from "./kit.ts";

describe("the engine's bounds", () => {
  test("refuses a reading that does not follow, and a text that is no state", () => {
    const engine = createRegisterEngine(declare(), calendar, null);
    engine.push(reading(T0, 1));
    expect(() => engine.push(reading(T0, 2))).toThrow(RangeError);
    expect(() => createRegisterEngine(declare(), calendar, "{}")).toThrow(RangeError);
    expect(() => createRegisterEngine(declare(), calendar, "x")).toThrow(RangeError);
  });

  test("says nothing before its first reading, nor twice the same", () => {
    const engine = createRegisterEngine(declare(), calendar, null);
    expect(engine.drain().intervals).toEqual([]);
    expect(engine.lastTimeMs).toBeNull();
    expect(engine.revisableFromMs).toBeNull();
    engine.push(reading(T0 + 1, 1));
    expect(engine.drain().intervals).toHaveLength(1);
    expect(engine.drain().intervals).toEqual([]);
  });

  test("hands out only what a reading touched", () => {
    const engine = createRegisterEngine(declare({ reportsEveryMs: MINUTE }), calendar, null);
    for (let i = 0; i < 600; i++) engine.push(reading(T0 + i * MINUTE, i));
    engine.drain();
    engine.push(reading(T0 + 600 * MINUTE, 600));
    expect(engine.drain().intervals.map((row) => row.startMs)).toEqual([
      T0 + 585 * MINUTE,
      T0 + 600 * MINUTE,
    ]);
    engine.push(reading(T0 + 601 * MINUTE, 601));
    const last = engine.drain();
    expect(last.intervals).toHaveLength(1);
    expect(last.days).toHaveLength(1);
    expect(last.judgements).toEqual([]);
    expect(engine.meanRatePerHour).toBeCloseTo(60);
  });

  test("keeps its state small for a meter that reports each second", () => {
    const declaration = declare({ reportsEveryMs: 1000 });
    const history = Array.from({ length: 30 * 3600 }, (_, i) => reading(T0 + i * 1000, i / 100));
    const state = run(declaration, history).states.get(T0 + DAY) ?? "";
    expect(state.length).toBeLessThan(6000);
  });

  test("keeps its events few for two meters under one name", () => {
    const history = Array.from({ length: 6000 }, (_, i) =>
      reading(T0 + i * 10_000, i % 2 === 0 ? 1000 + i / 1000 : 700_000 + i / 1000),
    );
    const folded = run(declare(), history);
    const list: { count: number }[] = JSON.parse(folded.events.get(T0) ?? "[]");
    expect(list.length).toBeLessThanOrEqual(401);
    expect(list.reduce((n, e) => n + e.count, 0)).toBe(3000);
  });

  test("a silence of days has a state for each of them, all the same", () => {
    const folded = run(declare(), [reading(T0 + HOUR, 0), reading(T0 + 3 * DAY + HOUR, 10)]);
    const states = [1, 2, 3].map((d) => folded.states.get(T0 + d * DAY));
    expect(new Set(states).size).toBe(1);
    expect(sorted(folded.quarters)).toHaveLength(3 * 96 + 1);
  });

  test("says from when on its rows may still change", () => {
    const engine = createRegisterEngine(declare(), calendar, null);
    engine.push(reading(T0, 0));
    engine.push(reading(T0 + QUARTER, 10));
    engine.push(reading(T0 + 2 * QUARTER, 20));
    expect(engine.revisableFromMs).toBe(T0 + QUARTER);
    engine.push(reading(T0 + 3 * QUARTER, 90_000));
    engine.push(reading(T0 + 4 * QUARTER, 90_010));
    expect(engine.revisableFromMs).toBe(T0 + 2 * QUARTER);
    for (let i = 5; i < 110; i++) engine.push(reading(T0 + i * QUARTER, 90_000 + i));
    expect(engine.revisableFromMs).toBe(T0 + 108 * QUARTER);
  });
});

describe("the look-back", () => {
  test("finds what a list of all readings finds", () => {
    const steps = fc.array(fc.record({ gapMs: fc.integer({ min: 15_000, max: HOUR }), micro: fc.nat(1e9) }), {
      maxLength: 200,
      size: "max",
    });
    fc.assert(
      fc.property(steps, (list) => {
        const all = [{ timeMs: T0, counted: 0 }];
        const look = new Lookback();
        look.reset(T0);
        for (const { gapMs, micro } of list) {
          const last = all.at(-1) ?? { timeMs: T0, counted: 0 };
          all.push({ timeMs: last.timeMs + gapMs, counted: last.counted + micro });
          look.push(last.timeMs + gapMs, micro);
        }
        const resumed = Lookback.of(all.at(-1)?.timeMs ?? T0, look.steps());
        const newest = all.at(-1) ?? { timeMs: T0, counted: 0 };
        for (const spanMs of [QUARTER, HOUR]) {
          const yMs = newest.timeMs + 1000;
          const expected = all.findLast((x) => x.timeMs <= yMs - spanMs) ?? all[0];
          for (const one of [look, look.copy(), resumed]) {
            const index = one.lastAtOrBefore(yMs - spanMs, one.size);
            expect(one.timeMs(index)).toBe(expected?.timeMs);
            expect(one.counted(one.size - 1) - one.counted(index)).toBe(
              newest.counted - (expected?.counted ?? 0),
            );
          }
        }
      }),
    );
  });
});
