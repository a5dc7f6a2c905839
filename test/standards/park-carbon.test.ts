import { describe, expect, it } from "vitest";
import { carbonPerTce, energyConsumption, equivalentFactor } from "../../standards/energy-consumption.ts";
import { factorBook } from "../../standards/factors/book.ts";
import type { Amount, CarbonInputs } from "../../standards/method/amounts.ts";
import { locationBasedCarbon, marketBasedCarbon, nationalParkCarbon } from "../../standards/park-carbon.ts";

const OPTIONS = { date: "2026-11-20", book: factorBook() };
const whole = { measured: 1, estimated: 0, missing: 0 };
const amount = (value: number | null, meters: string[] = ["m"], coverage = whole): Amount => ({
  value,
  coverage,
  meters,
});

function inputs(change: Partial<CarbonInputs> = {}): CarbonInputs {
  return {
    electricityIn: amount(1_000_000),
    electricityOut: amount(0, []),
    directKwh: 0,
    contractsKwh: 0,
    pv: amount(0, []),
    fuels: [],
    heats: [],
    ...change,
  };
}

describe("nationalParkCarbon", () => {
  it("Annex 4: direct and green-traded electricity at 0, every other kWh at 0.8325", () => {
    const figure = nationalParkCarbon(inputs({ directKwh: 100_000, contractsKwh: 300_000 }), OPTIONS);
    expect(figure.totalKg).toBeCloseTo(600_000 * 0.8325, 6);
    expect(figure.terms.map((t) => [t.id, t.amount, t.factor.value])).toEqual([
      ["electricity-in-fossil", 600_000, 0.8325],
      ["electricity-in-zero:direct", 100_000, 0],
      ["electricity-in-zero:contracts", 300_000, 0],
    ]);
    expect(figure.factorSet).toBe("cn-910-2025-annex-4");
  });

  it("Annex 4: fossil heat 0.11 tCO2/GJ, non-fossil heat 0; natural gas 21.62 tCO2 per 10^4 Nm3", () => {
    const figure = nationalParkCarbon(
      inputs({
        electricityIn: amount(0),
        fuels: [{ ...amount(10_000), fuel: "natural-gas", unit: "m³" }],
        heats: [
          { ...amount(1000), source: "fossil" },
          { ...amount(1000), source: "non-fossil" },
        ],
      }),
      OPTIONS,
    );
    expect((figure.totalKg ?? 0) / 1000).toBeCloseTo(21.62 + 110, 2);
    expect(figure.remarks.map((r) => r.code)).toContain("gas-volume-basis");
  });

  it("can be recomputed by hand: every term is amount × factor, and the terms add up", () => {
    const figure = nationalParkCarbon(
      inputs({
        contractsKwh: 1234,
        electricityOut: amount(500),
        fuels: [{ ...amount(77), fuel: "diesel", unit: "t" }],
        heats: [{ ...amount(12.5), source: "fossil" }],
      }),
      { ...OPTIONS, exports: "other" },
    );
    for (const t of figure.terms) {
      const sign = t.id === "electricity-out" ? -1 : 1;
      expect(t.carbonKg).toBeCloseTo(sign * (t.amount ?? Number.NaN) * t.factor.value, 6);
      expect(t.factor.source.length).toBeGreaterThan(10);
    }
    expect(figure.terms.reduce((s, t) => s + (t.carbonKg ?? 0), 0)).toBeCloseTo(
      figure.totalKg ?? Number.NaN,
      6,
    );
  });

  it("exports carry the factor of their own kind: PV's 0 takes nothing off; the other reading takes 0.8325", () => {
    const some = inputs({ electricityOut: amount(100_000, ["gate"]) });
    expect(nationalParkCarbon(some, OPTIONS).totalKg).toBeCloseTo(832_500, 6);
    expect(nationalParkCarbon(some, { ...OPTIONS, exports: "other" }).totalKg).toBeCloseTo(
      900_000 * 0.8325,
      6,
    );
  });

  it("counts no more contracts than there is electricity left to cover", () => {
    const figure = nationalParkCarbon(inputs({ directKwh: 900_000, contractsKwh: 500_000 }), OPTIONS);
    expect(figure.totalKg).toBe(0);
    expect(figure.terms.find((t) => t.id === "electricity-in-zero:contracts")?.amount).toBe(100_000);
  });

  it("unknown electricity gives no total; a fuel without a factor is named, not counted as 0 in silence", () => {
    expect(nationalParkCarbon(inputs({ electricityIn: amount(null) }), OPTIONS).totalKg).toBeNull();
    const figure = nationalParkCarbon(inputs({ fuels: [{ ...amount(5), fuel: "peat", unit: "t" }] }), {
      ...OPTIONS,
    });
    expect(figure.provisional).toBe(true);
    expect(figure.remarks.find((r) => r.code === "fuel-without-factor")?.en).toContain("peat");
  });

  it("is provisional when more than 5 % of a term is missing, and says which", () => {
    const thin = { measured: 0.9, estimated: 0.04, missing: 0.06 };
    const figure = nationalParkCarbon(inputs({ electricityIn: amount(1, ["m"], thin) }), OPTIONS);
    expect(figure.provisional).toBe(true);
    expect(figure.remarks.map((r) => r.code)).toContain("coverage-low");
    const enough = { measured: 0.9, estimated: 0.05, missing: 0.05 };
    expect(nationalParkCarbon(inputs({ electricityIn: amount(1, ["m"], enough) }), OPTIONS).provisional).toBe(
      false,
    );
  });
});

describe("location- and market-based figures", () => {
  it("公告2025年第47号: Qinghai 0.1796 on all electricity bought, contracts or not", () => {
    const figure = locationBasedCarbon(inputs({ contractsKwh: 400_000 }), "青海", OPTIONS);
    expect(figure.totalKg).toBeCloseTo(179_600, 6);
    expect(figure.terms.map((t) => t.id)).toEqual(["electricity-in-fossil"]);
    expect(figure.terms[0]?.factor).toMatchObject({
      id: "cn-mee-2025-47/province/qinghai/2023",
      grade: "B",
      year: 2023,
    });
    expect(figure.factorSet).toBe("cn-mee-2025-47");
  });

  it("a park without a province falls back to the nation's average and says so", () => {
    const figure = locationBasedCarbon(inputs(), null, OPTIONS);
    expect(figure.totalKg).toBeCloseTo(530_600, 6);
    expect(figure.remarks.map((r) => r.code)).toContain("no-provincial-factor");
  });

  it("公告2025年第47号: the residual 0.6096 on what contracts do not cover", () => {
    expect(marketBasedCarbon(inputs({ contractsKwh: 400_000 }), OPTIONS).totalKg).toBeCloseTo(
      600_000 * 0.6096,
      6,
    );
  });
});

describe("energyConsumption", () => {
  const equivalent = equivalentFactor("zc", {
    kgcePerKwh: 0.3024,
    authority: "CEC annual report 2025",
    grade: "C",
  });

  it("Annex 3: electricity at 等价值 — in less out plus own PV — gas at 1.33 kgce/m³, heat at 0.03412 tce/GJ", () => {
    const c = energyConsumption(
      inputs({
        electricityOut: amount(50_000),
        pv: amount(250_000),
        fuels: [{ ...amount(10_000), fuel: "natural-gas", unit: "m³" }],
        heats: [{ ...amount(1000), source: "fossil" }],
      }),
      equivalent,
      OPTIONS,
    );
    expect(c.totalTce).toBeCloseTo(1200 * 0.3024 + 13.3 + 34.12, 9);
    expect(c.remarks.map((r) => r.code)).toContain("gas-equivalent-range");
  });

  it("without an electricity equivalent there is no total: 0.1229 never stands in", () => {
    const c = energyConsumption(inputs(), null, OPTIONS);
    expect(c.totalTce).toBeNull();
    expect(c.remarks.map((r) => r.code)).toEqual(["no-electricity-equivalent"]);
    expect(carbonPerTce(1000, c.totalTce)).toBeNull();
  });

  it.each([
    [0.28078, 2.965],
    [0.298, 2.794],
    [0.3024, 2.753],
    [0.31, 2.685],
  ])(
    "standards 1.2: an all-electric park without zero-factor power at %f kgce/kWh is %f t/tce",
    (e, expected) => {
      const factor = equivalentFactor("zc", { kgcePerKwh: e, authority: "a worked table", grade: "D" });
      const carbon = nationalParkCarbon(inputs(), OPTIONS).totalKg;
      const value = carbonPerTce(carbon, energyConsumption(inputs(), factor, OPTIONS).totalTce);
      expect(value).toBeCloseTo(expected, 3);
    },
  );
});
