import { describe, expect, test } from "vitest";
import { always } from "../../../park/dated.ts";
import type { Exchange, RegisterDeclaration } from "../../../park/park.ts";
import { declare, eventsOf, HOUR, KWH, MINUTE, qualityOf, readings, run, T0, totalMicro } from "./kit.ts";

/** E6 and E11. Minutes after 08:00, displays in kWh. */
const AT = T0 + 8 * HOUR;

function judge(
  exchanges: readonly (readonly [minute: number, final: number, initial: number])[],
  list: readonly (readonly [number, number])[],
  over: Partial<RegisterDeclaration> = {},
) {
  const declared = exchanges.map(
    ([minute, final, initial]): Exchange => ({ atMs: AT + minute * MINUTE, final, initial }),
  );
  const history = readings(list.map(([minute, display]) => [AT + minute * MINUTE, display] as const));
  const folded = run(declare({ exchanges: declared, ...over }), history);
  return {
    ...folded,
    kwh: totalMicro(folded.quarters) / KWH,
    knownMin: [...folded.quarters.values()].reduce((sum, row) => sum + row.knownMs, 0) / MINUTE,
    details: eventsOf(folded).map((e) => e.detail),
    found: eventsOf(folded).map((e) => {
      const from = (e.timeMs - AT) / MINUTE;
      const until = (e.untilMs - AT) / MINUTE;
      return `${e.kind} ${from}..${until} ×${e.count}${e.micro === null ? "" : ` ${e.micro / KWH}`}`;
    }),
  };
}

describe("E6: a declared exchange", () => {
  test("adds final − initial exactly, and its instant counts as a trusted reading", () => {
    const r = judge(
      [[20, 1030, 5]],
      [
        [0, 1000],
        [15, 1025],
        [30, 25],
        [45, 50],
      ],
    );
    expect(r.kwh).toBe(75);
    expect(r.found).toEqual(["exchange 20..20 ×1 1025"]);
    const row = r.quarters.get(AT + 15 * MINUTE);
    expect(row?.micro).toBe((5 + 20) * KWH);
  });

  test("in a long gap: what lies before and after its instant is kept apart", () => {
    const r = judge(
      [[60, 1090, 0]],
      [
        [0, 1000],
        [120, 10],
        [135, 20],
      ],
    );
    const hour = (n: number) =>
      [0, 15, 30, 45].reduce((s, m) => s + (r.quarters.get(AT + (n * 60 + m) * MINUTE)?.micro ?? 0), 0) / KWH;
    expect([hour(0), hour(1)]).toEqual([90, 10]);
  });

  test("a reading at its instant is of the new register", () => {
    const r = judge(
      [[30, 1050, 7]],
      [
        [0, 1000],
        [15, 1025],
        [30, 7],
        [45, 32],
      ],
    );
    expect(r.kwh).toBe(75);
    expect(qualityOf(r.quarters.get(AT + 15 * MINUTE))).toBe("measured");
  });

  test("final and initial may fall short by less than their last digit, or by a tick", () => {
    const list = [
      [0, 5570],
      [15, 5575.8],
      [30, 0.6],
      [45, 2.6],
    ] as const;
    expect(judge([[20, 5575, 1]], list).kwh).toBe(7.8);
    expect(judge([[20, 5575, 1]], list).found).toEqual(["exchange 20..20 ×1 5575.2"]);
    expect(judge([[20, 5575, 9]], list).found[1]).toMatch(/refused/);
    // 5575.70 falls short of 5575.80 by its last digit: no longer less than it, but a tick of 0.1
    expect(judge([[20, 5575.7, 0]], list, { resolution: always(0.1) }).kwh).toBe(8.4);
    expect(judge([[20, 5575.7, 0]], list).found[0]).not.toMatch(/^exchange /);
  });

  test("may bring a new multiplier, with new digits and resolution", () => {
    const at = AT + 20 * MINUTE;
    const r = judge(
      [[20, 1030, 0]],
      [
        [0, 1000],
        [15, 1025],
        [30, 0.25],
        [45, 0.5],
      ],
      { multiplier: [...always(1), { fromMs: at, value: 100 }] },
    );
    expect(r.kwh).toBe(30 + 50);
  });

  test("several between the same two readings count together", () => {
    const r = judge(
      [
        [20, 1030, 0],
        [40, 12, 500],
      ],
      [
        [0, 1000],
        [15, 1025],
        [60, 510],
        [75, 520],
      ],
    );
    expect(r.kwh).toBe(25 + 5 + 12 + 20);
  });

  test("a rollover may lie before it", () => {
    const r = judge(
      [[20, 4, 0]],
      [
        [0, 999_980],
        [15, 999_995],
        [30, 6],
        [45, 16],
      ],
      { digits: always<number | null>(6) },
    );
    expect(r.kwh).toBe(40);
    expect(r.found).toContain("exchange 20..20 ×1 4");
    expect(r.found.some((f) => f.startsWith("rollover"))).toBe(true);
  });

  test("moves to the pair of readings before its instant where it fits, linear between them", () => {
    const r = judge(
      [[40, 1030, 0]],
      [
        [0, 1000],
        [15, 1025],
        [30, 20],
        [45, 45],
        [60, 70],
      ],
    );
    expect(r.kwh).toBe(25 + 25 + 50);
    expect(r.found).toEqual(["exchange 15..30 ×1 1030"]);
    expect(r.quarters.get(AT + 15 * MINUTE)?.micro).toBe(25 * KWH);
  });

  test("moves to a pair after it, once that comes", () => {
    const list = [
      [0, 1000],
      [15, 1025],
      [30, 1050],
      [45, 1075],
      [60, 20],
      [75, 45],
    ] as const;
    const r = judge([[20, 1080, 0]], list);
    expect(r.kwh).toBe(75 + 25 + 25);
    expect(r.found).toEqual(["exchange 45..60 ×1 1080"]);
    expect(judge([[20, 1080, 0]], list.slice(0, 4)).found).toEqual(["exchange-refused 20..20 ×1"]);
  });

  test("a moved split takes its multiplier from the pair's second reading on", () => {
    const at = AT + 40 * MINUTE;
    const r = judge(
      [[40, 1030, 0]],
      [
        [0, 1000],
        [15, 1025],
        [30, 0.2],
        [45, 0.45],
        [60, 0.7],
      ],
      { multiplier: [...always(1), { fromMs: at, value: 100 }] },
    );
    expect(r.kwh).toBe(25 + 5 + 20 + 50);
  });

  test("no further than an hour before: what lies between is set aside by rule 5, the total stands", () => {
    const r = judge(
      [[120, 1030, 0]],
      [
        [0, 1000],
        [15, 1025],
        [30, 20],
        [60, 50],
        [90, 80],
        [110, 100],
        [130, 120],
        [145, 135],
      ],
    );
    expect(r.found).toEqual(["set-aside 30..110 ×4", "exchange 120..120 ×1 1030"]);
    expect(r.kwh).toBe(25 + 5 + 120 + 15);
  });

  test("no further than an hour after: it is refused", () => {
    const before = [0, 15, 30, 45, 60, 75, 90, 105].map((m) => [m, 1000 + m] as const);
    const r = judge([[20, 1110, 0]], [...before, [120, 10], [135, 25]]);
    expect(r.found).toEqual(["exchange-refused 20..20 ×1", "step 105..120 ×1 -1095"]);
    expect(r.kwh).toBe(105 + 15);
  });

  test("one reading beside it that contradicts is set aside as a conflict: the one after", () => {
    const r = judge(
      [[20, 1030, 0]],
      [
        [0, 1000],
        [15, 1025],
        [30, 70_000],
        [45, 35],
        [60, 60],
      ],
    );
    expect(r.kwh).toBe(30 + 60);
    expect(r.found).toEqual(["exchange 20..20 ×1 1030", "conflict 30..30 ×1", "set-aside 30..30 ×1"]);
  });

  test("or the one before", () => {
    const r = judge(
      [[20, 1030, 0]],
      [
        [0, 1000],
        [10, 1010],
        [15, 1060],
        [30, 20],
        [45, 40],
      ],
    );
    expect(r.kwh).toBe(30 + 40);
    expect(r.found).toEqual(["conflict 15..15 ×1", "set-aside 15..15 ×1", "exchange 20..20 ×1 1030"]);
  });

  test("is refused when only a step leads across it, and judging goes on as if it were never declared", () => {
    const steady = [0, 15, 30, 45, 60, 75, 90, 105, 120].map((m) => [m, 1000 + m] as const);
    const r = judge([[20, 500_000, 0]], steady, {
      multiplier: [...always(1), { fromMs: AT + 20 * MINUTE, value: 100 }],
    });
    expect(r.kwh).toBe(120);
    expect(r.found).toEqual(["exchange-refused 20..20 ×1"]);
    expect(r.details).toEqual(["final=500000 initial=0 before=1015 after=1030"]);
  });

  test("rows taken back while it was tried elsewhere are made again", () => {
    const r = judge(
      [[2160, 1422.28, 0]],
      [
        [0, 0],
        [1800, 1422.28],
        [2159, 0],
        [2520, 599],
        [2880, 599],
      ],
      { maxRatePerHour: always<number | null>(300), reportsEveryMs: 6 * HOUR },
    );
    expect(r.found).toEqual(["exchange 1800..2159 ×1 1422.28"]);
    expect(r.kwh).toBe(1422.28 + 599);
    expect(totalMicro(r.days)).toBe(totalMicro(r.quarters));
  });

  test("rule 5 does not look back past it", () => {
    const r = judge(
      [[50, 20, 0]],
      [
        [0, 1000],
        [15, 1010],
        [30, 0],
        [45, 10],
        [60, 5],
        [75, 1050],
        [90, 1060],
      ],
    );
    expect(r.found).toEqual(["step 15..30 ×1 -1010", "exchange 50..50 ×1 20", "step 60..75 ×1 1045"]);
  });

  test("before the first reading of all it says nothing", () => {
    const r = judge(
      [[-30, 1030, 0]],
      [
        [0, 10],
        [15, 35],
      ],
    );
    expect(r.kwh).toBe(25);
    expect(r.found).toEqual([]);
  });
});

describe("E11: a multiplier by date", () => {
  test("splits the linear display at its date, rounded once with each multiplier", () => {
    const r = judge(
      [],
      [
        [0, 1000],
        [30, 1030],
        [60, 1060],
      ],
      { multiplier: [...always(1), { fromMs: AT + 40 * MINUTE, value: 2 }] },
    );
    expect(r.kwh).toBe(30 + 10 + 40);
    expect(r.quarters.get(AT + 30 * MINUTE)?.micro).toBe(20 * KWH);
    expect(r.quarters.get(AT + 45 * MINUTE)?.micro).toBe(30 * KWH);
  });

  test("a reading at the date ends with the old and begins with the new", () => {
    const r = judge(
      [],
      [
        [0, 1000],
        [30, 1030],
        [60, 1060],
      ],
      { multiplier: [...always(1), { fromMs: AT + 30 * MINUTE, value: 2 }] },
    );
    expect(r.kwh).toBe(30 + 60);
  });

  test("a rollover across it", () => {
    const r = judge(
      [],
      [
        [0, 999_980],
        [30, 10],
        [60, 40],
      ],
      {
        multiplier: [...always(1), { fromMs: AT + 20 * MINUTE, value: 2 }],
        digits: always<number | null>(6),
      },
    );
    expect(r.kwh).toBe(20 + 20 + 60);
  });
});
