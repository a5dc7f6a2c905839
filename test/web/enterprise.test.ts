import { expect, test } from "vitest";
import { atLeast, sumKnown } from "../../web/pages/common/amounts.ts";
import { isMonth, monthsBack, shiftMonth } from "../../web/pages/common/months.ts";
import { balanceSides, daySums } from "../../web/pages/enterprise/month.ts";
import { enterpriseMonthFixture } from "../kit/fixtures/enterprise.ts";

test("a sum that misses a part says so, and a sum of nothing is null, never 0", () => {
  expect(sumKnown([1, 2.5])).toEqual({ value: 3.5, complete: true });
  expect(sumKnown([1, null])).toEqual({ value: 1, complete: false });
  expect(sumKnown([null])).toEqual({ value: null, complete: false });
  expect(sumKnown([])).toEqual({ value: null, complete: true });
});

test("the days add up to the month's balance, with the missing day told", () => {
  const sums = daySums(enterpriseMonthFixture.days);
  expect(sums.gridImportKwh.value).toBe(enterpriseMonthFixture.balance.gridImportKwh);
  expect(sums.useKwh.complete).toBe(false);
});

test("what flows in is what flows out", () => {
  const sides = balanceSides(enterpriseMonthFixture.balance);
  expect(sides.inKwh.value).toBe(sides.outKwh.value);
});

test("a carbon total with an unknown term is a lower bound", () => {
  const figure = enterpriseMonthFixture.carbon[0];
  if (figure === undefined) throw new Error("the fixture has figures");
  const whole = { measured: 1, estimated: 0, missing: 0 };
  const known = { ...figure, terms: figure.terms.map((term) => ({ ...term, coverage: whole })) };
  expect(atLeast(figure)).toBe(true);
  expect(atLeast(known)).toBe(false);
  const [first, ...rest] = figure.terms;
  if (first === undefined) throw new Error("the fixture has terms");
  expect(atLeast({ ...figure, terms: [{ ...first, carbonKg: null }, ...rest] })).toBe(true);
  expect(atLeast({ ...figure, totalKg: null })).toBe(false);
});

test("months run over the turn of the year", () => {
  expect(monthsBack("2026-02-03", 4)).toEqual(["2026-02", "2026-01", "2025-12", "2025-11"]);
  expect(shiftMonth("2026-12", 1)).toBe("2027-01");
  expect(shiftMonth("2026-01", -1)).toBe("2025-12");
  expect(["2026-13", "2026-1", "2026-11x", "2026-11"].map(isMonth)).toEqual([false, false, false, true]);
});
