import { describe, expect, it } from "vitest";
import { amountsInForce } from "../../../standards/pathway/projects.ts";
import { targetAt, targetLine, targetYears } from "../../../standards/pathway/target-line.ts";

const END = (year: number) => Date.UTC(year, 11, 31);

describe("targetAt", () => {
  const line = [
    { timeMs: 0, value: 2 },
    { timeMs: 100, value: 1 },
    { timeMs: 300, value: 0.2 },
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

describe("targetYears", () => {
  it("refuses a second target for a year, naming both, and keeps the first place's", () => {
    const file = [
      { year: 2026, value: 1.39, from: "park file" },
      { year: 2028, value: 0.2, from: "park file" },
    ];
    const ledger = [
      { year: 2028, value: 0.25, from: "entry 7" },
      { year: 2027, value: 0.8, from: "entry 8" },
    ];
    const { years, refused } = targetYears(file, ledger);
    expect(years.map((y) => [y.year, y.value])).toEqual([
      [2026, 1.39],
      [2027, 0.8],
      [2028, 0.2],
    ]);
    expect(refused).toEqual([{ target: ledger[0], standing: file[1] }]);
  });
});

describe("targetLine", () => {
  it("begins with the last declared year before the first target", () => {
    const targets = [
      { year: 2026, value: 1.39, from: "park file" },
      { year: 2028, value: 0.2, from: "park file" },
    ];
    const declared = [
      { year: 2024, value: 2.2 },
      { year: 2025, value: 1.99 },
      { year: 2027, value: 1 },
    ];
    expect(targetLine(targets, declared, END)).toEqual([
      { timeMs: END(2025), value: 1.99 },
      { timeMs: END(2026), value: 1.39 },
      { timeMs: END(2028), value: 0.2 },
    ]);
    expect(targetLine([], declared, END)).toEqual([]);
  });
});

describe("amountsInForce", () => {
  const projects = [
    { lever: "directLineGwh" as const, amount: 120, fromMs: END(2026) },
    { lever: "directLineGwh" as const, amount: 30, fromMs: END(2027) },
    { lever: "pvMwp" as const, amount: 9, fromMs: END(2024) },
  ];
  it("adds up what is in force, and leaves out what is in the measurement already", () => {
    expect(amountsInForce(projects, END(2025), END(2026) - 1).directLineGwh).toBe(0);
    expect(amountsInForce(projects, END(2025), END(2026)).directLineGwh).toBe(120);
    expect(amountsInForce(projects, END(2025), END(2028)).directLineGwh).toBe(150);
    expect(amountsInForce(projects, END(2025), END(2028)).pvMwp).toBe(0);
  });
});
