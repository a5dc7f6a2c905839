import { describe, expect, test } from "vitest";
import { always } from "../../../park/dated.ts";
import type { RegisterDeclaration } from "../../../park/park.ts";
import { DAY, declare, eventsOf, HOUR, KWH, MINUTE, QUARTER, readings, run, T0, totalMicro } from "./kit.ts";

/** One golden history for each step of the judging order. Minutes after 08:00, displays in kWh. */
const AT = T0 + 8 * HOUR;

function judge(over: Partial<RegisterDeclaration>, list: readonly (readonly [number, number])[]) {
  const history = readings(list.map(([minute, display]) => [AT + minute * MINUTE, display] as const));
  const folded = run(declare(over), history);
  return {
    ...folded,
    kwh: totalMicro(folded.quarters) / KWH,
    found: eventsOf(folded).map((e) => {
      const from = (e.timeMs - AT) / MINUTE;
      const until = (e.untilMs - AT) / MINUTE;
      return `${e.kind} ${from}..${until} ×${e.count}${e.micro === null ? "" : ` ${e.micro / KWH}`}`;
    }),
    knownMin: [...folded.quarters.values()].reduce((sum, row) => sum + row.knownMs, 0) / MINUTE,
  };
}

const limit = (kwhPerHour: number) => ({ maxRatePerHour: always<number | null>(kwhPerHour) });
const unlimited = { maxRatePerHour: always<number | null>(null) };
const six = { digits: always<number | null>(6) };

describe("rule 0: below by at most a tick", () => {
  test("counts with the display before it, and is listed", () => {
    const r = judge({}, [
      [0, 100],
      [15, 110],
      [30, 109.99],
      [45, 120],
    ]);
    expect(r.kwh).toBe(20);
    expect(r.found).toEqual(["one-tick-back 15..30 ×1"]);
  });

  test("a register that stays there is one span", () => {
    const r = judge({}, [
      [0, 100],
      [15, 110],
      [30, 109.99],
      [45, 109.99],
      [60, 109.99],
      [75, 120],
    ]);
    expect(r.kwh).toBe(20);
    expect(r.found).toEqual(["one-tick-back 15..60 ×3"]);
  });

  test("a tick of a coarse register is resolution × multiplier", () => {
    const coarse = { resolution: always(1), multiplier: always(4000), ...limit(42_000) };
    const r = judge(coarse, [
      [0, 100],
      [15, 101],
      [30, 100],
      [45, 102],
    ]);
    expect(r.kwh).toBe(8000);
    expect(r.found).toEqual(["one-tick-back 15..30 ×1"]);
  });

  test("is set aside when the next reading fits the one before it only", () => {
    // 6 s after b so counted, 2.5 kWh are too much; 15 min after a they are not
    const r = judge({ resolution: always(0.1), ...limit(100), reportsEveryMs: MINUTE }, [
      [0, 90],
      [15, 100],
      [29.9, 99.9],
      [30, 102.5],
    ]);
    expect(r.kwh).toBe(12.5);
    expect(r.found).toEqual(["set-aside 29.9..29.9 ×1"]);
  });
});

describe("rule 2: plausible", () => {
  test("half a reporting interval of slack, a tenth, and two ticks", () => {
    const most = (100 * (15 + 7.5)) / 60 / 1 + 0;
    const fits = Math.floor((most * 1.1 + 0.02) * 100) / 100;
    const ok = judge(limit(100), [
      [0, 0],
      [15, fits],
    ]);
    expect(ok.kwh).toBe(fits);
    const over = judge(limit(100), [
      [0, 0],
      [15, fits + 0.01],
    ]);
    expect(over.found).toEqual(["suspect 15..15 ×1"]);
  });

  test("a flood of readings cannot climb faster than the limit (15 minutes, an hour)", () => {
    // each second 1 kWh: every pair has a minute's worth of slack, the quarter-hour has not
    const flood = Array.from({ length: 120 }, (_, i): [number, number] => [60 + i / 60, 1000 + i]);
    const steady = Array.from({ length: 61 }, (_, i): [number, number] => [i - 1, 1000 - (61 - i) / 2]);
    const r = judge({ ...limit(100), reportsEveryMs: MINUTE }, [...steady, ...flood]);
    expect(r.kwh).toBeLessThan(60);
  });

  test("what a step added does not count towards the limit", () => {
    const r = judge(limit(100), [
      [0, 0],
      [15, 20],
      [30, 5020],
      [45, 5040],
      [60, 5060],
    ]);
    expect(r.kwh).toBe(60);
    expect(r.found).toEqual(["step 15..30 ×1 5000"]);
  });
});

describe("rule 3, E5: rollover", () => {
  test("needs digits and a limit", () => {
    const list = [
      [0, 999_990],
      [15, 999_998],
      [30, 6],
      [45, 14],
    ] as const;
    expect(judge({ ...six }, list).kwh).toBe(24);
    expect(judge({ ...six }, list).found).toEqual(["rollover 15..30 ×1 1000000"]);
    expect(judge({ ...six, ...unlimited }, list).found).toEqual(["step 15..30 ×1 -999992"]);
    expect(judge({}, list).found).toEqual(["step 15..30 ×1 -999992"]);
  });

  test("is no rollover when the next reading says that the fall was a spike", () => {
    const r = judge({ ...six }, [
      [0, 999_980],
      [15, 999_990],
      [30, 0],
      [45, 999_996],
      [60, 999_999],
    ]);
    expect(r.kwh).toBe(19);
    expect(r.found).toEqual(["set-aside 30..30 ×1"]);
  });

  test("nor when the next reading is a tick below the one before the fall", () => {
    const r = judge({ ...six }, [
      [0, 999_980],
      [15, 999_990],
      [30, 0],
      [45, 999_989.99],
      [60, 999_999],
    ]);
    expect(r.kwh).toBe(19);
    expect(r.found).toEqual(["one-tick-back 15..45 ×1", "set-aside 30..30 ×1"]);
  });

  test("an unknown number of them makes the gap missing, with its candidates", () => {
    const three = { digits: always<number | null>(3) };
    const r = judge(three, [
      [0, 100],
      [15, 150],
      [15 + 600, 40],
      [30 + 600, 60],
    ]);
    expect(r.kwh).toBe(70);
    expect(r.knownMin).toBe(30);
    expect(r.found).toEqual(["unknown-rollovers 15..615 ×1 -110"]);
    expect(eventsOf(r)[0]?.detail).toBe("from=150 to=40 modulus=1000 rollovers=1..4");
  });

  test("none or one is unknown too, though the display rose", () => {
    const r = judge({ digits: always<number | null>(3) }, [
      [0, 100],
      [300, 150],
      [315, 160],
    ]);
    expect(r.kwh).toBe(10);
    expect(eventsOf(r)[0]?.detail).toBe("from=100 to=150 modulus=1000 rollovers=0..2");
  });
});

describe("rule 4: suspects", () => {
  test("a spike up that was plausible is found when the register comes back (a set aside)", () => {
    const r = judge({}, [
      [0, 100],
      [15, 120],
      [30, 200],
      [45, 140],
      [60, 150],
    ]);
    expect(r.kwh).toBe(50);
    expect(r.found).toEqual(["set-aside 30..30 ×1"]);
  });

  test("across a rollover too", () => {
    const r = judge({ ...six }, [
      [0, 999_960],
      [15, 999_980],
      [30, 70],
      [45, 10],
      [60, 20],
    ]);
    expect(r.kwh).toBe(60);
    expect(r.found).toEqual(["rollover 15..45 ×1 1000000", "set-aside 30..30 ×1"]);
  });

  test("a spike that is not plausible is set aside (b), and consecutive ones are one span", () => {
    const r = judge({}, [
      [0, 100],
      [15, 110],
      [30, 90_000],
      [45, 5],
      [60, 70_000],
      [75, 130],
      [90, 140],
    ]);
    expect(r.kwh).toBe(40);
    expect(r.found).toEqual(["set-aside 30..60 ×3"]);
  });

  test("b above a with a c that follows b is a step, even where c would follow a in time", () => {
    const r = judge(limit(100), [
      [0, 100],
      [15, 110],
      [30, 200],
      [300, 201],
    ]);
    expect(r.found).toEqual(["step 15..30 ×1 90"]);
  });

  test("time alone never heals a suspect", () => {
    const r = judge({}, [
      [0, 100],
      [15, 110],
      [30, 0],
      [30 + 60 * 24, 900_000],
    ]);
    expect(r.kwh).toBe(10);
    expect(r.knownMin).toBe(15);
    expect(r.found).toEqual(["set-aside 30..30 ×1", "suspect 1470..1470 ×1"]);
  });

  test("c a tick below a follows it", () => {
    const r = judge({}, [
      [0, 100],
      [15, 110],
      [30, 0],
      [45, 109.99],
      [60, 120],
    ]);
    expect(r.kwh).toBe(20);
    expect(r.found).toEqual(["one-tick-back 15..45 ×1", "set-aside 30..30 ×1"]);
  });
});

describe("rule 5: a register that returns", () => {
  const reset = [
    [0, 1000],
    [15, 1010],
    [30, 0],
    [45, 10],
    [60, 20],
    [75, 1050],
    [90, 1060],
  ] as const;

  test("withdraws the step: everything between is set aside, the gap follows E3", () => {
    const r = judge({}, reset);
    expect(r.kwh).toBe(60);
    expect(r.found).toEqual(["set-aside 30..60 ×3"]);
    expect(r.knownMin).toBe(90);
  });

  test("without a limit: when it rises by at least what it fell, to where it was", () => {
    expect(judge(unlimited, reset).found).toEqual(["set-aside 30..60 ×3"]);
    expect(judge(unlimited, reset).kwh).toBe(60);
    const lower = reset.map(([t, v]) => [t, v > 1020 ? v - 100 : v] as const);
    expect(judge(unlimited, lower).found).toEqual(["step 15..30 ×1 -1010"]);
  });

  test("not when the reading after it does not follow", () => {
    const r = judge({}, [...reset.slice(0, -1), [90, 30], [105, 40]]);
    expect(r.found).toEqual(["step 15..30 ×1 -1010", "set-aside 75..75 ×1"]);
    expect(r.kwh).toBe(10 + 40);
  });

  test("not later than 24 hours", () => {
    const later = (minute: number) =>
      judge(limit(4000), [
        [0, 1_000_000],
        [15, 1_000_010],
        [30, 0],
        [45, 10],
        [minute, 1_000_050],
        [minute + 15, 1_000_060],
      ]);
    expect(later(15 + 24 * 60).found).toEqual(["set-aside 30..45 ×2"]);
    expect(later(16 + 24 * 60).found).toHaveLength(2);
  });

  test("withdraws a rollover that was none", () => {
    const r = judge({ ...six }, [
      [0, 999_930],
      [15, 999_950],
      [30, 5],
      [45, 10],
      [60, 999_960],
      [75, 999_970],
    ]);
    expect(r.kwh).toBe(40);
    expect(r.found).toEqual(["set-aside 30..45 ×2"]);
  });

  test("the latest step first", () => {
    const r = judge({}, [
      [0, 50_000],
      [15, 50_010],
      [30, 20_000],
      [45, 20_010],
      [60, 0],
      [75, 10],
      [90, 20_040],
      [105, 20_050],
    ]);
    expect(r.found).toEqual(["step 15..30 ×1 -30010", "set-aside 60..75 ×2"]);
    expect(r.kwh).toBe(10 + 50);
  });

  test("over midnight the rows and events of the day before are made again", () => {
    const late = reset.map(([t, v]) => [t + 15 * 60 + 15, v] as const);
    const r = judge({}, late);
    expect(r.kwh).toBe(60);
    expect([...r.days.values()].map((d) => d.micro / KWH)).toEqual([30, 30]);
    expect(JSON.parse(r.events.get(T0) ?? "")).toHaveLength(1);
    expect(JSON.parse(r.events.get(T0 + DAY) ?? "")).toHaveLength(0);
  });
});

describe("rule 6: the first reading of all is on trial", () => {
  test("it is set aside when the others agree without it, and no step is listed", () => {
    const r = judge({}, [
      [0, 777_777],
      [15, 100],
      [30, 110],
      [45, 120],
    ]);
    expect(r.kwh).toBe(20);
    expect(r.found).toEqual(["set-aside 0..0 ×1"]);
    expect(r.quarters.get(AT)?.knownMs).toBe(0);
    expect(r.quarters.get(AT + QUARTER)?.micro).toBe(10 * KWH);
  });

  test("the second reading of all may have a step before it", () => {
    const r = judge({}, [
      [0, 90],
      [15, 100],
      [30, 777_777],
      [45, 777_780],
    ]);
    expect(r.found).toEqual(["step 15..30 ×1 777677"]);
  });
});
