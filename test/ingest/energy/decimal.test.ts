import fc from "fast-check";
import { expect, it } from "vitest";
import { Multiplier, riseOf } from "../../../ingest/energy/decimal.ts";

const displays = fc.oneof(
  fc
    .tuple(fc.nat(2_000_000_000), fc.integer({ min: 0, max: 8 }))
    .map(([units, scale]) => units / 10 ** scale),
  fc.double({ min: 0, max: 1e15, noNaN: true }),
);
const multipliers = fc.constantFrom(1, 80, 4_000, 0.5, 0.07, 1_234.567, 1e-7, 120_000);

it("E2 a register is the same as a number and as a BigInt, and so is a rise", () => {
  fc.assert(
    fc.property(displays, displays, multipliers, (a, b, ratio) => {
      const multiplier = new Multiplier(ratio);
      expect(BigInt(multiplier.register(a))).toBe(multiplier.micro(a));
      const rise = Number(multiplier.micro(b) - multiplier.micro(a));
      expect(riseOf(multiplier.register(a), multiplier.register(b))).toBe(rise);
    }),
    { numRuns: 3_000 },
  );
});
