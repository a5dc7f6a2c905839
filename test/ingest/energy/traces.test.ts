import { describe, expect, test } from "vitest";
import type { RegisterReading } from "../../../ingest/energy/engine.ts";
import { always } from "../../../park/dated.ts";
import {
  declare,
  eventsOf,
  type Folded,
  HOUR,
  KWH,
  QUARTER,
  qualityOf,
  reading,
  run,
  sorted,
  T0,
  totalMicro,
} from "./kit.ts";

/** One meter, a steady 100 kWh an hour, a reading every 15 minutes, rated so that 500 kWh an hour is implausible. */
const START = T0 + 7 * HOUR;
const rated = declare({ maxRatePerHour: always<number | null>(400) });

function steady(hours: number, offsetMs = 0, first = 1000): RegisterReading[] {
  return Array.from({ length: hours * 4 + 1 }, (_, i) =>
    reading(START + offsetMs + i * QUARTER, first + 25 * i),
  );
}

function without(history: readonly RegisterReading[], fromHour: number, toHour: number): RegisterReading[] {
  return history.filter((r) => r.timeMs <= START + fromHour * HOUR || r.timeMs >= START + toHour * HOUR);
}

function qualities(folded: Folded): string[] {
  return sorted(folded.quarters).map((row) => qualityOf(row));
}

describe("traces that break others", () => {
  test("steady 11 h: last − first, the first partial hour included (E2)", () => {
    const history = steady(11, 7 * 60_000);
    const folded = run(rated, history);
    expect(totalMicro(folded.quarters)).toBe(1100 * KWH);
    expect(totalMicro(folded.days)).toBe(1100 * KWH);
    const rows = sorted(folded.quarters);
    expect(rows[0]).toMatchObject({ startMs: START, knownMs: 8 * 60_000 });
    expect(rows[1]).toMatchObject({ micro: 25 * KWH, knownMs: QUARTER });
    expect(
      qualities(folded)
        .slice(1, -1)
        .every((q) => q === "measured"),
    ).toBe(true);
  });

  test.each([3, 6])("%i h outage: the total is kept, its intervals are estimated (E3)", (hours) => {
    const history = without(steady(11), 3, 3 + hours);
    const folded = run(rated, history);
    expect(totalMicro(folded.quarters)).toBe(1100 * KWH);
    const rows = sorted(folded.quarters).slice(0, -1);
    expect(rows).toHaveLength(44);
    rows.forEach((row, i) => {
      const inside = i >= 12 && i < 12 + hours * 4;
      expect([i, row.micro, qualityOf(row)]).toEqual([i, 25 * KWH, inside ? "estimated" : "measured"]);
    });
  });

  test("6 h outage, then the gateway replays every buffered reading: identical to no outage (E9)", () => {
    const whole = run(rated, steady(11));
    const first = run(rated, without(steady(11), 3, 9));
    const day = T0;
    const state = first.states.get(day) ?? null;
    const replayed = run(rated, steady(11), { state, onto: first });
    expect(sorted(replayed.quarters)).toEqual(sorted(whole.quarters));
    expect(sorted(replayed.days)).toEqual(sorted(whole.days));
    expect(
      qualities(replayed)
        .slice(0, -1)
        .every((q) => q === "measured"),
    ).toBe(true);
  });

  test("a six-digit register rolls over: nothing is lost (E5)", () => {
    const declaration = declare({ digits: always<number | null>(6) });
    const history = steady(11, 0, 999_500).map((r) => ({ ...r, display: r.display % 1_000_000 }));
    const folded = run(declaration, history);
    expect(totalMicro(folded.quarters)).toBe(1100 * KWH);
    expect(
      qualities(folded)
        .slice(0, -1)
        .every((q) => q === "measured"),
    ).toBe(true);
    expect(eventsOf(folded)).toMatchObject([{ kind: "rollover", micro: 1_000_000 * KWH }]);
  });

  test("meter exchanged, declared: nothing is lost (E6)", () => {
    const atMs = START + 5 * HOUR + 10 * 60_000;
    const final = 1500 + 100 / 6;
    const declared = { atMs, final: Math.round(final * 100) / 100, initial: 0 };
    const history = steady(11).map((r) =>
      r.timeMs < atMs ? r : { ...r, display: Math.round(((r.timeMs - atMs) / HOUR) * 100 * 100) / 100 },
    );
    const folded = run(declare({ exchanges: [declared] }), history);
    const last = history.at(-1)?.display ?? 0;
    expect(totalMicro(folded.quarters)).toBe(Math.round((declared.final - 1000 + last) * KWH));
    expect(
      qualities(folded)
        .slice(0, -1)
        .every((q) => q === "measured"),
    ).toBe(true);
    expect(eventsOf(folded).map((e) => e.kind)).toEqual(["exchange"]);
  });

  test("meter exchanged, undeclared: flagged, and nothing is invented (E7)", () => {
    const history = steady(11).map((r, i) => (i <= 20 ? r : { ...r, display: (i - 21) * 25 }));
    const folded = run(rated, history);
    expect(totalMicro(folded.quarters)).toBe((500 + 23 * 25) * KWH);
    expect(qualityOf(folded.quarters.get(START + 20 * QUARTER))).toBe("missing");
    expect(eventsOf(folded)).toMatchObject([{ kind: "step", micro: -1500 * KWH }]);
  });

  test("one reading of 0 between two good ones: ignored and flagged (E8)", () => {
    const history = steady(11).map((r, i) => (i === 20 ? { ...r, display: 0 } : r));
    const folded = run(rated, history);
    expect(totalMicro(folded.quarters)).toBe(1100 * KWH);
    expect(eventsOf(folded)).toMatchObject([
      { kind: "set-aside", timeMs: START + 20 * QUARTER, count: 1, micro: null },
    ]);
    expect(qualities(folded).filter((q) => q === "estimated")).toHaveLength(2);
  });

  test("a register jumps by 10,000 kWh in 15 minutes: quarantined, flagged, visible (E7)", () => {
    const history = steady(11).map((r, i) => (i < 20 ? r : { ...r, display: r.display + 10_000 }));
    const folded = run(rated, history);
    expect(totalMicro(folded.quarters)).toBe(43 * 25 * KWH);
    expect(qualityOf(folded.quarters.get(START + 19 * QUARTER))).toBe("missing");
    expect(eventsOf(folded)).toMatchObject([
      {
        kind: "step",
        timeMs: START + 19 * QUARTER,
        untilMs: START + 20 * QUARTER,
        micro: 10_025 * KWH,
        detail: "from=1475 to=11500",
      },
    ]);
  });

  test("a suspect without a next reading: what follows the last trusted one is missing", () => {
    const history = [...steady(2), reading(START + 2 * HOUR + QUARTER, 90_000)];
    const folded = run(rated, history);
    expect(totalMicro(folded.quarters)).toBe(200 * KWH);
    expect(folded.quarters.get(START + 2 * HOUR + QUARTER)?.knownMs).toBe(0);
    expect(eventsOf(folded)).toMatchObject([{ kind: "suspect", detail: "display=90000" }]);
  });
});
