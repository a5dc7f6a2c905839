import { describe, expect, it } from "vitest";
import { daySeries, dayTicks } from "../../web/pages/overview/day.ts";
import { hourMinute, zonedParts } from "../../web/time.ts";
import { niceAxis, stack } from "../../web/ui/stack.ts";
import { balanceFixture } from "../kit/fixtures/balance.ts";

const MIDNIGHT = "2026-11-20T00:00:00+08:00";
const NOW = Date.parse("2026-11-20T14:36:00+08:00");

describe("a day's balance as mean powers", () => {
  const answer = balanceFixture(MIDNIGHT, "2026-11-20T14:30:00+08:00");

  it("energy of a quarter-hour is four times as much power", () => {
    const series = daySeries(answer, NOW);
    const i = 50;
    expect(series.unit.text).toBe("MW");
    expect(series.grid[i]).toBeCloseTo(((answer.gridImportKwh[i] ?? 0) * 4) / 1000, 9);
  });

  it("what is still to come or still running is blank, neither missing nor 0", () => {
    const series = daySeries(answer, NOW);
    expect(series.quality[57]).toBe("missing");
    expect(series.quality[58]).toBeNull();
    expect(series.use[58]).toBeNull();
    expect(series.missing).toBe(3);
    // the server knows a part of the running quarter-hour: it waits until it has closed
    const running = daySeries({ ...answer, openFrom: "2026-11-20T14:15:00+08:00" }, NOW);
    expect(running.quality[57]).toBeNull();
    expect(running.grid[57]).toBeNull();
  });

  it("only the flow that is estimated is hatched", () => {
    const series = daySeries(answer, NOW);
    expect(series.solarEstimated.flatMap((e, i) => (e ? [i] : []))).toEqual([37, 38, 39]);
    expect(series.gridEstimated.some(Boolean)).toBe(false);
    expect(series.quality.slice(36, 41)).toEqual([
      "measured",
      "estimated",
      "estimated",
      "estimated",
      "measured",
    ]);
  });

  it("a day without any figure says so", () => {
    const none = answer.time.map(() => null);
    const empty = daySeries(
      {
        ...answer,
        gridImportKwh: none,
        gridExportKwh: none,
        pvKwh: none,
        storageInKwh: none,
        storageOutKwh: none,
        useKwh: none,
        unknownKwh: none,
      },
      NOW,
    );
    expect(empty.any).toBe(false);
    expect(empty.useMin).toBeNull();
  });

  it("axes are labelled at the park's hours, also when a day has 23 or 25 of them", () => {
    const label = (zone: string, from: string, to: string, every: number): string[] =>
      dayTicks(Date.parse(from), Date.parse(to), every, (ms) => zonedParts(ms, zone).hour).map((ms) =>
        hourMinute(ms, zone),
      );
    expect(label("Asia/Shanghai", MIDNIGHT, "2026-11-21T00:00:00+08:00", 6)).toEqual([
      "00:00",
      "06:00",
      "12:00",
      "18:00",
      "00:00",
    ]);
    expect(label("Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00", 6)).toEqual([
      "00:00",
      "06:00",
      "12:00",
      "18:00",
      "00:00",
    ]);
  });
});

describe("layers and axes", () => {
  it("supply piles up from zero, the rest down from it; a gap leaves the others standing", () => {
    const layers = stack(
      [
        { id: "solar", kind: "above", values: [10, null] },
        { id: "grid", kind: "above", values: [5, 7] },
        { id: "charge", kind: "below", values: [3, 2] },
        { id: "export", kind: "below", values: [1, null] },
        { id: "use", kind: "line", values: [11, 5] },
      ],
      2,
    );
    expect(layers.map((l) => [l.id, l.from, l.to])).toEqual([
      ["solar", [0, null], [10, null]],
      ["grid", [10, 0], [15, 7]],
      ["charge", [0, 0], [-3, -2]],
      ["export", [-3, null], [-4, null]],
    ]);
  });

  it.each([
    [-18.2, 137.7, [-25, 0, 50, 100, 150]],
    [0, 0.43, [0, 0.2, 0.4, 0.6]],
    [0, 0, [0, 0.5, 1]],
    [-40, 0, [-40, -20, 0]],
  ])("from %d to %d: ticks %j", (low, high, ticks) => {
    const axis = niceAxis(low, high);
    expect(axis.ticks.map((t) => Number(t.toFixed(6)))).toEqual(ticks);
    expect(axis.min).toBeLessThanOrEqual(low);
    expect(axis.max).toBeGreaterThanOrEqual(high);
  });
});
