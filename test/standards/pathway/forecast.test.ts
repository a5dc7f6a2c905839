import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backTest, LEAST_ORIGINS, offsetsAt } from "../../../standards/pathway/back-test.ts";
import { forecastMonths, methodFor } from "../../../standards/pathway/forecast.ts";
import { type MonthAmounts, type MonthSeries, ratioOf } from "../../../standards/pathway/months.ts";
import { pathForecast, shiftForecast, yearAt } from "../../../standards/pathway/path-forecast.ts";

const months = (ratios: readonly (number | null)[], denominator = 100): MonthSeries =>
  ratios.map((r) => (r === null ? null : { numerator: r * denominator, denominator, days: 30 }));
const ratios = (series: readonly MonthAmounts[]): number[] => series.map((m) => ratioOf([m]) ?? Number.NaN);
const days = (count: number): number[] => Array.from({ length: count }, () => 30);
const none = (): MonthAmounts => ({ numerator: 0, denominator: 0 });
const line = (count: number, start = 2, step = -0.01): number[] =>
  Array.from({ length: count }, (_, i) => start + step * i);

describe("methodFor", () => {
  it("goes by the months known: 24, 6, 1, none", () => {
    expect(methodFor(months(line(24)))).toBe("seasonal-drift");
    expect(methodFor(months(line(23)))).toBe("linear-trend");
    expect(methodFor(months([...line(5), null, 1.9]))).toBe("linear-trend");
    expect(methodFor(months([...line(5), null]))).toBe("persistence");
    expect(methodFor(months([null]))).toBeNull();
    expect(methodFor([])).toBeNull();
  });
});

describe("forecastMonths", () => {
  it("the trend finds a straight line again, whatever months are missing, and never falls below 0", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        fc.array(fc.boolean(), { minLength: 18, maxLength: 18 }),
        (start, step, known) => {
          fc.pre(known.filter(Boolean).length >= 6);
          const history = months(known.map((k, i) => (k ? Math.max(0, start + step * i) : null)));
          fc.pre(start + step * 17 > 0);
          const future = ratios(forecastMonths(history, "linear-trend", days(12)));
          future.forEach((ratio, h) => {
            expect(ratio).toBeCloseTo(Math.max(0, start + step * (18 + h)), 9);
          });
        },
      ),
    );
  });

  it("seasonal naive with drift finds a season on a slope again", () => {
    const season = (i: number) => 1.5 + 0.3 * Math.sin((i / 12) * 2 * Math.PI) - 0.02 * i;
    const history = months(Array.from({ length: 30 }, (_, i) => season(i)));
    ratios(forecastMonths(history, "seasonal-drift", days(26))).forEach((ratio, h) => {
      expect(ratio).toBeCloseTo(season(30 + h), 9);
    });
  });

  it("a month whose like was never known falls back to the line", () => {
    const history = months(Array.from({ length: 26 }, (_, i) => (i % 12 === 3 ? null : 2 - 0.01 * i)));
    const future = ratios(forecastMonths(history, "seasonal-drift", days(12)));
    expect(future[1]).toBeCloseTo(2 - 0.01 * 27, 9);
  });

  it("persistence keeps the ratio of the last twelve months; the denominator is that of a year before", () => {
    const history = [...months([2], 10), ...months([1], 30)];
    expect(forecastMonths(history, "persistence", days(2))).toEqual([
      { numerator: 25, denominator: 20, days: 30 },
      { numerator: 25, denominator: 20, days: 30 },
    ]);
    const year = Array.from({ length: 12 }, (_, i) => ({ numerator: i + 1, denominator: i + 1, days: 30 }));
    expect(forecastMonths(year, "persistence", days(13)).map((m) => m.denominator)).toEqual([
      ...year.map((m) => m.denominator),
      1,
    ]);
  });
});

describe("backTest", () => {
  it("a method that is right each time has no errors, all origins counted", () => {
    const tested = backTest(months(line(20)), "linear-trend");
    if (!("test" in tested)) throw new Error("20 months are enough");
    expect(tested.test.origins).toBe(14);
    expect(tested.test.horizons.map((h) => h.origins)).toEqual([14, 13, 12, 11, 10, 9, 8, 7, 6]);
    expect(tested.test.meanAbsolutePercent).toBeCloseTo(0, 9);
    expect(offsetsAt(tested.test, 25).p90).toBeCloseTo(0, 9);
  });

  it("with too little history there is no range, and it says how many months are missing", () => {
    expect(backTest(months(line(2)), "persistence")).toEqual({ missingMonths: 10 });
    expect(backTest(months(line(8)), "linear-trend")).toEqual({ missingMonths: 4 });
    expect(backTest(months(line(11)), "linear-trend")).toEqual({ missingMonths: 1 });
    expect("test" in backTest(months(line(12)), "linear-trend")).toBe(true);
    expect("test" in backTest(months(line(24)), "seasonal-drift")).toBe(true);
  });

  it("never sees what came after an origin: changing later months leaves earlier errors as they are", () => {
    const first = line(14).map((v, i) => v + (i % 3) * 0.02);
    const errors = (series: readonly number[]) => {
      const tested = backTest(months(series), "linear-trend");
      return "test" in tested ? tested.test.horizons[0]?.meanAbsolute : null;
    };
    const seen = backTest(months(first), "linear-trend");
    const longer = backTest(months([...first, 9]), "linear-trend");
    if (!("test" in seen) || !("test" in longer)) throw new Error("enough months");
    // One more origin: its own error joins the others, which stay.
    const sum = (t: typeof seen) =>
      (t.test.horizons[0]?.meanAbsolute ?? 0) * (t.test.horizons[0]?.origins ?? 0);
    const added = sum(longer) - sum(seen);
    const predicted = forecastMonths(months(first), "linear-trend", days(1));
    const window = [...months(first).slice(-11)];
    const actual = ratioOf([...window, { numerator: 900, denominator: 100 }]) ?? 0;
    const expected = ratioOf([...window, ...predicted]) ?? 0;
    expect(added).toBeCloseTo(Math.abs(actual - expected), 9);
    expect(errors(first)).not.toBeNull();
  });

  it("the range holds the forecast, widens with the horizon, and by its square root past what was tested", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 2.5, noNaN: true }), { minLength: 12, maxLength: 40 }),
        (values) => {
          const series = months(values);
          const method = methodFor(series);
          if (method === null) throw new Error("there are months");
          const tested = backTest(series, method);
          if (!("test" in tested)) return;
          const { test } = tested;
          const longest = test.horizons.length;
          let before = offsetsAt(test, 0);
          for (let h = 1; h <= longest + 20; h++) {
            const at = offsetsAt(test, h);
            expect(at.p10).toBeLessThanOrEqual(at.p25);
            expect(at.p25).toBeLessThanOrEqual(0);
            expect(at.p75).toBeGreaterThanOrEqual(0);
            expect(at.p90).toBeGreaterThanOrEqual(at.p75);
            expect(at.p90).toBeGreaterThanOrEqual(before.p90 - 1e-12);
            expect(at.p10).toBeLessThanOrEqual(before.p10 + 1e-12);
            before = at;
          }
          expect(offsetsAt(test, longest * 4).p90).toBeCloseTo(2 * offsetsAt(test, longest).p90, 9);
          expect(test.insideShare).toBeGreaterThanOrEqual(0);
          expect(test.insideShare).toBeLessThanOrEqual(1);
          for (const h of test.horizons) expect(h.origins).toBeGreaterThanOrEqual(LEAST_ORIGINS);
        },
      ),
    );
  });

  it("of noise around a level, about eight in ten actual values lie inside P10–P90 of the others", () => {
    let seed = 7;
    const noise = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647 - 0.5;
    };
    const tested = backTest(months(Array.from({ length: 60 }, () => 1.5 + 0.4 * noise())), "linear-trend");
    if (!("test" in tested)) throw new Error("enough months");
    expect(tested.test.insideShare).toBeGreaterThan(0.6);
    expect(tested.test.insideShare).toBeLessThan(0.95);
  });
});

describe("pathForecast", () => {
  it("draws the twelve months up to each month, from the last known one on", () => {
    const forecast = pathForecast(months(line(12)), days(12));
    expect(forecast?.points.map((p) => p.monthsAhead)).toEqual(Array.from({ length: 13 }, (_, h) => h));
    expect(forecast?.points[0]?.value).toBeCloseTo(2 - 0.055, 9);
    // A year on, all twelve are foretold: the mean of the line over months 12 … 23.
    expect(forecast?.points[12]?.value).toBeCloseTo(2 - 0.175, 9);
    expect(forecast?.missingMonths).toBe(0);
  });

  it("approved projects shift the months in which they are in force, in numerator and denominator", () => {
    const plain = pathForecast(months(line(3, 2, 0)), days(24));
    if (plain === null) throw new Error("there are months");
    const forecast = shiftForecast(plain, (h) => (h > 12 ? { numerator: -50, denominator: -10 } : none()));
    expect(forecast?.points[12]?.value).toBeCloseTo(2, 9);
    expect(forecast?.points[24]?.value).toBeCloseTo(150 / 90, 9);
    expect(shiftForecast(plain, none)).toEqual(plain);
    expect(yearAt(forecast, 24)?.numerator).toBeCloseTo(1800, 9);
    expect(yearAt(forecast, 24)?.denominator).toBeCloseTo(1080, 9);
    expect([forecast.test, forecast.missingMonths]).toEqual([null, 9]);
    expect(forecast.points[5]?.range).toBeNull();
  });

  it("the denominator goes by days: February is shorter", () => {
    const [next] = forecastMonths([{ numerator: 62, denominator: 31, days: 31 }], "persistence", [28]);
    expect(next).toEqual({ numerator: 56, denominator: 28, days: 28 });
  });

  it("without a known month there is none", () => {
    expect(pathForecast([], days(12))).toBeNull();
    expect(pathForecast(months([null, null]), days(12))).toBeNull();
  });
});
