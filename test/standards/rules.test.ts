import { describe, expect, it } from "vitest";
import { findRuleSet, RULE_SETS, ruleProblems } from "../../standards/rules/released.ts";
import { ruleSetSchema, targetFor, tierFor } from "../../standards/rules/rule-set.ts";
import { greenPark } from "../kit/green-park.ts";

const rules = (id: string) => {
  const found = findRuleSet(id);
  if (found === null) throw new Error(`no rule set ${id}`);
  return found;
};
const targets = (id: string, indicator: string) =>
  rules(id)
    .guiding.find((g) => g.id === indicator)
    ?.targets?.map((t) => [t.year, t.value]);

describe("rule sets", () => {
  it("are the national one, Hunan's and an example of a park's own, of one schema", () => {
    expect(RULE_SETS.map((r) => r.id)).toEqual(["cn-910-2025", "hunan-2026", "park-draft-example"]);
    for (const set of RULE_SETS) expect(ruleSetSchema.safeParse(set).success, set.id).toBe(true);
  });

  it("发改环资〔2025〕910号 Annex 3: 0.2 for 20–100万 tce, 0.3 from 100万; nothing below 20万", () => {
    const national = rules("cn-910-2025");
    const target = (tce: number) => tierFor(national, tce)?.targets[0]?.value ?? null;
    expect([199_999.9, 200_000, 999_999.9, 1_000_000, 5e6].map(target)).toEqual([null, 0.2, 0.2, 0.3, 0.3]);
    expect(national.core.below.en).toContain("to be confirmed");
    expect(national.grade).toBe("A");
    expect(national.directSupply).toMatchObject({ share: 0.5, inPrinciple: true });
    expect(targets("cn-910-2025", "clean-energy-share")).toEqual([[null, 90]]);
    expect(targets("cn-910-2025", "solid-waste-use")).toEqual([[null, 80]]);
    expect(targets("cn-910-2025", "waste-heat-use")).toEqual([[null, 50]]);
    expect(targets("cn-910-2025", "water-reuse")).toEqual([[null, 80]]);
  });

  it("Hunan's table: 1.0/0.7/0.3 and 1.1/0.8/0.5 for 2027/2030/2035, grade B", () => {
    const hunan = rules("hunan-2026");
    const at = (tce: number, year: number) => targetFor(tierFor(hunan, tce)?.targets ?? [], year)?.value;
    expect([2026, 2027, 2028, 2030, 2031, 2035, 2040].map((y) => at(500_000, y))).toEqual([
      1, 1, 0.7, 0.7, 0.3, 0.3, 0.3,
    ]);
    expect([2027, 2030, 2035].map((y) => at(2_000_000, y))).toEqual([1.1, 0.8, 0.5]);
    expect(tierFor(hunan, 19_999)).toBeNull();
    expect(targets("hunan-2026", "clean-energy-share")?.map((t) => t[1])).toEqual([60, 70, 90]);
    expect(targets("hunan-2026", "solid-waste-use")?.map((t) => t[1])).toEqual([80, 85, 95]);
    expect(targets("hunan-2026", "waste-heat-use")?.map((t) => t[1])).toEqual([50, 55, 60]);
    expect(targets("hunan-2026", "water-reuse")?.map((t) => t[1])).toEqual([80, 85, 90]);
    expect(hunan.grade).toBe("B");
  });

  it("a set with tiers that overlap, or years out of order, is refused", () => {
    const national = rules("cn-910-2025");
    const overlapping = {
      ...national,
      core: { ...national.core, tiers: national.core.tiers.map((t) => ({ ...t, fromTce: 0 })) },
    };
    expect(ruleSetSchema.safeParse(overlapping).success).toBe(false);
    const hunan = rules("hunan-2026");
    const tiers = hunan.core.tiers.map((t) => ({ ...t, targets: [...t.targets].reverse() }));
    expect(ruleSetSchema.safeParse({ ...hunan, core: { ...hunan.core, tiers } }).success).toBe(false);
  });
});

describe("a park file's standard", () => {
  it("names a rule set; an unknown one is a problem that tells the ids there are", () => {
    expect(ruleProblems(greenPark())).toEqual([]);
    const wrong = greenPark((yaml) => yaml.replace("standard: cn-910-2025", "standard: cn-910"));
    expect(ruleProblems(wrong)).toEqual([
      {
        path: "boundaries[0] (zc).standard",
        expected: "a rule set: cn-910-2025, hunan-2026, park-draft-example",
        found: '"cn-910"',
      },
    ]);
  });

  it("leaves out only indicators that its rules have", () => {
    const leaving = (indicator: string) =>
      ruleProblems(
        greenPark((yaml) =>
          yaml.replace(
            "    standard: cn-910-2025",
            `    standard: cn-910-2025\n    leftOut: [{ indicator: ${indicator}, reason: no waste heat }]`,
          ),
        ),
      );
    expect(leaving("waste-heat-use")).toEqual([]);
    expect(leaving("noise")[0]?.path).toBe("boundaries[0] (zc).leftOut[0].indicator");
  });

  it("等价值 0.1229 is refused with words when the file is read", () => {
    const load = () => greenPark((yaml) => yaml.replace("kgcePerKwh: 0.3024", "kgcePerKwh: 0.1229"));
    expect(load).toThrow();
    try {
      load();
    } catch (error) {
      expect(JSON.stringify(error)).toContain("当量值");
    }
  });

  it("等价值 may be dated", () => {
    const park = greenPark((yaml) =>
      yaml.replace(
        "electricityEquivalent: { kgcePerKwh: 0.3024, authority: CEC annual report 2025, grade: C }",
        "electricityEquivalent: [{ kgcePerKwh: 0.31, authority: first, grade: C }, { from: 2026-01-01, kgcePerKwh: 0.3, authority: second, grade: B }]",
      ),
    );
    expect(park.boundaries[0]?.electricityEquivalent?.map((e) => [e.from, e.kgcePerKwh])).toEqual([
      [null, 0.31],
      ["2026-01-01", 0.3],
    ]);
  });
});
