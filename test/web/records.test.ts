import { describe, expect, it } from "vitest";
import { ceiling, decimalsOf } from "../../web/pages/records/ceiling.ts";
import { money } from "../../web/pages/records/money.ts";

describe("the scale of the month's bars", () => {
  it("ends on a round number at or above the highest bar", () => {
    expect([0, 0.7, 1, 1.1, 2.1, 3, 9.9, 118.4].map(ceiling)).toEqual([1, 0.8, 1, 1.5, 3, 3, 10, 150]);
  });
});

it("a mark has no more decimals than it needs, and never fewer", () => {
  expect([0, 0.75, 1.5, 12.5, 60].map(decimalsOf)).toEqual([0, 2, 1, 1, 0]);
});

it("money fits a key figure, in ten thousands where Chinese is read", () => {
  expect(money(20_345_678, "CNY", true)).toEqual({ text: "2,035", unit: "万元" });
  expect(money(20_345_678, "CNY", false)).toEqual({ text: "20.35", unit: "M CNY" });
  expect(money(812.5, "CNY", true)).toEqual({ text: "812.5", unit: "元" });
});
