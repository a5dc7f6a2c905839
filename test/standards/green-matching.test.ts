import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countContracts, shareOf } from "../../standards/contracts.ts";
import {
  type MatchNode,
  matchDay,
  type QuarterColumn,
  STATE,
  splitNetwork,
} from "../../standards/green-matching.ts";
import { splitByLargestRemainder } from "../../standards/shares.ts";

const mwh = fc.integer({ min: 0, max: 9_000_000_000 });
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

describe("splitByLargestRemainder", () => {
  it("parts add up exactly, are within one of their quota, and never exceed a weight that covers the total", () => {
    fc.assert(
      fc.property(
        fc.array(mwh, { minLength: 1, maxLength: 9 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (weights, f) => {
          const total = Math.floor(sum(weights) * f);
          const parts = splitByLargestRemainder(total, weights);
          expect(sum(parts)).toBe(sum(weights) === 0 ? 0 : total);
          parts.forEach((p, i) => {
            const weight = weights[i] ?? 0;
            expect(p).toBeLessThanOrEqual(weight);
            if (sum(weights) > 0) expect(Math.abs(p - (total * weight) / sum(weights))).toBeLessThan(1.001);
          });
        },
      ),
    );
  });

  it("refuses fractions and negatives", () => {
    expect(() => splitByLargestRemainder(1.5, [1])).toThrow(RangeError);
    expect(() => splitByLargestRemainder(1, [-1, 2])).toThrow(RangeError);
  });
});

describe("splitNetwork", () => {
  it("gives what it takes: Σ given = Σ received = Σ flows = min(Σ offers, Σ needs)", () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.tuple(mwh, mwh), { minLength: 1, maxLength: 7 })
          .map((l) => l.map(([a, b], i) => (i % 2 === 0 ? { offer: a, need: 0 } : { offer: 0, need: b }))),
        (members) => {
          const offers = members.map((m) => m.offer);
          const needs = members.map((m) => m.need);
          const { given, received, flows } = splitNetwork(offers, needs);
          const total = Math.min(sum(offers), sum(needs));
          expect(sum(given)).toBe(total);
          expect(sum(received)).toBe(total);
          for (const i of members.keys()) {
            expect(given[i]).toBeLessThanOrEqual(offers[i] ?? 0);
            expect(received[i]).toBeLessThanOrEqual(needs[i] ?? 0);
            expect(sum(flows.filter((f) => f.from === i).map((f) => f.mwh))).toBe(given[i]);
            expect(sum(flows.filter((f) => f.to === i).map((f) => f.mwh))).toBe(received[i]);
          }
        },
      ),
    );
  });
});

const column = (cells: readonly (readonly [number, number])[]): QuarterColumn => ({
  mwh: Float64Array.from(cells.map(([value]) => value)),
  state: Uint8Array.from(cells.map(([, state]) => state)),
});
const steady = (value: number, quarters = 4, state: number = STATE.measured) =>
  column(Array.from({ length: quarters }, () => [value, state] as const));
const hours = (quarters: number) => Array.from({ length: quarters }, (_, q) => Math.floor(q / 4) % 24);

describe("matchDay, by hand", () => {
  const node = (id: string, pv: number | null, use: number, taken: number, given: number): MatchNode => ({
    id,
    pv: pv === null ? null : steady(pv),
    use: steady(use),
    connection: { taken: steady(taken), given: steady(given) },
  });

  it("PV serves its own use first, then the network by remaining use, the rest is exported", () => {
    const nodes = [node("a", 1000, 300, 0, 700), node("b", null, 400, 400, 0), node("c", null, 100, 100, 0)];
    const {
      nodes: [a, b, c],
      flows,
    } = matchDay(nodes, [{ id: "n", kind: "private", nodes: [0, 1, 2] }], hours(4));
    expect(a).toMatchObject({ ownMwh: 1200, givenMwh: 2000, exportedMwh: 800, keptMwh: 0 });
    expect(b).toMatchObject({ receivedMwh: 1600, matchedReceivedMwh: 1600 });
    expect(c).toMatchObject({ receivedMwh: 400 });
    expect(flows.map(({ byQuarter, ...flow }) => ({ ...flow, byQuarter: [...byQuarter] }))).toEqual([
      {
        network: "n",
        kind: "private",
        from: "a",
        to: "b",
        mwh: 1600,
        measuredMwh: 1600,
        byQuarter: [400, 400, 400, 400],
      },
      {
        network: "n",
        kind: "private",
        from: "a",
        to: "c",
        mwh: 400,
        measuredMwh: 400,
        byQuarter: [100, 100, 100, 100],
      },
    ]);
  });

  it("over the public grid nothing reaches a neighbour", () => {
    const result = matchDay([node("a", 1000, 300, 0, 700), node("b", null, 400, 400, 0)], [], hours(4));
    expect(result.flows).toEqual([]);
    expect(result.nodes[1]?.receivedMwh).toBe(0);
  });

  it("what did not leave through the connection (charged into storage) is kept, and nobody claims it", () => {
    const nodes = [node("a", 1000, 300, 0, 200), node("b", null, 900, 900, 0)];
    const {
      nodes: [a, b],
    } = matchDay(nodes, [{ id: "n", kind: "private", nodes: [0, 1] }], hours(4));
    expect(a).toMatchObject({ ownMwh: 1200, givenMwh: 800, keptMwh: 2000, exportedMwh: 0 });
    expect(b?.receivedMwh).toBe(800);
  });

  it("nobody receives more than came through its connection", () => {
    const nodes = [node("a", 1000, 0, 0, 1000), node("b", null, 900, 250, 0)];
    const {
      nodes: [, b],
    } = matchDay(nodes, [{ id: "n", kind: "direct-line", nodes: [0, 1] }], hours(4));
    expect(b?.receivedMwh).toBe(1000);
  });

  it("estimated quarter-hours are used but match 0 in the hourly share", () => {
    const nodes: MatchNode[] = [
      {
        id: "a",
        pv: column([
          [100, STATE.measured],
          [100, STATE.estimated],
          [100, STATE.missing],
          [100, STATE.measured],
        ]),
        use: column([
          [80, STATE.measured],
          [80, STATE.measured],
          [80, STATE.measured],
          [80, STATE.estimated],
        ]),
        connection: null,
      },
    ];
    const {
      nodes: [a],
    } = matchDay(nodes, [], hours(4));
    expect(a).toMatchObject({ ownMwh: 240, matchedOwnMwh: 80, useMwh: 320 });
    expect(a?.matchedByHour[0]).toBe(80);
  });
});

describe("matchDay, always", () => {
  const cell = fc.tuple(fc.integer({ min: -5, max: 5_000_000_000 }), fc.constantFrom(0, 1, 2));
  const quarters = 8;
  const columns = fc.array(cell, { minLength: quarters, maxLength: quarters }).map(column);
  const anyNode = fc.record({
    pv: fc.option(columns),
    use: fc.option(columns),
    connection: fc.option(fc.record({ taken: columns, given: columns })),
  });

  it("no kWh is claimed twice: claims ≤ generation, ≤ use; sums exact; hourly ≤ annual", () => {
    fc.assert(
      fc.property(
        fc.array(anyNode, { minLength: 1, maxLength: 5 }),
        fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }),
        (list, inFirst) => {
          const nodes = list.map((n, i): MatchNode => ({ id: `n${i}`, ...n }));
          const all = nodes.map((_, i) => i);
          const networks = [
            { id: "x", kind: "private" as const, nodes: all.filter((i) => inFirst[i]) },
            { id: "y", kind: "direct-line" as const, nodes: all },
          ];
          const { nodes: results, flows } = matchDay(nodes, networks, hours(quarters));
          for (const r of results) {
            expect(r.ownMwh + r.givenMwh + r.exportedMwh + r.keptMwh).toBe(r.pvMwh);
            expect(r.ownMwh + r.receivedMwh).toBeLessThanOrEqual(r.useMwh);
            expect(r.matchedOwnMwh).toBeLessThanOrEqual(r.ownMwh);
            expect(r.matchedReceivedMwh).toBeLessThanOrEqual(r.receivedMwh);
            expect(sum([...r.matchedByHour])).toBe(r.matchedOwnMwh + r.matchedReceivedMwh);
            expect(sum([...r.useByHour])).toBe(r.useMwh);
            expect(sum(flows.filter((f) => f.from === r.id).map((f) => f.mwh))).toBe(r.givenMwh);
            expect(sum(flows.filter((f) => f.to === r.id).map((f) => f.mwh))).toBe(r.receivedMwh);
            const annual = shareOf(r.ownMwh + r.receivedMwh, r.useMwh);
            const hourly = shareOf(r.matchedOwnMwh + r.matchedReceivedMwh, r.useMwh);
            if (annual !== null && hourly !== null) expect(hourly).toBeLessThanOrEqual(annual);
          }
          expect(sum(results.map((r) => r.givenMwh))).toBe(sum(results.map((r) => r.receivedMwh)));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("Σ per quarter-hour = total: matching quarter by quarter gives the same as the day at once", () => {
    fc.assert(
      fc.property(fc.array(anyNode, { minLength: 2, maxLength: 4 }), (list) => {
        const nodes = list.map((n, i): MatchNode => ({ id: `n${i}`, ...n }));
        const networks = [{ id: "x", kind: "private" as const, nodes: nodes.map((_, i) => i) }];
        const whole = matchDay(nodes, networks, hours(quarters));
        const at = (c: QuarterColumn | null, q: number) =>
          c === null ? null : { mwh: c.mwh.slice(q, q + 1), state: c.state.slice(q, q + 1) };
        const singly = Array.from({ length: quarters }, (_, q) =>
          matchDay(
            nodes.map((n) => ({
              id: n.id,
              pv: at(n.pv, q),
              use: at(n.use, q),
              connection:
                n.connection === null
                  ? null
                  : {
                      taken: at(n.connection.taken, q) ?? n.connection.taken,
                      given: at(n.connection.given, q) ?? n.connection.given,
                    },
            })),
            networks,
            [0],
          ),
        );
        whole.nodes.forEach((node, i) => {
          for (const key of ["ownMwh", "receivedMwh", "givenMwh", "exportedMwh", "matchedOwnMwh"] as const)
            expect(sum(singly.map((s) => s.nodes[i]?.[key] ?? Number.NaN))).toBe(node[key]);
        });
      }),
    );
  });
});

describe("countContracts", () => {
  it("67号: counts up to what the month has left, carries the excess, direct lines before trade before certificates", () => {
    const counted = countContracts(
      [
        { id: "c", kind: "certificate", energyKwh: 500 },
        { id: "t", kind: "green-trade", energyKwh: 800 },
        { id: "d", kind: "direct-line", energyKwh: 300 },
      ],
      1000,
    );
    expect(counted).toEqual([
      { id: "c", countedKwh: 0, carriedKwh: 500 },
      { id: "t", countedKwh: 700, carriedKwh: 100 },
      { id: "d", countedKwh: 300, carriedKwh: 0 },
    ]);
  });

  it("never counts more than the limit or more than a contract, whatever the order given", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(
          fc.record({
            id: fc.string({ minLength: 1 }),
            kind: fc.constantFrom("green-trade" as const, "certificate" as const, "direct-line" as const),
            energyKwh: fc.integer({ min: 1, max: 1_000_000 }),
          }),
          { selector: (c) => c.id },
        ),
        fc.integer({ min: -10, max: 2_000_000 }),
        (contracts, limit) => {
          const counted = countContracts(contracts, limit);
          const total = sum(counted.map((c) => c.countedKwh));
          expect(total).toBe(Math.min(Math.max(0, limit), sum(contracts.map((c) => c.energyKwh))));
          const again = countContracts([...contracts].reverse(), limit);
          for (const c of counted) expect(again.find((x) => x.id === c.id)).toEqual(c);
        },
      ),
    );
  });
});
