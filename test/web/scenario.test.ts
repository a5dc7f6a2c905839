import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Amounts,
  addressOf,
  amountsIn,
  gapSegments,
  LEVERS,
  largestLever,
  roundDown,
  sameAmounts,
  shownPer,
  sliderOf,
} from "../../web/pages/path/amounts.ts";
import { Latest } from "../../web/pages/path/latest.ts";
import { pathwayFixture, pathwayFor, youngPathwayFixture } from "../kit/fixtures/pathway.ts";

const amount = fc.double({ min: 0, max: 1e9, noNaN: true });
const amounts: fc.Arbitrary<Amounts> = fc.record({
  directLineGwh: amount,
  certificates: amount,
  pvMwp: amount,
  efficiencyGwh: amount,
  storageMwh: amount,
  gasToPowerM3: amount,
});

function asked(of: Record<string, string | null>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(of)) if (value !== null) query.set(key, value);
  return query;
}

describe("a scenario's address", () => {
  it("gives the same amounts to whoever opens it", () => {
    fc.assert(
      fc.property(amounts, (some) => {
        expect(sameAmounts(amountsIn(asked(addressOf(some))), some)).toBe(true);
      }),
    );
  });

  it("has no part for a lever that is not moved, and takes nothing that is no amount", () => {
    expect(Object.values(addressOf(amountsIn(new URLSearchParams())))).toEqual(LEVERS.map(() => null));
    const odd = new URLSearchParams(
      "directLineGwh=-5&certificates=1e9&pvMwp=twenty&storageMwh=12.5&scope=park",
    );
    expect(amountsIn(odd)).toMatchObject({ directLineGwh: 0, certificates: 0, pvMwp: 0, storageMwh: 12.5 });
  });
});

describe("a lever's slider", () => {
  it("goes to the limit, else to what it alone would need, in round steps of at most a hundredth", () => {
    for (const lever of pathwayFixture.levers) {
      const slider = sliderOf(lever);
      if (slider === null) throw new Error(lever.id);
      expect(slider.max).toBeGreaterThanOrEqual(lever.limit?.amount ?? 0);
      expect(slider.max).toBeLessThan((lever.limit?.amount ?? 0) + slider.step);
      expect(slider.max / slider.step).toBeGreaterThanOrEqual(100);
      const open = sliderOf({ ...lever, limit: null });
      expect(open?.max).toBeGreaterThanOrEqual(lever.aloneAmount ?? lever.unitAmount);
    }
  });

  it("is not there for a lever of which nothing is known, or that has no room", () => {
    const [lever] = pathwayFixture.levers;
    if (lever === undefined) throw new Error("there are levers");
    expect(sliderOf({ ...lever, carbonTPerUnit: null })).toBeNull();
    expect(sliderOf({ ...lever, limit: { amount: 0, evidence: null } })).toBeNull();
  });

  it("round steps are 1, 2 or 5 times a power of ten, never above the value", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 1e9, noNaN: true }), (value) => {
        const step = roundDown(value);
        expect(step).toBeLessThanOrEqual(value * (1 + 1e-9));
        expect(step).toBeGreaterThan(value / 2.6);
      }),
    );
    expect([roundDown(1.2), roundDown(700), roundDown(0.17)]).toEqual([1, 500, 0.1]);
    expect([
      shownPer("certificates", "zh-CN"),
      shownPer("certificates", "en"),
      shownPer("pvMwp", "en"),
    ]).toEqual([10_000, 1_000, 1]);
  });
});

describe("the gap bar", () => {
  it("segments and remainder are the whole bar, in the order of the levers", () => {
    const answer = pathwayFor(new URLSearchParams("directLineGwh=180&certificates=96000&pvMwp=20"));
    const { parts, rest } = gapSegments(answer.gap?.gapTco2 ?? 0, answer.scenario);
    expect(parts.map((part) => part.id)).toEqual(["directLineGwh", "certificates", "pvMwp"]);
    expect(parts.reduce((sum, part) => sum + part.share, rest)).toBeCloseTo(1, 9);
    expect(rest).toBeCloseTo((answer.scenario?.gapTco2 ?? 0) / (answer.gap?.gapTco2 ?? 1), 6);
  });

  it("without a scenario all of it is still to find", () => {
    expect(gapSegments(100, null)).toEqual({ parts: [], rest: 1 });
    expect(gapSegments(0, null)).toEqual({ parts: [], rest: 0 });
  });
});

describe("the one line", () => {
  it("speaks of the lever that closes most, else of the one that could within its limit", () => {
    const moved = pathwayFor(new URLSearchParams("pvMwp=30&efficiencyGwh=1"));
    expect(largestLever(moved)).toMatchObject({ id: "pvMwp", chosen: true });
    expect(largestLever(pathwayFixture)).toMatchObject({ id: "directLineGwh", chosen: false });
    expect(largestLever(pathwayFixture)?.share).toBeCloseTo((240 * 832.5) / 296_384, 3);
    expect(largestLever({ ...youngPathwayFixture, levers: [] })).toBeNull();
  });
});

describe("asking while somebody drags", () => {
  it("one question at a time, then only the latest; answers come in order", async () => {
    const open: { path: string; answer: (text: string) => void; fail: () => void }[] = [];
    const told: string[] = [];
    const latest = new Latest<string>(
      (path) =>
        new Promise((resolve, reject) => {
          open.push({ path, answer: resolve, fail: () => reject(new Error("no")) });
        }),
      (path, outcome) => told.push("data" in outcome ? `${path} ${outcome.data}` : `${path} failed`),
    );
    const settle = () => new Promise((resolve) => setTimeout(resolve, 0));
    for (const path of ["1", "2", "3", "4"]) latest.want(path);
    expect(open.map((o) => o.path)).toEqual(["1"]);
    open[0]?.answer("a");
    await settle();
    expect(open.map((o) => o.path)).toEqual(["1", "4"]);
    open[1]?.fail();
    await settle();
    latest.want("5");
    expect(open.map((o) => o.path)).toEqual(["1", "4", "5"]);
    latest.stop();
    open[2]?.answer("c");
    await settle();
    latest.want("6");
    expect(open.length).toBe(3);
    expect(told).toEqual(["1 a", "4 failed"]);
  });
});
