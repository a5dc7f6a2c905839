import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { factorBook, isValidOn, setInForce } from "../../standards/factors/book.ts";
import { equivalentSet } from "../../standards/factors/equivalents.ts";
import { type FactorSet, factorSet } from "../../standards/factors/factor.ts";
import { FACTOR_SETS, findFactorSet } from "../../standards/factors/released.ts";

function madeSet(change: Partial<FactorSet> & { readonly id: string }, value = 1): FactorSet {
  return factorSet({
    family: "made",
    name: { zh: "某", en: "Made" },
    source: "made for a test",
    from: null,
    to: null,
    ...change,
    factors: [
      {
        id: `${change.id}/x`,
        subject: "x",
        name: { zh: "某", en: "X" },
        value,
        unit: "kgCO2/kWh",
        grade: "B",
        source: "made for a test",
        year: 2021,
      },
    ],
  });
}

describe("sets in time", () => {
  it("of one family never overlap and leave no hole", () => {
    for (const family of new Set(FACTOR_SETS.map((s) => s.family))) {
      const sets = FACTOR_SETS.filter((s) => s.family === family && s.chosen === "by-date").sort((a, b) =>
        (a.from ?? "").localeCompare(b.from ?? ""),
      );
      sets.forEach((set, i) => {
        const next = sets[i + 1];
        expect(set.to, set.id).toBe(next === undefined ? null : next.from);
      });
    }
  });

  it("are chosen by the date they came into force: a later publication changes no past answer", () => {
    const of = (date: string) => factorBook().choose("electricity-co2", "province/qinghai", date)?.id;
    expect(of("2024-11-30")).toBe("cn-mee-2024-12/province/qinghai/2021");
    expect(of("2025-12-30")).toBe("cn-mee-2024-33/province/qinghai/2022");
    expect(of("2025-12-31")).toBe("cn-mee-2025-47/province/qinghai/2023");
    expect(of("2027-01-01")).toBe("cn-mee-2025-47/province/qinghai/2023");
    expect(setInForce("electricity-co2", "2020-01-01")?.id).toBe("cn-mee-2024-12");
  });

  it("are valid from their first day to before their last", () => {
    const set = { from: "2024-12-20", to: "2025-12-31" };
    const on = ["2024-12-19", "2024-12-20", "2025-12-30", "2025-12-31"].map((date) => isValidOn(set, date));
    expect(on).toEqual([false, true, true, false]);
  });
});

describe("factorBook", () => {
  it("never gives grade R by itself, nor a set that only a pin chooses", () => {
    const book = factorBook();
    for (const set of FACTOR_SETS.filter((s) => s.chosen === "by-pin"))
      for (const f of set.factors)
        for (const date of ["2020-01-01", "2024-06-01", "2026-11-20", "2030-01-01"])
          expect(book.choose(set.family, f.subject, date)?.id, f.id).not.toBe(f.id);
    for (const set of FACTOR_SETS)
      for (const f of set.factors)
        expect(book.choose(set.family, f.subject, "2026-11-20")?.grade).not.toBe("R");
  });

  it("gives grade R where its set was pinned, and it shows", () => {
    const book = factorBook({ pins: ["recalled-national-averages"] });
    expect(book.choose("electricity-co2-recalled", "nation/guidance-2021", "2026-11-20")).toMatchObject({
      value: 0.581,
      grade: "R",
    });
  });

  it("a pin fixes its family whatever the date, and no other", () => {
    const book = factorBook({ pins: ["cn-mee-2024-33", "cn-ndrc-guidelines-b"] });
    expect(book.choose("electricity-co2", "province/qinghai", "2027-01-01")?.value).toBe(0.1567);
    expect(book.choose("fuel-co2", "fuel/lng", "2027-01-01")?.value).toBeCloseTo(
      51.498 * 0.0172 * 0.98 * (44 / 12) * 1000,
      6,
    );
    expect(book.choose("fuel-co2", "fuel/coke", "2027-01-01")).toBeNull();
    expect(book.choose("park-method", "electricity/other", "2027-01-01")?.value).toBe(0.8325);
  });

  it("refuses an unknown pin, and two of one family", () => {
    expect(() => factorBook({ pins: ["cn-mee-1999-1"] })).toThrow("there is no factor set cn-mee-1999-1");
    expect(() => factorBook({ pins: ["cn-mee-2024-33", "cn-mee-2025-47"] })).toThrow("one set of a family");
  });

  it("a corrected set gives new answers for the same dates; the old one still answers to its id", () => {
    const old = madeSet({ id: "old", from: "2025-01-01" }, 1);
    const corrected = madeSet({ id: "corrected", from: "2025-01-01", supersedes: "old" }, 2);
    const sets = [old, corrected];
    expect(factorBook({ sets }).choose("made", "x", "2026-01-01")?.value).toBe(2);
    expect(factorBook({ sets, pins: ["old"] }).choose("made", "x", "2026-01-01")?.value).toBe(1);
    expect(factorBook({ sets: [old] }).choose("made", "x", "2026-01-01")?.value).toBe(1);
  });

  it("a set corrected from a later date holds until then: none older comes back in its place", () => {
    const older = madeSet({ id: "older", from: "2024-01-01" }, 0);
    const old = madeSet({ id: "old", from: "2025-01-01" }, 1);
    const corrected = madeSet({ id: "corrected", from: "2025-06-01", supersedes: "old" }, 2);
    const book = factorBook({ sets: [corrected, old, older] });
    const values = ["2024-06-01", "2025-03-01", "2025-06-01"].map((d) => book.choose("made", "x", d)?.value);
    expect(values).toEqual([0, 1, 2]);
  });

  it("tells the sets that gave a factor, and no others", () => {
    const book = factorBook();
    book.choose("electricity-co2", "province/nowhere", "2026-11-20");
    expect(book.used()).toEqual([]);
    book.require("park-method", "electricity/other", "2026-11-20");
    book.require("electricity-co2", "nation/average", "2025-06-01");
    expect(book.used().map((s) => [s.family, s.id, s.from, s.to])).toEqual([
      ["electricity-co2", "cn-mee-2024-33", "2024-12-20", "2025-12-31"],
      ["park-method", "cn-910-2025-annex-4", null, null],
    ]);
  });

  it("a factor that must be there and is not is an error, never a nothing", () => {
    expect(() => factorBook().require("park-method", "steam", "2026-11-20")).toThrow(
      "no factor park-method steam",
    );
  });
});

describe("等价值", () => {
  it.each([0.1229, 0.123, 0.12])("%f is refused with words: it is the calorific value", (value) => {
    expect(() =>
      equivalentSet({
        id: "equivalent-wrong",
        authority: "someone's mistake",
        en: "wrong",
        value,
        grade: "C",
      }),
    ).toThrow("当量值");
  });

  it.each([0.05, 0.7, 302.4])("%f lies outside of what an equivalent value can be", (value) => {
    expect(() =>
      equivalentSet({
        id: "equivalent-wrong",
        authority: "someone's mistake",
        en: "wrong",
        value,
        grade: "C",
      }),
    ).toThrow("between 0.2 and 0.5");
  });
});

describe("released sets", () => {
  // A released set never changes: a correction is a new set that supersedes it. A new set adds its line here.
  const RELEASED: Readonly<Record<string, string>> = {
    "cn-910-2025-annex-4": "5b3f07d1358ec8cb",
    "cn-910-2025-annex-4-fossil-2023": "d12dbad6afeca67b",
    "cn-mee-2024-12": "42463f09ad4ff136",
    "cn-mee-2024-33": "63dd77ca2ea99d69",
    "cn-mee-2025-10-23-footprint": "2dfe71a5efd84b84",
    "cn-mee-2025-3-footprint": "d8cc3c24a06298a6",
    "cn-mee-2025-47": "9f83d3a85d5ba4b6",
    "cn-ndrc-guidelines-a": "6528fc49d59ae4b1",
    "cn-ndrc-guidelines-b": "1cfc917419917b0e",
    "equivalent-cec-2025": "e3d29a9891c5aed4",
    "equivalent-db31-t-783-2026": "e0c3b7b7bfc431b3",
    "equivalent-seen-0298": "3ad19a81b3d73c20",
    "equivalent-seen-0310": "08e3534682d4daa3",
    "gb-t-2589-2020": "aa10b231cc7f76f7",
    "recalled-footprint-2023": "be1016d205ddafb4",
    "recalled-national-averages": "da7cdf9ac8357496",
  };

  const checksum = (set: FactorSet) =>
    createHash("sha256").update(JSON.stringify(set)).digest("hex").slice(0, 16);

  it("are those released, byte for byte", () => {
    expect(Object.fromEntries(FACTOR_SETS.map((s) => [s.id, checksum(s)]))).toEqual(RELEASED);
  });

  it("a changed value would be noticed", () => {
    const set = findFactorSet("cn-mee-2025-47");
    const changed = { ...set, factors: set?.factors.map((f, i) => (i === 0 ? { ...f, value: 0.5307 } : f)) };
    expect(createHash("sha256").update(JSON.stringify(changed)).digest("hex").slice(0, 16)).not.toBe(
      RELEASED["cn-mee-2025-47"],
    );
  });
});
