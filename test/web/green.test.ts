import fc from "fast-check";
import { expect, test } from "vitest";
import {
  daysBetween,
  firstOpen,
  HEAT_STEPS,
  heatColumns,
  heatStep,
  heatSummary,
  moveCell,
} from "../../web/pages/green/heat.ts";
import { greenPowerFixture } from "../kit/fixtures/green.ts";

const asOf = "2026-11-20T14:36";

test("the seven steps are fixed: the same share has the same colour in every month", () => {
  expect([0, 0.1999, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9499, 0.95, 1].map(heatStep)).toEqual([
    0, 0, 1, 2, 3, 4, 5, 5, 6, 6,
  ]);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (share) => {
      const step = heatStep(share);
      expect(share).toBeGreaterThanOrEqual(HEAT_STEPS[step] ?? Number.NaN);
      expect(share).toBeLessThan(HEAT_STEPS[step + 1] ?? 1.0001);
    }),
  );
});

test("an hour without a value is missing once it has ended, and future until then", () => {
  const columns = heatColumns(greenPowerFixture, asOf);
  expect(columns).toHaveLength(30);
  expect(columns.every((column) => column.cells.length === 24)).toBe(true);
  const states = (day: number): string[] => columns[day]?.cells.map((cell) => cell.state) ?? [];
  expect(states(6).slice(2, 8)).toEqual(["known", "missing", "missing", "missing", "missing", "known"]);
  expect(states(19).slice(12, 16)).toEqual(["known", "known", "future", "future"]);
  expect(new Set(states(20))).toEqual(new Set(["future"]));
  expect(heatColumns(greenPowerFixture, "2026-12-02T00:00")[20]?.cells[0]?.state).toBe("missing");
});

test("days the answer does not list are drawn all the same", () => {
  const heatMap = { ...greenPowerFixture.heatMap, days: ["2026-11-02"], share: [Array(24).fill(0.5)] };
  const columns = heatColumns({ ...greenPowerFixture, heatMap, to: "2026-11-03T10:30:00+08:00" }, asOf);
  expect(columns.map((column) => column.day)).toEqual(["2026-11-01", "2026-11-02", "2026-11-03"]);
  expect(columns.map((column) => column.cells[3]?.state)).toEqual(["missing", "known", "missing"]);
});

test("the summary finds the ends and counts what is missing", () => {
  const columns = heatColumns(greenPowerFixture, asOf);
  const summary = heatSummary(columns);
  const all = columns
    .flatMap((column) => column.cells)
    .flatMap((cell) => (cell.share === null ? [] : [cell.share]));
  expect(summary.known).toBe(all.length);
  expect(summary.missing).toBe(4);
  expect(summary.lowest?.share).toBe(Math.min(...all));
  expect(summary.highest?.share).toBe(Math.max(...all));
  expect(heatSummary([])).toEqual({ known: 0, missing: 0, lowest: null, highest: null });
});

test("arrow keys move by one and stop at the edges", () => {
  expect(moveCell({ column: 3, hour: 4 }, "ArrowRight", 30)).toEqual({ column: 4, hour: 4 });
  expect(moveCell({ column: 0, hour: 0 }, "ArrowLeft", 30)).toEqual({ column: 0, hour: 0 });
  expect(moveCell({ column: 29, hour: 23 }, "ArrowDown", 30)).toEqual({ column: 29, hour: 23 });
  expect(moveCell({ column: 5, hour: 7 }, "End", 30)).toEqual({ column: 29, hour: 7 });
  expect(moveCell({ column: 5, hour: 7 }, "Enter", 30)).toBeNull();
});

test("days between two dates are calendar days, also in February", () => {
  expect(daysBetween("2028-02-27", "2028-03-02")).toEqual([
    "2028-02-27",
    "2028-02-28",
    "2028-02-29",
    "2028-03-01",
  ]);
});

test("the cell that opens by itself is 13:00 of the last known day, or else its last known hour", () => {
  const columns = heatColumns(greenPowerFixture, asOf);
  expect(firstOpen(columns)).toMatchObject({ day: "2026-11-20", hour: 13 });
  const cut = columns.map((column) => ({
    ...column,
    cells: column.cells.map((cell) => (cell.hour >= 9 ? { ...cell, state: "missing" as const } : cell)),
  }));
  expect(firstOpen(cut)).toMatchObject({ day: "2026-11-20", hour: 8 });
  expect(firstOpen([])).toBeNull();
});
