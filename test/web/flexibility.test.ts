import fc from "fast-check";
import { expect, test } from "vitest";
import {
  assetSum,
  assetsInOrder,
  capacities,
  firstDuration,
  flexChart,
  presentKw,
} from "../../web/pages/flexibility/bars.ts";
import { flexibilityFixture } from "../kit/fixtures/flexibility.ts";

const plot = { left: 40, right: 560, top: 10, bottom: 260, pad: 20 };

test("up rises from the zero line and down hangs from it, on one scale", () => {
  const made = flexChart(flexibilityFixture, plot);
  const hour = made.bars[2];
  if (hour === undefined) throw new Error("the fixture has five durations");
  expect(hour.upKw).toBe(28_700);
  expect(hour.downKw).toBe(34_700);
  expect(hour.upHeight / hour.upKw).toBeCloseTo(hour.downHeight / hour.downKw, 9);
  for (const bar of made.bars) {
    expect(made.zero - bar.upHeight).toBeGreaterThanOrEqual(plot.top + plot.pad - 1e-9);
    expect(made.zero + bar.downHeight).toBeLessThanOrEqual(plot.bottom - plot.pad + 1e-9);
    expect(bar.x).toBeGreaterThanOrEqual(plot.left);
    expect(bar.x + bar.width).toBeLessThanOrEqual(plot.right);
  }
});

test("the tallest bars fill the room, whatever the figures; nothing at all stands on a middle line", () => {
  const side = fc.array(fc.double({ min: 0, max: 1e6, noNaN: true }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(side, side, (upKw, downKw) => {
      const made = flexChart({ durationsMin: [15, 30, 60, 120, 240], upKw, downKw }, plot);
      const highest = Math.max(...made.bars.map((bar) => bar.upHeight));
      const lowest = Math.max(...made.bars.map((bar) => bar.downHeight));
      expect(highest + lowest).toBeLessThanOrEqual(210 + 1e-6);
      expect(made.ticks.length).toBeLessThan(10);
    }),
  );
  const none = flexChart({ durationsMin: [60], upKw: [0], downKw: [0] }, plot);
  expect(none.zero).toBe(135);
  expect(none.ticks).toEqual([{ kw: 0, y: 135 }]);
});

test("the four capacities stay four: what was not tested or declared is null, not 0", () => {
  expect(capacities(flexibilityFixture, 2)).toEqual([
    { id: "connected", upKw: 55_000, downKw: 57_500 },
    { id: "tested", upKw: null, downKw: null },
    { id: "callable", upKw: 28_700, downKw: 34_700 },
    { id: "declared", upKw: null, downKw: null },
  ]);
});

test("assets add up to the total; what a connection cuts is told", () => {
  for (let at = 0; at < 5; at++) {
    const sum = assetSum(flexibilityFixture, at);
    expect(sum.upKw).toBe(flexibilityFixture.upKw[at]);
    expect(sum.cutUpKw).toBe(0);
    expect(sum.cutDownKw).toBe(0);
  }
  const cut = assetSum({ ...flexibilityFixture, upKw: flexibilityFixture.upKw.map((kw) => kw - 100) }, 2);
  expect(cut.cutUpKw).toBe(100);
});

test("storages stand first, kinds that do not count yet are one row each, and none is lost", () => {
  const assets = flexibilityFixture.assets.toReversed();
  const { rows, waiting } = assetsInOrder({ ...flexibilityFixture, assets });
  expect(rows.map((asset) => asset.kind)).toEqual([
    ...Array(4).fill("storage"),
    "charger",
    "flexible-load",
    "flexible-load",
  ]);
  expect(rows.at(-1)?.id).toBe("data-cooling");
  expect(waiting.map(({ kind, assets: of }) => [kind, of.length])).toEqual([["pv", 2]]);
  expect(rows.length + waiting.flatMap((one) => one.assets).length).toBe(assets.length);
});

test("a storage that is silent stands behind those that count, before every other kind", () => {
  const assets = flexibilityFixture.assets.map((asset) =>
    asset.id === "ingot-storage" ? { ...asset, upKw: [0, 0, 0, 0, 0], downKw: [0, 0, 0, 0, 0] } : asset,
  );
  const { rows } = assetsInOrder({ ...flexibilityFixture, assets });
  expect(rows[3]?.id).toBe("ingot-storage");
});

test("what storages do now is the sum of what is known; nothing known is not 0", () => {
  expect(presentKw(flexibilityFixture)).toBe(-1_520);
  const assets = flexibilityFixture.assets.map((asset) => ({ ...asset, powerKw: null }));
  expect(presentKw({ ...flexibilityFixture, assets })).toBeNull();
});

test("one hour is chosen first, else the middle duration", () => {
  expect(firstDuration([15, 30, 60, 120, 240])).toBe(2);
  expect(firstDuration([15, 30, 45])).toBe(1);
});
