import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineBytes } from "../../store/influx/line-bytes.ts";
import { fieldText } from "../../store/influx/lines.ts";

const HEAD = Buffer.from("reading,park=p,meter=m");

function lineOf(value: number, timeMs = 1_795_104_600_000): string {
  const into = new LineBytes();
  const row = { meter: "m", timeMs, values: { powerKw: value }, superseded: {}, simulated: false };
  into.reading(HEAD, row);
  return Buffer.from(into.bytes).toString();
}

describe("line bytes", () => {
  it("E11 write every number as its text is", () => {
    const decimals = fc
      .tuple(fc.integer({ min: -2_000_000_000, max: 2_000_000_000 }), fc.integer({ min: 0, max: 8 }))
      .map(([units, scale]) => units / 10 ** scale);
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(fc.oneof(decimals, doubles, fc.maxSafeInteger()), (value) => {
        const text = fieldText(value === 0 ? 0 : value);
        expect(lineOf(value)).toBe(`reading,park=p,meter=m simulated=false,powerKw=${text} 1795104600000\n`);
      }),
      { numRuns: 3_000 },
    );
  });

  it("write edges as their texts are", () => {
    for (const value of [
      0,
      0.000001,
      999_999.999999,
      1e7,
      9_999_999,
      10_000_000.5,
      1e15,
      1e15 - 1,
      1e21,
      5e-324,
    ])
      expect(lineOf(value)).toContain(`powerKw=${fieldText(value)} `);
    expect(lineOf(-0)).toContain("powerKw=0 ");
    expect(lineOf(1, 946_684_800_000)).toMatch(/ 946684800000\n$/);
  });

  it("grow, begin anew, and hold texts of any characters and values that were replaced", () => {
    const into = new LineBytes();
    const text = `dead_letter,park=p payload="${"零碳😀".repeat(40_000)}" 1`;
    into.text(text);
    expect(Buffer.from(into.bytes).toString()).toBe(`${text}\n`);
    into.clear();
    const superseded = { energyImportKwh: [1.5, 2] };
    into.reading(HEAD, {
      meter: "m",
      timeMs: 7,
      values: { energyImportKwh: 3 },
      superseded,
      simulated: true,
    });
    expect(Buffer.from(into.bytes).toString()).toBe(
      'reading,park=p,meter=m simulated=true,energyImportKwh=3,superseded_energyImportKwh="[1.5,2]" 7\n',
    );
    expect(into.lines).toBe(1);
  });
});
