import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type GreenDay,
  hoursOf,
  noContent,
  nodeValue,
  storageSums,
} from "../../../standards/green/day-result.ts";
import { GreenEngine } from "../../../standards/green/engine.ts";
import { GreenLayout, type GreenNetwork, type GreenStorage, STATE } from "../../../standards/green/layout.ts";
import {
  columnOf,
  dayInput,
  greenFlows,
  type NodeFlows,
  type StorageFlows,
  type Trade,
} from "../../kit/green-days.ts";

const sum = (list: Iterable<number>) => [...list].reduce((a, b) => a + b, 0);

const four = (value: number, state: number = STATE.measured) =>
  columnOf([value, value, value, value], [state, state, state, state]);
const node = (id: string) => ({ id, hasConnection: true });
const fields = (day: GreenDay, place: number, ...names: Parameters<typeof nodeValue>[2][]) =>
  Object.fromEntries(names.map((name) => [name, nodeValue(day, place, name)]));
const run = (
  layout: GreenLayout,
  nodes: Readonly<Record<string, NodeFlows>>,
  storages: Readonly<Record<string, StorageFlows>> = {},
  trades: readonly Trade[] = [],
) => {
  const engine = new GreenEngine(layout);
  engine.load(greenFlows(layout, 4, nodes, storages));
  return engine.day(dayInput(layout, 0, 4, trades), noContent(layout));
};

describe("matching, by hand", () => {
  const flows = (pv: number | null, use: number, taken: number, given: number): NodeFlows => ({
    ...(pv === null ? {} : { pv: four(pv) }),
    use: four(use),
    taken: four(taken),
    given: four(given),
  });

  it("PV serves its own use first, then the network by remaining use, the rest is exported", () => {
    const layout = new GreenLayout(
      [node("a"), node("b"), node("c")],
      [{ id: "n", kind: "private", nodes: ["a", "b", "c"] }],
      [],
    );
    const day = run(layout, {
      a: flows(1000, 300, 0, 700),
      b: flows(null, 400, 400, 0),
      c: flows(null, 100, 100, 0),
    });
    expect(fields(day, 0, "ownUse", "gave", "exported", "kept")).toEqual({
      ownUse: 1200,
      gave: 2000,
      exported: 800,
      kept: 0,
    });
    expect(fields(day, 1, "networkUse", "matchedNetwork")).toEqual({
      networkUse: 1600,
      matchedNetwork: 1600,
    });
    expect(fields(day, 2, "networkUse", "lineUse")).toEqual({ networkUse: 400, lineUse: 0 });
    expect([...day.pairs]).toEqual([0, 1600, 400, 0, 0, 0, 0, 0, 0]);
  });

  it("over the public grid nothing reaches a neighbour", () => {
    const layout = new GreenLayout([node("a"), node("b")], [], []);
    const day = run(layout, { a: flows(1000, 300, 0, 700), b: flows(null, 400, 400, 0) });
    expect(nodeValue(day, 1, "networkUse")).toBe(0);
    expect(nodeValue(day, 0, "exported")).toBe(2800);
  });

  it("nobody receives more than came through its connection, and over a direct line it counts as such", () => {
    const layout = new GreenLayout(
      [node("a"), node("b")],
      [{ id: "n", kind: "direct-line", nodes: ["a", "b"] }],
      [],
    );
    const day = run(layout, { a: flows(1000, 0, 0, 1000), b: flows(null, 900, 250, 0) });
    expect(fields(day, 1, "lineUse", "networkUse")).toEqual({ lineUse: 1000, networkUse: 0 });
  });

  it("what neither left nor was used or stored is kept, and nobody claims it", () => {
    const layout = new GreenLayout(
      [node("a"), node("b")],
      [{ id: "n", kind: "private", nodes: ["a", "b"] }],
      [],
    );
    const day = run(layout, { a: flows(1000, 300, 0, 200), b: flows(null, 900, 900, 0) });
    expect(fields(day, 0, "gave", "kept", "exported")).toEqual({ gave: 800, kept: 2000, exported: 0 });
  });

  it("estimated quarter-hours are served but match 0 in the hourly share", () => {
    const layout = new GreenLayout([node("a")], [], []);
    const pv = columnOf(
      [100, 100, 100, 100],
      [STATE.measured, STATE.estimated, STATE.measured, STATE.measured],
    );
    const use = columnOf([80, 80, 80, 0], [STATE.measured, STATE.measured, STATE.estimated, STATE.missing]);
    const day = run(layout, { a: { pv, use, taken: four(0), given: four(20) } });
    expect(fields(day, 0, "ownUse", "matchedOwn", "useMeasured", "useEstimated", "useKnownQuarters")).toEqual(
      {
        ownUse: 240,
        matchedOwn: 80,
        useMeasured: 160,
        useEstimated: 80,
        useKnownQuarters: 3,
      },
    );
    expect(hoursOf(day, 0, "due")[0]).toBe(4);
    expect(hoursOf(day, 0, "matched")[0]).toBe(80);
  });

  it("what came from a giver that was not measured does not match, what came from a measured one does", () => {
    const layout = new GreenLayout(
      [node("a"), node("b"), node("c")],
      [{ id: "n", kind: "private", nodes: ["a", "b", "c"] }],
      [],
    );
    const day = run(layout, {
      a: { ...flows(100, 0, 0, 100), pv: four(100, STATE.estimated) },
      b: flows(100, 0, 0, 100),
      c: flows(null, 200, 200, 0),
    });
    expect(fields(day, 2, "networkUse", "matchedNetwork")).toEqual({ networkUse: 800, matchedNetwork: 400 });
  });

  it("power settled by interval counts in the quarter-hour it was generated in, up to what is still needed", () => {
    const layout = new GreenLayout([node("a")], [], []);
    const day = run(layout, { a: { pv: four(30), use: four(100), taken: four(70), given: four(0) } }, {}, [
      { nodes: ["a"], mwh: [50, 70, 90, 0] },
    ]);
    expect(fields(day, 0, "ownUse", "tradeUse", "matchedTrade")).toEqual({
      ownUse: 120,
      tradeUse: 190,
      matchedTrade: 190,
    });
  });
});

describe("storage tracing, by hand", () => {
  const pack = (usableWh: number, chargeEfficiency = 1, dischargeEfficiency = 1): GreenStorage => ({
    id: "pack",
    node: "a",
    usableWh,
    chargeEfficiency,
    dischargeEfficiency,
  });
  const k = (list: readonly number[]) => columnOf(list.map((kwh) => kwh * 1_000_000));

  it("charging carries the mix of the quarter-hour, discharging brings it back in proportion", () => {
    const layout = new GreenLayout([node("a")], [], [pack(1_000_000)]);
    // 60 of PV and 40 bought serve 50 of use and 50 of charging; later 25 come back.
    const day = run(
      layout,
      {
        a: { pv: k([60, 0, 0, 0]), use: k([50, 40, 0, 0]), taken: k([40, 15, 0, 0]), given: k([0, 0, 0, 0]) },
      },
      { pack: { in: k([50, 0, 0, 0]), out: k([0, 25, 0, 0]) } },
    );
    expect(fields(day, 0, "ownUse", "ownCharge", "storageUse", "storageOwnUse", "matchedStorage")).toEqual({
      ownUse: 30_000_000,
      ownCharge: 30_000_000,
      storageUse: 25_000_000,
      storageOwnUse: 15_000_000,
      matchedStorage: 15_000_000,
    });
    expect([...day.endContent]).toEqual([15_000, 0, 0, 10_000, 0]);
  });

  it("losses fall on the sources in proportion", () => {
    const layout = new GreenLayout([node("a")], [], [pack(1_000_000, 0.9, 0.9)]);
    const day = run(
      layout,
      { a: { pv: k([60, 0, 0, 0]), use: k([0, 81, 0, 0]), taken: k([40, 0, 0, 0]), given: k([0, 0, 0, 0]) } },
      { pack: { in: k([100, 0, 0, 0]), out: k([0, 81, 0, 0]) } },
    );
    expect([...storageSums(day, 0, "out")]).toEqual([48_600, 0, 0, 32_400, 0]);
    expect([...storageSums(day, 0, "lost")]).toEqual([11_400, 0, 0, 7_600, 0]);
    expect([...day.endContent]).toEqual([0, 0, 0, 0, 0]);
  });

  it("discharge without content is unknown, and the content is anchored anew at its minimum", () => {
    const layout = new GreenLayout([node("a")], [], [pack(1_000_000)]);
    const day = run(
      layout,
      { a: { pv: k([10, 0, 0, 0]), use: k([0, 30, 0, 0]), taken: k([0, 0, 0, 0]), given: k([0, 0, 0, 0]) } },
      { pack: { in: k([10, 0, 0, 0]), out: k([0, 30, 0, 0]) } },
    );
    expect([...storageSums(day, 0, "out")]).toEqual([10_000, 0, 0, 0, 20_000]);
    expect(fields(day, 0, "storageUse", "storageOwnUse")).toEqual({
      storageUse: 30_000_000,
      storageOwnUse: 10_000_000,
    });
    expect(sum(day.endContent)).toBe(0);
  });

  it("more than the battery can hold is lost", () => {
    const layout = new GreenLayout([node("a")], [], [pack(15_000)]);
    const day = run(
      layout,
      { a: { pv: k([10, 0, 0, 0]), use: k([0, 0, 0, 0]), taken: k([0, 10, 0, 0]), given: k([0, 0, 0, 0]) } },
      { pack: { in: k([10, 10, 0, 0]), out: k([0, 0, 0, 0]) } },
    );
    expect([...day.endContent]).toEqual([7_500, 0, 0, 7_500, 0]);
    expect(sum(storageSums(day, 0, "lost"))).toBe(5_000);
  });

  it("charging in a quarter-hour that is not measured brings in what is unknown", () => {
    const layout = new GreenLayout([node("a")], [], [pack(100_000)]);
    const day = run(
      layout,
      {
        a: {
          pv: columnOf([10_000_000, 0, 0, 0], [STATE.estimated]),
          use: k([0, 0, 0, 0]),
          taken: k([0, 0, 0, 0]),
          given: k([0, 0, 0, 0]),
        },
      },
      { pack: { in: k([10, 0, 0, 0]), out: k([0, 0, 0, 0]) } },
    );
    expect([...day.endContent]).toEqual([0, 0, 0, 0, 10_000]);
  });
});

/** A park of up to five nodes with any flows, all of it from one seed. */
interface Case {
  readonly layout: GreenLayout;
  readonly nodes: Record<string, NodeFlows>;
  readonly storages: Record<string, StorageFlows>;
  readonly trades: { nodes: string[]; mwh: number[] }[];
  readonly quarters: number;
}

const QUARTERS = 8;
const some = (list: readonly string[]) => fc.subarray([...list], { minLength: 1 });
const amounts = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 5_000_000 })), {
  minLength: QUARTERS,
  maxLength: QUARTERS,
});
const states = fc.array(fc.constantFrom(2, 2, 2, 1, 0), { minLength: QUARTERS, maxLength: QUARTERS });
const column = fc.tuple(amounts, states).map(([list, state]) =>
  columnOf(
    list.map((v, q) => (state[q] === 0 ? 0 : v)),
    state,
  ),
);
const cases: fc.Arbitrary<Case> = fc.integer({ min: 1, max: 5 }).chain((count) => {
  const ids = Array.from({ length: count }, (_, i) => `n${i}`);
  return fc
    .record({
      flows: fc.tuple(...ids.map(() => fc.record({ pv: column, use: column, taken: column, given: column }))),
      connected: fc.tuple(...ids.map(() => fc.boolean())),
      networks: fc.array(fc.tuple(fc.constantFrom("private" as const, "direct-line" as const), some(ids)), {
        maxLength: 2,
      }),
      storages: fc.array(
        fc.record({
          node: fc.constantFrom(...ids),
          usableWh: fc.integer({ min: 0, max: 20_000 }),
          chargeEfficiency: fc.double({ min: 0.5, max: 1, noNaN: true }),
          dischargeEfficiency: fc.double({ min: 0.5, max: 1, noNaN: true }),
          in: column,
          out: column,
        }),
        { maxLength: 3 },
      ),
      trades: fc.array(fc.record({ nodes: some(ids), mwh: amounts }), { maxLength: 2 }),
    })
    .map((made) => ({
      layout: new GreenLayout(
        ids.map((id, i) => ({ id, hasConnection: made.connected[i] === true })),
        made.networks.map(([kind, members], i): GreenNetwork => ({ id: `net${i}`, kind, nodes: members })),
        made.storages.map((s, i) => ({ id: `s${i}`, ...s })),
      ),
      nodes: Object.fromEntries(ids.map((id, i) => [id, made.flows[i] ?? {}])),
      storages: Object.fromEntries(made.storages.map((s, i) => [`s${i}`, { in: s.in, out: s.out }])),
      trades: made.trades,
      quarters: QUARTERS,
    }));
});
const dayOf = (c: Case, content = noContent(c.layout), first = 0, quarters = c.quarters) => {
  const engine = new GreenEngine(c.layout);
  engine.load(greenFlows(c.layout, c.quarters, c.nodes, c.storages));
  return engine.day(dayInput(c.layout, first, quarters, c.trades), content);
};

describe("matching and tracing, whatever the flows", () => {
  it("no kWh is used twice: PV goes to one place, use comes from one place, in every quarter-hour", () => {
    fc.assert(
      fc.property(cases, (c) => {
        let content = noContent(c.layout);
        for (let q = 0; q < c.quarters; q++) {
          // One quarter-hour at a time: what holds of sums must hold of each.
          const day = dayOf(c, content, q, 1);
          content = day.endContent;
          c.layout.nodes.forEach((_, n) => {
            const v = (name: Parameters<typeof nodeValue>[2]) => nodeValue(day, n, name);
            expect(v("pv")).toBe(v("ownUse") + v("ownCharge") + v("gave") + v("exported") + v("kept"));
            for (const name of ["ownUse", "ownCharge", "gave", "exported", "kept"] as const)
              expect(v(name)).toBeGreaterThanOrEqual(0);
            const green =
              v("ownUse") +
              v("networkUse") +
              v("lineUse") +
              v("tradeUse") +
              v("storageOwnUse") +
              v("storageNetworkUse") +
              v("storageTradeUse");
            expect(green).toBeLessThanOrEqual(v("use"));
            const matched =
              v("matchedOwn") +
              v("matchedNetwork") +
              v("matchedLine") +
              v("matchedTrade") +
              v("matchedStorage") +
              v("matchedStorageTrade");
            expect(matched).toBeLessThanOrEqual(green);
            expect(sum(hoursOf(day, n, "matched"))).toBe(matched);
            expect(
              v("ownCharge") + v("networkCharge") + v("lineCharge") + v("tradeCharge"),
            ).toBeLessThanOrEqual(v("charge"));
            if (c.layout.nodes[n]?.hasConnection === true) {
              expect(v("gave") + v("exported")).toBeLessThanOrEqual(v("given"));
              expect(
                v("networkUse") +
                  v("lineUse") +
                  v("tradeUse") +
                  v("networkCharge") +
                  v("lineCharge") +
                  v("tradeCharge"),
              ).toBeLessThanOrEqual(v("taken"));
            }
          });
          const all = (name: Parameters<typeof nodeValue>[2]) =>
            sum(c.layout.nodes.map((_, n) => nodeValue(day, n, name)));
          const received = all("networkUse") + all("networkCharge") + all("lineUse") + all("lineCharge");
          expect(all("gave")).toBe(received);
          expect(sum(day.pairs)).toBe(received);
          expect(all("tradeUse") + all("tradeCharge")).toBeLessThanOrEqual(
            sum(c.trades.map((t) => t.mwh[q] ?? 0)),
          );
        }
      }),
      { numRuns: 300 },
    );
  });

  it("a storage gives no more of any source than it took and had, less its losses", () => {
    fc.assert(
      fc.property(cases, (c) => {
        const day = dayOf(c);
        c.layout.storages.forEach((storage, s) => {
          const [into, out, lost] = [
            storageSums(day, s, "in"),
            storageSums(day, s, "out"),
            storageSums(day, s, "lost"),
          ];
          for (let source = 0; source < 4; source++) {
            const end = day.endContent[s * 5 + source] ?? 0;
            expect(end).toBeGreaterThanOrEqual(0);
            expect(into[source]).toBe((out[source] ?? 0) + (lost[source] ?? 0) + end);
          }
          expect(sum(day.endContent.subarray(s * 5, s * 5 + 5))).toBeLessThanOrEqual(storage.usableWh);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("the order of members, networks and storages changes nothing", () => {
    fc.assert(
      fc.property(cases, (c) => {
        const { layout } = c;
        const turned = new GreenLayout(
          [...layout.nodes].reverse(),
          [...layout.networks].reverse().map((n) => ({ ...n, nodes: [...n.nodes].reverse() })),
          [...layout.storages].reverse(),
        );
        const [a, b] = [dayOf(c), dayOf({ ...c, layout: turned })];
        expect(b).toEqual(a);
      }),
      { numRuns: 100 },
    );
  });

  it("days from checkpoint to checkpoint are the whole: conservation over checkpoints", () => {
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: QUARTERS - 1 }), (c, cut) => {
        const whole = dayOf(c);
        const first = dayOf(c, noContent(c.layout), 0, cut);
        const second = dayOf(c, first.endContent, cut, QUARTERS - cut);
        expect(second.endContent).toEqual(whole.endContent);
        expect(second.nodes.map((v, i) => v + (first.nodes[i] ?? 0))).toEqual(whole.nodes);
        expect(second.storages.map((v, i) => v + (first.storages[i] ?? 0))).toEqual(whole.storages);
        expect(second.pairs.map((v, i) => v + (first.pairs[i] ?? 0))).toEqual(whole.pairs);
      }),
      { numRuns: 200 },
    );
  });
});
