import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DASH,
  duration,
  fixed,
  percent,
  percents,
  quantity,
  roundToSum,
  signed,
  significant,
  THIN,
  unitFor,
  withUnit,
} from "../../web/format.ts";

const plain = (text: string): string => text.replaceAll(THIN, " ");

describe("numbers as people read them", () => {
  it.each([
    [120_500, "121 MW"],
    [85_100, "85.1 MW"],
    [8_600, "8.60 MW"],
    [999.4, "999 kW"],
    [999.6, "1.00 MW"],
    [0.05, "0.0500 kW"],
    [0, "0 kW"],
    [-4_600, "−4.60 MW"],
    [1_250_000, "1.25 GW"],
  ])("power %d kW reads %s", (kw, text) => {
    expect(plain(quantity("power", kw))).toBe(text);
  });

  it.each([
    [1_693_100, "1.69 GWh"],
    [259_000, "259 MWh"],
    [40, "40.0 kWh"],
    [2.5e9, "2.50 TWh"],
  ])("energy %d kWh reads %s", (kwh, text) => {
    expect(plain(quantity("energy", kwh))).toBe(text);
  });

  it.each([
    [0.4, "400 gCO₂"],
    [12, "12.0 kgCO₂"],
    [714_000, "714 tCO₂"],
    [495_320_000, "495,320 tCO₂"],
  ])("carbon %d kg reads %s", (kg, text) => {
    expect(plain(quantity("carbon", kg))).toBe(text);
  });

  it("missing is a dash and never 0, without a unit", () => {
    for (const none of [null, undefined, Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(fixed(none, 1)).toBe(DASH);
      expect(significant(none)).toBe(DASH);
      expect(percent(none)).toBe(DASH);
    }
    expect(quantity("power", null)).toBe(DASH);
    expect(withUnit(DASH, "MW")).toBe(DASH);
  });

  it("rounds the parts of a whole so that they add up on screen", () => {
    const shares = percents({ measured: 0.35145, estimated: 0.0003, missing: 0.64825 });
    const sum = Object.values(shares).reduce((all, text) => all + Number.parseFloat(text), 0);
    expect(sum).toBeCloseTo(100, 9);
    expect(plain(percents({ measured: 1, estimated: 0, missing: 0 }).measured)).toBe("100.0 %");
  });

  it("keeps every digit before the point, as tables do", () => {
    expect(significant(12_670.6)).toBe("12,671");
    expect(significant(999.6)).toBe("1,000");
  });

  it("uses a true minus, and none on what rounds to nothing", () => {
    expect(fixed(-3.2, 1)).toBe("−3.2");
    expect(fixed(-0.04, 1)).toBe("0.0");
    expect(signed(-0.04, 1)).toBe("0.0");
    expect(signed(0.04, 1)).toBe("0.0");
    expect(signed(1.25, 1)).toBe("+1.3");
    expect(signed(-1.25, 1)).toBe("−1.3");
    expect(fixed(1693.1, 1)).toBe("1,693.1");
  });

  it("keeps value and unit together by a thin space that does not break", () => {
    expect(percent(0.995)).toBe(`99.5${THIN}%`);
    expect(THIN).toContain("\u2009");
    expect(THIN).not.toContain(" ");
  });

  it("one unit for all, by the largest value", () => {
    expect(unitFor("power", [400, 85_100, null]).text).toBe("MW");
    expect(unitFor("power", [-2_000, 3]).text).toBe("MW");
    expect(unitFor("power", [null]).text).toBe("kW");
    expect(unitFor("energy", []).text).toBe("kWh");
  });

  it("spans of time grow their unit", () => {
    expect([4, 89, 91, 2_764, 5 * 3600, 3 * 86_400].map((s) => plain(duration(s)))).toEqual([
      "4 s",
      "89 s",
      "2 min",
      "46 min",
      "5 h",
      "3 d",
    ]);
    expect(plain(duration(-3))).toBe("0 s");
  });
});

describe("columns that add up on screen", () => {
  const value = fc.double({ min: -1e5, max: 1e5, noNaN: true });

  it("rounded values add up to the rounded sum, each within one step of its own", () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(value, { nil: null }), { maxLength: 30 }),
        fc.integer({ min: 0, max: 3 }),
        (values, digits) => {
          const rounded = roundToSum(values, digits);
          const scale = 10 ** digits;
          const sum = values.reduce<number>((a, b) => a + (b ?? 0), 0);
          const shown = rounded.reduce<number>((a, b) => a + (b ?? 0), 0);
          expect(Math.abs(Math.round(shown * scale) - Math.round(sum * scale))).toBeLessThanOrEqual(1);
          values.forEach((v, i) => {
            if (v === null) expect(rounded[i]).toBeNull();
            else expect(Math.abs((rounded[i] ?? Number.NaN) - v)).toBeLessThanOrEqual(1.000001 / scale);
          });
        },
      ),
    );
  });

  it("gives the odd step to the largest remainder", () => {
    expect(roundToSum([33.333, 33.333, 33.334], 1, 100)).toEqual([33.3, 33.3, 33.4]);
    expect(roundToSum([0.05, 0.05], 1, 0.1).reduce<number>((a, b) => a + (b ?? 0), 0)).toBeCloseTo(0.1);
  });
});
