import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  drawnFlow,
  type Flow,
  type FlowNode,
  flowOf,
  layoutFlow,
  ribbon,
} from "../../web/pages/overview/flow.ts";
import { liveFixture } from "../kit/fixtures/live.ts";

const BOX = { height: 250, inputSlot: 42, outputSlot: 23, gap: 2, busLabel: 20 };
const sum = (nodes: readonly FlowNode[], of: (n: FlowNode) => number): number =>
  nodes.reduce((a, n) => a + of(n), 0);
const kw = fc.double({ min: 0, max: 2e5, noNaN: true });
const maybe = fc.option(kw, { nil: null });

const picture = fc
  .record({
    gridImportKw: kw,
    pvKw: fc.option(fc.double({ min: -500, max: 9e4, noNaN: true }), { nil: null }),
    storageOutKw: maybe,
    useKw: maybe,
    storageInKw: maybe,
    gridExportKw: maybe,
    groups: fc.array(maybe, { maxLength: 7 }),
  })
  .map((p) => ({
    busKw: p.gridImportKw + (p.pvKw ?? 0) + (p.storageOutKw ?? 0),
    sources: { gridImportKw: p.gridImportKw, pvKw: p.pvKw, storageOutKw: p.storageOutKw },
    uses: { useKw: p.useKw, storageInKw: p.storageInKw, gridExportKw: p.gridExportKw, unknownKw: null },
    groups: p.groups.map((powerKw, i) => ({
      id: `g${i}`,
      name: { zh: "组", en: "group" },
      enterprises: i,
      powerKw,
    })),
  }));

function flowed(answer: Parameters<typeof flowOf>[0]): Flow {
  const flow = flowOf(answer);
  if (flow === null) throw new Error("expected a flow");
  return flow;
}

describe("the flow's balance", () => {
  it("the picture of now: in = out = 132.8 MW, shares 100.0 %, the unknown a node of its own", () => {
    const flow = flowed(liveFixture("2026-11-20T14:36:12+08:00"));
    expect(flow.totalShown).toBe(132.8);
    expect(flow.unit.text).toBe("MW");
    expect(flow.inputs.map((n) => [n.id, n.shown])).toEqual([
      ["pv", 47.3],
      ["storageOut", 0.4],
      ["grid", 85.1],
    ]);
    expect(flow.outputs.map((n) => [n.id, n.shown, n.sharePercent])).toEqual([
      ["crystalline-silicon", 83.1, 62.6],
      ["lithium", 23.8, 17.9],
      ["data-centre", 10.8, 8.1],
      ["textile-public-charging", 2.8, 2.1],
      ["storageIn", 9, 6.8],
      ["export", 1.2, 0.9],
      ["unknown", 2.1, 1.6],
    ]);
  });

  it("is not drawn while the gate meters are silent", () => {
    const now = liveFixture("2026-11-20T14:36:12+08:00");
    expect(flowOf({ ...now, busKw: null })).toBeNull();
    expect(flowOf({ ...now, sources: { ...now.sources, gridImportKw: null } })).toBeNull();
  });

  it("meters that give out more than comes in are told on the side where it is missing", () => {
    const now = liveFixture("2026-11-20T14:36:12+08:00");
    const flow = flowed({ ...now, sources: { ...now.sources, gridImportKw: 80_000 } });
    expect(flow.outputs.some((n) => n.kind === "unknown")).toBe(false);
    const unmatched = flow.inputs.find((n) => n.kind === "unmatched");
    expect(unmatched?.powerKw).toBeCloseTo(3_000, 6);
  });

  it("solar that takes power at night is a use", () => {
    const now = liveFixture("2026-11-20T14:36:12+08:00");
    const flow = flowed({ ...now, sources: { ...now.sources, pvKw: -60 } });
    expect(flow.inputs.some((n) => n.kind === "pv")).toBe(false);
    expect(flow.outputs.find((n) => n.kind === "pvNight")?.powerKw).toBe(60);
  });

  it("what reads 0.0 is not drawn, and the shown sums stay", () => {
    const now = liveFixture("2026-11-20T14:36:12+08:00");
    const flow = flowed({ ...now, sources: { ...now.sources, pvKw: -38 } });
    const drawn = drawnFlow(flow);
    expect(flow.outputs.some((n) => n.kind === "pvNight")).toBe(true);
    expect(drawn.outputs.some((n) => n.kind === "pvNight")).toBe(false);
    for (const side of [drawn.inputs, drawn.outputs])
      expect(sum(side, (n) => n.shown)).toBeCloseTo(drawn.totalShown, 6);
  });

  it("in = out for any picture, in kW and as shown, and shares sum to 100.0 %", () => {
    fc.assert(
      fc.property(picture, (answer) => {
        const flow = flowed(answer);
        const scale = 10 ** flow.digits;
        for (const side of [flow.inputs, flow.outputs]) {
          if (flow.totalKw < 1) continue;
          expect(sum(side, (n) => n.powerKw)).toBeCloseTo(flow.totalKw, 4);
          expect(Math.round(sum(side, (n) => n.shown) * scale)).toBe(Math.round(flow.totalShown * scale));
          expect(Math.round(sum(side, (n) => n.sharePercent) * 10)).toBe(1000);
          for (const node of side) expect(node.shown).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe("the flow's drawing", () => {
  it("one scale: both columns and the bus are as high as what they carry, nothing leaves the box or overlaps", () => {
    fc.assert(
      fc.property(picture, fc.integer({ min: 230, max: 700 }), (answer, height) => {
        const flow = flowed(answer);
        fc.pre(flow.totalKw > 1 && flow.outputs.length <= 9);
        const layout = layoutFlow(flow, { ...BOX, height });
        expect(layout.busHeight).toBeCloseTo(flow.totalKw * layout.pxPerKw, 6);
        for (const side of [layout.inputs, layout.outputs]) {
          expect(side.reduce((a, p) => a + p.height, 0)).toBeCloseTo(layout.busHeight, 4);
          let below = -1e-6;
          let bus = layout.busY;
          for (const p of side) {
            expect(p.busY).toBeCloseTo(bus, 4);
            bus += p.height;
            expect(p.y).toBeGreaterThanOrEqual(below - 1e-6);
            below = p.y + p.height;
          }
          expect(bus).toBeCloseTo(layout.busY + layout.busHeight, 4);
          expect(below).toBeLessThanOrEqual(height + 1e-6);
        }
        expect(layout.busY).toBeGreaterThanOrEqual(BOX.busLabel - 1e-6);
      }),
    );
  });

  it("a ribbon keeps its thickness at both ends", () => {
    expect(ribbon(0, 10, 100, 40, 5)).toBe(
      "M0.0 10.0C50.0 10.0 50.0 40.0 100.0 40.0V45.0C50.0 45.0 50.0 15.0 0.0 15.0Z",
    );
  });
});
