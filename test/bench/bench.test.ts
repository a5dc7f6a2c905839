import { describe, expect, it } from "vitest";
import { isMet, tableOf } from "./figures.ts";
import { benchPark } from "./park.ts";
import { displayCenti, SendingOrder } from "./readings.ts";
import { percentile, ratePerSecond, slopePerSecond } from "./stats.ts";

describe("what the bench sends", () => {
  const drain = (order: SendingOrder) => {
    const sent: number[] = [];
    for (let next = order.next(); next !== null; next = order.next()) sent.push(next);
    return sent;
  };

  it("is every reading once, a share of them late", () => {
    const sent = drain(new SendingOrder({ meters: 7, lateShare: 0.05, limit: 10_000, seed: 1 }));
    expect([...sent].sort((a, b) => a - b)).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    const newest = new Map<number, number>();
    let late = 0;
    for (const index of sent) {
      if (index < (newest.get(index % 7) ?? 0)) late++;
      newest.set(index % 7, Math.max(index, newest.get(index % 7) ?? 0));
    }
    expect(late / sent.length).toBeGreaterThan(0.04);
    expect(late / sent.length).toBeLessThan(0.06);
  });

  it("closed early it ends with what was begun", () => {
    const order = new SendingOrder({ meters: 7, lateShare: 0.5, limit: 10_000, seed: 1 });
    const begun = Array.from({ length: 500 }, () => order.next());
    order.close();
    const all = [...begun, ...drain(order)].sort((a, b) => Number(a) - Number(b));
    expect(all).toEqual(Array.from({ length: order.count }, (_, i) => i));
  });

  it("rises on every display", () => {
    for (let meter = 0; meter < 20; meter++)
      for (let k = 1; k < 50; k++) expect(displayCenti(meter, k)).toBeGreaterThan(displayCenti(meter, k - 1));
  });

  it("comes from a park of the size asked for, with a gate for every works", () => {
    for (const count of [1, 19, 45]) {
      const { park, meters } = benchPark(count);
      expect(park.meters.length).toBe(count);
      expect(meters.map((m) => m.id)).toEqual(park.meters.map((m) => m.id));
      expect(park.meters.filter((m) => m.role === "grid").length).toBe(park.enterprises.length);
    }
  });
});

describe("the figures of the bench", () => {
  it("percentiles are values that occurred", () => {
    const values = [5, 1, 4, 2, 3, 6, 7, 8, 9, 10];
    expect([0.5, 0.95, 1].map((share) => percentile(values, share))).toEqual([5, 10, 10]);
    expect(() => percentile([], 0.5)).toThrow(RangeError);
  });

  it("a rate leaves out the warm-up and the wait after the end", () => {
    const samples = [0, 0, 10, 60, 160, 260, 300, 300].map((value, i) => ({ timeMs: i * 1000, value }));
    expect(ratePerSecond(samples, 5_500)).toBe(100);
    expect(ratePerSecond(samples, 2_500)).toBe(58);
    expect(ratePerSecond(samples.slice(0, 2), 5_500)).toBe(0);
  });

  it("a slope is the rise per second", () => {
    expect(slopePerSecond([0, 1, 2].map((i) => ({ timeMs: i * 500, value: 3 * i })))).toBe(6);
    expect(slopePerSecond([{ timeMs: 1, value: 1 }])).toBeNull();
  });

  it("say whether they reach their bar", () => {
    const figure = { subject: "s", what: "w", value: 9, unit: "ms", bar: { at: "most", value: 10 } } as const;
    expect(isMet(figure)).toBe(true);
    expect(isMet({ ...figure, bar: { at: "least", value: 10 } })).toBe(false);
    expect(isMet({ ...figure, value: null })).toBeNull();
    expect(tableOf([figure]).split("\n")[2]).toMatch(/\| s +\| w +\| 9 ms +\| at most 10 +\| yes +\|/);
  });
});
