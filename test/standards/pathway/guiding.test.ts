import { describe, expect, it } from "vitest";
import { forecastYears, percentAt } from "../../../standards/pathway/guiding.ts";
import { pathForecast } from "../../../standards/pathway/path-forecast.ts";

describe("forecastYears", () => {
  it("keeps the last value of one or two years, draws a line through three, and stays within 0 to 100 %", () => {
    expect(forecastYears([], 2028)).toBeNull();
    expect(
      forecastYears(
        [
          { year: 2025, value: 60 },
          { year: 2024, value: 50 },
        ],
        2028,
      ),
    ).toEqual({ method: "persistence", value: 60 });
    const line = [
      { year: 2023, value: 60 },
      { year: 2024, value: 64 },
      { year: 2025, value: 68 },
    ];
    expect(forecastYears(line, 2028)).toEqual({ method: "linear-years", value: 80 });
    expect(forecastYears(line, 2040)?.value).toBe(100);
  });
});

describe("percentAt", () => {
  it("is a share of twelve months in percent, never outside 0 to 100; without a test there is no range", () => {
    const month = (share: number) => ({ numerator: share * 30, denominator: 30, days: 30 });
    const young = pathForecast([month(0.4), month(0.5)], [30, 30]);
    if (young === null) throw new Error("there are months");
    expect(percentAt(young, 2)).toEqual({ value: 45, p10: null, p90: null });
    expect(percentAt(young, 9)).toBeNull();
    const steep = pathForecast(
      Array.from({ length: 14 }, (_, i) => month(0.5 + 0.035 * i + (i % 2) * 0.02)),
      Array.from({ length: 24 }, () => 30),
    );
    if (steep === null) throw new Error("there are months");
    const end = percentAt(steep, 24);
    expect(end?.value).toBe(100);
    expect(end?.p90).toBe(100);
    expect(end?.p10 ?? 101).toBeLessThanOrEqual(100);
  });
});
