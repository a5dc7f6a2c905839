import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  forecastOf,
  gapTo,
  lessElectricity,
  targetAt,
  zeroFactorPower,
  zeroFactorShareNeeded,
} from "../../standards/pathway.ts";

const DAY = 86_400_000;

describe("standards 1.2: share of zero-factor kWh an all-electric park needs (to 0.01 %)", () => {
  it.each([
    [0.28078, 93.25, 89.88],
    [0.298, 92.84, 89.26],
    [0.3024, 92.74, 89.1],
    [0.31, 92.55, 88.83],
    [0.1229, 97.05, 95.57],
  ])("at %f kgce/kWh: %f %% for 0.2, %f %% for 0.3", (e, forTwo, forThree) => {
    expect(Math.abs(zeroFactorShareNeeded(0.2, e, 0.8325) * 100 - forTwo)).toBeLessThanOrEqual(0.006);
    expect(Math.abs(zeroFactorShareNeeded(0.3, e, 0.8325) * 100 - forThree)).toBeLessThanOrEqual(0.006);
  });
});

describe("gapTo", () => {
  it("mock: 296 kt = 356 GWh of zero-factor power", () => {
    const gap = gapTo(
      0.2,
      1.08,
      { carbonT: 363_000, consumptionTce: 336_364, electricityCarbonT: 320_000 },
      0.8325,
    );
    expect(gap.gapTco2).toBeCloseTo(296_000, -2);
    expect(gap.gapKwh / 1e6).toBeCloseTo(355.6, 1);
    expect(gap.reachable).toBe(true);
  });

  it("putting gapKwh of zero-factor power in reaches the target exactly: (C − 0.8325·x) ÷ T = target", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1000, max: 1e6, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        (tce, forecast) => {
          const year = { carbonT: forecast * tce, consumptionTce: tce, electricityCarbonT: forecast * tce };
          const gap = gapTo(0.2, forecast, year, 0.8325);
          expect((year.carbonT - (gap.gapKwh * 0.8325) / 1000) / tce).toBeCloseTo(0.2, 9);
          // … and it is the share that the worked table of standards 1.2 asks for.
          const e = 0.3024;
          const useKwh = (tce * 1000) / e;
          const all = gapTo(0.2, 0.8325 / e, { ...year, carbonT: (useKwh * 0.8325) / 1000 }, 0.8325);
          expect(all.gapKwh / useKwh).toBeCloseTo(zeroFactorShareNeeded(0.2, e, 0.8325), 9);
        },
      ),
    );
  });

  it("is not reachable by electricity when fuel and heat alone lie above the target", () => {
    const gap = gapTo(0.2, 0.5, { carbonT: 500, consumptionTce: 1000, electricityCarbonT: 250 }, 0.8325);
    expect(gap.reachable).toBe(false);
    expect(gap.gapTco2).toBeCloseTo(300, 9);
  });

  it("there is no gap under the target", () => {
    expect(gapTo(0.2, 0.15, { carbonT: 150, consumptionTce: 1000, electricityCarbonT: 150 }, 0.8325)).toEqual(
      {
        gapTco2: 0,
        gapKwh: 0,
        reachable: true,
      },
    );
  });
});

describe("levers", () => {
  const year = { carbonT: 531_000, consumptionTce: 336_000, electricityCarbonT: 480_000 };

  it("mock: 1 GWh of direct line is −832.5 t and −0.0025 t/tce; 10,000 certificates −8,325 t", () => {
    const line = zeroFactorPower(1_000_000, year, 0.8325);
    expect(line.carbonT).toBeCloseTo(-832.5, 9);
    expect(line.tco2PerTce).toBeCloseTo(-0.0025, 4);
    expect(zeroFactorPower(10_000_000, year, 0.8325).carbonT).toBeCloseTo(-8325, 9);
  });

  it("mock: 1 GWh less is worth less per unit of t/tce, as the denominator falls too (−0.0011…)", () => {
    const less = lessElectricity(1_000_000, year, 0.8325, 0.3024);
    expect(less.carbonT).toBeCloseTo(-832.5, 9);
    const after = (531_000 - 832.5) / (336_000 - 302.4) - 531_000 / 336_000;
    expect(less.tco2PerTce).toBeCloseTo(after, 12);
    expect(less.tco2PerTce ?? 0).toBeGreaterThan(zeroFactorPower(1_000_000, year, 0.8325).tco2PerTce ?? 0);
  });

  it("without a known consumption there is carbon, but no t/tce", () => {
    expect(zeroFactorPower(1_000_000, null, 0.8325).tco2PerTce).toBeNull();
    expect(lessElectricity(1_000_000, year, 0.8325, null).tco2PerTce).toBeNull();
  });
});

describe("targetAt", () => {
  const line = [
    { timeMs: 0, tco2PerTce: 2 },
    { timeMs: 100, tco2PerTce: 1 },
    { timeMs: 300, tco2PerTce: 0.2 },
  ];
  it("is straight between the points and unknown outside", () => {
    expect(targetAt(line, 0)).toBe(2);
    expect(targetAt(line, 50)).toBe(1.5);
    expect(targetAt(line, 200)).toBeCloseTo(0.6, 12);
    expect(targetAt(line, 300)).toBeCloseTo(0.2, 12);
    expect(targetAt(line, 301)).toBeNull();
    expect(targetAt([], 1)).toBeNull();
  });
});

describe("forecastOf", () => {
  it("finds a straight line again, and never goes below 0", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.5, max: 3, noNaN: true }),
        fc.double({ min: -0.002, max: 0.002, noNaN: true }),
        (start, perDay) => {
          const points = Array.from({ length: 12 }, (_, i) => ({
            timeMs: i * 30 * DAY,
            tco2PerTce: start + perDay * i * 30,
          }));
          const forecast = forecastOf(points, null);
          expect(forecast?.method).toBe("linear-trend");
          expect(forecast?.at(900 * DAY)).toBeCloseTo(Math.max(0, start + perDay * 900), 9);
        },
      ),
    );
  });

  it("under 6 months of points it keeps the present value; without one there is none", () => {
    const points = [0, 30, 60, 90].map((d) => ({ timeMs: d * DAY, tco2PerTce: 2 - d / 100 }));
    expect(forecastOf(points, 1.58)).toMatchObject({ method: "persistence" });
    expect(forecastOf(points, 1.58)?.at(1000 * DAY)).toBe(1.58);
    expect(forecastOf(points, null)).toBeNull();
  });
});
