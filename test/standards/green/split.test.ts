import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { partOf, splitInto } from "../../../standards/green/split.ts";

const sum = (list: Iterable<number>) => [...list].reduce((a, b) => a + b, 0);
const mwh = fc.integer({ min: 0, max: 9_000_000_000 });

describe("splitInto", () => {
  it("parts add up exactly, are within a unit of their quota, and never exceed their weight", () => {
    fc.assert(
      fc.property(
        fc.array(mwh, { minLength: 1, maxLength: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, share) => {
          const weights = Float64Array.from(list);
          const total = Math.floor(sum(list) * share);
          const parts = new Float64Array(list.length);
          splitInto(total, weights, list.length, sum(list), parts);
          expect(sum(parts)).toBe(total);
          list.forEach((weight, i) => {
            expect(parts[i]).toBeGreaterThanOrEqual(0);
            expect(parts[i]).toBeLessThanOrEqual(weight);
            if (sum(list) > 0)
              expect(Math.abs((parts[i] ?? 0) - (total * weight) / sum(list))).toBeLessThan(list.length + 1);
          });
        },
      ),
    );
  });

  it("a part of two fits both", () => {
    fc.assert(
      fc.property(mwh, mwh, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const total = Math.floor((a + b) * share);
        const part = partOf(total, a, a + b);
        expect(part).toBeGreaterThanOrEqual(0);
        expect(part).toBeLessThanOrEqual(a);
        expect(total - part).toBeGreaterThanOrEqual(0);
        expect(total - part).toBeLessThanOrEqual(b);
      }),
    );
  });
});
