import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folded } from "../../web/pages/records/fold.ts";

const row = (meter: string, depth: number, state = "ok") => ({ meter, depth, state });
const ids = (rows: readonly { readonly meter: string }[]): string => rows.map((one) => one.meter).join(" ");

const TREE = [
  row("north", 0),
  row("wafer", 1),
  row("slicing", 2),
  row("saw", 3),
  row("cleaning", 2),
  row("cell", 1),
  row("south", 0),
  row("wool", 1),
];

describe("a balance's tree of meters", () => {
  it("shows the first two levels, and counts what each hides", () => {
    const { shown, folds } = folded(TREE, new Set(), 1);
    expect(ids(shown)).toBe("north wafer cell south wool");
    expect([...folds]).toEqual([
      ["wafer", 2],
      ["slicing", 1],
    ]);
  });

  it("opens one level at a time", () => {
    expect(ids(folded(TREE, new Set(["wafer"]), 1).shown)).toBe(
      "north wafer slicing cleaning cell south wool",
    );
    expect(ids(folded(TREE, new Set(["slicing"]), 1).shown)).toBe("north wafer cell south wool");
    expect(ids(folded(TREE, new Set(["north"]), 0).shown)).toBe("north wafer cell south");
  });

  it("begins where an enterprise hangs in the park's tree", () => {
    const own = [row("gate", 1), row("a", 2), row("b", 2), row("c", 2)];
    const { shown, folds } = folded(own, new Set(), 0);
    expect(ids(shown)).toBe("gate");
    expect([...folds]).toEqual([["gate", 3]]);
    expect(ids(folded(own, new Set(["gate"]), 0).shown)).toBe("gate a b c");
    expect(folded([], new Set(), 1).shown).toEqual([]);
  });

  it("never folds away what does not agree, nor the way to it", () => {
    const tree = TREE.map((one) => (one.meter === "saw" ? { ...one, state: "over" } : one));
    expect(ids(folded(tree, new Set(), 0).shown)).toBe("north wafer slicing saw south");
  });

  it("shows all when all is opened, in the same order", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(3), { maxLength: 30 }), (steps) => {
        let depth = 0;
        const tree = steps.map((step, at) => {
          depth = at === 0 ? 0 : Math.min(depth + 1, step);
          return row(String(at), depth);
        });
        expect(folded(tree, new Set(tree.map((one) => one.meter)), 0).shown).toEqual(tree);
      }),
    );
  });
});
