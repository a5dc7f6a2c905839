import fc from "fast-check";
import { expect, test } from "vitest";
import { pathChart, polyline, spread, tickStep, yearEnds } from "../../web/pages/path/geometry.ts";
import { indicatorsFixture } from "../kit/fixtures/path.ts";
import { pathwayFixture, pathwayFor, youngPathwayFixture } from "../kit/fixtures/pathway.ts";

const size = { width: 840, height: 320, left: 40, right: 140, top: 24, bottom: 28 };

function chart(answer = pathwayFixture) {
  const made = pathChart(answer, size, 18);
  if (made === null) throw new Error("the fixture has a target line");
  return made;
}

test("the bracket spans forecast to target, whose difference times the year's tce is the gap of the strip", () => {
  const { gap } = pathwayFixture;
  if (gap === null) throw new Error("the fixture has a gap");
  const made = chart();
  const end = made.forecast.at(-1);
  expect(made.bracket?.top).toBeCloseTo(end?.y ?? Number.NaN, 6);
  expect(made.bracket?.bottom).toBeCloseTo(made.required?.y ?? Number.NaN, 6);
  expect((gap.forecastTco2PerTce - gap.targetTco2PerTce) * gap.annualTce).toBeCloseTo(gap.gapTco2, 6);
  expect((gap.gapTco2 * 1000) / gap.factor.value).toBeCloseTo(gap.gapKwh, 0);
});

test("no bracket where the forecast meets the target, nor without a forecast", () => {
  const gap = pathwayFixture.gap === null ? null : { ...pathwayFixture.gap, forecastTco2PerTce: 0.15 };
  expect(chart({ ...pathwayFixture, gap }).bracket).toBeNull();
  const none = chart({ ...pathwayFixture, gap: null, forecast: null });
  expect(none.bracket).toBeNull();
  expect(none.forecast).toEqual([]);
  expect(none.labels.forecast).toBeNull();
});

test("a month without a value breaks the line and is named; it is never drawn as 0", () => {
  const made = chart();
  expect(made.actualRuns.map((run) => run.length)).toEqual([5, 4]);
  expect(made.gaps.map((gap) => gap.month)).toEqual(["2026-06"]);
  const bottoms = made.actualRuns.flat().filter((point) => point.y >= made.plot.bottom);
  expect(bottoms).toEqual([]);
});

test("months the answer leaves out break the line like months without a value", () => {
  const actual = pathwayFixture.actual.filter(
    (month) => month.month !== "2026-06" && month.month !== "2026-08",
  );
  const made = chart({ ...pathwayFixture, actual });
  expect(made.actualRuns.map((run) => run.length)).toEqual([5, 1, 2]);
  expect(made.gaps.map((gap) => gap.month)).toEqual(["2026-06", "2026-08"]);
});

test("the arrow keys stop at declared year, months, forecast and target, in the order of time", () => {
  const { stops } = chart();
  expect(stops.map((stop) => stop.kind)).toEqual([
    "declared",
    ...Array.from({ length: 9 }, () => "actual"),
    ...Array.from({ length: 26 }, () => "forecast"),
    "target",
  ]);
  expect(stops.map((stop) => stop.x)).toEqual(stops.map((stop) => stop.x).toSorted((a, b) => a - b));
});

test("everything lies inside the plot, also for a park that is young and far above the line", () => {
  for (const answer of [pathwayFixture, youngPathwayFixture]) {
    const made = chart(answer);
    for (const point of [...made.target, ...made.forecast, ...made.actualRuns.flat(), ...made.stops]) {
      expect(point.x).toBeGreaterThanOrEqual(made.plot.left - 1e-9);
      expect(point.x).toBeLessThanOrEqual(made.plot.right + 1e-9);
      expect(point.y).toBeGreaterThanOrEqual(made.plot.top - 1e-9);
      expect(point.y).toBeLessThanOrEqual(made.plot.bottom + 1e-9);
    }
  }
});

test("the range is two rings around the forecast, P25–P75 inside P10–P90; without a range there is none", () => {
  const made = chart();
  expect(made.ranges.map((ring) => ring.length)).toEqual([54, 54]);
  const [outer, inner] = made.ranges;
  for (let at = 1; at < made.forecast.length; at++) {
    const y = made.forecast[at]?.y ?? Number.NaN;
    expect(outer?.[at]?.y).toBeLessThanOrEqual(inner?.[at]?.y ?? Number.NaN);
    expect(inner?.[at]?.y).toBeLessThanOrEqual(y);
    expect(inner?.[53 - at]?.y).toBeGreaterThanOrEqual(y);
    expect(outer?.[53 - at]?.y).toBeGreaterThanOrEqual(inner?.[53 - at]?.y ?? Number.NaN);
  }
  expect(chart(youngPathwayFixture).ranges).toEqual([]);
});

test("the scenario is drawn once a lever is moved, and its stops tell its value and the range", () => {
  const still = chart(pathwayFor(new URLSearchParams({ directLineGwh: "0" })));
  expect(still.scenario).toEqual([]);
  const answer = pathwayFor(new URLSearchParams({ directLineGwh: "180" }));
  const made = chart(answer);
  expect(made.scenario.length).toBe(27);
  const last = made.stops.findLast((stop) => stop.kind === "forecast");
  expect(last?.scenario).toBe(answer.scenario?.points.at(-1)?.tco2PerTce);
  expect(last?.range?.p10).toBeLessThan(last?.value ?? 0);
});

test("without a target line there is no chart", () => {
  expect(pathChart({ ...pathwayFixture, target: [] }, size, 18)).toBeNull();
});

test("labels keep their distance and their order inside the plot", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 4 }),
      (raw) => {
        const wanted = raw.toSorted((a, b) => a - b);
        const placed = spread(wanted, 18, 0, 300);
        for (let at = 1; at < placed.length; at++)
          expect((placed[at] ?? 0) - (placed[at - 1] ?? 0)).toBeGreaterThanOrEqual(18 - 1e-9);
        expect(placed.at(0)).toBeGreaterThanOrEqual(-1e-9);
        expect(placed.at(-1)).toBeLessThanOrEqual(300 + 1e-9);
      },
    ),
  );
});

test("the axis takes round steps and names the ends of the years between", () => {
  expect(tickStep(2.1, 6)).toBe(0.5);
  expect(tickStep(0.3, 6)).toBe(0.05);
  expect(yearEnds("2025-12-31T00:00:00+08:00", "2028-12-31T00:00:00+08:00").map((end) => end.label)).toEqual([
    "2025-12",
    "2026-12",
    "2027-12",
    "2028-12",
  ]);
  expect(
    polyline([
      { x: 1, y: 2 },
      { x: 3.25, y: 4 },
    ]),
  ).toBe("1.0,2.0 3.3,4.0");
});

test("a year's end written as its last second is labelled once", () => {
  const ends = yearEnds("2025-12-31T23:59:59+08:00", "2028-12-31T23:59:59+08:00");
  expect(ends.map((end) => end.label)).toEqual(["2025-12", "2026-12", "2027-12", "2028-12"]);
});

test("the fixture adds up: numerator ÷ denominator is the value on the strip", () => {
  const { core } = indicatorsFixture;
  const carbon = core.numerator.reduce((sum, term) => sum + (term.carbonT ?? 0), 0);
  const tce = core.denominator.reduce((sum, term) => sum + (term.tce ?? 0), 0);
  expect(carbon).toBe(core.carbonT);
  expect(tce).toBe(core.consumptionTce);
  expect(carbon / tce).toBeCloseTo(core.value ?? Number.NaN, 4);
});
