import { describe, expect, it } from "vitest";
import type { FuelActivity } from "../../park/activities.ts";
import { energyConsumption, equivalentFactor } from "../../standards/energy-consumption.ts";
import { factorBook } from "../../standards/factors/book.ts";
import type { Factor } from "../../standards/factors/factor.ts";
import type { Amount, CarbonInputs } from "../../standards/method/amounts.ts";
import {
  locationBasedCarbon,
  marketBasedCarbon,
  nationalParkCarbon,
  worstGrade,
} from "../../standards/park-carbon.ts";

const OPTIONS = { date: "2026-11-20", book: factorBook() };
const whole = { measured: 1, estimated: 0, missing: 0 };
const amount = (value: number | null, change: Partial<Amount> = {}): Amount => ({
  value,
  coverage: whole,
  meters: ["m"],
  ...change,
});
const none: CarbonInputs = {
  electricityIn: amount(0),
  electricityOut: amount(0, { meters: [] }),
  directKwh: 0,
  contractsKwh: 0,
  pv: amount(0, { meters: [] }),
  fuels: [],
  heats: [],
};
const fuel = (id: string, value: number, activity: FuelActivity, unit: "t" | "m³" = "t") => ({
  ...amount(value),
  fuel: id,
  unit,
  activity,
});
const declaredFactor = (id: string, value: number, unit: string): Factor => ({
  id,
  subject: "declared",
  name: { zh: "申报", en: "Declared" },
  value,
  unit,
  grade: "C",
  source: "a verified report",
  year: null,
});
const tonnes = (inputs: Partial<CarbonInputs>) =>
  (nationalParkCarbon({ ...none, ...inputs }, OPTIONS).totalKg ?? Number.NaN) / 1000;

describe("E_fuel and E_conversion (Annex 4)", () => {
  it("fuels for final use, thermal power and heat supply are burnt: NCV × CC × OX × 44/12", () => {
    for (const activity of ["final-use", "power", "heat-supply"] as const)
      expect(tonnes({ fuels: [fuel("bituminous", 1000, activity)] })).toBeCloseTo(2071.5, 0);
  });

  it("conversion is inputs less outputs at oxidation 100 %: 1000 t of coal in, 600 t of coke out", () => {
    const input = 1000 * 23.204 * 0.02618 * (44 / 12);
    const output = 600 * 28.446 * 0.0294 * (44 / 12);
    const figure = nationalParkCarbon(
      {
        ...none,
        fuels: [fuel("bituminous", 1000, "gas-making")],
        conversionOutputs: [fuel("coke", 600, "gas-making")],
      },
      OPTIONS,
    );
    expect((figure.totalKg ?? 0) / 1000).toBeCloseTo(input - output, 6);
    expect(
      figure.terms.filter((t) => t.part === "conversion").map((t) => [t.id, Math.sign(t.carbonKg ?? 0)]),
    ).toEqual([
      ["fuel:bituminous:gas-making", 1],
      ["conversion-out:coke:gas-making", -1],
    ]);
    expect(figure.scope1Kg).toBe(figure.totalKg);
  });

  it("recovered gas that conversion gave is taken off, and burnt again where it is used", () => {
    const gas = 10_000 * 3.769 * 0.0708 * (44 / 12);
    expect(
      tonnes({
        fuels: [fuel("blast-furnace-gas", 10_000, "final-use", "m³")],
        conversionOutputs: [fuel("blast-furnace-gas", 10_000, "recovered", "m³")],
      }),
    ).toBeCloseTo((gas * 0.99 - gas) / 1000, 9);
  });

  it("a fuel without a factor has no term, is named, and leaves the figure provisional", () => {
    const set = factorBook({ pins: ["cn-ndrc-guidelines-b"] });
    const inputs = { ...none, fuels: [fuel("coke", 10, "final-use")] };
    const figure = nationalParkCarbon(inputs, { ...OPTIONS, book: set });
    expect(figure.terms.map((t) => t.id)).toEqual(["electricity-in-fossil"]);
    expect(figure.provisional).toBe(true);
    const named = figure.remarks.find((r) => r.code === "fuel-without-factor");
    expect(named?.zh).toContain("焦炭");
    expect(named?.en).toContain("Coke");
  });
});

describe("E_heat (Annex 4)", () => {
  it("fossil heat in at 0.11 tCO2/GJ, given out at the same, non-fossil at 0", () => {
    expect(
      tonnes({
        heats: [
          { ...amount(1000), source: "fossil", direction: "in" },
          { ...amount(400), source: "fossil", direction: "out" },
          { ...amount(5000), source: "non-fossil", direction: "in" },
        ],
      }),
    ).toBeCloseTo(66, 9);
  });

  it("a declared measured factor stands in for the default", () => {
    const factor = declaredFactor("entry-7", 95, "kgCO2/GJ");
    const figure = nationalParkCarbon(
      { ...none, heats: [{ ...amount(1000), source: "fossil", factor }] },
      OPTIONS,
    );
    expect(figure.totalKg).toBe(95_000);
    expect(figure.terms.at(-1)?.id).toBe("heat-in-fossil:entry-7");
  });
});

describe("E_process (Annex 4)", () => {
  it("output × factor: 2000 t of industrial silicon at 4.2 t/t", () => {
    const factor = declaredFactor("entry-3", 4200, "kgCO2/t");
    const figure = nationalParkCarbon(
      { ...none, processes: [{ ...amount(2000), product: "工业硅", factor }] },
      OPTIONS,
    );
    expect(figure.totalKg).toBe(8_400_000);
    expect(figure.scope1Kg).toBe(8_400_000);
    expect(figure.grade).toBe("C");
    expect(figure.remarks.map((r) => r.code)).not.toContain("no-process-declared");
  });

  it("without a factor the term is missing and named, never 0 in silence", () => {
    const figure = nationalParkCarbon(
      { ...none, processes: [{ ...amount(2000), product: "lime", factor: null }] },
      OPTIONS,
    );
    expect(figure.terms.some((t) => t.part === "process")).toBe(false);
    expect(figure.provisional).toBe(true);
    expect(figure.remarks.find((r) => r.code === "process-factor-pending")?.en).toContain("lime");
  });
});

describe("E_el (Annex 4)", () => {
  it("what left beyond the scope's PV carries the factor of all other electricity", () => {
    const inputs = { electricityIn: amount(1000), electricityOut: amount(300), outZeroKwh: 200 };
    expect(tonnes(inputs)).toBeCloseTo((1000 - 100) * 0.0008325, 9);
    const all = nationalParkCarbon({ ...none, ...inputs }, { ...OPTIONS, exports: "other" });
    expect(all.totalKg).toBeCloseTo(700 * 0.8325, 9);
  });

  it("own generation used whose certificates were sold is no longer zero, but in the location-based figure", () => {
    const inputs = { ...none, electricityIn: amount(1000), pv: amount(500), soldKwh: 200 };
    const national = nationalParkCarbon(inputs, OPTIONS);
    expect(national.totalKg).toBeCloseTo(1200 * 0.8325, 9);
    expect(national.terms.find((t) => t.id === "electricity-own:sold")?.amount).toBe(200);
    expect(marketBasedCarbon(inputs, OPTIONS).totalKg).toBeCloseTo(1200 * 0.6096, 9);
    expect(locationBasedCarbon(inputs, "青海", OPTIONS).totalKg).toBeCloseTo(1000 * 0.1796, 9);
  });

  it("an inventory takes nothing off for what is sold", () => {
    const inputs = { ...none, electricityIn: amount(1000), electricityOut: amount(300), outZeroKwh: 0 };
    expect(marketBasedCarbon(inputs, OPTIONS).totalKg).toBeCloseTo(609.6, 9);
  });

  it("scope 2 is unknown where electricity is, and scope 1 stands", () => {
    const figure = nationalParkCarbon(
      { ...none, electricityIn: amount(null), fuels: [fuel("diesel", 1, "final-use")] },
      OPTIONS,
    );
    expect([figure.totalKg, figure.scope2Kg]).toEqual([null, null]);
    expect(figure.scope1Kg).toBeCloseTo(3145.1, 0);
  });
});

describe("what figures rest on", () => {
  it("declared amounts keep their entries, and the metered one beside them", () => {
    const entry = {
      entry: 5,
      scope: "enterprise:a",
      from: "2025-01-01",
      to: "2026-01-01",
      amount: 100,
      unit: "t",
      evidence: "bill 5",
    };
    const declared = amount(100, {
      meters: [],
      basis: "declared",
      declared: [entry],
      beside: { value: 90, basis: "metered" },
    });
    const figure = nationalParkCarbon(
      { ...none, fuels: [{ ...declared, fuel: "diesel", unit: "t" }] },
      OPTIONS,
    );
    expect(figure.terms.at(-1)).toMatchObject({
      basis: "declared",
      beside: { value: 90 },
      declared: [entry],
    });
    expect(figure.remarks.map((r) => r.code)).toContain("declared-used");
  });

  it("the grade of a figure is the worst among its factors", () => {
    expect(worstGrade(["A", "C", "B"])).toBe("C");
    expect(worstGrade([])).toBe("A");
    expect(worstGrade(["D", "R", "A"])).toBe("R");
  });
});

describe("energyConsumption (Annex 3)", () => {
  const equivalent = equivalentFactor("zc", { kgcePerKwh: 0.3, authority: "a test's authority", grade: "C" });

  it("takes off heat given out and what conversion gave", () => {
    const { totalTce, terms } = energyConsumption(
      {
        ...none,
        fuels: [fuel("bituminous", 1000, "gas-making")],
        conversionOutputs: [fuel("coke", 600, "gas-making")],
        heats: [
          { ...amount(1000), source: "fossil" },
          { ...amount(400), source: "fossil", direction: "out" },
        ],
      },
      equivalent,
      OPTIONS,
    );
    expect(totalTce).toBeCloseTo((1000 * 23.204) / 29.3076 - 600 * 0.9714 + 600 * 0.03412, 9);
    expect(terms.map((t) => t.id)).toEqual([
      "electricity",
      "fuel:bituminous:gas-making",
      "conversion-out:coke:gas-making",
      "heat-in-fossil",
      "heat-out-fossil",
    ]);
  });

  it("is the same whatever set of fuels gives the carbon", () => {
    const inputs = { ...none, fuels: [fuel("lng", 10, "final-use")] };
    const b = { ...OPTIONS, book: factorBook({ pins: ["cn-ndrc-guidelines-b"] }) };
    expect(energyConsumption(inputs, equivalent, b).totalTce).toBe(
      energyConsumption(inputs, equivalent, OPTIONS).totalTce,
    );
  });

  it("等价值 0.1229 is refused with words", () => {
    expect(() =>
      equivalentFactor("zc", { kgcePerKwh: 0.1229, authority: "someone's mistake", grade: "C" }),
    ).toThrow("当量值");
  });
});
