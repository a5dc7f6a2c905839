import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentAfter, isCurrent, type KeptDay } from "../../../standards/green/chain.ts";
import { GreenEngine } from "../../../standards/green/engine.ts";
import { GreenLayout } from "../../../standards/green/layout.ts";
import { columnOf, dayInput, greenFlows } from "../../kit/green-days.ts";

const QUARTERS = 4;
const DAYS = 6;
const layout = new GreenLayout(
  [{ id: "a", hasConnection: true }],
  [],
  [{ id: "pack", node: "a", usableWh: 9_000, chargeEfficiency: 0.9, dischargeEfficiency: 0.9 }],
);

interface Day {
  readonly key: string;
  readonly pv: readonly number[];
  readonly use: readonly number[];
  readonly into: readonly number[];
  readonly out: readonly number[];
}

const mwh = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 6_000_000 })), {
  minLength: QUARTERS,
  maxLength: QUARTERS,
});
const day = fc
  .record({ pv: mwh, use: mwh, into: mwh, out: mwh })
  .map((d): Day => ({ ...d, key: JSON.stringify(d) }));

/** Goes through the days as the api does; says which were made. */
function run(days: readonly Day[], kept: Map<number, KeptDay>): number[] {
  const engine = new GreenEngine(layout);
  const made: number[] = [];
  let before: KeptDay | null = null;
  days.forEach((one, place) => {
    const start = contentAfter(before, layout);
    const was = kept.get(place);
    if (isCurrent(was, one.key, start)) {
      before = was;
      return;
    }
    const { pv, use, into, out } = one;
    engine.load(
      greenFlows(
        layout,
        QUARTERS,
        { a: { pv: columnOf(pv), use: columnOf(use), taken: columnOf(use), given: columnOf(pv) } },
        { pack: { in: columnOf(into), out: columnOf(out) } },
      ),
    );
    before = { key: one.key, layout, day: engine.day(dayInput(layout, 0, QUARTERS), start) };
    kept.set(place, before);
    made.push(place);
  });
  return made;
}

describe("days from checkpoint to checkpoint", () => {
  it("recomputing forward until a checkpoint is equal gives what recomputing all gives", () => {
    fc.assert(
      fc.property(
        fc.array(day, { minLength: DAYS, maxLength: DAYS }),
        fc.nat(DAYS - 1),
        day,
        (days, place, late) => {
          const kept = new Map<number, KeptDay>();
          run(days, kept);
          const changed = days.with(place, late);
          const made = run(changed, kept);
          const fresh = new Map<number, KeptDay>();
          run(changed, fresh);
          expect([...kept].map(([p, k]) => [p, k.day])).toEqual([...fresh].map(([p, k]) => [p, k.day]));
          expect(made.every((p) => p >= place)).toBe(true);
          // From the change on without a break, and no further than something changes.
          expect(made).toEqual(made.map((_, i) => place + i));
        },
      ),
      { numRuns: 150 },
    );
  });

  it("a day without storage energy ends the chain: what follows is not made again", () => {
    const idle = [0, 0, 0, 0];
    const calm = (n: number): Day => ({
      key: `calm ${n}`,
      pv: idle,
      use: idle,
      into: idle,
      out: [0, 0, 9_000_000, 0],
    });
    const kept = new Map<number, KeptDay>();
    const days = [calm(0), calm(1), calm(2), calm(3)];
    expect(run(days, kept)).toEqual([0, 1, 2, 3]);
    expect(run(days.with(1, { ...calm(9), into: [5_000_000, 0, 0, 0] }), kept)).toEqual([1]);
  });
});
