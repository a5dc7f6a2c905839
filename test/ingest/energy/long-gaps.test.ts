import { describe, expect, it } from "vitest";
import { createRegisterEngine } from "../../../ingest/energy/register-engine.ts";
import { always } from "../../../park/dated.ts";
import { calendar, DAY, declare, eventsOf, KWH, QUARTER, readings, run, T0, totalMicro } from "./kit.ts";

/** Midnight in the park. */
const YEAR_2000 = Date.parse("2000-01-05T00:00:00+08:00");
const today = (display: number) =>
  Array.from({ length: 97 }, (_, i): [number, number] => [T0 + i * QUARTER, display + i]);

const FIRST: [string, number][] = [
  ["as it stands today", 5_000],
  ["below it", 10],
  ["above it", 9_000],
];

describe("a clock that stood at the year 2000", () => {
  for (const limited of [true, false])
    for (const every of [1, 7, 1_000])
      it.each(FIRST)(
        `one reading then, %s: set aside, few rows (limit ${limited}, drained every ${every})`,
        (_, display) => {
          const declaration = declare(limited ? {} : { maxRatePerHour: always(null) });
          const history = readings([[YEAR_2000 + 60_000, display], ...today(5_000)]);
          const folded = run(declaration, history, { drainAfter: (i) => i % every === 0 });
          expect(folded.quarters.size).toBeLessThan(110);
          expect(folded.days.size).toBeLessThan(6);
          expect(folded.states.size).toBeLessThan(6);
          expect(totalMicro(folded.quarters)).toBe(96 * KWH);
          expect(totalMicro(folded.days)).toBe(96 * KWH);
          expect(eventsOf(folded)).toMatchObject([
            { kind: "set-aside", timeMs: YEAR_2000 + 60_000, count: 1 },
          ]);
          expect(folded.quarters.get(T0)?.knownMs).toBe(QUARTER);
          const alone = run(declaration, history.slice(1));
          for (const [startMs, row] of alone.quarters) expect(folded.quarters.get(startMs)).toEqual(row);
          for (const [startMs, row] of alone.days) expect(folded.days.get(startMs)).toEqual(row);
        },
      );

  it("several readings then are a step, listed with its size and not counted (E7, E10)", () => {
    const old = readings([0, 1, 2, 3].map((i) => [YEAR_2000 + i * QUARTER, 4_000 + i] as const));
    const history = [...old, ...readings(today(5_000))];
    for (const acceptedSteps of [[], [T0]]) {
      const decided = { acceptedSteps, restored: [], rejected: [], handRead: [] };
      const folded = run(declare({ decided }), history);
      expect(folded.quarters.size).toBeLessThan(110);
      expect(folded.days.size).toBeLessThan(6);
      expect(eventsOf(folded)).toMatchObject([
        { kind: "step", timeMs: YEAR_2000 + 3 * QUARTER, untilMs: T0, micro: (5_000 - 4_003) * KWH },
      ]);
      expect(totalMicro(folded.quarters)).toBe((3 + 96) * KWH);
      expect(folded.quarters.get(T0)?.flags).toBe(
        run(declare(), readings(today(5_000))).quarters.get(T0)?.flags,
      );
    }
  });

  it("goes on from any day's state as if it had never stopped (E9)", () => {
    const old = [0, 1].map((i): [number, number] => [YEAR_2000 + i * QUARTER, 4_000 + i]);
    const middle: [number, number] = [T0 - 700 * DAY, 4_500];
    const many = Array.from({ length: 300 }, (_, i): [number, number] => [T0 + i * QUARTER, 5_000 + i]);
    for (const list of [
      [...old, ...many],
      [...old, middle, ...many],
      [...old.slice(1), ...many],
      [...old.slice(1), middle, ...many],
      [...old, [T0 - DAY, 1] as [number, number], ...many],
    ]) {
      for (const exchanges of [[], [{ atMs: T0 - 300 * DAY, final: 4_600, initial: 0 }]]) {
        const declaration = declare({ exchanges });
        const history = readings(list);
        const whole = run(declaration, history);
        expect(whole.quarters.size).toBeLessThan(500);
        for (const [dayMs, state] of whole.states) {
          const later = history.filter((r) => r.timeMs >= dayMs);
          const again = run(declaration, later, { state, onto: whole });
          expect(again.quarters).toEqual(whole.quarters);
          expect(again.days).toEqual(whole.days);
          expect(eventsOf(again)).toEqual(eventsOf(whole));
          expect(run(declaration, later, { state }).quarters.size).toBeLessThan(500);
        }
      }
    }
  });

  it("an exchange declared for the time between is refused and listed (E6)", () => {
    const exchanges = [{ atMs: T0 - 300 * DAY, final: 4_600, initial: 0 }];
    const old = [0, 1].map((i): [number, number] => [YEAR_2000 + i * QUARTER, 4_000 + i]);
    const folded = run(declare({ exchanges }), readings([...old, ...today(5_000)]));
    expect(eventsOf(folded).map((e) => e.kind)).toEqual(["step", "exchange-refused"]);
    expect(folded.quarters.size).toBeLessThan(110);
  });

  it("a gap of 400 days is shared as every gap (E3)", () => {
    const history = readings([
      [T0, 0],
      [T0 + 400 * DAY, 400],
      [T0 + 401 * DAY, 401],
    ]);
    const folded = run(declare(), history);
    expect(folded.quarters.size).toBe(401 * 96 + 1);
    expect(totalMicro(folded.quarters)).toBe(401 * KWH);
    expect(eventsOf(folded)).toEqual([]);
  });

  it("years of readings, oldest first, are energy throughout", () => {
    const history = readings(Array.from({ length: 1_200 }, (_, i) => [T0 + i * DAY, i] as const));
    const engine = createRegisterEngine(declare(), calendar, null);
    let micro = 0;
    for (const r of history) engine.push(r);
    for (const row of engine.drain().days) micro += row.micro;
    expect(micro).toBe(1_199 * KWH);
  });
});
