import { describe, expect, it } from "vitest";
import { factorOf } from "../../park/gas-volume.ts";
import { parsePark } from "../../park/load.ts";
import { ProblemsError } from "../../park/problems.ts";

const parkOf = (register: string, role = "role: gas, fuel: natural-gas", channel = "volumeM3") =>
  parsePark(`
park: { id: p, name: { zh: 甲, en: P }, timeZone: Asia/Shanghai }
enterprises: [{ id: e, name: { zh: 乙, en: E }, sector: steel }]
meters: [{ id: gas, enterprise: e, ${role}, registers: { ${channel}: { resolution: 1, ${register} } } }]
`);
const gasOf = (register: string) => parkOf(register).meters[0]?.registers[0]?.gas;

function problemsOf(make: () => unknown): string[] {
  try {
    make();
  } catch (error) {
    if (error instanceof ProblemsError) return error.problems.map((p) => `${p.path}: ${p.expected}`);
    throw error;
  }
  return [];
}

describe("gas volumes at 20 °C and 101.325 kPa", () => {
  it("by hand: twice the pressure is twice the volume, 313.15 K are 293.15 ÷ 313.15 of it, z divides", () => {
    const at = (pressureKpa: number, temperatureC: number, compressibility: number) =>
      factorOf({ method: "pressure-temperature", pressureKpa, temperatureC, compressibility });
    expect(at(101.325, 20, 1)).toBe(1);
    expect(at(202.65, 20, 1)).toBe(2);
    expect(at(101.325, 40, 1)).toBe(0.9361328437); // 293.15 ÷ 313.15 = 0.93613284368…
    expect(at(202.65, 20, 0.8)).toBe(2.5);
    expect(at(500, 15, 0.99)).toBeCloseTo(((500 / 101.325) * (293.15 / 288.15)) / 0.99, 8);
  });

  it("Nm³ at 0 °C are 293.15 ÷ 273.15 as many at 20 °C; a named factor is taken as it is", () => {
    expect(factorOf({ method: "normal" })).toBe(1.073219843); // 1.07321984257…
    expect(factorOf({ method: "factor", factor: 1.8 })).toBe(1.8);
    expect(factorOf({ method: "none" })).toBe(1);
  });

  it("is declared by the register: 标况 at 20 or 0 °C, 工况 with a dated conversion, or nothing", () => {
    expect(gasOf("digits: 6")).toBeUndefined();
    expect(gasOf("gas: { basis: standard }")?.factor.map((f) => f.value)).toEqual([1]);
    expect(gasOf("gas: { basis: standard, temperatureC: 0 }")?.factor.map((f) => f.value)).toEqual([
      1.073219843,
    ]);
    const dated = gasOf(
      "gas: { basis: operating, conversion: [{ value: { factor: 1.8 } }, { from: '2026-06-01T00:00:00+08:00', value: { pressureKpa: 202.65, temperatureC: 20 } }] }",
    );
    expect(dated?.basis).toBe("operating");
    expect(dated?.factor).toEqual([
      { fromMs: Number.NEGATIVE_INFINITY, value: 1.8 },
      { fromMs: Date.parse("2026-06-01T00:00:00+08:00"), value: 2 },
    ]);
    expect(dated?.conversion[1]?.value).toEqual({
      method: "pressure-temperature",
      pressureKpa: 202.65,
      temperatureC: 20,
      compressibility: 1,
    });
  });

  it("refuses what says nothing: 工况 without a conversion, a third temperature, gas of an electricity meter", () => {
    expect(problemsOf(() => gasOf("gas: { basis: operating }"))[0]).toContain("conversion");
    expect(problemsOf(() => gasOf("gas: { basis: standard, temperatureC: 15 }"))[0]).toContain(
      "temperatureC",
    );
    expect(
      problemsOf(() => parkOf("gas: { basis: standard }", "role: load", "energyImportKwh"))[0],
    ).toContain("only a meter of role gas");
    const falling =
      "gas: { basis: operating, conversion: [{ from: '2026-06-01T00:00:00+08:00', value: { factor: 2 } }, { from: '2026-05-01T00:00:00+08:00', value: { factor: 1 } }] }";
    expect(problemsOf(() => gasOf(falling))[0]).toContain("a date after the entry before it");
  });
});
